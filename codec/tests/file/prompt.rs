//! Nothing waits for bytes that it does not need.

use dashstream_codec::file::{FileReader, FileReport};
use dashstream_codec::{Code, ReadOptions};

use crate::build::{file, frame, sample, with_prelude};

/// What is told of these bytes before any more come.
fn so_far(mut bytes: &[u8]) -> FileReport {
    let mut reader = FileReader::new(ReadOptions::default());
    let mut report = FileReport::default();
    while let Some(event) = reader.next_event(&mut bytes) {
        report.add(&event);
    }
    report
}

#[test]
fn a_frame_is_told_as_soon_as_it_is_whole() {
    let (mut bytes, places) = sample(3);
    // One of them behind a damaged marker.
    bytes[places[1] + 5] ^= 1;
    for (count, end) in (1..).zip(&places[1..]) {
        assert_eq!(so_far(&bytes[..*end]).accepted.len(), count);
        assert_eq!(so_far(&bytes[..end - 1]).accepted.len(), count - 1);
    }
}

/// Lengths that no frame has announce no bytes to wait for (PRE-012).
#[test]
fn a_prelude_with_wrong_lengths_is_told_at_once() {
    let bytes = file(&[with_prelude(frame(1, b"x"), |prelude| prelude[16..20].fill(0xFF))]);
    let codes = |len: usize| so_far(&bytes[..len]).rejected.iter().map(|frame| frame.error.code).collect::<Vec<_>>();
    assert_eq!(codes(28 + 16 + 64), [Code::BodyLen]);
    assert_eq!(codes(28 + 16 + 63), []);
}
