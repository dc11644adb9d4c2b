//! Collecting the records of a frame.

use dashstream_proto::v1 as proto;
use prost::Message;

use crate::constants::{MAX_METADATA_LEN, MAX_RAW_LEN, MAX_RECORDS, MAX_SEQUENCE, PRELUDE_LEN, SCHEMA, VERSION};
use crate::crc::crc32c;
use crate::error::Code;
use crate::metadata::Metadata;
use crate::payload::{self, Context};
use crate::prelude::Prelude;
use crate::strings::Strings;
use crate::view::{Payload, Sink, Source};

use super::columns::Columns;
use super::encoder::Encoder;
use super::error::EncodeError;
use super::ids::IdTable;
use super::put;
use super::strings::StringTable;

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
    /// The payload message, encoded, with refs from [`BatchBuilder::intern`].
    pub payload: &'a [u8],
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// The prelude that was written.
    pub prelude: Prelude,
    /// Bytes of the frame.
    pub frame_len: usize,
}

/// Collects the records of one frame, and refuses what no valid frame can hold.
#[derive(Debug)]
pub struct BatchBuilder {
    /// The prelude as far as it is known.
    prelude: Prelude,
    ancillary_flags: Option<u8>,
    metadata: Vec<u8>,
    /// What of the metadata the records depend on.
    default_trace: Option<[u8; 16]>,
    redaction: bool,
    strings: StringTable,
    trace_ids: IdTable<16>,
    span_ids: IdTable<8>,
    columns: Columns,
    records: u32,
    /// Sequence number and time of the last record.
    sequence: u64,
    time_us: u64,
    /// Room for the message of [`BatchBuilder::push_message`].
    scratch: Vec<u8>,
}

/// The columns of one record that have been checked.
struct Row {
    sequence: u64,
    sequence_delta: u64,
    time_delta_us: u64,
    parent_delta: u64,
}

impl BatchBuilder {
    /// A batch without records. The prelude's drop_count is the sum of `drop_reason_count`.
    ///
    /// # Errors
    ///
    /// What a reader would report for a frame with this header and metadata.
    pub fn new(header: FrameHeader, metadata: &proto::Metadata) -> Result<Self, EncodeError> {
        let mut builder = Self {
            prelude: prelude(&header),
            ancillary_flags: None,
            metadata: Vec::new(),
            default_trace: None,
            redaction: false,
            strings: StringTable::default(),
            trace_ids: IdTable::default(),
            span_ids: IdTable::default(),
            columns: Columns::default(),
            records: 0,
            sequence: 0,
            time_us: 0,
            scratch: Vec::new(),
        };
        builder.restart(header, metadata)?;
        Ok(builder)
    }

    /// Forgets all that was added and begins another batch in the same memory.
    ///
    /// # Errors
    ///
    /// As [`BatchBuilder::new`]. The builder is then not fit for use until a call succeeds.
    pub fn restart(&mut self, header: FrameHeader, metadata: &proto::Metadata) -> Result<(), EncodeError> {
        self.strings.clear();
        self.trace_ids.clear();
        self.span_ids.clear();
        self.columns.clear();
        self.records = 0;
        self.prelude = prelude(&header);
        self.ancillary_flags = header.ancillary_flags;
        self.set_metadata(metadata)?;
        // The lengths are not known yet: take the smallest that are in order.
        let probe = Prelude { record_count: 1, raw_len: 3, body_len: 3, ..self.prelude };
        probe.check()?;
        self.sequence = header.base_sequence - 1;
        Ok(())
    }

    fn set_metadata(&mut self, metadata: &proto::Metadata) -> Result<(), EncodeError> {
        self.metadata.clear();
        metadata.encode_raw(&mut self.metadata);
        // PRE-010
        let too_long = EncodeError::refused(Code::MetadataLen, "PRE-010");
        self.prelude.metadata_len = u16::try_from(self.metadata.len()).map_err(|_| too_long)?;
        if self.prelude.metadata_len > MAX_METADATA_LEN {
            return Err(too_long);
        }
        // META-009
        let drops = metadata.drop_reason_count.iter().map(|count| u64::from(*count)).sum::<u64>();
        let too_many = EncodeError::refused(Code::MetadataField, "META-009");
        self.prelude.drop_count = u16::try_from(drops).map_err(|_| too_many)?;
        self.prelude.metadata_crc = crc32c(&self.metadata);
        let metadata = Metadata::parse(&self.metadata, &self.prelude, None)?;
        self.time_us = metadata.base_time_us();
        self.default_trace = metadata.trace_id();
        self.redaction = metadata.redaction().is_some();
        Ok(())
    }

    /// Fills an empty string table, so that the order of a decoded table is kept. A string that is
    /// there twice is taken once.
    ///
    /// # Errors
    ///
    /// STRING_TABLE where there are too many strings, or one is empty or too long.
    pub fn preset_strings(&mut self, strings: &[&str]) -> Result<(), EncodeError> {
        strings.iter().try_for_each(|text| self.strings.intern(text).map(|_| ()))
    }

    /// The ref of a string, which is added to the table where it is not there. A string that no
    /// record comes to use stays in the table.
    ///
    /// # Errors
    ///
    /// STRING_TABLE where the string is empty or too long, or the table is full.
    pub fn intern(&mut self, text: &str) -> Result<u32, EncodeError> {
        self.strings.intern(text)
    }

    /// Records so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records as usize
    }

    /// Whether there are no records yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Adds a record. Where it is refused the batch stays as it was, but for the string table.
    ///
    /// # Errors
    ///
    /// INPUT, or what a reader would report for the frame or the record.
    pub fn push(&mut self, record: RecordInput<'_>) -> Result<(), EncodeError> {
        let row = self.row(&record)?;
        self.check_payload(&record, row.sequence)?;
        let refs = self.refs(&record)?;
        self.columns.payloads.extend_from_slice(record.payload);
        self.add(&record, &row, refs, record.payload.len());
        Ok(())
    }

    /// Adds a record with a typed payload, which is written straight to its place. `record.payload` is not looked at, nor is
    /// `record.kind`, unless the payload is [`Payload::Opaque`]: its bytes are judged by that kind, as by `push`.
    ///
    /// # Errors
    ///
    /// As [`BatchBuilder::push`].
    pub fn push_payload(&mut self, record: RecordInput<'_>, payload: &Payload<'_>) -> Result<(), EncodeError> {
        // WRT-001: that bytes are opaque here does not make them so to a reader who knows the kind.
        if let Payload::Opaque(payload) = payload {
            return self.push(RecordInput { payload, ..record });
        }
        let record = RecordInput { kind: payload.kind().unwrap_or(record.kind), ..record };
        let row = self.row(&record)?;
        payload::check(record.kind, payload, &self.context(row.sequence))?;
        let refs = self.refs(&record)?;
        let start = self.columns.payloads.len();
        let mut sink = Sink { out: &mut self.columns.payloads, strings: &mut self.strings };
        let written = payload.write(&mut sink);
        let len = self.columns.payloads.len() - start;
        let result = written.and_then(|()| check_len(self.columns.payloads.len()));
        if result.is_err() {
            self.columns.payloads.truncate(start);
            return result;
        }
        self.add(&record, &row, refs, len);
        Ok(())
    }

    /// Adds a record that has been checked, and whose payload of `len` bytes stands in its place.
    #[inline]
    fn add(&mut self, record: &RecordInput<'_>, row: &Row, [thread, node, run, task]: [u32; 4], len: usize) {
        let trace = match record.trace_id {
            Some(id) if Some(id) != self.default_trace => self.trace_ids.intern(&id),
            _ => 0,
        };
        let span = record.span_id.map_or(0, |id| self.span_ids.intern(&id));
        let columns = &mut self.columns;
        columns.kind.push(u64::from(record.kind));
        columns.time_delta_us.push(row.time_delta_us);
        columns.sequence_delta.push(row.sequence_delta);
        columns.thread_ref.push(u64::from(thread));
        columns.node_ref.push(u64::from(node));
        columns.parent_delta.push(row.parent_delta);
        columns.run_ref.push(u64::from(run));
        columns.task_ref.push(u64::from(task));
        columns.trace_ref.push(u64::from(trace));
        columns.span_ref.push(u64::from(span));
        columns.payload_len.push(len as u64);
        self.records += 1;
        self.sequence = row.sequence;
        self.time_us = record.time_us;
    }

    /// Adds a record with `message` in place of `record.payload`. Protobuf libraries, `prost` too,
    /// leave out a double that is -0.0: give such a payload encoded.
    ///
    /// # Errors
    ///
    /// As [`BatchBuilder::push`].
    pub fn push_message(&mut self, record: RecordInput<'_>, message: &impl Message) -> Result<(), EncodeError> {
        let mut payload = core::mem::take(&mut self.scratch);
        payload.clear();
        message.encode_raw(&mut payload);
        let pushed = self.push(RecordInput { payload: &payload, ..record });
        self.scratch = payload;
        pushed
    }

    /// Checks what stands in the columns.
    fn row(&self, record: &RecordInput<'_>) -> Result<Row, EncodeError> {
        // PRE-017
        if self.records >= MAX_RECORDS {
            return Err(EncodeError::refused(Code::Count, "PRE-017"));
        }
        // BODY-005
        if record.kind == 0 {
            return Err(EncodeError::refused(Code::KindZero, "BODY-005"));
        }
        let sequence = record.sequence.unwrap_or(self.sequence + 1);
        // JSON-004
        if sequence <= self.sequence {
            return Err(EncodeError::input("JSON-004"));
        }
        let widest = Prelude { record_count: u16::MAX, ..self.prelude };
        // BODY-011; the rest of the rule is checked when the number of records is known.
        if sequence > widest.last_sequence() {
            return Err(EncodeError::refused(Code::SequenceDelta, "BODY-011"));
        }
        let row = Row {
            sequence,
            sequence_delta: sequence - self.sequence,
            time_delta_us: self.time_delta(record.time_us)?,
            parent_delta: parent_delta(record.parent, sequence)?,
        };
        self.check_ids(record)?;
        Ok(row)
    }

    fn time_delta(&self, time_us: u64) -> Result<u64, EncodeError> {
        // BODY-012. Two times within it are never further apart than WIRE-012 allows.
        if time_us > MAX_SEQUENCE {
            return Err(EncodeError::refused(Code::TimeRange, "BODY-012"));
        }
        Ok(put::zigzag(time_us.cast_signed() - self.time_us.cast_signed()))
    }

    fn check_ids(&self, record: &RecordInput<'_>) -> Result<(), EncodeError> {
        // JSON-003
        if record.trace_id.is_none() && self.default_trace.is_some() {
            return Err(EncodeError::input("JSON-003"));
        }
        // BODY-007
        if record.trace_id == Some([0; 16]) {
            return Err(EncodeError::refused(Code::IdTable, "BODY-007"));
        }
        // BODY-008
        if record.span_id == Some([0; 8]) {
            return Err(EncodeError::refused(Code::IdTable, "BODY-008"));
        }
        Ok(())
    }

    fn check_payload(&self, record: &RecordInput<'_>, sequence: u64) -> Result<(), EncodeError> {
        check_len(self.columns.payloads.len() + record.payload.len())?;
        let table = self.strings.table();
        let source = Source { message: record.payload, strings: Strings::new(&table) };
        payload::judge(record.kind, &source, &self.context(sequence))?;
        Ok(())
    }

    const fn context(&self, sequence: u64) -> Context {
        Context { epoch: self.prelude.epoch, redaction: self.redaction, sequence }
    }

    fn refs(&mut self, record: &RecordInput<'_>) -> Result<[u32; 4], EncodeError> {
        let mut refs = [0; 4];
        let texts = [record.thread, record.node, record.run, record.task];
        for (place, text) in refs.iter_mut().zip(texts) {
            if let Some(text) = text {
                *place = self.strings.intern(text)?;
            }
        }
        Ok(refs)
    }

    /// Seals the batch and appends the frame to `out`, which is not changed where this fails.
    ///
    /// # Errors
    ///
    /// What a reader would report for the frame; LOCAL_LIMIT where it is longer than the encoder's
    /// `max_frame_len`.
    pub fn finish(&self, encoder: &mut Encoder, out: &mut Vec<u8>) -> Result<FrameInfo, EncodeError> {
        // PRE-017
        if self.records == 0 {
            return Err(EncodeError::refused(Code::Count, "PRE-017"));
        }
        let ancillary_flags = encoder.ancillary_flags(self.ancillary_flags);
        let max = encoder.config().max_frame_len as u64;
        let raw = &mut encoder.raw;
        raw.clear();
        raw.extend_from_slice(self.strings.encoded());
        self.columns.write(self.trace_ids.bytes(), self.span_ids.bytes(), raw);
        // PRE-014
        let raw_len = raw.len();
        if raw_len > MAX_RAW_LEN as usize {
            return Err(EncodeError::refused(Code::RawLen, "PRE-014"));
        }
        let (codec, stored) = encoder.store();
        let mut prelude = Prelude {
            ancillary_flags,
            body_crc: crc32c(stored),
            body_len: u32::try_from(stored.len()).unwrap_or(u32::MAX),
            raw_len: u32::try_from(raw_len).unwrap_or(u32::MAX),
            codec: codec.number(),
            record_count: u16::try_from(self.records).unwrap_or(u16::MAX),
            ..self.prelude
        };
        prelude.check()?;
        // BODY-011
        if self.sequence > prelude.last_sequence() {
            return Err(EncodeError::refused(Code::SequenceDelta, "BODY-011"));
        }
        let len = prelude.frame_len();
        if len > max {
            return Err(EncodeError::FrameLen { len, max });
        }
        let head = prelude.seal();
        out.extend_from_slice(&head);
        out.extend_from_slice(&self.metadata);
        out.extend_from_slice(stored);
        Ok(FrameInfo { prelude, frame_len: PRELUDE_LEN + self.metadata.len() + stored.len() })
    }
}

/// PRE-014: a body with more bytes of payloads is longer than any body may be.
fn check_len(payloads: usize) -> Result<(), EncodeError> {
    if payloads > MAX_RAW_LEN as usize { Err(EncodeError::refused(Code::RawLen, "PRE-014")) } else { Ok(()) }
}

/// The prelude as far as the header says it.
const fn prelude(header: &FrameHeader) -> Prelude {
    // WRT-002
    Prelude {
        version: VERSION,
        critical_flags: 0,
        ancillary_flags: 0,
        prelude_crc: 0,
        metadata_crc: 0,
        body_crc: 0,
        body_len: 0,
        raw_len: 0,
        metadata_len: 0,
        codec: 0,
        schema: SCHEMA,
        record_count: 0,
        drop_count: 0,
        producer_id: header.producer_id,
        base_sequence: header.base_sequence,
        epoch: header.epoch,
        lane: header.lane,
    }
}

fn parent_delta(parent: Option<u64>, sequence: u64) -> Result<u64, EncodeError> {
    let Some(parent) = parent else { return Ok(0) };
    // A distance of 0 means none, and there is no distance forward.
    if parent >= sequence {
        return Err(EncodeError::input("JSON-002"));
    }
    // BODY-013
    if parent == 0 {
        return Err(EncodeError::refused(Code::ParentRange, "BODY-013"));
    }
    let delta = sequence - parent;
    if delta > u64::from(u32::MAX) {
        return Err(EncodeError::input("JSON-002"));
    }
    Ok(delta)
}
