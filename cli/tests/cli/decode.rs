//! `decode` and `encode`.

use std::fs;

use dashstream_codec::file::{FileWriter, SyncMarker};
use dashstream_codec::{Decoder, ReadOptions};
use dashstream_vectors::{Case, DecodeExpect, Vector, default_root, load_unlisted};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Folder, Ran, run, run_with, sample_file};

fn vectors() -> Vec<Vector> {
    let vectors = load_unlisted(&default_root().unwrap()).unwrap();
    assert!(vectors.len() > 100, "{} vectors", vectors.len());
    vectors
}

/// The bytes of every vector that is accepted, by id.
fn accepted() -> Vec<(String, Vec<u8>)> {
    let accepted = vectors().into_iter().filter_map(|vector| match vector.case {
        Case::Decode(case) if matches!(case.expect, DecodeExpect::Accepted { .. }) => {
            Some((vector.id, case.bytes?.to_vec()))
        }
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

/// The lines of each frame, without what a writer makes anew (JSON-001).
fn frames(decoded: &Ran) -> Vec<Vec<Value>> {
    let mut frames: Vec<Vec<Value>> = Vec::new();
    for mut line in decoded.lines() {
        match line.pointer_mut("/frame/header") {
            Some(header) => {
                let header = header.as_object_mut().unwrap();
                for key in ["body_len", "raw_len", "metadata_len", "codec", "ancillary_flags"] {
                    header.remove(key).unwrap();
                }
                frames.push(vec![line]);
            }
            None => frames.last_mut().unwrap().push(line),
        }
    }
    frames
}

/// Whether a writer cannot make the frame again: it emits no fields that the schema does not have, and no records
/// that would be rejected.
fn cannot_be_written(frame: &[Value]) -> bool {
    let unknown = frame[0].pointer("/frame/unknown").or(frame[0].pointer("/frame/metadata/unknown"));
    unknown.is_some() || frame.iter().any(|line| line.pointer("/record/error").is_some())
}

#[test]
fn what_is_decoded_can_be_encoded_and_decodes_to_the_same() {
    let vectors = accepted();
    let all = frames(&run_with(&["decode"], &file_of(vectors.iter().map(|(_, bytes)| bytes))));
    assert_eq!(all.len(), vectors.len(), "every accepted vector is decoded");
    let kept: Vec<usize> = (0..all.len()).filter(|index| !cannot_be_written(&all[*index])).collect();
    assert!(kept.len() * 2 > all.len(), "{} of {} can be written", kept.len(), all.len());
    let file = file_of(kept.iter().map(|index| &vectors[*index].1));
    let lines = run_with(&["decode"], &file).ended(0);
    for codec in ["none", "zstd", "lz4"] {
        let encoded = run_with(&["encode", "-o", "-", "--codec", codec, "--threshold", "0"], &lines.out).ended(0);
        let again = frames(&run_with(&["decode"], &encoded.out).ended(0));
        assert_eq!(again.len(), kept.len());
        for (index, mut again) in kept.iter().zip(again) {
            // A table that holds a string twice is not kept: refs to either are one ref afterwards.
            if all[*index][0].pointer("/frame/strings").is_none() {
                again[0]["frame"].as_object_mut().unwrap().remove("strings");
            }
            assert_eq!(all[*index], again, "{}", vectors[*index].0);
        }
    }
}

#[test]
fn what_cannot_be_written_is_refused_and_not_dropped() {
    let vectors = accepted();
    let all = frames(&run_with(&["decode"], &file_of(vectors.iter().map(|(_, bytes)| bytes))));
    let mut refused = 0;
    for (frame, (id, _)) in all.iter().zip(&vectors).filter(|(frame, _)| cannot_be_written(frame)) {
        let lines: Vec<String> = frame.iter().map(Value::to_string).collect();
        let ran = run_with(&["encode", "-o", "-", "--frame"], lines.join("\n").as_bytes());
        assert_eq!((ran.code, ran.out.len()), (1, 0), "{id}: {}", ran.err);
        assert!(ran.err.contains("line "), "{id}: {}", ran.err);
        refused += 1;
    }
    assert!(refused > 0);
}

#[test]
fn opaque_kinds_raw_payloads_and_unknown_fields_of_payloads_are_kept() {
    let lines = r#"{"frame":{"header":{"producer_id":"0102030405060708090a0b0c0d0e0f10","base_sequence":"5","epoch":2,"lane":3},"metadata":{"tenant":"a","boot_nonce":"0000000000000001"},"strings":["unused","m","r"]}}
{"record":{"sequence":"5","kind":4097,"time_us":"9","opaque":"00ff"}}
{"record":{"sequence":"6","kind":11,"time_us":"9","raw":"180710020803f87f01"}}
{"record":{"sequence":"7","kind":11,"time_us":"9","payload":{"request":"r","text_hex":"fffe"},"name":"not read"}}
"#;
    let file = run_with(&["encode", "-o", "-"], lines.as_bytes()).ended(0).out;
    let decoded = run_with(&["decode"], &file).ended(0).lines();
    assert_eq!(decoded[0]["frame"]["strings"], json!(["unused", "m", "r"]));
    assert_eq!(decoded[1]["record"]["opaque"], "00ff");
    assert_eq!(decoded[2]["record"]["raw"], "180710020803f87f01");
    assert_eq!(decoded[2]["record"]["payload"], json!({"request": "r", "model": "m", "index": 7}));
    assert_eq!(decoded[3]["record"]["payload"], json!({"request": "r", "text_hex": "fffe"}));
    assert_eq!(decoded[3]["record"]["name"], "TOKEN_CHUNK");
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
    assert_eq!(
        frames(&run(&["decode", &frame]).ended(0)),
        frames(&run_with(&["decode"], &fs::read(&path).unwrap()))[..1]
    );
    run_with(&["encode", "-o", "-", "--frame"], &lines.out).ended(1).said("a second frame, where --frame wants one");
    run_with(&["encode", "-o", "-", "--frame"], b"").ended(1).said("no frame");
    run_with(&["decode"], &[&bytes[..], &[0]].concat()).ended(1).said("TRAILING");
}

#[test]
fn refused_lines_are_named() {
    let frame = r#"{"frame":{"header":{"producer_id":"00000000000000000000000000000001","base_sequence":"1","epoch":1},"metadata":{"tenant":"a","boot_nonce":"0000000000000001"}}}"#;
    for (lines, said) in [
        (r#"{"record":{}}"#.to_owned(), "line 1: a record before the first frame"),
        (format!("{frame}\n{{\"record\":{{\"kind\":1}}}}"), "line 2: INPUT"),
        (
            format!("{frame}\n{{\"record\":{{\"kind\":4098,\"time_us\":\"1\",\"opaque\":\"\"}}}}"),
            "line 2: UNKNOWN_CRITICAL_KIND",
        ),
        (format!("{frame}\n"), "frame of line 1: COUNT"),
        (frame.replace("\"a\"", "\"\""), "line 1: METADATA_FIELD (META-001)"),
        (frame.replace("}}}", "},\"unknown\":\"00\"}}"), "line 1: INPUT (JSON-002): key `frame.unknown`"),
        (frame.replace("}}}", ",\"unknown\":\"00\"}}}"), "line 1: INPUT (JSON-002): key `frame.metadata.unknown`"),
    ] {
        run_with(&["encode", "-o", "-"], lines.as_bytes()).ended(1).said(said);
    }
}
