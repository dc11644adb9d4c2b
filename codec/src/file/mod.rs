//! Files of frames (spec/files.md): a header with a sync marker, then marker and frame, repeated.
//!
//! [`FileReader`] is fed the bytes in pieces of any length and tells what it finds as [`FileEvent`]s;
//! [`FileReport`] collects them for a file that is in memory. [`FileWriter`] lays out header and
//! entries, and [`Reopening`] finds where a file may be continued. None of them does I/O.

mod buffer;
mod candidate;
mod event;
mod header;
mod reader;
mod reopen;
mod report;
mod writer;

pub use event::FileEvent;
pub use header::{FILE_HEADER_LEN, FILE_SIGNATURE, MARKER_LEN, SyncMarker};
pub use reader::FileReader;
pub use reopen::{ReopenPoint, Reopening};
pub use report::{AcceptedEntry, FileReport, RejectedFrame, SkippedRange};
pub use writer::FileWriter;
