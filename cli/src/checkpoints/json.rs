//! Checkpoints, damage and repairs as JSON. Numbers of 64 bits are numbers: none is above 2^53.

use dashstream_checkpoint::{Damage, Repair, Summary, ThreadReport};
use serde_json::{Value, json};

pub(super) fn summary(summary: &Summary) -> Value {
    json!({
        "generation": summary.generation,
        "parent": summary.parent,
        "id": summary.id,
        "base": summary.base,
        "time_us": summary.time_us,
        "content_type": summary.content_type,
        "len": summary.len,
        "sha256": hex::encode(summary.sha256),
        "attributes": summary.attributes,
    })
}

pub(super) fn report(report: &ThreadReport) -> Value {
    json!({
        "folder": report.folder,
        "thread": report.key.as_ref().map(|key| key.thread().to_owned()),
        "namespace": report.key.as_ref().map(|key| key.namespace().to_owned()),
        "segments": report.segments.len(),
        "quarantined": report.quarantined.len(),
        "checkpoints": report.checkpoints,
        "writes": report.writes,
        "newest": report.newest,
        "newest_is_damaged": report.newest_is_damaged,
        "damage": report.damage.iter().map(damage).collect::<Vec<_>>(),
    })
}

pub(super) fn repair(repair: &Repair) -> Value {
    json!({
        "folder": repair.folder,
        "segment": repair.segment.to_string(),
        "kept": repair.kept,
        "damage": repair.damage.iter().map(damage).collect::<Vec<_>>(),
    })
}

fn damage(damage: &Damage) -> Value {
    json!({
        "path": damage.path.display().to_string(),
        "start": damage.start,
        "end": damage.end,
        "flaw": damage.flaw.name(),
        "generation": damage.generation,
        "acknowledged": damage.acknowledged,
    })
}
