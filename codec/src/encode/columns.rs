//! The columns of a body that is being written.

use crate::body::number;

use super::column::{self, Column};
use super::put;

/// What nearly every record has in the columns. It is kept by rows, and laid out by columns when the batch is sealed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) kind: u32,
    pub(super) thread_ref: u32,
    pub(super) node_ref: u32,
    pub(super) payload_len: u32,
    pub(super) time_delta_us: u64,
}

impl Row {
    /// The bits that one of two rows has in each of its values.
    #[inline]
    const fn or(&self, other: &Self) -> Self {
        Self {
            kind: self.kind | other.kind,
            thread_ref: self.thread_ref | other.thread_ref,
            node_ref: self.node_ref | other.node_ref,
            payload_len: self.payload_len | other.payload_len,
            time_delta_us: self.time_delta_us | other.time_delta_us,
        }
    }

    /// Bytes that the columns of `count` rows take, at most, if these are the bits that any of them has, and all times
    /// together take `times_len` bytes.
    fn columns_len(&self, count: usize, times_len: usize) -> usize {
        let Self { kind, thread_ref, node_ref, payload_len, time_delta_us } = *self;
        let any = [kind, thread_ref, node_ref, payload_len].into_iter().filter(|any| *any != 0);
        let narrow = any.map(|any| put::field_len(count * put::varint_len(u64::from(any)))).sum::<usize>();
        narrow + if time_delta_us == 0 { 0 } else { put::field_len(times_len) }
    }
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

    /// Whether it is `NOTHING`: value by value, for they are still in registers, and comparing them in memory waits for
    /// each to get there.
    #[inline(always)]
    const fn is_nothing(&self) -> bool {
        let refs = self.run_ref | self.task_ref | self.trace_ref | self.span_ref;
        (self.sequence_delta ^ 1) | self.parent_delta | refs as u64 == 0
    }

    /// In the order of the fields of the body.
    fn values(&self) -> [u64; 6] {
        let Self { sequence_delta, parent_delta, run_ref, task_ref, trace_ref, span_ref } = *self;
        let [run_ref, task_ref, trace_ref, span_ref] = [run_ref, task_ref, trace_ref, span_ref].map(u64::from);
        [sequence_delta, parent_delta, run_ref, task_ref, trace_ref, span_ref]
    }
}

/// The columns of a body, payloads included.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    rows: Vec<Row>,
    /// The bits that any of the rows has in each of its values.
    any: Row,
    /// Bytes of all their times, which are of many lengths.
    times_len: usize,
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
            any: Row::default(),
            times_len: 0,
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
        self.rows.clear();
        self.any = Row::default();
        self.times_len = 0;
        self.has_rare = false;
        self.rare_mut().into_iter().for_each(Column::clear);
        self.payloads.clear();
    }

    /// Appends a record whose payload stands in `payloads`.
    #[inline(always)]
    pub(super) fn push(&mut self, row: Row, rare: &Rare) {
        if self.has_rare || !rare.is_nothing() {
            self.push_rare(rare);
        }
        self.any = self.any.or(&row);
        self.times_len += put::varint_len(row.time_delta_us);
        self.rows.push(row);
    }

    #[inline(never)]
    fn push_rare(&mut self, rare: &Rare) {
        self.has_rare = true;
        let before = self.rows.len();
        self.rare_mut().into_iter().zip(rare.values()).for_each(|(column, value)| column.push(value, before));
    }

    const fn rare_mut(&mut self) -> [&mut Column; 6] {
        [
            &mut self.sequence_delta,
            &mut self.parent_delta,
            &mut self.run_ref,
            &mut self.task_ref,
            &mut self.trace_ref,
            &mut self.span_ref,
        ]
    }

    const fn rare(&self) -> [&Column; 6] {
        [&self.sequence_delta, &self.parent_delta, &self.run_ref, &self.task_ref, &self.trace_ref, &self.span_ref]
    }

    /// Bytes that `write` appends, at most: a kind, a ref or a length counts as if it were as long as the longest.
    pub(super) fn len_at_most(&self, trace_ids: &[u8], span_ids: &[u8]) -> usize {
        let rare = self.rare().into_iter().map(Column::len).sum::<usize>();
        let bytes = [trace_ids, span_ids, &self.payloads].into_iter().map(|bytes| put::field_len(bytes.len()));
        self.any.columns_len(self.rows.len(), self.times_len) + rare + bytes.sum::<usize>()
    }

    /// Bytes by which one more record makes the columns longer, at most: without its payload and ids.
    pub(super) fn growth(&self, row: &Row, rare: &Rare) -> usize {
        let count = self.rows.len();
        let times_len = self.times_len + put::varint_len(row.time_delta_us);
        let rows = self.any.or(row).columns_len(count + 1, times_len) - self.any.columns_len(count, self.times_len);
        let values = rare.values().into_iter().zip(Rare::NOTHING.values());
        let columns = self.rare().into_iter().zip(values);
        rows + columns.map(|(column, (value, default))| column.growth(value == default, count)).sum::<usize>()
    }

    /// Appends the fields of a body from `kind` on, in their order.
    pub(super) fn write(&self, trace_ids: &[u8], span_ids: &[u8], out: &mut Vec<u8>) {
        let (rows, any) = (&self.rows[..], &self.any);
        column::write(out, number::KIND, rows, u64::from(any.kind), |row| u64::from(row.kind));
        column::write(out, number::TIME_DELTA_US, rows, any.time_delta_us, |row| row.time_delta_us);
        self.sequence_delta.write(out);
        column::write(out, number::THREAD_REF, rows, u64::from(any.thread_ref), |row| u64::from(row.thread_ref));
        column::write(out, number::NODE_REF, rows, u64::from(any.node_ref), |row| u64::from(row.node_ref));
        self.parent_delta.write(out);
        self.run_ref.write(out);
        self.task_ref.write(out);
        self.trace_ref.write(out);
        write_bytes(out, number::TRACE_IDS, trace_ids);
        self.span_ref.write(out);
        write_bytes(out, number::SPAN_IDS, span_ids);
        column::write(out, number::PAYLOAD_LEN, rows, u64::from(any.payload_len), |row| u64::from(row.payload_len));
        write_bytes(out, number::PAYLOADS, &self.payloads);
    }
}

fn write_bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    if !bytes.is_empty() {
        put::bytes(out, number, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::Rare;

    /// Of all values that differ from what most records have, the bits may be the same.
    #[test]
    fn a_record_is_rare_by_any_of_its_values() {
        for (set, value) in (0..64).flat_map(|set| [1_u32, 2, 64].map(|value| (set, value))) {
            let of = |index: u32| if set >> index & 1 == 0 { 0 } else { value };
            let rare = Rare {
                sequence_delta: 1 ^ u64::from(of(0)),
                parent_delta: u64::from(of(1)),
                run_ref: of(2),
                task_ref: of(3),
                trace_ref: of(4),
                span_ref: of(5),
            };
            assert_eq!(rare.is_nothing(), set == 0, "{rare:?}");
        }
        assert!(Rare::NOTHING.is_nothing());
    }
}
