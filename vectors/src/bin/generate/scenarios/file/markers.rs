//! Markers that are damaged, missing or too many.

use super::scene::{MARKER, SIGNATURE, Scene, beat, chunk, entry_bytes, letter};
use crate::crc32c::crc32c;
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    after_accepted(suite);
    after_rejected(suite);
    many(suite);
    joined(suite);
}

fn after_accepted(suite: &mut Suite) {
    for (before, after, name, text) in
        [(1, 2, "", "second of four entries"), (0, 1, "first-", "first entry"), (1, 0, "last-", "last entry")]
    {
        let mut scene = Scene::new();
        scene.beats(1..=before).unmarked(&chunk(before + 1, 20)).beats(before + 2..before + 2 + after);
        let title = format!("The marker of the {text} is damaged");
        scene.finish(suite, &format!("file-{name}entry-marker-damaged"), &title, &["FILE-004", "FILE-005"], false);
    }
    let mut scene = Scene::new();
    scene.beats(1..=1).unmarked(&beat(2)).unmarked(&beat(3)).beats(4..=4);
    scene.finish(
        suite,
        "file-two-markers-damaged",
        "The markers of two entries in a row are damaged",
        &["FILE-004", "FILE-005"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.fill("marker (zeros)", 0, 16).skip(start, "FILE_MARKER");
    let start = scene.here();
    scene.frame(&beat(2)).taken(start, 2).beats(3..=3);
    scene.finish(suite, "file-entry-marker-zeros", "16 zeros stand where a marker should", &["FILE-005"], false);
    for (at, name, text) in [(45, "prelude", "prelude"), (70, "metadata", "metadata"), (90, "body", "body")] {
        let mut scene = Scene::new();
        scene.beats(1..=1);
        let start = scene.here();
        scene.bad_marker().turned(&chunk(2, 30), at).skip(start, "FILE_MARKER").beats(3..=4);
        let title = format!(
            "Marker and {text} of the second of four entries are damaged: it is no candidate, and not a rejected frame"
        );
        scene.finish(
            suite,
            &format!("file-marker-and-{name}-damaged"),
            &title,
            &["FILE-004", "FILE-005", "FILE-006"],
            false,
        );
    }
    let mut scene = Scene::new();
    scene.beats(1..=1).unmarked(&letter(2, &entry_bytes(&beat(90)), true)).beats(3..=3);
    scene.finish(
        suite,
        "file-entry-marker-damaged-carrying",
        "The marker of an intact frame that carries an entry is damaged",
        &["FILE-005", "FILE-011"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene
        .put("marker of which a byte is missing", &MARKER[..15])
        .frame(&beat(2))
        .skip(start, "FILE_MARKER")
        .beats(3..=3);
    scene.finish(
        suite,
        "file-entry-marker-short",
        "A byte of a marker is missing, so the frame is not where it should be",
        &["FILE-005", "FILE-006"],
        false,
    );
    let newer = beat(2).with(|frame| frame.version = 2);
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.bad_marker().frame(&newer).skip(start, "FILE_MARKER").beats(3..=3);
    scene.finish(
        suite,
        "file-entry-marker-damaged-newer",
        "The marker of a frame of an unknown version is damaged: that frame does not pass every check",
        &["FILE-005", "FILE-006"],
        false,
    );
}

fn after_rejected(suite: &mut Suite) {
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    let frame = chunk(2, 30);
    scene.marker().turned(&frame, 110).bad_marker().frame(&beat(3));
    scene.reject(start + 16, "BODY_CRC", 12).skip(start, "BODY_CRC").beats(4..=4);
    scene.finish(
        suite,
        "file-marker-damaged-after-body",
        "A damaged body, then a damaged marker",
        &["FILE-004", "FILE-005", "FILE-007"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&frame, 40).bad_marker().frame(&beat(3)).skip(start, "PRELUDE_CRC").beats(4..=4);
    scene.finish(
        suite,
        "file-marker-damaged-after-prelude",
        "A damaged prelude, then a damaged marker",
        &["FILE-004", "FILE-005", "FILE-006"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1).lose_body(&frame).beats(3..=3).unmarked(&beat(4)).beats(5..=5);
    scene.finish(
        suite,
        "file-trusted-again",
        "A damaged body, a good entry, and a damaged marker after it",
        &["FILE-004", "FILE-005", "FILE-008"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene
        .marker()
        .turned(&frame, 110)
        .bad_marker()
        .frame(&beat(3))
        .reject(start + 16, "BODY_CRC", 12)
        .skip(start, "BODY_CRC");
    scene.finish(
        suite,
        "file-marker-damaged-after-body-last",
        "A damaged body, then a damaged marker before the last frame",
        &["FILE-005", "FILE-007", "FILE-009"],
        true,
    );
}

fn many(suite: &mut Suite) {
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().skip(start, "BAD_MAGIC").beats(2..=2);
    scene.finish(suite, "file-two-markers", "Two markers before one frame", &["FILE-004", "FILE-006"], false);
    let mut scene = Scene::new();
    scene.marker().marker().skip(28, "BAD_MAGIC").beats(1..=1);
    scene.finish(suite, "file-three-markers", "Three markers before the first frame", &["FILE-004", "FILE-006"], false);
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().marker().skip(start, "BAD_MAGIC");
    scene.finish(suite, "file-two-markers-last", "The file ends with two markers", &["FILE-006", "FILE-009"], true);
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    let damaged = chunk(2, 30);
    scene
        .marker()
        .turned(&damaged, 110)
        .marker()
        .reject(start + 16, "BODY_CRC", 12)
        .skip(start, "BODY_CRC")
        .beats(3..=3);
    scene.finish(
        suite,
        "file-two-markers-after-damaged",
        "A damaged body, then two markers: no candidate follows the body",
        &["FILE-006", "FILE-007"],
        false,
    );
    let mut scene = Scene::new();
    scene.accept(&letter(1, &MARKER, true)).beats(2..=2);
    scene.finish(suite, "file-marker-in-a-payload", "A payload that carries a marker", &["FILE-011"], false);
}

/// A file put behind a file.
fn joined(suite: &mut Suite) {
    let crc = crc32c(&MARKER).to_le_bytes();
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.put("signature", SIGNATURE).put("sync marker", MARKER).put("CRC32C of the sync marker", crc);
    scene.skip(start, "FILE_MARKER").beats(2..=2);
    scene.finish(suite, "file-header-again", "The header again between two entries", &["FILE-004", "FILE-006"], false);
    let other: [u8; 16] = MARKER.map(|byte| byte ^ 0x5a);
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.put("signature", SIGNATURE).put("another sync marker", other).put("its CRC32C", crc32c(&other).to_le_bytes());
    scene.put("the other marker", other).frame(&beat(2)).skip(start, "FILE_MARKER");
    scene.finish(
        suite,
        "file-other-file-behind",
        "Another file, with another marker, behind the first",
        &["FILE-006", "FILE-009"],
        true,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.put("marker of another file", other).skip(start, "FILE_MARKER");
    let start = scene.here();
    scene.frame(&beat(2)).taken(start, 2).beats(3..=3);
    scene.finish(
        suite,
        "file-entry-of-another-file",
        "An entry with the marker of another file, after an accepted one",
        &["FILE-005"],
        false,
    );
}
