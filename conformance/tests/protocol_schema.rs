//! `protocol.schema.json` against the lines that the runner writes and the testees answer.

#![allow(clippy::unwrap_used, reason = "helpers of a test: a panic is how it fails")]

use dashstream_conformance::plain::{Plain, testee};
use dashstream_conformance::protocol::{Answer, Arrival, DecodeQuestion, InlineLimit, Limits, Question, WriteOptions};
use serde_json::{Value, json};

fn schema(part: &str) -> jsonschema::Validator {
    let text = include_str!("../protocol.schema.json");
    let mut schema: Value = serde_json::from_str(text).unwrap();
    let object = schema.as_object_mut().unwrap();
    object.shift_remove("anyOf");
    object.insert("$ref".into(), json!(format!("#/$defs/{part}")));
    jsonschema::validator_for(&schema).unwrap()
}

fn questions() -> Vec<Question> {
    let decode = |frame| {
        Question::Decode(DecodeQuestion {
            frame,
            limits: Limits { max_records: Some(3), ..Limits::default() },
            tenant: Some("acme".into()),
            pieces: Some(vec![1, 2]),
        })
    };
    vec![
        Question::Hello,
        decode(None),
        decode(Some(vec![])),
        decode(Some(vec![0xBE; 100])),
        Question::Encode {
            content: json!({}),
            options: WriteOptions { codec: 1, level: Some(99), threshold: Some(4) },
        },
        Question::File { file: vec![1; 40], pieces: None },
        Question::File { file: b"\xBE\x44\x53\x46\x0D\x0A\x1A\x0A".to_vec(), pieces: Some(vec![3]) },
        Question::Ledger { input: vec![Arrival { frame: vec![1], partition: Some(0) }] },
        Question::Unknown("teapot".into()),
    ]
}

#[test]
fn questions_and_answers_fit_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let (question_schema, answer_schema) = (schema("question"), schema("answer"));
    for question in questions() {
        for bytes in [0, 1 << 20] {
            let line = question.to_line(5, InlineLimit { bytes, folder: folder.path() }).unwrap();
            let value = serde_json::from_str(&line).unwrap();
            assert!(question_schema.is_valid(&value), "{line}");
            let answer = testee::answer(Plain::new(), &line);
            assert!(answer_schema.is_valid(&answer), "{answer}");
            Answer::from_line(&answer.to_string(), 5, &question).unwrap();
        }
    }
}

#[test]
fn the_schema_refuses_what_the_runner_refuses() {
    let schema = schema("answer");
    let wrong = [
        json!({}),
        json!({"id": 1}),
        json!({"id": -1, "unsupported": ""}),
        json!({"id": 1, "unsupported": "", "ok": {"frame": "AA=="}}),
        json!({"id": 1, "unsupported": "", "extra": 1}),
        json!({"id": 1, "error": {"code": "EMPTY", "where": 4}}),
        json!({"id": 1, "error": {}}),
        json!({"id": 1, "ok": {"frame": {"header": {}}}}),
        json!({"id": 1, "ok": {"accepted": [], "skipped": [], "rejected": []}}),
        json!({"id": 1, "ok": {"protocol": 1, "implementation": "", "version": "", "language": "", "capabilities": ["x"]}}),
    ];
    for value in wrong {
        assert!(!schema.is_valid(&value), "{value}");
    }
}
