//! A record that has been kept.

use crate::encode::RecordInput;
use crate::record::Record as Borrowed;

use super::{Keep, Payload};

/// A record that borrows nothing of its frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Sequence number, 1..2^53-1.
    pub sequence: u64,
    /// Kind, never 0.
    pub kind: u32,
    /// Microseconds since 1970-01-01T00:00:00Z, 0..2^53-1.
    pub time_us: u64,
    /// Thread (conversation, session).
    pub thread: Option<String>,
    /// Graph node that the record is about.
    pub node: Option<String>,
    /// Run (one execution of a graph).
    pub run: Option<String>,
    /// Task (one scheduled execution of a node).
    pub task: Option<String>,
    /// Sequence number of the causing record, in the same producer, epoch and lane.
    pub parent: Option<u64>,
    /// W3C trace id: the record's own, or the metadata's.
    pub trace_id: Option<[u8; 16]>,
    /// W3C span id.
    pub span_id: Option<[u8; 8]>,
    /// The payload message; `Opaque` where the registry of this codec does not have the kind.
    pub payload: Payload,
}

impl Record {
    /// What [`push_payload`](crate::BatchBuilder::push_payload) takes beside the payload's view. The sequence number
    /// and the parent go with it: a record that is to stand elsewhere needs others.
    #[inline]
    #[must_use]
    pub fn as_input(&self) -> RecordInput<'_> {
        RecordInput {
            sequence: Some(self.sequence),
            kind: self.kind,
            time_us: self.time_us,
            thread: self.thread.as_deref(),
            node: self.node.as_deref(),
            run: self.run.as_deref(),
            task: self.task.as_deref(),
            parent: self.parent,
            trace_id: self.trace_id,
            span_id: self.span_id,
            payload: &[],
        }
    }

    /// Bytes of the body of a frame that the record takes at the most, its texts included: what a queue counts it for.
    #[must_use]
    pub fn len_at_most(&self) -> usize {
        self.as_input().len_at_most(&self.payload.as_view())
    }
}

impl Borrowed<'_> {
    /// A copy that borrows nothing. Where the record was rejected, its payload is
    /// [`Opaque`](Payload::Opaque).
    #[inline]
    #[must_use]
    pub fn to_owned(&self) -> Record {
        Record {
            sequence: self.sequence,
            kind: self.kind,
            time_us: self.time_us,
            thread: self.thread.keep(),
            node: self.node.keep(),
            run: self.run.keep(),
            task: self.task.keep(),
            parent: self.parent,
            trace_id: self.trace_id,
            span_id: self.span_id,
            payload: self.view.keep(),
        }
    }
}
