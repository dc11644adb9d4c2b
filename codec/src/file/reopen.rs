//! Where a file may be continued.

use super::event::FileEvent;
use super::header::{FILE_HEADER_LEN, SyncMarker};
use super::report::read_all;
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
pub struct Reopening(Option<ReopenPoint>);

impl Reopening {
    /// Takes the next event.
    // FILE-013
    pub fn see(&mut self, event: &FileEvent<'_>) {
        match *event {
            FileEvent::Header { signature: true, marker: Some(marker) } => {
                self.0 = Some(ReopenPoint { marker, end: FILE_HEADER_LEN as u64 });
            }
            FileEvent::Accepted { end, .. } => {
                if let Some(point) = &mut self.0 {
                    point.end = end;
                }
            }
            _ => {}
        }
    }

    /// The point; `None` where the header is damaged, so that a new file has to be begun.
    #[must_use]
    pub const fn point(&self) -> Option<ReopenPoint> {
        self.0
    }

    /// The point of a file that is in memory.
    #[must_use]
    pub fn of(file: &[u8]) -> Option<ReopenPoint> {
        let mut reopening = Self::default();
        read_all(file, ReadOptions::default(), |event| reopening.see(event));
        reopening.point()
    }
}
