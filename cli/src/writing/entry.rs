//! What becomes one record.

use std::fmt;

use dashstream_codec::{BatchBuilder, EncodeError, RecordInput};
use dashstream_proto::{kinds, v1};

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

/// Bytes of a record's columns at most: kind 2, time 8, thread and node 3 each, payload length 4.
const COLUMNS_LEN: usize = 20;

impl Entry {
    /// The texts that go into the string table, and bytes of the rest of the record at most.
    pub(super) fn size(&self) -> (Vec<&str>, usize) {
        let (texts, payload) = match &self.content {
            Content::EpochStart | Content::EpochEnd => (vec![], 0),
            Content::Event(event) => {
                let (mut texts, payload) = event.what.size();
                texts.extend([event.thread.as_str(), event.node.as_str()]);
                (texts, payload)
            }
            Content::Legacy { frame, source } => (vec![], 16 + frame.len() + source.len()),
        };
        (texts, COLUMNS_LEN + payload)
    }

    /// Thread and node, where there is one of them.
    pub(super) fn context(&self) -> Option<(&str, &str)> {
        match &self.content {
            Content::Event(event) => Some((event.thread.as_str(), event.node.as_str())),
            _ => None,
        }
        .filter(|(thread, node)| !thread.is_empty() || !node.is_empty())
    }

    /// Adds the record to a batch.
    pub(super) fn push(&self, batch: &mut BatchBuilder) -> Result<(), EncodeError> {
        let record = |kind| RecordInput { kind, time_us: self.time_us, ..RecordInput::default() };
        match &self.content {
            Content::EpochStart => batch.push_message(record(kinds::EPOCH_START), &v1::EpochStart::default()),
            // Reason 1: shutdown.
            Content::EpochEnd => batch.push_message(record(kinds::EPOCH_END), &v1::EpochEnd { reason: 1 }),
            Content::Event(event) => events::push(batch, event),
            Content::Legacy { frame, source } => {
                let message = v1::LegacyPayload { frame: frame.clone(), source: source.clone() };
                batch.push_message(record(kinds::LEGACY_PAYLOAD), &message)
            }
        }
    }
}
