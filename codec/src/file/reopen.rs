//! Where a file may be continued.

use super::event::FileEvent;
use super::header::{FILE_HEADER_LEN, SyncMarker};
use super::report::read_all;
use crate::error::Class;
use crate::limits::ReadOptions;

/// Where to go on writing: cut the file to `end` bytes and append entries with `marker`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReopenPoint {
    /// The file's marker.
    pub marker: SyncMarker,
    /// The end of the last accepted frame, or of the header.
    pub end: u64,
}

/// Finds the point from the events of a [`FileReader`](super::FileReader) that read the whole file,
/// with default options: a local limit or an expected tenant would cost frames that are in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reopening {
    point: Option<ReopenPoint>,
    /// A frame behind the last accepted one is of a later version, or has something else that this reader does not support.
    unsupported: bool,
}

impl Reopening {
    /// Takes the next event.
    // FILE-013
    pub fn see(&mut self, event: &FileEvent<'_>) {
        match *event {
            FileEvent::Header { signature: true, marker: Some(marker) } => {
                self.point = Some(ReopenPoint { marker, end: FILE_HEADER_LEN as u64 });
            }
            FileEvent::Accepted { end, .. } => {
                self.unsupported = false;
                if let Some(point) = &mut self.point {
                    point.end = end;
                }
            }
            FileEvent::Rejected { error, .. } => self.unsupported |= error.code.class() == Class::Unsupported,
            _ => {}
        }
    }

    /// The point; `None` where a new file has to be begun: the header is damaged, or what would be cut off may be whole, and is only not
    /// understood here (FILE-013).
    #[must_use]
    pub const fn point(&self) -> Option<ReopenPoint> {
        if self.unsupported { None } else { self.point }
    }

    /// The point of a file that is in memory.
    #[must_use]
    pub fn of(file: &[u8]) -> Option<ReopenPoint> {
        let mut reopening = Self::default();
        read_all(file, ReadOptions::default(), |event| reopening.see(event));
        reopening.point()
    }
}
