//! All findings in a file, collected.

use crate::error::{Code, Error};
use crate::limits::ReadOptions;
use crate::prelude::Prelude;

use super::event::FileEvent;
use super::header::SyncMarker;
use super::reader::FileReader;

/// What a file reader found in a whole file. See [`FileEvent`] for the meaning of each part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReport {
    /// Why the file was refused, where it was.
    pub refused: Option<Error>,
    /// The marker, where it is intact.
    pub marker: Option<SyncMarker>,
    /// Accepted entries, in order.
    pub accepted: Vec<AcceptedEntry>,
    /// Rejected frames, in order.
    pub rejected: Vec<RejectedFrame>,
    /// Skipped ranges, in order.
    pub skipped: Vec<SkippedRange>,
    /// TORN_TAIL, where the last accepted frame or the header is followed by bytes.
    pub tail: Option<u64>,
    /// Bytes of the file.
    pub len: u64,
}

/// An accepted entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptedEntry {
    /// The entry's marker, or the frame itself where the marker was damaged.
    pub start: u64,
    /// First byte of the frame.
    pub frame: u64,
    /// First byte after the frame.
    pub end: u64,
}

/// A rejected frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RejectedFrame {
    /// First byte of its prelude.
    pub start: u64,
    /// Why.
    pub error: Error,
    /// Its prelude.
    pub prelude: Prelude,
}

/// Bytes that belong to no accepted entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkippedRange {
    /// First byte.
    pub start: u64,
    /// First byte after the range.
    pub end: u64,
    /// Why.
    pub code: Code,
}

impl FileReport {
    /// The findings in a file that is in memory.
    #[must_use]
    pub fn of(file: &[u8], options: ReadOptions<'_>) -> Self {
        let mut report = Self::default();
        read_all(file, options, |event| report.add(event));
        report
    }

    /// Adds the next finding.
    pub fn add(&mut self, event: &FileEvent<'_>) {
        match *event {
            FileEvent::Header { marker, .. } => self.marker = marker,
            FileEvent::Refused(error) => self.refused = Some(error),
            FileEvent::Accepted { start, end, frame, .. } => {
                self.accepted.push(AcceptedEntry { start, frame: end.saturating_sub(frame.len() as u64), end });
            }
            FileEvent::Rejected { start, error, prelude } => {
                self.rejected.push(RejectedFrame { start, error, prelude });
            }
            FileEvent::Skipped { start, end, code } => self.skipped.push(SkippedRange { start, end, code }),
            FileEvent::End { len, tail } => {
                self.len = len;
                self.tail = tail;
            }
        }
    }
}

/// Reads a file that is in memory.
pub(super) fn read_all(mut file: &[u8], options: ReadOptions<'_>, mut see: impl FnMut(&FileEvent<'_>)) {
    let mut reader = FileReader::new(options);
    while let Some(event) = reader.next_event(&mut file) {
        see(&event);
    }
    reader.finish();
    while let Some(event) = reader.next_event(&mut file) {
        see(&event);
    }
}
