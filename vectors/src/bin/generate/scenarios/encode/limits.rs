//! Frames as large as they may be, and larger.

use super::scene::{PLAIN, Scene, beats, head, one, without_sequences};
use crate::build::Builder;
use crate::dual::Dual;
use crate::frame::Frame;
use crate::tree::Tree;

pub(crate) fn add(scene: &mut Scene<'_>) {
    records(scene);
    metadata(scene);
    strings(scene);
}

fn records(scene: &mut Scene<'_>) {
    let last = Tree::map([
        ("sequence", Tree::digits(65_535)),
        ("kind", Tree::Int(6)),
        ("time_us", Tree::digits(0)),
        ("payload", Tree::map([])),
    ]);
    scene.accept_many(
        head("encode-65535-records", "65,535 records", &["JSON-001", "WRT-001"]),
        beats(1),
        u16::MAX,
        last,
    );
    let large = one(11, |chunk| chunk.text(3, "x".repeat(200).as_bytes()));
    scene.refuse_input(
        head(
            "encode-refuse-body-above-8-mib",
            "60,000 records of more than 200 bytes each, for codec none",
            &["JSON-002"],
        ),
        without_sequences(&large),
        PLAIN,
        Some(60_000),
        &["RAW_LEN"],
    );
    scene.refuse_input(
        head(
            "encode-refuse-range-passes-top",
            "Two records, and the first has the highest sequence number",
            &["JSON-002"],
        ),
        without_sequences(&Builder::set(|set| set.base_sequence = crate::build::TOP).plain(6).frame()),
        PLAIN,
        Some(2),
        &["SEQUENCE_RANGE"],
    );
}

/// A frame whose metadata has this length.
fn with_metadata(len: usize) -> Frame {
    let frame = |last: usize| {
        let mut contexts: Vec<[String; 4]> = vec![[(); 4].map(|()| "c".repeat(256)); 15];
        contexts.push([256, 256, 200, last].map(|len| "c".repeat(len)));
        Builder::set(|set| set.contexts = contexts).plain(6).frame()
    };
    (1..=256).map(frame).find(|frame| frame.metadata.len() == len).expect("one of them has that length")
}

fn metadata(scene: &mut Scene<'_>) {
    scene.same(
        head("encode-metadata-16384", "Metadata of 16,384 bytes", &["JSON-001", "WRT-001"]),
        &with_metadata(16_384),
    );
    scene.refuse(
        "encode-refuse-metadata-16385",
        "Metadata of 16,385 bytes",
        &with_metadata(16_385),
        &["METADATA_LEN"],
        |_| {},
    );
}

fn strings(scene: &mut Scene<'_>) {
    let texts = |count: usize| -> Vec<String> { (0..count).map(|index| format!("{index:x}")).collect() };
    let edge = |count: usize| {
        let texts = texts(count);
        let list: Vec<&str> = texts.iter().map(String::as_str).collect();
        one(9, |it: &mut Dual<'_>| it.references(2, "to", &list))
    };
    scene.refuse("encode-refuse-16385-strings", "16,385 texts in one frame", &edge(16_385), &["STRING_TABLE"], |_| {});
}
