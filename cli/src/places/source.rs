//! Where frames are received from.

use dashstream_stream::transport::file::{FileConfig, FileSource};
#[cfg(feature = "kafka")]
use dashstream_stream::transport::kafka::{Group, KafkaSource, KafkaSourceConfig, ends};
use dashstream_stream::transport::{Event, From, Source, TransportError};

#[cfg(feature = "kafka")]
use super::transport;
use super::{Place, SecurityArgs, before_the_end, partitions_of};
use crate::exit::Failure;

/// A topic that is open for receiving.
#[derive(Debug)]
#[cfg_attr(
    feature = "kafka",
    expect(clippy::large_enum_variant, reason = "there is one, for as long as the command runs")
)]
pub(crate) enum AnySource {
    /// A folder of files of frames.
    File(FileSource),
    /// A topic of Kafka.
    #[cfg(feature = "kafka")]
    Kafka(KafkaSource),
}

/// A topic that was opened, and how far its partitions reach.
pub(crate) struct Opened {
    /// It.
    pub(crate) source: AnySource,
    /// Its partitions, where that was asked.
    pub(crate) places: Vec<Reach>,
}

/// How far a partition reaches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// The partition.
    pub(crate) partition: u32,
    /// The offset that is so many frames before its end; `None`: that of its first frame.
    pub(crate) begin: Option<u64>,
    /// The offset of the last frame that was there when it was asked; `None`: there was none.
    pub(crate) last: Option<u64>,
}

impl AnySource {
    /// Opens a topic, and finds the places `back` frames before the ends of its partitions; `None`: nobody asks. With `group`, which
    /// topics of Kafka have alone, its partitions are shared.
    #[cfg_attr(not(feature = "kafka"), expect(clippy::unused_async, reason = "brokers are waited for"))]
    pub(crate) async fn open(
        place: &Place,
        back: Option<u64>,
        group: Option<&str>,
        security: &SecurityArgs,
    ) -> Result<Opened, Failure> {
        match place {
            Place::File(path) => {
                let partitions = partitions_of(path).max(1);
                let places = back.map_or(Ok(Vec::new()), |back| before_the_end(path, partitions, back))?;
                let source = FileSource::open(path, &FileConfig { partitions, ..FileConfig::default() });
                Ok(Opened { source: Self::File(source), places })
            }
            #[cfg(feature = "kafka")]
            Place::Kafka { brokers, topic } => {
                let brokers = security.config(brokers)?;
                let config = KafkaSourceConfig::new(topic, group.map(Group::new));
                let mut places = Vec::new();
                if let Some(back) = back {
                    let ends = ends(&brokers, topic, config.patience).await.map_err(transport(place))?;
                    places = (0..)
                        .zip(ends)
                        .map(|(partition, (low, high))| Reach {
                            partition,
                            begin: Some(high.saturating_sub(back).max(low)),
                            last: (high > low).then(|| high.saturating_sub(1)),
                        })
                        .collect();
                }
                let source = KafkaSource::connect(&brokers, &config).await.map_err(transport(place))?;
                Ok(Opened { source: Self::Kafka(source), places })
            }
            #[cfg(not(feature = "kafka"))]
            Place::Kafka { .. } => {
                let _ = (security, group);
                Err(Failure::Usage(super::NO_KAFKA.to_owned()))
            }
        }
    }

    /// Leaves the group, where it is in one, so that the others need not wait for what this reader had.
    #[cfg(feature = "kafka")]
    pub(crate) async fn close(self) {
        if let Self::Kafka(source) = self {
            source.close().await;
        }
    }
}

impl Source for AnySource {
    async fn seek(&mut self, partition: u32, from: From) -> Result<(), TransportError> {
        match self {
            Self::File(source) => source.seek(partition, from).await,
            #[cfg(feature = "kafka")]
            Self::Kafka(source) => source.seek(partition, from).await,
        }
    }

    async fn next(&mut self) -> Result<Event, TransportError> {
        match self {
            Self::File(source) => source.next().await,
            #[cfg(feature = "kafka")]
            Self::Kafka(source) => source.next().await,
        }
    }

    fn pause(&mut self, partition: u32) {
        match self {
            Self::File(source) => source.pause(partition),
            #[cfg(feature = "kafka")]
            Self::Kafka(source) => source.pause(partition),
        }
    }

    fn resume(&mut self, partition: u32) {
        match self {
            Self::File(source) => source.resume(partition),
            #[cfg(feature = "kafka")]
            Self::Kafka(source) => source.resume(partition),
        }
    }

    fn release(&mut self) {
        match self {
            Self::File(source) => source.release(),
            #[cfg(feature = "kafka")]
            Self::Kafka(source) => source.release(),
        }
    }
}
