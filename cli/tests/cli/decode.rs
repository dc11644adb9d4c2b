//! `decode` and `encode`.

use std::fs;

use dashstream_codec::file::{FileWriter, SyncMarker};
use dashstream_codec::{BatchBuilder, Decoder, Encoder, EncoderConfig, FrameHeader, ReadOptions, RecordInput};
use dashstream_proto::{kinds, v1};
use dashstream_vectors::{Case, DecodeExpect, Vector, default_root, load_unlisted};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Folder, Ran, at, entries, run, run_with, sample_file};

fn vectors() -> Vec<Vector> {
    let vectors = load_unlisted(&default_root().unwrap()).unwrap();
    assert!(vectors.len() > 100, "{} vectors", vectors.len());
    vectors
}

/// A vector that is accepted.
struct Accepted {
    id: String,
    bytes: Vec<u8>,
    /// Tidy, and without rejected records.
    is_tidy: bool,
}

fn accepted() -> Vec<Accepted> {
    let accepted = vectors().into_iter().filter_map(|vector| match vector.case {
        Case::Decode(case) => match case.expect {
            DecodeExpect::Accepted { lints, .. } => {
                let bytes = case.bytes?.to_vec();
                let mut decoder = Decoder::new();
                let batch = decoder.decode(&bytes, &ReadOptions::default()).unwrap();
                let is_tidy = lints.is_empty() && batch.records().all(|result| result.error.is_none());
                Some(Accepted { id: vector.id, bytes, is_tidy })
            }
            DecodeExpect::Rejected { .. } => None,
        },
        _ => None,
    });
    accepted.collect()
}

fn file_of<'a>(frames: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<u8> {
    let writer = FileWriter::new(SyncMarker::from_random([7; 16]));
    let mut file = writer.header().to_vec();
    for frame in frames {
        writer.append(frame, &mut file);
    }
    file
}

/// The lines of each frame.
fn frames(decoded: &Ran) -> Vec<Vec<Value>> {
    let mut frames: Vec<Vec<Value>> = Vec::new();
    for line in decoded.lines() {
        match line.get("frame") {
            Some(_) => frames.push(vec![line]),
            None => frames.last_mut().unwrap().push(line),
        }
    }
    frames
}

/// The same lines, without what is said of how a body is stored.
fn unstored(mut frame: Vec<Value>) -> Vec<Value> {
    let header = frame[0].pointer_mut("/frame/header").unwrap().as_object_mut().unwrap();
    for key in ["body_len", "codec"] {
        header.remove(key).unwrap();
    }
    frame
}

/// Metadata and decompressed body of a frame.
fn content(frame: &[u8]) -> [Vec<u8>; 2] {
    let mut decoder = Decoder::new();
    let batch = decoder.decode(frame, &ReadOptions::default()).unwrap();
    [batch.metadata().bytes(), batch.raw_body()].map(<[u8]>::to_vec)
}

fn text(frame: &[Value]) -> Vec<u8> {
    frame.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect()
}

#[test]
fn decode_and_encode_lose_nothing() {
    let vectors = accepted();
    let file = file_of(vectors.iter().map(|vector| &vector.bytes));
    // Some of the frames have records that are rejected.
    let lines = run_with(&["decode"], &file).ended(1);
    let before = frames(&lines);
    assert_eq!(before.len(), vectors.len(), "every accepted vector is decoded");
    for codec in ["none", "zstd", "lz4"] {
        let encoded = run_with(&["encode", "-o", "-", "--codec", codec, "--threshold", "0"], &lines.out).ended(0).out;
        let after = frames(&run_with(&["decode"], &encoded).ended(1));
        let entries = entries(&encoded);
        assert_eq!((after.len(), entries.len()), (vectors.len(), vectors.len()));
        for (vector, ((before, after), entry)) in vectors.iter().zip(before.iter().zip(after).zip(entries)) {
            let frame = &encoded[at(entry.frame)..at(entry.end)];
            assert_eq!(content(&vector.bytes), content(frame), "{}", vector.id);
            if before[0].pointer("/frame/bytes").is_some() {
                assert_eq!((&vector.bytes[..], before), (frame, &after), "{}", vector.id);
            } else {
                assert_eq!(unstored(before.clone()), unstored(after), "{}", vector.id);
            }
        }
    }
}

#[test]
fn a_frame_has_its_bytes_where_no_writer_makes_it_and_only_there() {
    let vectors = accepted();
    let all = frames(&run_with(&["decode"], &file_of(vectors.iter().map(|vector| &vector.bytes))));
    let mut carried = 0;
    for (vector, frame) in vectors.iter().zip(&all) {
        let frame = &frame[0]["frame"];
        let (bytes, strings) = (frame.get("bytes"), frame.get("strings"));
        assert_ne!(bytes.is_some(), strings.is_some(), "{}", vector.id);
        if let Some(bytes) = bytes {
            // Ids that nothing refers to are no lint.
            let has_unused_ids = ["body-007-", "body-008-", "body-015-"].iter().any(|area| vector.id.starts_with(area));
            assert!(!vector.is_tidy || has_unused_ids, "{} is tidy", vector.id);
            assert_eq!(*bytes, hex::encode(&vector.bytes), "{}", vector.id);
            carried += 1;
        }
    }
    assert!(carried > 100 && carried + 100 < all.len(), "{carried} of {}", all.len());
}

/// A frame with a payload that has a field which the schema does not have, and its lines.
fn carried() -> (Vec<u8>, Vec<Value>) {
    let header = FrameHeader { producer_id: [7; 16], epoch: 3, lane: 5, base_sequence: 1, ancillary_flags: Some(0) };
    let metadata = v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..Default::default() };
    let mut batch = BatchBuilder::new(header, &metadata).unwrap();
    // A token of index 7, and field 2047 in front of it; then a value that has the text of a number.
    for payload in [&[0xF8, 0x7F, 0x01, 0x20, 0x07][..], &[0x11, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]] {
        let kind = if payload.len() == 5 { kinds::TOKEN_CHUNK } else { kinds::OPTIMIZATION };
        batch.push(RecordInput { kind, time_us: 9, payload, ..Default::default() }).unwrap();
    }
    let mut frame = Vec::new();
    batch.finish(&mut Encoder::new(EncoderConfig::default()).unwrap(), &mut frame).unwrap();
    let lines = run_with(&["decode"], &frame).ended(0).lines();
    assert_eq!(lines[0]["frame"]["bytes"], hex::encode(&frame));
    assert_eq!(lines[1]["record"]["payload"], json!({"index": 7}));
    (frame, lines)
}

// FRM-010
#[test]
fn a_frame_with_its_bytes_is_passed_on() {
    let (frame, mut lines) = carried();
    let encode = |lines: &[Value]| run_with(&["encode", "-o", "-", "--frame", "--codec", "zstd"], &text(lines));
    assert_eq!(encode(&lines).ended(0).out, frame);
    // Names are not read, the order of keys does not matter, and numbers go by value.
    lines[1]["record"].as_object_mut().unwrap().remove("name").unwrap();
    let index = lines[1]["record"]["payload"]["index"].take();
    lines[1]["record"]["payload"]["index"] = json!(index.as_f64().unwrap());
    lines[2]["record"]["payload"]["before"] = json!(1);
    let header = lines[0]["frame"]["header"].take();
    let reversed: serde_json::Map<String, Value> =
        header.as_object().unwrap().iter().rev().map(|(key, value)| (key.clone(), value.clone())).collect();
    lines[0]["frame"]["header"] = Value::Object(reversed);
    assert_eq!(encode(&lines).ended(0).out, frame);
    run_with(&["encode", "-o", "-", "--max-frame-len", "100"], &text(&lines)).ended(1).said("line 1: LOCAL_LIMIT");
}

#[test]
fn lines_that_say_something_else_than_the_bytes_are_refused() {
    let (frame, lines) = carried();
    let refused = |change: &dyn Fn(&mut Vec<Value>), said: &str| {
        let mut changed = lines.clone();
        change(&mut changed);
        let ran = run_with(&["encode", "-o", "-", "--frame"], &text(&changed)).ended(1).said(said);
        assert!(ran.out.is_empty());
    };
    refused(&|lines| lines[0]["frame"]["header"]["lane"] = json!(6), "line 1: INPUT: `frame.header` is not what");
    refused(&|lines| lines[0]["frame"]["metadata"]["tenant"] = json!("b"), "line 1: INPUT: `frame.metadata` is not");
    refused(&|lines| lines[0]["frame"]["strings"] = json!([]), "line 1: INPUT: `frame.strings` is not");
    refused(&|lines| lines[0]["frame"]["bytes"] = json!("0"), "line 1: INPUT: `frame.bytes` is not");
    refused(&|lines| lines[0]["frame"]["bytes"] = json!(null), "line 1: INPUT: `frame.bytes` is not");
    let cut = hex::encode(&frame[..frame.len() - 1]);
    refused(&|lines| lines[0]["frame"]["bytes"] = json!(cut), "line 1: `frame.bytes`: TRUNCATED at byte ");
    refused(&|lines| lines[1]["record"]["payload"]["index"] = json!(8), "line 2: INPUT: the record is not what");
    refused(&|lines| lines[1]["record"]["thread"] = json!("t"), "line 2: INPUT: the record is not what");
    refused(&|lines| lines.swap(1, 2), "line 2: INPUT: the record is not what");
    refused(&|lines| lines.push(lines[2].clone()), "line 4: INPUT: the record is not what");
    refused(&|lines| lines.truncate(2), "frame of line 1: INPUT: 1 records are missing");
}

#[test]
fn without_the_bytes_a_frame_is_made_of_the_lines() {
    let (_, mut lines) = carried();
    lines[0]["frame"].as_object_mut().unwrap().remove("bytes");
    lines[1]["record"]["payload"]["index"] = json!(8);
    let again = run_with(&["encode", "-o", "-"], &text(&lines)).ended(0).out;
    let again = run_with(&["decode"], &again).ended(0).lines();
    assert_eq!(again[1]["record"]["payload"], json!({"index": 8}));
    assert_eq!(again[0]["frame"]["strings"], json!([]));
    // A rejected record says too little for that.
    let vectors = accepted();
    let all = frames(&run_with(&["decode"], &file_of(vectors.iter().map(|vector| &vector.bytes))));
    let mut refused = 0;
    for mut frame in all.into_iter().filter(|frame| frame.iter().any(|line| line.pointer("/record/error").is_some())) {
        frame[0]["frame"].as_object_mut().unwrap().remove("bytes").unwrap();
        let ran = run_with(&["encode", "-o", "-", "--frame"], &text(&frame)).ended(1).said("line ");
        assert!(ran.out.is_empty());
        refused += 1;
    }
    assert!(refused > 10, "{refused}");
}

#[test]
fn opaque_kinds_and_text_that_is_not_utf_8_are_kept() {
    let lines = r#"{"frame":{"header":{"producer_id":"0102030405060708090a0b0c0d0e0f10","base_sequence":"5","epoch":2,"lane":3},"metadata":{"tenant":"a","boot_nonce":"0000000000000001"},"strings":["unused","m","r"]}}
{"record":{"sequence":"5","kind":4097,"time_us":"9","opaque":"00ff"}}
{"record":{"sequence":"6","kind":11,"time_us":"9","payload":{"request":"r","text_hex":"fffe"},"name":"not read"}}
"#;
    let file = run_with(&["encode", "-o", "-"], lines.as_bytes()).ended(0).out;
    let decoded = run_with(&["decode"], &file).ended(0).lines();
    assert_eq!(decoded[0]["frame"]["strings"], json!(["unused", "m", "r"]));
    assert_eq!(decoded[1]["record"]["opaque"], "00ff");
    assert_eq!(decoded[2]["record"]["payload"], json!({"request": "r", "text_hex": "fffe"}));
    assert_eq!(decoded[2]["record"]["name"], "TOKEN_CHUNK");
    let again = run_with(&["encode", "-o", "-"], &run_with(&["decode"], &file).out).ended(0).out;
    assert_eq!(run_with(&["decode"], &again).ended(0).lines(), decoded);
}

#[test]
fn a_bare_frame_goes_both_ways() {
    let folder = Folder::new();
    let (path, _) = sample_file(&folder, "file", 1000);
    let lines = run(&["decode", &path]).ended(0);
    let first: String = lines.text().lines().take(15).map(|line| format!("{line}\n")).collect();
    let frame = folder.path("frame");
    let input = folder.write("lines", &first);
    run(&["encode", &input, "-o", &frame, "--frame", "--codec", "none"]).ended(0);
    let bytes = fs::read(&frame).unwrap();
    assert!(Decoder::new().decode(&bytes, &ReadOptions::default()).is_ok());
    let [one, all] = [&frame, &path].map(|path| frames(&run(&["decode", path]).ended(0)));
    assert_eq!(one.into_iter().map(unstored).collect::<Vec<_>>(), [unstored(all[0].clone())]);
    run_with(&["encode", "-o", "-", "--frame"], &lines.out).ended(1).said("a second frame, where --frame wants one");
    run_with(&["encode", "-o", "-", "--frame"], b"").ended(1).said("no frame");
    run_with(&["decode"], &[&bytes[..], &[0]].concat()).ended(1).said("TRAILING");
}

#[test]
fn refused_lines_are_named() {
    let frame = r#"{"frame":{"header":{"producer_id":"00000000000000000000000000000001","base_sequence":"1","epoch":1},"metadata":{"tenant":"a","boot_nonce":"0000000000000001"}}}"#;
    for (lines, said) in [
        (r#"{"record":{}}"#.to_owned(), "line 1: a record before the first frame"),
        (format!("{frame}\n{{\"record\":{{\"kind\":1}}}}"), "line 2: INPUT (JSON-002): key `time_us` is missing"),
        (
            format!("{frame}\n{{\"record\":{{\"kind\":4098,\"time_us\":\"1\",\"opaque\":\"\"}}}}"),
            "line 2: UNKNOWN_CRITICAL_KIND",
        ),
        (format!("{frame}\n"), "frame of line 1: COUNT"),
        (frame.replace("\"a\"", "\"\""), "line 1: METADATA_FIELD (META-001)"),
        (frame.replace("}}}", "},\"more\":\"00\"}}"), "line 1: INPUT (JSON-002): key `frame.more` is unknown"),
        (frame.replace("}}}", ",\"more\":\"00\"}}}"), "line 1: INPUT (JSON-002): `metadata` has a key that is unknown"),
    ] {
        run_with(&["encode", "-o", "-"], lines.as_bytes()).ended(1).said(said);
    }
}
