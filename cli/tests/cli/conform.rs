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
