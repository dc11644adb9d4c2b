//! `tail`: what comes into a topic of files.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::{Folder, at, entries, program, run, run_with, sample};

const IDLE: &[&str] = &["--until-idle", "0.5"];

fn event(number: u32, tenant: &str, thread: &str) -> String {
    format!(
        r#"{{"t_us":{number},"tenant":"{tenant}","thread":"{thread}","type":"token","node":"n","text":"esc\u001b[31m {number}"}}"#
    )
}

fn produce(folder: &Folder, events: &[String]) {
    let to = format!("file:{}", folder.path("agents"));
    run_with(&["produce", "--to", &to], events.join("\n").as_bytes()).ended(0);
}

fn tail(folder: &Folder, more: &[&str]) -> crate::support::Ran {
    let from = format!("file:{}", folder.path("agents"));
    run(&[&["tail", "--from", &from], more, IDLE].concat())
}

/// The lines of a tail that runs, as they come.
fn running(folder: &Folder, more: &[&str]) -> (Child, Receiver<String>) {
    let from = format!("file:{}", folder.path("agents"));
    let mut command = program();
    command
        .args(["tail", "--from", &from])
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (give, lines) = channel();
    std::thread::spawn(move || {
        for line in out.lines() {
            give.send(line.unwrap()).ok();
        }
    });
    (child, lines)
}

#[test]
fn json_is_what_export_writes() {
    let folder = Folder::new();
    let to = format!("file:{}", folder.path("agents"));
    run(&["produce", "--to", &to, sample().to_str().unwrap()]).ended(0);
    let exported = run(&["export", &folder.path("agents/0/00000000.dsf")]).ended(0);
    let ran = tail(&folder, &["--from-start", "--json"]).ended(0);
    assert_eq!(ran.text(), exported.text());
    assert!(ran.err.is_empty(), "{}", ran.err);
}

#[test]
fn what_is_produced_while_it_runs_is_seen() {
    let folder = Folder::new();
    produce(&folder, &[event(1, "a", "t")]);
    let (mut child, lines) = running(&folder, &["--json", "--from-start"]);
    let wait = Duration::from_secs(60);
    assert_eq!(
        lines.recv_timeout(wait).unwrap().replace("\"request\":\"\",\"model\":\"\",\"index\":0,", ""),
        event(1, "a", "t").replace("\"}", "\",\"final\":false}")
    );
    produce(&folder, &[event(2, "a", "t")]);
    assert!(lines.recv_timeout(wait).unwrap().contains("\"t_us\":2,"));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn it_begins_at_the_end_or_so_many_before() {
    let folder = Folder::new();
    produce(&folder, &[event(1, "a", "t"), event(2, "a", "t"), event(3, "a", "t")]);
    produce(&folder, &[event(4, "a", "t"), event(5, "a", "t")]);
    let ran = tail(&folder, &[]).ended(0);
    assert!(ran.out.is_empty() && ran.err.is_empty(), "{ran:?}");
    let times = |more: &[&str]| {
        let ran = tail(&folder, &[more, &["--json"]].concat()).ended(0);
        ran.lines().iter().map(|line| line["t_us"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(times(&["--last", "2"]), [4, 5]);
    assert_eq!(times(&["--last", "1"]), [5]);
    assert_eq!(times(&["--last", "1000"]), [1, 2, 3, 4, 5]);
}

#[test]
fn people_get_lines_of_what_they_ask_for() {
    let folder = Folder::new();
    produce(&folder, &[event(1, "a", "t-1"), event(2, "a", "t-2"), event(3, "b", "t-1")]);
    let shown = |more: &[&str]| tail(&folder, &[&["--from-start"], more].concat()).ended(0).text().to_owned();
    let line = "1970-01-01T00:00:00.000001Z  TOKEN_CHUNK  a  thread t-1  node n  \"esc\\u{1b}[31m 1\"\n";
    assert_eq!(shown(&["--tenant", "a", "--thread", "t-1"]), line);
    assert_eq!(shown(&["--tenant", "a"]).lines().count(), 2);
    assert_eq!(shown(&["--kind", "token"]).lines().count(), 3);
    assert_eq!(shown(&["--kind", "TOOL_CALL", "--kind", "EPOCH_END"]).lines().count(), 2);
    assert!(shown(&["--run", "r"]).is_empty());
}

#[test]
fn what_is_damaged_is_said_and_saved_where_asked() {
    let folder = Folder::new();
    produce(&folder, &[event(1, "a", "t")]);
    produce(&folder, &[event(2, "a", "t")]);
    produce(&folder, &[event(3, "a", "t")]);
    let segment = folder.path("agents/0/00000001.dsf");
    let mut bytes = fs::read(&segment).unwrap();
    let last = at(entries(&bytes)[0].end) - 1;
    bytes[last] ^= 1;
    fs::write(&segment, &bytes).unwrap();
    let ran = tail(&folder, &["--from-start"]).ended(1).said("rejected: partition 0 at 42949").said("BODY_CRC");
    assert_eq!(ran.text().lines().count(), 2);
    assert_eq!(folder.names(), ["agents", "agents.producer"]);
    let letters = format!("file:{}", folder.path("letters"));
    tail(&folder, &["--from-start", "--dead-letters", &letters]).ended(1);
    let listed = run(&["dlq", "ls", "--from", &letters]).ended(0);
    assert!(listed.text().ends_with("\n1 letter\n"), "{}", listed.text());
}

#[test]
fn a_segment_that_is_gone_is_a_gap() {
    let folder = Folder::new();
    let to = format!("file:{}", folder.path("agents"));
    for number in 1..=3 {
        produce(&folder, &[event(number, "a", "t")]);
    }
    fs::remove_file(folder.path("agents/0/00000001.dsf")).unwrap();
    let ran = tail(&folder, &["--from-start"]).ended(1);
    assert!(ran.err.contains("lane 0"), "{to}: {}", ran.err);
}

#[test]
fn a_group_goes_on_where_it_was() {
    let folder = Folder::new();
    let state = folder.path("state");
    let group = ["--group", "g", "--state", &state, "--from-start"];
    produce(&folder, &[event(1, "a", "t")]);
    assert_eq!(tail(&folder, &group).ended(0).text().lines().count(), 1);
    produce(&folder, &[event(2, "a", "t"), event(3, "a", "t")]);
    assert_eq!(tail(&folder, &group).ended(0).text().lines().count(), 2);
    assert!(tail(&folder, &group).ended(0).out.is_empty());
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let folder = Folder::new();
    produce(&folder, &[event(1, "a", "t")]);
    let from = format!("file:{}", folder.path("agents"));
    let mut command = program();
    command.args(["tail", "--from", &from, "--from-start"]).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn wrong_usage_is_2() {
    let from = "file:topic";
    for arguments in [
        &["tail"][..],
        &["tail", "--from", "topic"],
        &["tail", "--from", from, "--kind", "none"],
        &["tail", "--from", from, "--last", "0"],
        &["tail", "--from", from, "--last", "1", "--from-start"],
        &["tail", "--from", from, "--group", "g"],
        &["tail", "--from", from, "--state", "s"],
        &["tail", "--from", from, "--until-idle", "x"],
        &["tail", "--from", from, "--dead-letters", "letters"],
    ] {
        run(arguments).ended(2);
    }
}
