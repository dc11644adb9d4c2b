//! Writing a file of frames.

use super::header::{FILE_HEADER_LEN, SyncMarker};

/// Lays out the bytes of one file. It does no I/O: the caller writes what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileWriter {
    marker: SyncMarker,
}

impl FileWriter {
    /// A writer of the file with this marker: one drawn for a new file (FILE-014), or that of a
    /// [`ReopenPoint`](super::ReopenPoint).
    #[must_use]
    pub const fn new(marker: SyncMarker) -> Self {
        Self { marker }
    }

    /// The marker of the file.
    #[must_use]
    pub const fn marker(&self) -> SyncMarker {
        self.marker
    }

    /// What a new file begins with.
    #[must_use]
    pub fn header(&self) -> [u8; FILE_HEADER_LEN] {
        self.marker.file_header()
    }

    /// Appends the entry of `frame` to `out`. The frame is not looked at: give what an
    /// [`Encoder`](crate::Encoder) made or a [`Decoder`](crate::Decoder) accepted.
    pub fn append(&self, frame: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(self.marker.as_bytes());
        out.extend_from_slice(frame);
    }
}
