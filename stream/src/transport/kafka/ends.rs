//! How far the partitions of a topic reach.

use std::time::{Duration, Instant};

use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};

use super::super::TransportError;
use super::client::{Watch, blocking, check_topic, created, partitions, settings};
use super::failure::failed;
use super::rebalance::Follower;
use crate::security::Config;

/// How long one question to the brokers may take.
const ASK: Duration = Duration::from_secs(2);

/// Asks, for each partition of a topic, for the offset of the first message that is there, and for that behind the last one. Joins no group.
///
/// # Errors
/// As [`super::KafkaSource::connect`].
pub async fn ends(brokers: &Config, topic: &str, patience: Duration) -> Result<Vec<(u64, u64)>, TransportError> {
    check_topic(topic)?;
    let (brokers, topic) = (brokers.clone(), topic.to_owned());
    blocking(move || ask(&brokers, &topic, patience)).await
}

fn ask(brokers: &Config, topic: &str, patience: Duration) -> Result<Vec<(u64, u64)>, TransportError> {
    let settings = settings(brokers)?;
    let follower = Follower::new(Watch::new(brokers), topic);
    let reader: BaseConsumer<Follower> = created(BaseConsumer::from_config_and_context(&settings, follower))?;
    let until = Instant::now() + patience;
    let serve = || drop(reader.poll(Duration::ZERO));
    let count = partitions(reader.client(), brokers, topic, patience, &reader.context().watch, serve)?;
    let mut found = Vec::new();
    for partition in 0..count {
        let number = i32::try_from(partition).unwrap_or(i32::MAX);
        let (low, high) = loop {
            match reader.fetch_watermarks(topic, number, ASK) {
                Ok(ends) => break ends,
                Err(error) if Instant::now() >= until => return Err(failed("ask how far a partition reaches")(error)),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        };
        found.push((u64::try_from(low).unwrap_or(0), u64::try_from(high).unwrap_or(0)));
    }
    Ok(found)
}
