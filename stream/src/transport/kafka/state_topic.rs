//! The topic in which the state of a group is kept.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::error::RDKafkaErrorCode as Code;

use super::super::TransportError;
use super::client::{Watch, blocking, created, settings};
use super::failure::failed;
use super::source::KafkaGroup;
use super::state::Transactions;
use crate::security::Sasl;

/// Makes the topic of the state, or sees to it that the one that is there keeps what is put into it. Not with OAUTHBEARER: the library's
/// binding does not fetch tokens for the client that administers. Then the topic has to be there, and that it is compacted is not
/// looked at.
pub(super) async fn make_topic(group: &KafkaGroup, topic: &str, patience: Duration) -> Result<(), TransportError> {
    if matches!(group.brokers.security.sasl, Some(Sasl::OauthBearer(_))) {
        return Ok(());
    }
    let brokers = group.brokers.clone();
    let admin = blocking(move || {
        let context = Transactions(Watch::new(&brokers));
        created(AdminClient::from_config_and_context(&settings(&brokers)?, context))
    });
    let admin: AdminClient<Transactions> = admin.await?;
    let options = AdminOptions::new().request_timeout(Some(patience)).operation_timeout(Some(patience));
    let count = i32::try_from(group.partitions).unwrap_or(i32::MAX);
    let new = NewTopic::new(topic, count, TopicReplication::Fixed(-1)).set("cleanup.policy", "compact");
    let doing = "make the topic of the state";
    for made in admin.create_topics([&new], &options).await.map_err(failed(doing))? {
        match made {
            Ok(_) => return Ok(()),
            Err((_, Code::TopicAlreadyExists)) => {}
            Err((_, code)) => return Err(TransportError::Kafka { doing, why: code.to_string() }),
        }
    }
    let asked = admin.describe_configs([&ResourceSpecifier::Topic(topic)], &options).await;
    for described in asked.map_err(failed("ask how the state is kept"))? {
        let policy = described.ok().and_then(|known| known.get("cleanup.policy")?.value.clone());
        if policy.as_deref() != Some("compact") {
            let why = format!("{topic} has cleanup.policy={}: it would be forgotten", policy.unwrap_or_default());
            return Err(TransportError::Kafka { doing: "use the topic of the state", why });
        }
    }
    Ok(())
}
