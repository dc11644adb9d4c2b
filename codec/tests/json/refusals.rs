//! What a writer refuses, and by which code.

use dashstream_codec::json::{JsonError, batch_from_json};
use dashstream_codec::{Code, EncodeError, Encoder, EncoderConfig};
use dashstream_proto::kinds;
use serde_json::{Value, json};

use crate::frames::{content, record};

/// Why the content is refused, now or when it is sealed.
fn refusal(content: &Value) -> JsonError {
    let batch = match batch_from_json(content) {
        Ok(batch) => batch,
        Err(error) => return error,
    };
    let mut encoder = Encoder::new(EncoderConfig { max_frame_len: usize::MAX, ..EncoderConfig::default() }).unwrap();
    let Err(error) = batch.finish(&mut encoder, &mut Vec::new()) else { panic!("accepted: {content}") };
    error.into()
}

fn good() -> Value {
    content(&json!([record(kinds::EDGE, &json!({"from": "a", "to": ["b"]}))]))
}

/// A change of the good content, by a pointer to what is put or taken away, and the code.
type Case = (&'static str, Option<Value>, Code);

fn check(cases: Vec<Case>) {
    for (pointer, value, code) in cases {
        let mut content = good();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = content.pointer_mut(parent).unwrap();
        match (parent, &value) {
            (Value::Object(object), Some(value)) => drop(object.insert(key.to_owned(), value.clone())),
            (Value::Object(object), None) => drop(object.remove(key).unwrap()),
            (Value::Array(list), Some(value)) => list.push(value.clone()),
            _ => panic!("{pointer}"),
        }
        assert_eq!(refusal(&content).code(), code, "{pointer} = {value:?}");
    }
}

// JSON-002
#[test]
fn shapes_that_no_frame_can_express() {
    check(vec![
        ("/more", Some(json!(1)), Code::Input),
        ("/strings", Some(json!(["a"])), Code::Input),
        ("/header", None, Code::Input),
        ("/header", Some(json!([])), Code::Input),
        ("/metadata", None, Code::Input),
        ("/records", None, Code::Input),
        ("/records", Some(json!({})), Code::Input),
        ("/header/more", Some(json!(1)), Code::Input),
        ("/header/producer_id", None, Code::Input),
        ("/header/producer_id", Some(json!("00")), Code::Input),
        ("/header/producer_id", Some(json!("0A".repeat(16))), Code::Input),
        ("/header/epoch", Some(json!("1")), Code::Input),
        ("/header/epoch", Some(json!(1_u64 << 32)), Code::Input),
        ("/header/base_sequence", Some(json!(1)), Code::Input),
        ("/header/lane", Some(json!(-1)), Code::Input),
        ("/header/ancillary_flags", Some(json!(256)), Code::Input),
        ("/metadata/more", Some(json!(1)), Code::Input),
        ("/metadata/tenant", Some(json!(1)), Code::Input),
        ("/metadata/boot_nonce", Some(json!("0")), Code::Input),
        ("/metadata/drop_reason", Some(json!(1)), Code::Input),
        ("/metadata/drop_reason", Some(json!(["1"])), Code::Input),
        ("/metadata/contexts", Some(json!([{"runs": "r"}])), Code::Input),
        ("/metadata/redaction", Some(json!({"original_body_crc": 1_u64 << 32, "reason": "r"})), Code::Input),
        ("/records/0/more", Some(json!(1)), Code::Input),
        ("/records/0/raw", Some(json!("")), Code::Input),
        ("/records/0/error", Some(json!({"code": "PAYLOAD", "offset": 1})), Code::Input),
        ("/records/0/kind", None, Code::Input),
        ("/records/0/kind", Some(json!("9")), Code::Input),
        ("/records/0/time_us", None, Code::Input),
        ("/records/0/time_us", Some(json!(5)), Code::Input),
        ("/records/0/sequence", Some(json!(5)), Code::Input),
        ("/records/0/thread", Some(json!(null)), Code::Input),
        ("/records/0/parent", Some(json!("1")), Code::Input),
        ("/records/0/trace_id", Some(json!("01")), Code::Input),
        ("/records/0/span_id", Some(json!("01".repeat(9))), Code::Input),
        ("/records/0/opaque", Some(json!("")), Code::Input),
        ("/records/0/payload", None, Code::Input),
        ("/records/0/payload", Some(json!("")), Code::Input),
        ("/records/0/payload/more", Some(json!(1)), Code::Input),
        ("/records/0/payload/from_ref", Some(json!(1)), Code::Input),
        ("/records/0/payload/from", Some(json!(null)), Code::Input),
        ("/records/0/payload/to", Some(json!("b")), Code::Input),
        ("/records/0/payload/to", Some(json!([1])), Code::Input),
    ]);
}

// JSON-002
#[test]
fn what_a_reader_would_report() {
    check(vec![
        ("/header/producer_id", Some(json!("00".repeat(16))), Code::Identity),
        ("/header/epoch", Some(json!(0)), Code::Identity),
        ("/header/lane", Some(json!(1_u64 << 31)), Code::Identity),
        ("/header/base_sequence", Some(json!("0")), Code::SequenceRange),
        ("/header/base_sequence", Some(json!("9007199254740992")), Code::SequenceRange),
        ("/metadata/tenant", None, Code::MetadataField),
        ("/metadata/tenant", Some(json!("t".repeat(20_000))), Code::MetadataLen),
        ("/metadata/boot_nonce", Some(json!("00")), Code::MetadataField),
        ("/metadata/base_time_us", Some(json!("9007199254740992")), Code::MetadataWire),
        ("/metadata/drop_reason", Some(json!([1_u64 << 32])), Code::MetadataWire),
        ("/metadata/drop_reason_count", Some(json!([65_536])), Code::MetadataField),
        ("/metadata/contexts", Some(json!([{}])), Code::MetadataField),
        ("/metadata/redaction", Some(json!({})), Code::MetadataField),
        ("/metadata/redaction", Some(json!({"reason": "r"})), Code::Payload),
        ("/records", Some(json!([])), Code::Count),
        ("/records/0/kind", Some(json!(0)), Code::KindZero),
        ("/records/0/kind", Some(json!(1_u64 << 32)), Code::BodyWire),
        ("/records/0/sequence", Some(json!("2")), Code::SequenceDelta),
        ("/records/0/time_us", Some(json!("9007199254740992")), Code::TimeRange),
        ("/records/0/parent", Some(json!("0")), Code::ParentRange),
        ("/records/0/thread", Some(json!("")), Code::StringTable),
        ("/records/0/thread", Some(json!("t".repeat(1_025))), Code::StringTable),
        ("/records/0/trace_id", Some(json!("00".repeat(16))), Code::IdTable),
        ("/records/0/span_id", Some(json!("00".repeat(8))), Code::IdTable),
        ("/records/0/payload/from", Some(json!("")), Code::StringTable),
    ]);
}

// JSON-002
#[test]
fn payloads_that_a_reader_would_reject() {
    for (kind, payload) in [
        (kinds::NODE_START, json!({"attempt": 1_u64 << 32})),
        (kinds::NODE_START, json!({"attributes": [{"value": "no key"}]})),
        (kinds::NODE_END, json!({"duration_us": "9007199254740992"})),
        (kinds::METRICS, json!({"int_name": ["a"], "int_value": ["-9007199254740992"]})),
        (kinds::METRICS, json!({"int_name": [null], "int_value": ["1"]})),
        (kinds::STATE_DIFF, json!({"base_hash": "00"})),
        (kinds::EPOCH_START, json!({"previous_epoch": 3, "previous_last_sequence": "1"})),
        (kinds::REDACTED, json!({})),
    ] {
        let error = refusal(&content(&json!([record(kind, &payload)])));
        assert_eq!(error.code(), Code::Payload, "{payload}");
    }
}

#[test]
fn kinds_that_are_not_in_the_registry() {
    let of = |kind: u32, key: &str, value: Value| {
        let mut record = record(kind, &json!({}));
        record.as_object_mut().unwrap().remove("payload");
        record[key] = value;
        refusal(&content(&json!([record]))).code()
    };
    assert_eq!(of(4_096, "opaque", json!("00")), Code::UnknownCriticalKind);
    assert_eq!(of(4_096, "payload", json!({})), Code::UnknownCriticalKind);
    assert_eq!(of(4_097, "payload", json!({})), Code::Input);
    assert_eq!(of(4_097, "opaque", json!("0")), Code::Input);
    assert_eq!(of(4_097, "thread", json!("t")), Code::Input);
}

// JSON-003
#[test]
fn a_trace_cannot_be_left_out() {
    let mut content = good();
    content["metadata"]["trace_id"] = json!("01".repeat(16));
    assert_eq!(refusal(&content).code(), Code::Input);
}

// JSON-004
#[test]
fn sequence_numbers_ascend() {
    for second in ["1", "0"] {
        let mut content = good();
        let mut record = content["records"][0].clone();
        record["sequence"] = json!(second);
        content["records"].as_array_mut().unwrap().push(record);
        let error = refusal(&content);
        assert_eq!((error.code(), error.record), (Code::Input, Some(1)));
    }
}

#[test]
fn text_is_given_once() {
    for payload in [json!({"text": "a", "text_hex": "61"}), json!({"text_hex": "6"}), json!({"text": 1})] {
        assert_eq!(refusal(&content(&json!([record(kinds::TOKEN_CHUNK, &payload)]))).code(), Code::Input, "{payload}");
    }
}

#[test]
fn an_error_says_where() {
    let payload = json!({"ops": [{"op": 1, "path": "/a"}, {"op": "2"}]});
    let error = refusal(&content(&json!([record(kinds::STATE_DIFF, &payload)])));
    assert_eq!((error.record, error.key), (Some(0), Some("op")));
    let said = "INPUT (JSON-002): the value of `op` is none that a frame can hold, in record 0 (counted from 0)";
    assert_eq!(error.to_string(), said);
    let said = |payload: Value| refusal(&content(&json!([record(kinds::LLM_END, &payload)]))).to_string();
    assert!(said(json!({"more": 1})).starts_with("INPUT (JSON-002): `payload` has a key that is unknown, "));
    assert!(said(json!({"model": ""})).starts_with("STRING_TABLE (BODY-002), at `model`, "));
    let mut content = good();
    content["header"].as_object_mut().unwrap().remove("epoch");
    assert_eq!(refusal(&content).to_string(), "INPUT (JSON-002): key `epoch` is missing");
}

#[test]
fn keys_of_a_payload_are_those_of_its_message() {
    let of = |kind, payload: Value| refusal(&content(&json!([record(kind, &payload)])));
    for (kind, payload) in [
        (kinds::TOKEN_CHUNK, json!({"text": "a", "other": 1})),
        (kinds::TOKEN_CHUNK, json!({"text_hexes": "00"})),
        (kinds::EDGE, json!({"text_hex": "00"})),
    ] {
        let error = of(kind, payload);
        assert!(error.to_string().contains("has a key that is unknown"), "{error}");
    }
    // Only a string may be none.
    let error = of(kinds::METRICS, json!({"int_name": ["a"], "int_value": [null]}));
    assert!(error.to_string().contains("`int_value`"), "{error}");
}

#[test]
fn what_is_refused_has_its_cause() {
    let mut content = good();
    content["records"] = json!([]);
    let error = refusal(&content);
    let source = std::error::Error::source(&error).unwrap();
    assert!(error.to_string().starts_with(&source.to_string()), "{error}: {source}");
    // Who has no use for the place in the JSON keeps the cause.
    assert_eq!(EncodeError::from(error).to_string(), source.to_string());
}
