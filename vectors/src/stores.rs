//! Folders of stores, and what has to be found in them (`spec/checkpoints.md`).

use serde::{Deserialize, Serialize};

use crate::HexBytes;

/// A store to look at.
#[derive(Debug, Clone)]
pub struct StoreCase {
    /// Its files.
    pub files: Vec<StoreFile>,
    /// What has to be found, by folder.
    pub expect: Vec<StoreThread>,
}

/// A file of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreFile<B = HexBytes> {
    /// Its name, with `/` behind that of its folder where it lies in one.
    pub path: String,
    /// Its bytes.
    pub bytes: B,
}

impl<B> StoreFile<B> {
    /// The same file with its bytes in another form.
    pub fn map<C>(self, bytes: impl FnOnce(B) -> C) -> StoreFile<C> {
        StoreFile { path: self.path, bytes: bytes(self.bytes) }
    }

    /// Whether it lies in the store or in a folder of it, and nowhere else.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        parts.len() <= 2 && parts.iter().all(|part| !["", ".", ".."].contains(part) && !part.contains(['\\', '\0']))
    }
}

/// What is found in the folder of a thread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreThread {
    /// The name of the folder.
    pub folder: String,
    /// The thread's id, where something whole tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The namespace, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The newest checkpoint, for who asks for the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<StoreCheckpoint>,
    /// Why there is none to be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<StoreDamage>,
    /// The generation of the newest whole checkpoint, for who asks for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<u64>,
    /// The generations of the checkpoints that can be read, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checkpoints: Vec<u64>,
    /// All damage, by file and place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damage: Vec<StoreDamage>,
    /// What a repair would set aside, by file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repair: Vec<StoreRepair>,
}

/// A checkpoint that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreCheckpoint {
    /// Its generation.
    pub generation: u64,
    /// Its id.
    pub id: String,
    /// SHA-256 of the state as it was read, in hexadecimal digits.
    pub sha256: String,
}

/// Bytes of a segment that are no whole checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreDamage {
    /// The segment's name.
    pub file: String,
    /// First byte.
    pub start: u64,
    /// First byte after it.
    pub end: u64,
    /// Name in the registry of errors of frames, or of stores.
    pub code: String,
    /// The checkpoint that it was, where that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
}

/// A segment that a repair would set aside.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreRepair {
    /// Its name.
    pub file: String,
    /// Whole checkpoints and pending writes in it, which are kept.
    pub kept: u64,
}
