//! Checkpoints: `checkpoints ls`, `show`, `diff`, `verify`, `repair`.

use std::fs;
use std::path::{Path, PathBuf};

use dashstream_checkpoint::{Draft, PendingWrite, Store, StoreConfig, ThreadKey};
use dashstream_disk::RealDisk;
use serde_json::json;

use crate::support::{Folder, run};

fn key() -> ThreadKey {
    ThreadKey::new("conversation-7", "").unwrap()
}

/// A store with three checkpoints of a thread, and one of another whose name does not belong on a terminal.
pub(crate) fn prepare(folder: &Folder) -> String {
    let path = folder.path("store");
    let mut store = Store::open(RealDisk, Path::new(&path), StoreConfig::default()).unwrap();
    for number in 1..=3_u64 {
        let draft = Draft {
            id: Some(format!("step-{number}")),
            attributes: [("source".to_owned(), "loop".to_owned())].into(),
            ..Draft::default()
        };
        store.put_state(&key(), draft, &json!({"step": number})).unwrap();
    }
    let write = PendingWrite { task: "t".into(), channel: "c".into(), bytes: b"7".to_vec(), ..PendingWrite::default() };
    store.put_writes(&key(), 3, &[write]).unwrap();
    store.put(&ThreadKey::new("esc\x1B[31m", "n").unwrap(), Draft::default(), b"\xFF").unwrap();
    path
}

/// The segment of the thread.
fn segment(store: &str) -> PathBuf {
    let inside = fs::read_dir(Path::new(store).join(key().folder())).unwrap();
    inside.map(|entry| entry.unwrap().path()).find(|path| path.extension().is_some_and(|end| end == "seg")).unwrap()
}

#[test]
fn ls_lists_threads_and_checkpoints() {
    let folder = Folder::new();
    let store = prepare(&folder);
    let threads = run(&["checkpoints", "ls", &store]).ended(0);
    let lines: Vec<_> = threads.text().lines().collect();
    assert!(lines[0].starts_with("conversation-7  3 checkpoints, the newest 3 of 20"), "{}", lines[0]);
    assert!(lines[1].starts_with("\"esc\\u{1b}[31m\" / n  1 checkpoint"), "{}", lines[1]);
    assert_eq!(lines[2], "2 threads");
    let threads = run(&["checkpoints", "ls", &store, "--json"]).ended(0).lines();
    assert_eq!((&threads[0]["checkpoints"], &threads[0]["newest"]["id"]), (&json!(3), &json!("step-3")));
    let listed = run(&["checkpoints", "ls", &store, "--thread", "conversation-7", "--limit", "2"]).ended(0);
    let lines: Vec<_> = listed.text().lines().collect();
    assert!(
        lines.len() == 2
            && lines[0].starts_with("3  20")
            && lines[0].contains("  step-3  10 bytes, follows 2  source=loop")
    );
    let listed = run(&["checkpoints", "ls", &store, "--thread", "conversation-7", "--json"]).ended(0).lines();
    assert_eq!(listed.iter().map(|line| line["generation"].as_u64().unwrap()).collect::<Vec<_>>(), [3, 2, 1]);
    assert!(run(&["checkpoints", "ls", &store, "--thread", "nobody"]).ended(0).out.is_empty());
    run(&["checkpoints", "ls", &folder.path("nothing")]).ended(3).said("nothing");
    run(&["checkpoints", "ls", &store, "--limit", "2"]).ended(2);
}

#[test]
fn diff_shows_what_has_changed() {
    let folder = Folder::new();
    let store = prepare(&folder);
    let diff = |more: &[&str]| run(&[&["checkpoints", "diff", &store, "--thread", "conversation-7"], more].concat());
    assert_eq!(diff(&["1", "3"]).ended(0).text(), "replace /step 3\n");
    assert!(diff(&["2", "2"]).ended(0).text().is_empty());
    let whole = diff(&["3", "1", "--json"]).ended(0).json();
    assert_eq!(whole["ops"], json!([{"op": "replace", "path": "/step", "value": 1}]));
    // SHA-256 of {"step":3}
    assert_eq!(whole["base_hash"], "f2c76473acac2fa2146cd9615b918e8ae33033c5a78dd320338b04ac6fa438ab");
    diff(&["1", "4"]).ended(1).said("there is no checkpoint 4");
    diff(&["1"]).ended(2);
    let other = ["checkpoints", "diff", &store, "--thread", "esc\x1B[31m", "--namespace", "n", "1", "1"];
    run(&other).ended(1).said("the state of checkpoint 1");
}

#[test]
fn show_shows_state_and_writes() {
    let folder = Folder::new();
    let store = prepare(&folder);
    let show = |more: &[&str]| run(&[&["checkpoints", "show", &store, "--thread", "conversation-7"], more].concat());
    let newest = show(&[]).ended(0);
    assert!(newest.text().starts_with("checkpoint 3\n  id            step-3\n"), "{}", newest.text());
    assert!(newest.text().contains("  write         t 0 c: 7\n") && newest.text().ends_with("{\n  \"step\": 3\n}\n"));
    let one = show(&["--generation", "1", "--json"]).ended(0).json();
    assert_eq!((&one["state"], &one["id"], &one["writes"]), (&json!({"step": 1}), &json!("step-1"), &json!([])));
    assert_eq!(show(&["--id", "step-2", "--raw"]).ended(0).text(), "{\"step\":2}");
    show(&["--generation", "4"]).ended(1).said("no such checkpoint");
    let all: Vec<u8> = (0..=255).chain(*b"\x1B[31mred\x1B[0m").collect();
    let key = ThreadKey::new("bytes", "").unwrap();
    Store::open(RealDisk, Path::new(&store), StoreConfig::default())
        .unwrap()
        .put(&key, Draft::default(), &all)
        .unwrap();
    assert_eq!(run(&["checkpoints", "show", &store, "--thread", "bytes", "--raw"]).ended(0).out, all);
    show(&["--generation", "4", "--id", "x"]).ended(2);
    let other = run(&["checkpoints", "show", &store, "--thread", "esc\x1B[31m", "--namespace", "n", "--json"]).ended(0);
    assert_eq!(other.json()["state"], json!({"base64": "/w=="}));
    run(&["checkpoints", "show", &store, "--thread", ""]).ended(2);
}

#[test]
fn what_is_damaged_is_said_and_set_aside() {
    let folder = Folder::new();
    let store = prepare(&folder);
    assert!(run(&["checkpoints", "verify", &store]).ended(0).text().contains("3 whole checkpoints, 1 pending write"));
    assert!(run(&["checkpoints", "repair", &store]).ended(0).text().contains("nothing is to be repaired"));
    let path = segment(&store);
    let mut bytes = fs::read(&path).unwrap();
    // The third checkpoint: its step.
    let at = bytes.windows(10).rposition(|bytes| bytes == b"{\"step\":3}").unwrap();
    bytes[at + 8] = b'4';
    fs::write(&path, &bytes).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    run(&["checkpoints", "show", &store, "--thread", "conversation-7"])
        .ended(1)
        .said(&name)
        .said("BODY_CRC (checkpoint 3)");
    let whole =
        run(&["checkpoints", "show", &store, "--thread", "conversation-7", "--whole", "--json"]).ended(0).json();
    assert_eq!(whole["generation"], 2);
    run(&["checkpoints", "ls", &store]).ended(1).said(&name);
    let verified = run(&["checkpoints", "verify", &store]).ended(1);
    assert!(
        verified.text().contains(&format!("{name}, bytes ")) && verified.text().contains("whole: 2"),
        "{}",
        verified.text()
    );
    let reports = run(&["checkpoints", "verify", &store, "--json"]).ended(1).lines();
    let report = reports.iter().find(|report| report["thread"] == "conversation-7").unwrap();
    assert_eq!((&report["newest_is_damaged"], &report["damage"][0]["flaw"]), (&json!(true), &json!("BODY_CRC")));
    let dry = run(&["checkpoints", "repair", &store, "--json"]).ended(1);
    assert_eq!(fs::read(&path).unwrap(), bytes, "nothing was done");
    let done = run(&["checkpoints", "repair", &store, "--yes", "--json"]).ended(0);
    assert_eq!(done.out, dry.out);
    assert_eq!(done.lines()[0]["kept"], 3);
    assert_eq!(fs::read(format!("{}.quarantined", path.display())).unwrap(), bytes);
    assert!(fs::read_to_string(format!("{}.reason", path.display())).unwrap().contains("BODY_CRC"));
    assert!(run(&["checkpoints", "verify", &store]).ended(0).text().contains("1 segment set aside"));
    let shown = run(&["checkpoints", "show", &store, "--thread", "conversation-7", "--json"]).ended(0).json();
    assert_eq!(shown["state"], json!({"step": 2}));
    // Nobody repairs a store that is written to.
    let _open = Store::open(RealDisk, Path::new(&store), StoreConfig::default()).unwrap();
    run(&["checkpoints", "repair", &store, "--yes"]).ended(2).said("another process writes");
}
