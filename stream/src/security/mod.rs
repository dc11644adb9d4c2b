//! How producer, consumer and dead letters speak to brokers: one configuration for all of them (`spec/operations.md`).
//!
//! ```
//! use dashstream_stream::security::Config;
//!
//! let config = Config::parse(r#"
//!     brokers = ["broker.example:9093"]
//!     [tls]
//!     ca_file = "ca.pem"
//!     [sasl]
//!     mechanism = "SCRAM-SHA-512"
//!     user = "alice"
//!     password_env = "KAFKA_PASSWORD"
//! "#)?;
//! config.check()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod config;
mod error;
mod parse;
mod secret;

pub use config::{Config, Identity, Login, Pem, Sasl, Security, Tls, Token, TokenSource};
pub use error::{ConfigError, SecurityError};
pub use secret::{Secret, SecretSource};
