//! How a topic of Kafka is read, and what the library is told of it.

use std::time::Duration;

use super::super::TransportError;
use super::client::settings;
use crate::security::Config;

/// Which transactions a reader sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// Those that were committed.
    #[default]
    ReadCommitted,
    /// All, those that were aborted as well: what is sent again after that is a duplicate.
    ReadUncommitted,
}

/// A group of readers that share the partitions of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub id: String,
    /// The name of this reader in it, where it is to keep its partitions over a restart (static membership).
    pub instance: Option<String>,
    /// Whether a change takes from a reader only what another one gets. All readers of a group have to say the same. The default
    /// is true.
    pub cooperative: bool,
    /// After how long without a sign of life the others get its partitions. The default is 45 s.
    pub session_timeout: Duration,
    /// After how long without a call of [`Source::next`](crate::transport::Source::next). What is revoked is waited for as long at the most. The default
    /// is 5 minutes.
    pub poll_timeout: Duration,
}

impl Group {
    /// The defaults for a group.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            instance: None,
            cooperative: true,
            session_timeout: Duration::from_secs(45),
            poll_timeout: Duration::from_secs(300),
        }
    }
}

/// How a topic is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaSourceConfig {
    /// The topic. It has to be there.
    pub topic: String,
    /// With whom the partitions are shared; `None`: this reader has them all, and no offset of it is kept by brokers.
    pub group: Option<Group>,
    /// Which transactions are seen.
    pub isolation: Isolation,
    /// How long a broker is waited for. The default is 10 s.
    pub patience: Duration,
    /// Bytes of a partition that are fetched ahead. The default is 8 MiB.
    pub ahead_len: u32,
}

impl KafkaSourceConfig {
    /// The defaults for a topic.
    #[must_use]
    pub fn new(topic: impl Into<String>, group: Option<Group>) -> Self {
        let topic = topic.into();
        Self { topic, group, isolation: Isolation::default(), patience: Duration::from_secs(10), ahead_len: 8 << 20 }
    }
}

pub(super) fn reader_settings(
    brokers: &Config,
    config: &KafkaSourceConfig,
) -> Result<rdkafka::ClientConfig, TransportError> {
    let mut settings = settings(brokers)?;
    settings.set("enable.auto.commit", "false");
    settings.set("enable.auto.offset.store", "false");
    settings.set("auto.offset.reset", "error");
    // Whoever seeks waits for the answer to what is asked for already.
    settings.set("fetch.wait.max.ms", "100");
    settings.set("allow.auto.create.topics", "false");
    settings.set("queued.max.messages.kbytes", (config.ahead_len >> 10).max(1).to_string());
    // After so long it looks whether what it has fetched is taken, and goes on: its default of a second would be waited for each time
    // that a reader is quicker than what it has ahead.
    settings.set("fetch.queue.backoff.ms", "10");
    let isolation = match config.isolation {
        Isolation::ReadCommitted => "read_committed",
        Isolation::ReadUncommitted => "read_uncommitted",
    };
    settings.set("isolation.level", isolation);
    let Some(group) = &config.group else {
        // The library wants a name; nobody joins a group by it.
        settings.set("group.id", "dashstream-alone");
        return Ok(settings);
    };
    settings.set("group.id", &group.id);
    if let Some(instance) = &group.instance {
        settings.set("group.instance.id", instance);
    }
    let strategy = if group.cooperative { "cooperative-sticky" } else { "range,roundrobin" };
    settings.set("partition.assignment.strategy", strategy);
    settings.set("session.timeout.ms", group.session_timeout.as_millis().to_string());
    settings.set("heartbeat.interval.ms", (group.session_timeout.as_millis() / 10).clamp(100, 3000).to_string());
    // The library wants the one not to be shorter than the other.
    settings.set("max.poll.interval.ms", group.poll_timeout.max(group.session_timeout).as_millis().to_string());
    Ok(settings)
}
