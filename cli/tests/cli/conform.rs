//! The entry points of `dashstream-conformance`.

use serde_json::json;

use crate::support::{run, run_with};

#[test]
fn testees_say_hello_and_end_with_their_input() {
    let hello = b"{\"id\":7,\"op\":\"hello\"}\n";
    for testee in [&["testee", "reference"][..], &["testee", "plain"]] {
        let answer = run_with(testee, hello).ended(0).json();
        assert_eq!((&answer["id"], &answer["ok"]["protocol"]), (&json!(7), &json!(1)), "{testee:?}");
    }
    run_with(&["testee", "bad", "crash"], b"{\"id\":1,\"op\":\"decode\",\"frame\":\"\"}\n").ended(3);
}

#[test]
fn faults_are_counted() {
    let ran = run(&["faults"]);
    let last = ran.text().lines().last().unwrap();
    assert!(last.starts_with("faults: ") && last.ends_with(" of 20 shown"), "{last}");
}

#[test]
fn faults_are_shown_by_what_tests_have_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("printed.txt");
    std::fs::write(&file, "test a::tls_works ... ok\ntest mutual_tls_works ... FAILED\n").unwrap();
    let ran = run(&["faults", "--printed", file.to_str().unwrap()]).ended(1);
    let text = ran.text();
    for line in ["tls_works: passed", "mutual_tls_works: FAILED", "plain_works: DID NOT RUN"] {
        assert!(text.lines().any(|other| other == line), "{text}");
    }
    assert!(text.ends_with("faults: 0 of 20 shown, by tests that ran and passed\n"), "{text}");
}
