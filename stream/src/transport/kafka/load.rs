//! Reading back what was saved.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::Offset;

use super::super::TransportError;
use super::client::{Watch, created, partitions, settings};
use super::failure::failed;
use super::rebalance::{Follower, list};
use super::source::KafkaGroup;

/// How long one question to the brokers may take.
const ASK: Duration = Duration::from_secs(2);
/// How long readers are of use for partitions that come after the first one.
const FRESH: Duration = Duration::from_secs(30);
/// How long it is waited before one is asked again.
const PAUSE: Duration = Duration::from_millis(20);

/// What was saved of a partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The state, by its keys.
    pub state: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Where to go on; `None` where nothing was ever saved.
    pub next: Option<u64>,
}

/// Readers of the state of one partition after the other: to connect takes longer than to read most of them.
pub(super) struct Readers {
    committed: BaseConsumer<Follower>,
    all: BaseConsumer<Follower>,
    connected: Instant,
}

/// One partition of the state, and of the topic that it is about.
struct Loader<'a> {
    readers: &'a Readers,
    group: &'a KafkaGroup,
    topic: &'a str,
    partition: u32,
    until: Instant,
}

impl Readers {
    /// Blocks.
    pub(super) fn connect(group: &KafkaGroup, topic: &str, patience: Duration) -> Result<Self, TransportError> {
        let reader = |isolation| reader(group, topic, isolation, patience);
        let (committed, all) = (reader("read_committed")?, reader("read_uncommitted")?);
        Ok(Self { committed, all, connected: Instant::now() })
    }

    /// Whether they may go on. Nobody looks after them between two partitions, and a token that they have shown may come to its end.
    pub(super) fn are_fresh(&self) -> bool {
        self.connected.elapsed() < FRESH
    }

    /// Reads the state of a partition to its end, and how far the group is. Blocks.
    pub(super) fn load(
        &self,
        group: &KafkaGroup,
        topic: &str,
        partition: u32,
        patience: Duration,
    ) -> Result<Loaded, TransportError> {
        let loader = Loader { readers: self, group, topic, partition, until: Instant::now() + patience };
        loop {
            let before = loader.next()?;
            loader.settled()?;
            let state = loader.state()?;
            // What is saved in between belongs to what was read or not: both are read again.
            if loader.next()? == before {
                return Ok(Loaded { state, next: before });
            }
        }
    }
}

fn reader(
    group: &KafkaGroup,
    topic: &str,
    isolation: &str,
    patience: Duration,
) -> Result<BaseConsumer<Follower>, TransportError> {
    let mut settings = settings(&group.brokers)?;
    // It asks for the offset of the group, and never joins it.
    settings.set("group.id", &group.id);
    settings.set("enable.auto.commit", "false");
    settings.set("enable.auto.offset.store", "false");
    settings.set("auto.offset.reset", "earliest");
    settings.set("enable.partition.eof", "true");
    settings.set("fetch.wait.max.ms", "10");
    settings.set("isolation.level", isolation);
    let follower = Follower::new(Watch::new(&group.brokers), topic);
    let consumer: BaseConsumer<Follower> = created(BaseConsumer::from_config_and_context(&settings, follower))?;
    let serve = || drop(consumer.poll(Duration::ZERO));
    partitions(consumer.client(), &group.brokers, topic, patience, &consumer.context().watch, serve)?;
    Ok(consumer)
}

impl Loader<'_> {
    /// The partition, as the library has it.
    fn number(&self) -> i32 {
        i32::try_from(self.partition).unwrap_or(i32::MAX)
    }

    /// Asks until there is an answer.
    fn ask<T>(&self, doing: &'static str, question: impl Fn() -> Result<T, KafkaError>) -> Result<T, TransportError> {
        loop {
            match question() {
                Ok(answer) => return Ok(answer),
                Err(error) if Instant::now() >= self.until => return Err(failed(doing)(error)),
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }

    /// How far the group is. The brokers do not say while a transaction may still change it, and are asked again.
    fn next(&self) -> Result<Option<u64>, TransportError> {
        let offsets = self.ask("ask how far the group is", || {
            let asked = list(&self.group.topic, &[self.partition], Offset::Invalid);
            let answer = self.readers.committed.committed_offsets(asked, ASK)?;
            answer.elements().iter().try_for_each(|one| one.error())?;
            Ok(answer)
        })?;
        let offset = offsets.elements().first().and_then(|one| one.offset().to_raw());
        Ok(offset.and_then(|offset| u64::try_from(offset).ok()))
    }

    /// Waits until no transaction is under way in what is there now.
    fn settled(&self) -> Result<(), TransportError> {
        let number = self.number();
        let doing = "ask for the end of the state";
        let (_, end) = self.ask(doing, || self.readers.all.fetch_watermarks(self.topic, number, ASK))?;
        self.ask(doing, || {
            let (_, stable) = self.readers.committed.fetch_watermarks(self.topic, number, ASK)?;
            if stable >= end { Ok(()) } else { Err(KafkaError::OffsetFetch(Code::UnstableOffsetCommit)) }
        })
    }

    fn state(&self) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, TransportError> {
        let (doing, committed) = ("read the state", &self.readers.committed);
        let number = self.number();
        committed.assign(&list(self.topic, &[self.partition], Offset::Beginning)).map_err(failed(doing))?;
        let mut state = BTreeMap::new();
        while Instant::now() < self.until {
            match committed.poll(PAUSE) {
                Some(Ok(message)) if message.partition() == number => {
                    let Some(key) = message.key().map(<[u8]>::to_vec) else { continue };
                    match message.payload() {
                        Some(value) => drop(state.insert(key, value.to_vec())),
                        None => drop(state.remove(&key)),
                    }
                }
                Some(Err(KafkaError::PartitionEOF(ended))) if ended == number => {
                    committed.unassign().map_err(failed(doing))?;
                    return Ok(state);
                }
                // It goes on trying by itself.
                Some(_) | None => {}
            }
        }
        Err(TransportError::Kafka { doing, why: "its end was not reached in time".to_owned() })
    }
}
