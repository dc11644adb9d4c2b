//! What can be wrong with a configuration.

use std::io;
use std::path::PathBuf;

/// Why a text is no configuration. It never has a value of the text in it: that may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct ConfigError {
    /// The line, from 1.
    pub line: usize,
    /// The character in it, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: String,
}

/// Why a configuration is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecurityError {
    /// There is no broker.
    #[error("no broker is named: `brokers` needs one at least")]
    NoBroker,
    /// It is no address of a broker.
    #[error("{broker:?} is no broker: HOST:PORT is one")]
    Broker {
        /// What was given.
        broker: String,
    },
    /// Everybody on the way could read and change what is sent (SEC-002).
    #[error(
        "{broker} is not this machine, and nothing protects the way there: set `tls`, or say `allow_plaintext = true`"
    )]
    Plaintext {
        /// The broker.
        broker: String,
    },
    /// A secret is to come from an environment variable that is not there, or is no UTF-8.
    #[error("the environment variable {name} is not there")]
    Env {
        /// Its name.
        name: String,
    },
    /// A secret is to come from a file that cannot be read.
    #[error("{} cannot be read: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        why: io::ErrorKind,
    },
    /// Whoever makes tokens has not made one.
    #[error("there is no token: {why}")]
    Token {
        /// What it said.
        why: String,
    },
}
