//! Files to read.

use dashstream_codec::file::{FileReader, FileReport, FileWriter, SyncMarker};
use dashstream_codec::{BatchBuilder, Encoder, EncoderConfig, FrameHeader, Prelude, ReadOptions, RecordInput, crc32c};
use dashstream_proto::{kinds, v1};

pub(crate) const MARKER: [u8; 16] = *b"sync marker 0123";

pub(crate) fn writer() -> FileWriter {
    FileWriter::new(SyncMarker::from_random(MARKER))
}

/// A frame of one dead letter that carries `text`.
pub(crate) fn frame(base_sequence: u64, text: &[u8]) -> Vec<u8> {
    let header = FrameHeader { producer_id: [7; 16], epoch: 1, lane: 0, base_sequence, ancillary_flags: Some(0) };
    let metadata = v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..v1::Metadata::default() };
    let mut batch = BatchBuilder::new(header, &metadata).unwrap();
    let letter = v1::DeadLetter { frame: text.to_vec(), ..v1::DeadLetter::default() };
    batch.push_message(RecordInput { kind: kinds::DEAD_LETTER, ..RecordInput::default() }, &letter).unwrap();
    let mut frame = Vec::new();
    let config = EncoderConfig { max_frame_len: usize::MAX, ..EncoderConfig::default() };
    batch.finish(&mut Encoder::new(config).unwrap(), &mut frame).unwrap();
    frame
}

/// A file of these frames.
pub(crate) fn file(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = writer().header().to_vec();
    for frame in frames {
        writer().append(frame, &mut file);
    }
    file
}

/// A file of `count` frames, and where each entry begins and the last one ends.
pub(crate) fn sample(count: u64) -> (Vec<u8>, Vec<usize>) {
    let frames: Vec<_> = (1..=count).map(|base| frame(base, &vec![b'x'; 10 * base as usize])).collect();
    let mut places = vec![28];
    for frame in &frames {
        places.push(places[places.len() - 1] + 16 + frame.len());
    }
    (file(&frames), places)
}

/// The same frame with another prelude, whose CRC is right.
pub(crate) fn with_prelude(mut frame: Vec<u8>, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    change(&mut frame);
    let covered = [&frame[..4], &frame[8..64]].concat();
    frame[4..8].copy_from_slice(&crc32c(&covered).to_le_bytes());
    assert!(Prelude::read(&frame).is_ok());
    frame
}

pub(crate) fn read(file: &[u8]) -> FileReport {
    FileReport::of(file, ReadOptions::default())
}

/// Reads a file that comes in pieces, and says how much was held at most.
pub(crate) fn read_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (FileReport, usize) {
    let mut reader = FileReader::new(ReadOptions::default());
    let mut report = FileReport::default();
    let mut held = 0;
    for mut piece in pieces {
        while let Some(event) = reader.next_event(&mut piece) {
            report.add(&event);
            held = held.max(reader.held());
        }
        assert!(piece.is_empty(), "what is not needed yet is held, and not left behind");
        held = held.max(reader.held());
    }
    reader.finish();
    while let Some(event) = reader.next_event(&mut &[][..]) {
        report.add(&event);
    }
    assert_eq!(reader.held(), 0);
    (report, held)
}
