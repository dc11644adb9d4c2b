//! The lints of this crate are those of the workspace, but for one.

#[test]
fn the_lints_are_those_of_the_workspace_but_for_unsafe_code() {
    let lints = |text: &str, place: &[&str]| {
        let manifest: toml::Value = toml::from_str::<toml::Table>(text).unwrap().into();
        place.iter().fold(manifest, |value, key| value[*key].clone())
    };
    let workspace = lints(include_str!("../../Cargo.toml"), &["workspace", "lints"]);
    let mut own = lints(include_str!("../Cargo.toml"), &["lints"]);
    assert_eq!(own["rust"]["unsafe_code"].as_str(), Some("deny"));
    own["rust"]["unsafe_code"] = workspace["rust"]["unsafe_code"].clone();
    assert_eq!(own, workspace);
}
