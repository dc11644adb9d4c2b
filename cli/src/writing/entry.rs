//! What becomes one record.

use std::fmt;

use dashstream_codec::RecordInput;
use dashstream_codec::view::{self, Payload};

use crate::events::{self, Event};

/// Where an entry comes from, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A line of the input.
    Line(u64),
    /// A file.
    File(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::File(name) => f.write_str(name),
        }
    }
}

/// What becomes one record.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Where it comes from.
    pub(crate) place: Place,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub(crate) time_us: u64,
    /// The rest.
    pub(crate) content: Content,
}

/// What a record is made of.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// The lane begins.
    EpochStart,
    /// The lane ends.
    EpochEnd,
    /// An agent event.
    Event(Box<Event>),
    /// A message of an earlier format, unread, and the name it was found under.
    Legacy { frame: Vec<u8>, source: String },
}

impl Entry {
    /// Calls `use_it` with the record, which borrows the entry.
    pub(super) fn with_record<R>(&self, use_it: impl FnOnce(RecordInput<'_>, &Payload<'_>) -> R) -> R {
        let record = RecordInput { time_us: self.time_us, ..RecordInput::default() };
        match &self.content {
            Content::EpochStart => use_it(record, &view::EpochStart::default().into()),
            // Reason 1: shutdown.
            Content::EpochEnd => use_it(record, &view::EpochEnd { reason: 1 }.into()),
            Content::Event(event) => events::with_record(event, use_it),
            Content::Legacy { frame, source } => use_it(record, &view::LegacyPayload { frame, source }.into()),
        }
    }
}
