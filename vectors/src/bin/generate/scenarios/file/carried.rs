//! Frames that a dead letter carries inside a payload.

use super::resync::carried;
use super::scene::{Scene, beat, entry_bytes, letter};
use crate::suite::Suite;

pub(crate) fn add(suite: &mut Suite) {
    in_a_good_frame(suite);
    in_a_damaged_frame(suite);
    without_a_marker(suite);
}

fn in_a_good_frame(suite: &mut Suite) {
    let entry = entry_bytes(&beat(90));
    let mut scene = Scene::new();
    scene.beats(1..=1).accept(&letter(2, &entry, true)).beats(3..=3);
    scene.finish(
        suite,
        "file-carried-entry",
        "An intact frame carries an entry of this file",
        &["FILE-010", "FILE-011"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1).accept(&letter(2, &beat(90).bytes(), true)).beats(3..=3);
    scene.finish(suite, "file-carried-frame", "An intact frame carries a frame", &["FILE-011"], false);
    let mut scene = Scene::new();
    scene.accept(&letter(1, &[&entry[..], &entry_bytes(&beat(91))].concat(), false));
    scene.finish(
        suite,
        "file-carried-two-last",
        "The only frame, intact, ends with two entries that it carries",
        &["FILE-011"],
        false,
    );
    let mut scene = Scene::new();
    scene.accept(&letter(1, &entry_bytes(&letter(80, &entry, false)), false)).beats(2..=2);
    scene.finish(
        suite,
        "file-carried-twice-nested",
        "An intact frame carries an entry that carries an entry",
        &["FILE-011"],
        false,
    );
}

fn in_a_damaged_frame(suite: &mut Suite) {
    let frame = letter(2, &entry_bytes(&beat(90)), true);
    let mut scene = Scene::new();
    scene.beats(1..=1).lose_body(&frame).beats(3..=3);
    scene.finish(
        suite,
        "file-carried-damaged",
        "A frame that carries an entry is damaged, and an entry follows it: it is skipped exactly",
        &["FILE-008"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1).lose_body(&frame);
    scene.finish(
        suite,
        "file-carried-damaged-last",
        "The last frame, which carries an entry, is damaged: it is skipped exactly",
        &["FILE-008", "FILE-009"],
        true,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1).lose(&frame, 70, "METADATA_CRC", 8).beats(3..=3);
    scene.finish(
        suite,
        "file-carried-metadata-damaged",
        "The metadata of a frame that carries an entry are damaged",
        &["FILE-008"],
        false,
    );
    let last = frame.len() as u64 - 1;
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&frame, last).put("bytes between entries", *b"nothing of this file").reject(
        start + 16,
        "BODY_CRC",
        12,
    );
    carried(&mut scene, start, &frame, "BODY_CRC");
    scene.beats(3..=3);
    scene.finish(
        suite,
        "file-carried-damaged-no-candidate",
        "A frame that carries an entry is damaged, and no candidate follows it: what it carries is found",
        &["FILE-004", "FILE-006", "FILE-007"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&frame, 40);
    carried(&mut scene, start, &frame, "PRELUDE_CRC");
    scene.beats(3..=3);
    scene.finish(
        suite,
        "file-carried-prelude-damaged",
        "The prelude of a frame that carries an entry is damaged: what it carries is found",
        &["FILE-004", "FILE-006"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.bad_marker().turned(&frame, last);
    carried(&mut scene, start, &frame, "FILE_MARKER");
    scene.beats(3..=3);
    scene.finish(
        suite,
        "file-carried-marker-and-body-damaged",
        "Marker and body of a frame that carries an entry are damaged: what it carries is found",
        &["FILE-004", "FILE-005", "FILE-006"],
        false,
    );
}

fn without_a_marker(suite: &mut Suite) {
    let frame = letter(2, &beat(90).bytes(), true);
    let last = frame.len() as u64 - 1;
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&frame, last).put("bytes between entries", *b"nothing of this file");
    scene.reject(start + 16, "BODY_CRC", 12).skip(start, "BODY_CRC").beats(3..=3);
    scene.finish(
        suite,
        "file-carried-without-marker",
        "A damaged frame carries a frame without a marker, and no candidate follows: it is not found",
        &["FILE-006", "FILE-007"],
        false,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&frame, 40).skip(start, "PRELUDE_CRC").beats(3..=3);
    scene.finish(
        suite,
        "file-carried-without-marker-prelude-damaged",
        "A frame with a damaged prelude carries a frame without a marker: it is not found",
        &["FILE-006"],
        false,
    );
}
