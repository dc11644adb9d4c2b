//! What can be wrong with a store, and with what is in it.

use std::fmt;
use std::path::PathBuf;

use dashstream_codec::{Code, EncodeError};
use dashstream_disk::DiskError;

/// Why bytes of a segment are not a whole checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flaw {
    /// The file of frames, one of its frames or records is damaged.
    Code(Code),
    /// The file ends before the last byte that was acknowledged.
    Cut,
    /// A chunk is missing, or is not where it should be.
    Chunks,
    /// The chunks do not have total_len.
    Length,
    /// The chunks do not have sha256.
    Hash,
    /// Thread or namespace are not those of the folder, or are not said.
    Thread,
    /// What the store has noted of it in the manifest cannot be read.
    Manifest,
    /// The checkpoint of which the name tells is not where it says.
    Missing,
}

impl Flaw {
    /// A word for it, for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code(code) => code.name(),
            Self::Cut => "CUT",
            Self::Chunks => "CHUNKS",
            Self::Length => "LENGTH",
            Self::Hash => "HASH",
            Self::Thread => "THREAD",
            Self::Manifest => "MANIFEST",
            Self::Missing => "MISSING",
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Bytes of a segment that are no whole checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The segment.
    pub path: PathBuf,
    /// First byte.
    pub start: u64,
    /// First byte after the range.
    pub end: u64,
    /// Why.
    pub flaw: Flaw,
    /// The checkpoint that it was, where that can be told.
    pub generation: Option<u64>,
    /// Whether the bytes were acknowledged, by the name of the segment. Where not, they are, as a rule, what was being written when the
    /// power went.
    pub acknowledged: bool,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, start, end, flaw, .. } = self;
        write!(f, "{}, bytes {start}..{end}: {flaw}", path.display())?;
        self.generation.map_or(Ok(()), |generation| write!(f, " (checkpoint {generation})"))
    }
}

/// Why a store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another store, in this process or another, writes to the folder.
    #[error("another process writes to this store: it holds {}", path.display())]
    InUse {
        /// The locked file.
        path: PathBuf,
    },
    /// What was asked for was acknowledged and cannot be read.
    #[error("damaged: {0}")]
    Damaged(Damage),
    /// The file system has failed.
    #[error(transparent)]
    Io(#[from] DiskError),
    /// An earlier error has left it open what the disk holds. The store has to be opened again.
    #[error("an earlier write of the store has failed: it has to be opened again")]
    Poisoned,
    /// The system gave no random bytes.
    #[error("no random bytes: {why}")]
    Random {
        /// What it said.
        why: String,
    },
    /// An id or a namespace that is too long, or an empty id.
    #[error("an id of {len} bytes: it has 1 to 1024")]
    IdLen {
        /// Its bytes.
        len: usize,
    },
    /// An attribute whose name is the store's: it begins with `ckp.`.
    #[error("the attribute {name:?} is the store's own")]
    Reserved {
        /// Its name.
        name: String,
    },
    /// No frame can hold what was given beside the state.
    #[error("no frame can hold it: {0}")]
    Encode(#[from] EncodeError),
    /// There is no checkpoint of this generation to write to, to follow or to be a diff of.
    #[error("there is no checkpoint {generation}")]
    NoCheckpoint {
        /// The generation.
        generation: u64,
    },
    /// The state cannot be written or read as JSON.
    #[error("the state is no JSON of its type: {0}")]
    Json(#[from] serde_json::Error),
    /// All generations have been used.
    #[error("there are no more generations")]
    Exhausted,
    /// The store was not opened, or was closed.
    #[error("the store is not open")]
    NotOpen,
    /// The task that worked for the store has panicked or was cancelled with its runtime.
    #[error("the task of the store has ended: {why}")]
    Ended {
        /// What the runtime said.
        why: String,
    },
}
