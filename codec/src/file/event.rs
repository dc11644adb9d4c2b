//! What a file reader finds.

use crate::batch::Batch;
use crate::error::{Code, Error};
use crate::ledger::Observation;
use crate::prelude::Prelude;

use super::header::SyncMarker;

/// A finding of a [`FileReader`](super::FileReader). All offsets are bytes of the file; ranges are
/// half-open.
///
/// The header's intact bytes, the accepted entries and the skipped ranges cover every byte once
/// (FILE-004).
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "an event is looked at once; a box would be an allocation a frame")]
pub enum FileEvent<'a> {
    /// The header, first of all. Where a part of it is damaged, a skipped range follows.
    Header {
        /// Whether the signature is intact.
        signature: bool,
        /// The marker, where it is intact. Without it the reader goes by valid preludes alone.
        marker: Option<SyncMarker>,
    },
    /// The file is refused, FILE_SIGNATURE. No frame will follow.
    Refused(Error),
    /// An entry whose frame was accepted.
    Accepted {
        /// The entry's marker, or the frame itself where the marker was damaged.
        start: u64,
        /// First byte after the frame.
        end: u64,
        /// The frame.
        frame: &'a [u8],
        /// The frame, decoded.
        batch: Batch<'a>,
    },
    /// A frame with a valid prelude that failed a later check. Its bytes are part of the next skipped
    /// range, with or without others.
    Rejected {
        /// The first byte of the prelude.
        start: u64,
        /// Why. Its offset counts from where its code says.
        error: Error,
        /// The prelude, which is intact.
        prelude: Prelude,
    },
    /// Bytes that belong to no accepted entry.
    Skipped {
        /// First byte.
        start: u64,
        /// First byte after the range; above `start`.
        end: u64,
        /// Why.
        code: Code,
    },
    /// The end of the file, last of all.
    End {
        /// Bytes of the file.
        len: u64,
        /// TORN_TAIL: where the last accepted frame, or the header, ends, if bytes follow it. None for
        /// a file that was refused.
        tail: Option<u64>,
    },
}

impl<'a> FileEvent<'a> {
    /// What the ledger is told: accepted frames, and rejected ones that are countable and not of another
    /// tenant.
    #[must_use]
    pub fn observation(&self) -> Option<Observation<'a>> {
        match self {
            Self::Accepted { batch, .. } => Some(Observation::of_batch(batch)),
            Self::Rejected { prelude, error, .. } => Observation::of_rejected(prelude, error.code),
            _ => None,
        }
    }
}
