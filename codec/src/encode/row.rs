//! What of a record stands in the columns.

use crate::constants::{MAX_RECORDS, MAX_SEQUENCE};
use crate::error::Code;

use super::builder::BatchBuilder;
use super::columns::{Rare, Row};
use super::error::EncodeError;
use super::input::RecordInput;
use super::put;

/// Where a record stands, relative to others.
pub(super) struct Place {
    pub(super) sequence: u64,
    time_delta_us: u64,
    parent_delta: u64,
}

/// Refs of thread, node, run and task.
pub(super) type Refs = [u32; 4];

impl BatchBuilder {
    /// Checks what stands in the columns, the strings left out.
    #[inline]
    pub(super) fn place(&self, record: &RecordInput<'_>, kind: u32) -> Result<Place, EncodeError> {
        // PRE-017
        if self.records >= MAX_RECORDS {
            return Err(EncodeError::refused(Code::Count, "PRE-017"));
        }
        // BODY-005
        if kind == 0 {
            return Err(EncodeError::refused(Code::KindZero, "BODY-005"));
        }
        let sequence = record.sequence.unwrap_or(self.sequence + 1);
        // JSON-004
        if sequence <= self.sequence {
            return Err(EncodeError::input("JSON-004"));
        }
        // BODY-011; the rest of the rule is checked when the number of records is known.
        if sequence > self.last_sequence {
            return Err(EncodeError::refused(Code::SequenceDelta, "BODY-011"));
        }
        // BODY-012. Two times within it are never further apart than WIRE-012 allows.
        if record.time_us > MAX_SEQUENCE {
            return Err(EncodeError::refused(Code::TimeRange, "BODY-012"));
        }
        let time_delta_us = put::zigzag(record.time_us.cast_signed() - self.time_us.cast_signed());
        let parent_delta = record.parent.map_or(Ok(0), |parent| parent_delta(parent, sequence))?;
        self.check_ids(record)?;
        Ok(Place { sequence, time_delta_us, parent_delta })
    }

    #[inline]
    fn check_ids(&self, record: &RecordInput<'_>) -> Result<(), EncodeError> {
        // JSON-003
        if record.trace_id.is_none() && self.ground.trace_id.is_some() {
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

    #[inline(always)]
    pub(super) fn refs(&mut self, record: &RecordInput<'_>) -> Result<Refs, EncodeError> {
        let RecordInput { thread, node, run, task, .. } = record;
        Ok([self.string_ref(*thread)?, self.string_ref(*node)?, self.string_ref(*run)?, self.string_ref(*task)?])
    }

    #[inline(always)]
    fn string_ref(&mut self, text: Option<&str>) -> Result<u32, EncodeError> {
        match text {
            Some(text) => self.strings.intern(text),
            None => Ok(0),
        }
    }

    /// Adds a record that has been checked, and whose payload of `len` bytes stands in its place.
    #[inline(always)]
    pub(super) fn add(&mut self, record: &RecordInput<'_>, kind: u32, place: &Place, refs: Refs, len: usize) {
        self.contexts.note(&refs, record);
        let [thread_ref, node_ref, run_ref, task_ref] = refs;
        let trace_ref = match record.trace_id {
            Some(id) if Some(id) != self.ground.trace_id => self.trace_ids.intern(&id),
            _ => 0,
        };
        let rare = Rare {
            sequence_delta: place.sequence - self.sequence,
            parent_delta: place.parent_delta,
            run_ref,
            task_ref,
            trace_ref,
            span_ref: record.span_id.map_or(0, |id| self.span_ids.intern(&id)),
        };
        // PRE-014: a payload is no longer than a body.
        let payload_len = u32::try_from(len).unwrap_or(u32::MAX);
        self.columns.push(Row { kind, thread_ref, node_ref, payload_len, time_delta_us: place.time_delta_us }, &rare);
        self.records += 1;
        self.sequence = place.sequence;
        self.time_us = record.time_us;
    }
}

fn parent_delta(parent: u64, sequence: u64) -> Result<u64, EncodeError> {
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
