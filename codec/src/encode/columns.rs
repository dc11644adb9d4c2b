//! The columns of a body that is being written.

use crate::body::number;

use super::column::{self, Column};
use super::put;

/// What nearly every record has in the columns. It is kept by rows, and laid out by columns when the batch is sealed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) kind: u32,
    pub(super) thread_ref: u32,
    pub(super) node_ref: u32,
    pub(super) payload_len: u32,
    pub(super) time_delta_us: u64,
}

/// What few records have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rare {
    pub(super) sequence_delta: u64,
    pub(super) parent_delta: u64,
    pub(super) run_ref: u32,
    pub(super) task_ref: u32,
    pub(super) trace_ref: u32,
    pub(super) span_ref: u32,
}

impl Rare {
    const NOTHING: Self =
        Self { sequence_delta: 1, parent_delta: 0, run_ref: 0, task_ref: 0, trace_ref: 0, span_ref: 0 };
}

/// The columns of a body, payloads included.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    rows: Vec<Row>,
    /// Whether one of the next six columns has begun.
    has_rare: bool,
    sequence_delta: Column,
    parent_delta: Column,
    run_ref: Column,
    task_ref: Column,
    trace_ref: Column,
    span_ref: Column,
    pub(super) payloads: Vec<u8>,
}

impl Default for Columns {
    fn default() -> Self {
        let zeros = |number| Column::new(number, 0);
        Self {
            rows: Vec::new(),
            has_rare: false,
            sequence_delta: Column::new(number::SEQUENCE_DELTA, 1),
            parent_delta: zeros(number::PARENT_DELTA),
            run_ref: zeros(number::RUN_REF),
            task_ref: zeros(number::TASK_REF),
            trace_ref: zeros(number::TRACE_REF),
            span_ref: zeros(number::SPAN_REF),
            payloads: Vec::new(),
        }
    }
}

impl Columns {
    pub(super) fn clear(&mut self) {
        let Self { rows, has_rare, sequence_delta, parent_delta, run_ref, task_ref, trace_ref, span_ref, payloads } =
            self;
        rows.clear();
        *has_rare = false;
        for column in [sequence_delta, parent_delta, run_ref, task_ref, trace_ref, span_ref] {
            column.clear();
        }
        payloads.clear();
    }

    /// Appends a record whose payload stands in `payloads`.
    #[inline]
    pub(super) fn push(&mut self, row: Row, rare: &Rare) {
        if self.has_rare || *rare != Rare::NOTHING {
            self.push_rare(rare);
        }
        self.rows.push(row);
    }

    #[inline(never)]
    fn push_rare(&mut self, rare: &Rare) {
        self.has_rare = true;
        let before = self.rows.len();
        self.sequence_delta.push(rare.sequence_delta, before);
        self.parent_delta.push(rare.parent_delta, before);
        self.run_ref.push(u64::from(rare.run_ref), before);
        self.task_ref.push(u64::from(rare.task_ref), before);
        self.trace_ref.push(u64::from(rare.trace_ref), before);
        self.span_ref.push(u64::from(rare.span_ref), before);
    }

    /// Appends the fields of a body from `kind` on, in their order.
    pub(super) fn write(&self, trace_ids: &[u8], span_ids: &[u8], out: &mut Vec<u8>) {
        let rows = &self.rows[..];
        column::write(out, number::KIND, rows, |row| u64::from(row.kind));
        column::write(out, number::TIME_DELTA_US, rows, |row| row.time_delta_us);
        self.sequence_delta.write(out);
        column::write(out, number::THREAD_REF, rows, |row| u64::from(row.thread_ref));
        column::write(out, number::NODE_REF, rows, |row| u64::from(row.node_ref));
        self.parent_delta.write(out);
        self.run_ref.write(out);
        self.task_ref.write(out);
        self.trace_ref.write(out);
        write_bytes(out, number::TRACE_IDS, trace_ids);
        self.span_ref.write(out);
        write_bytes(out, number::SPAN_IDS, span_ids);
        column::write(out, number::PAYLOAD_LEN, rows, |row| u64::from(row.payload_len));
        write_bytes(out, number::PAYLOADS, &self.payloads);
    }
}

fn write_bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    if !bytes.is_empty() {
        put::bytes(out, number, bytes);
    }
}
