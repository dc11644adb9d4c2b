//! What brokers say of themselves and of topics, for those who look after them.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, ResourceSpecifier};
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::types::RDKafkaRespErr;

use super::super::TransportError;
use super::client::{Watch, blocking, check_topic, created, partitions, settings};
use super::failure::{failed, says};
use super::rebalance::Follower;
use crate::security::{Config, Sasl};

/// What brokers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The brokers that there are, `HOST:PORT` each, as they name themselves.
    pub brokers: Vec<String>,
    /// Partitions in their order; `None`: there is no such topic.
    pub partitions: Option<Vec<SurveyedPartition>>,
    /// Settings of the topic, by their names, or why they were not told. Nothing where there is no topic.
    pub settings: Result<BTreeMap<String, String>, String>,
}

/// What brokers say of a partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurveyedPartition {
    /// The broker that leads it; `None`: nobody does, and nothing can be sent or read.
    pub leader: Option<i32>,
    /// Brokers that are to have it.
    pub replicas: usize,
    /// Those that have all of it.
    pub in_sync: usize,
}

/// Asks brokers about a topic, as whoever sends or reads would ask them. Changes nothing, and joins no group.
///
/// # Errors
/// [`TransportError::Security`] before any connection is made; [`TransportError::Tls`], [`TransportError::Authentication`],
/// [`TransportError::Kafka`]: no broker answers, and why.
pub async fn survey(brokers: &Config, topic: &str, patience: Duration) -> Result<Survey, TransportError> {
    check_topic(topic)?;
    let (config, name) = (brokers.clone(), topic.to_owned());
    let mut survey = blocking(move || ask(&config, &name, patience)).await?;
    if survey.partitions.is_some() {
        survey.settings = described(brokers, topic, patience).await;
    }
    Ok(survey)
}

fn ask(brokers: &Config, topic: &str, patience: Duration) -> Result<Survey, TransportError> {
    let settings = settings(brokers)?;
    let follower = Follower::new(Watch::new(brokers), topic);
    let reader: BaseConsumer<Follower> = created(BaseConsumer::from_config_and_context(&settings, follower))?;
    let serve = || drop(reader.poll(Duration::ZERO));
    let count = partitions(reader.client(), brokers, topic, patience, &reader.context().watch, serve);
    match count {
        Ok(_) | Err(TransportError::NoTopic { .. }) => {}
        Err(error) => return Err(error),
    }
    let asked =
        reader.client().fetch_metadata(Some(topic), patience).map_err(failed("ask the brokers for the topic"))?;
    let found = asked.topics().first().filter(|_| count.is_ok());
    let partitions = found.map(|found| {
        let mut partitions: Vec<_> = found.partitions().iter().collect();
        partitions.sort_by_key(|partition| partition.id());
        let of = |partition: &&rdkafka::metadata::MetadataPartition| {
            let down = partition.error() == Some(RDKafkaRespErr::RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE);
            SurveyedPartition {
                leader: Some(partition.leader()).filter(|leader| *leader >= 0 && !down),
                replicas: partition.replicas().len(),
                in_sync: partition.isr().len(),
            }
        };
        partitions.iter().map(of).collect()
    });
    let brokers = asked.brokers().iter().map(|broker| format!("{}:{}", broker.host(), broker.port())).collect();
    Ok(Survey { brokers, partitions, settings: Ok(BTreeMap::new()) })
}

/// The settings of a topic.
async fn described(brokers: &Config, topic: &str, patience: Duration) -> Result<BTreeMap<String, String>, String> {
    if matches!(brokers.security.sasl, Some(Sasl::OauthBearer(_))) {
        // The library's binding does not fetch tokens for the client that administers.
        return Err("settings cannot be asked for with OAUTHBEARER".to_owned());
    }
    let settings = settings(brokers).map_err(|error| error.to_string())?;
    let follower = Follower::new(Watch::new(brokers), topic);
    let admin = AdminClient::from_config_and_context(&settings, follower).map_err(|error| says(&error))?;
    let options = AdminOptions::new().request_timeout(Some(patience));
    let answers = admin.describe_configs([&ResourceSpecifier::Topic(topic)], &options).await;
    let answer = answers.map_err(|error| says(&error))?.pop().ok_or("the brokers said nothing")?;
    let entries = answer.map_err(|code| code.to_string())?.entries;
    Ok(entries.into_iter().filter_map(|entry| Some((entry.name, entry.value?))).collect())
}
