//! Deviations from the tidy form of spec/writing.md.

use super::body::Body;
use super::gate::Gate;
use super::records::{Outcome, Record};
use super::schema::{Schema, Type};
use super::wire::{Tree, Value};
use std::collections::BTreeSet;

/// Names of lints, as in the registry.
pub type Lints = BTreeSet<&'static str>;

/// The registry, in its order.
const NAMES: [&str; 7] = [
    "NON_MINIMAL_VARINT",
    "FIELD_ORDER",
    "EXPLICIT_DEFAULT",
    "UNKNOWN_FIELD",
    "DUPLICATE_STRING",
    "UNUSED_STRING",
    "ANCILLARY_BIT",
];

/// The lints in the order of the registry.
#[must_use]
pub fn in_order(lints: &Lints) -> Vec<&'static str> {
    NAMES.into_iter().filter(|name| lints.contains(name)).collect()
}

/// An ancillary flag other than GREASE.
pub fn flags(ancillary_flags: u64, lints: &mut Lints) {
    if ancillary_flags & 0x7f != 0 {
        lints.insert("ANCILLARY_BIT");
    }
}

/// What can be said of the body beside the wire: columns of nothing but defaults, and the strings.
pub fn body(gate: &Gate, body: &Body, records: &[Record], lints: &mut Lints) {
    for (number, column) in &body.columns {
        let default = u64::from(*number == super::body::SEQUENCE_DELTA);
        if column.values.iter().all(|entry| entry.bits == default) {
            lints.insert("EXPLICIT_DEFAULT");
        }
    }
    let distinct: BTreeSet<&String> = body.strings.iter().map(|(_, text)| text).collect();
    if distinct.len() < body.strings.len() {
        lints.insert("DUPLICATE_STRING");
    }
    // What a payload refers to that was rejected or not read cannot be told: it may be any string.
    if records.iter().any(|record| unread(gate, &record.outcome)) {
        return;
    }
    let mut used = BTreeSet::new();
    for number in super::body::STRING_COLUMNS {
        if let Some(column) = body.columns.get(&number) {
            used.extend(column.values.iter().map(|entry| entry.bits));
        }
    }
    for record in records {
        if let Some((schema, tree)) = &record.message {
            refs(schema, tree, &mut used);
        }
    }
    let strings = super::bytes::wide(body.strings.len());
    used.retain(|number| (1..=strings).contains(number));
    if used.len() < body.strings.len() {
        lints.insert("UNUSED_STRING");
    }
}

/// Whether a record's payload was not read, or not to its end.
fn unread(gate: &Gate, outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Known => false,
        // REC-001
        Outcome::Rejected(_) => !gate.strict("REC-026.rejected"),
        // REC-002
        Outcome::Opaque(payload) if payload.is_empty() && gate.strict("REC-026.unread-empty") => false,
        Outcome::Opaque(_) => !gate.strict("REC-026.unread"),
    }
}

/// Collects every ref of a message.
fn refs(schema: &Schema, tree: &Tree, used: &mut BTreeSet<u64>) {
    for field in &tree.fields {
        let Some(def) = schema.field(field.number) else {
            continue;
        };
        match (&field.value, def.kind) {
            (Value::Message(inner), Type::Message(schema)) => refs(schema, inner, used),
            (Value::Number(number), _) if def.is_ref() => {
                used.insert(*number);
            }
            (Value::Packed(entries), _) if def.is_ref() => {
                used.extend(entries.iter().map(|entry| entry.bits));
            }
            _ => {}
        }
    }
}
