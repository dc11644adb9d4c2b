//! The checks BODY-003 to BODY-014, each one pass, in their order.

use crate::constants::{MAX_IDS, MAX_RECORDS, MAX_SEQUENCE};
use crate::error::{Code, Error};
use crate::metadata::Metadata;
use crate::packed;
use crate::prelude::Prelude;
use crate::reader::Varints;
use crate::wire::zigzag;

use super::{Body, Column, Columns, bytes};

pub(super) fn check(body: &Body<'_>, prelude: &Prelude, metadata: &Metadata<'_>) -> Result<(), Error> {
    let columns = &body.columns;
    column_lengths(columns, prelude)?;
    kinds(columns)?;
    string_refs(columns, body.table.len() as u64)?;
    // BODY-007
    id_table::<16>(columns.trace_ids, "BODY-007")?;
    // BODY-008
    id_table::<8>(columns.span_ids, "BODY-008")?;
    // BODY-009
    id_refs(columns.trace_ref, bytes(columns.trace_ids).len() / 16, "BODY-009")?;
    // BODY-010
    id_refs(columns.span_ref, bytes(columns.span_ids).len() / 8, "BODY-010")?;
    sequence_deltas(columns, prelude)?;
    times(columns, metadata)?;
    parents(columns, prelude)?;
    payload_lengths(columns)
}

/// Offset of the first value of a column for which `bad` holds.
fn first_bad(column: Option<Column<'_>>, mut bad: impl FnMut(u64) -> bool) -> Option<u64> {
    let column = column?;
    let mut values = Varints::new(column.bytes());
    loop {
        let at = values.position();
        if bad(values.next()?) {
            return Some(u64::from(column.start) + at as u64);
        }
    }
}

fn column_lengths(columns: &Columns<'_>, prelude: &Prelude) -> Result<(), Error> {
    // BODY-003
    if columns.kind.is_none() {
        return Err(Code::ColumnLen.at(u64::from(prelude.raw_len), "BODY-003"));
    }
    // BODY-004
    let count = usize::from(prelude.record_count);
    let wrong = |column: &Column<'_>| Varints::new(column.bytes()).len() != count;
    match columns.in_order().into_iter().flatten().find(wrong) {
        Some(column) => Err(Code::ColumnLen.at(u64::from(column.tag), "BODY-004")),
        None => Ok(()),
    }
}

fn kinds(columns: &Columns<'_>) -> Result<(), Error> {
    // BODY-005
    if packed::all_are_short_and_not_zero(bytes(columns.kind)) {
        return Ok(());
    }
    match first_bad(columns.kind, |kind| kind == 0) {
        Some(at) => Err(Code::KindZero.at(at, "BODY-005")),
        None => Ok(()),
    }
}

fn string_refs(columns: &Columns<'_>, strings: u64) -> Result<(), Error> {
    // BODY-006
    for column in [columns.thread_ref, columns.node_ref, columns.run_ref, columns.task_ref] {
        if !packed::all_are_at_most(bytes(column), strings)
            && let Some(at) = first_bad(column, |value| value > strings)
        {
            return Err(Code::StringRef.at(at, "BODY-006"));
        }
    }
    Ok(())
}

fn id_table<const LEN: usize>(table: Option<Column<'_>>, requirement: &'static str) -> Result<(), Error> {
    let Some(table) = table else { return Ok(()) };
    let (ids, rest) = table.bytes().as_chunks::<LEN>();
    if !rest.is_empty() || ids.len() > MAX_IDS || ids.contains(&[0; LEN]) {
        return Err(Code::IdTable.at(u64::from(table.tag), requirement));
    }
    Ok(())
}

fn id_refs(column: Option<Column<'_>>, ids: usize, requirement: &'static str) -> Result<(), Error> {
    if packed::all_are_at_most(bytes(column), ids as u64) {
        return Ok(());
    }
    match first_bad(column, |value| value > ids as u64) {
        Some(at) => Err(Code::IdRef.at(at, requirement)),
        None => Ok(()),
    }
}

fn sequence_deltas(columns: &Columns<'_>, prelude: &Prelude) -> Result<(), Error> {
    // BODY-011
    let span = u64::from(prelude.span());
    let mut sum = 0_u64;
    let bad = |delta| {
        sum += delta;
        delta == 0 || sum > span
    };
    match first_bad(columns.sequence_delta, bad) {
        Some(at) => Err(Code::SequenceDelta.at(at, "BODY-011")),
        None => Ok(()),
    }
}

fn times(columns: &Columns<'_>, metadata: &Metadata<'_>) -> Result<(), Error> {
    // BODY-012
    if times_are_near(columns, metadata) {
        return Ok(());
    }
    // Base and deltas lie within 2^53, so no sum overflows before it is refused.
    let mut time = metadata.base_time_us();
    let bad = |delta| match time.checked_add_signed(zigzag(delta)) {
        Some(sum) if sum <= MAX_SEQUENCE => {
            time = sum;
            false
        }
        _ => true,
    };
    match first_bad(columns.time_delta_us, bad) {
        Some(at) => Err(Code::TimeRange.at(at, "BODY-012")),
        None => Ok(()),
    }
}

/// Whether no deltas of four bytes and less can take the time out of its range, and none takes more.
fn times_are_near(columns: &Columns<'_>, metadata: &Metadata<'_>) -> bool {
    const FARTHEST: u64 = (MAX_RECORDS as u64) << 27;
    let (base, deltas) = (metadata.base_time_us(), bytes(columns.time_delta_us));
    (FARTHEST..=MAX_SEQUENCE - FARTHEST).contains(&base) && packed::none_is_long(deltas)
}

fn parents(columns: &Columns<'_>, prelude: &Prelude) -> Result<(), Error> {
    // BODY-013
    let mut sequence = prelude.base_sequence - 1;
    let mut deltas = columns.sequence_delta.map(|column| Varints::new(column.bytes()));
    let bad = |parent| {
        sequence += deltas.as_mut().and_then(Iterator::next).unwrap_or(1);
        parent >= sequence
    };
    match first_bad(columns.parent_delta, bad) {
        Some(at) => Err(Code::ParentRange.at(at, "BODY-013")),
        None => Ok(()),
    }
}

fn payload_lengths(columns: &Columns<'_>) -> Result<(), Error> {
    // BODY-014
    let sum = packed::sum(bytes(columns.payload_len));
    if sum == bytes(columns.payloads).len() as u64 {
        return Ok(());
    }
    let tag = columns.payload_len.or(columns.payloads).map_or(0, |field| field.tag);
    Err(Code::PayloadLen.at(u64::from(tag), "BODY-014"))
}
