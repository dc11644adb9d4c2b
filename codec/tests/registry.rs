//! Compares the codec with `spec/registry`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by a panic"
)]

use std::collections::BTreeMap;

use dashstream_codec::{Code, Codec, constants};
use dashstream_proto::{kinds, schema};
use serde::Deserialize;

fn read<T: for<'a> Deserialize<'a>>(name: &str, key: &str) -> Vec<T> {
    let path = format!("{}/../spec/registry/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let mut file: BTreeMap<String, Vec<T>> = toml::from_str(&text).unwrap();
    let entries = file.remove(key).unwrap();
    assert!(!entries.is_empty());
    entries
}

#[derive(Deserialize)]
struct ErrorEntry {
    code: String,
    number: u32,
    scope: String,
    class: String,
    offset: String,
}

#[test]
fn codes() {
    let entries: Vec<ErrorEntry> = read("errors", "error");
    assert_eq!(entries.len(), Code::ALL.len());
    for (entry, code) in entries.iter().zip(Code::ALL) {
        assert_eq!(entry.code, code.name());
        assert_eq!(entry.number, code.number(), "{code}");
        assert_eq!(entry.scope, code.scope().name(), "{code}");
        assert_eq!(entry.class, code.class().name(), "{code}");
        assert_eq!(entry.offset, code.offset_base().name(), "{code}");
        assert_eq!(Code::from_name(&entry.code), Some(*code));
    }
    assert!(Code::ALL.is_sorted());
}

#[derive(Deserialize)]
struct Limit {
    name: String,
    value: u64,
}

#[test]
fn limits() {
    let ours: BTreeMap<&str, u64> = [
        ("MAX_METADATA_LEN", constants::MAX_METADATA_LEN.into()),
        ("MAX_BODY_LEN", constants::MAX_BODY_LEN.into()),
        ("MAX_RAW_LEN", constants::MAX_RAW_LEN.into()),
        ("MAX_RECORDS", constants::MAX_RECORDS.into()),
        ("MAX_SEQUENCE", constants::MAX_SEQUENCE),
        ("MAX_EPOCH", constants::MAX_EPOCH.into()),
        ("MAX_LANE", constants::MAX_LANE.into()),
        ("MAX_STRINGS", constants::MAX_STRINGS as u64),
        ("MAX_STRING_LEN", constants::MAX_STRING_LEN as u64),
        ("MAX_IDS", constants::MAX_IDS as u64),
        ("MAX_TENANT_LEN", constants::MAX_TENANT_LEN as u64),
        ("MAX_DROP_REASONS", constants::MAX_DROP_REASONS as u64),
        ("MAX_CONTEXTS", constants::MAX_CONTEXTS as u64),
        ("MAX_CONTEXT_LEN", constants::MAX_CONTEXT_LEN as u64),
        ("MAX_REDACTION_REASON_LEN", constants::MAX_REDACTION_REASON_LEN as u64),
        ("MAX_ZSTD_WINDOW", constants::MAX_ZSTD_WINDOW),
        ("MAX_ZSTD_BLOCK", constants::MAX_ZSTD_BLOCK),
        ("DEFAULT_MAX_FRAME_LEN", constants::DEFAULT_MAX_FRAME_LEN as u64),
        ("DEFAULT_FLUSH_RECORDS", constants::DEFAULT_FLUSH_RECORDS as u64),
        ("DEFAULT_FLUSH_LEN", constants::DEFAULT_FLUSH_LEN as u64),
        ("DEFAULT_FLUSH_AGE_US", constants::DEFAULT_FLUSH_AGE_US),
        ("MAX_STATE_DEPTH", constants::MAX_STATE_DEPTH as u64),
        ("MAX_STATE_LEN", constants::MAX_STATE_LEN as u64),
    ]
    .into();
    let entries: Vec<Limit> = read("limits", "limit");
    let theirs: BTreeMap<&str, u64> = entries.iter().map(|limit| (limit.name.as_str(), limit.value)).collect();
    assert_eq!(ours, theirs);
}

#[derive(Deserialize)]
struct CodecEntry {
    number: u8,
    name: String,
    levels: String,
}

#[test]
fn codecs() {
    let entries: Vec<CodecEntry> = read("codecs", "codec");
    assert_eq!(entries.len(), Codec::ALL.len());
    for (entry, codec) in entries.iter().zip(Codec::ALL) {
        assert_eq!(entry.number, codec.number());
        assert_eq!(Codec::from_number(entry.number), Some(*codec));
        assert_eq!(entry.name, codec.name());
        let levels = match codec.levels() {
            None => "-".to_owned(),
            Some((min, max)) if min == max => min.to_string(),
            Some((min, max)) => format!("{min}..{max}"),
        };
        assert_eq!(entry.levels, levels, "{}", entry.name);
    }
}

/// A prelude, and as much metadata and body as there may be.
#[test]
fn the_longest_frame_has_8_405_056_bytes() {
    assert_eq!(constants::MAX_FRAME_LEN, 8_405_056);
}

#[derive(Deserialize)]
struct Flag {
    set: String,
    bit: u32,
    name: String,
}

#[test]
fn flags() {
    let ours: BTreeMap<&str, (&str, u8)> = [
        ("DICTIONARY", ("critical", constants::DICTIONARY)),
        ("ENCRYPTED", ("critical", constants::ENCRYPTED)),
        ("GREASE", ("ancillary", constants::GREASE)),
    ]
    .into();
    let entries: Vec<Flag> = read("flags", "flag");
    let theirs: BTreeMap<&str, (&str, u8)> =
        entries.iter().map(|flag| (flag.name.as_str(), (flag.set.as_str(), 1 << flag.bit))).collect();
    assert_eq!(ours, theirs);
}

#[derive(Deserialize)]
struct Kind {
    number: u32,
    message: String,
}

#[test]
fn kinds_have_the_messages_of_the_registry() {
    let entries: Vec<Kind> = read("kinds", "kind");
    for kind in &entries {
        assert_eq!(kinds::message_of(kind.number).map(|schema| schema.name), Some(kind.message.as_str()));
    }
    let known = (0..=u32::from(u16::MAX)).filter(|number| kinds::message_of(*number).is_some()).count();
    assert_eq!(known, entries.len());
}

/// The wire scan keeps the fields that it has seen in 64 bits.
#[test]
fn field_numbers_are_below_64() {
    for message in schema::ALL {
        assert!(message.fields.iter().all(|field| field.number < 64), "{}", message.name);
    }
}
