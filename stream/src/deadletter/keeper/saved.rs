//! What became of letters.

use super::super::folder::FolderError;
use super::super::name::LetterName;
use crate::transport::Position;

/// Where a letter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// In the topic.
    Topic(Position),
    /// In the folder.
    Folder {
        /// Its name there.
        name: LetterName,
        /// Why it is there.
        kept: Kept,
    },
}

/// Why a letter is in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// There is no topic. It stays there.
    NoTopic,
    /// The topic has failed. It is sent when that works again.
    Failed {
        /// How.
        why: String,
    },
    /// It is too large for the topic, or the topic will not take it for another reason. It stays there (DLQ-005).
    TooLarge {
        /// What the topic said.
        why: String,
    },
}

/// A letter is not saved: the consumer must not go on behind it. It pauses the partition, and tries again after a pause.
#[derive(Debug, thiserror::Error)]
#[error("a dead letter is not saved, and its partition has to wait: {folder}")]
pub struct NotSaved {
    /// Why it is not in the topic.
    pub kept: Kept,
    /// Why it is not in the folder.
    pub folder: FolderError,
}

/// What became of the letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeeperAccount {
    /// Calls of [`Keeper::save`](super::Keeper::save) that have saved a letter: `topic + folder`.
    pub saved: u64,
    /// Those that were saved in the topic.
    pub topic: u64,
    /// Those that were saved in the folder.
    pub folder: u64,
    /// Tries after the first, of letters that were being saved.
    pub retried: u64,
    /// Letters that the topic does not take, for they are too large or for another reason that stays.
    pub too_large: u64,
    /// Calls of [`Keeper::save`](super::Keeper::save) that could not save a letter.
    pub failed: u64,
    /// Letters that were sent out of the folder.
    pub drained: u64,
}
