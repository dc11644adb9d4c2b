//! Files that end inside an entry, or whose last entry is damaged.

use super::scene::{Scene, beat, chunk};
use crate::suite::Suite;

/// A file of one good entry; it ends at this place.
fn one() -> (Scene, u64) {
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let end = scene.here();
    (scene, end)
}

pub(crate) fn add(suite: &mut Suite) {
    in_the_marker(suite);
    in_the_frame(suite);
    foreign(suite);
    damaged(suite);
}

fn in_the_marker(suite: &mut Suite) {
    for len in [1, 15] {
        let (mut scene, end) = one();
        scene.torn(&beat(2), len).skip(end, "FILE_MARKER");
        scene.finish(
            suite,
            &format!("file-torn-marker-{len}"),
            &format!("The second entry ends in its marker, after {len} bytes"),
            &["FILE-009"],
            true,
        );
    }
    let (mut scene, end) = one();
    scene.marker().skip(end, "EMPTY");
    scene.finish(suite, "file-torn-after-marker", "The file ends with a marker", &["FILE-009", "FILE-006"], true);
    let mut scene = Scene::new();
    scene.marker().skip(28, "EMPTY");
    scene.finish(suite, "file-only-a-marker", "A header and a marker", &["FILE-009"], true);
    let mut scene = Scene::new();
    scene.torn(&beat(1), 10).skip(28, "FILE_MARKER");
    scene.finish(suite, "file-first-torn-marker", "The first entry ends in its marker", &["FILE-009"], true);
}

fn in_the_frame(suite: &mut Suite) {
    let frame = chunk(2, 100);
    for len in [17, 16 + 63] {
        let (mut scene, end) = one();
        scene.torn(&frame, len).skip(end, "SHORT_PRELUDE");
        let title = format!("The second entry ends in its prelude, after {len} bytes");
        scene.finish(suite, &format!("file-torn-prelude-{len}"), &title, &["FILE-006", "FILE-009"], true);
    }
    let places = [
        (64, "after-prelude", "after its prelude"),
        (70, "in-metadata", "in its metadata"),
        (frame.body_at(), "after-metadata", "after its metadata"),
        (frame.len() as u64 - 50, "in-body", "in its body"),
        (frame.len() as u64 - 1, "last-byte", "one byte before its end"),
    ];
    for (len, name, text) in places {
        let (mut scene, end) = one();
        scene.torn(&frame, len as usize + 16).reject(end + 16, "TRUNCATED", len).skip(end, "TRUNCATED");
        scene.finish(
            suite,
            &format!("file-torn-{name}"),
            &format!("The second entry ends {text}"),
            &["FILE-007", "FILE-009"],
            true,
        );
    }
    let mut scene = Scene::new();
    scene.torn(&frame, 116).reject(44, "TRUNCATED", 100).skip(28, "TRUNCATED");
    scene.finish(suite, "file-first-torn", "The only entry ends in its body", &["FILE-009", "FILE-004"], true);
    let newer = frame.with(|frame| frame.version = 2);
    let (mut scene, end) = one();
    scene.torn(&newer, 100).reject(end + 16, "VERSION", 1).skip(end, "VERSION");
    scene.finish(
        suite,
        "file-torn-newer-version",
        "The second entry is of a version that no reader knows, and ends in its body",
        &["FILE-007", "FILE-009"],
        true,
    );
    let (mut scene, end) = one();
    scene.bad_marker().frame(&frame.with(|frame| frame.body_len = Some(500))).skip(end, "FILE_MARKER");
    scene.finish(
        suite,
        "file-torn-marker-damaged",
        "The second entry has a damaged marker and ends in its body",
        &["FILE-005", "FILE-009"],
        true,
    );
}

fn foreign(suite: &mut Suite) {
    let (mut scene, end) = one();
    scene.fill("zeros", 0, 4096).skip(end, "FILE_MARKER");
    scene.finish(suite, "file-zeros-after", "4,096 zeros after the last entry", &["FILE-006", "FILE-009"], true);
    let mut scene = Scene::new();
    scene.fill("zeros", 0, 4096).skip(28, "FILE_MARKER");
    scene.finish(suite, "file-only-zeros", "A header and 4,096 zeros", &["FILE-006", "FILE-009"], true);
    let (mut scene, end) = one();
    scene.marker().fill("zeros", 0, 100).skip(end, "BAD_MAGIC");
    scene.finish(
        suite,
        "file-marker-and-zeros-after",
        "A marker and 100 zeros after the last entry",
        &["FILE-006", "FILE-009"],
        true,
    );
    let (mut scene, end) = one();
    scene.put("one byte", [0]).skip(end, "FILE_MARKER");
    scene.finish(suite, "file-one-byte-after", "One byte after the last entry", &["FILE-009"], true);
    let (mut scene, end) = one();
    scene.frame(&beat(2)).skip(end, "FILE_MARKER");
    scene.finish(
        suite,
        "file-frame-without-marker-after",
        "The last frame has no marker before it",
        &["FILE-006", "FILE-009"],
        true,
    );
}

fn damaged(suite: &mut Suite) {
    let frame = chunk(2, 30);
    let (mut scene, _) = one();
    scene.lose_body(&frame);
    scene.finish(
        suite,
        "file-last-body-damaged",
        "The body of the last entry is damaged",
        &["FILE-008", "FILE-009"],
        true,
    );
    let (mut scene, _) = one();
    scene.lose(&frame, 70, "METADATA_CRC", 8);
    scene.finish(
        suite,
        "file-last-metadata-damaged",
        "The metadata of the last entry is damaged",
        &["FILE-008", "FILE-009"],
        true,
    );
    let (mut scene, end) = one();
    scene.marker().turned(&frame, 40).skip(end, "PRELUDE_CRC");
    scene.finish(
        suite,
        "file-last-prelude-damaged",
        "The prelude of the last entry is damaged",
        &["FILE-006", "FILE-009"],
        true,
    );
    let (mut scene, end) = one();
    scene.marker().turned(&frame, 0).skip(end, "BAD_MAGIC");
    scene.finish(
        suite,
        "file-last-magic-damaged",
        "The magic of the last entry is damaged",
        &["FILE-006", "FILE-009"],
        true,
    );
    let mut scene = Scene::new();
    scene.lose_body(&frame);
    scene.finish(
        suite,
        "file-only-body-damaged",
        "The body of the only entry is damaged",
        &["FILE-008", "FILE-009"],
        true,
    );
    let (mut scene, _) = one();
    scene.lose_body(&frame).lose_body(&chunk(3, 10));
    scene.finish(
        suite,
        "file-last-two-damaged",
        "The bodies of the last two entries are damaged",
        &["FILE-004", "FILE-008", "FILE-009"],
        true,
    );
}
