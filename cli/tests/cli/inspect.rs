//! `inspect`.

use std::fs;

use dashstream_vectors::{Case, DecodeExpect, default_root, load_unlisted};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::{Folder, at, entries, run, run_with, sample_file};

/// One frame, stored uncompressed: EPOCH_START and two tokens.
fn frame() -> Vec<u8> {
    let lines = r#"{"frame":{"header":{"producer_id":"0102030405060708090a0b0c0d0e0f10","base_sequence":"1","epoch":1,"lane":3,"ancillary_flags":0},"metadata":{"tenant":"acme","boot_nonce":"0000000000000001","base_time_us":"1000"}}}
{"record":{"kind":2,"time_us":"1000","payload":{}}}
{"record":{"kind":11,"time_us":"1010","thread":"t-1","payload":{"request":"r-1","model":"m-1","text":"Hello"}}}
{"record":{"kind":11,"time_us":"1020","thread":"t-1","payload":{"request":"r-1","model":"m-1","text_hex":"ff00","index":1}}}
"#;
    run_with(&["encode", "-o", "-", "--frame", "--codec", "none"], lines.as_bytes()).ended(0).out
}

#[test]
fn every_field_is_shown_with_its_value() {
    let ran = run_with(&["inspect"], &frame()).ended(0);
    for said in [
        "magic be",
        "prelude_crc",
        "matches",
        "codec 0  none",
        "record_count 3",
        "base_sequence 1  range 1..3",
        "producer_id 0102030405060708090a0b0c0d0e0f10",
        "lane 3",
        "tenant \"acme\"  1 string",
        "base_time_us 1000  3 uint64",
        "strings \"t-1\"",
        "kind [2, 11, 11]",
        "record 0 EPOCH_START  sequence 1, time 1000 us",
        "record 1 TOKEN_CHUNK  sequence 2, time 1010 us, thread \"t-1\"",
        "request_ref 1  1 uint32 -> \"r-1\"",
        "text Hello",
        "text ff00",
        "accepted",
    ] {
        assert!(ran.text().contains(said), "{said:?} is not in {}", ran.text());
    }
    let hex = hex::encode(frame());
    assert_eq!(run(&["inspect", "--hex", &hex]).ended(0).out, ran.out);
    let spaced: Vec<&str> = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap()).collect();
    assert_eq!(run(&["inspect", "--hex", &spaced.join(" ")]).ended(0).out, ran.out);
}

#[test]
fn a_record_shows_what_it_belongs_to() {
    let lines = r#"{"frame":{"header":{"producer_id":"0102030405060708090a0b0c0d0e0f10","base_sequence":"7","epoch":1},"metadata":{"tenant":"acme","boot_nonce":"0000000000000001"}}}
{"record":{"kind":5,"time_us":"1","node":"n","run":"r","task":"k","parent":"3","payload":{}}}
"#;
    let frame = run_with(&["encode", "-o", "-", "--frame"], lines.as_bytes()).ended(0).out;
    let ran = run_with(&["inspect"], &frame).ended(0);
    let said = "record 0 NODE_START  sequence 7, time 1 us, node \"n\", run \"r\", task \"k\", parent 3\n";
    assert!(ran.text().contains(said), "{}", ran.text());
}

#[test]
fn every_byte_belongs_to_an_item() {
    let bytes = frame();
    let dump = run_with(&["inspect", "--json"], &bytes).ended(0).json();
    let sections = dump["frame"]["sections"].as_array().unwrap();
    let mut covered = vec![false; bytes.len()];
    for section in sections.iter().filter(|section| section["offset_base"] == "frame") {
        for item in section["items"].as_array().unwrap() {
            let start = at(item["offset"].as_u64().unwrap());
            covered[start..start + at(item["len"].as_u64().unwrap())].fill(true);
        }
    }
    assert!(covered.iter().all(|byte| *byte), "{covered:?}");
    let body = sections.iter().find(|section| section["offset_base"] == "raw").unwrap();
    let top = body["items"].as_array().unwrap().iter().filter(|item| item["depth"] == 0);
    let len: u64 = top.map(|item| item["len"].as_u64().unwrap()).sum();
    assert_eq!(len, body["len"]);
}

#[test]
fn an_arrow_points_at_the_failing_byte() {
    let mut bytes = frame();
    bytes[34] ^= 1;
    let ran = run_with(&["inspect"], &bytes).ended(1);
    let lines: Vec<&str> = ran.text().lines().collect();
    let arrow = lines.iter().position(|line| line.contains("^^")).unwrap();
    assert!(lines[arrow].ends_with("^^ PRELUDE_CRC at byte 4 of the frame (PRE-004)"), "{}", lines[arrow]);
    assert!(lines[arrow - 1].contains("prelude_crc"));
    assert!(lines[arrow - 1].contains("the bytes have"));
    let byte = lines[arrow].find("^^").unwrap();
    assert_eq!(lines[arrow - 1][byte..byte + 2], hex::encode(&bytes[4..5]));
    // A byte in the middle of a body that is shown in part, and the place behind the last byte.
    let cut = &bytes[..70];
    let mut cut = cut.to_vec();
    cut[34] ^= 1;
    let ran = run_with(&["inspect"], &cut).ended(1);
    assert!(ran.text().contains("^^ TRUNCATED at byte 70 of the frame (FRM-004)"), "{}", ran.text());
    let ran = run_with(&["inspect"], &cut[..40]).ended(1);
    assert!(ran.text().contains("^^ SHORT_PRELUDE at byte 40 of the frame (PRE-003)"), "{}", ran.text());
}

#[test]
fn the_verdict_on_every_vector_is_the_one_expected() {
    let vectors = load_unlisted(&default_root().unwrap()).unwrap();
    let mut judged = 0;
    for vector in vectors {
        let Case::Decode(case) = &vector.case else { continue };
        let Some(bytes) = &case.bytes else { continue };
        // What a caller asks for is not asked for here.
        if !case.limits.is_empty() || case.tenant.is_some() || bytes.len() > 100_000 {
            continue;
        }
        let ran = run_with(&["inspect", "--json", "--records", "3"], &bytes.to_vec());
        let dump = &ran.json()["frame"];
        match &case.expect {
            DecodeExpect::Rejected { error, .. } => {
                assert_eq!(ran.code, 1, "{}", vector.id);
                assert_eq!(
                    (&dump["error"]["code"], &dump["error"]["offset"]),
                    (&json!(error.code), &json!(error.offset)),
                    "{}",
                    vector.id
                );
                let text = run_with(&["inspect"], &bytes.to_vec()).ended(1);
                let arrow = text.text().lines().any(|line| line.contains("^^"));
                assert!(arrow || bytes.is_empty(), "{} has no arrow: {}", vector.id, text.text());
            }
            DecodeExpect::Accepted { lints, .. } => {
                assert_eq!(dump["verdict"], "accepted", "{}", vector.id);
                assert_eq!(dump["lints"], json!(lints), "{}", vector.id);
            }
        }
        judged += 1;
    }
    assert!(judged > 100, "{judged}");
}

#[test]
fn damage_is_shown_as_far_as_possible() {
    let bytes = frame();
    let mut state = 7_u32;
    for _ in 0..60 {
        let mut damaged = bytes.clone();
        for _ in 0..3 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let place = usize::try_from(state >> 8).unwrap() % damaged.len();
            damaged[place] = u8::try_from(state & 0xFF).unwrap();
        }
        let ran = run_with(&["inspect"], &damaged);
        assert!(ran.code == 0 || ran.code == 1, "{}", ran.err);
        assert!(ran.text().contains("prelude"));
    }
    // A damaged body is taken apart all the same.
    let mut damaged = bytes.clone();
    let last_of_text = damaged.len() - 3;
    damaged[last_of_text] ^= 1;
    let ran = run_with(&["inspect"], &damaged).ended(1);
    assert!(ran.text().contains("BODY_CRC at byte 12") && ran.text().contains("text ff01"), "{}", ran.text());
    // One that is said to be compressed and is not gives nothing.
    let mut damaged = bytes;
    damaged[26] = 1;
    let ran = run_with(&["inspect"], &damaged).ended(1);
    assert!(ran.text().contains("zstd  ! nothing comes out of it"), "{}", ran.text());
}

#[test]
fn a_file_is_shown_part_by_part() {
    let folder = Folder::new();
    let (path, mut bytes) = sample_file(&folder, "file", 3);
    let ran = run(&["inspect", &path]).ended(0);
    assert!(ran.text().contains("signature  intact") && ran.text().contains("end of the file"), "{}", ran.text());
    assert_eq!(ran.text().matches("accepted\n").count(), 7);
    let ran = run(&["inspect", &path, "--frames", "2"]).ended(0);
    assert_eq!(ran.text().matches("accepted\n").count(), 2);
    assert!(ran.text().contains("more frames follow (--frames)"));
    let entry = entries(&bytes)[2];
    bytes[at(entry.end) - 1] ^= 1;
    bytes[2] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let ran = run(&["inspect", &path]).ended(1);
    for said in [
        "the signature is damaged".to_owned(),
        "^^ BODY_CRC at byte 12 of the frame (FRM-007)".to_owned(),
        format!("bytes {}..{}, BODY_CRC", entry.start, entry.end),
    ] {
        let text = ran.text().replace(',', "");
        assert!(text.contains(&said.replace(',', "")), "{said:?} is not in {}", ran.text());
    }
    let lines = run(&["inspect", &path, "--json"]).ended(1).lines();
    let keys: Vec<&String> = lines.iter().map(|line| line.as_object().unwrap().keys().next().unwrap()).collect();
    assert_eq!(keys.iter().filter(|key| **key == "frame").count(), 7);
    assert_eq!(*keys.last().unwrap(), "end");
}
