//! Rules of single messages: REC-010 to REC-023.

use crate::constants::{MAX_EPOCH, MAX_LANE, MAX_STRINGS};
use crate::view::{
    Attribute, CheckpointManifest, EpochStart, LaneEnd, LateDrops, List, Metrics, Payload, RecordId, StateDiff,
    StateSnapshot,
};
use crate::wire;

use super::{Context, Rule};

/// Checks a payload that has passed REC-004 and REC-005.
#[inline(always)]
pub(super) fn check(view: &Payload<'_>, context: &Context) -> Result<(), Rule> {
    match view {
        Payload::GraphStart(start) => {
            start.parent.as_ref().map_or(Ok(()), record_id)?;
            attributes(&start.attributes, context)
        }
        Payload::GraphEnd(end) => attributes(&end.attributes, context),
        Payload::NodeStart(start) => attributes(&start.attributes, context),
        Payload::NodeEnd(end) => attributes(&end.attributes, context),
        Payload::LlmStart(start) => attributes(&start.attributes, context),
        Payload::LlmEnd(end) => attributes(&end.attributes, context),
        Payload::ToolCall(call) => attributes(&call.attributes, context),
        Payload::ToolResult(result) => attributes(&result.attributes, context),
        Payload::ErrorReport(report) => attributes(&report.attributes, context),
        Payload::Warning(warning) => attributes(&warning.attributes, context),
        Payload::Metrics(values) => metrics(values),
        Payload::StateDiff(diff) => state_diff(diff),
        Payload::StateSnapshot(snapshot) => state_snapshot(snapshot),
        Payload::CheckpointManifest(manifest) => checkpoint_manifest(manifest, context),
        // REC-018
        Payload::CheckpointChunk(chunk) => require(chunk.generation != 0, "REC-018"),
        Payload::EpochStart(start) => epoch_start(start, context),
        Payload::LateDrops(drops) => late_drops(drops, context),
        Payload::LaneEnd(end) => lane_end(end),
        // REC-023
        Payload::Redacted(_) => require(context.redaction, "REC-023"),
        _ => Ok(()),
    }
}

fn require(holds: bool, rule: Rule) -> Result<(), Rule> {
    if holds { Ok(()) } else { Err(rule) }
}

/// REC-010
#[inline]
fn attributes<'a>(list: &List<'a, Attribute<'a>>, context: &Context) -> Result<(), Rule> {
    if list.is_empty() { Ok(()) } else { require(keys_are_distinct(list, context), "REC-010") }
}

fn keys_are_distinct<'a>(list: &List<'a, Attribute<'a>>, context: &Context) -> bool {
    match list.stored() {
        // One string may stand in the table twice (BODY-016), so refs are compared and not strings, unless other refs are
        // to come in their place.
        Some(stored) if !context.gives_refs => refs_are_distinct(stored),
        _ => {
            let mut keys: Vec<Option<&str>> = list.iter().map(|attribute| attribute.key).collect();
            keys.sort_unstable();
            keys.iter().all(Option::is_some) && keys.is_sorted_by(|a, b| a < b)
        }
    }
}

/// Whether the refs to keys are not 0, and none is there twice.
fn refs_are_distinct<'a>(attributes: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut keys = attributes.map(|attribute| wire::field(attribute, 1).map_or(0, |field| field.number()));
    // Few keys are compared with each other.
    let mut few = [0; 8];
    for used in 0..few.len() {
        let Some(key) = keys.next() else { return true };
        if few.iter().take(used + 1).any(|other| *other == key) {
            return false;
        }
        if let Some(place) = few.get_mut(used) {
            *place = key;
        }
    }
    all_are_distinct(few.into_iter().chain(keys))
}

/// Words that have a bit for each ref, 0 included.
const WORDS: usize = MAX_STRINGS / 64 + 1;

/// The same with a bit for each ref, so that a long list costs no more than its length.
#[cold]
fn all_are_distinct(mut refs: impl Iterator<Item = u64>) -> bool {
    let mut seen = [0_u64; WORDS];
    refs.all(|key| {
        let bit = 1 << (key % 64);
        match usize::try_from(key / 64).ok().and_then(|word| seen.get_mut(word)) {
            Some(word) if key != 0 && *word & bit == 0 => {
                *word |= bit;
                true
            }
            _ => false,
        }
    })
}

fn record_id(id: &RecordId<'_>) -> Result<(), Rule> {
    // REC-011
    let valid = id.producer_id.len() == 16
        && id.producer_id != [0; 16]
        && (1..=MAX_EPOCH).contains(&id.epoch)
        && id.lane <= MAX_LANE
        && id.sequence != 0;
    require(valid, "REC-011")
}

fn metrics(values: &Metrics<'_>) -> Result<(), Rule> {
    // REC-012
    let pairs = values.int_name.len() == values.int_value.len() && values.float_name.len() == values.float_value.len();
    require(pairs, "REC-012")?;
    // REC-013
    require(values.int_name.all_are_there() && values.float_name.all_are_there(), "REC-013")
}

/// REC-014
fn hash(hash: &[u8]) -> Result<(), Rule> {
    require(matches!(hash.len(), 0 | 32), "REC-014")
}

fn state_diff(diff: &StateDiff<'_>) -> Result<(), Rule> {
    hash(diff.base_hash)?;
    hash(diff.result_hash)?;
    // REC-015
    let is_known = |op: u64| (1..=6).contains(&op);
    let all_are_known = match diff.ops.stored() {
        Some(mut stored) => stored.all(|op| is_known(wire::field(op, 1).map_or(0, |field| field.number()))),
        None => diff.ops.iter().all(|op| is_known(u64::from(op.op))),
    };
    require(all_are_known, "REC-015")
}

fn state_snapshot(snapshot: &StateSnapshot<'_>) -> Result<(), Rule> {
    hash(snapshot.hash)?;
    // REC-016
    require(snapshot.chunk_index < snapshot.chunk_count.max(1), "REC-016")
}

fn checkpoint_manifest(manifest: &CheckpointManifest<'_>, context: &Context) -> Result<(), Rule> {
    // REC-017
    let valid = manifest.generation != 0
        && manifest.chunk_count != 0
        && manifest.parent_generation < manifest.generation
        && manifest.sha256.len() == 32;
    require(valid, "REC-017")?;
    attributes(&manifest.attributes, context)
}

fn epoch_start(start: &EpochStart, context: &Context) -> Result<(), Rule> {
    // REC-019
    require(context.sequence == 1, "REC-019")?;
    // REC-020
    let valid =
        start.previous_epoch < context.epoch && (start.previous_epoch == 0) == (start.previous_last_sequence == 0);
    require(valid, "REC-020")
}

fn late_drops(drops: &LateDrops, context: &Context) -> Result<(), Rule> {
    // REC-021
    let end = drops.first.checked_add(drops.count);
    let valid =
        drops.first != 0 && drops.count != 0 && drops.reason != 0 && end.is_some_and(|end| end <= context.sequence);
    require(valid, "REC-021")
}

fn lane_end(end: &LaneEnd) -> Result<(), Rule> {
    // REC-022
    require(end.next_lane <= MAX_LANE && (end.has_next || end.next_lane == 0), "REC-022")
}
