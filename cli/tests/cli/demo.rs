//! `dashstream demo`: what it tells adds up, and what it leaves is what it says.

use serde_json::Value;

use crate::support::{Folder, run};

#[test]
fn the_demo_adds_up() {
    let told: Value = run(&["demo", "--json"]).ended(0).json();
    assert_eq!((&told["adds_up"], &told["kills"]), (&Value::Bool(true), &Value::from(2)));
    let number = |pointer: &str| told.pointer(pointer).and_then(Value::as_u64).unwrap();
    // Each of the things that it is about has happened.
    assert!(number("/last_life/dropped") > 0 && number("/damaged/records") > 0);
    assert!(number("/acknowledged/said") >= 40 + 25 + 60, "{told}");
    let parts = ["seen", "declared", "unreadable", "lost"].map(|part| number(&format!("/total/{part}")));
    assert_eq!(number("/total/numbers"), parts.iter().sum::<u64>());
    assert_eq!(number("/total/declared"), number("/last_life/dropped"));
    assert_eq!(told["letters"].as_array().unwrap().len(), 1);
}

#[test]
fn what_it_leaves_can_be_looked_at() {
    let folder = Folder::new();
    let here = folder.path("demo");
    let ran = run(&["demo", "--dir", &here]).ended(0);
    assert!(ran.text().contains("It adds up"), "{}", ran.text());
    let letters = run(&["dlq", "ls", "--json", "--from", &format!("file:{here}/letters")]).ended(0);
    assert!(letters.text().contains("BODY_CRC"), "{}", letters.text());
    // A folder that is used is left alone.
    drop(run(&["demo", "--dir", &here]).ended(2).said("not empty"));
}
