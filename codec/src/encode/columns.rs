//! The columns of a body that is being written.

use crate::body::number;

use super::put;

/// A packed column. It is left out as long as it has nothing but defaults.
#[derive(Clone, Debug)]
pub(super) struct Column {
    number: u32,
    /// Below 80 (hex), so that it takes one byte.
    default: u8,
    /// Values, all of them defaults, that are not in `encoded`.
    pending: usize,
    encoded: Vec<u8>,
}

impl Column {
    const fn new(number: u32, default: u8) -> Self {
        Self { number, default, pending: 0, encoded: Vec::new() }
    }

    fn clear(&mut self) {
        self.pending = 0;
        self.encoded.clear();
    }

    #[inline]
    pub(super) fn push(&mut self, value: u64) {
        if self.encoded.is_empty() {
            if value == u64::from(self.default) {
                self.pending += 1;
                return;
            }
            self.encoded.resize(self.pending, self.default);
        }
        put::varint(&mut self.encoded, value);
    }

    fn write(&self, out: &mut Vec<u8>) {
        if !self.encoded.is_empty() {
            put::bytes(out, self.number, &self.encoded);
        }
    }

    /// Bytes of the field that is written.
    fn len(&self) -> usize {
        field_len(self.encoded.len())
    }

    /// Bytes by which one more value makes the field longer, at most.
    pub(super) fn growth(&self, is_default: bool) -> usize {
        match (self.encoded.is_empty(), is_default) {
            (true, true) => 0,
            (true, false) => field_len(self.pending + MAX_VARINT_LEN),
            // The length before the field may take one byte more.
            (false, _) => MAX_VARINT_LEN + 1,
        }
    }
}

/// Bytes of a varint of 64 bits, at most.
const MAX_VARINT_LEN: usize = 10;

/// The columns of a body, payloads included.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) kind: Column,
    pub(super) time_delta_us: Column,
    pub(super) sequence_delta: Column,
    pub(super) thread_ref: Column,
    pub(super) node_ref: Column,
    pub(super) parent_delta: Column,
    pub(super) run_ref: Column,
    pub(super) task_ref: Column,
    pub(super) trace_ref: Column,
    pub(super) span_ref: Column,
    pub(super) payload_len: Column,
    pub(super) payloads: Vec<u8>,
}

impl Default for Columns {
    fn default() -> Self {
        let zeros = |number| Column::new(number, 0);
        Self {
            kind: zeros(number::KIND),
            time_delta_us: zeros(number::TIME_DELTA_US),
            sequence_delta: Column::new(number::SEQUENCE_DELTA, 1),
            thread_ref: zeros(number::THREAD_REF),
            node_ref: zeros(number::NODE_REF),
            parent_delta: zeros(number::PARENT_DELTA),
            run_ref: zeros(number::RUN_REF),
            task_ref: zeros(number::TASK_REF),
            trace_ref: zeros(number::TRACE_REF),
            span_ref: zeros(number::SPAN_REF),
            payload_len: zeros(number::PAYLOAD_LEN),
            payloads: Vec::new(),
        }
    }
}

impl Columns {
    pub(super) fn clear(&mut self) {
        for column in self.all_mut() {
            column.clear();
        }
        self.payloads.clear();
    }

    const fn all_mut(&mut self) -> [&mut Column; 11] {
        [
            &mut self.kind,
            &mut self.time_delta_us,
            &mut self.sequence_delta,
            &mut self.thread_ref,
            &mut self.node_ref,
            &mut self.parent_delta,
            &mut self.run_ref,
            &mut self.task_ref,
            &mut self.trace_ref,
            &mut self.span_ref,
            &mut self.payload_len,
        ]
    }

    const fn all(&self) -> [&Column; 11] {
        [
            &self.kind,
            &self.time_delta_us,
            &self.sequence_delta,
            &self.thread_ref,
            &self.node_ref,
            &self.parent_delta,
            &self.run_ref,
            &self.task_ref,
            &self.trace_ref,
            &self.span_ref,
            &self.payload_len,
        ]
    }

    /// Appends the fields of a body from `kind` on, in their order.
    pub(super) fn write(&self, trace_ids: &[u8], span_ids: &[u8], out: &mut Vec<u8>) {
        self.kind.write(out);
        self.time_delta_us.write(out);
        self.sequence_delta.write(out);
        self.thread_ref.write(out);
        self.node_ref.write(out);
        self.parent_delta.write(out);
        self.run_ref.write(out);
        self.task_ref.write(out);
        self.trace_ref.write(out);
        write_bytes(out, number::TRACE_IDS, trace_ids);
        self.span_ref.write(out);
        write_bytes(out, number::SPAN_IDS, span_ids);
        self.payload_len.write(out);
        write_bytes(out, number::PAYLOADS, &self.payloads);
    }

    /// Bytes that `write` appends.
    pub(super) fn len(&self, trace_ids: &[u8], span_ids: &[u8]) -> usize {
        let columns = self.all().into_iter().map(Column::len).sum::<usize>();
        let bytes = [trace_ids, span_ids, &self.payloads];
        columns + bytes.into_iter().map(|bytes| field_len(bytes.len())).sum::<usize>()
    }
}

/// Bytes of a field of that length, tag and length included: none where it is left out.
fn field_len(len: usize) -> usize {
    // The fields of a body have tags of one byte.
    if len == 0 { 0 } else { 1 + put::varint_len(len as u64) + len }
}

fn write_bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    if !bytes.is_empty() {
        put::bytes(out, number, bytes);
    }
}
