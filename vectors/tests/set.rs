//! The committed set as a whole: schema, codecs, coverage of what the files claim.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "that is how a test fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use dashstream_vectors::{Case, Class, Content, DecodeExpect, HexBytes, Operation, Set, Tree, Vector, load};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn set() -> Set {
    load(&root()).unwrap()
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn every_exported_file_satisfies_the_schema() {
    let validator = jsonschema::validator_for(&json_of(&root().join("schema.json"))).unwrap();
    let vectors = set().vectors;
    for vector in &vectors {
        let file = root().join(format!("json/{}/{}.json", vector.area, vector.id));
        if let Err(error) = validator.validate(&json_of(&file)) {
            panic!("{}: {} at {}", file.display(), error, error.instance_path());
        }
    }
    let exported = dashstream_vectors::listed_files(&root()).unwrap();
    assert_eq!(exported.iter().filter(|file| file.starts_with("json/")).count(), vectors.len());
}

#[test]
fn the_schema_refuses_what_the_loader_refuses() {
    let validator = jsonschema::validator_for(&json_of(&root().join("schema.json"))).unwrap();
    let file = |name: &str| json_of(&root().join("json").join(name));
    let minimal = file("prelude/minimal.json");
    let bad = file("prelude/pre-004-crc-lowest-bit.json");
    assert!(validator.is_valid(&minimal) && validator.is_valid(&bad));
    let mut spoiled = Vec::new();
    for (source, key, value) in [
        (&minimal, "colour", Value::from(1)),
        (&minimal, "id", Value::from("Minimal")),
        (&minimal, "requirements", Value::from(Vec::<String>::new())),
        (&minimal, "class", Value::from("lint")),
        (&minimal, "operation", Value::from("file")),
        (&bad, "class", Value::from("valid")),
        (&bad, "twin", Value::from("minimal")),
    ] {
        let mut copy = source.clone();
        copy[key] = value;
        spoiled.push(copy);
    }
    let mut twinless = bad.clone();
    twinless.as_object_mut().unwrap().remove("twin");
    spoiled.push(twinless);
    for copy in spoiled {
        assert!(!validator.is_valid(&copy), "{copy}");
    }
}

/// YAML and JSON are one set: the same content but for the form of bytes.
#[test]
fn both_forms_say_the_same() {
    fn expand(value: &mut Value) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map.iter_mut() {
                    match (key.as_str(), &*inner) {
                        ("bytes", Value::String(text)) => *inner = digits(&HexBytes::parse(text).unwrap()),
                        ("bytes", Value::Array(runs)) => *inner = digits(&from_runs(runs)),
                        _ => expand(inner),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(expand),
            _ => {}
        }
    }
    fn digits(bytes: &HexBytes) -> Value {
        Value::from(hex::encode(bytes.to_vec()))
    }
    fn from_runs(runs: &[Value]) -> HexBytes {
        let line = |run: &Value| format!("{} * {}\n", run["hex"].as_str().unwrap(), run["times"]);
        HexBytes::parse(&runs.iter().map(line).collect::<String>()).unwrap()
    }
    for vector in set().vectors {
        let mut yaml: Value = serde_yaml::from_str(&fs::read_to_string(&vector.path).unwrap()).unwrap();
        let mut json = json_of(&root().join(format!("json/{}/{}.json", vector.area, vector.id)));
        expand(&mut yaml);
        expand(&mut json);
        assert!(yaml == json, "{}", vector.id);
    }
}

/// There is one style: a file that is read is written again as it was, in both forms.
#[test]
fn what_is_read_is_written_as_it_was() {
    let with_bytes = |vector: &&Vector| matches!(vector.operation, Operation::Decode | Operation::File);
    for vector in set().vectors.iter().filter(with_bytes) {
        let text = fs::read_to_string(&vector.path).unwrap();
        let tree = Tree::read(&text).unwrap();
        assert!(tree.yaml() == text, "{}", vector.id);
        let exported = fs::read_to_string(root().join(format!("json/{}/{}.json", vector.area, vector.id))).unwrap();
        assert!(tree.json() == exported, "{}", vector.id);
    }
}

struct Stored {
    codec: u8,
    bytes: Vec<u8>,
    raw_len: usize,
}

fn stored(bytes: &[u8]) -> Stored {
    let number = |at: usize, len: usize| {
        bytes[at..at + len].iter().rev().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let body = 64 + number(24, 2);
    Stored { codec: bytes[26], bytes: bytes[body..body + number(16, 4)].to_vec(), raw_len: number(20, 4) }
}

fn decompressed(stored: &Stored) -> Option<Vec<u8>> {
    match stored.codec {
        1 => zstd::bulk::decompress(&stored.bytes, stored.raw_len).ok(),
        _ => lz4_flex::block::decompress(&stored.bytes, stored.raw_len).ok(),
    }
}

fn decode_cases(vectors: &[Vector]) -> impl Iterator<Item = (&Vector, &dashstream_vectors::DecodeCase)> {
    vectors.iter().filter_map(|vector| match &vector.case {
        Case::Decode(case) => Some((vector, case)),
        _ => None,
    })
}

/// What was put together by hand is what the libraries read.
#[test]
fn libraries_decompress_every_accepted_body() {
    let vectors = set().vectors;
    let mut count = 0;
    for (vector, case) in decode_cases(&vectors) {
        if vector.class == Class::Invalid || vector.needs.is_empty() {
            continue;
        }
        let stored = stored(&case.bytes.as_ref().unwrap().to_vec());
        assert_eq!(decompressed(&stored).map(|raw| raw.len()), Some(stored.raw_len), "{}", vector.id);
        count += 1;
    }
    assert!(count > 40, "{count}");
}

/// What the checksum is there for: without it libzstd takes these bodies, with other bytes in them.
#[test]
fn only_the_checksum_finds_a_turned_bit() {
    let vectors = set().vectors;
    let plain = find(&vectors, "realistic-none").bytes;
    let mut count = 0;
    for (vector, case) in decode_cases(&vectors).filter(|(vector, _)| vector.id.starts_with("zst-017-zstd-")) {
        let mut stored = stored(&case.bytes.as_ref().unwrap().to_vec());
        assert_eq!(decompressed(&stored), None, "{}", vector.id);
        stored.bytes[4] &= !0x04;
        stored.bytes.truncate(stored.bytes.len() - 4);
        let other = decompressed(&stored).unwrap();
        assert!(other.len() == plain.len() && other != plain, "{}", vector.id);
        count += 1;
    }
    assert!(count > 8, "{count}");
}

fn find(vectors: &[Vector], id: &str) -> Stored {
    let (_, case) = decode_cases(vectors).find(|(vector, _)| vector.id == id).unwrap();
    stored(&case.bytes.as_ref().unwrap().to_vec())
}

/// The body that was compressed by libraries is the one that stands uncompressed beside it.
#[test]
fn stored_bodies_hold_the_body_that_they_should() {
    let vectors = set().vectors;
    let of = |id: &str| find(&vectors, id);
    let plain = of("realistic-none").bytes;
    for name in
        ["zstd-level-1", "zstd-level-3", "zstd-level-22", "zstd-window-1024", "lz4-fast", "lz4-high", "lz4-flex"]
    {
        assert!(decompressed(&of(&format!("realistic-{name}"))).as_deref() == Some(&plain[..]), "{name}");
    }
    let text = of("text-64").bytes;
    for id in [
        "zst-single-segment",
        "zst-literals-rle",
        "zst-sequence",
        "zst-block-without-output",
        "lz4-one-match",
        "lz4-three-matches",
    ] {
        assert!(decompressed(&of(id)).as_deref() == Some(&text[..]), "{id}");
    }
}

#[test]
fn the_set_is_as_large_as_it_should_be() {
    let vectors = set().vectors;
    let count = |operation: Operation| vectors.iter().filter(|vector| vector.operation == operation).count();
    let invalid = vectors.iter().filter(|vector| vector.class == Class::Invalid).count();
    assert!(vectors.len() >= 420 && invalid >= 230, "{} vectors, {invalid} of them invalid", vectors.len());
    assert!(count(Operation::Ledger) >= 40, "{} ledger", count(Operation::Ledger));
    assert!(count(Operation::File) >= 30, "{} file", count(Operation::File));
    assert!(count(Operation::Encode) >= 40, "{} encode", count(Operation::Encode));
    assert!(count(Operation::Producer) >= 30, "{} producer", count(Operation::Producer));
    assert!(count(Operation::Consumer) >= 40, "{} consumer", count(Operation::Consumer));
    assert!(count(Operation::Diff) >= 140, "{} diff", count(Operation::Diff));
    assert!(count(Operation::Store) >= 50, "{} store", count(Operation::Store));
}

/// A splice is small, so that a twin says what it is about. Where two faults lie apart it cannot be; the
/// largest elsewhere is a column of 1,031 values.
#[test]
fn twins_differ_in_one_place() {
    for vector in set().vectors {
        let Some(twin) = &vector.twin else { continue };
        if vector.area == "order" {
            continue;
        }
        assert!(twin.remove.min(twin.insert) <= 1_100, "{}: {twin:?}", vector.id);
    }
}

#[test]
fn records_that_are_rejected_have_no_payload() {
    let vectors = set().vectors;
    let mut rejected = BTreeMap::new();
    for (vector, case) in decode_cases(&vectors) {
        let DecodeExpect::Accepted { content: Content::Frame(frame), .. } = &case.expect else { continue };
        for record in frame["records"].as_array().unwrap() {
            let keys: BTreeSet<_> =
                ["payload", "opaque", "error"].into_iter().filter(|key| record.get(*key).is_some()).collect();
            assert_eq!(keys.len(), 1, "{}", vector.id);
            if let Some(error) = record.get("error") {
                assert!(vector.twin.is_some(), "{}", vector.id);
                *rejected.entry(error["code"].as_str().unwrap().to_owned()).or_insert(0) += 1;
            }
        }
    }
    assert!(rejected["PAYLOAD"] > 100 && rejected["UNKNOWN_CRITICAL_KIND"] > 5, "{rejected:?}");
}
