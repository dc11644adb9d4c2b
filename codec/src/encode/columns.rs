//! The columns of a body that is being written.

use crate::body::number;

use super::put;

/// A packed column. It is left out as long as it has nothing but defaults.
#[derive(Clone, Debug)]
struct Column {
    number: u32,
    /// Below 80 (hex), so that it takes one byte.
    default: u8,
    /// Empty as long as there is nothing but defaults.
    encoded: Vec<u8>,
}

impl Column {
    const fn new(number: u32, default: u8) -> Self {
        Self { number, default, encoded: Vec::new() }
    }

    /// Appends the value that comes after `before` others.
    #[inline]
    fn push(&mut self, value: u64, before: usize) {
        if self.encoded.is_empty() {
            if value == u64::from(self.default) {
                return;
            }
            self.begin(before);
        }
        put::varint(&mut self.encoded, value);
    }

    /// Makes up for the defaults that were not written.
    #[cold]
    fn begin(&mut self, before: usize) {
        self.encoded.resize(before, self.default);
    }

    fn write(&self, out: &mut Vec<u8>) {
        if !self.encoded.is_empty() {
            put::bytes(out, self.number, &self.encoded);
        }
    }
}

/// The columns of one record.
pub(super) struct Row {
    pub(super) kind: u32,
    pub(super) time_delta_us: u64,
    pub(super) sequence_delta: u64,
    pub(super) thread_ref: u32,
    pub(super) node_ref: u32,
    pub(super) parent_delta: u64,
    pub(super) run_ref: u32,
    pub(super) task_ref: u32,
    pub(super) trace_ref: u32,
    pub(super) span_ref: u32,
    pub(super) payload_len: u64,
}

/// The columns of a body, payloads included.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    rows: usize,
    /// Whether one of the columns of `push_rare` has begun.
    has_rare: bool,
    kind: Column,
    time_delta_us: Column,
    sequence_delta: Column,
    thread_ref: Column,
    node_ref: Column,
    parent_delta: Column,
    run_ref: Column,
    task_ref: Column,
    trace_ref: Column,
    span_ref: Column,
    payload_len: Column,
    pub(super) payloads: Vec<u8>,
}

impl Default for Columns {
    fn default() -> Self {
        let zeros = |number| Column::new(number, 0);
        Self {
            rows: 0,
            has_rare: false,
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
        self.rows = 0;
        self.has_rare = false;
        for column in self.all_mut() {
            column.encoded.clear();
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

    /// Appends a row whose payload stands in `payloads`.
    #[inline]
    pub(super) fn push(&mut self, row: &Row) {
        let before = self.rows;
        self.rows += 1;
        self.kind.push(u64::from(row.kind), before);
        self.time_delta_us.push(row.time_delta_us, before);
        self.thread_ref.push(u64::from(row.thread_ref), before);
        self.node_ref.push(u64::from(row.node_ref), before);
        self.payload_len.push(row.payload_len, before);
        let rare = u64::from(row.run_ref | row.task_ref | row.trace_ref | row.span_ref) | row.parent_delta;
        if self.has_rare || rare != 0 || row.sequence_delta != 1 {
            self.push_rare(row, before);
        }
    }

    /// The columns of which many batches have none.
    #[inline(never)]
    fn push_rare(&mut self, row: &Row, before: usize) {
        self.has_rare = true;
        self.sequence_delta.push(row.sequence_delta, before);
        self.parent_delta.push(row.parent_delta, before);
        self.run_ref.push(u64::from(row.run_ref), before);
        self.task_ref.push(u64::from(row.task_ref), before);
        self.trace_ref.push(u64::from(row.trace_ref), before);
        self.span_ref.push(u64::from(row.span_ref), before);
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
}

fn write_bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    if !bytes.is_empty() {
        put::bytes(out, number, bytes);
    }
}
