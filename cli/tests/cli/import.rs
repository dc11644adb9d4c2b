//! `import`.

use std::fs;
use std::io::{BufReader, Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Folder, TYPES, entries, run, run_with, sample, sample_file};

/// The events of one tenant, in order.
fn of_tenant(events: &[Value], tenant: &str) -> Vec<Value> {
    events.iter().filter(|event| event["tenant"] == tenant).cloned().collect()
}

fn tenants(events: &[Value]) -> Vec<String> {
    let mut tenants: Vec<String> = events.iter().map(|event| event["tenant"].as_str().unwrap().to_owned()).collect();
    tenants.sort();
    tenants.dedup();
    tenants
}

fn events(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Imports, exports, and compares event for event.
fn comes_back(text: &str, more: &[&str]) -> String {
    let folder = Folder::new();
    let (input, file) = (folder.write("in.jsonl", text), folder.path("file.dsf"));
    let mut arguments = vec!["import", &input, "-o", &file];
    arguments.extend(more);
    run(&arguments).ended(0);
    run(&["verify", &file]).ended(0);
    let exported = run(&["export", &file]).ended(0);
    let (before, after) = (events(text), exported.lines());
    assert_eq!(before.len(), after.len());
    for tenant in tenants(&before) {
        assert_eq!(of_tenant(&before, &tenant), of_tenant(&after, &tenant), "{tenant}");
    }
    exported.text().to_owned()
}

#[test]
fn every_type_of_event_comes_back() {
    let text = fs::read_to_string(sample()).unwrap();
    for name in TYPES {
        assert!(text.contains(&format!("\"type\":\"{name}\"")), "the sample has no {name}");
    }
    for more in [
        &[][..],
        &["--codec", "none"],
        &["--codec", "lz4", "--threshold", "0"],
        &["--records", "1"],
        &["--level", "22"],
    ] {
        let exported = comes_back(&text, more);
        // Numbers inside values keep their text.
        assert!(exported.contains(r#""value":{"z":1.50,"a":[null,true,"x"],"big":123456789012345678901234567890}"#));
    }
}

#[test]
fn a_corpus_comes_back() {
    let Some(path) = std::env::var_os("DASHSTREAM_CORPUS") else { return };
    let mut text = String::new();
    let bytes = fs::read(path).unwrap();
    if bytes.starts_with(&[0x1F, 0x8B]) {
        BufReader::new(MultiGzDecoder::new(&*bytes)).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    comes_back(&text, &[]);
}

#[test]
fn gzip_is_known_by_its_first_bytes() {
    let folder = Folder::new();
    let plain = fs::read(sample()).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&plain).unwrap();
    let gzip = gzip.finish().unwrap();
    let export = |name: &str, input: &[u8]| {
        let path = folder.path(name);
        run_with(&["import", "-", "-o", &path], input).ended(0);
        run(&["export", &path]).ended(0).out
    };
    assert_eq!(export("plain", &plain), export("gzip", &gzip));
    let cut = &gzip[..gzip.len() - 9];
    run_with(&["import", "-o", &folder.path("cut")], cut).ended(1).said("standard input");
}

#[test]
fn what_would_be_lost_is_an_error_that_names_line_and_field() {
    let good = r#"{"t_us":1,"tenant":"a","thread":"t","type":"graph_start","node":""}"#;
    for (line, said) in [
        (r#"{"t_us":1,"tenant":"a","type":"graph_start","color":"red"}"#, "line 3: field `color` is unknown"),
        (r#"{"t_us":1,"tenant":"a","type":"edge"}"#, "line 3: field `type`: \"edge\" is not a type of event"),
        (r#"{"t_us":1,"tenant":"a"}"#, "line 3: field `type` is missing"),
        (r#"{"t_us":1,"#, "line 3: not a JSON object"),
        (r#"{"t_us":1,"tenant":"a","type":"token","index":4294967296}"#, "line 3: field `index`"),
    ] {
        let folder = Folder::new();
        let input = folder.write("in.jsonl", format!("{good}\n\n{line}\n"));
        run(&["import", &input, "-o", &folder.path("out.dsf")]).ended(1).said(said).said("in.jsonl");
        assert_eq!(folder.names(), ["in.jsonl"], "a file was left behind");
    }
    run_with(&["import", "-o", "-"], b"{\"a\":\"\xFF\"}").ended(1).said("line 1: not UTF-8");
}

#[test]
fn optional_fields_may_be_missing() {
    let folder = Folder::new();
    let file = folder.path("file");
    run_with(&["import", "-o", &file], br#"{"t_us":7,"tenant":"a","type":"tool_result"}"#).ended(0);
    let expected = json!({"t_us": 7, "tenant": "a", "thread": "", "node": "", "type": "tool_result", "call": "", "tool": "",
        "result": "", "duration_us": 0});
    assert_eq!(run(&["export", &file]).ended(0).lines(), [expected]);
}

#[test]
fn each_tenant_has_a_lane_that_begins_and_ends() {
    let folder = Folder::new();
    let (path, _) = sample_file(&folder, "file", 4);
    let report = run(&["verify", &path, "--json"]).ended(0).json();
    let accounts = report["accounts"].as_array().unwrap();
    let numbers: Vec<_> =
        accounts.iter().map(|one| (&one["lane"], &one["first"], &one["last"], &one["seen"], &one["tail"])).collect();
    assert_eq!(json!(numbers), json!([[0, "1", "14", "14", "ended"], [1, "1", "5", "5", "ended"]]));
    let lines = run(&["decode", &path]).ended(0).lines();
    let mut of_lane: [Vec<Value>; 2] = Default::default();
    let mut lane = 0;
    for line in lines {
        match line.get("frame") {
            Some(frame) => {
                lane = usize::try_from(frame["header"]["lane"].as_u64().unwrap()).unwrap();
                assert_eq!(frame["metadata"]["tenant"], ["acme", "zebra"][lane]);
            }
            None => of_lane[lane].push(line["record"].clone()),
        }
    }
    for records in of_lane {
        let (first, last) = (records.first().unwrap(), records.last().unwrap());
        assert_eq!((&first["name"], &first["sequence"]), (&json!("EPOCH_START"), &json!("1")));
        assert_eq!(last["name"], "EPOCH_END");
        let sequences: Vec<u64> =
            records.iter().map(|one| one["sequence"].as_str().unwrap().parse().unwrap()).collect();
        assert_eq!(sequences, (1..=sequences.len() as u64).collect::<Vec<_>>(), "a lane's frames are in order");
    }
}

#[test]
fn metadata_lists_contexts_up_to_sixteen() {
    let folder = Folder::new();
    let file = folder.path("file");
    let line = |n: usize| format!(r#"{{"t_us":{n},"tenant":"a","thread":"t{n}","type":"node_start","node":"n"}}"#);
    let input: Vec<String> = (0..20).map(line).collect();
    run_with(&["import", "-o", &file], input.join("\n").as_bytes()).ended(0);
    let frame = &run(&["decode", &file]).ended(0).lines()[0]["frame"];
    let contexts = frame["metadata"]["contexts"].as_array().unwrap();
    assert_eq!(contexts.len(), 16);
    assert_eq!(contexts[0], json!({"thread": "t0", "node": "n"}));
}

#[test]
fn a_batch_ends_at_its_records_and_at_a_million_bytes() {
    let folder = Folder::new();
    let (_, bytes) = sample_file(&folder, "few", 3);
    // 14 and 5 records, 3 at a time.
    assert_eq!(entries(&bytes).len(), 5 + 2);
    let file = folder.path("large");
    let token = |n: usize| {
        format!(
            r#"{{"t_us":{n},"tenant":"a","thread":"t","type":"token","node":"n","text":"{}"}}"#,
            "x".repeat(300_000)
        )
    };
    let input: Vec<String> = (0..10).map(token).collect();
    run_with(&["import", "-o", &file, "--codec", "none"], input.join("\n").as_bytes()).ended(0);
    let lens: Vec<u64> = entries(&fs::read(&file).unwrap()).iter().map(|entry| entry.end - entry.frame).collect();
    assert!(lens.iter().all(|len| *len <= 1_000_000), "{lens:?}");
    assert_eq!(lens.len(), 4, "{lens:?}");
}

#[test]
fn an_event_that_fits_no_frame_is_an_error() {
    let folder = Folder::new();
    let file = folder.path("file");
    let line = format!(r#"{{"t_us":1,"tenant":"a","type":"token","text":"{}"}}"#, "x".repeat(1_200_000));
    let input = format!("{}\n{line}", r#"{"t_us":1,"tenant":"a","type":"token"}"#);
    run_with(&["import", "-o", &file, "--codec", "none"], input.as_bytes()).ended(1).said("line 2: LOCAL_LIMIT");
    assert_eq!(folder.names(), Vec::<String>::new());
    // Compressed, or with a larger limit, it does fit.
    run_with(&["import", "-o", &file], input.as_bytes()).ended(0);
    run_with(&["import", "-o", &file, "--codec", "none", "--max-frame-len", "2000000"], input.as_bytes()).ended(0);
}

#[test]
fn the_summary_counts_and_identity_is_as_asked() {
    let folder = Folder::new();
    let file = folder.path("file");
    let producer = "00112233445566778899aabbccddeeff";
    let summary =
        run(&["import", sample().to_str().unwrap(), "-o", &file, "--json", "--producer", producer, "--epoch", "9"]);
    let summary = summary.ended(0).json();
    let len = fs::metadata(&file).unwrap().len();
    assert_eq!((&summary["events"], &summary["frames"], &summary["bytes"]), (&json!(15), &json!(2), &json!(len)));
    let header = &run(&["decode", &file]).ended(0).lines()[0]["frame"]["header"];
    assert_eq!((&header["producer_id"], &header["epoch"]), (&json!(producer), &json!(9)));
    run(&["import", sample().to_str().unwrap(), "-o", &file]).ended(0).said("15 events, 2 frames");
    run_with(&["import", "-o", &file], b"").ended(0).said("0 events, 0 frames, 28 bytes");
    run(&["verify", &file]).ended(0);
}
