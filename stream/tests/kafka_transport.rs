//! Kafka, put to what every transport has to do.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod broker;
mod common;
mod suite;

use dashstream_stream::transport::kafka::{KafkaSink, KafkaSinkConfig, KafkaSource, KafkaSourceConfig};
use suite::{Topic, suite};

struct Kafka(String);

impl Topic for Kafka {
    type Sink = KafkaSink;
    type Source = KafkaSource;

    async fn sink(&self) -> KafkaSink {
        KafkaSink::connect(&broker::brokers(), &KafkaSinkConfig::new(&self.0)).await.unwrap()
    }

    async fn source(&self) -> KafkaSource {
        KafkaSource::connect(&broker::brokers(), &KafkaSourceConfig::new(&self.0, None)).await.unwrap()
    }
}

suite!(kafka, Kafka(broker::topic(2).await));
