//! One operation of a JSON Patch (RFC 6902).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One operation. With serde it has the form of RFC 6902. Paths are JSON Pointers; the empty one is the whole document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum Op {
    /// Puts a value into an array before an element, or into an object under a name.
    Add {
        /// Where.
        path: String,
        /// What.
        value: Value,
    },
    /// Takes a value away.
    Remove {
        /// Which.
        path: String,
    },
    /// Puts a value in the place of another.
    Replace {
        /// Of which.
        path: String,
        /// What.
        value: Value,
    },
    /// Takes a value away and adds it elsewhere.
    Move {
        /// Where it is.
        from: String,
        /// Where it is to be, when it is no longer where it was.
        path: String,
    },
    /// Adds what is elsewhere.
    Copy {
        /// Where it is.
        from: String,
        /// Where it is to be too.
        path: String,
    },
    /// Says what is there; the patch fails where something else is.
    Test {
        /// Where.
        path: String,
        /// What.
        value: Value,
    },
}

impl Op {
    /// Its value, where it has one.
    #[must_use]
    pub const fn value(&self) -> Option<&Value> {
        match self {
            Self::Add { value, .. } | Self::Replace { value, .. } | Self::Test { value, .. } => Some(value),
            Self::Remove { .. } | Self::Move { .. } | Self::Copy { .. } => None,
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Add { path, .. }
            | Self::Remove { path }
            | Self::Replace { path, .. }
            | Self::Move { path, .. }
            | Self::Copy { path, .. }
            | Self::Test { path, .. } => path,
        }
    }

    /// Where it takes its value from, of a move or copy.
    #[must_use]
    pub fn from(&self) -> Option<&str> {
        match self {
            Self::Move { from, .. } | Self::Copy { from, .. } => Some(from),
            _ => None,
        }
    }
}
