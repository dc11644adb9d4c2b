//! `produce`: agent events to a topic of files.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use dashstream_stream::transport::file::{FileConfig, FileSink};
use serde_json::json;

use crate::support::{Folder, at, entries, program, run, run_with, sample};

/// All events of the only segments of a topic's partition, as `export` writes them.
fn exported(folder: &Folder, partition: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut segments: Vec<_> =
        fs::read_dir(folder.path(partition)).unwrap().map(|entry| entry.unwrap().path()).collect();
    segments.sort();
    for segment in segments.iter().filter(|path| path.extension().is_some_and(|extension| extension == "dsf")) {
        lines.extend(run(&["export", segment.to_str().unwrap()]).ended(0).text().lines().map(str::to_owned));
    }
    lines
}

fn of_tenant(lines: &[String], tenant: &str) -> Vec<String> {
    let of = |line: &&String| line.contains(&format!("\"tenant\":\"{tenant}\""));
    lines.iter().filter(of).cloned().collect()
}

#[test]
fn every_event_is_there_and_acknowledged() {
    let folder = Folder::new();
    let to = format!("file:{}", folder.path("topics/agents"));
    let sample = sample();
    let file = folder.path("file");
    run(&["import", sample.to_str().unwrap(), "-o", &file]).ended(0);
    let all: Vec<String> = run(&["export", &file]).text().lines().map(str::to_owned).collect();
    let ran = run(&["produce", "--to", &to, sample.to_str().unwrap()]).ended(0);
    assert_eq!(ran.text(), format!("{} events: {} acknowledged\n", all.len(), all.len()));
    assert!(ran.err.is_empty(), "{}", ran.err);
    let there = exported(&folder, "topics/agents/0");
    let mut tenants: Vec<_> =
        all.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["tenant"].clone()).collect();
    tenants.dedup();
    assert!(tenants.len() > 1);
    for tenant in tenants {
        let tenant = tenant.as_str().unwrap();
        assert_eq!(of_tenant(&there, tenant), of_tenant(&all, tenant));
    }
    // The bodies are compressed where that makes them smaller, and the producer goes on as itself.
    let account = run(&["produce", "--to", &to, "--json", sample.to_str().unwrap()]).ended(0).json();
    assert_eq!(account["acknowledged"], json!(all.len()));
    assert_eq!((&account["dropped"], &account["frames_kept"]), (&json!({}), &json!(0)));
    assert_eq!(folder_names(&folder, "topics"), ["agents", "agents.producer"]);
    let id = |segment: &str| {
        let bytes = fs::read(folder.path(&format!("topics/agents/0/{segment}"))).unwrap();
        let frame = at(entries(&bytes)[0].frame);
        bytes[frame + 4..frame + 28].to_vec()
    };
    assert_ne!(id("00000000.dsf"), id("00000001.dsf"), "the epoch is another");
}

fn folder_names(folder: &Folder, name: &str) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder.path(name))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_tenant_and_a_partition_may_be_told() {
    let folder = Folder::new();
    let to = format!("file:{}", folder.path("agents"));
    let state = folder.path("me");
    let line = b"{\"t_us\":1,\"type\":\"node_start\",\"node\":\"n\"}\n";
    run_with(&["produce", "--to", &to], line).ended(1).said("standard input: line 1: field `tenant` is missing");
    let told = ["produce", "--to", &to, "--tenant", "acme", "--partition", "2", "--state", &state, "--codec", "lz4"];
    run_with(&told, line).ended(0);
    assert_eq!(folder_names(&folder, ""), ["agents", "agents.producer", "me"]);
    assert_eq!(
        exported(&folder, "agents/2"),
        [r#"{"t_us":1,"tenant":"acme","thread":"","type":"node_start","node":"n"}"#]
    );
    assert!(exported(&folder, "agents/0").is_empty());
}

#[test]
fn what_came_before_a_bad_line_is_sent() {
    let folder = Folder::new();
    let to = format!("file:{}", folder.path("agents"));
    let input = b"{\"t_us\":1,\"tenant\":\"a\",\"type\":\"node_start\"}\n{}\n{\"t_us\":2,\"tenant\":\"a\",\"type\":\"node_start\"}\n";
    let ran =
        run_with(&["produce", "--to", &to], input).ended(1).said("standard input: line 2: field `t_us` is missing");
    assert_eq!(ran.text(), "1 event: 1 acknowledged\n");
    assert_eq!(exported(&folder, "agents/0").len(), 1);
}

#[test]
fn one_at_a_time_writes_to_a_topic() {
    let folder = Folder::new();
    let topic = folder.path("agents");
    let held = FileSink::open(Path::new(&topic), &FileConfig::default()).unwrap();
    let to = format!("file:{topic}");
    run_with(&["produce", "--to", &to], b"").ended(3).said("somebody else writes there");
    drop(held);
    run_with(&["produce", "--to", &to], b"").ended(0);
    run(&["produce", "--to", &to, &folder.path("missing")]).ended(3).said("missing: ");
    // A state that cannot be made.
    let state = folder.write("state", "a file");
    run_with(&["produce", "--to", &to, "--state", &state], b"").ended(3);
}

/// A producer whose input does not end.
fn waiting(folder: &Folder, more: &[&str]) -> (std::process::Child, std::process::ChildStdin) {
    let to = format!("file:{}", folder.path("agents"));
    let mut command = program();
    command.args(["produce", "--to", &to]).args(more);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let input = child.stdin.take().unwrap();
    (child, input)
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !so() {
        assert!(begin.elapsed() < Duration::from_secs(60), "{what} was waited for in vain");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_sends_what_was_read() {
    let folder = Folder::new();
    let (child, mut input) = waiting(&folder, &[]);
    input.write_all(b"{\"t_us\":1,\"tenant\":\"a\",\"type\":\"node_start\"}\n").unwrap();
    let segment = folder.path("agents/0/00000000.dsf");
    until("a frame", || fs::metadata(&segment).is_ok_and(|metadata| metadata.len() > 28));
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "1 event: 1 acknowledged\n");
    // The lane has come to its end.
    run(&["verify", &segment]).ended(0);
    drop(input);
}

#[test]
fn what_is_killed_is_gone_on_with() {
    let folder = Folder::new();
    let (mut child, mut input) = waiting(&folder, &[]);
    input.write_all(b"{\"t_us\":1,\"tenant\":\"a\",\"type\":\"node_start\"}\n").unwrap();
    let segment = folder.path("agents/0/00000000.dsf");
    until("a frame", || fs::metadata(&segment).is_ok_and(|metadata| metadata.len() > 28));
    child.kill().unwrap();
    child.wait().unwrap();
    let to = format!("file:{}", folder.path("agents"));
    let ran = run_with(&["produce", "--to", &to], b"{\"t_us\":2,\"tenant\":\"a\",\"type\":\"node_start\"}\n").ended(0);
    assert_eq!(ran.text(), "1 event: 1 acknowledged\n");
    // What was sent may be sent again, and nothing is missing.
    let all = exported(&folder, "agents/0");
    assert!((2..=3).contains(&all.len()), "{all:?}");
}

#[test]
fn metrics_are_given_out_while_it_runs() {
    let folder = Folder::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (mut child, mut input) = waiting(&folder, &["--metrics", &free.to_string()]);
    input.write_all(b"{\"t_us\":1,\"tenant\":\"a\",\"type\":\"node_start\"}\n").unwrap();
    let get = || {
        let mut answer = String::new();
        let mut stream = std::net::TcpStream::connect(free).ok()?;
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").ok()?;
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    };
    until("an acknowledged record", || {
        get().is_some_and(|text| {
            text.lines().any(|line| {
                line.starts_with("dashstream_producer_") && line.contains("acknowledged") && line.ends_with(" 1")
            })
        })
    });
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn wrong_usage_is_2() {
    let to = "file:topic";
    for arguments in [
        &["produce"][..],
        &["produce", "--to", "topic"],
        &["produce", "--to", to, "--deadline", "0"],
        &["produce", "--to", to, "--deadline", "x"],
        &["produce", "--to", to, "--tenant", ""],
        &["produce", "--to", to, "--metrics", "here"],
        &["produce", "--to", to, "--policy", "none"],
        &["produce", "--to", to, "--codec", "gzip"],
    ] {
        run(arguments).ended(2);
    }
    if !cfg!(feature = "kafka") {
        run(&["produce", "--to", "kafka://127.0.0.1:9092/t"]).ended(2).said("--features kafka");
    }
}
