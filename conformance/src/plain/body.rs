//! The body as columns, and the checks of spec/body.md.

use super::bytes::{all_zero, cut, size, wide};
use super::gate::{Fault, Gate};
use super::prelude::Prelude;
use super::wire::{Entry, Tree, Value};
use std::collections::{BTreeMap, BTreeSet};

const STRINGS: u32 = 1;
/// Number of `kind`.
pub const KIND: u32 = 2;
/// Number of `time_delta_us`.
pub const TIME_DELTA: u32 = 3;
/// Number of `sequence_delta`.
pub const SEQUENCE_DELTA: u32 = 4;
/// Number of `thread_ref`.
pub const THREAD: u32 = 5;
/// Number of `node_ref`.
pub const NODE: u32 = 6;
/// Number of `parent_delta`.
pub const PARENT_DELTA: u32 = 7;
/// Number of `run_ref`.
pub const RUN: u32 = 8;
/// Number of `task_ref`.
pub const TASK: u32 = 9;
/// Number of `trace_ref`.
pub const TRACE_REF: u32 = 10;
const TRACE_IDS: u32 = 11;
/// Number of `span_ref`.
pub const SPAN_REF: u32 = 12;
const SPAN_IDS: u32 = 13;
/// Number of `payload_len`.
pub const PAYLOAD_LEN: u32 = 14;
const PAYLOADS: u32 = 15;

/// The columns, by field number.
const COLUMNS: [u32; 11] =
    [KIND, TIME_DELTA, SEQUENCE_DELTA, THREAD, NODE, PARENT_DELTA, RUN, TASK, TRACE_REF, SPAN_REF, PAYLOAD_LEN];

/// The columns that refer to strings, by field number.
pub const STRING_COLUMNS: [u32; 4] = [THREAD, NODE, RUN, TASK];

const MAX_SEQUENCE: i128 = 9_007_199_254_740_991;

/// A column that is present.
#[derive(Clone, Debug)]
pub struct Column {
    /// Offset of its tag.
    pub tag: u64,
    /// Its values.
    pub values: Vec<Entry>,
}

/// A field of bytes that is present.
#[derive(Clone, Debug)]
pub struct Blob {
    /// Offset of its tag.
    pub tag: u64,
    /// Offset of its first byte.
    pub at: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The body of a frame.
#[derive(Clone, Debug)]
pub struct Body {
    /// The string table, with the offset of each tag.
    pub strings: Vec<(u64, String)>,
    /// Columns that are present, by field number.
    pub columns: BTreeMap<u32, Column>,
    /// `trace_ids`.
    pub trace_ids: Option<Blob>,
    /// `span_ids`.
    pub span_ids: Option<Blob>,
    /// `payloads`.
    pub payloads: Option<Blob>,
    /// Bytes of the raw body.
    pub raw_len: u64,
}

impl Body {
    /// Sorts the fields of the message into place.
    #[must_use]
    pub fn new(tree: &Tree, raw_len: usize) -> Self {
        let mut strings = Vec::new();
        for field in tree.all(STRINGS) {
            if let Value::Text(text) = &field.value {
                strings.push((wide(field.at), text.clone()));
            }
        }
        let mut columns = BTreeMap::new();
        for number in COLUMNS {
            if let Some(tag) = tree.tag(number) {
                let column = Column { tag: wide(tag), values: tree.packed(number) };
                columns.insert(number, column);
            }
        }
        Self {
            strings,
            columns,
            trace_ids: blob(tree, TRACE_IDS),
            span_ids: blob(tree, SPAN_IDS),
            payloads: blob(tree, PAYLOADS),
            raw_len: wide(raw_len),
        }
    }

    fn values(&self, number: u32) -> Vec<Entry> {
        self.columns.get(&number).map(|column| column.values.clone()).unwrap_or_default()
    }

    /// Value of record `i` in a column; `None` where the column is absent.
    #[must_use]
    pub fn value(&self, number: u32, i: usize) -> Option<u64> {
        let column = self.columns.get(&number)?;
        // A value that a mutant let be missing reads as 0.
        Some(column.values.get(i).map_or(0, |entry| entry.bits))
    }

    /// Offset of the value of record `i` in a column.
    #[must_use]
    pub fn value_at(&self, number: u32, i: usize) -> u64 {
        let entry = self.columns.get(&number).and_then(|column| column.values.get(i));
        entry.map_or(self.raw_len, |entry| wide(entry.at))
    }

    /// Sequence number of each of the first `count` records.
    #[must_use]
    pub fn sequences(&self, gate: &Gate, p: &Prelude, count: usize) -> Vec<i128> {
        // BODY-015
        let absent = u64::from(!gate.strict("BODY-015.sequence-zeros"));
        let mut sequence = i128::from(p.base_sequence) - 1;
        let mut sequences = Vec::new();
        for i in 0..count {
            sequence += i128::from(self.value(SEQUENCE_DELTA, i).unwrap_or(absent));
            sequences.push(sequence);
        }
        sequences
    }
}

fn blob(tree: &Tree, number: u32) -> Option<Blob> {
    let field = tree.last(number)?;
    match &field.value {
        Value::Bytes(at, bytes) => Some(Blob { tag: wide(field.at), at: wide(*at), bytes: bytes.clone() }),
        _ => None,
    }
}

/// A column's sint64.
#[must_use]
pub fn signed(bits: u64) -> i64 {
    i64::from_le_bytes(bits.to_le_bytes())
}

/// BODY-001, BODY-002, BODY-016
pub fn string_table(gate: &Gate, body: &Body) -> Result<(), Fault> {
    let over = body.strings.get(16_384);
    let at = over.map_or(0, |(tag, _)| *tag);
    gate.check("BODY-001", over.is_some(), "STRING_TABLE", at)?;
    for (tag, text) in &body.strings {
        let bad = text.is_empty() || text.len() > 1024;
        gate.check("BODY-002", bad, "STRING_TABLE", *tag)?;
    }
    let mut seen = BTreeSet::new();
    for (tag, text) in &body.strings {
        gate.accept("BODY-016", !seen.insert(text), "STRING_TABLE", *tag)?;
    }
    Ok(())
}

/// BODY-003, BODY-004, BODY-015
pub fn column_len(gate: &Gate, body: &Body, p: &Prelude) -> Result<(), Fault> {
    let no_kind = !body.columns.contains_key(&KIND);
    gate.check("BODY-003", no_kind, "COLUMN_LEN", body.raw_len)?;
    for number in COLUMNS {
        let Some(column) = body.columns.get(&number) else {
            gate.accept("BODY-015", true, "COLUMN_LEN", body.raw_len)?;
            continue;
        };
        let bad = wide(column.values.len()) != p.record_count;
        gate.check("BODY-004", bad, "COLUMN_LEN", column.tag)?;
    }
    Ok(())
}

/// BODY-005
pub fn kind_zero(gate: &Gate, body: &Body) -> Result<(), Fault> {
    for kind in body.values(KIND) {
        gate.check("BODY-005", kind.bits == 0, "KIND_ZERO", wide(kind.at))?;
    }
    Ok(())
}

/// BODY-006
pub fn string_ref(gate: &Gate, body: &Body) -> Result<(), Fault> {
    let strings = wide(body.strings.len());
    for number in STRING_COLUMNS {
        for value in body.values(number) {
            gate.check("BODY-006", value.bits > strings, "STRING_REF", wide(value.at))?;
        }
    }
    Ok(())
}

fn bad_table(blob: &Blob, id_len: usize) -> bool {
    !blob.bytes.len().is_multiple_of(id_len)
        || blob.bytes.len() / id_len > 65_535
        || blob.bytes.chunks(id_len).any(all_zero)
}

/// BODY-007, BODY-008
pub fn id_table(gate: &Gate, body: &Body) -> Result<(), Fault> {
    if let Some(table) = &body.trace_ids {
        gate.check("BODY-007", bad_table(table, 16), "ID_TABLE", table.tag)?;
    }
    if let Some(table) = &body.span_ids {
        gate.check("BODY-008", bad_table(table, 8), "ID_TABLE", table.tag)?;
    }
    Ok(())
}

fn ids(table: Option<&Blob>, id_len: usize) -> u64 {
    table.map_or(0, |table| wide(table.bytes.len() / id_len))
}

/// BODY-009, BODY-010
pub fn id_ref(gate: &Gate, body: &Body) -> Result<(), Fault> {
    let traces = ids(body.trace_ids.as_ref(), 16);
    for value in body.values(TRACE_REF) {
        gate.check("BODY-009", value.bits > traces, "ID_REF", wide(value.at))?;
    }
    let spans = ids(body.span_ids.as_ref(), 8);
    for value in body.values(SPAN_REF) {
        gate.check("BODY-010", value.bits > spans, "ID_REF", wide(value.at))?;
    }
    Ok(())
}

/// The id that a ref stands for; `None` for 0.
#[must_use]
pub fn id(table: Option<&Blob>, id_len: usize, number: u64) -> Option<Vec<u8>> {
    let before = size(number.checked_sub(1)?).checked_mul(id_len)?;
    Some(cut(&table?.bytes, before, before.saturating_add(id_len)))
}

/// BODY-011
pub fn sequence_delta(gate: &Gate, body: &Body, p: &Prelude) -> Result<(), Fault> {
    let mut sum = 0_u128;
    for delta in body.values(SEQUENCE_DELTA) {
        sum += u128::from(delta.bits);
        if gate.strict("BODY-011.wraps") {
            sum %= 1 << 32;
        }
        let bad = delta.bits == 0 || sum > u128::from(p.span());
        gate.check("BODY-011", bad, "SEQUENCE_DELTA", wide(delta.at))?;
    }
    Ok(())
}

/// BODY-012
pub fn time_range(gate: &Gate, body: &Body, base_time: i128) -> Result<(), Fault> {
    let mut time = base_time;
    for delta in body.values(TIME_DELTA) {
        time += i128::from(signed(delta.bits));
        let bad = !(0..=MAX_SEQUENCE).contains(&time);
        gate.check("BODY-012", bad, "TIME_RANGE", wide(delta.at))?;
    }
    Ok(())
}

/// BODY-013
pub fn parent_range(gate: &Gate, body: &Body, p: &Prelude) -> Result<(), Fault> {
    let parents = body.values(PARENT_DELTA);
    let sequences = body.sequences(gate, p, parents.len());
    for (parent, sequence) in parents.iter().zip(sequences) {
        let bad = i128::from(parent.bits) >= sequence && parent.bits != 0;
        gate.check("BODY-013", bad, "PARENT_RANGE", wide(parent.at))?;
    }
    Ok(())
}

/// BODY-014
pub fn payload_len(gate: &Gate, body: &Body) -> Result<(), Fault> {
    let lengths = body.values(PAYLOAD_LEN);
    let mut sum = lengths.iter().map(|length| u128::from(length.bits)).sum::<u128>();
    if gate.strict("BODY-014.wraps") {
        sum %= 1 << 32;
    }
    let there = body.payloads.as_ref().map_or(0, |payloads| payloads.bytes.len());
    let bad = sum != u128::from(wide(there));
    let payloads_tag = body.payloads.as_ref().map_or(body.raw_len, |payloads| payloads.tag);
    let at = body.columns.get(&PAYLOAD_LEN).map_or(payloads_tag, |column| column.tag);
    gate.check("BODY-014", bad, "PAYLOAD_LEN", at)
}
