//! Where frames are sent.

use std::time::Instant;

use dashstream_stream::transport::file::{FileConfig, FileSink};
#[cfg(feature = "kafka")]
use dashstream_stream::transport::kafka::{KafkaSink, KafkaSinkConfig};
use dashstream_stream::transport::{Destination, Message, Sending, Sink};

use super::{Place, SecurityArgs, partitions_of, transport};
use crate::exit::Failure;

/// A topic that is open for sending.
#[derive(Debug)]
pub(crate) enum AnySink {
    /// A folder of files of frames.
    File(FileSink),
    /// A topic of Kafka.
    #[cfg(feature = "kafka")]
    Kafka(KafkaSink),
}

impl AnySink {
    /// Opens a topic. One of files has a partition more than the highest that is there or is named, and is made where it is not there.
    #[cfg_attr(not(feature = "kafka"), expect(clippy::unused_async, reason = "brokers are waited for"))]
    pub(crate) async fn open(place: &Place, partition: Option<u32>, security: &SecurityArgs) -> Result<Self, Failure> {
        match place {
            Place::File(path) => {
                let partitions = partitions_of(path).max(partition.map_or(1, |partition| partition.saturating_add(1)));
                let config = FileConfig { partitions, ..FileConfig::default() };
                FileSink::open(path, &config).map(Self::File).map_err(transport(place))
            }
            #[cfg(feature = "kafka")]
            Place::Kafka { brokers, topic } => {
                let brokers = security.config(brokers)?;
                let sink = KafkaSink::connect(&brokers, &KafkaSinkConfig::new(topic)).await;
                sink.map(Self::Kafka).map_err(transport(place))
            }
            #[cfg(not(feature = "kafka"))]
            Place::Kafka { .. } => {
                let _ = security;
                Err(Failure::Usage(super::NO_KAFKA.to_owned()))
            }
        }
    }
}

impl Sink for AnySink {
    fn partitions(&self) -> u32 {
        match self {
            Self::File(sink) => sink.partitions(),
            #[cfg(feature = "kafka")]
            Self::Kafka(sink) => sink.partitions(),
        }
    }

    fn destination(&self) -> Destination {
        match self {
            Self::File(sink) => sink.destination(),
            #[cfg(feature = "kafka")]
            Self::Kafka(sink) => sink.destination(),
        }
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        match self {
            Self::File(sink) => sink.send(partition, message, deadline),
            #[cfg(feature = "kafka")]
            Self::Kafka(sink) => sink.send(partition, message, deadline),
        }
    }
}
