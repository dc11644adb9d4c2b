//! What a frame is made of, and what becomes of it.

use crate::prelude::Prelude;
use crate::view::{Need, Payload};

/// Identity and place of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// Who makes the frame. Not all zero.
    pub producer_id: [u8; 16],
    /// Which opening of the producer's state, 1..2^31-1.
    pub epoch: u32,
    /// Which ordered stream, 0..2^31-1.
    pub lane: u32,
    /// First sequence number that the frame covers, from 1.
    pub base_sequence: u64,
    /// Ancillary flags; bits that are not assigned are written 0. `None`: GREASE by chance.
    pub ancillary_flags: Option<u8>,
}

/// A record to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordInput<'a> {
    /// Sequence number, above that of the record before; `None`: the one after it, or `base_sequence`.
    pub sequence: Option<u64>,
    /// Kind. Not 0; an even one has to be in the registry.
    pub kind: u32,
    /// Microseconds since 1970-01-01T00:00:00Z, 0..2^53-1.
    pub time_us: u64,
    /// Thread (conversation, session), 1..1,024 bytes.
    pub thread: Option<&'a str>,
    /// Graph node that the record is about, 1..1,024 bytes.
    pub node: Option<&'a str>,
    /// Run (one execution of a graph), 1..1,024 bytes.
    pub run: Option<&'a str>,
    /// Task (one scheduled execution of a node), 1..1,024 bytes.
    pub task: Option<&'a str>,
    /// Sequence number of the causing record, in the same producer, epoch and lane.
    pub parent: Option<u64>,
    /// W3C trace id. Not left out where the metadata has one (JSON-003).
    pub trace_id: Option<[u8; 16]>,
    /// W3C span id.
    pub span_id: Option<[u8; 8]>,
    /// The payload message, encoded, with refs from [`BatchBuilder::intern`](crate::BatchBuilder::intern).
    pub payload: &'a [u8],
}

impl<'a> RecordInput<'a> {
    /// Run, thread, node and task: in the order in which a context of the metadata has them.
    pub(super) const fn texts(&self) -> [Option<&'a str>; 4] {
        [self.run, self.thread, self.node, self.task]
    }

    /// Bytes of the body of a frame that the record takes at the most with this payload, its texts included: what a queue counts it for.
    #[must_use]
    pub fn len_at_most(&self, payload: &Payload<'_>) -> usize {
        /// Eleven columns, of a number each and a tag and a length that it may begin, and two ids.
        const COLUMNS: usize = 11 * (8 + Need::FIELD) + 16 + 8 + 2 * Need::FIELD;
        let mut need = payload.need();
        self.texts().into_iter().flatten().for_each(|text| need.text(text));
        need.payload.saturating_add(need.table).saturating_add(COLUMNS)
    }
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// The prelude that was written.
    pub prelude: Prelude,
    /// Bytes of the frame.
    pub frame_len: usize,
}
