//! What is put into a store, and what comes out.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Damage, StoreError};

/// Which checkpoint a new one follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parent {
    /// The newest, where there is one.
    #[default]
    Newest,
    /// None.
    None,
    /// That of a generation.
    Of(u64),
}

/// What is said of a checkpoint that is to be put, beside its state.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Its id, 1 to 1,024 bytes; `None`: 32 random hexadecimal digits. Of two checkpoints of one id the newer is found by it.
    pub id: Option<String>,
    /// Which one it follows.
    pub parent: Parent,
    /// The generation that the state is a diff of, which is kept as long as this one.
    pub base: Option<u64>,
    /// Media type of the state, at most 1,024 bytes; empty: not said.
    pub content_type: String,
    /// Further named texts. Names have 1 to 1,024 bytes, and do not begin with `ckp.`.
    pub attributes: BTreeMap<String, String>,
}

/// What is known of a checkpoint without its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Counter of the thread's checkpoints, from 1.
    pub generation: u64,
    /// Generation that it follows; `None`: none.
    pub parent: Option<u64>,
    /// Its id.
    pub id: String,
    /// The generation that the state is a diff of.
    pub base: Option<u64>,
    /// When it was put, in microseconds since 1970-01-01T00:00:00Z, by the clock of who put it.
    pub time_us: u64,
    /// Media type of the state; empty: not said.
    pub content_type: String,
    /// Bytes of the state.
    pub len: u64,
    /// SHA-256 of the state.
    pub sha256: [u8; 32],
    /// Further named texts.
    pub attributes: BTreeMap<String, String>,
}

/// A checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// What is known of it.
    pub summary: Summary,
    /// The state.
    pub bytes: Vec<u8>,
}

impl Checkpoint {
    /// The state, read from JSON.
    ///
    /// # Errors
    /// [`StoreError::Json`].
    pub fn state<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        Ok(serde_json::from_slice(&self.bytes)?)
    }
}

/// What a task has written and no checkpoint has in it yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PendingWrite {
    /// The task, 1 to 1,024 bytes.
    pub task: String,
    /// Which of the task's writes. What was put first under one number stays, but with a negative number what was put last does.
    pub index: i64,
    /// Where the value is to go, 1 to 1,024 bytes.
    pub channel: String,
    /// Media type of the value; empty: not said.
    pub content_type: String,
    /// The value.
    pub bytes: Vec<u8>,
}

/// Which checkpoints are listed, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Only those of a lower generation.
    pub before: Option<u64>,
    /// Only those with these attributes.
    pub attributes: BTreeMap<String, String>,
    /// At most so many; `None`: all.
    pub limit: Option<usize>,
}

impl Query {
    pub(crate) fn takes(&self, summary: &Summary) -> bool {
        self.before.is_none_or(|before| summary.generation < before)
            && self.attributes.iter().all(|(name, value)| summary.attributes.get(name) == Some(value))
    }
}

/// The newest whole checkpoint, and what is not whole.
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    /// The whole checkpoint of the highest generation.
    pub checkpoint: Option<Checkpoint>,
    /// All damage that was found in the thread.
    pub damage: Vec<Damage>,
}
