//! `dashstream fuzz` against testees through pipes: right ones agree, bad ones are found, and what is found
//! can be replayed, by its line and from its files.

use std::path::Path;

use dashstream_conformance::bad::BAD;
use serde_json::Value;

use crate::support::{Folder, Ran, program, run, run_with};

/// This program as a testee, as a shell command.
fn testee(words: &str) -> String {
    format!("'{}' testee {words}", program().get_program().to_str().unwrap())
}

fn fuzz(testee: &str, more: &[&str]) -> Ran {
    run(&[&["fuzz", "--testee", testee, "--json"], more].concat())
}

/// The result without what is never the same.
fn result(ran: &Ran) -> Value {
    let mut result = ran.json();
    result.as_object_mut().unwrap().remove("seconds");
    result
}

#[test]
fn right_testees_agree() {
    for words in ["reference", "plain"] {
        let ran = fuzz(&testee(words), &["--seed", "5", "--cases", "400"]).ended(0);
        let result = ran.json();
        assert_eq!(result["verdict"], "agrees in 400 of 400 cases");
        for op in ["decode", "file", "ledger"] {
            assert!(result["asked"][op].as_u64().unwrap() > 20, "{result}");
        }
    }
    let text = run(&["fuzz", "--testee", &testee("reference"), "--cases", "5", "--oneshot"]).ended(0);
    assert!(text.text().contains("\nseed "), "a seed that was drawn is told: {}", text.text());
    assert!(text.text().ends_with("agrees in 5 of 5 cases\n"), "{}", text.text());
}

#[test]
fn the_example_agrees_as_far_as_it_declares() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/examples/testee.py");
    let example = format!("python3 '{}'", example.to_str().unwrap());
    let ran = fuzz(&example, &["--seed", "9", "--cases", "1500"]).ended(0);
    let result = ran.json();
    assert_eq!(result["asked"], serde_json::json!({ "decode": 1500 }));
    assert_eq!(result["frames"], 1500);
    for capability in ["file", "ledger", "zstd", "lz4"] {
        assert!(result["skipped"][capability].as_u64().unwrap() > 20, "{result}");
    }
    let text = run(&["fuzz", "--testee", &example, "--cases", "30"]).ended(0);
    assert!(text.text().contains("cases that need ledger: not declared"), "{}", text.text());
}

#[test]
fn every_bad_testee_is_found() {
    let find = |name: &str| {
        let budgets = ["--timeout", "1000", "--start-timeout", "3000", "--memory", "1024", "--max-output", "1"];
        let more = [&["--seed", "1", "--cases", "20", "--max-disagreements", "1"], &budgets[..]].concat();
        let code = match name {
            "claim-nothing" => 5,
            "other-protocol" => 4,
            _ => 1,
        };
        fuzz(&testee(&format!("bad {name}")), &more).ended(code);
    };
    // Most of them wait for a budget to run out.
    std::thread::scope(|scope| {
        for some in BAD.chunks(3) {
            scope.spawn(move || some.iter().for_each(|bad| find(bad.name)));
        }
    });
    fuzz("no-such-program-anywhere", &[]).ended(4);
}

#[test]
fn what_is_found_can_be_replayed() {
    let folder = Folder::new();
    let (out, again) = (folder.path("out"), folder.path("again"));
    for (mutant, op) in [("BODY-011", "decode"), ("FILE-007", "file"), ("LOSS-014", "ledger")] {
        let mutant = testee(&format!("mutant {mutant}"));
        let bounds = ["--seed", "1", "--ops", op, "--max-disagreements", "1"];
        let first = fuzz(&mutant, &[&bounds[..], &["--out", &out]].concat()).ended(1).json();
        let found = &first["disagreements"][0];
        assert_eq!(found["operation"], op);

        let case = found["case"].to_string();
        let ran = fuzz(&mutant, &["--seed", "1", "--case", &case, "--out", &again]).ended(1).json();
        assert_eq!(&ran["disagreements"][0], found, "case {case} is the same alone");
        assert_eq!(found["replay"], format!("dashstream fuzz --testee {} --seed 1 --case {case}", quoted(&mutant)));

        // The question that was kept gets the wrong answer of one and the right answer of the other.
        let line = std::fs::read(format!("{out}/case-{case}.jsonl")).unwrap();
        let (wrong, right) = (found["got"].as_str().unwrap(), found["expected"].as_str().unwrap());
        let name = mutant.rsplit(' ').next().unwrap();
        let answers = [run_with(&["testee", "mutant", name], &line), run_with(&["testee", "plain"], &line)];
        let [by_mutant, by_plain] = answers.map(|ran| ran.ended(0).json());
        assert_ne!(by_mutant, by_plain, "{wrong} and {right}");
        let text = std::fs::read_to_string(format!("{out}/case-{case}.txt")).unwrap();
        assert!(text.starts_with("dashstream fuzz") && text.contains("prelude_crc"), "{text}");
        let bin = if op == "ledger" { format!("case-{case}-0.bin") } else { format!("case-{case}.bin") };
        assert!(std::fs::metadata(format!("{out}/{bin}")).unwrap().len() < 400, "made small");
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[test]
fn a_seed_gives_the_same_result_again() {
    let mutant = testee("mutant REC-004");
    let words = ["--seed", "3", "--cases", "300", "--shrink", "50"];
    let (one, other) = (fuzz(&mutant, &words).ended(1), fuzz(&mutant, &words).ended(1));
    assert_eq!(result(&one), result(&other));
    let another = fuzz(&mutant, &["--seed", "4", "--cases", "300", "--shrink", "50"]).ended(1);
    assert_ne!(result(&one)["disagreements"], result(&another)["disagreements"]);
}

#[test]
fn what_there_is_not_to_run_is_told() {
    let folder = Folder::new();
    fuzz(&testee("plain"), &["--root", &folder.path("")]).ended(3);
    fuzz(&testee("plain"), &["--cases", "0"]).ended(5);
    // A file is where a folder should be.
    let file = folder.write("file", "");
    fuzz(&testee("mutant PRE-004"), &["--seed", "1", "--max-disagreements", "1", "--out", &file]).ended(3);
    let ran = fuzz(&testee("plain"), &["--time", "1", "--max-disagreements", "0"]).ended(0);
    assert!(ran.json()["seconds"].as_f64().unwrap() >= 1.0);
}

#[test]
fn the_workflow_uses_what_there_is() {
    let workflow = include_str!("../../../conformance/examples/fuzz.yml");
    let commands: Vec<&str> =
        workflow.lines().filter_map(|line| line.split_once("release/dashstream ")).map(|two| two.1).collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    for command in commands {
        let mut words = command.split(' ');
        let help = run(&[words.next().unwrap(), "--help"]).ended(0);
        for option in words.filter(|word| word.starts_with("--")) {
            assert!(help.text().contains(&format!("{option} <")), "{option} of {command}");
        }
    }
}
