//! What can be wrong with an identity.

use std::path::PathBuf;

use dashstream_disk::DiskError;

use super::state::Previous;

/// Why an identity could not be opened or kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// Another producer, in this process or another, has it open.
    #[error("another producer has this identity: it holds {}", path.display())]
    InUse {
        /// The locked file.
        path: PathBuf,
    },
    /// A later version of this program has written it. Nothing was changed.
    #[error("{} has version {version}, which this program does not know", path.display())]
    Newer {
        /// The state.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The file system has failed.
    #[error(transparent)]
    Io(#[from] DiskError),
    /// An earlier error has left it open what the disk holds. The identity has to be opened again.
    #[error("an earlier write of the identity has failed: it has to be opened again")]
    Poisoned,
    /// The system gave no random bytes.
    #[error("no random bytes: {why}")]
    Random {
        /// What it said.
        why: String,
    },
    /// There is no lane of this number, or it has ended.
    #[error("there is no lane {lane}")]
    NoLane {
        /// The number.
        lane: u32,
    },
    /// All numbers of lanes have been used.
    #[error("there are no more lanes: 2^31 have been used")]
    LanesExhausted,
    /// A tenant that no frame could have: empty, or above 255 bytes (META-001, META-002).
    #[error("a tenant of {len} bytes: it has 1 to 255")]
    Tenant {
        /// Its length in bytes.
        len: usize,
    },
    /// A last number that is below one that is known, or is none.
    #[error("lane {lane} was at number {} of epoch {}, and cannot have ended at number {} of epoch {}", known.last_sequence, known.epoch, said.last_sequence, said.epoch)]
    Backwards {
        /// The lane.
        lane: u32,
        /// What is known.
        known: Previous,
        /// What was said.
        said: Previous,
    },
}
