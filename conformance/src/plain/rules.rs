//! The rules of single messages, REC-010 to REC-023.

use super::bytes::{all_zero, size};
use super::schema::{KIND_REDACTED, Schema, Type};
use super::wire::{Tree, Value};
use std::collections::BTreeSet;

const MAX_31: u64 = 2_147_483_647;

/// What a rule asks about apart from the payload.
pub struct Place {
    /// Kind of the record.
    pub kind: u64,
    /// Sequence number of the record.
    pub sequence: i128,
    /// Epoch of the frame.
    pub epoch: u64,
    /// Whether the metadata has a redaction.
    pub redaction: bool,
    /// How many attributes of a list are looked at: all, but in a mutant.
    pub attributes: usize,
}

/// Each rule that concerns the message, and whether it is broken, in the order of the rules.
#[must_use]
pub fn broken(place: &Place, schema: &Schema, tree: &Tree) -> Vec<(&'static str, bool)> {
    let mut rules = vec![
        ("REC-010", any_message(schema, tree, &|schema, tree| bad_attributes(schema, tree, place.attributes))),
        ("REC-011", any_message(schema, tree, &bad_record_id)),
    ];
    match schema.name {
        "Metrics" => rules.extend(metrics(tree)),
        "StateDiff" => {
            let hashes = [tree.bytes(1), tree.bytes(2)];
            rules.push(("REC-014", hashes.iter().any(|hash| bad_hash(hash))));
            let ops = tree.messages(3);
            rules.push(("REC-015", ops.iter().any(|op| !(1..=6).contains(&op.number(1)))));
        }
        "StateSnapshot" => {
            rules.push(("REC-014", bad_hash(&tree.bytes(1))));
            let chunks = tree.number(4).max(1);
            rules.push(("REC-016", tree.number(3) >= chunks));
        }
        "CheckpointManifest" => rules.push(("REC-017", bad_manifest(tree))),
        "CheckpointChunk" => rules.push(("REC-018", tree.number(1) == 0)),
        "EpochStart" => {
            let (epoch, last) = (tree.number(1), tree.number(2));
            rules.push(("REC-019", place.sequence != 1));
            let bad = epoch >= place.epoch || (epoch == 0) != (last == 0);
            rules.push(("REC-020", bad));
        }
        "LateDrops" => rules.push(("REC-021", bad_late_drops(place, tree))),
        "LaneEnd" => {
            let next = tree.number(1);
            let bad = next > MAX_31 || (next != 0 && !tree.truth(2));
            rules.push(("REC-022", bad));
        }
        _ => {}
    }
    if place.kind == KIND_REDACTED {
        rules.push(("REC-023", !place.redaction));
    }
    rules
}

/// Whether a condition holds for the message or for one inside it.
fn any_message(schema: &Schema, tree: &Tree, bad: &dyn Fn(&Schema, &Tree) -> bool) -> bool {
    let inner = tree.fields.iter().any(|field| match (&field.value, schema.field(field.number).map(|def| def.kind)) {
        (Value::Message(inner), Some(Type::Message(schema))) => any_message(schema, inner, bad),
        _ => false,
    });
    bad(schema, tree) || inner
}

/// REC-010: looks at the lists of attributes of one message, so many of each.
fn bad_attributes(schema: &Schema, tree: &Tree, most: usize) -> bool {
    schema.fields.iter().filter(|def| def.name == "attributes").any(|def| {
        let mut attributes = tree.messages(def.number);
        attributes.truncate(most);
        let keys: BTreeSet<u64> = attributes.iter().map(|a| a.number(1)).collect();
        keys.contains(&0) || keys.len() < attributes.len()
    })
}

/// Whether two keys of a list are one string: REC-010 is about refs, and a table may have a string twice (BODY-016).
#[must_use]
pub fn has_keys_of_one_string(schema: &Schema, tree: &Tree, strings: &[(u64, String)]) -> bool {
    any_message(schema, tree, &|schema, tree| {
        schema.fields.iter().filter(|def| def.name == "attributes").any(|def| {
            let attributes = tree.messages(def.number);
            let key = |attribute: &&Tree| strings.get(size(attribute.number(1)).checked_sub(1)?).map(|(_, text)| text);
            let keys: BTreeSet<_> = attributes.iter().map(key).collect();
            keys.len() < attributes.len()
        })
    })
}

/// REC-011
fn bad_record_id(schema: &Schema, tree: &Tree) -> bool {
    let producer = tree.bytes(1);
    schema.name == "RecordId"
        && (producer.len() != 16
            || all_zero(&producer)
            || !(1..=MAX_31).contains(&tree.number(2))
            || tree.number(3) > MAX_31
            || tree.number(4) == 0)
}

/// REC-012, REC-013
fn metrics(tree: &Tree) -> Vec<(&'static str, bool)> {
    let lengths = |a: u32, b: u32| tree.packed(a).len() != tree.packed(b).len();
    let names = [tree.packed(1), tree.packed(3)].concat();
    vec![("REC-012", lengths(1, 2) || lengths(3, 4)), ("REC-013", names.iter().any(|name| name.bits == 0))]
}

/// REC-014
fn bad_hash(hash: &[u8]) -> bool {
    !hash.is_empty() && hash.len() != 32
}

/// REC-017
fn bad_manifest(tree: &Tree) -> bool {
    let (generation, parent) = (tree.number(1), tree.number(2));
    generation == 0 || tree.number(3) == 0 || parent >= generation || tree.bytes(5).len() != 32
}

/// REC-021
fn bad_late_drops(place: &Place, tree: &Tree) -> bool {
    let (first, count, reason) = (tree.number(1), tree.number(2), tree.number(3));
    let end = i128::from(first) + i128::from(count);
    first == 0 || count == 0 || reason == 0 || end > place.sequence
}
