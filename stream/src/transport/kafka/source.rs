//! Receiving from a topic of Kafka.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::Duration;

use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::topic_partition_list::Offset;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::super::{Content, Event, From, Header, Message, Position, Received, Source, TransportError};
use super::client::{Watch, blocking, check_topic, created, partitions};
use super::failure::{failed, says};
use super::rebalance::{Follower, NOT_YET, Turn, list};
use super::seek::seek;
use super::source_config::{KafkaSourceConfig, reader_settings};
use crate::security::Config;

/// After this the library is asked even if it has not said that there is something.
const ASK: Duration = Duration::from_millis(250);

/// Reads a topic of Kafka. Offsets are kept by whoever saves what was done with the messages ([`super::KafkaCommits`]), never by
/// the client library.
///
/// Between two messages there may be offsets without one: marks of transactions, what was aborted, what was compacted. Headers
/// whose names are no UTF-8 come as a header named U+FFFD without a value.
///
/// The group takes a reader for dead that does not call [`Source::next`] for [`Group::poll_timeout`](super::Group::poll_timeout).
pub struct KafkaSource {
    /// Taken when it ends.
    consumer: Option<Arc<BaseConsumer<Follower>>>,
    config: KafkaSourceConfig,
    brokers: Config,
    count: u32,
    places: BTreeMap<u32, Place>,
    ready: Arc<Notify>,
    /// A call that blocks, which somebody may not have waited for.
    seeking: Option<Seeking>,
}

#[derive(Debug)]
struct Seeking {
    partition: u32,
    call: JoinHandle<Result<u64, TransportError>>,
}

#[derive(Debug, Default)]
struct Place {
    /// `None`: nobody said from where to read.
    next: Option<u64>,
    paused: bool,
    /// What came all the same.
    held: VecDeque<Received>,
}

/// What [`super::KafkaCommits`] has to know of a reader.
#[derive(Clone)]
pub struct KafkaGroup {
    pub(super) consumer: Weak<BaseConsumer<Follower>>,
    pub(super) brokers: Config,
    pub(super) id: String,
    pub(super) topic: String,
    pub(super) partitions: u32,
}

impl std::fmt::Debug for KafkaSource {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("KafkaSource")
            .field("config", &self.config)
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for KafkaGroup {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("KafkaGroup").field("id", &self.id).field("topic", &self.topic).finish_non_exhaustive()
    }
}

impl KafkaSource {
    /// Connects to a topic, and joins the group where there is one.
    ///
    /// # Errors
    /// [`TransportError::Security`] before any connection is made; [`TransportError::Tls`], [`TransportError::Authentication`],
    /// [`TransportError::NoTopic`], [`TransportError::Kafka`], [`TransportError::System`].
    pub async fn connect(brokers: &Config, config: &KafkaSourceConfig) -> Result<Self, TransportError> {
        check_topic(&config.topic)?;
        let (brokers, config) = (brokers.clone(), config.clone());
        blocking(move || Self::connect_blocking(brokers, config)).await
    }

    fn connect_blocking(brokers: Config, config: KafkaSourceConfig) -> Result<Self, TransportError> {
        let settings = reader_settings(&brokers, &config)?;
        let follower = Follower::new(Watch::new(&brokers), &config.topic);
        let mut consumer: BaseConsumer<Follower> = created(BaseConsumer::from_config_and_context(&settings, follower))?;
        let ready = Arc::new(Notify::new());
        let tell = Arc::clone(&ready);
        consumer.set_nonempty_callback(move || tell.notify_one());
        let context = Arc::clone(consumer.context());
        let serve = || drop(consumer.poll(Duration::ZERO));
        let count = partitions(consumer.client(), &brokers, &config.topic, config.patience, &context.watch, serve)?;
        if config.group.is_some() {
            consumer.subscribe(&[&config.topic]).map_err(failed("join the group"))?;
        } else {
            let numbers: Vec<u32> = (0..count).collect();
            let all = list(&config.topic, &numbers, NOT_YET);
            consumer.assign(&all).and_then(|()| consumer.pause(&all)).map_err(failed("take the partitions"))?;
            context.own_all(count);
        }
        let consumer = Some(Arc::new(consumer));
        Ok(Self { consumer, config, brokers, count, places: BTreeMap::new(), ready, seeking: None })
    }

    /// What is needed to save, in one transaction, what was done and how far; `None` without a group.
    #[must_use]
    pub fn group(&self) -> Option<KafkaGroup> {
        Some(KafkaGroup {
            consumer: Arc::downgrade(self.consumer.as_ref()?),
            brokers: self.brokers.clone(),
            id: self.config.group.as_ref()?.id.clone(),
            topic: self.config.topic.clone(),
            partitions: self.count,
        })
    }

    /// Leaves the group, and waits until that is done. What is dropped leaves it as well, a little later.
    pub async fn close(mut self) {
        let consumer = self.consumer.take();
        // Whether it ended well is the broker's business: it notices by itself.
        drop(tokio::task::spawn_blocking(move || end(consumer)).await);
    }

    /// Waits for a call that somebody did not wait for.
    async fn settle(&mut self) -> Result<(), TransportError> {
        let Some(seeking) = &mut self.seeking else { return Ok(()) };
        let sought = (&mut seeking.call).await;
        let partition = seeking.partition;
        self.seeking = None;
        let sought = sought.map_err(|_| TransportError::System { why: "a thread that seeks has ended".to_owned() })?;
        let next = sought?;
        let place = self.places.entry(partition).or_default();
        place.next = Some(next);
        place.held.clear();
        if !place.paused {
            self.tell(partition, |consumer, one| consumer.resume(one));
        }
        Ok(())
    }

    fn tell(
        &self,
        partition: u32,
        what: impl Fn(&BaseConsumer<Follower>, &rdkafka::TopicPartitionList) -> Result<(), KafkaError>,
    ) {
        if let Some(consumer) = &self.consumer
            && partition < self.count
        {
            // It fails for partitions that are not ours (any more), of which nothing comes.
            drop(what(consumer, &list(&self.config.topic, &[partition], Offset::Invalid)));
        }
    }

    /// What there is now, without waiting.
    fn take(&mut self) -> Result<Option<Event>, TransportError> {
        let Some(consumer) = self.consumer.clone() else { return Ok(None) };
        loop {
            if let Some(received) = self.take_held() {
                return Ok(Some(Event::Message(received)));
            }
            let polled = consumer.poll(Duration::ZERO);
            if let Some(turn) = consumer.context().turn() {
                // The message that came with it comes behind it.
                if let Some(Ok(message)) = polled
                    && let Some(received) = self.receive(&message)
                {
                    self.places.entry(received.position.partition).or_default().held.push_back(received);
                }
                return Ok(Some(self.changed(turn)));
            }
            match polled {
                None => return Ok(None),
                Some(Ok(message)) => {
                    let Some(received) = self.receive(&message) else { continue };
                    let place = self.places.entry(received.position.partition).or_default();
                    if !place.paused {
                        return Ok(Some(Event::Message(received)));
                    }
                    place.held.push_back(received);
                }
                Some(Err(error)) if passes(&error) => {}
                Some(Err(error)) => return Err(TransportError::Kafka { doing: "read the topic", why: says(&error) }),
            }
        }
    }

    fn take_held(&mut self) -> Option<Received> {
        self.places.values_mut().filter(|place| !place.paused).find_map(|place| place.held.pop_front())
    }

    /// A message, if it is one that was asked for. Counts it as given.
    fn receive(&mut self, message: &BorrowedMessage<'_>) -> Option<Received> {
        let partition = u32::try_from(message.partition()).ok()?;
        let offset = u64::try_from(message.offset()).ok()?;
        let next = &mut self.places.get_mut(&partition)?.next;
        // What was fetched before somebody said from where to read.
        if next.is_none_or(|next| offset < next) {
            return None;
        }
        *next = Some(offset.saturating_add(1));
        let content = Content::Message(content(message));
        Some(Received { position: Position { partition, offset }, next: offset.saturating_add(1), content })
    }

    fn changed(&mut self, turn: Turn) -> Event {
        match turn {
            Turn::Assigned(partitions) => {
                self.forget(&partitions);
                Event::Assigned(partitions)
            }
            Turn::Revoked(partitions) => {
                self.forget(&partitions);
                Event::Revoked(partitions)
            }
            Turn::Lost(partitions) => {
                self.forget(&partitions);
                Event::Lost(partitions)
            }
        }
    }

    fn forget(&mut self, partitions: &[u32]) {
        for partition in partitions {
            self.places.insert(*partition, Place::default());
        }
    }
}

/// Leaves the group. Blocks.
fn end(consumer: Option<Arc<BaseConsumer<Follower>>>) {
    if let Some(consumer) = consumer {
        consumer.context().close(&consumer);
        drop(consumer);
    }
}

/// Whether an error is over when the library reaches a broker again, for which it goes on trying.
fn passes(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    !matches!(error, KafkaError::MessageConsumptionFatal(_))
        && matches!(
            error.rdkafka_error_code(),
            Some(
                Code::BrokerTransportFailure
                    | Code::AllBrokersDown
                    | Code::Resolve
                    | Code::OperationTimedOut
                    | Code::RequestTimedOut
                    | Code::LeaderNotAvailable
                    | Code::NotLeaderForPartition
                    | Code::CoordinatorNotAvailable
                    | Code::CoordinatorLoadInProgress
                    | Code::NotCoordinator
                    // Told as Event::Lost.
                    | Code::PollExceeded
            )
        )
}

fn content(message: &BorrowedMessage<'_>) -> Message {
    let headers = message.headers().map(|headers| {
        let header = |index| {
            // The library's binding panics at a name that is no UTF-8.
            let read = catch_unwind(AssertUnwindSafe(|| {
                let header = headers.try_get(index)?;
                Some(Header { name: header.key.to_owned(), value: header.value.map(<[u8]>::to_vec) })
            }));
            read.ok().flatten().unwrap_or_else(|| Header { name: "\u{fffd}".to_owned(), value: None })
        };
        (0..headers.count()).map(header).collect()
    });
    Message {
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: headers.unwrap_or_default(),
        timestamp_ms: message.timestamp().to_millis(),
    }
}

impl Source for KafkaSource {
    async fn seek(&mut self, partition: u32, from: From) -> Result<(), TransportError> {
        if partition >= self.count {
            return Err(TransportError::NoPartition { partition, partitions: self.count });
        }
        // One that nobody waited for, and whose error nobody wants to hear any more.
        drop(self.settle().await);
        let owner = self.consumer.clone().filter(|consumer| consumer.context().owns(partition));
        let Some(consumer) = owner else {
            return Err(TransportError::Kafka { doing: "seek", why: "the partition is not this reader's".to_owned() });
        };
        let config = self.config.clone();
        let call = tokio::task::spawn_blocking(move || seek(&consumer, &config, partition, from));
        self.seeking = Some(Seeking { partition, call });
        self.settle().await
    }

    async fn next(&mut self) -> Result<Event, TransportError> {
        drop(self.settle().await);
        loop {
            if let Some(event) = self.take()? {
                return Ok(event);
            }
            // Either it says that there is something, or it is asked all the same.
            drop(tokio::time::timeout(ASK, self.ready.notified()).await);
        }
    }

    fn pause(&mut self, partition: u32) {
        if partition < self.count {
            self.places.entry(partition).or_default().paused = true;
            self.tell(partition, |consumer, one| consumer.pause(one));
        }
    }

    fn resume(&mut self, partition: u32) {
        let place = self.places.get_mut(&partition);
        let reads = place.is_some_and(|place| {
            place.paused = false;
            place.next.is_some()
        });
        if reads {
            self.tell(partition, |consumer, one| consumer.resume(one));
        }
    }

    fn release(&mut self) {
        if let Some(consumer) = &self.consumer {
            consumer.context().release(consumer);
        }
    }
}

impl Drop for KafkaSource {
    fn drop(&mut self) {
        if let Some(consumer) = self.consumer.take() {
            // Leaving takes the time of a question to the broker, which is not this thread's to give.
            let ending = std::thread::Builder::new().name("dashstream-kafka-end".to_owned());
            drop(ending.spawn(move || end(Some(consumer))));
        }
    }
}
