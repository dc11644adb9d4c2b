//! What the tests have in common.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dashstream_codec::ReadOptions;
use dashstream_codec::file::{AcceptedEntry, FileReport};
use serde_json::Value;
use tempfile::TempDir;

/// The commands.
pub(crate) const COMMANDS: [&[&str]; 22] = [
    &["demo"],
    &["inspect"],
    &["decode"],
    &["encode"],
    &["import"],
    &["export"],
    &["verify"],
    &["produce"],
    &["tail"],
    &["doctor"],
    &["dlq", "ls"],
    &["dlq", "show"],
    &["dlq", "replay"],
    &["checkpoints", "ls"],
    &["checkpoints", "show"],
    &["checkpoints", "verify"],
    &["checkpoints", "repair"],
    &["legacy", "convert"],
    &["completions"],
    &["conform"],
    &["fuzz"],
    &["matrix"],
];

/// The types of events.
pub(crate) const TYPES: [&str; 9] = [
    "graph_start",
    "graph_end",
    "node_start",
    "node_end",
    "token",
    "tool_call",
    "tool_result",
    "metrics",
    "state_diff",
];

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The same run, which has to have ended so.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stderr: {}", self.err);
        self
    }

    /// The same run, which has to have said this on standard error.
    #[track_caller]
    pub(crate) fn said(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{text:?} is not in: {}", self.err);
        self
    }
}

/// The program.
pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_dashstream"))
}

/// Runs the program with nothing on standard input.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    run_with(arguments, &[])
}

/// Runs the program with these bytes on standard input.
pub(crate) fn run_with(arguments: &[&str], input: &[u8]) -> Ran {
    let mut command = program();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that ends early does not read all of it.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let code = output.status.code().expect("ended by a signal");
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(!err.contains("panicked"), "{err}");
    Ran { code, out: output.stdout, err }
}

/// A folder for the files of one test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// The events of every type, two tenants.
pub(crate) fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/events.jsonl")
}

/// The sample in a file of frames, so many records a frame, and the bytes of that file.
pub(crate) fn sample_file(folder: &Folder, name: &str, records: u32) -> (String, Vec<u8>) {
    let path = folder.path(name);
    let records = records.to_string();
    run(&["import", sample().to_str().unwrap(), "-o", &path, "--records", &records]).ended(0);
    let bytes = fs::read(&path).unwrap();
    (path, bytes)
}

/// The entries of an intact file of frames.
pub(crate) fn entries(file: &[u8]) -> Vec<AcceptedEntry> {
    let report = FileReport::of(file, ReadOptions::default());
    assert!(report.skipped.is_empty());
    report.accepted
}

/// A place of the file as an index.
pub(crate) fn at(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}
