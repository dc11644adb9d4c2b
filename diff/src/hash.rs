//! The hash of a state.

use std::fmt;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Error, canonical};

/// SHA-256 of a state's canonical form.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of a value.
    ///
    /// # Errors
    /// The value has no canonical form.
    pub fn of(value: &Value) -> Result<Self, Error> {
        canonical(value).map(|text| Self::of_canonical(&text))
    }

    /// The hash of a value by its canonical form.
    #[must_use]
    pub fn of_canonical(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether the hash of a record is this one. An empty one is any.
    pub(crate) fn fits(&self, hash: &[u8]) -> bool {
        hash.is_empty() || hash == self.0
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hash(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}
