//! What nobody is to see.

use std::fmt;
use std::path::PathBuf;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::SecurityError;

/// What stands in the place of a secret wherever one is shown.
const HIDDEN: &str = "***";

/// A password, a token, a key. It is not shown by `Debug` and `Display`, and not written by `Serialize` (SEC-003); its memory is
/// wiped when it is dropped. What a client library does with its copy is the library's business.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text for a secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for whoever has to hand it over.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(HIDDEN)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(HIDDEN)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text)
    }
}

/// Takes a text only, and does not say what else it was given: that would be the secret.
struct Text;

impl Text {
    fn refuse<T, E: de::Error>() -> Result<T, E> {
        Err(E::custom("a secret has to be a text"))
    }
}

impl Visitor<'_> for Text {
    type Value = Secret;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Secret, E> {
        Self::refuse()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret, E> {
        Self::refuse()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Secret, E> {
        Self::refuse()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        Self::refuse()
    }
}

/// Where a secret comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// It is here.
    Given(Secret),
    /// An environment variable has it.
    Env(String),
    /// A file has it; a line break at its end is no part of it.
    File(PathBuf),
}

impl SecretSource {
    /// Gets the secret. Reads a file where it is in one.
    ///
    /// # Errors
    /// [`SecurityError::Env`], [`SecurityError::File`].
    pub fn get(&self) -> Result<Secret, SecurityError> {
        match self {
            Self::Given(secret) => Ok(secret.clone()),
            Self::Env(name) => {
                std::env::var(name).map(Secret::new).map_err(|_| SecurityError::Env { name: name.clone() })
            }
            Self::File(path) => {
                let text = std::fs::read_to_string(path).map(Zeroizing::new);
                let text = text.map_err(|source| SecurityError::File { path: path.clone(), why: source.kind() })?;
                Ok(Secret::new(text.strip_suffix('\n').map_or(text.as_str(), |line| line.trim_end_matches('\r'))))
            }
        }
    }
}

impl From<Secret> for SecretSource {
    fn from(secret: Secret) -> Self {
        Self::Given(secret)
    }
}
