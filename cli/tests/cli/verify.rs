//! `verify`.

use std::fs;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Folder, at, entries, run, run_with};

/// One lane of 48 events in frames of four records: 50 records, 13 frames.
fn file(folder: &Folder) -> (String, Vec<u8>) {
    let line = |n: u64| format!(r#"{{"t_us":{n},"tenant":"a","thread":"t","type":"node_start","node":"n"}}"#);
    let input: Vec<String> = (1..=48).map(line).collect();
    let path = folder.path("file.dsf");
    run_with(&["import", "-o", &path, "--records", "4"], input.join("\n").as_bytes()).ended(0);
    let bytes = fs::read(&path).unwrap();
    assert_eq!(entries(&bytes).len(), 13);
    (path, bytes)
}

fn account(report: &Value) -> [&str; 7] {
    let account = &report["accounts"][0];
    ["first", "last", "seen", "declared", "unreadable", "lost", "tail"].map(|key| account[key].as_str().unwrap())
}

#[test]
fn a_whole_file_is_clean() {
    let folder = Folder::new();
    let (path, bytes) = file(&folder);
    let report = run(&["verify", &path, "--json"]).ended(0).json();
    assert_eq!(report["clean"], true);
    assert_eq!((&report["frames"], &report["records"], &report["len"]), (&json!(13), &json!(50), &json!(bytes.len())));
    assert_eq!(account(&report), ["1", "50", "50", "0", "0", "0", "ended"]);
    let text = run_with(&["verify", "-"], &bytes).ended(0);
    assert!(text.text().contains("50 + 0 + 0 + 0 = 50 - 1 + 1 = 50"), "{}", text.text());
    assert!(text.text().contains("clean: nothing is damaged, nothing is lost"));
}

#[test]
fn damage_in_three_places_costs_exactly_that() {
    let folder = Folder::new();
    let (path, mut bytes) = file(&folder);
    let entries = entries(&bytes);
    // A body, a prelude, a marker; each with intact frames after it.
    bytes[at(entries[2].end) - 1] ^= 0x10;
    bytes[at(entries[5].frame) + 33] ^= 0x10;
    bytes[at(entries[8].start) + 3] ^= 0x10;
    fs::write(&path, &bytes).unwrap();
    let ran = run(&["verify", &path, "--json"]).ended(1);
    let report = ran.json();
    assert_eq!(report["clean"], false);
    assert_eq!(
        report["skipped"],
        json!([
            {"start": entries[2].start, "end": entries[2].end, "code": "BODY_CRC"},
            {"start": entries[5].start, "end": entries[5].end, "code": "PRELUDE_CRC"},
            {"start": entries[8].start, "end": entries[8].frame, "code": "FILE_MARKER"},
        ])
    );
    let error =
        json!({"code": "BODY_CRC", "class": "corrupt", "offset": 12, "offset_base": "frame", "requirement": "FRM-007"});
    assert_eq!(report["rejected"], json!([{"start": entries[2].frame, "error": error, "unreadable": ["9", "12"]}]));
    assert_eq!((&report["frames"], &report["records"], &report["tail"]), (&json!(11), &json!(42), &Value::Null));
    assert_eq!(account(&report), ["1", "50", "42", "0", "4", "4", "ended"]);
    assert_eq!(report["accounts"][0]["lost_ranges"], json!([["21", "24"]]));
    assert_eq!(report["verdicts"], json!([{"frame": entries[6].frame, "verdict": "GAP", "arg": "4"}]));
    let text = run(&["verify", &path]).ended(1);
    for said in [
        "42 + 0 + 4 + 4 = 50 - 1 + 1 = 50".to_owned(),
        "lost: numbers 21..24".to_owned(),
        format!("GAP(4) at the frame at byte {}: 4 numbers before this frame are missing", entries[6].frame),
        "BODY_CRC at byte 12 of the frame (FRM-007), numbers 9..12 counted as unreadable".to_owned(),
        "not clean".to_owned(),
    ] {
        assert!(text.text().contains(&said), "{said:?} is not in {}", text.text());
    }
}

#[test]
fn without_the_last_frame_the_tail_is_unknown() {
    let folder = Folder::new();
    let (path, bytes) = file(&folder);
    let last = *entries(&bytes).last().unwrap();
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&path, &damaged).unwrap();
    let report = run(&["verify", &path, "--json"]).ended(1).json();
    assert_eq!(report["tail"], last.start);
    assert_eq!(report["skipped"], json!([{"start": last.start, "end": last.end, "code": "BODY_CRC"}]));
    assert_eq!((&report["end"][0]["verdict"], &report["end"][0]["arg"]), (&json!("TAIL_UNKNOWN"), &json!("1")));
    assert_eq!(account(&report), ["1", "50", "48", "0", "2", "0", "open"]);
    let text = run(&["verify", &path]).ended(1);
    assert!(text.text().contains("TAIL_UNKNOWN(1) in lane 0"), "{}", text.text());
    assert!(text.text().contains("TORN_TAIL at byte"), "{}", text.text());
    // Cut off without a trace, nothing is damaged: that something may be missing shows all the same.
    fs::write(&path, &bytes[..at(last.start)]).unwrap();
    let report = run(&["verify", &path, "--json"]).ended(1).json();
    assert_eq!((&report["skipped"], &report["tail"]), (&json!([]), &Value::Null));
    assert_eq!(report["end"][0]["verdict"], "TAIL_UNKNOWN");
}

#[test]
fn a_rejected_record_is_not_clean() {
    let lines = r#"{"frame":{"header":{"producer_id":"00000000000000000000000000000001","base_sequence":"1","epoch":1},"metadata":{"tenant":"a","boot_nonce":"0000000000000001"}}}
{"record":{"time_us":"1","kind":2,"payload":{}}}
{"record":{"time_us":"1","kind":4097,"opaque":"00"}}
{"record":{"time_us":"1","kind":4,"payload":{}}}
"#;
    let file = run_with(&["encode", "-o", "-", "--codec", "none"], lines.as_bytes()).ended(0).out;
    run_with(&["verify"], &file).ended(0);
    // Kind 4097 becomes 4098, which is critical; the CRCs follow.
    let (head, frame) = file.split_at(44);
    let mut frame = frame.to_vec();
    let kind = frame.windows(2).position(|pair| pair == [0x81, 0x20]).unwrap();
    frame[kind] = 0x82;
    let mut prelude = dashstream_codec::Prelude::read(&frame).unwrap();
    let body = at(prelude.body_offset());
    prelude.body_crc = dashstream_codec::crc32c(&frame[body..]);
    frame[..64].copy_from_slice(&prelude.to_bytes());
    let ran = run_with(&["verify", "-", "--json"], &[head, &frame].concat()).ended(1);
    let report = ran.json();
    assert_eq!(report["rejected_records"][0]["sequence"], "2");
    assert_eq!(report["rejected_records"][0]["error"]["code"], "UNKNOWN_CRITICAL_KIND");
    assert_eq!(account(&report), ["1", "3", "3", "0", "0", "0", "ended"]);
}

/// A frame of one lane, as lines: records of these numbers and kinds.
fn frame(epoch: u32, nonce: u32, records: &[(u64, u32)]) -> String {
    let base = records[0].0;
    let mut lines = format!(
        r#"{{"frame":{{"header":{{"producer_id":"00000000000000000000000000000001","base_sequence":"{base}","epoch":{epoch}}},"metadata":{{"tenant":"a","boot_nonce":"{nonce:016}"}}}}}}"#
    );
    for (sequence, kind) in records {
        lines.push_str(&format!(
            "\n{{\"record\":{{\"time_us\":\"1\",\"sequence\":\"{sequence}\",\"kind\":{kind},\"payload\":{{}}}}}}"
        ));
    }
    lines + "\n"
}

#[test]
fn the_verdicts_of_the_ledger_decide() {
    let start = frame(1, 1, &[(1, 2), (2, 5)]);
    let end = frame(1, 1, &[(3, 5), (4, 4)]);
    let late = frame(1, 1, &[(5, 5)]);
    let cases = [
        (0, vec![start.clone(), end.clone()], ""),
        (0, vec![start.clone(), start.clone(), end.clone()], "DUPLICATE"),
        (0, vec![end.clone()], "BASELINE(3)"),
        (1, vec![start.clone()], "TAIL_UNKNOWN(1)"),
        (1, vec![start.clone(), end.clone(), late], "AFTER_END"),
        (1, vec![start.clone(), frame(1, 2, &[(3, 4)]), end.clone()], "FORK"),
        (1, vec![start.clone(), frame(1, 1, &[(2, 5), (3, 5)]), end.clone()], "OVERLAP"),
        (1, vec![start.clone(), end.clone(), frame(3, 3, &[(1, 5), (2, 4)])], "EPOCH_MISSING(1)"),
        (1, vec![frame(2, 1, &[(1, 2), (2, 4)]), start.clone()], "STALE_EPOCH"),
        (1, vec![start.clone(), end.clone().replace("\"tenant\":\"a\"", "\"tenant\":\"b\"")], "LANE_MOVED"),
        (1, vec![start.clone(), frame(1, 1, &[(9, 4)])], "GAP(6)"),
        (0, vec![start, frame(1, 1, &[(4, 5)]), frame(1, 1, &[(3, 5)]), frame(1, 1, &[(5, 4)])], "LATE(1)"),
    ];
    for (code, frames, said) in cases {
        let file = run_with(&["encode", "-o", "-"], frames.concat().as_bytes()).ended(0).out;
        let ran = run_with(&["verify"], &file).ended(code);
        assert!(ran.text().contains(said), "{said:?} is not in {}", ran.text());
    }
}

#[test]
fn what_is_no_file_of_frames_is_refused() {
    for bytes in [&b""[..], b"not frames", &[0; 100]] {
        let ran = run_with(&["verify"], bytes).ended(1);
        assert!(ran.text().contains("FILE_SIGNATURE at byte 0 of the file (FILE-001)"), "{}", ran.text());
    }
}
