//! `protocol.schema.json` against the lines that the runner writes and the testees answer.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of a test: a panic is how it fails")]

use dashstream_conformance::plain::{Plain, testee};
use dashstream_conformance::protocol::{
    Answer, Arrival, Base64, ConsumerQuestion, DecodeQuestion, InlineLimit, Limits, ProducerQuestion, Question,
    StateQuestion, StoreQuestion, WriteOptions,
};
use dashstream_vectors::{
    AppAnswer, ConsumerSettings, ConsumerStep, DiffPayload, Does, LaneSettings, LogHeader, LogMessage, OpPayload,
    Place, ProducerSettings, ProducerStep, SnapshotPayload, StateStep, StoreFile, WhenFull,
};
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
        Question::Producer(producer()),
        Question::Consumer(consumer()),
        Question::Diff(states()),
        Question::Store(store()),
        Question::Unknown("teapot".into()),
    ]
}

/// A script with every step.
fn producer() -> ProducerQuestion {
    let lanes = vec![LaneSettings { tenant: "acme".into(), partition: 1 }];
    let settings =
        ProducerSettings { lanes, max_records: 9, linger_ms: 5, deadline_ms: 100, heartbeat_ms: 20, queue: Some(1) };
    let offer = |full| ProducerStep::Offer { lane: 0, count: 2, full };
    let mut steps = vec![ProducerStep::Open {}];
    steps.extend([WhenFull::DropNewest, WhenFull::DropOldest, WhenFull::Wait].map(offer));
    let does = [Does::Refuse, Does::Keep, Does::Lose, Does::Hold, Does::Accept];
    steps.extend(does.into_iter().flat_map(|does| [ProducerStep::Destination { does }, ProducerStep::Wait { ms: 50 }]));
    steps.extend([ProducerStep::Close { ms: 10 }, ProducerStep::Save {}, ProducerStep::Forget {}]);
    steps.extend([ProducerStep::Open {}, ProducerStep::Crash {}, ProducerStep::Restore {}]);
    ProducerQuestion { settings, steps }
}

/// A store with everything that a report can have in it.
fn store() -> StoreQuestion {
    let set = dashstream_vectors::load(&dashstream_vectors::default_root().unwrap()).unwrap();
    let wanted = set.vectors.iter().filter(|vector| ["ckp-whole", "ckp-newest"].contains(&vector.id.as_str()));
    let files = wanted.flat_map(|vector| match &vector.case {
        dashstream_vectors::Case::Store(case) => case.files.clone(),
        _ => Vec::new(),
    });
    let files: Vec<StoreFile> = files.collect();
    StoreQuestion::new(&files)
}

/// A script with every step and every event.
fn states() -> StateQuestion {
    let hash = "37517e5f3dc66819f61f5a7bb8ace1921282415f10551d2defa5c3eb0985b570";
    let text = |text: &str, chunk_index, chunk_count| {
        let text_hex = if text.is_empty() { "ff".to_owned() } else { String::new() };
        StateStep::Snapshot(SnapshotPayload {
            hash: hash.into(),
            text: text.into(),
            text_hex,
            chunk_index,
            chunk_count,
        })
    };
    let op = OpPayload { op: 4, path: "/a".into(), from: "/b".into(), value: "1".into() };
    let diff = DiffPayload { base_hash: hash.into(), result_hash: hash.into(), ops: vec![op] };
    let steps = vec![text("[", 0, 2), text("]", 1, 2), text("", 0, 0), StateStep::Diff(diff), StateStep::Lost {}];
    StateQuestion { steps }
}

fn consumer() -> ConsumerQuestion {
    let settings = ConsumerSettings { partitions: 2, uncommitted: 3, attempts: 2, tenant: Some("acme".into()) };
    let sent = Plain::new().producer(&producer()).steps.into_iter().flat_map(|step| step.sent);
    let frames: Vec<Vec<u8>> = sent.map(|sent| sent.frame.0).collect();
    let message = |partition, bytes: Option<Vec<u8>>| {
        let headers = vec![LogHeader { name: "ds-tenant".into(), value: "acme".into() }];
        let answers = vec![AppAnswer::Again, AppAnswer::Take, AppAnswer::Reject];
        ConsumerStep::Message(LogMessage { partition, bytes: bytes.map(Base64), headers, answers })
    };
    let newer = of_version_2(frames.first().unwrap().clone());
    let mut steps = vec![ConsumerStep::Start { pass: vec![Place { partition: 1, offset: 7 }], uncommitted: Some(5) }];
    steps.extend(frames.iter().chain(&frames).map(|frame| message(0, Some(frame.clone()))));
    steps.extend([message(1, None), message(1, Some(newer)), ConsumerStep::Commit {}]);
    steps.extend([ConsumerStep::Letters { fail: true }, ConsumerStep::Revoke { partition: 0 }]);
    steps.extend([ConsumerStep::Assign { partition: 0 }, ConsumerStep::Lose { partition: 0 }]);
    steps.extend([
        ConsumerStep::Stop {},
        ConsumerStep::Start { pass: vec![], uncommitted: None },
        ConsumerStep::Crash {},
    ]);
    ConsumerQuestion { settings, steps }
}

fn of_version_2(mut frame: Vec<u8>) -> Vec<u8> {
    frame[1] = 2;
    let covered = [&frame[..4], &frame[8..64]].concat();
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(&covered);
    frame[4..8].copy_from_slice(&crc.to_le_bytes());
    frame
}

#[test]
fn the_scripts_have_every_event() {
    let consumer = serde_json::to_string(&Plain::new().consumer(&consumer())).unwrap();
    for event in ["hand", "duplicate", "letter", "stopped", "committed"] {
        assert!(consumer.contains(&format!("\"event\":\"{event}\"")), "{event}: {consumer}");
    }
    let producer = serde_json::to_string(&Plain::new().producer(&producer())).unwrap();
    assert!(producer.contains("\"not_persisted\"") && producer.contains("\"possibly_persisted\""), "{producer}");
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
        json!({"id": 1, "ok": {"states": [{"state": "1"}]}}),
        json!({"id": 1, "ok": {"states": [{"state": "1", "hash": "00"}]}}),
        json!({"id": 1, "ok": {"states": [{"error": "no code"}]}}),
        json!({"id": 1, "ok": {"threads": [{"thread": "t"}]}}),
        json!({"id": 1, "ok": {"threads": [{"folder": "t", "newest": {"generation": 1}}]}}),
        json!({"id": 1, "ok": {"threads": [{"folder": "t", "damage": [{"file": "f", "start": 1, "code": "CUT"}]}]}}),
        json!({"id": 1, "ok": {"steps": [{"sent": []}]}}),
        json!({"id": 1, "ok": {"steps": [[{"event": "duplicate", "partition": 0}]]}}),
        json!({"id": 1, "ok": {"steps": [[{"event": "letter", "partition": 0, "offset": 1, "record": 0, "code": "x"}]]}}),
        json!({"id": 1, "ok": {"protocol": 1, "implementation": "", "version": "", "language": "", "capabilities": ["x"]}}),
    ];
    for value in wrong {
        assert!(!schema.is_valid(&value), "{value}");
    }
}
