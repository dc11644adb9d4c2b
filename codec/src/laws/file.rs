//! Of a damaged file, everything is found that is whole.

use arbitrary::{Result as Made, Unstructured};
use dashstream_proto::{kinds, v1};

use super::{Broken, Depth, Seen, hold, possible, same};
use crate::encode::{BatchBuilder, Encoder, EncoderConfig, FrameHeader, RecordInput};
use crate::error::Code;
use crate::file::{AcceptedEntry, FILE_HEADER_LEN, FileReader, FileReport, FileWriter, MARKER_LEN, SyncMarker};
use crate::limits::ReadOptions;
use crate::prelude::Prelude;

const MARKER: [u8; MARKER_LEN] = *b"sync marker 0123";

/// A file whose damage is known.
struct Damaged {
    file: Vec<u8>,
    /// The frames that are whole, and where a reader has to find them.
    whole: Vec<AcceptedEntry>,
}

/// Every whole frame is found, at its place; header, accepted entries and skipped ranges cover every byte once; and the
/// pieces in which the file arrives do not matter. The bytes are the makings of a file and of what befell it.
///
/// # Errors
///
/// What does not hold.
pub fn resync(bytes: &[u8]) -> Result<Seen, Broken> {
    let mut u = Unstructured::new(bytes);
    let Some(Damaged { file, whole }) = possible("a frame can be made", damaged(&mut u).unwrap_or(Ok(None)))? else {
        return Ok(Seen::default());
    };
    let report = FileReport::of(&file, ReadOptions::default());
    hold(report.accepted == whole, "every whole frame is found", || format!("{whole:?} in {report:?}"))?;
    covers_every_byte(&report, &file)?;
    let size = 1 + u.len() % 97;
    same("pieces do not matter", &in_pieces(&file, size), &report)?;
    let depth = if report.accepted.is_empty() { Depth::Behind } else { Depth::Accepted };
    let codes = report.rejected.iter().fold(Seen::default().codes, |codes, frame| codes.with(frame.error.code));
    let codes = report.skipped.iter().fold(codes, |codes, range| codes.with(range.code));
    let codes = report.tail.map_or(codes, |_| codes.with(Code::TornTail));
    Ok(Seen { depth, codes, ..Seen::default() })
}

/// `None`: nothing that could be a file whose damage is known.
fn damaged(u: &mut Unstructured<'_>) -> Made<Result<Option<Damaged>, crate::encode::EncodeError>> {
    let mut file = writer().header().to_vec();
    // Without a marker, a reader goes by preludes alone.
    let has_marker = !u.ratio(1, 6)?;
    if !has_marker {
        flip(u, file.get_mut(8..FILE_HEADER_LEN))?;
    }
    let mut whole = Vec::new();
    for base_sequence in 1..=u.int_in_range(1..=5)? {
        let junk = junk(u)?;
        if has_prelude(junk) {
            return Ok(Ok(None));
        }
        file.extend_from_slice(junk);
        let text = u.int_in_range(0..=320)?;
        let frame = match frame(base_sequence, text) {
            Ok(frame) => frame,
            Err(error) => return Ok(Err(error)),
        };
        let found = whole.last().map_or(FILE_HEADER_LEN as u64, |entry: &AcceptedEntry| entry.end);
        let follows = found == file.len() as u64;
        entry(u, &frame, (has_marker, follows), &mut file, &mut whole)?;
    }
    if u.ratio(1, 4)? {
        // A file is cut somewhere in its last bytes.
        let cut = u.int_in_range(0..=100)?.min(file.len() - FILE_HEADER_LEN);
        file.truncate(file.len() - cut);
        whole.retain(|entry| entry.end <= file.len() as u64);
    }
    Ok(Ok(Some(Damaged { file, whole })))
}

fn writer() -> FileWriter {
    FileWriter::new(SyncMarker::from_random(MARKER))
}

/// Appends an entry, whole or with one bit flipped. `follows`: what is before it was found, and ends where it begins.
fn entry(
    u: &mut Unstructured<'_>,
    frame: &[u8],
    (has_marker, follows): (bool, bool),
    file: &mut Vec<u8>,
    whole: &mut Vec<AcceptedEntry>,
) -> Made<()> {
    let start = file.len();
    writer().append(frame, file);
    let place = start + MARKER_LEN;
    let accepted = |start: usize| AcceptedEntry { start: start as u64, frame: place as u64, end: file.len() as u64 };
    match u.int_in_range(0..=5)? {
        0 => flip(u, file.get_mut(place..)),
        // FILE-005; FILE-006 where it does not follow. Without markers (FILE-003) its marker does not matter.
        1 => {
            if has_marker && follows {
                whole.push(accepted(place));
            } else if !has_marker {
                whole.push(accepted(start));
            }
            flip(u, file.get_mut(start..place))
        }
        _ => {
            whole.push(accepted(start));
            Ok(())
        }
    }
}

fn flip(u: &mut Unstructured<'_>, bytes: Option<&mut [u8]>) -> Made<()> {
    let bytes = bytes.unwrap_or_default();
    let bit = u.int_in_range(0..=bytes.len() * 8 - 1)?;
    if let Some(byte) = bytes.get_mut(bit / 8) {
        *byte ^= 1 << (bit % 8);
    }
    Ok(())
}

/// Mostly nothing.
fn junk<'u>(u: &mut Unstructured<'u>) -> Made<&'u [u8]> {
    let len = if u.ratio(1, 5)? { u.int_in_range(0..=40)? } else { 0 };
    u.bytes(len.min(u.len()))
}

/// Whether a prelude that is in order stands somewhere in the bytes: damage that is not known.
fn has_prelude(junk: &[u8]) -> bool {
    junk.windows(64).any(|bytes| Prelude::read(bytes).is_ok())
}

/// A frame of one dead letter with a frame of `len` bytes in it.
fn frame(base_sequence: u64, len: usize) -> Result<Vec<u8>, crate::encode::EncodeError> {
    let header = FrameHeader { producer_id: [7; 16], epoch: 1, lane: 0, base_sequence, ancillary_flags: Some(0) };
    let metadata = v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..v1::Metadata::default() };
    let mut batch = BatchBuilder::new(header, &metadata)?;
    let letter = v1::DeadLetter { frame: vec![b'x'; len], ..v1::DeadLetter::default() };
    batch.push_message(RecordInput { kind: kinds::DEAD_LETTER, ..RecordInput::default() }, &letter)?;
    let mut frame = Vec::new();
    batch.finish(&mut Encoder::new(EncoderConfig::default())?, &mut frame)?;
    Ok(frame)
}

fn in_pieces(file: &[u8], size: usize) -> FileReport {
    let mut reader = FileReader::new(ReadOptions::default());
    let mut report = FileReport::default();
    let mut read = |mut piece: &[u8], reader: &mut FileReader<'_>| {
        while let Some(event) = reader.next_event(&mut piece) {
            report.add(&event);
        }
    };
    file.chunks(size).for_each(|piece| read(piece, &mut reader));
    reader.finish();
    read(&[], &mut reader);
    report
}

/// FILE-004: header, accepted entries and skipped ranges cover every byte of the file once.
///
/// # Errors
///
/// They do not.
pub fn covers_every_byte(report: &FileReport, file: &[u8]) -> Result<(), Broken> {
    let mut ranges: Vec<_> = report.accepted.iter().map(|entry| (entry.start, entry.end)).collect();
    ranges.extend(report.skipped.iter().map(|range| (range.start, range.end)));
    let end = report.len.min(FILE_HEADER_LEN as u64);
    match report.refused {
        Some(_) => {}
        None if report.marker.is_none() => ranges.push((0, 8)),
        None if report.skipped.iter().any(|range| range.start == 0) => ranges.push((8, end)),
        None => ranges.push((0, end)),
    }
    ranges.sort_unstable();
    let mut at = 0;
    for (start, end) in ranges {
        hold(start == at && start < end, "every byte is reported once", || {
            format!("{start}..{end} after {at} in {report:?}")
        })?;
        at = end;
    }
    same("every byte is reported once", &at, &(file.len() as u64))
}
