//! What transports carry.

use dashstream_codec::{Code, Error, Prelude};

/// A message. Its value is a frame, or what somebody has put in the place of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Key, on transports that have keys.
    pub key: Option<Vec<u8>>,
    /// Value; `None` is a null value.
    pub value: Option<Vec<u8>>,
    /// Headers in their order, on transports that have headers. They are for tools, and never authoritative (KAF-006).
    pub headers: Vec<Header>,
    /// Milliseconds since 1970-01-01T00:00:00Z, on transports that keep them.
    pub timestamp_ms: Option<i64>,
}

/// A header of a message. A name may occur more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value, of any bytes; `None` is a null value.
    pub value: Option<Vec<u8>>,
}

/// The place of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The partition.
    pub partition: u32,
    /// The place in it: a later message has a higher one. What it counts is the transport's business.
    pub offset: u64,
}

/// A message that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its place.
    pub position: Position,
    /// The offset behind it: where to go on when it is done with.
    pub next: u64,
    /// What it is.
    pub content: Content,
}

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A message. Nobody has looked at its value.
    Message(Message),
    /// Bytes of a file of frames that belong to no frame, or a piece of them.
    Damage {
        /// The bytes.
        bytes: Vec<u8>,
        /// Why they were skipped (`spec/files.md`).
        code: Code,
        /// Frames with whole preludes that were rejected there; with the first piece only.
        rejected: Vec<RejectedFrame>,
        /// Whether a file ends with it, which nobody writes any more: as a rule what was being written when the power went.
        at_end: bool,
    },
}

/// A frame of a file that was rejected, and whose prelude is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RejectedFrame {
    /// The offset of its prelude.
    pub offset: u64,
    /// Its prelude.
    pub prelude: Prelude,
    /// Why.
    pub error: Error,
}
