//! Brokers that hang and die.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod broker;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use dashstream_stream::transport::kafka::{KafkaSink, KafkaSinkConfig, KafkaSource, KafkaSourceConfig};
use dashstream_stream::transport::{Cause, Content, Event, From, Message, Outcome, Sink as _, Source as _};
use rdkafka::admin::{NewTopic, TopicReplication};
use tokio::sync::Mutex;

/// The brokers are there once.
static BROKERS: Mutex<()> = Mutex::const_new(());

/// A topic of three partitions, each of which only one broker has: partition 0 is broker 1's.
async fn topic() -> String {
    assert_eq!(broker::known()["BROKERS"], "3", "this needs three brokers: stream/kafka/up --brokers 3");
    let name = broker::fresh("topic");
    let replicas = TopicReplication::Variable(&[&[1], &[2], &[3]]);
    broker::make_topic(&NewTopic::new(&name, 3, replicas).set("min.insync.replicas", "1")).await;
    name
}

fn message(number: u32) -> Message {
    Message { value: Some(number.to_le_bytes().to_vec()), ..Message::default() }
}

/// What became of the messages of one partition.
#[derive(Debug, Default)]
struct Told {
    persisted: BTreeSet<u32>,
    possibly: BTreeSet<u32>,
    not: BTreeSet<u32>,
    /// From the sending of a message to its outcome.
    slowest: Duration,
    /// By how much an outcome came after its deadline.
    late: Duration,
}

const DEADLINE: Duration = Duration::from_millis(1500);

/// Sends some messages to each partition, all at once, and waits for what becomes of them.
async fn send_everywhere(sink: &KafkaSink, first: u32) -> Vec<Told> {
    let begin = Instant::now();
    let deadline = begin + DEADLINE;
    let mut waiting = tokio::task::JoinSet::new();
    for number in first..first + 20 {
        for partition in 0..3 {
            let sending = sink.send(partition, message(number), deadline);
            waiting.spawn(async move { (partition, number, sending.await, Instant::now()) });
        }
    }
    let mut all: Vec<Told> = (0..3).map(|_| Told::default()).collect();
    while let Some(done) = waiting.join_next().await {
        let (partition, number, outcome, at) = done.unwrap();
        let told = &mut all[usize::try_from(partition).unwrap()];
        told.slowest = told.slowest.max(at - begin);
        told.late = told.late.max(at.saturating_duration_since(deadline));
        match outcome {
            Outcome::Persisted(_) => told.persisted.insert(number),
            Outcome::PossiblyPersisted(_) => told.possibly.insert(number),
            Outcome::NotPersisted(Cause::Deadline) => told.not.insert(number),
            other @ Outcome::NotPersisted(_) => panic!("{other:?}"),
        };
    }
    all
}

async fn everything(topic: &str, partition: u32, until_silent: Duration) -> Vec<u32> {
    let mut source = KafkaSource::connect(&broker::brokers(), &KafkaSourceConfig::new(topic, None)).await.unwrap();
    assert!(matches!(source.next().await.unwrap(), Event::Assigned(_)));
    source.seek(partition, From::Start).await.unwrap();
    let mut all = Vec::new();
    while let Ok(event) = tokio::time::timeout(until_silent, source.next()).await {
        let Event::Message(received) = event.unwrap() else { panic!("no message") };
        let Content::Message(message) = received.content else { panic!("damage in Kafka") };
        all.push(u32::from_le_bytes(message.value.unwrap().try_into().unwrap()));
    }
    all
}

/// Brings a broker back, also when the test has failed.
struct Back(&'static str);

impl Drop for Back {
    fn drop(&mut self) {
        broker::broker(self.0, 2);
    }
}

/// A broker is away: the other partitions do not notice, the deadlines of its own are kept, and what was said of them stays true when
/// it is back.
async fn one_broker_is_away(goes: &'static str, comes: &'static str) {
    let _alone = BROKERS.lock().await;
    let topic = topic().await;
    let config = KafkaSinkConfig { flight_count: 4, ..KafkaSinkConfig::new(&topic) };
    let sink = KafkaSink::connect(&broker::brokers(), &config).await.unwrap();
    let before = send_everywhere(&sink, 0).await;
    assert!(before.iter().all(|told| told.persisted.len() == 20), "{before:?}");
    broker::broker(goes, 2);
    let away = Back(comes);
    let mut possibly: BTreeSet<u32> = BTreeSet::new();
    let mut not: BTreeSet<u32> = BTreeSet::new();
    // Right after it has gone, and when it is long known.
    for first in [100, 200, 300, 400, 500, 600] {
        let told = send_everywhere(&sink, first).await;
        for partition in [0, 2] {
            assert_eq!(told[partition].persisted.len(), 20, "{told:?}");
            assert!(told[partition].slowest < Duration::from_millis(1000), "{told:?}");
        }
        let of_it = &told[1];
        assert!(of_it.persisted.is_empty() && of_it.late < Duration::from_millis(50), "{of_it:?}");
        assert!(of_it.slowest < DEADLINE + Duration::from_millis(50), "{of_it:?}");
        possibly.extend(&of_it.possibly);
        not.extend(&of_it.not);
    }
    // No more than were under way are possibly there.
    assert_eq!((possibly.len(), not.len()), (4, 116));
    drop(away);
    let after = loop {
        let told = send_everywhere(&sink, 1000).await;
        if told[1].persisted.len() == 20 {
            break told;
        }
    };
    assert!(after.iter().all(|told| told.persisted.len() == 20), "{after:?}");
    let there = everything(&topic, 1, Duration::from_secs(2)).await;
    assert!(there.iter().all(|number| !not.contains(number)), "{there:?}");
    assert!(before[1].persisted.iter().chain(&after[1].persisted).all(|number| there.contains(number)), "{there:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_without_a_leader_slows_no_other() {
    one_broker_is_away("kill", "start").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_hangs_slows_no_other() {
    one_broker_is_away("pause", "continue").await;
}
