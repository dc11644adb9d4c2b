//! The consumer of the demo: what it finds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dashstream_codec::ledger::LaneState;
use dashstream_disk::RealDisk;
use dashstream_proto::kinds;
use dashstream_stream::consumer::{
    Consumer, ConsumerAccount, ConsumerConfig, Delivery, Effect, FileState, HandleError, Handler, LaneKey, State,
};
use dashstream_stream::deadletter::{ConsumerLetters, Keeper, KeeperConfig, Listing};
use dashstream_stream::transport::file::{FileSink, FileSource};
use prost::Message as _;

use super::TOPIC;
use super::said::Record;

/// What a consumer has found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) account: ConsumerAccount,
    /// Records that were handed over.
    pub(super) seen: BTreeSet<Record>,
    /// Records that were handed over twice.
    pub(super) twice: u64,
    /// Drops that frames declare, by reason.
    pub(super) dropped: BTreeMap<u32, u64>,
    /// The ledger's account of each lane and epoch.
    pub(super) epochs: Vec<Epoch>,
    /// Ids and codes of dead letters.
    pub(super) letters: Vec<(String, String)>,
}

/// The account of an epoch of a lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Epoch {
    pub(super) lane: u32,
    pub(super) epoch: u32,
    pub(super) numbers: u64,
    pub(super) seen: u64,
    pub(super) declared: u64,
    pub(super) unreadable: u64,
    pub(super) lost: u64,
}

/// An application that takes down what it is given.
#[derive(Debug, Default)]
struct Notes {
    seen: BTreeSet<Record>,
    twice: u64,
    dropped: BTreeMap<u32, u64>,
    lanes: BTreeSet<LaneKey>,
}

impl Handler for Notes {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        let prelude = delivery.batch.prelude();
        self.lanes.insert(LaneKey::of(prelude));
        for (reason, count) in delivery.batch.metadata().drop_reasons() {
            *self.dropped.entry(reason).or_default() += u64::from(count);
        }
        for (_, result) in delivery.records() {
            let record = result.record;
            self.twice += u64::from(!self.seen.insert((prelude.epoch, prelude.lane, record.sequence)));
            if record.kind == kinds::LATE_DROPS {
                let late: dashstream_proto::v1::LateDrops =
                    record.message().map_err(|error| HandleError::Reject(error.to_string()))?;
                *self.dropped.entry(late.reason).or_default() += late.count;
            }
        }
        Ok(Vec::new())
    }
}

/// Reads the topic until nothing more comes.
pub(super) async fn consume(folder: &Path) -> Result<Found, String> {
    let file = folder.join("state");
    let state = FileState::open(&file).map_err(|error| error.to_string())?;
    let letters = folder.join("letters");
    let keeper = Keeper::<FileSink>::open(&letters, None, KeeperConfig::default()).await;
    let keeper = Arc::new(keeper.map_err(|error| error.to_string())?);
    let letters_of = ConsumerLetters { keeper, topic: "topic".to_owned(), group: "demo".to_owned() };
    let source = FileSource::open(&folder.join("topic"), &TOPIC);
    let config = ConsumerConfig { tenant: Some("acme".to_owned()), ..ConsumerConfig::default() };
    let mut consumer = Consumer::new(source, state.clone(), letters_of, Notes::default(), config);
    let mut before = u64::MAX;
    while consumer.account().messages != before {
        before = consumer.account().messages;
        consumer.run(tokio::time::sleep(Duration::from_millis(300))).await.map_err(|error| error.to_string())?;
    }
    let notes = consumer.handler();
    let mut epochs = Vec::new();
    for lane in &notes.lanes {
        let bytes = state.clone().lane(0, *lane).await.map_err(|error| error.to_string())?.unwrap_or_default();
        let kept = LaneState::decode(bytes.as_slice()).map_err(|error| error.to_string())?;
        epochs.extend(kept.epochs.iter().map(|one| Epoch {
            lane: lane.lane,
            epoch: one.epoch,
            numbers: one.last.saturating_sub(one.first).saturating_add(1),
            seen: one.seen,
            declared: one.declared,
            unreadable: one.unreadable,
            lost: one.lost,
        }));
    }
    Ok(Found {
        account: consumer.account().clone(),
        seen: notes.seen.clone(),
        twice: notes.twice,
        dropped: notes.dropped.clone(),
        epochs,
        letters: names(&letters)?,
    })
}

fn names(letters: &Path) -> Result<Vec<(String, String)>, String> {
    let listing = Listing::of(&RealDisk, letters).map_err(|error| error.to_string())?;
    Ok(listing
        .letters
        .iter()
        .map(|(_, letter)| (letter.id().to_string(), letter.failure.reason.name().to_owned()))
        .collect())
}
