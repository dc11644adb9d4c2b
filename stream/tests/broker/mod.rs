//! The brokers that `stream/kafka/up` has started. There have to be some: a test without them fails.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]
#![allow(dead_code, reason = "each test file needs its part of it")]

#[path = "../books/mod.rs"]
pub(crate) mod books;
pub(crate) mod proxy;
pub(crate) mod world;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use dashstream_stream::security::Config;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::RDKafkaErrorCode;

/// What the file says to which `DASHSTREAM_KAFKA` points.
pub(crate) fn known() -> BTreeMap<String, String> {
    let path = std::env::var("DASHSTREAM_KAFKA").unwrap_or_else(|_| {
        panic!("DASHSTREAM_KAFKA is not set: it names the file `env` of the brokers that stream/kafka/up starts")
    });
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("no brokers: {path}: {error}"));
    text.lines()
        .map(|line| line.split_once('=').unwrap())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(&known()[name])
}

/// Brokers by the name of a listener, without TLS or SASL.
pub(crate) fn listener(name: &str) -> Config {
    let brokers = known()[name].split(',').map(str::to_owned).collect();
    Config { brokers, ..Config::default() }
}

pub(crate) fn brokers() -> Config {
    listener("PLAINTEXT")
}

pub(crate) fn admin() -> AdminClient<DefaultClientContext> {
    ClientConfig::new().set("bootstrap.servers", &known()["PLAINTEXT"]).create().unwrap()
}

/// A name that nothing else has.
pub(crate) fn fresh(what: &str) -> String {
    let mut random = [0; 8];
    getrandom::fill(&mut random).unwrap();
    format!("{what}-{}", hex::encode(random))
}

/// A topic that nobody else has.
pub(crate) async fn topic(partitions: i32) -> String {
    let name = fresh("topic");
    make_topic(&NewTopic::new(&name, partitions, TopicReplication::Fixed(-1))).await;
    name
}

/// Makes a topic, whose name is [`fresh`].
pub(crate) async fn make_topic(topic: &NewTopic<'_>) {
    let made =
        admin().create_topics([topic], &AdminOptions::new().operation_timeout(Some(Duration::from_secs(30)))).await;
    for one in made.unwrap() {
        // Nobody else knows its name: a request whose answer is late may be made again on its way, when the first has made it.
        assert!(matches!(one, Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists))), "{one:?}");
    }
}

/// Pauses, continues, kills or starts a broker.
pub(crate) fn broker(what: &str, number: u32) {
    let known = known();
    let done =
        Command::new(&known["BROKER_TOOL"]).args([what, &number.to_string(), "--dir", &known["DIR"]]).output().unwrap();
    assert!(done.status.success(), "{what} {number}: {done:?}");
}

pub(crate) fn later() -> Instant {
    Instant::now() + Duration::from_secs(30)
}
