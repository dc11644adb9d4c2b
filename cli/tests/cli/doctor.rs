//! `doctor`: what is wrong, and what to do about it.

use std::fs;

use crate::support::{Folder, at, entries, run, sample};

fn prepared() -> (Folder, String, String) {
    let folder = Folder::new();
    let topic = format!("file:{}", folder.path("agents"));
    run(&["produce", "--to", &topic, sample().to_str().unwrap()]).ended(0);
    let state = format!("{topic}.producer");
    (folder, topic, state)
}

#[test]
fn a_topic_that_is_whole_is_good() {
    let (_folder, topic, state) = prepared();
    let ran = run(&["doctor", &topic]).ended(0);
    assert!(ran.text().contains("good  1 partition\n") && ran.text().contains(" 0 lost\n"), "{}", ran.text());
    let json = run(&["doctor", &state, "--json"]).ended(0).json();
    assert_eq!(json["good"], true);
    assert_eq!(json["findings"].as_array().unwrap().len(), 3);
}

#[test]
fn damage_is_said() {
    let (folder, topic, state) = prepared();
    let segment = folder.path("agents/0/00000000.dsf");
    let mut bytes = fs::read(&segment).unwrap();
    let last = at(entries(&bytes)[0].end) - 1;
    bytes[last] ^= 1;
    fs::write(&segment, &bytes).unwrap();
    let ran = run(&["doctor", &topic]).ended(1);
    assert!(ran.text().contains("BODY_CRC") && ran.text().contains("wrong partition 0: "), "{}", ran.text());
    fs::write(folder.path("agents.producer/state-0"), "x").unwrap();
    assert!(run(&["doctor", &state]).ended(0).text().contains("one of the two copies"));
    fs::write(folder.path("agents.producer/state-1"), "x").unwrap();
    assert!(run(&["doctor", &state]).ended(1).text().contains("neither copy"));
    assert!(run(&["doctor", &format!("file:{}", folder.path("none"))]).ended(1).text().contains("is no folder"));
    fs::create_dir(folder.path("empty")).unwrap();
    assert!(run(&["doctor", &format!("file:{}", folder.path("empty"))]).ended(1).text().contains("no partition 0"));
}
