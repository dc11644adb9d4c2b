//! The brokers, and topics for one turn.

use std::path::PathBuf;
use std::time::Duration;

use dashstream_bench::error::Error;
use dashstream_stream::security::Config;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;

/// What the file says that `stream/kafka/up` has written.
fn known() -> Result<String, Error> {
    let missing = || Error::Library("neither --broker nor DASHSTREAM_KAFKA says which brokers".to_owned());
    let path = std::env::var_os("DASHSTREAM_KAFKA").map(PathBuf::from).ok_or_else(missing)?;
    let text = std::fs::read_to_string(&path).map_err(|source| Error::File { path, source })?;
    text.lines().find_map(|line| line.strip_prefix("PLAINTEXT=")).map(str::to_owned).ok_or_else(missing)
}

/// Brokers without TLS.
pub(crate) struct Brokers {
    address: String,
    admin: AdminClient<DefaultClientContext>,
}

impl Brokers {
    pub(crate) fn of(broker: Option<&str>) -> Result<Self, Error> {
        let address = broker.map_or_else(known, |broker| Ok(broker.to_owned()))?;
        let admin = ClientConfig::new().set("bootstrap.servers", &address).create().map_err(Error::library)?;
        Ok(Self { address, admin })
    }

    /// For our side.
    pub(crate) fn config(&self) -> Config {
        let brokers = self.address.split(',').map(str::to_owned).collect();
        let security = dashstream_stream::security::Security { allow_plaintext: true, ..Default::default() };
        Config { brokers, security, ..Config::default() }
    }

    /// For the library alone.
    pub(crate) fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.address);
        config
    }

    /// A new topic of one partition.
    pub(crate) async fn topic(&self) -> Result<String, Error> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(Error::library)?;
        let name = format!("bench-{}", hex::encode(random));
        let topic = NewTopic::new(&name, 1, TopicReplication::Fixed(-1)).set("max.message.bytes", "16777216");
        let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(30)));
        let made = self.admin.create_topics([&topic], &options).await.map_err(Error::library)?;
        made.into_iter()
            .try_for_each(|one| one.map(drop))
            .map_err(|(name, code)| Error::library(format!("{name}: {code}")))?;
        Ok(name)
    }

    pub(crate) async fn remove(&self, topic: &str) -> Result<(), Error> {
        let removed = self.admin.delete_topics(&[topic], &AdminOptions::new()).await.map_err(Error::library)?;
        removed
            .into_iter()
            .try_for_each(|one| one.map(drop))
            .map_err(|(name, code)| Error::library(format!("{name}: {code}")))
    }
}
