//! The lists of what is final begin with what became final first, as the texts say. Whoever changes a line of them has to
//! change these numbers, and what readers were told, too.

#![allow(clippy::unwrap_used, reason = "helpers of a test: a panic is how it fails")]

use std::fs;
use std::path::{Path, PathBuf};

use dashstream_vectors::digest_of_manifest as sha256;

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(file)
}

/// The first lines of a list have this SHA-256, and a text says so.
#[track_caller]
fn begins_with(list: &str, lines: usize, digest: &str, text: &str) {
    let all = fs::read_to_string(path(list)).unwrap();
    let first: String = all.split_inclusive('\n').take(lines).collect();
    assert_eq!(first.lines().count(), lines, "{list} is shorter than it was");
    assert_eq!(sha256(first.as_bytes()), digest, "{list} only grows: a line of its first {lines} has changed");
    assert!(fs::read_to_string(path(text)).unwrap().contains(digest), "{text} does not say it");
}

#[test]
fn the_first_frozen_names_are_what_they_were() {
    let digest = "9648d6ff10591c15a078e00773cd7ed212b0cc153445c7a6146546f7fa44e18f";
    begins_with("spec/frozen/v1.txt", 357, digest, "spec/versioning.md");
}

#[test]
fn the_first_frozen_vectors_are_what_they_were() {
    let digest = "6dd7d98e4f37570e380d20b2f97d4dadc8b42ba523ee60cb2e76daccff613d1d";
    begins_with("vectors/frozen/v1.sums", 1731, digest, "vectors/README.md");
}

#[test]
fn nothing_is_frozen_where_the_gate_does_not_hold() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("vectors/frozen/v1.sums");
    fs::create_dir_all(list.parent().unwrap()).unwrap();
    fs::write(&list, "").unwrap();
    let report = dashstream_conformance::spec::freeze(folder.path());
    assert!(!report.holds() && report.written.is_empty(), "{report}");
    assert_eq!(fs::read(&list).unwrap(), b"");
}
