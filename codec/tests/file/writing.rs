//! Writing files, and going on with them.

use dashstream_codec::file::{FILE_SIGNATURE, FileEvent, FileReader, FileWriter, Reopening, SyncMarker};
use dashstream_codec::ledger::Ledger;
use dashstream_codec::{ReadOptions, crc32c};

use crate::build::{MARKER, file, frame, read, sample, writer};

#[test]
fn a_file_is_signature_marker_crc_and_entries() {
    let frame = frame(1, b"text");
    let parts = [&FILE_SIGNATURE[..], &MARKER, &crc32c(&MARKER).to_le_bytes(), &MARKER, &frame].concat();
    assert_eq!(file(&[frame]), parts);
    assert_eq!(writer().marker().as_bytes(), &MARKER);
}

// FILE-013
#[test]
fn reopening_truncates_to_the_last_accepted_frame() {
    let (whole, places) = sample(4);
    for len in 28..=whole.len() {
        let point = Reopening::of(&whole[..len]).unwrap();
        let last = places.iter().rev().find(|place| **place <= len).unwrap();
        assert_eq!(point.end as usize, *last, "{len} bytes");
        assert_eq!(point.marker, SyncMarker::from_random(MARKER));
        let mut reopened = whole[..point.end as usize].to_vec();
        FileWriter::new(point.marker).append(&frame(9, b"more"), &mut reopened);
        let report = read(&reopened);
        assert_eq!((report.skipped, report.rejected, report.tail), (vec![], vec![], None));
        assert_eq!(report.accepted.len(), places.iter().position(|place| place == last).unwrap() + 1);
    }
}

// FILE-013
#[test]
fn a_file_with_a_damaged_header_is_not_reopened() {
    let (whole, _) = sample(1);
    for at in 0..28 {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        assert_eq!(Reopening::of(&damaged), None, "byte {at}");
        assert_eq!(Reopening::of(&whole[..at]), None, "{at} bytes");
    }
}

/// A frame that says something else about itself, under a right CRC of the prelude.
fn changed(mut frame: Vec<u8>, at: usize, to: u8) -> Vec<u8> {
    frame[at] = to;
    let crc = crc32c(&[&frame[..4], &frame[8..64]].concat());
    frame[4..8].copy_from_slice(&crc.to_le_bytes());
    frame
}

// FILE-013
#[test]
fn what_is_not_supported_is_not_cut_off() {
    // Version, a critical flag, the codec, the schema.
    for (at, to) in [(1, 2), (2, 1), (26, 9), (27, 2)] {
        let newer = changed(frame(2, b"newer"), at, to);
        let frames = [frame(1, b"one"), newer.clone()];
        assert_eq!(Reopening::of(&file(&frames)), None, "byte {at}");
        // A torn one behind it changes nothing; one that is accepted leaves it where it is.
        let torn = [file(&frames), MARKER.to_vec(), frame(3, b"torn")[..70].to_vec()].concat();
        assert_eq!(Reopening::of(&torn), None, "byte {at}");
        let whole = file(&[frame(1, b"one"), newer, frame(3, b"three")]);
        assert_eq!(Reopening::of(&whole).unwrap().end as usize, whole.len(), "byte {at}");
    }
    // What is damaged is cut off.
    let mut damaged = file(&[frame(1, b"one"), frame(2, b"two")]);
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(Reopening::of(&damaged).unwrap().end as usize, file(&[frame(1, b"one")]).len());
}

#[test]
fn the_ledger_is_told_of_accepted_and_rejected_frames() {
    let mut bytes = file(&[frame(1, b"a"), frame(2, b"b"), frame(4, b"c")]);
    let at = 28 + 2 * (16 + frame(1, b"a").len()) - 1;
    bytes[at] ^= 1;
    let mut reader = FileReader::new(ReadOptions::default());
    let (mut ledger, mut input, mut batches) = (Ledger::new(), &bytes[..], 0);
    while let Some(event) = reader.next_event(&mut input) {
        if let Some(observation) = event.observation() {
            let _ = ledger.observe(&observation);
        }
        if let FileEvent::Accepted { batch, frame, .. } = event {
            assert_eq!(batch.frame().bytes(), frame);
            batches += 1;
        }
    }
    let account = ledger.accounts().next().unwrap().account.clone();
    assert_eq!((batches, account.seen(), account.unreadable(), account.lost()), (2, 2, 1, 1));
}
