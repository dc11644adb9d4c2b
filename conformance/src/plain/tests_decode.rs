//! Frames made by hand, and what becomes of them.

use super::Plain;
use super::gate::Mutation;
use super::prelude::Limits;
use super::testing::{
    METADATA, Seen, accepted, body_rejected, field, made, metadata_rejected, rejected, rejected_by, seen,
};
use super::xxh64::xxh64;
use serde_json::json;

fn limited(limits: Limits, tenant: Option<&str>) -> Option<Seen> {
    let result = Plain::new().decode(Some(&made().bytes()), limits, tenant);
    result.err().map(|fault| seen(&fault))
}

#[test]
fn the_smallest_frame_is_accepted() {
    let frame = accepted(&made().bytes());
    assert_eq!(frame["header"]["body_len"], json!(3));
    assert_eq!(frame["header"]["base_sequence"], json!("5"));
    assert_eq!(frame["metadata"], json!({"tenant": "a", "boot_nonce": "0102030405060708"}));
    let record = json!({"sequence": "5", "kind": 1, "time_us": "0", "payload": {}});
    assert_eq!(frame["records"], json!([record]));
    assert_eq!(Plain::new().lints(&made().bytes()), Ok(vec![]));
}

#[test]
fn what_is_no_prelude() {
    let null = Plain::new().decode(None, Limits::default(), None).err();
    assert_eq!(null.map(|fault| seen(&fault)), Some(("NULL_VALUE", 0, "KAF-001")));
    assert_eq!(rejected(&[]), Some(("EMPTY", 0, "PRE-001")));
    assert_eq!(rejected(&[0xbf; 3]), Some(("BAD_MAGIC", 0, "PRE-002")));
    assert_eq!(rejected(&[0xbe; 63]), Some(("SHORT_PRELUDE", 63, "PRE-003")));
    assert_eq!(rejected(&[0xbe; 64]), Some(("PRELUDE_CRC", 4, "PRE-004")));
}

#[test]
fn every_byte_of_the_prelude_counts() {
    let frame = made().bytes();
    for at in 0..64 {
        let mut damaged = frame.clone();
        damaged[at] ^= 1;
        let code = if at == 0 { "BAD_MAGIC" } else { "PRELUDE_CRC" };
        assert_eq!(rejected(&damaged).unwrap().0, code, "byte {at}");
    }
}

#[test]
fn each_field_of_the_prelude_has_its_check() {
    let check = |frame: super::testing::Made| rejected(&frame.bytes());
    assert_eq!(check(made().with(|m| m.version = 0)), Some(("VERSION", 1, "PRE-005")));
    assert_eq!(check(made().with(|m| m.critical = 4)), Some(("CRITICAL_FLAG", 2, "PRE-006")));
    assert_eq!(check(made().with(|m| m.schema = 0)), Some(("SCHEMA", 27, "PRE-007")));
    assert_eq!(check(made().with(|m| m.schema = 2)), Some(("SCHEMA", 27, "PRE-007")));
    assert_eq!(check(made().with(|m| m.codec = 3)), Some(("CODEC", 26, "PRE-008")));
    let metadata = |len| made().with(|m| m.metadata_len = Some(len));
    assert_eq!(check(metadata(0)), Some(("METADATA_LEN", 24, "PRE-009")));
    assert_eq!(check(metadata(16_385)), Some(("METADATA_LEN", 24, "PRE-010")));
    assert_eq!(check(metadata(16_384)), Some(("TRUNCATED", 80, "FRM-004")));
    let body = |len| made().with(|m| (m.body_len, m.raw_len) = (Some(len), Some(len)));
    assert_eq!(check(body(0)), Some(("BODY_LEN", 16, "PRE-011")));
    assert_eq!(check(body(8_388_609)), Some(("BODY_LEN", 16, "PRE-012")));
    assert_eq!(check(body(8_388_608)), Some(("TRUNCATED", 80, "FRM-004")));
    let raw = |codec, len| made().with(|m| (m.codec, m.raw_len) = (codec, Some(len)));
    assert_eq!(check(raw(0, 0)), Some(("RAW_LEN", 20, "PRE-013")));
    assert_eq!(check(raw(1, 8_388_609)), Some(("RAW_LEN", 20, "PRE-014")));
    assert_eq!(check(raw(0, 4)), Some(("RAW_LEN", 20, "PRE-015")));
    assert_eq!(check(raw(1, 3)), Some(("RAW_LEN", 20, "PRE-016")));
    assert_eq!(check(made().with(|m| m.records = 0)), Some(("COUNT", 28, "PRE-017")));
    assert_eq!(check(made().with(|m| m.records = 2)), Some(("COUNT", 28, "PRE-018")));
    assert_eq!(check(made().with(|m| m.base = 0)), Some(("SEQUENCE_RANGE", 48, "PRE-019")));
    let base = |base| made().with(|m| m.base = base);
    assert_eq!(check(base((1 << 53) - 1)), None);
    assert_eq!(check(base(1 << 53)), Some(("SEQUENCE_RANGE", 48, "PRE-020")));
    assert_eq!(check(base(u64::MAX)), Some(("SEQUENCE_RANGE", 48, "PRE-020")));
    assert_eq!(check(made().with(|m| m.producer = [0; 16])), Some(("IDENTITY", 32, "PRE-021")));
    assert_eq!(check(made().with(|m| m.epoch = 0)), Some(("IDENTITY", 56, "PRE-022")));
    assert_eq!(check(made().with(|m| m.epoch = 1 << 31)), Some(("IDENTITY", 56, "PRE-023")));
    assert_eq!(check(made().with(|m| m.lane = 1 << 31)), Some(("IDENTITY", 60, "PRE-024")));
    assert_eq!(check(made().with(|m| m.lane = (1 << 31) - 1)), None);
}

#[test]
fn the_frame_must_be_there_and_no_more() {
    let frame = made().bytes();
    assert_eq!(rejected(&frame[..79]), Some(("TRUNCATED", 79, "FRM-004")));
    let longer = [frame.clone(), vec![0]].concat();
    assert_eq!(rejected(&longer), Some(("TRAILING", 80, "FRM-005")));
    let mut damaged = frame.clone();
    damaged[64] ^= 1;
    assert_eq!(rejected(&damaged), Some(("METADATA_CRC", 8, "FRM-006")));
    let mut damaged = frame;
    damaged[79] ^= 1;
    assert_eq!(rejected(&damaged), Some(("BODY_CRC", 12, "FRM-007")));
}

#[test]
fn the_caller_sets_limits_and_a_tenant() {
    let with =
        |frame, raw, records| Limits { max_frame_len: Some(frame), max_raw_len: Some(raw), max_records: Some(records) };
    assert_eq!(limited(with(80, 3, 1), Some("a")), None);
    assert_eq!(limited(with(79, 2, 0), None), Some(("LOCAL_LIMIT", 16, "FRM-001")));
    assert_eq!(limited(with(80, 2, 0), None), Some(("LOCAL_LIMIT", 20, "FRM-002")));
    assert_eq!(limited(with(80, 3, 0), None), Some(("LOCAL_LIMIT", 28, "FRM-003")));
    assert_eq!(limited(Limits::default(), Some("b")), Some(("TENANT_MISMATCH", 64, "META-014")));
}

#[test]
fn the_wire_scan_names_the_innermost_tag() {
    let after = |more: &[u8]| {
        let bytes = [METADATA, more].concat();
        let (code, offset, requirement) = metadata_rejected(0, &bytes)?;
        assert_eq!(code, "METADATA_WIRE");
        Some((offset, requirement))
    };
    // METADATA has 13 bytes: what follows begins at 77.
    assert_eq!(after(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x01]), Some((77, "WIRE-001")));
    assert_eq!(after(&[0xff, 0xff, 0xff, 0xff, 0x1f]), Some((77, "WIRE-001")));
    assert_eq!(after(&[0x80]), Some((77, "WIRE-001")));
    assert_eq!(after(&[0x00, 0]), Some((77, "WIRE-002")));
    assert_eq!(after(&[0x7b, 0]), Some((77, "WIRE-003")));
    assert_eq!(after(&[0x1a, 0]), Some((77, "WIRE-004")));
    assert_eq!(after(&[0x0a, 1, b'a']), Some((77, "WIRE-005")));
    assert_eq!(after(&[0x2a, 0, 0x2a, 0]), Some((79, "WIRE-005")));
    let long = [0x78, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80];
    assert_eq!(after(&[&long[..], &[0x02]].concat()), Some((77, "WIRE-006")));
    assert_eq!(after(&[&long[..], &[0x80, 0x00]].concat()), Some((77, "WIRE-006")));
    assert_eq!(after(&[&long[..], &[0x01]].concat()), None);
    assert_eq!(after(&[0x18]), Some((77, "WIRE-007")));
    assert_eq!(after(&[0x7d, 1, 2, 3]), Some((77, "WIRE-007")));
    assert_eq!(after(&[0x7a, 1]), Some((77, "WIRE-008")));
    assert_eq!(after(&[0x2a, 5, 0x85, 0x80, 0x80, 0x80, 0x10]), Some((77, "WIRE-009")));
    let big = [0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
    assert_eq!(after(&big), Some((77, "WIRE-011")));
    // In a context: its `run` is not UTF-8.
    assert_eq!(after(&[0x42, 4, 0x0a, 2, 0xed, 0xa0]), Some((79, "WIRE-013")));
    // A length that passes the end of the context but not that of the metadata.
    assert_eq!(after(&[0x42, 2, 0x0a, 3, 1, 2, 3]), Some((79, "WIRE-008")));
    // A group number that is reserved is one that is not in the schema.
    assert_eq!(after(&[0x52, 1, 0xff, 0x58, 1]), None);
}

#[test]
fn each_field_of_the_metadata_has_its_check() {
    let tenant = field(1, b"a");
    let nonce = field(2, &[9; 8]);
    let both = [tenant.clone(), nonce.clone()].concat();
    let check = |drops, parts: &[&[u8]]| {
        let seen = metadata_rejected(drops, &parts.concat())?;
        assert_eq!(seen.0, "METADATA_FIELD");
        Some((seen.1, seen.2))
    };
    assert_eq!(check(0, &[&nonce]), Some((74, "META-001")));
    assert_eq!(check(0, &[&nonce, &[0x0a, 0]]), Some((74, "META-001")));
    let long = [&[0x0a, 0x80, 2][..], &[b'x'; 256]].concat();
    assert_eq!(check(0, &[&nonce, &long]), Some((74, "META-002")));
    assert_eq!(check(0, &[&tenant]), Some((67, "META-003")));
    assert_eq!(check(0, &[&tenant, &field(2, &[1; 7])]), Some((67, "META-003")));
    assert_eq!(check(0, &[&both, &field(4, &[1; 15])]), Some((77, "META-004")));
    assert_eq!(check(0, &[&both, &field(4, &[0; 16])]), Some((77, "META-004")));
    assert_eq!(check(0, &[&both, &field(4, &[])]), None);
    let total = [0x38, 9];
    assert_eq!(check(1, &[&both, &field(5, &[1]), &total]), Some((77, "META-005")));
    assert_eq!(check(1, &[&both, &field(6, &[1]), &total]), Some((82, "META-005")));
    let reasons: Vec<u8> = (1..=33).collect();
    let ones = field(6, &[1; 33]);
    assert_eq!(check(33, &[&both, &field(5, &reasons), &ones]), Some((77, "META-006")));
    let pair = |a, b| [field(5, &[a, b]), field(6, &[1, 1])].concat();
    assert_eq!(check(2, &[&both, &pair(1, 0), &total]), Some((77, "META-007")));
    assert_eq!(check(2, &[&both, &pair(1, 1), &total]), Some((77, "META-007")));
    assert_eq!(check(2, &[&both, &pair(1, 100), &total]), None);
    let none = [field(5, &[1]), field(6, &[0])].concat();
    assert_eq!(check(0, &[&both, &none, &total]), Some((80, "META-008")));
    assert_eq!(check(3, &[&both, &pair(1, 2), &total]), Some((81, "META-009")));
    assert_eq!(check(1, &[&both]), Some((77, "META-009")));
    assert_eq!(check(2, &[&both, &pair(1, 2)]), Some((85, "META-010")));
    assert_eq!(check(2, &[&both, &pair(1, 2), &[0x38, 1]]), Some((85, "META-010")));
    let context = field(8, &field(3, b"n"));
    assert_eq!(check(0, &[&both, &context.repeat(16)]), None);
    assert_eq!(check(0, &[&both, &context.repeat(17)]), Some((77 + 16 * 5, "META-011")));
    assert_eq!(check(0, &[&both, &context, &field(8, &[])]), Some((82, "META-012")));
    assert_eq!(check(0, &[&both, &field(9, &[])]), Some((77, "META-013")));
}

#[test]
fn the_checks_of_the_body_have_their_places() {
    let kind = |n: usize| field(2, &vec![1; n]);
    let one = |more: &[u8]| body_rejected(1, &[&kind(1), more].concat());
    assert_eq!(body_rejected(1, &[0x7a, 1, 9]), Some(("COLUMN_LEN", 3, "BODY-003")));
    assert_eq!(body_rejected(1, &kind(2)), Some(("COLUMN_LEN", 0, "BODY-004")));
    assert_eq!(one(&[0x2a, 0]), Some(("COLUMN_LEN", 3, "BODY-004")));
    assert_eq!(one(&[0x0a, 0]), Some(("STRING_TABLE", 3, "BODY-002")));
    assert_eq!(body_rejected(2, &[0x12, 2, 1, 0]), Some(("KIND_ZERO", 3, "BODY-005")));
    assert_eq!(one(&[0x2a, 1, 1]), Some(("STRING_REF", 5, "BODY-006")));
    assert_eq!(one(&field(11, &[1; 15])), Some(("ID_TABLE", 3, "BODY-007")));
    assert_eq!(one(&field(11, &[0; 16])), Some(("ID_TABLE", 3, "BODY-007")));
    assert_eq!(one(&field(13, &[1; 9])), Some(("ID_TABLE", 3, "BODY-008")));
    assert_eq!(one(&[0x52, 1, 1]), Some(("ID_REF", 5, "BODY-009")));
    assert_eq!(one(&[0x62, 1, 1]), Some(("ID_REF", 5, "BODY-010")));
    assert_eq!(one(&[0x22, 1, 0]), Some(("SEQUENCE_DELTA", 5, "BODY-011")));
    assert_eq!(one(&[0x22, 1, 2]), Some(("SEQUENCE_DELTA", 5, "BODY-011")));
    assert_eq!(one(&[0x1a, 1, 1]), Some(("TIME_RANGE", 5, "BODY-012")));
    assert_eq!(one(&[0x3a, 1, 5]), Some(("PARENT_RANGE", 5, "BODY-013")));
    assert_eq!(one(&[0x3a, 1, 4]), None);
    assert_eq!(one(&[0x72, 1, 1]), Some(("PAYLOAD_LEN", 3, "BODY-014")));
    assert_eq!(one(&[0x7a, 1, 1]), Some(("PAYLOAD_LEN", 3, "BODY-014")));
    let deltas = [0x22, 7, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 2];
    let wraps = [&kind(3)[..], &deltas].concat();
    assert_eq!(body_rejected(3, &wraps), Some(("SEQUENCE_DELTA", 8, "BODY-011")));
}

#[test]
fn a_bad_record_costs_itself() {
    // A known kind with a payload that ends in a tag; an unknown even and an unknown odd kind.
    let body = [field(2, &[1, 100, 101]), field(14, &[1, 0, 2]), field(15, &[0x80, 7, 8])].concat();
    let made = made().with(|m| (m.records, m.body) = (3, body));
    let records = accepted(&made.bytes())["records"].clone();
    assert_eq!(records[0]["error"], json!({"code": "PAYLOAD", "offset": 12}));
    assert_eq!(records[1]["error"], json!({"code": "UNKNOWN_CRITICAL_KIND", "offset": 3}));
    assert_eq!(records[2]["opaque"], json!("0708"));
    let whole = rejected_by(Mutation::Strict("REC-001"), &made.bytes());
    assert_eq!(whole, Some(("PAYLOAD", 12, "REC-004")));
}

/// How the one record of a frame is judged: kind, payload, sequence number. The requirement's mutant
/// judges otherwise.
fn record(kind: u8, payload: &[u8], base: u64) -> Option<String> {
    let found = record_by(Plain::new(), kind, payload, base);
    if let Some(requirement) = &found {
        let mutant = Plain::mutant(requirement).unwrap();
        assert_ne!(record_by(mutant, kind, payload, base), found);
    }
    found
}

fn record_by(plain: Plain, kind: u8, payload: &[u8], base: u64) -> Option<String> {
    let length = u8::try_from(payload.len()).unwrap();
    let body = [field(1, b"s"), field(2, &[kind]), field(14, &[length]), field(15, payload)];
    let made = made().with(|m| (m.body, m.base, m.epoch) = (body.concat(), base, 3));
    let decoded = plain.read(Some(&made.bytes()), Limits::default(), None).unwrap();
    match &decoded.records[0].outcome {
        super::records::Outcome::Rejected(fault) => Some(fault.requirement.to_owned()),
        _ => None,
    }
}

#[test]
fn each_message_has_its_rules() {
    let is = |kind, payload: &[u8], base| record(kind, payload, base).unwrap_or_default();
    assert_eq!(is(1, &[0x08, 1], 5), "");
    assert_eq!(is(1, &[0x08, 2], 5), "REC-005");
    assert_eq!(is(9, &[0x12, 2, 1, 2], 5), "REC-005");
    let attribute = |key| field(3, &[0x08, key]);
    assert_eq!(is(1, &attribute(1), 5), "");
    assert_eq!(is(1, &attribute(2), 5), "REC-005");
    assert_eq!(is(1, &field(3, &[]), 5), "REC-010");
    assert_eq!(is(1, &[attribute(1), attribute(1)].concat(), 5), "REC-010");
    assert_eq!(is(1, &field(2, &[0x10, 1, 0x20, 1]), 5), "REC-011");
    let id = [field(1, &[1; 16]), vec![0x10, 1, 0x20, 1]].concat();
    assert_eq!(is(1, &field(2, &id), 5), "");
    assert_eq!(is(21, &[0x0a, 1, 1], 5), "REC-012");
    assert_eq!(is(21, &[0x0a, 1, 0, 0x12, 1, 0], 5), "REC-013");
    assert_eq!(is(16, &field(1, &[1; 31]), 5), "REC-014");
    assert_eq!(is(16, &[0x1a, 0], 5), "REC-015");
    assert_eq!(is(18, &[0x18, 1], 5), "REC-016");
    assert_eq!(is(20, &[0x08, 2, 0x10, 2, 0x18, 1], 5), "REC-017");
    assert_eq!(is(22, &[0x10, 1], 5), "REC-018");
    assert_eq!(is(2, &[0x08, 1, 0x10, 1], 2), "REC-019");
    assert_eq!(is(2, &[0x08, 1, 0x10, 1], 1), "");
    assert_eq!(is(2, &[0x08, 3, 0x10, 1], 1), "REC-020");
    assert_eq!(is(2, &[0x08, 1], 1), "REC-020");
    assert_eq!(is(10, &[0x08, 1, 0x10, 4, 0x18, 1], 5), "");
    assert_eq!(is(10, &[0x08, 1, 0x10, 5, 0x18, 1], 5), "REC-021");
    assert_eq!(is(8, &[0x08, 1], 5), "REC-022");
    assert_eq!(is(8, &[0x08, 1, 0x10, 1], 5), "");
    assert_eq!(is(12, &[0x08, 1], 5), "REC-023");
}

#[test]
fn a_redaction_leaves_control_records_and_redacted_ones() {
    let redaction = field(9, &field(2, b"why"));
    let metadata = [METADATA, &redaction].concat();
    let kinds = [12, 6, 1, 100, 101];
    let body = field(2, &kinds);
    let made = made().with(|m| (m.records, m.metadata, m.body) = (5, metadata, body));
    let records = accepted(&made.bytes())["records"].clone();
    assert_eq!(records[0]["payload"], json!({}));
    assert_eq!(records[1]["payload"], json!({}));
    for i in 2..5 {
        assert_eq!(records[i]["error"], json!({"code": "PAYLOAD", "offset": 7}));
    }
}

#[test]
fn the_json_form_follows_the_table() {
    let payload = [&field(3, &[0xff])[..], &[0x08, 1, 0x28, 1]].concat();
    let edge = [0x12, 2, 1, 0];
    let all = [&payload[..], &edge].concat();
    let body = [
        field(1, b"s"),
        field(2, &[11, 9]),
        field(3, &[4, 3]),
        field(5, &[0, 1]),
        field(7, &[0, 1]),
        field(10, &[1, 0]),
        field(11, &[0xaa; 16]),
        field(14, &[7, 4]),
        field(15, &all),
    ];
    let metadata = [METADATA, &[0x18, 9], &field(4, &[0xbb; 16])].concat();
    let made = made().with(|m| (m.records, m.metadata, m.body) = (2, metadata, body.concat()));
    let records = accepted(&made.bytes())["records"].clone();
    let first = json!({
        "sequence": "5", "kind": 11, "time_us": "11", "trace_id": "aa".repeat(16),
        "payload": {"request": "s", "text_hex": "ff", "final": true},
    });
    let second = json!({
        "sequence": "6", "kind": 9, "time_us": "9", "thread": "s", "parent": "5",
        "trace_id": "bb".repeat(16), "payload": {"to": ["s", null]},
    });
    assert_eq!(records, json!([first, second]));
}

#[test]
fn doubles_keep_their_sign_and_their_strangers() {
    let values = [0.0_f64, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.5];
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let payload = [field(3, &[1; 6]), field(4, &bytes)].concat();
    let length = u8::try_from(payload.len()).unwrap();
    let body = [field(1, b"s"), field(2, &[21]), field(14, &[length]), field(15, &payload)];
    let made = made().with(|m| m.body = body.concat());
    let values = accepted(&made.bytes())["records"][0]["payload"]["float_value"].clone();
    assert_eq!(values, json!([0.0, -0.0, "NaN", "Infinity", "-Infinity", 1.5]));
    assert!(values[1].as_f64().unwrap().is_sign_negative());
}

#[test]
fn lints_are_noted_and_nothing_more() {
    let lints = |body: &[u8]| {
        let bytes = body.to_vec();
        Plain::new().lints(&made().with(|m| m.body = bytes).bytes()).unwrap()
    };
    assert_eq!(lints(&[0x12, 2, 0x81, 0]), ["NON_MINIMAL_VARINT"]);
    assert_eq!(lints(&[0x12, 1, 1, 0x0a, 1, b's', 0x2a, 1, 1]), ["FIELD_ORDER"]);
    assert_eq!(lints(&[0x12, 1, 1, 0x2a, 1, 0]), ["EXPLICIT_DEFAULT"]);
    assert_eq!(lints(&[0x12, 1, 1, 0x22, 1, 1]), ["EXPLICIT_DEFAULT"]);
    assert_eq!(lints(&[0x12, 1, 1, 0x7a, 0]), ["EXPLICIT_DEFAULT"]);
    assert_eq!(lints(&[0x12, 1, 1, 0x80, 1, 1]), ["UNKNOWN_FIELD"]);
    let twice = [0x0a, 1, b's', 0x0a, 1, b's', 0x12, 1, 1, 0x2a, 1, 2];
    assert_eq!(lints(&twice), ["DUPLICATE_STRING", "UNUSED_STRING"]);
    let flag = made().with(|m| m.ancillary = 0xc0).bytes();
    assert_eq!(Plain::new().lints(&flag).unwrap(), ["ANCILLARY_BIT"]);
    let grease = made().with(|m| m.ancillary = 0x80).bytes();
    assert_eq!(Plain::new().lints(&grease).unwrap(), Vec::<&str>::new());
}

/// A frame of 64 bytes of 0 in one RLE block, as long as it says, and the checksum of so many.
fn zeros(size: u8) -> Vec<u8> {
    let checksum = xxh64(&vec![0; usize::from(size)]).to_le_bytes();
    [&[0x28, 0xb5, 0x2f, 0xfd, 0x24, 64, 0x03 | size << 3, size >> 5, 0, 0], &checksum[..4]].concat()
}

#[test]
fn compressed_bodies_are_walked_and_decompressed() {
    let made = made().with(|m| (m.codec, m.body, m.raw_len) = (1, zeros(64), Some(65)));
    assert_eq!(rejected(&made.bytes()), Some(("CODEC_PROFILE", 82, "ZST-008")));
    // The walk passes, and the scan meets field number 0.
    let made = made.with(|m| m.raw_len = Some(64));
    assert_eq!(rejected(&made.bytes()), Some(("BODY_WIRE", 0, "WIRE-002")));
    let short = made.with(|m| m.body = zeros(63));
    assert_eq!(rejected(&short.bytes()), Some(("DECOMPRESS", 77, "COD-001")));
    let wrong = made.with(|m| m.body[13] ^= 1);
    assert_eq!(rejected(&wrong.bytes()), Some(("DECOMPRESS", 77, "ZST-017")));
    let block = made.with(|m| (m.codec, m.body) = (2, vec![0x00]));
    assert_eq!(rejected(&block.bytes()), Some(("DECOMPRESS", 77, "COD-001")));
}

#[test]
fn a_swap_reports_the_later_code() {
    let two = made().with(|m| (m.version, m.critical) = (2, 1)).bytes();
    assert_eq!(rejected(&two).unwrap().0, "VERSION");
    let swap = Mutation::Swap("VERSION<CRITICAL_FLAG");
    assert_eq!(rejected_by(swap, &two).unwrap().0, "CRITICAL_FLAG");
    // A wrong kind and, before it in the bytes, a ref past the table.
    let body = [0x2a, 2, 0, 9, 0x12, 2, 1, 0];
    let frame = made().with(|m| (m.records, m.body) = (2, body.to_vec())).bytes();
    assert_eq!(rejected(&frame), Some(("KIND_ZERO", 7, "BODY-005")));
    let field_by_field = rejected_by(Mutation::Strict("ERR-002"), &frame);
    assert_eq!(field_by_field, Some(("STRING_REF", 3, "BODY-006")));
}

/// No mutant panics or runs away, whatever it is given.
#[test]
fn mutants_survive_damage() {
    let body = [
        field(1, b"s"),
        field(2, &[11, 16, 100]),
        field(5, &[0, 1, 0]),
        field(14, &[2, 4, 0]),
        field(15, &[0x08, 1, 0x1a, 2, 0x10, 1]),
    ];
    let frames = [
        made().with(|m| (m.records, m.body) = (3, body.concat())),
        made().with(|m| {
            (m.codec, m.body, m.raw_len) = (1, zeros(64), Some(64));
        }),
        made().with(|m| {
            let stored = [0x26, b'a', b'b', 2, 0, 0x50, 1, 2, 3, 4, 5];
            (m.codec, m.body, m.raw_len) = (2, stored.to_vec(), Some(17));
        }),
    ];
    for mutant in Plain::mutants() {
        let plain = Plain::with(mutant.mutation);
        let read = |bytes: &[u8]| plain.decode(Some(bytes), Limits::default(), Some("b")).is_ok();
        for made in &frames {
            let whole = made.bytes();
            for length in (0..whole.len()).step_by(3) {
                read(&whole[..length]);
            }
            for at in 0..made.body.len() {
                for bit in [0, 3, 7] {
                    read(&made.with(|m| m.body[at] ^= 1 << bit).bytes());
                }
            }
            for at in 0..made.metadata.len() {
                read(&made.with(|m| m.metadata[at] ^= 0x80).bytes());
            }
            let far = |m: &mut super::testing::Made| {
                (m.raw_len, m.records, m.base) = (Some(u32::MAX), u16::MAX, u64::MAX);
            };
            read(&made.with(far).bytes());
            read(&made.with(|m| (m.base, m.records, m.epoch) = (0, 0, 0)).bytes());
        }
    }
}
