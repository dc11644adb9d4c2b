//! The verdict on a single record: `spec/records.md`.

mod rules;

use dashstream_proto::kinds;
use dashstream_proto::schema::{FieldType, MessageSchema};

use crate::error::Code;
use crate::reader::Varints;
use crate::view::{Payload, Source};
use crate::wire::{self, Fields, Value};

/// What of the frame the verdict on a record depends on, apart from the strings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    /// Epoch of the frame.
    pub(crate) epoch: u32,
    /// Whether the metadata has `redaction`.
    pub(crate) redaction: bool,
    /// The record's own sequence number.
    pub(crate) sequence: u64,
    /// Whether strings are to get the refs of a table in which each stands once (WRT-003).
    pub(crate) gives_refs: bool,
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

/// Judges a record by its kind and payload, which is read into `view`.
#[inline]
pub(crate) fn judge<'a>(
    kind: u32,
    source: &Source<'a>,
    context: &Context,
    view: &mut Payload<'a>,
) -> Result<(), Rejection> {
    if view.fill(kind, source).is_none() {
        return Err(why(kind, source, context));
    }
    check(kind, view, context)
}

/// Judges a record whose payload is in order as a message. Where the message is known when this is compiled, so is the rule.
#[inline(always)]
pub(crate) fn check(kind: u32, view: &Payload<'_>, context: &Context) -> Result<(), Rejection> {
    // REC-024
    if context.redaction && !is_control(kind) {
        return Err(refuse("REC-024"));
    }
    // REC-003, REC-002
    if matches!(view, Payload::Opaque(_)) && kind.is_multiple_of(2) {
        return Err(Rejection { code: Code::UnknownCriticalKind, requirement: "REC-003" });
    }
    rules::check(view, context).map_err(refuse)
}

/// Why a payload of a known kind could not be read.
#[cold]
fn why(kind: u32, source: &Source<'_>, context: &Context) -> Rejection {
    // REC-024
    if context.redaction && !is_control(kind) {
        return refuse("REC-024");
    }
    let Some(schema) = kinds::message_of(kind) else { return refuse("REC-004") };
    // REC-004, REC-006
    if wire::scan(schema, source.message).is_err() {
        return refuse("REC-004");
    }
    // REC-005
    refs(schema, source.message, source.strings.len() as u64).err().map_or(refuse("REC-004"), refuse)
}

/// REC-005: no ref of a payload that has passed the scan is past the string table.
pub(crate) fn refs(schema: &MessageSchema, message: &[u8], strings: u64) -> Result<(), Rule> {
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
