//! The verdict on a single record: `spec/records.md`.

mod rules;

use dashstream_proto::kinds;
use dashstream_proto::schema::{FieldType, MessageSchema};

use crate::constants::{MAX_EPOCH, MAX_LANE, MAX_STRINGS};
use crate::error::Code;
use crate::reader::Varints;
use crate::wire::{self, Field, Fields, Value};

/// What of the frame the verdict on a record depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    /// Strings in the table.
    pub(crate) strings: usize,
    /// Epoch of the frame.
    pub(crate) epoch: u32,
    /// Whether the metadata has `redaction`.
    pub(crate) redaction: bool,
    /// The record's own sequence number.
    pub(crate) sequence: u64,
}

/// Why a record is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    /// UNKNOWN_CRITICAL_KIND or PAYLOAD.
    pub(crate) code: Code,
    pub(crate) requirement: Rule,
}

/// A requirement that a payload does not meet.
type Rule = &'static str;

const fn refuse(requirement: Rule) -> Rejection {
    Rejection { code: Code::Payload, requirement }
}

/// Whether the kind is of class control in the registry.
const fn is_control(kind: u32) -> bool {
    matches!(
        kind,
        kinds::EPOCH_START
            | kinds::EPOCH_END
            | kinds::HEARTBEAT
            | kinds::LANE_END
            | kinds::LATE_DROPS
            | kinds::REDACTED
    )
}

/// Whether the registry of this codec has the kind.
pub(crate) fn is_known(kind: u32) -> bool {
    kinds::message_of(kind).is_some()
}

/// Judges a record by its kind and payload.
pub(crate) fn judge(kind: u32, payload: &[u8], context: &Context) -> Result<(), Rejection> {
    // REC-024
    if context.redaction && !is_control(kind) {
        return Err(refuse("REC-024"));
    }
    let Some(schema) = kinds::message_of(kind) else {
        // REC-003
        if kind.is_multiple_of(2) {
            return Err(Rejection { code: Code::UnknownCriticalKind, requirement: "REC-003" });
        }
        // REC-002
        return Ok(());
    };
    // REC-004, REC-006
    wire::scan(schema, payload).map_err(|_| refuse("REC-004"))?;
    // REC-005
    refs(schema, payload, context.strings as u64).map_err(refuse)?;
    shared(schema, payload).map_err(refuse)?;
    rules::check(kind, payload, context).map_err(refuse)
}

/// REC-005: no ref of a payload that has passed the scan is past the string table.
fn refs(schema: &MessageSchema, message: &[u8], strings: u64) -> Result<(), Rule> {
    for field in Fields::new(message) {
        let Some(known) = schema.field(field.number) else {
            continue;
        };
        let within = match (&known.ty, field.value) {
            (FieldType::Message(inner), Value::Bytes(nested)) => {
                refs(inner, nested, strings)?;
                true
            }
            _ if !known.is_ref() => true,
            (_, Value::Bytes(packed)) => Varints::new(packed).all(|value| value <= strings),
            _ => field.number() <= strings,
        };
        if !within {
            return Err("REC-005");
        }
    }
    Ok(())
}

/// The rules of the messages in `common.proto`, wherever they are nested.
fn shared(schema: &MessageSchema, message: &[u8]) -> Result<(), Rule> {
    for known in schema.fields {
        let FieldType::Message(inner) = known.ty else { continue };
        let mut nested = Fields::new(message).filter(|field| field.number == known.number);
        match inner.name {
            "Attribute" => attributes(nested)?,
            "RecordId" => nested.try_for_each(|field| record_id(field.bytes()))?,
            _ => nested.try_for_each(|field| shared(inner, field.bytes()))?,
        }
    }
    Ok(())
}

fn attributes<'a>(list: impl Iterator<Item = Field<'a>>) -> Result<(), Rule> {
    // REC-010. A bit for each ref, so that a long list costs no more than its length.
    let mut seen = [0_u64; MAX_STRINGS / 64 + 1];
    for attribute in list {
        let key = number(attribute.bytes(), 1);
        let place = usize::try_from(key / 64).ok().and_then(|word| seen.get_mut(word));
        let (Some(word), bit) = (place, 1_u64 << (key % 64)) else {
            return Err("REC-010");
        };
        if key == 0 || *word & bit != 0 {
            return Err("REC-010");
        }
        *word |= bit;
    }
    Ok(())
}

fn record_id(message: &[u8]) -> Result<(), Rule> {
    // REC-011
    let producer = bytes(message, 1);
    let epoch = number(message, 2);
    let valid = producer.len() == 16
        && producer != [0; 16]
        && (1..=u64::from(MAX_EPOCH)).contains(&epoch)
        && number(message, 3) <= u64::from(MAX_LANE)
        && number(message, 4) != 0;
    if valid { Ok(()) } else { Err("REC-011") }
}

/// The value of a singular number, or its default.
fn number(message: &[u8], number: u32) -> u64 {
    wire::field(message, number).map_or(0, |field| field.number())
}

/// The value of a singular text or packed field, or its default.
fn bytes(message: &[u8], number: u32) -> &[u8] {
    wire::field(message, number).map_or(&[], |field| field.bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    #[test]
    fn control_kinds_are_those_of_the_registry() {
        let registry = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/registry/kinds.toml");
        let text = std::fs::read_to_string(registry).unwrap();
        let kinds: BTreeMap<String, Vec<toml::Table>> = toml::from_str(&text).unwrap();
        assert!(!kinds["kind"].is_empty());
        for kind in &kinds["kind"] {
            let number = u32::try_from(kind["number"].as_integer().unwrap()).unwrap();
            assert_eq!(super::is_control(number), kind["class"].as_str() == Some("control"), "{kind}");
        }
        assert!(!super::is_control(4_098));
    }
}
