//! The brokers, and topics of one test.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use dashstream_stream::security::Config;
use dashstream_stream::transport::kafka::{KafkaSink, KafkaSinkConfig};
use dashstream_stream::transport::{Message, Outcome, Sink as _};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::RDKafkaErrorCode;
use tokio::runtime::{Builder, Runtime};

/// What the file says to which `DASHSTREAM_KAFKA` points.
pub(crate) fn known() -> BTreeMap<String, String> {
    let path = std::env::var("DASHSTREAM_KAFKA")
        .expect("DASHSTREAM_KAFKA names the file `env` of the brokers that stream/kafka/up starts");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| line.split_once('=').unwrap())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// A place of a topic, by the name of a listener.
pub(crate) fn place_at(listener: &str, topic: &str) -> String {
    format!("kafka://{}/{topic}", known()[listener])
}

pub(crate) fn place(topic: &str) -> String {
    place_at("PLAINTEXT", topic)
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A topic that nobody else has.
pub(crate) fn topic(partitions: i32, settings: &[(&str, &str)]) -> String {
    let mut random = [0; 8];
    getrandom::fill(&mut random).unwrap();
    let name = format!("cli-{}", hex::encode(random));
    let admin: AdminClient<DefaultClientContext> =
        ClientConfig::new().set("bootstrap.servers", &known()["PLAINTEXT"]).create().unwrap();
    let topic = NewTopic::new(&name, partitions, TopicReplication::Fixed(-1));
    let topic = settings.iter().fold(topic, |topic, (name, value)| topic.set(name, value));
    let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(30)));
    for made in runtime().block_on(admin.create_topics([&topic], &options)).unwrap() {
        // Nobody else knows its name: a request whose answer is late may be made again on its way, when the first has made it.
        assert!(matches!(made, Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists))), "{made:?}");
    }
    name
}

/// Puts messages into partition 0.
pub(crate) fn send(topic: &str, messages: Vec<Message>) {
    runtime().block_on(async {
        let brokers = known()["PLAINTEXT"].split(',').map(str::to_owned).collect();
        let config = Config { brokers, ..Config::default() };
        let sink = KafkaSink::connect(&config, &KafkaSinkConfig::new(topic)).await.unwrap();
        for message in messages {
            let outcome = sink.send(0, message, Instant::now() + Duration::from_secs(30)).await;
            assert!(matches!(outcome, Outcome::Persisted(_)), "{outcome:?}");
        }
    });
}
