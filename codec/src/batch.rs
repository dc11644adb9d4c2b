//! A decoded frame and its records.

use crate::body::{self, Body, Columns};
use crate::error::{Code, Error};
use crate::frame::Frame;
use crate::metadata::Metadata;
use crate::payload::{self, Context, Rejection};
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

    pub(crate) const fn body(&self) -> &Body<'a> {
        &self.body
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
///
/// As an iterator it hands out copies. [`Records::advance`] does the same without them.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    strings: Strings<'a>,
    epoch: u32,
    redaction: bool,
    kind: Varints<'a>,
    /// Offset in the body of the first kind.
    kind_start: usize,
    time_delta_us: Varints<'a>,
    thread_ref: Varints<'a>,
    node_ref: Varints<'a>,
    payload_len: Varints<'a>,
    payloads: Reader<'a>,
    /// Offset in the body of the first payload; the length of the body where there is none.
    payloads_start: usize,
    /// The columns that most frames do not have, where this frame has one of them.
    rare: Option<Rare<'a>>,
    /// The record whose turn it is. What an absent column says of it stays as it was at first.
    current: RecordResult<'a>,
}

/// Columns that most frames do not have.
#[derive(Clone, Debug)]
struct Rare<'a> {
    sequence_delta: Varints<'a>,
    parent_delta: Varints<'a>,
    run_ref: Varints<'a>,
    task_ref: Varints<'a>,
    trace_ref: Varints<'a>,
    trace_ids: &'a [[u8; 16]],
    default_trace: Option<[u8; 16]>,
    span_ref: Varints<'a>,
    span_ids: &'a [[u8; 8]],
}

impl<'a> Rare<'a> {
    fn new(columns: &Columns<'a>, default_trace: Option<[u8; 16]>) -> Option<Self> {
        let Columns { sequence_delta, parent_delta, run_ref, task_ref, trace_ref, span_ref, .. } = *columns;
        [sequence_delta, parent_delta, run_ref, task_ref, trace_ref, span_ref].iter().find_map(Option::as_ref)?;
        let values = body::values;
        Some(Self {
            sequence_delta: values(sequence_delta),
            parent_delta: values(parent_delta),
            run_ref: values(run_ref),
            task_ref: values(task_ref),
            trace_ref: values(trace_ref),
            trace_ids: body::bytes(columns.trace_ids).as_chunks().0,
            default_trace,
            span_ref: values(span_ref),
            span_ids: body::bytes(columns.span_ids).as_chunks().0,
        })
    }

    /// What these columns say of the next record.
    fn advance(&mut self, strings: Strings<'a>, record: &mut Record<'a>) {
        // BODY-015: an absent column has no values, and its default is taken instead.
        record.sequence += self.sequence_delta.next().unwrap_or(1);
        let parent_delta = self.parent_delta.next().unwrap_or(0);
        record.parent = (parent_delta != 0).then(|| record.sequence - parent_delta);
        record.run = text(strings, &mut self.run_ref);
        record.task = text(strings, &mut self.task_ref);
        record.trace_id = id(self.trace_ids, &mut self.trace_ref).or(self.default_trace);
        record.span_id = id(self.span_ids, &mut self.span_ref);
    }
}

impl<'a> Records<'a> {
    fn new(batch: &'a Batch<'_>) -> Self {
        let (prelude, metadata) = (batch.prelude(), batch.metadata());
        let Body { raw, columns, .. } = &batch.body;
        let values = body::values;
        let payloads = columns.payloads.filter(|column| !column.bytes().is_empty());
        let trace_id = metadata.trace_id();
        let (sequence, time_us) = (prelude.base_sequence - 1, metadata.base_time_us());
        Self {
            strings: batch.strings(),
            epoch: prelude.epoch,
            redaction: metadata.redaction().is_some(),
            kind: values(columns.kind),
            kind_start: columns.kind.map_or(raw.len(), |column| column.start as usize),
            time_delta_us: values(columns.time_delta_us),
            thread_ref: values(columns.thread_ref),
            node_ref: values(columns.node_ref),
            payload_len: values(columns.payload_len),
            payloads: Reader::new(body::bytes(payloads)),
            payloads_start: payloads.map_or(raw.len(), |column| column.start as usize),
            rare: Rare::new(columns, trace_id),
            current: RecordResult::new(Record { sequence, time_us, trace_id, ..Record::default() }),
        }
    }

    /// The next record; `None` behind the last. It is looked at where it lies, and is there until the next call.
    ///
    /// ```
    /// # fn read(batch: &dashstream_codec::Batch<'_>) {
    /// let mut records = batch.records();
    /// while let Some(result) = records.advance() {
    ///     if let Ok(record) = result.accepted() {
    ///         println!("{} of kind {}", record.sequence, record.kind);
    ///     }
    /// }
    /// # }
    /// ```
    #[inline]
    pub fn advance(&mut self) -> Option<&RecordResult<'a>> {
        let kind_at = self.kind.position();
        let kind = u32::try_from(self.kind.next()?).ok()?;
        self.envelope(kind)?;
        // REC-001
        let record = &mut self.current.record;
        let source = Source { message: record.payload, strings: self.strings };
        let context =
            Context { epoch: self.epoch, redaction: self.redaction, sequence: record.sequence, gives_refs: false };
        let judged = payload::judge(kind, &source, &context, &mut record.view);
        self.current.error = judged.err().map(|rejection| self.error(kind_at, rejection));
        Some(&self.current)
    }

    /// Everything but the payload of the next record, which is not looked at yet.
    #[inline]
    fn envelope(&mut self, kind: u32) -> Option<()> {
        // BODY-015: an absent column has no values, and its default is taken instead.
        let record = &mut self.current.record;
        record.kind = kind;
        let time_delta = zigzag(self.time_delta_us.next().unwrap_or(0));
        record.time_us = record.time_us.checked_add_signed(time_delta)?;
        record.thread = text(self.strings, &mut self.thread_ref);
        record.node = text(self.strings, &mut self.node_ref);
        match &mut self.rare {
            None => record.sequence += 1,
            Some(rare) => rare.advance(self.strings, record),
        }
        let payload_len = usize::try_from(self.payload_len.next().unwrap_or(0)).ok()?;
        record.payload = self.payloads.take(payload_len)?;
        Some(())
    }

    /// Why the current record, whose kind stands at `kind_at` of its column, is rejected.
    #[cold]
    fn error(&mut self, kind_at: usize, rejection: Rejection) -> Error {
        let record = &mut self.current.record;
        record.view = Payload::Opaque(record.payload);
        // REC-003, REC-025
        let at = if rejection.code == Code::UnknownCriticalKind {
            self.kind_start + kind_at
        } else {
            self.payloads_start + self.payloads.position() - record.payload.len()
        };
        rejection.code.at(at as u64, rejection.requirement)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = RecordResult<'a>;

    #[inline]
    fn next(&mut self) -> Option<RecordResult<'a>> {
        self.advance().copied()
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
