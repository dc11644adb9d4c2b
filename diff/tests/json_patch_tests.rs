//! The public cases of JSON Patch (`data/README.md`).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test: a panic is how it fails"
)]

use std::path::Path;

use dashstream_diff::{Op, apply, diff, equal, parse};
use serde_json::Value;

struct Count {
    applied: usize,
    refused: usize,
    texts: usize,
}

fn cases(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/json-patch-tests").join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn run(name: &str) -> Count {
    let mut count = Count { applied: 0, refused: 0, texts: 0 };
    for case in cases(name) {
        // What serde_json made of a member that stands twice is not the case.
        if case["disabled"] == true && case["error"].as_str().is_some_and(|text| text.contains("two 'op' members")) {
            count.texts += 1;
            continue;
        }
        let (doc, result) = (&case["doc"], outcome(&case));
        match (case.get("error"), case.get("expected")) {
            (Some(_), _) => {
                assert_eq!(result, None, "{case}");
                count.refused += 1;
            }
            (None, expected) => {
                let result = result.unwrap_or_else(|| panic!("refused: {case}"));
                assert!(expected.is_none_or(|expected| equal(&result, expected)), "{case} gave {result}");
                count.applied += 1;
                // And our own diff says the same.
                let ours = diff(doc, &result).unwrap();
                assert!(equal(&apply(doc, &ours).unwrap(), &result), "{case}: {ours:?}");
            }
        }
    }
    count
}

fn outcome(case: &Value) -> Option<Value> {
    let ops: Vec<Op> = serde_json::from_value(case["patch"].clone()).ok()?;
    apply(&case["doc"], &ops).ok()
}

#[test]
fn cases_of_the_rfc() {
    let count = run("spec_tests.json");
    assert_eq!((count.applied, count.refused, count.texts), (12, 4, 1));
}

#[test]
fn cases_beside_it() {
    let count = run("tests.json");
    assert_eq!((count.applied, count.refused, count.texts), (72, 32, 1));
}

#[test]
fn a_member_that_stands_twice_is_refused() {
    for text in [
        r#"[{"op": "add", "path": "/baz", "value": "qux", "op": "remove"}]"#,
        r#"[{"op": "move", "path": "/baz", "value": "qux", "op": "move", "from": "/foo"}]"#,
    ] {
        parse(text.as_bytes()).unwrap_err();
    }
}
