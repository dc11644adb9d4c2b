//! What is known of all messages, and what a consumer was seen to do with them.

use std::collections::{BTreeMap, BTreeSet};

use dashstream_codec::laws::Broken;

use super::log::{Entry, Key, Kind};
use crate::consumer::{Commit, Delivery, Effect, Failure, Stage, Standing};
use crate::laws::hold;
use crate::transport::Position;

#[derive(Debug, Default)]
pub(super) struct Book {
    parts: Vec<Vec<Entry>>,
    /// Records that were handed over, by the place of their message.
    handed: BTreeSet<(Position, Key)>,
    /// Messages for which the application has answered with Ok.
    confirmed: BTreeSet<Position>,
    /// What was saved of a message: the whole (0), or a record.
    letters: BTreeSet<(Position, u32)>,
    /// Records that have had their effect or are in a letter, and replays that have.
    done: BTreeSet<Key>,
    replayed: BTreeSet<(u32, String)>,
    /// Effects that were committed, by the key of the effect: how often.
    effects: BTreeMap<Vec<u8>, u32>,
    /// Of them, those of records that were handed over as new.
    new: BTreeMap<Key, u32>,
    /// The first thing that was wrong.
    pub(super) broken: Option<Broken>,
}

impl Book {
    pub(super) fn new(parts: Vec<Vec<Entry>>) -> Self {
        Self { parts, ..Self::default() }
    }

    pub(super) fn parts(&self) -> &[Vec<Entry>] {
        &self.parts
    }

    /// Keeps what is wrong until the consumer gives the word back.
    pub(super) fn note(&mut self, held: Result<(), Broken>) {
        if let (None, Err(broken)) = (&self.broken, held) {
            self.broken = Some(broken);
        }
    }

    fn entry(&self, position: Position) -> Option<&Entry> {
        let part = self.parts.get(usize::try_from(position.partition).ok()?)?;
        part.get(usize::try_from(position.offset).ok()?)
    }

    /// A frame is handed over. Returns the effects that the application wants, one for each record.
    pub(super) fn handed_over(&mut self, delivery: &Delivery<'_>) -> Vec<Effect> {
        let position = delivery.position;
        let prelude = delivery.batch.prelude();
        let key = |number: u64| (position.partition, prelude.lane, prelude.epoch, number);
        let records: Vec<Key> = delivery.records().map(|(_, result)| key(result.record.sequence)).collect();
        let expected = match self.entry(position).map(|entry| &entry.kind) {
            Some(Kind::Frame { records, .. } | Kind::Replay { records, .. }) => Some(records),
            _ => None,
        };
        let same = hold(expected == Some(&records), "what is handed over is what was accepted", || {
            format!("{records:?} and not {expected:?} at {position:?}")
        });
        self.note(same);
        let again = records.iter().filter(|key| !self.handed.insert((position, **key))).count();
        // CON-008
        self.note(hold(again == 0 || delivery.may_repeat, "what is handed over again is marked", || {
            format!("{position:?}")
        }));
        let standing = match (delivery.replay, delivery.standing) {
            (Some(_), _) => "replay",
            (None, Standing::New) => "new",
            (None, Standing::Unknown) => "unknown",
            (None, Standing::Duplicate) => "duplicate",
        };
        self.note(hold(standing != "duplicate", "a duplicate is not handed over", || format!("{position:?}")));
        let Position { partition, offset } = position;
        let effect = |(_, lane, epoch, number): &Key| Effect {
            to: standing.to_owned(),
            key: format!("{partition}/{offset}/{lane}/{epoch}/{number}").into_bytes(),
            value: Some(vec![1]),
        };
        records.iter().map(effect).collect()
    }

    pub(super) fn confirmed(&mut self, position: Position) {
        self.confirmed.insert(position);
    }

    pub(super) fn saved(&mut self, failure: &Failure) {
        let expected = match self.entry(failure.position).map(|entry| (&entry.kind, &entry.message)) {
            Some((kind, message)) if *message == failure.message => match kind {
                Kind::Frame { bad, .. } if *bad == Some(failure.record) => failure.stage == Stage::Record,
                Kind::Frame { .. } => failure.stage == Stage::Handle && failure.record == 0,
                Kind::Replay { replay, .. } => failure.stage == Stage::Handle && failure.record == replay.record,
                Kind::Rejected => failure.stage == Stage::Judge && failure.record == 0,
                Kind::Unsupported => failure.stage == Stage::Passed && failure.record == 0,
            },
            _ => false,
        };
        self.note(hold(expected, "a letter says what has failed", || format!("{failure:?}")));
        let whole = failure.stage != Stage::Record;
        self.letters.insert((failure.position, if whole { 0 } else { failure.record }));
    }

    /// A commit has come to be: nothing before its offset is neither done nor saved (CON-006, CON-007).
    pub(super) fn committed(&mut self, from: u64, commit: &Commit) {
        let partition = commit.partition;
        self.note(hold(from <= commit.next, "a commit does not go back", || format!("{from}: {commit:?}")));
        for effect in &commit.effects {
            *self.effects.entry(effect.key.clone()).or_default() += 1;
        }
        let mut effects: BTreeSet<u64> = BTreeSet::new();
        for effect in &commit.effects {
            let Some((offset, key)) = parsed(&effect.key) else { continue };
            effects.insert(offset);
            if effect.to == "new" {
                *self.new.entry(key).or_default() += 1;
            }
        }
        for offset in from..commit.next {
            let held = self.passed(Position { partition, offset }, effects.contains(&offset));
            self.note(held);
        }
        let outside = effects.iter().find(|offset| !(from..commit.next).contains(*offset));
        self.note(hold(outside.is_none(), "effects are committed with their offset", || {
            format!("{outside:?}: {commit:?}")
        }));
    }

    /// A message lies before what is committed from now on.
    fn passed(&mut self, position: Position, has_effects: bool) -> Result<(), Broken> {
        let law = "nothing is passed in silence";
        let Some(Entry { kind, .. }) = self.entry(position).cloned() else {
            return hold(false, law, || format!("{position:?}"));
        };
        let what = || format!("{position:?}: {kind:?}, effects: {has_effects}");
        let whole = self.letters.contains(&(position, 0));
        match &kind {
            Kind::Rejected | Kind::Unsupported => hold(whole && !has_effects, law, what),
            Kind::Replay { replay, .. } => {
                let before = !self.replayed.insert((position.partition, replay.to_string()));
                hold(before != (has_effects || whole), law, what)
            }
            Kind::Frame { records, bad } => {
                let saved = bad.is_none_or(|bad| self.letters.contains(&(position, bad)));
                let done = records.iter().all(|key| self.done.contains(key));
                // A frame whose only record is bad is handed over with nothing in it.
                let empty = records.is_empty() && self.confirmed.contains(&position);
                let handed = has_effects && self.confirmed.contains(&position);
                self.done.extend(records.iter().copied());
                hold(((handed || empty || whole) && saved) || done, law, what)
            }
        }
    }

    /// Of all that was committed.
    pub(super) fn once(&self) -> Result<(), Broken> {
        let twice = self.effects.iter().find(|(_, count)| **count > 1);
        let what = || format!("{:?}", twice.map(|(key, count)| (String::from_utf8_lossy(key), count)));
        hold(twice.is_none(), "a frame has its effect once", what)?;
        let twice = self.new.iter().find(|(_, count)| **count > 1);
        hold(twice.is_none(), "a record has its effect once", || format!("{twice:?}"))
    }
}

/// Offset and record of an effect.
fn parsed(key: &[u8]) -> Option<(u64, Key)> {
    let mut parts = std::str::from_utf8(key).ok()?.split('/');
    let mut small = || parts.next()?.parse::<u32>().ok();
    let (partition, offset, lane, epoch, number) = (small()?, small()?, small()?, small()?, small()?);
    Some((offset.into(), (partition, lane, epoch, number.into())))
}
