//! The clause gate, and what answers the twenty faults, on this repository.

#![allow(clippy::unwrap_used, reason = "helpers of a test: a panic is how it fails")]

use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn the_clause_gate_holds() {
    let report = dashstream_conformance::spec::gate(root(), false);
    assert!(report.requirements.len() > 200, "the specification was not found");
    assert!(report.vectors > 0, "the vectors were not found");
    assert!(report.holds(), "{report}");
}

#[test]
fn every_fault_is_open_or_shown_by_tests_that_exist() {
    let faults = dashstream_conformance::faults::faults(root());
    assert!(faults.holds(), "{faults}");
    assert!(faults.shown() > 0);
}

#[test]
fn every_reading_of_the_gate_is_of_a_whole_specification() {
    let nowhere = tempfile::tempdir().unwrap();
    let report = dashstream_conformance::spec::gate(nowhere.path(), false);
    assert!(!report.holds(), "an empty folder is no specification");
}
