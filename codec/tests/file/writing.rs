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
