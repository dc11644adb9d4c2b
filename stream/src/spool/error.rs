//! What can be wrong with a spool.

use dashstream_disk::DiskError;

/// Why a spool could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpoolError {
    /// It holds as much as it may, and the frame was not taken. There is room again when frames are acknowledged.
    #[error("the spool is full: {len} bytes of {max_len}, and a frame of {frame_len}")]
    Full {
        /// Bytes that it holds.
        len: u64,
        /// Bytes that it may hold.
        max_len: u64,
        /// Bytes of the frame.
        frame_len: usize,
    },
    /// The file system has failed. A frame that was given was not taken; the spool holds what it held.
    #[error(transparent)]
    Io(#[from] DiskError),
    /// An earlier error has left it open what the disk holds. The spool has to be opened again.
    #[error("an earlier write of the spool has failed: it has to be opened again")]
    Poisoned,
    /// The system gave no random bytes.
    #[error("no random bytes: {why}")]
    Random {
        /// What it said.
        why: String,
    },
    /// Bytes that do not begin with the prelude of a frame.
    #[error("not a frame: {0}")]
    NoFrame(dashstream_codec::Error),
}
