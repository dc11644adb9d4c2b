//! The application, and where dead letters are saved.

use dashstream_codec::ledger;
use dashstream_stream::consumer::{Delivery, Effect, Failure, HandleError, Handler, Letters, Standing, Stopped};
use dashstream_stream::transport::Position;
use dashstream_vectors::{AppAnswer, ConsumerEvent, HandStanding, Verdict};

use super::world::{Shared, Stand};

/// Where effects go.
const EFFECTS: &str = "effects";

impl Handler for Shared {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        let mut world = self.lock();
        world.events.push(hand(&delivery));
        match world.next_answer(delivery.position) {
            AppAnswer::Take => Ok(vec![effect(delivery.position)]),
            AppAnswer::Again => Err(HandleError::Again("again".to_owned())),
            AppAnswer::Reject => Err(HandleError::Reject("never".to_owned())),
        }
    }

    fn suppressed(&mut self, position: Position) {
        let Position { partition, offset } = position;
        self.lock().events.push(ConsumerEvent::Duplicate { partition, offset });
    }

    fn stopped(&mut self, stopped: Stopped) {
        let Position { partition, offset } = stopped.position;
        let mut world = self.lock();
        world.stands.insert(partition, Stand::Frame);
        let code = stopped.error.code.name().to_owned();
        world.events.push(ConsumerEvent::Stopped { partition, offset, code });
    }
}

impl Letters for Shared {
    async fn save(&mut self, failure: &Failure) -> Result<(), String> {
        let Position { partition, offset } = failure.position;
        let mut world = self.lock();
        if world.letters_fail {
            world.stands.insert(partition, Stand::Letter);
            return Err("they cannot be saved now".to_owned());
        }
        let code = failure.why.code().to_owned();
        world.events.push(ConsumerEvent::Letter { partition, offset, record: failure.record, code });
        Ok(())
    }
}

fn hand(delivery: &Delivery<'_>) -> ConsumerEvent {
    let Position { partition, offset } = delivery.position;
    let standing = match delivery.standing {
        _ if delivery.replay.is_some() => HandStanding::Replay,
        Standing::New => HandStanding::New,
        // A duplicate is not handed over.
        Standing::Unknown | Standing::Duplicate => HandStanding::Unknown,
    };
    ConsumerEvent::Hand {
        partition,
        offset,
        standing,
        repeat: Some(delivery.may_repeat),
        verdicts: delivery.verdicts.iter().copied().map(verdict).collect(),
        records: delivery.records().map(|(index, _)| index).collect(),
    }
}

fn verdict(verdict: ledger::Verdict) -> Verdict {
    Verdict { verdict: verdict.name().to_owned(), arg: verdict.arg() }
}

/// The effect of a frame, known by its place.
fn effect(position: Position) -> Effect {
    let key = [&position.partition.to_be_bytes()[..], &position.offset.to_be_bytes()].concat();
    Effect { to: EFFECTS.to_owned(), key, value: Some(Vec::new()) }
}

/// The offset whose effect it is, where it is one of the partition.
pub(super) fn offset_of(effect: &Effect, partition: u32) -> Option<u64> {
    let (of, offset) = effect.key.split_first_chunk()?;
    (u32::from_be_bytes(*of) == partition).then_some(u64::from_be_bytes(offset.try_into().ok()?))
}
