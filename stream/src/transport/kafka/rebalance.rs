//! Which partitions a reader has, as its group decides.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::types::RDKafkaRespErr;

use super::client::Watch;

/// Where a partition stands that nothing is to be read of before it is said from where. `End` would have the library ask where that is, and an
/// answer that comes late goes before what was said meanwhile: it would read from the end.
pub(super) const NOT_YET: Offset = Offset::Offset(0);
const _: () = assert!(matches!(NOT_YET, Offset::Offset(_)), "nothing is to be asked");

/// What has changed, in the order in which it did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Assigned(Vec<u32>),
    Revoked(Vec<u32>),
    Lost(Vec<u32>),
}

/// Hears of changes from the library, in the call that asks for the next message.
pub(super) struct Follower {
    pub(super) watch: Watch,
    topic: String,
    closing: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    turns: VecDeque<Turn>,
    owned: BTreeSet<u32>,
    /// What the group takes away, and what is kept until the reader lets go of it.
    leaving: Vec<u32>,
}

impl Follower {
    pub(super) fn new(watch: Watch, topic: &str) -> Self {
        Self { watch, topic: topic.to_owned(), closing: AtomicBool::new(false), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn turn(&self) -> Option<Turn> {
        self.state().turns.pop_front()
    }

    /// Whether a partition is this reader's, or was until just now and is not let go of.
    pub(super) fn owns(&self, partition: u32) -> bool {
        let state = self.state();
        state.owned.contains(&partition) || state.leaving.contains(&partition)
    }

    /// Partitions that are read without a group.
    pub(super) fn own_all(&self, count: u32) {
        let mut state = self.state();
        state.owned = (0..count).collect();
        state.turns.push_back(Turn::Assigned((0..count).collect()));
    }

    /// Lets go of what the group has taken away.
    pub(super) fn release(&self, consumer: &BaseConsumer<Self>) {
        let leaving = std::mem::take(&mut self.state().leaving);
        if !leaving.is_empty() {
            log_failure(let_go(consumer, &list(&self.topic, &leaving, Offset::Invalid)));
        }
    }

    /// Nothing is waited for any more.
    pub(super) fn close(&self, consumer: &BaseConsumer<Self>) {
        self.closing.store(true, Ordering::Release);
        self.release(consumer);
    }

    fn assigned(&self, consumer: &BaseConsumer<Self>, partitions: Vec<u32>) {
        // Nothing is read before it is said from where: it is not fetched either.
        let all = list(&self.topic, &partitions, NOT_YET);
        log_failure(take(consumer, &all));
        if partitions.is_empty() {
            return;
        }
        log_failure(consumer.pause(&all));
        let mut state = self.state();
        state.owned.extend(&partitions);
        state.turns.push_back(Turn::Assigned(partitions));
    }

    fn revoked(&self, consumer: &BaseConsumer<Self>, partitions: Vec<u32>) {
        let all = list(&self.topic, &partitions, Offset::Invalid);
        let lost = consumer.assignment_lost();
        if partitions.is_empty() || lost || self.closing.load(Ordering::Acquire) {
            log_failure(let_go(consumer, &all));
        } else {
            log_failure(consumer.pause(&all));
        }
        if partitions.is_empty() {
            return;
        }
        let mut state = self.state();
        state.owned.retain(|partition| !partitions.contains(partition));
        if lost {
            state.turns.push_back(Turn::Lost(partitions));
        } else {
            state.leaving.clone_from(&partitions);
            state.turns.push_back(Turn::Revoked(partitions));
        }
    }
}

impl ClientContext for Follower {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn error(&self, error: KafkaError, reason: &str) {
        self.watch.error(error, reason);
    }

    fn generate_oauth_token(&self, config: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        self.watch.generate_oauth_token(config)
    }
}

impl ConsumerContext for Follower {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, error: RDKafkaRespErr, changed: &mut TopicPartitionList) {
        let partitions =
            changed.elements().iter().filter_map(|element| u32::try_from(element.partition()).ok()).collect();
        if error == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.assigned(consumer, partitions);
        } else {
            self.revoked(consumer, partitions);
        }
    }
}

pub(super) fn list(topic: &str, partitions: &[u32], offset: Offset) -> TopicPartitionList {
    let mut list = TopicPartitionList::with_capacity(partitions.len());
    for partition in partitions {
        let partition = i32::try_from(*partition).unwrap_or(i32::MAX);
        // The library refuses offsets only that no partition has.
        log_failure(list.add_partition_offset(topic, partition, offset));
    }
    list
}

fn take(consumer: &BaseConsumer<Follower>, all: &TopicPartitionList) -> KafkaResult<()> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_assign(all),
        _ => consumer.assign(all),
    }
}

fn let_go(consumer: &BaseConsumer<Follower>, all: &TopicPartitionList) -> KafkaResult<()> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_unassign(all),
        _ => consumer.unassign(),
    }
}

/// What the library says when it is told of partitions. It comes up again where it matters: as an error of the next message.
fn log_failure(told: KafkaResult<()>) {
    drop(told);
}
