//! Where a reader goes on after a frame that it cannot accept.

use super::scene::{MARKER, Scene, beat, chunk, entry_bytes, letter};
use crate::frame::Frame;
use crate::suite::Suite;
use crate::wire::Msg;

pub(crate) fn add(suite: &mut Suite) {
    unsupported(suite);
    lengths(suite);
    past_the_end(suite);
    at_the_end(suite);
}

/// A frame with a codec that no reader knows.
fn other_codec(frame: &Frame) -> Frame {
    let raw_len = frame.body.len() as u32 + 1;
    frame.with(|frame| (frame.codec, frame.raw_len) = (9, Some(raw_len)))
}

fn unsupported(suite: &mut Suite) {
    let frame = chunk(2, 30);
    let cases = [
        (frame.with(|frame| frame.version = 2), "newer-version", "version", "VERSION", 1),
        (frame.with(|frame| frame.critical_flags = 1), "critical-flag", "critical flag", "CRITICAL_FLAG", 2),
        (frame.with(|frame| frame.schema = 2), "newer-schema", "schema", "SCHEMA", 27),
        (other_codec(&frame), "unknown-codec", "codec", "CODEC", 26),
    ];
    for (frame, name, text, code, offset) in cases {
        let mut scene = Scene::new();
        scene.beats(1..=1).lose_whole(&frame, code, offset).beats(3..=3);
        let title = format!("The second of three frames has an unknown {text}: it is skipped exactly");
        scene.finish(suite, &format!("file-{name}"), &title, &["FILE-004", "FILE-008"], false);
    }
    let mut scene = Scene::new();
    scene.beats(1..=1).lose_whole(&frame.with(|frame| frame.version = 2), "VERSION", 1);
    scene.finish(
        suite,
        "file-newer-version-last",
        "The last frame has an unknown version",
        &["FILE-008", "FILE-009"],
        true,
    );
    let newer = letter(2, &entry_bytes(&beat(90)), true).with(|frame| frame.version = 2);
    let mut scene = Scene::new();
    scene.beats(1..=1).lose_whole(&newer, "VERSION", 1).beats(3..=3);
    scene.finish(
        suite,
        "file-newer-version-carrying",
        "A frame of an unknown version carries an entry: it is skipped exactly",
        &["FILE-008"],
        false,
    );
}

/// Step 4a: a length out of its range, under a prelude_crc that is right.
fn lengths(suite: &mut Suite) {
    // Without metadata, and with the entry that it carries at the end of its body.
    let empty = letter(2, &entry_bytes(&beat(3)), false).with(|frame| frame.metadata = Msg::default());
    let carried = entry_bytes(&beat(3)).len() as u64;
    for (frame, name, code, offset) in [
        (empty.clone(), "metadata-len-0", "METADATA_LEN", 24),
        (empty.with(|frame| frame.version = 2), "metadata-len-0-newer", "VERSION", 1),
    ] {
        let mut scene = Scene::new();
        scene.beats(1..=1);
        let start = scene.here();
        scene.marker().frame(&frame).reject(start + 16, code, offset);
        let end = scene.here();
        scene.skip_range(start, end - carried, code).accepted(end - carried, end, 3).beats(4..=4);
        let title = format!(
            "A frame with a metadata_len of 0 is rejected with {code}; the entry that it carries is found, for its lengths are not believed"
        );
        scene.finish(suite, &format!("file-{name}"), &title, &["FILE-004", "FILE-006", "FILE-007"], false);
    }
    let frame = beat(2);
    let cases = [
        (frame.with(|frame| frame.metadata_len = Some(16_385)), "metadata-len-16385", "METADATA_LEN", 24),
        (frame.with(|frame| frame.metadata_len = Some(65_535)), "metadata-len-65535", "METADATA_LEN", 24),
        (frame.with(|frame| (frame.body_len, frame.raw_len) = (Some(0), Some(0))), "body-len-0", "BODY_LEN", 16),
        (frame.with(|frame| frame.body_len = Some(8_388_609)), "body-len-8388609", "BODY_LEN", 16),
        (frame.with(|frame| frame.body_len = Some(u32::MAX)), "body-len-4294967295", "BODY_LEN", 16),
    ];
    for (frame, name, code, offset) in cases {
        let mut scene = Scene::new();
        scene.beats(1..=1);
        let start = scene.here();
        scene.marker().frame(&frame).reject(start + 16, code, offset).skip(start, code).beats(3..=4);
        let title = format!("A length of the second frame is out of its range: {}", name.replace('-', " "));
        scene.finish(suite, &format!("file-{name}"), &title, &["FILE-004", "FILE-007"], false);
    }
    let mut scene = Scene::new();
    let zero = frame.with(|frame| (frame.body_len, frame.raw_len) = (Some(0), Some(0)));
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().frame(&zero).reject(start + 16, "BODY_LEN", 16).skip(start, "BODY_LEN");
    scene.finish(suite, "file-body-len-0-last", "The last frame has a body_len of 0", &["FILE-007", "FILE-009"], true);
}

/// Step 4b: the frame would end past the end of the file.
fn past_the_end(suite: &mut Suite) {
    let long = beat(2).with(|frame| (frame.body_len, frame.raw_len) = (Some(8_388_608), Some(8_388_608)));
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().frame(&long);
    let next = scene.here();
    scene.beats(3..=4);
    let rest = scene.here() - start - 16;
    scene.reject(start + 16, "TRUNCATED", rest).skip_range(start, next, "TRUNCATED");
    scene.finish(
        suite,
        "file-announces-8-mib",
        "The second of four frames announces a body of 8 MiB",
        &["FILE-004", "FILE-007"],
        false,
    );
    let newer = long.with(|frame| frame.version = 2);
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().frame(&newer).reject(start + 16, "VERSION", 1).skip(start, "VERSION").beats(3..=4);
    scene.finish(
        suite,
        "file-announces-8-mib-newer",
        "A frame of an unknown version announces 8 MiB: VERSION comes before TRUNCATED",
        &["FILE-004", "FILE-007"],
        false,
    );
    let mut one_more = chunk(2, 30);
    one_more.body_len = Some(one_more.body.len() as u32 + 1);
    one_more.raw_len = one_more.body_len;
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().frame(&one_more).reject(start + 16, "TRUNCATED", one_more.len() as u64).skip(start, "TRUNCATED");
    scene.finish(
        suite,
        "file-announces-one-more",
        "The last frame announces one byte more than there is",
        &["FILE-007", "FILE-009"],
        true,
    );
    let torn = letter(2, &entry_bytes(&beat(90)), true);
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    let len = torn.len() as u64 - 3;
    scene.torn(&torn, len as usize + 16).reject(start + 16, "TRUNCATED", len);
    carried(&mut scene, start, &torn, "TRUNCATED");
    scene.finish(
        suite,
        "file-torn-carrying",
        "The last frame is cut behind the entry that it carries, which is found",
        &["FILE-006", "FILE-007", "FILE-009"],
        true,
    );
}

/// Expects that the entry that a frame carries is accepted, and the bytes around it are skipped.
pub(crate) fn carried(scene: &mut Scene, start: u64, frame: &Frame, code: &'static str) {
    let bytes = frame.bytes();
    let place = bytes.windows(16).position(|window| window == MARKER).expect("it carries a marker") as u64;
    let begin = start + 16 + place;
    let end = begin + entry_bytes(&beat(90)).len() as u64;
    scene.skip_range(start, begin, code).accepted(begin, end, 90).skip(end, "FILE_MARKER");
}

/// Candidates that end where the file does.
fn at_the_end(suite: &mut Suite) {
    let frame = chunk(2, 30);
    let mut scene = Scene::new();
    scene.beats(1..=1).lose(&frame, 110, "BODY_CRC", 12);
    let start = scene.here();
    scene.torn(&beat(3), 80).reject(start + 16, "TRUNCATED", 64).skip(start, "TRUNCATED");
    scene.finish(
        suite,
        "file-candidate-at-the-end",
        "A damaged body, then a marker and a prelude with which the file ends: a candidate",
        &["FILE-006", "FILE-008", "FILE-009"],
        true,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&frame, 110).torn(&beat(3), 79).reject(start + 16, "BODY_CRC", 12).skip(start, "BODY_CRC");
    scene.finish(
        suite,
        "file-no-candidate-at-the-end",
        "The same with one byte less: no candidate, and one range",
        &["FILE-006", "FILE-007", "FILE-009"],
        true,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&frame, 40).skip(start, "PRELUDE_CRC");
    let start = scene.here();
    scene.torn(&beat(3), 80).reject(start + 16, "TRUNCATED", 64).skip(start, "TRUNCATED");
    scene.finish(
        suite,
        "file-resync-to-the-end",
        "A damaged prelude, then a candidate with which the file ends",
        &["FILE-006", "FILE-009"],
        true,
    );
    let mut scene = Scene::new();
    scene.beats(1..=1);
    let start = scene.here();
    scene.marker().turned(&frame, 110).put("one byte", [0]).reject(start + 16, "BODY_CRC", 12).skip(start, "BODY_CRC");
    scene.finish(
        suite,
        "file-one-byte-after-damaged",
        "One byte after a damaged last entry: one range",
        &["FILE-007", "FILE-009"],
        true,
    );
}
