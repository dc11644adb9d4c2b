//! Files of which the header's marker is damaged: every prelude that is in order is a candidate.

use super::scene::{Header, Scene, beat, chunk, letter};
use crate::suite::Suite;

fn scene() -> Scene {
    Scene::headed(Header::NoMarker)
}

pub(crate) fn add(suite: &mut Suite) {
    damaged(suite);
    found(suite);
    tails(suite);
    signature_damaged(suite);
}

fn damaged(suite: &mut Suite) {
    let frame = chunk(2, 30);
    let mut file = scene();
    file.beats(1..=1).lose_body(&frame).beats(3..=3);
    file.finish(
        suite,
        "file-markerless-body-damaged",
        "Without markers: the body of the second of three entries is damaged",
        &["FILE-003", "FILE-008"],
        false,
    );
    let mut file = scene();
    file.beats(1..=1);
    let start = file.here();
    file.marker().turned(&frame, 40).skip(start, "PRELUDE_CRC").beats(3..=3);
    file.finish(
        suite,
        "file-markerless-prelude-damaged",
        "Without markers: the prelude of the second of three entries is damaged",
        &["FILE-003", "FILE-006"],
        false,
    );
    let mut file = scene();
    file.beats(1..=1);
    let start = file.here();
    file.marker().turned(&frame, 0).skip(start, "BAD_MAGIC").beats(3..=3);
    file.finish(
        suite,
        "file-markerless-magic-damaged",
        "Without markers: the magic of the second of three entries is damaged",
        &["FILE-003", "FILE-006"],
        false,
    );
    let mut file = scene();
    file.beats(1..=1);
    let start = file.here();
    file.bad_marker().frame(&beat(2)).taken(start, 2).beats(3..=3);
    file.finish(
        suite,
        "file-markerless-entry-marker-damaged",
        "Without markers: a damaged marker is not seen, and belongs to its entry",
        &["FILE-003", "FILE-004"],
        false,
    );
    let mut file = scene();
    file.beats(1..=1);
    let start = file.here();
    file.put("bytes between entries", *b"nothing of this file").skip(start, "BAD_MAGIC").beats(2..=2);
    file.finish(
        suite,
        "file-markerless-garbage",
        "Without markers: 20 bytes between two entries",
        &["FILE-003", "FILE-006"],
        false,
    );
    let mut file = scene();
    file.beats(1..=1);
    let start = file.here();
    file.torn(&chunk(2, 400), 200).reject(start + 16, "BODY_CRC", 12).skip(start, "BODY_CRC").beats(3..=6);
    file.finish(
        suite,
        "file-markerless-torn-in-the-middle",
        "Without markers: A, 200 bytes of B, C to F",
        &["FILE-003", "FILE-004", "FILE-007", "FILE-010"],
        false,
    );
    let mut file = scene();
    let newer = frame.with(|frame| frame.version = 2);
    file.beats(1..=1).lose_whole(&newer, "VERSION", 1).beats(3..=3);
    file.finish(
        suite,
        "file-markerless-newer-version",
        "Without markers: a frame of an unknown version",
        &["FILE-003", "FILE-008"],
        false,
    );
    let mut file = scene();
    file.beats(1..=1);
    let start = file.here();
    file.marker().skip(start, "BAD_MAGIC").beats(2..=2);
    file.finish(
        suite,
        "file-markerless-two-markers",
        "Without markers: two markers before one frame",
        &["FILE-003", "FILE-006"],
        false,
    );
}

fn found(suite: &mut Suite) {
    // Sixteen bytes of text stand before the frame that is carried.
    let inner = [b"sixteen bytes...", &beat(90).bytes()[..]].concat();
    let frame = letter(2, &inner, true);
    let mut file = scene();
    file.beats(1..=1).accept(&frame).beats(3..=3);
    file.finish(
        suite,
        "file-markerless-carried",
        "Without markers: an intact frame carries a frame",
        &["FILE-003", "FILE-011"],
        false,
    );
    let mut file = scene();
    file.beats(1..=1).lose_body(&frame).beats(3..=3);
    file.finish(
        suite,
        "file-markerless-carried-damaged",
        "Without markers: a damaged frame carries a frame, and an entry follows",
        &["FILE-003", "FILE-008"],
        false,
    );
    let mut file = scene();
    file.beats(1..=1);
    let start = file.here();
    let place =
        frame.bytes().windows(16).position(|window| window == *b"sixteen bytes...").expect("it is there") as u64;
    let begin = start + 16 + place;
    let end = begin + inner.len() as u64;
    file.marker().turned(&frame, frame.len() as u64 - 1).put("bytes between entries", *b"nothing of this file");
    file.reject(start + 16, "BODY_CRC", 12).skip_range(start, begin, "BODY_CRC").accepted(begin, end, 90);
    file.skip(end, "BAD_MAGIC").beats(3..=3);
    file.finish(
        suite,
        "file-markerless-carried-damaged-no-candidate",
        "Without markers: a damaged frame carries a frame, and no candidate follows: it is found, with 16 bytes before it",
        &["FILE-003", "FILE-006", "FILE-007"],
        false,
    );
}

fn tails(suite: &mut Suite) {
    for (len, code) in [(10, "EMPTY"), (16, "EMPTY"), (40, "SHORT_PRELUDE")] {
        let mut file = scene();
        file.beats(1..=1);
        let start = file.here();
        file.torn(&beat(2), len).skip(start, code);
        let title = format!("Without markers: the last entry ends after {len} bytes");
        file.finish(suite, &format!("file-markerless-torn-{len}"), &title, &["FILE-003", "FILE-009"], true);
    }
    let mut file = scene();
    file.beats(1..=1);
    let start = file.here();
    file.torn(&beat(2), 81).reject(start + 16, "TRUNCATED", 65).skip(start, "TRUNCATED");
    file.finish(
        suite,
        "file-markerless-torn-81",
        "Without markers: the last entry ends in its metadata",
        &["FILE-003", "FILE-007", "FILE-009"],
        true,
    );
    let mut file = scene();
    file.fill("zeros", 0, 200).skip(28, "BAD_MAGIC");
    file.finish(
        suite,
        "file-markerless-zeros",
        "Without markers: 200 zeros and no entry",
        &["FILE-003", "FILE-009"],
        true,
    );
}

fn signature_damaged(suite: &mut Suite) {
    let mut file = Scene::headed(Header::NoSignature);
    file.unmarked(&beat(1)).lose_body(&chunk(2, 30)).beats(3..=3);
    file.finish(
        suite,
        "file-signature-and-entries-damaged",
        "The signature, the first entry's marker and the second's body are damaged: markers still count",
        &["FILE-002", "FILE-004", "FILE-005", "FILE-008"],
        false,
    );
    let mut file = Scene::headed(Header::NoSignature);
    file.torn(&beat(1), 30).skip(28, "SHORT_PRELUDE");
    file.finish(
        suite,
        "file-signature-damaged-torn",
        "The signature is damaged and the only entry is torn",
        &["FILE-002", "FILE-009"],
        true,
    );
}
