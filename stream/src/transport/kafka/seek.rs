//! Where a reader reads on.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::topic_partition_list::Offset;

use super::super::{From, Position, TransportError};
use super::failure::failed;
use super::rebalance::{Follower, list};
use super::source_config::KafkaSourceConfig;

/// Says to the library from where it reads on. Blocks.
pub(super) fn seek(
    consumer: &BaseConsumer<Follower>,
    config: &KafkaSourceConfig,
    partition: u32,
    from: From,
) -> Result<u64, TransportError> {
    let until = Instant::now() + config.patience;
    let number = i32::try_from(partition).unwrap_or(i32::MAX);
    let tries = |error: KafkaError| {
        std::thread::sleep(Duration::from_millis(20));
        if Instant::now() < until { Ok(()) } else { Err(failed("seek")(error)) }
    };
    let (low, high) = loop {
        match consumer.fetch_watermarks(&config.topic, number, Duration::from_secs(2)) {
            Ok(marks) => break marks,
            Err(error) => tries(error)?,
        }
    };
    let (low, high) = (u64::try_from(low).unwrap_or(0), u64::try_from(high).unwrap_or(0));
    let offset = match from {
        From::Start => low,
        From::Offset(offset) if (low..=high).contains(&offset) => offset,
        From::Offset(offset) => return Err(TransportError::NoOffset { position: Position { partition, offset } }),
    };
    let to = Offset::Offset(i64::try_from(offset).unwrap_or(i64::MAX));
    loop {
        let sought = consumer.seek_partitions(list(&config.topic, &[partition], to), Duration::from_secs(2));
        // It is refused while the library has not yet begun with a partition that it was given just now.
        match sought.and_then(|list| list.elements().iter().try_for_each(|one| one.error())) {
            Ok(()) => return Ok(offset),
            Err(error) => tries(error)?,
        }
    }
}
