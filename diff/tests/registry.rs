//! The codes are those of the registry.

use dashstream_diff::Code;

#[test]
fn codes_are_those_of_the_registry() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/registry/state_errors.toml");
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let entries = table["state_error"].as_array().unwrap();
    let names: Vec<&str> = entries.iter().map(|entry| entry["code"].as_str().unwrap()).collect();
    assert_eq!(names, Code::ALL.map(Code::name));
}
