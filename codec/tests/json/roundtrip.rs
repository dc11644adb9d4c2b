//! From JSON to a frame and back.

use dashstream_codec::json::{begin_batch, push_record};
use dashstream_proto::kinds;
use dashstream_proto::schema::{FieldType, MessageSchema};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::frames::{body, content, read, record, seal, write, write_kept};
use crate::samples;

/// JSON-001: the frame that is made shows the same, and is made again byte for byte. Its records can be kept, and make it
/// again too.
fn comes_back(content: &Value) {
    let frame = write(content);
    let shown = read(&frame);
    assert_eq!(shown["metadata"], content["metadata"]);
    assert_eq!(shown["records"], content["records"]);
    for (key, value) in content["header"].as_object().unwrap() {
        assert_eq!(shown["header"][key], *value, "{key}");
    }
    assert_eq!(write(&shown), frame);
    assert_eq!(write_kept(&frame), frame);
}

/// The frame of a sample.
fn sample(kind: u32, payload: &Value) -> Value {
    let mut content = content(&json!([record(kind, payload)]));
    if kind == kinds::REDACTED {
        content["metadata"]["redaction"] = json!({"original_body_crc": u32::MAX, "reason": "asked for"});
    }
    if kind == kinds::LATE_DROPS {
        content["records"][0]["sequence"] = json!("2");
        content["metadata"]["drop_reason"] = json!([1]);
        content["metadata"]["drop_reason_count"] = json!([1]);
        content["metadata"]["dropped_total"] = json!("1");
    }
    content
}

#[test]
fn every_kind_comes_back() {
    let samples = samples::all();
    assert_eq!(samples.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), kinds::ALL);
    for (kind, payload) in samples {
        comes_back(&sample(kind, &payload));
        // A payload that says nothing, where there may be one.
        let demanding = [kinds::CHECKPOINT_MANIFEST, kinds::CHECKPOINT_CHUNK, kinds::LATE_DROPS];
        if !demanding.contains(&kind) {
            comes_back(&sample(kind, &json!({})));
        }
    }
}

/// Whether each field of a message has a value in the JSON, and so has each of those inside.
fn fills(schema: &MessageSchema, value: &Value) {
    for field in schema.fields {
        let key = field.name.strip_suffix("_ref").unwrap_or(field.name);
        let found = [value.get(key), value.get("text_hex")].into_iter().flatten().next();
        let found = found.unwrap_or_else(|| panic!("{} of {} is not in its sample", field.name, schema.name));
        if let FieldType::Message(inner) = field.ty {
            fills(inner, found.get(0).unwrap_or(found));
        }
    }
}

/// The samples are worth nothing as tests unless they show every field.
#[test]
fn the_samples_have_every_field() {
    for (kind, payload) in samples::all() {
        fills(kinds::message_of(kind).unwrap(), &payload);
    }
}

#[test]
fn metadata_and_envelope_come_back() {
    let mut content = content(&json!([
        {
            "sequence": "102", "kind": 9, "time_us": "9007199254740991", "thread": "t", "node": "n", "run": "r", "task": "k",
            "parent": "1", "trace_id": "00000000000000000000000000000001", "span_id": "0000000000000001", "payload": {},
        },
        {"sequence": "103", "kind": 4097, "time_us": "0", "trace_id": "ffffffffffffffffffffffffffffffff", "opaque": "00ff"},
        {"sequence": "105", "kind": 4294967295_u32, "time_us": "7", "trace_id": "ffffffffffffffffffffffffffffffff", "opaque": ""},
    ]));
    content["header"] = json!({
        "producer_id": "ffffffffffffffffffffffffffffffff", "base_sequence": "101", "epoch": 2147483647,
        "lane": 2147483647, "ancillary_flags": 128,
    });
    content["metadata"] = json!({
        "tenant": "ä".repeat(127), "boot_nonce": "0000000000000000", "base_time_us": "9007199254740991",
        "trace_id": "ffffffffffffffffffffffffffffffff", "drop_reason": [8, 4294967295_u32], "drop_reason_count": [1, 2],
        "dropped_total": "9007199254740991",
        "contexts": [{"run": "r"}, {"thread": "t", "node": "n".repeat(256), "task": "k"}],
    });
    comes_back(&content);
}

#[test]
fn a_record_without_number_follows_the_one_before() {
    let mut content = content(&json!([record(9, &json!({})), record(9, &json!({}))]));
    for index in [0, 1] {
        content["records"][index].as_object_mut().unwrap().remove("sequence");
    }
    content["header"]["base_sequence"] = json!("41");
    content["header"].as_object_mut().unwrap().remove("lane");
    let shown = read(&write(&content));
    assert_eq!([&shown["records"][0]["sequence"], &shown["records"][1]["sequence"]], ["41", "42"]);
    assert_eq!(shown["header"]["lane"], 0);
}

// WRT-003
#[test]
fn defaults_that_are_given_are_left_out() {
    for (kind, payload, tidy) in [
        (
            kinds::LLM_END,
            json!({"duration_us": "0", "status": 0, "finish_reason": "stop", "attributes": []}),
            json!({"finish_reason": "stop"}),
        ),
        (kinds::METRICS, json!({"int_name": [], "int_value": [], "float_name": [], "float_value": []}), json!({})),
        (kinds::TOKEN_CHUNK, json!({"text": "", "final": false}), json!({})),
        (kinds::TOKEN_CHUNK, json!({"text_hex": ""}), json!({})),
        (kinds::STATE_DIFF, json!({"base_hash": "", "ops": []}), json!({})),
        (kinds::OPTIMIZATION, json!({"before": 0, "after": 0.0, "detail": ""}), json!({})),
    ] {
        let made = |payload| write(&content(&json!([record(kind, payload)])));
        assert_eq!(body(&made(&payload)), body(&made(&tidy)), "{payload}");
    }
}

#[test]
fn a_batch_may_be_made_record_by_record() {
    let records: Vec<_> = samples::all()
        .iter()
        .filter(|(kind, _)| kind % 2 == 1)
        .map(|(kind, payload)| json!({"kind": kind, "time_us": "1000", "payload": payload}))
        .collect();
    let content = content(&json!(records));
    let mut batch = begin_batch(&content["header"], &content["metadata"]).unwrap();
    for record in &records {
        push_record(&mut batch, record).unwrap();
    }
    // The header's GREASE is drawn; the bodies are the same.
    assert_eq!(body(&seal(&batch)), body(&write(&content)));
}

proptest! {
    #[test]
    fn doubles_come_back_bit_for_bit(bits: u64) {
        let value = f64::from_bits(bits);
        let shown = match serde_json::Number::from_f64(value) {
            Some(number) => Value::Number(number),
            None if value.is_nan() => json!("NaN"),
            None => json!(if value > 0.0 { "Infinity" } else { "-Infinity" }),
        };
        let payload = json!({"float_name": ["a"], "float_value": [shown]});
        comes_back(&content(&json!([record(kinds::METRICS, &payload)])));
    }

    #[test]
    fn bytes_of_a_text_come_back(bytes in prop::collection::vec(any::<u8>(), 0..6), text: String) {
        let payload = match String::from_utf8(bytes) {
            Ok(text) if text.is_empty() => json!({}),
            Ok(text) => json!({"text": text}),
            Err(error) => {
                let digits: String = error.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
                json!({"text_hex": digits})
            }
        };
        comes_back(&content(&json!([record(kinds::TOKEN_CHUNK, &payload)])));
        let payload = if text.is_empty() { json!({}) } else { json!({"text": text}) };
        comes_back(&content(&json!([record(kinds::TOKEN_CHUNK, &payload)])));
    }
}
