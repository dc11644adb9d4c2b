//! What Kafka keeps of a message, and what of transactions a reader sees.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod broker;

use std::time::Duration;

use broker::later;
use dashstream_stream::transport::kafka::{Isolation, KafkaSink, KafkaSinkConfig, KafkaSource, KafkaSourceConfig};
use dashstream_stream::transport::{
    Cause, Content, Event, From, Header, Message, Outcome, Sink, Source, TransportError,
};
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

async fn sink(topic: &str) -> KafkaSink {
    KafkaSink::connect(&broker::brokers(), &KafkaSinkConfig::new(topic)).await.unwrap()
}

async fn source(topic: &str, isolation: Isolation) -> KafkaSource {
    let config = KafkaSourceConfig { isolation, ..KafkaSourceConfig::new(topic, None) };
    let mut source = KafkaSource::connect(&broker::brokers(), &config).await.unwrap();
    assert!(matches!(source.next().await.unwrap(), Event::Assigned(_)));
    source.seek(0, From::Start).await.unwrap();
    source
}

async fn receive(source: &mut KafkaSource) -> Message {
    let event = tokio::time::timeout(Duration::from_secs(20), source.next()).await.unwrap().unwrap();
    let Event::Message(received) = event else { panic!("{event:?}") };
    let Content::Message(message) = received.content else { panic!("damage in Kafka") };
    message
}

fn header(name: &str, value: Option<&[u8]>) -> Header {
    Header { name: name.to_owned(), value: value.map(<[u8]>::to_vec) }
}

#[tokio::test]
async fn a_message_comes_back_as_it_was_sent() {
    let topic = broker::topic(1).await;
    let sink = sink(&topic).await;
    let all = [
        Message { value: None, ..Message::default() },
        Message { value: Some(Vec::new()), key: Some(Vec::new()), ..Message::default() },
        Message { value: Some(vec![0, 255, 0]), key: Some(vec![0, 1]), ..Message::default() },
        Message {
            value: Some(b"value".to_vec()),
            headers: vec![
                header("one", Some(b"1")),
                header("one", Some(&[0xff, 0xfe, 0])),
                header("", Some(b"no name")),
                header("null", None),
                header("empty", Some(b"")),
                header("one", Some(b"1")),
            ],
            timestamp_ms: Some(1_234_567_890_123),
            ..Message::default()
        },
        Message { value: Some(vec![7; 900_000]), timestamp_ms: Some(1), ..Message::default() },
    ];
    for message in &all {
        let outcome = sink.send(0, message.clone(), later()).await;
        assert!(outcome.is_persisted(), "{outcome:?}");
    }
    let mut source = source(&topic, Isolation::default()).await;
    for sent in all {
        let mut got = receive(&mut source).await;
        // Kafka puts the time of sending where there was none.
        assert!(got.timestamp_ms.is_some());
        if sent.timestamp_ms.is_none() {
            got.timestamp_ms = None;
        }
        assert_eq!(got, sent);
    }
}

#[tokio::test]
async fn what_kafka_will_not_take_is_refused() {
    let topic = broker::topic(1).await;
    let sink = sink(&topic).await;
    let large = Message { value: Some(vec![7; 2_000_000]), ..Message::default() };
    let larger = Message { value: Some(vec![7; 20_000_000]), ..Message::default() };
    let zero = Message { headers: vec![header("a\0b", None)], ..Message::default() };
    let old = Message { timestamp_ms: Some(0), ..Message::default() };
    // One that the broker refuses, one that the library does, and two that would be changed on the way.
    for message in [large, larger, zero, old] {
        let outcome = sink.send(0, message, later()).await;
        assert!(matches!(outcome, Outcome::NotPersisted(Cause::Refused(_))), "{outcome:?}");
    }
    assert!(sink.send(0, Message::default(), later()).await.is_persisted());
    let mut source = source(&topic, Isolation::default()).await;
    assert_eq!(receive(&mut source).await.value, None);
    assert!(tokio::time::timeout(Duration::from_millis(300), source.next()).await.is_err());
}

#[tokio::test]
async fn a_topic_that_is_not_there_is_said() {
    let config = |topic: &str| KafkaSinkConfig { patience: Duration::from_millis(700), ..KafkaSinkConfig::new(topic) };
    for name in [&*broker::fresh("nowhere"), "", "a b", "zero\0", &"x".repeat(250)] {
        let error = KafkaSink::connect(&broker::brokers(), &config(name)).await.unwrap_err();
        assert!(matches!(&error, TransportError::NoTopic { topic } if topic == name), "{error}");
    }
    let nobody = dashstream_stream::security::Config { brokers: vec!["127.0.0.1:1".to_owned()], ..Default::default() };
    let error = KafkaSink::connect(&nobody, &config("topic")).await.unwrap_err();
    assert!(matches!(error, TransportError::Kafka { .. }), "{error}");
}

#[tokio::test]
async fn what_was_aborted_is_seen_by_those_who_ask_for_it() {
    let topic = broker::topic(1).await;
    let known = broker::known();
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", known.get("PLAINTEXT").unwrap())
        .set("transactional.id", broker::fresh("aborts"))
        .create()
        .unwrap();
    let wait = Duration::from_secs(20);
    tokio::task::spawn_blocking({
        let topic = topic.clone();
        move || {
            producer.init_transactions(wait).unwrap();
            for (text, commits) in [("aborted", false), ("committed", true)] {
                producer.begin_transaction().unwrap();
                producer
                    .send(BaseRecord::<(), str>::to(&topic).payload(text).partition(0))
                    .map_err(|(e, _)| e)
                    .unwrap();
                producer.flush(wait).unwrap();
                if commits { producer.commit_transaction(wait) } else { producer.abort_transaction(wait) }.unwrap();
            }
        }
    })
    .await
    .unwrap();
    let mut committed = source(&topic, Isolation::default()).await;
    assert_eq!(receive(&mut committed).await.value.unwrap(), b"committed");
    let mut all = source(&topic, Isolation::ReadUncommitted).await;
    assert_eq!(receive(&mut all).await.value.unwrap(), b"aborted");
    assert_eq!(receive(&mut all).await.value.unwrap(), b"committed");
}
