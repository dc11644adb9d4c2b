//! `export`.

use std::fs;

use crate::support::{Folder, at, entries, run, run_with, sample_file};

#[test]
fn what_an_event_cannot_say_is_an_error() {
    let header =
        r#"{"frame":{"header":{"producer_id":"00000000000000000000000000000001","base_sequence":"1","epoch":1},
        "metadata":{"tenant":"a","boot_nonce":"0000000000000001"}}}"#
            .replace('\n', "");
    for (record, said) in [
        (r#""kind":9,"payload":{"from":"a"}"#, "`EDGE` has no place"),
        (r#""kind":1,"task":"x","payload":{}"#, "`task` has no place"),
        (r#""kind":7,"payload":{"status":2}"#, "status: 2"),
        (r#""kind":11,"payload":{"text_hex":"ff"}"#, "not UTF-8"),
        (r#""kind":4097,"opaque":"00""#, "`kind 4097` has no place"),
        (r#""kind":21,"payload":{"float_name":["x"],"float_value":["NaN"]}"#, "the number NaN"),
        (
            r#""kind":21,"payload":{"int_name":["x"],"int_value":["1"],"float_name":["x"],"float_value":[1]}"#,
            "a metric that is there more than once",
        ),
        (r#""kind":16,"payload":{"ops":[{"op":1,"path":"/a","value":"1\n"}]}"#, "not JSON on one line"),
        (r#""kind":16,"payload":{"ops":[{"op":1,"path":"/a","value":" 1"}]}"#, "not JSON on one line"),
        (r#""kind":16,"payload":{"ops":[{"op":1,"path":"/a","value":"[1,\n2]"}]}"#, "not JSON on one line"),
        (r#""kind":16,"payload":{"ops":[{"op":1,"path":"/a","value":"x"}]}"#, "not JSON on one line"),
        (r#""kind":16,"payload":{"ops":[{"op":2,"path":"/a","value":"1"}]}"#, "has or lacks"),
        (r#""kind":16,"payload":{"ops":[{"op":1,"path":"/a"}]}"#, "has or lacks"),
    ] {
        let lines = format!("{header}\n{{\"record\":{{\"time_us\":\"1\",{record}}}}}\n");
        let file = run_with(&["encode", "-o", "-"], lines.as_bytes()).ended(0).out;
        run_with(&["export"], &file).ended(1).said("frame at byte 44, record 1").said(said);
    }
}

#[test]
fn of_a_damaged_file_the_rest_is_exported() {
    let folder = Folder::new();
    let (path, mut bytes) = sample_file(&folder, "file", 3);
    let whole = run(&["export", &path]).ended(0).lines();
    let entry = entries(&bytes)[1];
    bytes[at(entry.end) - 1] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let ran = run(&["export", &path]).ended(1).said("BODY_CRC at byte 12 of the frame (FRM-007)");
    assert_eq!(ran.lines().len(), whole.len() - 3);
    run(&["decode", &path]).ended(1).said(&format!("skipped bytes {}..{}: BODY_CRC", entry.start, entry.end));
}
