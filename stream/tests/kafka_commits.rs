//! What was done and how far move together, by transactions.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod broker;

use std::collections::BTreeMap;
use std::time::Duration;

use dashstream_stream::transport::kafka::{
    Commit, CommitError, Group, KafkaCommits, KafkaCommitsConfig, KafkaSink, KafkaSinkConfig, KafkaSource,
    KafkaSourceConfig, Loaded,
};
use dashstream_stream::transport::{Content, Event, From, Message, Sink as _, Source as _, TransportError};
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

/// A reader that has both partitions of a topic with ten messages each.
async fn reader(topic: &str, group: &Group) -> KafkaSource {
    let config = KafkaSourceConfig::new(topic, Some(group.clone()));
    let mut source = KafkaSource::connect(&broker::brokers(), &config).await.unwrap();
    let event = tokio::time::timeout(Duration::from_secs(30), source.next()).await.unwrap().unwrap();
    assert!(matches!(event, Event::Assigned(_)), "{event:?}");
    source
}

async fn topic() -> String {
    let topic = broker::topic(2).await;
    let sink = KafkaSink::connect(&broker::brokers(), &KafkaSinkConfig::new(&topic)).await.unwrap();
    for number in 0..20_u8 {
        let message = Message { value: Some(vec![number]), ..Message::default() };
        assert!(sink.send(u32::from(number % 2), message, broker::later()).await.is_persisted());
    }
    topic
}

fn commit(partition: u32, next: u64, state: &[(&str, Option<&str>)]) -> Commit {
    let bytes = |text: &str| text.as_bytes().to_vec();
    let state = state.iter().map(|(key, value)| (bytes(key), value.map(bytes))).collect();
    Commit { partition, next, state, messages: Vec::new() }
}

fn loaded(next: u64, state: &[(&str, &str)]) -> Loaded {
    let state = state.iter().map(|(key, value)| (key.as_bytes().to_vec(), value.as_bytes().to_vec()));
    Loaded { state: state.collect(), next: Some(next) }
}

async fn open(source: &KafkaSource, name: &str) -> KafkaCommits {
    KafkaCommits::open(&source.group().unwrap(), &KafkaCommitsConfig::new(name)).await.unwrap()
}

#[tokio::test]
async fn state_and_offset_move_together() {
    let group = Group::new(broker::fresh("group"));
    let source = reader(&topic().await, &group).await;
    let commits = open(&source, "one").await;
    assert_eq!(commits.load(0).await.unwrap(), Loaded { state: BTreeMap::new(), next: None });
    commits.commit(commit(0, 3, &[("a", Some("1")), ("b", Some("2"))])).await.unwrap();
    assert_eq!(commits.load(0).await.unwrap(), loaded(3, &[("a", "1"), ("b", "2")]));
    commits.commit(commit(0, 5, &[("a", None), ("c", Some(""))])).await.unwrap();
    commits.commit(commit(1, 1, &[("a", Some("other"))])).await.unwrap();
    // A life later.
    drop(commits);
    let commits = open(&source, "one").await;
    assert_eq!(commits.load(0).await.unwrap(), loaded(5, &[("b", "2"), ("c", "")]));
    assert_eq!(commits.load(1).await.unwrap(), loaded(1, &[("a", "other")]));
    // An offset alone, and back.
    commits.commit(commit(1, 0, &[])).await.unwrap();
    assert_eq!(commits.load(1).await.unwrap(), loaded(0, &[("a", "other")]));
    let error = commits.load(2).await.unwrap_err();
    assert!(matches!(error, CommitError::Transport(TransportError::NoPartition { partition: 2, partitions: 2 })));
}

#[tokio::test]
async fn an_abort_leaves_both_and_the_same_can_be_tried_again() {
    let group = Group::new(broker::fresh("group"));
    let source = reader(&topic().await, &group).await;
    let commits = open(&source, "one").await;
    commits.commit(commit(0, 3, &[("a", Some("1"))])).await.unwrap();
    let other = broker::topic(1).await;
    let message = |len| Message { value: Some(vec![7; len]), ..Message::default() };
    for number in 0..3 {
        let mut bad = commit(0, 9, &[("a", Some("never")), ("z", Some("never"))]);
        // The broker refuses the second one, after the first was sent.
        bad.messages = vec![(other.clone(), 0, message(1)), (other.clone(), 0, message(2_000_000))];
        let error = commits.commit(bad.clone()).await.unwrap_err();
        assert!(matches!(error, CommitError::Aborted { .. }), "{error:?}");
        assert_eq!(commits.load(0).await.unwrap(), loaded(3 + number, &[("a", "1")]));
        bad.messages.truncate(1);
        bad.next = 4 + number;
        bad.state = vec![(b"a".to_vec(), Some(b"1".to_vec()))];
        commits.commit(bad).await.unwrap();
    }
    // What was sent in them is there once for each that was committed.
    let mut all = KafkaSource::connect(&broker::brokers(), &KafkaSourceConfig::new(&other, None)).await.unwrap();
    assert!(matches!(all.next().await.unwrap(), Event::Assigned(_)));
    all.seek(0, From::Start).await.unwrap();
    for _ in 0..3 {
        let event = tokio::time::timeout(Duration::from_secs(20), all.next()).await.unwrap().unwrap();
        let Event::Message(received) = event else { panic!("{event:?}") };
        assert!(matches!(&received.content, Content::Message(got) if got.value == message(1).value));
    }
    assert!(tokio::time::timeout(Duration::from_millis(500), all.next()).await.is_err());
}

#[tokio::test]
async fn whoever_opens_the_same_name_fences_the_one_before() {
    let group = Group::new(broker::fresh("group"));
    let source = reader(&topic().await, &group).await;
    let first = open(&source, "one").await;
    first.commit(commit(0, 1, &[("a", Some("first"))])).await.unwrap();
    let second = open(&source, "one").await;
    let error = first.commit(commit(0, 2, &[("a", Some("late"))])).await.unwrap_err();
    assert!(matches!(error, CommitError::Fenced { .. }), "{error:?}");
    let error = first.commit(commit(0, 2, &[("a", Some("late"))])).await.unwrap_err();
    assert!(matches!(error, CommitError::Broken), "{error:?}");
    assert_eq!(second.load(0).await.unwrap(), loaded(1, &[("a", "first")]));
    second.commit(commit(0, 3, &[("a", Some("second"))])).await.unwrap();
    assert_eq!(second.load(0).await.unwrap(), loaded(3, &[("a", "second")]));
}

#[tokio::test]
async fn a_reader_that_was_taken_for_dead_saves_nothing() {
    let topic = topic().await;
    let short = Duration::from_millis(2000);
    let group = Group { session_timeout: short, poll_timeout: short, ..Group::new(broker::fresh("group")) };
    let dead = reader(&topic, &group).await;
    let late = open(&dead, "dead").await;
    late.commit(commit(0, 1, &[("a", Some("first"))])).await.unwrap();
    // Nobody asks it for anything, and so another one gets its partitions.
    let alive = reader(&topic, &group).await;
    let commits = open(&alive, "alive").await;
    let error = late.commit(commit(0, 9, &[("a", Some("late"))])).await.unwrap_err();
    assert!(matches!(error, CommitError::Fenced { .. }), "{error:?}");
    assert_eq!(commits.load(0).await.unwrap(), loaded(1, &[("a", "first")]));
    commits.commit(commit(0, 2, &[("a", Some("second"))])).await.unwrap();
    assert_eq!(commits.load(0).await.unwrap(), loaded(2, &[("a", "second")]));
}

#[tokio::test]
async fn any_patience_will_do() {
    let group = Group::new(broker::fresh("group"));
    let source = reader(&topic().await, &group).await;
    for (next, patience) in (1..).zip([Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(3_600)]) {
        let config = KafkaCommitsConfig { patience, ..KafkaCommitsConfig::new("one") };
        let commits = KafkaCommits::open(&source.group().unwrap(), &config).await.unwrap();
        commits.commit(commit(0, next, &[("a", Some("1"))])).await.unwrap();
        assert_eq!(commits.load(0).await.unwrap(), loaded(next, &[("a", "1")]));
    }
}

#[tokio::test]
async fn a_topic_that_would_forget_is_refused() {
    let group = Group::new(broker::fresh("group"));
    let source = reader(&topic().await, &group).await;
    let forgets = broker::topic(2).await;
    let config = KafkaCommitsConfig { topic: Some(forgets), ..KafkaCommitsConfig::new("one") };
    let error = KafkaCommits::open(&source.group().unwrap(), &config).await.unwrap_err();
    assert!(error.to_string().contains("it would be forgotten"), "{error}");
}

#[tokio::test]
async fn a_transaction_that_is_under_way_is_waited_for() {
    let group = Group::new(broker::fresh("group"));
    let source = reader(&topic().await, &group).await;
    let commits = open(&source, "one").await;
    commits.commit(commit(0, 1, &[("a", Some("before"))])).await.unwrap();
    // Another one, of whom only the marks at the end of the transaction are missing.
    let state = format!("{}-dashstream-state", group.id);
    let known = broker::known();
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", known.get("PLAINTEXT").unwrap())
        .set("transactional.id", broker::fresh("other"))
        .create()
        .unwrap();
    let wait = Duration::from_secs(20);
    let (begun, begins) = tokio::sync::oneshot::channel();
    let other = tokio::task::spawn_blocking(move || {
        producer.init_transactions(wait).unwrap();
        producer.begin_transaction().unwrap();
        producer.send(BaseRecord::to(&state).key("a").payload("after").partition(0)).map_err(|(e, _)| e).unwrap();
        producer.flush(wait).unwrap();
        begun.send(()).unwrap();
        std::thread::sleep(Duration::from_secs(2));
        producer.commit_transaction(wait).unwrap();
    });
    begins.await.unwrap();
    assert_eq!(commits.load(0).await.unwrap(), loaded(1, &[("a", "after")]));
    other.await.unwrap();
}
