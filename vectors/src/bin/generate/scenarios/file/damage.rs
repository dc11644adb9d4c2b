//! Damage in the middle of a file.

use super::scene::{Scene, beat, chunk};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    single(suite);
    adjacent(suite);
    shifted(suite);
    torn_in_the_middle(suite);
}

fn single(suite: &mut Suite) {
    let mut scene = Scene::new();
    scene.beats(1..=1).lose_body(&chunk(2, 30)).beats(3..=3);
    scene.finish(
        suite,
        "file-body-damaged",
        "The body of the second of three entries is damaged",
        &["FILE-004", "FILE-008", "FILE-010"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1).lose(&chunk(2, 30), 66, "METADATA_CRC", 8).beats(3..=3);
    scene.finish(
        suite,
        "file-metadata-damaged",
        "The metadata of the second of three entries is damaged",
        &["FILE-004", "FILE-008"],
        false,
    );
    let mut scene = Scene::new();
    scene.lose_body(&chunk(1, 30)).beats(2..=3);
    scene.finish(suite, "file-first-body-damaged", "The body of the first entry is damaged", &["FILE-008"], false);
    for (at, name, code) in [
        (0, "magic", "BAD_MAGIC"),
        (6, "prelude-crc", "PRELUDE_CRC"),
        (17, "body-len", "PRELUDE_CRC"),
        (63, "prelude-last-byte", "PRELUDE_CRC"),
    ] {
        let mut scene = Scene::new();
        scene.beats(1..=1);
        let start = scene.here();
        scene.marker().turned(&chunk(2, 30), at).skip(start, code).beats(3..=4);
        let title = format!(
            "The second of four entries has one bit turned at {at}: it is no candidate, and not a rejected frame"
        );
        scene.finish(suite, &format!("file-{name}-damaged"), &title, &["FILE-004", "FILE-006"], false);
    }
    let mut scene = Scene::new();
    scene.marker().turned(&beat(1), 30).skip(28, "PRELUDE_CRC").beats(2..=2);
    scene.finish(
        suite,
        "file-first-prelude-damaged",
        "The prelude of the first entry is damaged",
        &["FILE-006"],
        false,
    );
    let mut scene = Scene::new();
    scene.lose(&chunk(1, 70_000), 40_000, "BODY_CRC", 12).beats(2..=2);
    scene.finish(
        suite,
        "file-long-body-damaged",
        "The body of a frame of more than 65,536 bytes is damaged",
        &["FILE-008", "FILE-010"],
        false,
    );
}

fn adjacent(suite: &mut Suite) {
    let mut scene = Scene::new();
    scene.beats(1..=1).lose_body(&chunk(2, 30)).lose_body(&chunk(3, 20)).beats(4..=4);
    scene.finish(
        suite,
        "file-two-bodies-damaged",
        "The bodies of two entries in a row are damaged: two ranges",
        &["FILE-004", "FILE-008"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&beat(2), 33).skip(start, "PRELUDE_CRC").lose_body(&beat(3)).beats(4..=4);
    scene.finish(
        suite,
        "file-prelude-then-body-damaged",
        "A damaged prelude, then a damaged body",
        &["FILE-004", "FILE-006", "FILE-008"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    let body = chunk(2, 30);
    scene.marker().turned(&body, body.len() as u64 - 1).marker().turned(&beat(3), 33);
    scene.reject(start + 16, "BODY_CRC", 12).skip(start, "BODY_CRC").beats(4..=4);
    scene.finish(
        suite,
        "file-body-then-prelude-damaged",
        "A damaged body, then a damaged prelude: one range",
        &["FILE-004", "FILE-006", "FILE-007"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&beat(2), 33).marker().turned(&beat(3), 0).skip(start, "PRELUDE_CRC").beats(4..=4);
    scene.finish(
        suite,
        "file-two-preludes-damaged",
        "The preludes of two entries in a row are damaged: one range",
        &["FILE-004", "FILE-006"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1).lose_body(&beat(2)).beats(3..=3).lose(&beat(4), 70, "METADATA_CRC", 8).beats(5..=5);
    scene.finish(
        suite,
        "file-every-other-damaged",
        "The second and the fourth of five entries are damaged",
        &["FILE-004", "FILE-008"],
        false,
    );
}

fn shifted(suite: &mut Suite) {
    let frame = chunk(2, 100);
    let bytes = frame.bytes();
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().put("frame of which 5 bytes are missing", [&bytes[..110], &bytes[115..]].concat());
    scene.reject(start + 16, "BODY_CRC", 12).skip(start, "BODY_CRC").beats(3..=4);
    scene.finish(
        suite,
        "file-bytes-missing",
        "5 bytes of a body are missing, so the next entry begins before the frame's end",
        &["FILE-006", "FILE-007", "FILE-011"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().put("frame with 5 bytes too many", [&bytes[..110], b"extra", &bytes[110..]].concat());
    scene.reject(start + 16, "BODY_CRC", 12).skip(start, "BODY_CRC").beats(3..=4);
    scene.finish(
        suite,
        "file-bytes-inserted",
        "5 bytes have come into a body, so the next entry begins after the frame's end",
        &["FILE-006", "FILE-007"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().put("frame of which 5 bytes are missing", [&bytes[..66], &bytes[71..]].concat());
    scene.reject(start + 16, "METADATA_CRC", 8).skip(start, "METADATA_CRC").beats(3..=4);
    scene.finish(
        suite,
        "file-bytes-missing-metadata",
        "5 bytes of the metadata are missing",
        &["FILE-006", "FILE-007"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.put("bytes between entries", *b"nothing of this file").skip(start, "FILE_MARKER").beats(2..=3);
    scene.finish(suite, "file-garbage-between", "20 bytes between two entries", &["FILE-004", "FILE-006"], false);
    let mut scene = Scene::new();
    scene.put("one byte", [0]).skip(28, "FILE_MARKER").beats(1..=1);
    scene.finish(suite, "file-garbage-first", "One byte between the header and the first entry", &["FILE-006"], false);
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&frame, 120).put("bytes between entries", *b"nothing of this file");
    scene.reject(start + 16, "BODY_CRC", 12).skip(start, "BODY_CRC").beats(3..=3);
    scene.finish(
        suite,
        "file-garbage-after-damaged",
        "20 bytes after a damaged entry: one range",
        &["FILE-004", "FILE-007"],
        false,
    );
}

/// A writer died in the middle of an entry, and another went on behind it.
fn torn_in_the_middle(suite: &mut Suite) {
    let frame = chunk(2, 400);
    let mut scene = Scene::new();
    scene.accept(&chunk(1, 20));
    let start = scene.here();
    scene.torn(&frame, 200).reject(start + 16, "BODY_CRC", 12).skip(start, "BODY_CRC").beats(3..=6);
    scene.finish(
        suite,
        "file-torn-in-the-middle",
        "A, 200 bytes of B, C to F: all but B are delivered, and B is one range",
        &["FILE-004", "FILE-006", "FILE-007", "FILE-010"],
        false,
    );
    let mut scene = Scene::new();
    scene.accept(&chunk(1, 20));
    let start = scene.here();
    scene.torn(&chunk(2, 2_000), 200).beats(3..=6);
    let rest = scene.here() - start - 16;
    scene.reject(start + 16, "TRUNCATED", rest).skip_range(start, start + 200, "TRUNCATED");
    scene.finish(
        suite,
        "file-torn-in-the-middle-long",
        "A, 200 bytes of B, C to F, where B would reach past the end of the file",
        &["FILE-004", "FILE-006", "FILE-007"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.torn(&frame, 60).skip(start, "PRELUDE_CRC").beats(3..=4);
    scene.finish(
        suite,
        "file-torn-prelude-in-the-middle",
        "The second of four entries ends in its prelude",
        &["FILE-004", "FILE-006"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.torn(&frame, 7).skip(start, "FILE_MARKER").beats(3..=4);
    scene.finish(
        suite,
        "file-torn-marker-in-the-middle",
        "The second of four entries ends in its marker",
        &["FILE-004", "FILE-006"],
        false,
    );
}
