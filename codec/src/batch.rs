//! A decoded frame and its records.

use crate::body::{self, Body};
use crate::error::{Code, Error};
use crate::frame::Frame;
use crate::metadata::Metadata;
use crate::payload::{self, Context};
use crate::prelude::Prelude;
use crate::reader::{Reader, Varints};
use crate::record::{Record, RecordResult};
use crate::strings::Strings;
use crate::view::{Payload, Source};
use crate::wire::zigzag;

/// A frame that has passed every check. It borrows the input and the decoder.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    frame: Frame<'a>,
    body: Body<'a>,
}

impl<'a> Batch<'a> {
    pub(crate) const fn new(frame: Frame<'a>, body: Body<'a>) -> Self {
        Self { frame, body }
    }

    /// The frame as it was read.
    #[must_use]
    pub const fn frame(&self) -> &Frame<'a> {
        &self.frame
    }

    /// The prelude.
    #[must_use]
    pub const fn prelude(&self) -> &Prelude {
        self.frame.prelude()
    }

    /// The metadata.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata<'a> {
        self.frame.metadata()
    }

    /// The body after decompression, with the fields that this codec does not know.
    #[must_use]
    pub const fn raw_body(&self) -> &'a [u8] {
        self.body.raw
    }

    /// The string table.
    #[must_use]
    pub const fn strings(&self) -> Strings<'_> {
        Strings::new(&self.body.table)
    }

    /// Records in the frame, those that will be rejected included.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a frame has at least one record")]
    pub const fn len(&self) -> usize {
        self.prelude().record_count as usize
    }

    /// The records in order, each judged alone.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        Records::new(self)
    }
}

/// The records of a [`Batch`], in order. The payload of a record is judged when its turn comes.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    strings: Strings<'a>,
    default_trace: Option<[u8; 16]>,
    epoch: u32,
    redaction: bool,
    /// Sequence number and time of the record before.
    sequence: u64,
    time_us: u64,
    kind: Varints<'a>,
    /// Offset in the body of the first kind.
    kind_start: usize,
    time_delta_us: Varints<'a>,
    sequence_delta: Varints<'a>,
    thread_ref: Varints<'a>,
    node_ref: Varints<'a>,
    parent_delta: Varints<'a>,
    run_ref: Varints<'a>,
    task_ref: Varints<'a>,
    trace_ref: Varints<'a>,
    trace_ids: &'a [[u8; 16]],
    span_ref: Varints<'a>,
    span_ids: &'a [[u8; 8]],
    payload_len: Varints<'a>,
    payloads: Reader<'a>,
    /// Offset in the body of the first payload; the length of the body where there is none.
    payloads_start: usize,
}

impl<'a> Records<'a> {
    fn new(batch: &'a Batch<'_>) -> Self {
        let (prelude, metadata) = (batch.prelude(), batch.metadata());
        let Body { raw, columns, .. } = &batch.body;
        let strings = batch.strings();
        let values = body::values;
        let payloads = columns.payloads.filter(|field| !field.bytes().is_empty());
        Self {
            strings,
            default_trace: metadata.trace_id(),
            epoch: prelude.epoch,
            redaction: metadata.redaction().is_some(),
            sequence: prelude.base_sequence - 1,
            time_us: metadata.base_time_us(),
            kind: values(columns.kind),
            kind_start: columns.kind.map_or(raw.len(), |field| field.start),
            time_delta_us: values(columns.time_delta_us),
            sequence_delta: values(columns.sequence_delta),
            thread_ref: values(columns.thread_ref),
            node_ref: values(columns.node_ref),
            parent_delta: values(columns.parent_delta),
            run_ref: values(columns.run_ref),
            task_ref: values(columns.task_ref),
            trace_ref: values(columns.trace_ref),
            trace_ids: body::bytes(columns.trace_ids).as_chunks().0,
            span_ref: values(columns.span_ref),
            span_ids: body::bytes(columns.span_ids).as_chunks().0,
            payload_len: values(columns.payload_len),
            payloads: Reader::new(body::bytes(payloads)),
            payloads_start: payloads.map_or(raw.len(), |field| field.start),
        }
    }

    /// The next record, its payload not yet judged, and the offset of that payload.
    #[inline]
    fn envelope(&mut self, kind: u32) -> Option<(Record<'a>, usize)> {
        // BODY-015: an absent column has no values, and its default is taken instead.
        self.sequence += self.sequence_delta.next().unwrap_or(1);
        let time_delta = zigzag(self.time_delta_us.next().unwrap_or(0));
        self.time_us = self.time_us.checked_add_signed(time_delta)?;
        let parent_delta = self.parent_delta.next().unwrap_or(0);
        let payload_at = self.payloads_start + self.payloads.position();
        let payload_len = usize::try_from(self.payload_len.next().unwrap_or(0)).ok()?;
        let payload = self.payloads.take(payload_len)?;
        let record = Record {
            sequence: self.sequence,
            kind,
            time_us: self.time_us,
            thread: text(self.strings, &mut self.thread_ref),
            node: text(self.strings, &mut self.node_ref),
            run: text(self.strings, &mut self.run_ref),
            task: text(self.strings, &mut self.task_ref),
            parent: (parent_delta != 0).then(|| self.sequence - parent_delta),
            trace_id: id(self.trace_ids, &mut self.trace_ref).or(self.default_trace),
            span_id: id(self.span_ids, &mut self.span_ref),
            payload,
            view: Payload::Opaque(payload),
        };
        Some((record, payload_at))
    }

    #[inline]
    fn judge(&self, record: &mut Record<'a>, kind_at: usize, payload_at: usize) -> Option<Error> {
        let context = Context { epoch: self.epoch, redaction: self.redaction, sequence: record.sequence };
        match payload::judge(record.kind, &Source { message: record.payload, strings: self.strings }, &context) {
            Ok(view) => {
                record.view = view;
                None
            }
            Err(rejection) => {
                let at = if rejection.code == Code::UnknownCriticalKind { kind_at } else { payload_at };
                Some(rejection.code.at(at as u64, rejection.requirement))
            }
        }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = RecordResult<'a>;

    #[inline]
    fn next(&mut self) -> Option<RecordResult<'a>> {
        let kind_at = self.kind_start + self.kind.position();
        let kind = u32::try_from(self.kind.next()?).ok()?;
        let (mut record, payload_at) = self.envelope(kind)?;
        // REC-001
        let error = self.judge(&mut record, kind_at, payload_at);
        Some(RecordResult { record, error })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.kind.len();
        (left, Some(left))
    }
}

impl ExactSizeIterator for Records<'_> {}

/// The string that the next ref of a column names.
#[inline]
fn text<'a>(strings: Strings<'a>, refs: &mut Varints<'_>) -> Option<&'a str> {
    strings.get(u32::try_from(refs.next()?).ok()?)
}

/// The id that the next ref of a column names.
#[inline]
fn id<const LEN: usize>(ids: &[[u8; LEN]], refs: &mut Varints<'_>) -> Option<[u8; LEN]> {
    let index = refs.next()?.checked_sub(1)?;
    ids.get(usize::try_from(index).ok()?).copied()
}
