//! Sending to a topic of Kafka.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::thread::Builder;
use std::time::{Duration, Instant};

use rdkafka::client::OAuthToken;
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer as _, ProducerContext};
use rdkafka::{ClientConfig, ClientContext};

use super::super::outcome::{Cause, Outcome};
use super::super::{Destination, Message, Sending, Sink, TransportError};
use super::client::{Watch, blocking, check_topic, created, partitions, settings};
use super::failure::{cause, delivered};
use super::lane::{Bounds, Job, Lane, len, position};
use crate::security::Config;

/// How often deadlines are looked at: a message is told of at most this much, and what the machine is late, after its deadline.
const TICK: Duration = Duration::from_millis(10);

/// How long the library is asked for what became of messages before it is asked again. It counts in whole milliseconds and spins through the
/// last one, so short questions would take a tenth of a processor while nothing is sent.
const HEAR: Duration = Duration::from_millis(200);

/// More is no setting of the library.
const MAX_BATCH_LEN: usize = i32::MAX as usize;

/// How a topic is sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaSinkConfig {
    /// The topic. It has to be there.
    pub topic: String,
    /// How long [`KafkaSink::connect`] waits for a broker. The default is 10 s.
    pub patience: Duration,
    /// Bytes that wait for a partition at the most, without those under way. The default is 32 MiB.
    pub queue_len: usize,
    /// Messages that wait for a partition at the most. The default is 10,000.
    pub queue_count: usize,
    /// Bytes under way to a partition at the most, if it is more than one message, which go as one request. The default is 1,000,000; brokers
    /// take 1,048,588 if they are not told otherwise.
    pub flight_len: usize,
    /// Messages under way to a partition at the most, 1 or more. The default is 256.
    pub flight_count: usize,
    /// Bytes of the largest message that is sent; brokers have a limit of their own. The default is 16 MiB.
    pub max_message_len: u32,
}

impl KafkaSinkConfig {
    /// The defaults for a topic.
    #[must_use]
    pub fn new(topic: impl Into<String>) -> Self {
        Self {
            topic: topic.into(),
            patience: Duration::from_secs(10),
            queue_len: 32 << 20,
            queue_count: 10_000,
            flight_len: 1_000_000,
            flight_count: 256,
            max_message_len: 16 << 20,
        }
    }
}

/// Sends to a topic of Kafka: acknowledged by all replicas in sync, idempotent, not compressed again (KAF-003, KAF-005).
///
/// A message is told of when its deadline passes, whatever the client library still does with it: `NotPersisted` if it was not
/// given to the library yet, `PossiblyPersisted` if it was. When this is dropped, what was given before is sent until its deadline,
/// as long as somebody waits for an outcome.
#[derive(Debug)]
pub struct KafkaSink {
    shared: Arc<Shared>,
}

struct Shared {
    producer: BaseProducer<Deliveries>,
    topic: String,
    lanes: Arc<Vec<Mutex<Lane>>>,
    bounds: Bounds,
    closed: AtomicBool,
    /// It is closed, and nobody waits for an outcome any more.
    ended: AtomicBool,
    broken: AtomicBool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Shared").field("topic", &self.topic).field("bounds", &self.bounds).finish_non_exhaustive()
    }
}

/// Hears what became of messages.
pub(super) struct Deliveries {
    watch: Watch,
    owner: OnceLock<Weak<Shared>>,
}

/// What the library gives back with a message.
pub(super) struct Ticket {
    partition: u32,
    id: u64,
}

impl KafkaSink {
    /// Connects to a topic, and starts the threads that hear what became of messages and look at their deadlines.
    ///
    /// # Errors
    /// [`TransportError::Security`] before any connection is made; [`TransportError::Tls`], [`TransportError::Authentication`],
    /// [`TransportError::NoTopic`], [`TransportError::Kafka`], [`TransportError::System`].
    pub async fn connect(brokers: &Config, config: &KafkaSinkConfig) -> Result<Self, TransportError> {
        check_topic(&config.topic)?;
        let (brokers, config) = (brokers.clone(), config.clone());
        blocking(move || Self::connect_blocking(&brokers, &config)).await
    }

    fn connect_blocking(brokers: &Config, config: &KafkaSinkConfig) -> Result<Self, TransportError> {
        let settings = sink_settings(brokers, config)?;
        let context = Deliveries { watch: Watch::new(brokers), owner: OnceLock::new() };
        let producer: BaseProducer<Deliveries> = created(BaseProducer::from_config_and_context(&settings, context))?;
        let context = Arc::clone(producer.context());
        let serve = || producer.poll(Duration::ZERO);
        let count = partitions(producer.client(), brokers, &config.topic, config.patience, &context.watch, serve)?;
        let shared = Arc::new(Shared {
            producer,
            topic: config.topic.clone(),
            lanes: Arc::new((0..count).map(|_| Mutex::default()).collect()),
            bounds: Bounds {
                queue_len: config.queue_len,
                queue_count: config.queue_count,
                flight_len: config.flight_len,
                flight_count: config.flight_count.max(1),
            },
            closed: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            broken: AtomicBool::new(false),
        });
        drop(context.owner.set(Arc::downgrade(&shared)));
        // Of one that cannot start both threads the one that runs comes to an end.
        let sink = Self { shared };
        sink.start("dashstream-kafka", Shared::look)?;
        sink.start("dashstream-acks", Shared::hear)?;
        Ok(sink)
    }

    fn start(&self, name: &str, run: fn(&Shared)) -> Result<(), TransportError> {
        let shared = Arc::clone(&self.shared);
        let spawned = Builder::new().name(name.to_owned()).spawn(move || run(&shared));
        spawned.map(drop).map_err(|error| TransportError::System { why: error.to_string() })
    }
}

fn sink_settings(brokers: &Config, config: &KafkaSinkConfig) -> Result<ClientConfig, TransportError> {
    let mut settings = settings(brokers)?;
    // KAF-003
    settings.set("acks", "all");
    settings.set("enable.idempotence", "true");
    settings.set("max.in.flight.requests.per.connection", "5");
    // KAF-005
    settings.set("compression.codec", "none");
    settings.set("linger.ms", "1");
    settings.set("batch.size", config.flight_len.clamp(1, MAX_BATCH_LEN).to_string());
    settings.set("message.max.bytes", config.max_message_len.to_string());
    // The deadlines are ours: a message that the library gives up makes it wait for all others.
    settings.set("message.timeout.ms", "0");
    settings.set("request.timeout.ms", "10000");
    settings.set("queue.buffering.max.kbytes", "2097151");
    Ok(settings)
}

impl Sink for KafkaSink {
    fn partitions(&self) -> u32 {
        self.shared.count()
    }

    fn destination(&self) -> Destination {
        Destination { system: "kafka", name: self.shared.topic.clone() }
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        if let Err(why) = self.shared.can_send(partition, &message, deadline) {
            return Sending::done(Outcome::NotPersisted(why));
        }
        let (reply, sending) = Sending::pending();
        if let Some(mut lane) = self.shared.lane(partition) {
            lane.push(Job { message, deadline, reply }, &self.shared.bounds);
            self.shared.hand(partition, &mut lane);
        }
        sending
    }
}

impl Drop for KafkaSink {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
    }
}

impl Shared {
    fn count(&self) -> u32 {
        u32::try_from(self.lanes.len()).unwrap_or(u32::MAX)
    }

    fn lane(&self, partition: u32) -> Option<MutexGuard<'_, Lane>> {
        let lane = self.lanes.get(usize::try_from(partition).ok()?)?;
        Some(lane.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn can_send(&self, partition: u32, message: &Message, deadline: Instant) -> Result<(), Cause> {
        if self.broken.load(Ordering::Acquire) {
            return Err(Cause::Broken);
        }
        if partition >= self.count() {
            let error = TransportError::NoPartition { partition, partitions: self.count() };
            return Err(Cause::Refused(error.to_string()));
        }
        // The library ends a name there, and takes 0 for now.
        if message.headers.iter().any(|header| header.name.contains('\0')) {
            return Err(Cause::Refused("the name of a header has a zero byte".to_owned()));
        }
        if message.timestamp_ms.is_some_and(|timestamp| timestamp <= 0) {
            return Err(Cause::Refused("a timestamp is not after the beginning of 1970".to_owned()));
        }
        if Instant::now() > deadline { Err(Cause::Deadline) } else { Ok(()) }
    }

    /// Gives the library what it may have of a partition. The lane is locked all the while, so that the order stays.
    fn hand(&self, partition: u32, lane: &mut Lane) {
        if !lane.is_open() {
            return;
        }
        while let Some(job) = lane.take(&self.bounds) {
            let Job { message, deadline, reply } = job;
            if Instant::now() > deadline {
                reply.tell(Outcome::NotPersisted(Cause::Deadline));
                continue;
            }
            let id = lane.next();
            match self.produce(partition, id, &message) {
                Ok(()) => lane.hand(id, len(&message), deadline, reply),
                Err(error) if matches!(cause(&error), Cause::Full) => {
                    return lane.put_back(Job { message, deadline, reply });
                }
                // It was not even taken.
                Err(error) => {
                    self.see_fatal(&error);
                    reply.tell(Outcome::NotPersisted(cause(&error)));
                }
            }
        }
    }

    fn produce(&self, partition: u32, id: u64, message: &Message) -> Result<(), KafkaError> {
        // KAF-002
        let number = i32::try_from(partition).unwrap_or(i32::MAX);
        let mut record =
            BaseRecord::<[u8], [u8], Box<Ticket>>::with_opaque_to(&self.topic, Box::new(Ticket { partition, id }))
                .partition(number);
        record.key = message.key.as_deref();
        record.payload = message.value.as_deref();
        record.timestamp = message.timestamp_ms;
        record.headers = headers(message);
        self.producer.send(record).map_err(|(error, _)| error)
    }

    fn see_fatal(&self, error: &KafkaError) {
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::Fatal) {
            self.broken.store(true, Ordering::Release);
        }
    }

    /// Hears what became of messages, until nobody waits any more.
    fn hear(&self) {
        while !self.ended.load(Ordering::Acquire) {
            self.producer.poll(HEAR);
        }
    }

    /// Looks at deadlines, until it is closed and nobody waits any more.
    fn look(&self) {
        loop {
            std::thread::sleep(TICK);
            let now = Instant::now();
            let mut awaited = false;
            if self.producer.client().fatal_error().is_some() {
                self.broken.store(true, Ordering::Release);
            }
            for partition in 0..self.count() {
                let Some(mut lane) = self.lane(partition) else { continue };
                lane.expire(now);
                if self.broken.load(Ordering::Acquire) {
                    lane.refuse_waiting(|| Cause::Broken);
                }
                self.hand(partition, &mut lane);
                awaited |= lane.is_awaited();
            }
            if self.closed.load(Ordering::Acquire) && !awaited {
                return self.ended.store(true, Ordering::Release);
            }
        }
    }
}

/// The headers of a message, for the library.
pub(super) fn headers(message: &Message) -> Option<OwnedHeaders> {
    let empty = || OwnedHeaders::new_with_capacity(message.headers.len());
    let add = |headers: OwnedHeaders, header: &super::super::Header| {
        headers.insert(Header { key: &header.name, value: header.value.as_deref() })
    };
    (!message.headers.is_empty()).then(|| message.headers.iter().fold(empty(), add))
}

impl ClientContext for Deliveries {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn error(&self, error: KafkaError, reason: &str) {
        self.watch.error(error, reason);
    }

    fn generate_oauth_token(&self, config: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        self.watch.generate_oauth_token(config)
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Ticket>;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: Box<Ticket>) {
        let Some(shared) = self.owner.get().and_then(Weak::upgrade) else { return };
        let outcome = match result {
            Ok(message) => position(message.partition(), message.offset())
                .map_or(Outcome::PossiblyPersisted(Cause::Broken), Outcome::Persisted),
            Err((error, _)) => {
                shared.see_fatal(error);
                delivered(error)
            }
        };
        if let Some(mut lane) = shared.lane(ticket.partition) {
            lane.finish(ticket.id, outcome);
            shared.hand(ticket.partition, &mut lane);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod tests {
    use rdkafka::mocking::MockCluster;

    use super::*;

    /// Hundredths of a second that threads with these names have had a processor for.
    #[cfg(target_os = "linux")]
    fn ticks(names: &[&str]) -> u64 {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
        let stats = tasks.filter_map(|task| std::fs::read_to_string(task.join("stat")).ok());
        let named = stats.filter(|stat| names.iter().any(|name| stat.contains(&format!("({name})"))));
        // The user's and the system's are the 14th and the 15th field of all, and the name is the 2nd.
        let ticks = |stat: String| -> u64 {
            let (_, fields) = stat.rsplit_once(") ").unwrap();
            fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
        };
        named.map(ticks).sum()
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn one_that_waits_leaves_the_processor_to_others() {
        // Of the names of threads there are 15 bytes.
        const OURS: [&str; 2] = ["dashstream-kafk", "dashstream-acks"];
        const OF_THE_LIBRARY: [&str; 1] = ["rdk:broker1"];
        let cluster = MockCluster::new(1).unwrap();
        cluster.create_topic("topic", 6, 1).unwrap();
        let brokers = Config { brokers: vec![cluster.bootstrap_servers()], ..Config::default() };
        let sink = KafkaSink::connect(&brokers, &KafkaSinkConfig::new("topic")).await.unwrap();
        let send = || {
            let message = Message { value: Some(vec![7]), ..Message::default() };
            sink.send(0, message, Instant::now() + Duration::from_secs(30))
        };
        let outcome = send().await;
        assert!(matches!(outcome, Outcome::Persisted(_)), "{outcome:?}");
        let of_3_s = |names: &[&str]| {
            let before = ticks(names);
            std::thread::sleep(Duration::from_secs(3));
            ticks(names) - before
        };
        // For something to send.
        let idle = of_3_s(&OURS);
        assert!(idle < 9, "{idle} hundredths of a second in 3 s");
        // For a broker that says nothing: some messages are under way, and some wait.
        cluster.broker_round_trip_time(1, Duration::from_secs(20)).unwrap();
        let mut sendings = Vec::new();
        for _ in 0..40 {
            sendings.push(send());
            std::thread::sleep(Duration::from_millis(3));
        }
        let stalled = of_3_s(&OF_THE_LIBRARY);
        assert!(stalled < 30, "{stalled} hundredths of a second in 3 s");
    }

    #[test]
    fn a_sink_asks_for_all_acknowledgements_and_does_not_compress() {
        let brokers = Config { brokers: vec!["localhost:9092".to_owned()], ..Config::default() };
        let settings = sink_settings(&brokers, &KafkaSinkConfig::new("topic")).unwrap();
        // What the library makes of it, which refuses an idempotent producer that is not one.
        let settings = settings.create_native_config().unwrap();
        for (name, value) in [
            ("acks", "-1"),
            ("enable.idempotence", "true"),
            ("max.in.flight.requests.per.connection", "5"),
            ("compression.codec", "none"),
        ] {
            assert_eq!(settings.get(name).unwrap(), value, "{name}");
        }
    }
}
