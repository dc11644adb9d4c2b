//! The annotated frame of the specification is the vector that it says it is.

use std::path::Path;

use dashstream_vectors::{Case, HexBytes, load};

#[test]
fn the_annotated_frame_is_a_vector() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("../spec/example.md")).expect("spec/example.md");
    let hex = text.split("```hex\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of hex");
    let annotated = HexBytes::parse(hex).expect("commented hex").to_vec();
    let set = load(root).expect("the vectors");
    let vector = set.vectors.iter().find(|vector| vector.id == "three-records").expect("the vector");
    let Case::Decode(case) = &vector.case else { panic!("three-records decodes") };
    assert_eq!(case.bytes.as_ref().map(HexBytes::to_vec), Some(annotated));
}
