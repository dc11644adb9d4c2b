//! Saving what was done and how far, in one transaction.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::consumer::{Consumer as _, ConsumerGroupMetadata};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer};
use rdkafka::topic_partition_list::Offset;

use super::super::{Message, TransportError};
use super::client::{SOCKET_TIMEOUT_MS, Watch, blocking, check_topic, created, partitions, settings};
use super::commit_error::{CommitError, is_fatal, is_fenced, of_begin, wants_abort};
use super::failure::{failed, says};
use super::load::{Loaded, Readers};
use super::rebalance::list;
use super::sink::headers;
use super::source::KafkaGroup;
use super::state_topic::make_topic;

/// A message that the brokers refused leaves a hole in the numbers that the library gives. It notices in the next transaction, aborts
/// it whatever it is, and begins to count anew. So what fails after an abort is tried again before anybody is told.
const TRIES_AFTER_ABORT: u32 = 3;

/// The most that brokers take as they come.
const MAX_TIMEOUT_MS: u128 = 900_000;

/// How what a group has done is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaCommitsConfig {
    /// Who saves: a name of this reader in its group, the same over a restart. Whoever opens the same name fences the one before.
    pub name: String,
    /// The topic with the state; `None`: the group's name and `-dashstream-state`. It is made where it is not there, but not with
    /// OAUTHBEARER.
    pub topic: Option<String>,
    /// How long one transaction, or one call of the brokers, may take. Brokers end a transaction whose reader has died after it, between
    /// 1 s and 15 minutes; until then others wait for what it was about. The default is 30 s.
    pub patience: Duration,
}

impl KafkaCommitsConfig {
    /// The defaults for a reader of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), topic: None, patience: Duration::from_secs(30) }
    }
}

/// What is saved together: all of it or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// The partition of the source topic.
    pub partition: u32,
    /// Where to go on: the `next` of the last message that is done with.
    pub next: u64,
    /// State of the partition by its keys; `None` takes a key away.
    pub state: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    /// Messages to other topics, each with its partition.
    pub messages: Vec<(String, u32, Message)>,
}

/// Saves what a reader has done, by transactions of Kafka: the state of a partition, in a compacted topic with as many partitions as
/// the topic that is read, and the offset of the group move together (KAF-009).
///
/// Only the partitions that the group has given to the reader can be saved, until it lets go of them.
#[derive(Clone)]
pub struct KafkaCommits {
    shared: Arc<Shared>,
}

struct Shared {
    group: KafkaGroup,
    topic: String,
    patience: Duration,
    /// One transaction at a time.
    slot: Mutex<Slot>,
    /// One partition at a time is loaded.
    readers: Mutex<Option<Readers>>,
}

struct Slot {
    /// `None` where nothing can be saved any more.
    producer: Option<ThreadedProducer<Transactions>>,
    /// Whether the last transaction was aborted.
    aborted: bool,
}

impl std::fmt::Debug for KafkaCommits {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("KafkaCommits").field("topic", &self.shared.topic).finish_non_exhaustive()
    }
}

/// Hears of the connections. What becomes of messages shows when the transaction is committed.
pub(super) struct Transactions(pub(super) Watch);

impl ClientContext for Transactions {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn error(&self, error: KafkaError, reason: &str) {
        self.0.error(error, reason);
    }

    fn generate_oauth_token(&self, config: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        self.0.generate_oauth_token(config)
    }
}

impl ProducerContext for Transactions {
    type DeliveryOpaque = ();

    fn delivery(&self, _: &DeliveryResult<'_>, (): ()) {}
}

impl KafkaCommits {
    /// Makes the topic of the state where it is not there (with OAUTHBEARER it has to be there, compacted), and fences whoever had this name before: what that one had not
    /// committed is aborted.
    ///
    /// # Errors
    /// [`CommitError::Transport`], also where the topic is there and has another number of partitions or is not compacted.
    pub async fn open(group: &KafkaGroup, config: &KafkaCommitsConfig) -> Result<Self, CommitError> {
        let topic = config.topic.clone().unwrap_or_else(|| format!("{}-dashstream-state", group.id));
        check_topic(&topic)?;
        make_topic(group, &topic, config.patience).await?;
        let (group, config) = (group.clone(), config.clone());
        Ok(blocking(move || Self::open_blocking(group, topic, &config)).await?)
    }

    fn open_blocking(group: KafkaGroup, topic: String, config: &KafkaCommitsConfig) -> Result<Self, TransportError> {
        let mut settings = settings(&group.brokers)?;
        settings.set("transactional.id", format!("{}-dashstream-{}-{}", group.id, group.topic, config.name));
        let timeout_ms = config.patience.as_millis().clamp(1_000, MAX_TIMEOUT_MS);
        settings.set("transaction.timeout.ms", timeout_ms.to_string());
        // The library refuses to wait longer for a broker than the transaction may take.
        settings.set("socket.timeout.ms", timeout_ms.min(SOCKET_TIMEOUT_MS).to_string());
        settings.set("acks", "all");
        settings.set("compression.codec", "none");
        settings.set("linger.ms", "0");
        settings.set("message.max.bytes", (16 << 20).to_string());
        let context = Transactions(Watch::new(&group.brokers));
        let producer = created(ThreadedProducer::from_config_and_context(&settings, context))?;
        let watch = Arc::clone(producer.context());
        let count = partitions(producer.client(), &group.brokers, &topic, config.patience, &watch.0, || {})?;
        if count != group.partitions {
            let why = format!("{topic} has {count} partitions, and {} has {}", group.topic, group.partitions);
            return Err(TransportError::Kafka { doing: "use the topic of the state", why });
        }
        let until = Instant::now() + config.patience;
        again(until, || producer.init_transactions(ask(until))).map_err(failed("begin with transactions"))?;
        let patience = config.patience;
        let slot = Mutex::new(Slot { producer: Some(producer), aborted: false });
        let readers = Mutex::default();
        Ok(Self { shared: Arc::new(Shared { group, topic, patience, slot, readers }) })
    }

    /// What was saved of a partition. Transactions that are under way are waited for.
    ///
    /// # Errors
    /// [`CommitError::Transport`].
    pub async fn load(&self, partition: u32) -> Result<Loaded, CommitError> {
        let shared = Arc::clone(&self.shared);
        Ok(blocking(move || shared.load(partition)).await?)
    }

    /// Saves all of it, or nothing. Goes on to its end when the future is dropped.
    ///
    /// # Errors
    /// [`CommitError`]: whether the same can be tried again.
    pub async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        let shared = Arc::clone(&self.shared);
        let done = tokio::task::spawn_blocking(move || shared.commit(&commit)).await;
        done.unwrap_or_else(|_| Err(CommitError::Unknown { why: "a thread that saves has ended".to_owned() }))
    }
}

impl Shared {
    fn load(&self, partition: u32) -> Result<Loaded, TransportError> {
        let Self { group, topic, patience, .. } = self;
        if partition >= group.partitions {
            return Err(TransportError::NoPartition { partition, partitions: group.partitions });
        }
        let mut kept = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let readers = match kept.take().filter(Readers::are_fresh) {
            Some(readers) => readers,
            None => Readers::connect(group, topic, *patience)?,
        };
        let loaded = readers.load(group, topic, partition, *patience)?;
        *kept = Some(readers);
        Ok(loaded)
    }

    fn commit(&self, commit: &Commit) -> Result<(), CommitError> {
        // All that were given to this reader are loaded before it does anything of theirs.
        drop(self.readers.try_lock().ok().and_then(|mut readers| readers.take()));
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(producer) = slot.producer.as_ref() else { return Err(CommitError::Broken) };
        let tries = if slot.aborted { TRIES_AFTER_ABORT } else { 1 };
        let mut done = self.transact(producer, commit);
        for _ in 1..tries {
            if !matches!(done, Err(CommitError::Aborted { .. })) {
                break;
            }
            done = self.transact(producer, commit);
        }
        slot.aborted = matches!(done, Err(CommitError::Aborted { .. }));
        if matches!(done, Err(CommitError::Fenced { .. } | CommitError::Unknown { .. })) {
            slot.producer = None;
        }
        done
    }

    /// Whose the transaction is, as the group has it now.
    fn member(&self, partition: u32) -> Result<ConsumerGroupMetadata, CommitError> {
        let Some(consumer) = self.group.consumer.upgrade() else {
            return Err(CommitError::Aborted { why: "the reader was closed".to_owned() });
        };
        let metadata = consumer.group_metadata();
        // Brokers do not hold a reader that is in no group against the group, and the library forgets the name of a member that was
        // taken for dead. Before it does so it says that the assignment is lost: what is not lost now was not lost when the name was taken.
        if consumer.assignment_lost() || !consumer.context().owns(partition) {
            return Err(CommitError::Fenced { why: format!("partition {partition} is not this reader's") });
        }
        let metadata = metadata.ok_or_else(|| CommitError::Aborted { why: "the reader is in no group".to_owned() })?;
        Ok(metadata)
    }

    fn transact(&self, producer: &ThreadedProducer<Transactions>, commit: &Commit) -> Result<(), CommitError> {
        let metadata = self.member(commit.partition)?;
        let until = Instant::now() + self.patience;
        producer.begin_transaction().map_err(|error| of_begin(&error))?;
        let offset = Offset::Offset(i64::try_from(commit.next).unwrap_or(i64::MAX));
        let offsets = list(&self.group.topic, &[commit.partition], offset);
        let filled = self
            .fill(producer, commit, until)
            .and_then(|()| again(until, || producer.send_offsets_to_transaction(&offsets, &metadata, ask(until))));
        if let Err(error) = filled {
            return Err(self.abort(producer, &error));
        }
        drained(producer, until);
        match again(until, || producer.commit_transaction(ask(until))) {
            Ok(()) => Ok(()),
            Err(error) if wants_abort(&error) || is_fenced(&error) => Err(self.abort(producer, &error)),
            // The brokers may be about to commit it.
            Err(error) => Err(CommitError::Unknown { why: says(&error) }),
        }
    }

    fn fill(
        &self,
        producer: &ThreadedProducer<Transactions>,
        commit: &Commit,
        until: Instant,
    ) -> Result<(), KafkaError> {
        for (key, value) in &commit.state {
            let message = Message { key: Some(key.clone()), value: value.clone(), ..Message::default() };
            produce(producer, &self.topic, commit.partition, &message, until)?;
        }
        for (topic, partition, message) in &commit.messages {
            produce(producer, topic, *partition, message, until)?;
        }
        Ok(())
    }

    /// Takes back what was begun. Says what that means for who wanted it.
    fn abort(&self, producer: &ThreadedProducer<Transactions>, cause: &KafkaError) -> CommitError {
        let why = says(cause);
        if is_fenced(cause) && is_fatal(cause) {
            return CommitError::Fenced { why };
        }
        let until = Instant::now() + self.patience;
        match again(until, || producer.abort_transaction(ask(until))) {
            // The group has given the partition to another one: the transaction is over, and so is this reader's turn.
            Ok(()) if is_fenced(cause) => CommitError::Fenced { why },
            Ok(()) => CommitError::Aborted { why },
            Err(error) if is_fenced(&error) => CommitError::Fenced { why: says(&error) },
            // KAF-009: it was never committed, so the brokers abort it themselves; but this producer cannot go on.
            Err(error) => CommitError::Unknown { why: says(&error) },
        }
    }
}

/// Gives the library a message; waits while it has no room.
fn produce(
    producer: &ThreadedProducer<Transactions>,
    topic: &str,
    partition: u32,
    message: &Message,
    until: Instant,
) -> Result<(), KafkaError> {
    loop {
        let mut record = BaseRecord::<[u8], [u8]>::to(topic).partition(i32::try_from(partition).unwrap_or(i32::MAX));
        record.key = message.key.as_deref();
        record.payload = message.value.as_deref();
        record.timestamp = message.timestamp_ms;
        record.headers = headers(message);
        match producer.send(record) {
            Err((KafkaError::MessageProduction(Code::QueueFull), _)) if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(5));
            }
            sent => return sent.map_err(|(error, _)| error),
        }
    }
}

/// Calls the brokers until it is done, or cannot be, or there is no more time.
fn again(until: Instant, mut call: impl FnMut() -> Result<(), KafkaError>) -> Result<(), KafkaError> {
    loop {
        match call() {
            Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(20));
            }
            done => return done,
        }
    }
}

/// Waits until the brokers have all messages, or there is no more time. To commit does so too, but looks every 100 ms only. What became of
/// them the library hears on a thread of its own; to ask it here for so short a time would be to spin.
fn drained(producer: &ThreadedProducer<Transactions>, until: Instant) {
    while producer.in_flight_count() > 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_micros(500));
    }
}

/// How long one call may take. Never 0, at which the library does not even begin.
fn ask(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now()).max(Duration::from_millis(100))
}
