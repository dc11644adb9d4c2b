//! One record of a frame.

use crate::encode::RecordInput;
use crate::error::Error;
use crate::view::Payload;

/// A record as its frame holds it. Texts and payload are borrowed from the decoded body.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Record<'a> {
    /// Sequence number, 1..2^53-1.
    pub sequence: u64,
    /// Kind, never 0.
    pub kind: u32,
    /// Microseconds since 1970-01-01T00:00:00Z, 0..2^53-1.
    pub time_us: u64,
    /// Thread (conversation, session).
    pub thread: Option<&'a str>,
    /// Graph node that the record is about.
    pub node: Option<&'a str>,
    /// Run (one execution of a graph).
    pub run: Option<&'a str>,
    /// Task (one scheduled execution of a node).
    pub task: Option<&'a str>,
    /// Sequence number of the causing record, in the same producer, epoch and lane.
    pub parent: Option<u64>,
    /// W3C trace id: the record's own, or the metadata's.
    pub trace_id: Option<[u8; 16]>,
    /// W3C span id.
    pub span_id: Option<[u8; 8]>,
    /// The payload message, encoded.
    pub payload: &'a [u8],
    /// The payload message; `Opaque` where the registry of this codec does not have the kind.
    pub view: Payload<'a>,
}

impl<'a> Record<'a> {
    /// What [`push_payload`](crate::BatchBuilder::push_payload) takes beside [`Record::view`], and
    /// [`push`](crate::BatchBuilder::push) alone where the payload refers to no strings. The sequence number and the parent go with it: a
    /// record that is to stand elsewhere needs others.
    #[inline]
    #[must_use]
    pub const fn as_input(&self) -> RecordInput<'a> {
        RecordInput {
            sequence: Some(self.sequence),
            kind: self.kind,
            time_us: self.time_us,
            thread: self.thread,
            node: self.node,
            run: self.run,
            task: self.task,
            parent: self.parent,
            trace_id: self.trace_id,
            span_id: self.span_id,
            payload: self.payload,
        }
    }

    /// Decodes the payload as the message `M`. The caller chooses `M` by the record's kind.
    ///
    /// # Errors
    ///
    /// What `prost` reports; it cannot fail for a record that was accepted and whose kind has the
    /// message `M`.
    pub fn message<M: prost::Message + Default>(&self) -> Result<M, prost::DecodeError> {
        M::decode(self.payload)
    }
}

/// A record with the verdict on it. The envelope can be relied on in either case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordResult<'a> {
    /// The record. Where there is an error, its payload is not to be believed.
    pub record: Record<'a>,
    /// Why the record was rejected: UNKNOWN_CRITICAL_KIND or PAYLOAD.
    pub error: Option<Error>,
}

impl<'a> RecordResult<'a> {
    pub(crate) const fn new(record: Record<'a>) -> Self {
        Self { record, error: None }
    }

    /// The record where it was accepted.
    ///
    /// # Errors
    ///
    /// Why it was rejected.
    #[inline]
    pub const fn accepted(&self) -> Result<&Record<'a>, Error> {
        match self.error {
            None => Ok(&self.record),
            Some(error) => Err(error),
        }
    }
}
