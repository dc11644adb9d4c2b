//! The configuration, as a value.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{Secret, SecretSource, SecurityError};

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Which brokers, and how they are spoken to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Brokers to begin with, as `HOST:PORT`; they name the others.
    pub brokers: Vec<String>,
    /// What brokers call this client in their logs; empty: `dashstream`.
    pub client_id: String,
    /// How they are spoken to.
    pub security: Security,
}

/// How brokers are spoken to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// TLS; `None`: everybody on the way can read and change what is sent.
    pub tls: Option<Tls>,
    /// How to say who one is; `None`: the certificate says it, or nobody does.
    pub sasl: Option<Sasl>,
    /// Whether to do without TLS towards brokers that are not this machine.
    pub allow_plaintext: bool,
}

/// TLS. The name of the broker is checked always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// Who may vouch for brokers; `None`: whom the system trusts.
    pub ca: Option<Pem>,
    /// Who one is (mutual TLS).
    pub identity: Option<Identity>,
}

/// A certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The certificate; a file may have those between it and the authority behind it.
    pub certificate: Pem,
    /// The key, as PEM.
    pub key: SecretSource,
    /// What the key is encrypted with.
    pub key_password: Option<SecretSource>,
}

/// Certificates in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pem {
    /// A file of them.
    File(PathBuf),
    /// They themselves.
    Text(String),
}

/// How to say who one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sasl {
    /// The password itself is sent.
    Plain(Login),
    /// The broker learns that one knows the password.
    ScramSha256(Login),
    /// The same with a longer hash.
    ScramSha512(Login),
    /// A token is sent.
    OauthBearer(TokenSource),
}

/// A name and its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: SecretSource,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What is sent.
    pub token: Secret,
    /// Whose it is.
    pub principal: String,
    /// When it ends, in milliseconds since 1970; a new one is asked for before.
    pub expires_ms: i64,
}

/// Where tokens come from.
#[derive(Clone)]
pub enum TokenSource {
    /// One that does not end.
    Fixed {
        /// The token.
        token: SecretSource,
        /// Whose it is.
        principal: String,
    },
    /// Is asked for one whenever the last one comes to its end. The text of an error is shown.
    Callback(Arc<dyn Fn() -> Result<Token, String> + Send + Sync>),
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed { token, principal } => {
                out.debug_struct("Fixed").field("token", token).field("principal", principal).finish()
            }
            Self::Callback(_) => out.write_str("Callback(..)"),
        }
    }
}

impl PartialEq for TokenSource {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Fixed { token, principal }, Self::Fixed { token: other, principal: whose }) => {
                (token, principal) == (other, whose)
            }
            (Self::Callback(one), Self::Callback(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Eq for TokenSource {}

impl TokenSource {
    /// The token to send now.
    ///
    /// # Errors
    /// [`SecurityError::Token`] and those of [`SecretSource::get`].
    pub fn get(&self) -> Result<Token, SecurityError> {
        match self {
            Self::Fixed { token, principal } => {
                // It is asked for again in a year: the library cannot count to the end of time.
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                let expires_ms = i64::try_from((now + YEAR).as_millis()).unwrap_or(i64::MAX);
                Ok(Token { token: token.get()?, principal: principal.clone(), expires_ms })
            }
            Self::Callback(ask) => ask().map_err(|why| SecurityError::Token { why }),
        }
    }
}
