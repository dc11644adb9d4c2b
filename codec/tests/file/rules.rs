//! Each rule of reading by an example.

use dashstream_codec::file::{FileReport, SkippedRange};
use dashstream_codec::{Code, Error, Prelude};

use crate::build::{MARKER, file, frame, read, read_pieces, sample, with_prelude};

fn skipped(start: usize, end: usize, code: Code) -> SkippedRange {
    SkippedRange { start: start as u64, end: end as u64, code }
}

/// First byte of each accepted entry.
fn starts(report: &FileReport) -> Vec<usize> {
    report.accepted.iter().map(|entry| entry.start as usize).collect()
}

/// Prelude, code and offset of each rejected frame.
fn rejected(report: &FileReport) -> Vec<(usize, Code, u64)> {
    report.rejected.iter().map(|frame| (frame.start as usize, frame.error.code, frame.error.offset)).collect()
}

#[test]
fn a_file_in_order() {
    let (bytes, places) = sample(4);
    let report = read(&bytes);
    assert_eq!(starts(&report), places[..4]);
    let frames: Vec<_> = report.accepted.iter().map(|entry| entry.frame - entry.start).collect();
    assert_eq!(frames, [16; 4]);
    assert_eq!((report.rejected, report.skipped, report.tail), (vec![], vec![], None));
    assert_eq!((report.len, report.refused), (bytes.len() as u64, None));
}

// FILE-001
#[test]
fn without_signature_and_marker_a_file_is_refused() {
    let (mut bytes, _) = sample(2);
    bytes[0] ^= 1;
    bytes[8] ^= 1;
    let report = read(&bytes);
    let error = Error { code: Code::FileSignature, offset: 0, requirement: "FILE-001" };
    assert_eq!((report.refused, report.tail, report.accepted), (Some(error), None, vec![]));
    assert_eq!(report.skipped, [skipped(0, bytes.len(), Code::FileSignature)]);
    let report = read(&[]);
    assert_eq!((report.refused, report.skipped), (Some(error), vec![]));
}

// FILE-002
#[test]
fn a_damaged_signature_costs_itself() {
    let (mut bytes, places) = sample(2);
    bytes[3] ^= 1;
    let report = read(&bytes);
    assert_eq!(starts(&report), places[..2]);
    assert_eq!(report.skipped, [skipped(0, 8, Code::FileSignature)]);
}

// FILE-003
#[test]
fn a_damaged_marker_leaves_the_preludes() {
    let (mut bytes, places) = sample(3);
    bytes[20] ^= 1;
    let report = read(&bytes);
    assert_eq!(starts(&report), places[..3]);
    assert_eq!(report.skipped, [skipped(8, 28, Code::FileMarker)]);
    // What follows the frames is judged by the prelude's code.
    bytes.truncate(places[2] + 3);
    assert_eq!(read(&bytes).skipped[1], skipped(places[2], places[2] + 3, Code::Empty));
}

// FILE-003
#[test]
fn a_header_that_is_cut_short() {
    let (bytes, _) = sample(1);
    for len in 8..28 {
        let report = read(&bytes[..len]);
        let expected: Vec<_> = (len > 8).then(|| skipped(8, len, Code::FileMarker)).into_iter().collect();
        let tail = (len > 8).then_some(8);
        assert_eq!((report.skipped, report.tail, report.refused), (expected, tail, None), "{len} bytes");
    }
    assert!(read(&bytes[..7]).refused.is_some());
}

// FILE-005
#[test]
fn an_intact_frame_behind_a_damaged_marker_is_taken() {
    let (mut bytes, places) = sample(3);
    for place in [0, 1] {
        bytes[places[place] + 5] ^= 1;
    }
    let report = read(&bytes);
    assert_eq!(starts(&report), [places[0] + 16, places[1] + 16, places[2]]);
    let ranges = [0, 1].map(|place| skipped(places[place], places[place] + 16, Code::FileMarker));
    assert_eq!(report.skipped, ranges);
    assert_eq!(report.tail, None);
}

// FILE-005
#[test]
fn a_damaged_frame_behind_a_damaged_marker_is_not() {
    let (mut bytes, places) = sample(3);
    bytes[places[1] + 5] ^= 1;
    bytes[places[2] - 1] ^= 1;
    let report = read(&bytes);
    assert_eq!(starts(&report), [places[0], places[2]]);
    assert_eq!(report.skipped, [skipped(places[1], places[2], Code::FileMarker)]);
    assert_eq!(report.rejected, []);
}

// FILE-005: nothing but a candidate is looked for after a rejected frame.
#[test]
fn an_intact_frame_behind_a_damaged_marker_is_not_taken_after_a_rejected_one() {
    let (mut bytes, places) = sample(3);
    bytes[places[1] - 1] ^= 1;
    bytes[places[1] + 5] ^= 1;
    let report = read(&bytes);
    assert_eq!(starts(&report), [places[2]]);
    assert_eq!(rejected(&report), [(places[0] + 16, Code::BodyCrc, 12)]);
    assert_eq!(report.skipped, [skipped(places[0], places[2], Code::BodyCrc)]);
}

// FILE-006
#[test]
fn the_code_of_a_range_is_what_stands_at_its_beginning() {
    let (bytes, places) = sample(3);
    let p = places[1];
    for (at, code) in [(p, Code::FileMarker), (p + 16, Code::BadMagic), (p + 40, Code::PreludeCrc)] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        // A damaged marker alone would be forgiven.
        damaged[p + 50] ^= 1;
        assert_eq!(read(&damaged).skipped, [skipped(p, places[2], code)]);
    }
    for (len, code) in [(3, Code::FileMarker), (16, Code::Empty), (17, Code::ShortPrelude), (79, Code::ShortPrelude)] {
        assert_eq!(read(&bytes[..p + len]).skipped, [skipped(p, p + len, code)], "{len} bytes");
    }
}

// FILE-007
#[test]
fn a_torn_frame_costs_none_of_those_behind_it() {
    let frames: Vec<_> = (1..=6).map(|base| frame(base, &[b'x'; 300])).collect();
    let entry = frames[0].len() + 16;
    let mut bytes = file(&frames);
    let torn = 28 + entry;
    bytes.drain(torn + 200..torn + entry);
    let report = read(&bytes);
    assert_eq!(starts(&report), [28, torn + 200, torn + 200 + entry, torn + 200 + 2 * entry, torn + 200 + 3 * entry]);
    assert_eq!(rejected(&report), [(torn + 16, Code::BodyCrc, 12)]);
    assert_eq!(report.skipped, [skipped(torn, torn + 200, Code::BodyCrc)]);
    assert_eq!(report.tail, None);
}

// FILE-008
#[test]
fn a_rejected_frame_that_the_end_or_a_candidate_follows_is_skipped_exactly() {
    let (mut bytes, places) = sample(3);
    for place in [1, 2, 3] {
        bytes[places[place] - 1] ^= 1;
    }
    let report = read(&bytes);
    let ranges = [0, 1, 2].map(|place| skipped(places[place], places[place + 1], Code::BodyCrc));
    assert_eq!(report.skipped, ranges);
    assert_eq!(report.rejected.len(), 3);
    assert_eq!(report.tail, Some(28));
}

// FILE-007, FILE-011: a frame inside a frame is found only where the outer one was given up.
#[test]
fn an_embedded_entry_is_taken_only_from_a_rejected_frame() {
    let inner = [&MARKER[..], &frame(50, b"inner")].concat();
    let outer = frame(1, &inner);
    let (next, at) = (frame(2, b""), outer.windows(inner.len()).position(|window| window == inner).unwrap());
    let bytes = file(&[outer.clone(), next]);
    let second = 28 + 16 + outer.len();
    assert_eq!(starts(&read(&bytes)), [28, second]);
    // A candidate follows: the damaged frame is skipped whole.
    let mut damaged = bytes.clone();
    damaged[28 + 16 + at - 1] ^= 0x40;
    assert_eq!(starts(&read(&damaged)), [second]);
    // Nothing that is known follows it.
    damaged[second + 60] ^= 1;
    let report = read(&damaged);
    assert_eq!(starts(&report), [28 + 16 + at]);
    assert_eq!(report.skipped[0], skipped(28, 28 + 16 + at, Code::BodyCrc));
    assert_eq!(report.tail, Some((28 + 16 + at + inner.len()) as u64));
}

// FILE-007: a marker and a prelude that begin inside the prelude of a rejected frame are not looked at.
#[test]
fn the_search_goes_on_behind_the_prelude() {
    let inner = frame(9, b"");
    let outer = |metadata_len: u16| {
        let mut outer = frame(1, &[b'x'; 100]);
        outer[64..112].copy_from_slice(&inner[16..64]);
        with_prelude(outer, |frame| {
            frame[24..26].copy_from_slice(&metadata_len.to_le_bytes());
            frame[32..48].copy_from_slice(&MARKER);
            frame[48..64].copy_from_slice(&inner[..16]);
        })
    };
    let len = u16::from_le_bytes([inner[24], inner[25]]);
    let garbage = [0; 100];
    // Steps 4a, 4b and 4d.
    for (metadata_len, cut, after) in [(0, 0, &[][..]), (len, 10, &[]), (len, 0, &garbage)] {
        let mut bytes = file(&[outer(metadata_len)]);
        bytes.truncate(bytes.len() - cut);
        bytes.extend_from_slice(after);
        assert!(Prelude::read(&bytes[28 + 16 + 48..]).is_ok());
        let report = read(&bytes);
        assert_eq!(report.rejected.len(), 1);
        assert_eq!(report.skipped, [skipped(28, bytes.len(), report.rejected[0].error.code)]);
    }
}

// Step 4a
#[test]
fn lengths_out_of_range_are_rejected_by_the_first_check() {
    let last = frame(2, b"");
    for (change, code, offset) in [
        ((|frame| frame[24..26].fill(0)) as fn(&mut [u8]), Code::MetadataLen, 24),
        (|frame| frame[16..20].fill(0xFF), Code::BodyLen, 16),
        (|frame| (frame[1], frame[19]) = (9, 0xFF), Code::Version, 1),
    ] {
        let first = with_prelude(frame(1, b"abc"), change);
        let report = read(&file(&[first.clone(), last.clone()]));
        assert_eq!(rejected(&report), [(44, code, offset)]);
        assert_eq!(report.skipped, [skipped(28, 44 + first.len(), code)]);
        assert_eq!(starts(&report), [44 + first.len()]);
    }
}

// Step 4b
#[test]
fn a_frame_that_the_end_cuts_is_truncated_unless_an_earlier_check_fails() {
    let (bytes, places) = sample(2);
    let len = bytes.len() - 5;
    let report = read(&bytes[..len]);
    let held = (len - places[1] - 16) as u64;
    assert_eq!(rejected(&report), [(places[1] + 16, Code::Truncated, held)]);
    assert_eq!(report.skipped, [skipped(places[1], len, Code::Truncated)]);
    assert_eq!(report.tail, Some(places[1] as u64));
    let newer = with_prelude(frame(1, b"abc"), |frame| frame[1] = 2);
    let mut bytes = file(&[newer]);
    bytes.truncate(bytes.len() - 1);
    assert_eq!(rejected(&read(&bytes)), [(44, Code::Version, 1)]);
}

// FILE-009
#[test]
fn the_tail_is_torn_where_no_accepted_frame_follows() {
    let (bytes, places) = sample(2);
    for len in places[1] + 1..bytes.len() {
        assert_eq!(read(&bytes[..len]).tail, Some(places[1] as u64), "{len} bytes");
    }
    let zeros = [&bytes[..], &[0; 500]].concat();
    let report = read(&zeros);
    assert_eq!(report.tail, Some(bytes.len() as u64));
    assert_eq!(report.skipped, [skipped(bytes.len(), zeros.len(), Code::FileMarker)]);
}

// FILE-012
#[test]
fn a_file_may_have_no_entries() {
    let report = read(&file(&[]));
    assert_eq!((report.len, report.tail, report.skipped, report.refused), (28, None, vec![], None));
}

// FILE-015
#[test]
fn a_file_reader_holds_one_frame() {
    let (small, large) = (frame(1, &[b's'; 10]), frame(2, &[b'l'; 100_000]));
    let largest = large.len();
    let frames = [small.clone(), large.clone(), small.clone(), large, small];
    let mut damaged = file(&frames);
    let at = damaged.len() / 2;
    for (place, step) in [(at, 0), (100, 1), (200, 1)] {
        damaged[place + step] ^= 1;
    }
    let garbage = [&file(&frames)[..], &vec![0xBE; 50_000], &file(&frames)[28..]].concat();
    for bytes in [file(&frames), damaged, garbage] {
        let whole = read_pieces([&bytes[..]]);
        for len in [1, 7, 4_096] {
            assert_eq!(read_pieces(bytes.chunks(len)), whole, "pieces of {len}");
        }
        assert!(whole.1 <= largest + 80, "{} bytes were held", whole.1);
    }
    // Where the frames are small, so is what is held, whatever lies between them.
    let (bytes, _) = sample(3);
    let garbage = [&bytes[..], &vec![0xBE; 50_000], &bytes[28..]].concat();
    let (report, held) = read_pieces([&garbage[..]]);
    assert_eq!(report.accepted.len(), 6);
    let largest = report.accepted.iter().map(|entry| entry.end - entry.frame).max().unwrap() as usize;
    assert!(held <= largest + 80, "{held} bytes were held");
}

/// A prelude that announces 8 MiB costs nothing until they come.
#[test]
fn an_announced_length_is_not_believed() {
    let huge = with_prelude(frame(1, b"abc"), |frame| frame[16..20].copy_from_slice(&8_388_608_u32.to_le_bytes()));
    let (report, held) = read_pieces([&file(&[huge])[..]]);
    assert_eq!(report.rejected[0].error.code, Code::RawLen);
    assert!(held < 200);
}
