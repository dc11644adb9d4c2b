//! Rules of single messages: REC-012 to REC-023.

use dashstream_proto::kinds;

use crate::constants::MAX_LANE;
use crate::reader::Varints;
use crate::wire::Fields;

use super::{Context, Rule, bytes, number};

/// Checks a payload that has passed REC-004 to REC-011.
pub(super) fn check(kind: u32, payload: &[u8], context: &Context) -> Result<(), Rule> {
    match kind {
        kinds::METRICS => metrics(payload),
        kinds::STATE_DIFF => state_diff(payload),
        kinds::STATE_SNAPSHOT => state_snapshot(payload),
        kinds::CHECKPOINT_MANIFEST => checkpoint_manifest(payload),
        // REC-018
        kinds::CHECKPOINT_CHUNK => require(number(payload, 1) != 0, "REC-018"),
        kinds::EPOCH_START => epoch_start(payload, context),
        kinds::LATE_DROPS => late_drops(payload, context),
        kinds::LANE_END => lane_end(payload),
        // REC-023
        kinds::REDACTED => require(context.redaction, "REC-023"),
        _ => Ok(()),
    }
}

fn require(holds: bool, rule: Rule) -> Result<(), Rule> {
    if holds { Ok(()) } else { Err(rule) }
}

fn metrics(payload: &[u8]) -> Result<(), Rule> {
    let int_names = Varints::new(bytes(payload, 1));
    let float_names = Varints::new(bytes(payload, 3));
    // REC-012
    let ints = Varints::new(bytes(payload, 2)).len();
    let floats = bytes(payload, 4).len() / size_of::<f64>();
    require(int_names.len() == ints && float_names.len() == floats, "REC-012")?;
    // REC-013
    require(int_names.chain(float_names).all(|name| name != 0), "REC-013")
}

/// REC-014
fn hash(payload: &[u8], number: u32) -> Result<(), Rule> {
    require(matches!(bytes(payload, number).len(), 0 | 32), "REC-014")
}

fn state_diff(payload: &[u8]) -> Result<(), Rule> {
    hash(payload, 1)?;
    hash(payload, 2)?;
    // REC-015
    let mut ops = Fields::new(payload).filter(|field| field.number == 3);
    require(ops.all(|op| (1..=6).contains(&number(op.bytes(), 1))), "REC-015")
}

fn state_snapshot(payload: &[u8]) -> Result<(), Rule> {
    hash(payload, 1)?;
    // REC-016
    require(number(payload, 3) < number(payload, 4).max(1), "REC-016")
}

fn checkpoint_manifest(payload: &[u8]) -> Result<(), Rule> {
    // REC-017
    let generation = number(payload, 1);
    let parent_generation = number(payload, 2);
    let chunk_count = number(payload, 3);
    let valid = generation != 0 && chunk_count != 0 && parent_generation < generation && bytes(payload, 5).len() == 32;
    require(valid, "REC-017")
}

fn epoch_start(payload: &[u8], context: &Context) -> Result<(), Rule> {
    // REC-019
    require(context.sequence == 1, "REC-019")?;
    // REC-020
    let previous_epoch = number(payload, 1);
    let previous_last = number(payload, 2);
    let valid = previous_epoch < u64::from(context.epoch) && (previous_epoch == 0) == (previous_last == 0);
    require(valid, "REC-020")
}

fn late_drops(payload: &[u8], context: &Context) -> Result<(), Rule> {
    // REC-021: each value is below 2^53, so the sum does not overflow.
    let (first, count, reason) = (number(payload, 1), number(payload, 2), number(payload, 3));
    let valid = first != 0 && count != 0 && reason != 0 && first + count <= context.sequence;
    require(valid, "REC-021")
}

fn lane_end(payload: &[u8]) -> Result<(), Rule> {
    // REC-022
    let next_lane = number(payload, 1);
    let has_next = number(payload, 2) != 0;
    require(next_lane <= u64::from(MAX_LANE) && (has_next || next_lane == 0), "REC-022")
}
