//! Frames that begin inside the prelude of a rejected one.

use super::scene::{Header, MARKER, Scene, beat};
use crate::build::raw;
use crate::frame::{Frame, Sum};
use crate::suite::Suite;
use crate::wire::Msg;

pub(crate) fn add(suite: &mut Suite) {
    without_markers(suite);
    with_markers(suite);
}

/// A frame whose bytes from the 32nd on, those of its body apart, are these.
fn around(bytes: &[u8]) -> Frame {
    let (head, rest) = bytes.split_at(32);
    beat(2).with(|frame| {
        frame.producer_id = head[..16].try_into().expect("16 bytes");
        frame.base_sequence = u64::from_le_bytes(head[16..24].try_into().expect("8 bytes"));
        frame.epoch = u32::from_le_bytes(head[24..28].try_into().expect("4 bytes"));
        frame.lane = u32::from_le_bytes(head[28..].try_into().expect("4 bytes"));
        frame.metadata = Msg(vec![raw(rest)]);
    })
}

fn without_markers(suite: &mut Suite) {
    let frame = around(&beat(90).bytes());
    let requirements = &["FILE-003", "FILE-006", "FILE-007"];
    let scene = |frame: &Frame| {
        let mut scene = Scene::headed(Header::NoMarker);
        scene.beats(1..=1).marker().frame(frame).put("bytes between entries", *b"nothing of this file");
        scene
    };
    let start = 28 + 16 + beat(1).len() as u64;
    let damaged = frame.with(|frame| frame.metadata_crc = Sum::Flipped(1));
    let mut file = scene(&damaged);
    file.reject(start + 16, "METADATA_CRC", 8).skip(start, "METADATA_CRC").beats(3..=3);
    file.finish(
        suite,
        "file-markerless-overlapping",
        "Without markers: a frame begins inside the prelude of one whose metadata are damaged: it is not found",
        requirements,
        false,
    );
    let empty = frame.with(|frame| frame.metadata_len = Some(0));
    let mut file = scene(&empty);
    file.reject(start + 16, "METADATA_LEN", 24).skip(start, "METADATA_LEN").beats(3..=3);
    file.finish(
        suite,
        "file-markerless-overlapping-metadata-len-0",
        "Without markers: a frame begins inside the prelude of one with a metadata_len of 0: it is not found",
        requirements,
        false,
    );
    let long = frame.with(|frame| (frame.body_len, frame.raw_len) = (Some(1_000), Some(1_000)));
    let mut file = scene(&long);
    file.skip(start, "TRUNCATED").beats(3..=3);
    let rest = file.here() - start - 16;
    file.reject(start + 16, "TRUNCATED", rest);
    file.finish(
        suite,
        "file-markerless-overlapping-truncated",
        "Without markers: a frame begins inside the prelude of one that announces more than there is: it is not found",
        requirements,
        false,
    );
}

fn with_markers(suite: &mut Suite) {
    let entry = [&MARKER[..], &beat(90).bytes()].concat();
    let frame = around(&entry);
    let mut file = Scene::new();
    file.bug(&frame, "SEQUENCE_RANGE", 48).beats(1..=1);
    let start = file.here();
    file.marker().frame(&frame).put("bytes between entries", *b"nothing of this file");
    file.reject(start + 16, "SEQUENCE_RANGE", 48).skip(start, "SEQUENCE_RANGE").beats(3..=3);
    file.finish(
        suite,
        "file-overlapping",
        "An entry begins inside the prelude of a rejected frame, whose producer_id is the marker: it is not found",
        &["FILE-006", "FILE-007"],
        false,
    );
}
