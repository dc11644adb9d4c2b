//! How brokers are spoken to.

use std::path::PathBuf;

use clap::Args;

/// How brokers are spoken to.
#[derive(Clone, Debug, Args)]
pub(crate) struct SecurityArgs {
    /// How brokers are spoken to: TOML or JSON of TLS and SASL (spec/operations.md); the brokers are those of the place, not those of the file
    #[arg(long, value_name = "FILE")]
    security: Option<PathBuf>,
}

#[cfg(feature = "kafka")]
impl SecurityArgs {
    /// The configuration for these brokers.
    pub(crate) fn config(
        &self,
        brokers: &[String],
    ) -> Result<dashstream_stream::security::Config, crate::exit::Failure> {
        use crate::exit::Failure;
        use dashstream_stream::security::Config;

        let mut config = Config::default();
        if let Some(path) = &self.security {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(Failure::io(&*name))?;
            config = Config::parse(&text).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
        }
        config.brokers = brokers.to_vec();
        config.check().map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(config)
    }
}
