//! Smaller frames and files for which something still holds.

use super::draft::Draft;
use super::rows;
use super::seal::reseal;
use super::store::Store;
use super::wire::{Message, Piece};

/// Whether it still holds; false too where there is no time left.
type Test<'t> = dyn FnMut(&[u8]) -> bool + 't;

/// Bytes of a file before its first entry, and of the marker in them.
const FILE_HEADER: usize = 28;
const MARKER: usize = 16;

/// Takes records, fields and bytes out of a frame.
pub(super) fn frame(frame: Vec<u8>, test: &mut Test<'_>) -> Vec<u8> {
    let frame = by_parts(frame, test);
    by_bytes(frame, test)
}

/// Takes entries out of a file, parts out of the frames that are left, and bytes anywhere.
pub(super) fn file(file: Vec<u8>, test: &mut Test<'_>) -> Vec<u8> {
    let Some((header, entries)) = entries(&file) else { return without_parts(file, test) };
    let with = |entries: &[Vec<u8>]| [header.clone(), entries.concat()].concat();
    let mut entries = without_parts(entries, &mut |entries| test(&with(entries)));
    for at in 0..entries.len() {
        let Some((marker, frame)) = entries.get(at).and_then(|entry| entry.split_at_checked(MARKER)) else { continue };
        let (marker, frame) = (marker.to_vec(), frame.to_vec());
        let mut changed = entries.clone();
        let mut put = |frame: &[u8]| {
            if let Some(place) = changed.get_mut(at) {
                *place = [&marker, frame].concat();
            }
            with(&changed)
        };
        let small = by_parts(frame, &mut |frame| test(&put(frame)));
        put(&small);
        entries = changed;
    }
    without_parts(with(&entries), test)
}

/// The header of a file, and its entries, each from one marker to the next; `None` where it has no header.
fn entries(file: &[u8]) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let (header, rest) = file.split_at_checked(FILE_HEADER)?;
    let marker = header.get(8..8 + MARKER)?;
    let mut entries: Vec<Vec<u8>> = Vec::new();
    for (at, byte) in rest.iter().enumerate() {
        if entries.is_empty() || rest.get(at..).is_some_and(|rest| rest.starts_with(marker)) {
            entries.push(Vec::new());
        }
        entries.last_mut()?.push(*byte);
    }
    Some((header.to_vec(), entries))
}

/// Takes fields out of the metadata, and records, fields and bytes out of the body, with lengths and CRCs that fit.
fn by_parts(frame: Vec<u8>, test: &mut Test<'_>) -> Vec<u8> {
    let mut store = Store::new();
    let Some(mut draft) = Draft::of(&frame) else { return frame };
    let Some(raw) = draft.raw(&mut store).cloned() else { return frame };
    let mut stored_plainly = draft.clone();
    stored_plainly.set_codec(0);
    if test(&stored_plainly.clone().finish(&mut store)) {
        draft = stored_plainly;
    }
    let with_metadata = |metadata: Vec<u8>| {
        let mut changed = draft.clone();
        changed.metadata = metadata;
        changed
    };
    let metadata = without_fields(&draft.metadata, &mut |metadata| {
        test(&with_metadata(metadata.to_vec()).finish(&mut Store::new()))
    });
    let mut small = with_metadata(metadata);
    let raw = without_rows(raw, &mut small, test);
    let with_raw = |raw: &[u8]| with_raw(&small, raw);
    let raw = without_payload_fields(raw, &mut |raw| test(&with_raw(raw)));
    let raw = without_fields(&raw, &mut |raw| test(&with_raw(raw)));
    let raw = without_parts(raw, &mut |raw| test(&with_raw(raw)));
    let smaller = with_raw(&raw);
    if smaller.len() < frame.len() && test(&smaller) { smaller } else { frame }
}

fn with_raw(draft: &Draft, raw: &[u8]) -> Vec<u8> {
    let mut draft = draft.clone();
    if let Some(place) = draft.raw(&mut Store::new()) {
        *place = raw.to_vec();
    }
    draft.finish(&mut Store::new())
}

/// Takes whole records out, and lets the draft say how many are left.
fn without_rows(raw: Vec<u8>, draft: &mut Draft, test: &mut Test<'_>) -> Vec<u8> {
    let count = rows::rows(&raw).unwrap_or(0);
    // Where the two differ already, that may be what it is about.
    if count != usize::from(draft.record_count()) {
        return raw;
    }
    let with_count = |count: usize| {
        let mut changed = draft.clone();
        changed.set_record_count(count);
        changed
    };
    let order = without_parts((0..count).collect(), &mut |order| {
        !order.is_empty() && test(&with_raw(&with_count(order.len()), &rows::with_rows(&raw, order)))
    });
    if order.len() == count {
        return raw;
    }
    *draft = with_count(order.len());
    rows::with_rows(&raw, &order)
}

/// Takes fields out of each payload.
fn without_payload_fields(raw: Vec<u8>, test: &mut Test<'_>) -> Vec<u8> {
    let mut payloads = rows::payloads(&raw);
    if payloads.is_empty() || !test(&rows::with_payloads(&raw, &payloads)) {
        return raw;
    }
    for at in 0..payloads.len() {
        let mut changed = payloads.clone();
        let mut put = |payload: &[u8]| {
            if let Some(place) = changed.get_mut(at) {
                *place = payload.to_vec();
            }
            rows::with_payloads(&raw, &changed)
        };
        let payload = payloads.get(at).cloned().unwrap_or_default();
        let small = without_fields(&payload, &mut |payload| test(&put(payload)));
        put(&small);
        payloads = changed;
    }
    rows::with_payloads(&raw, &payloads)
}

/// Takes bytes out anywhere, with the CRCs as they are or made anew.
fn by_bytes(frame: Vec<u8>, test: &mut Test<'_>) -> Vec<u8> {
    let frame = without_parts(frame, test);
    let mut resealed = frame.clone();
    reseal(&mut resealed);
    if resealed != frame {
        return frame;
    }
    without_parts(frame, &mut |bytes| {
        let mut resealed = bytes.to_vec();
        reseal(&mut resealed);
        resealed == bytes && test(bytes)
    })
}

fn without_fields(message: &[u8], test: &mut Test<'_>) -> Vec<u8> {
    let message = Message::read(message);
    let rest = message.rest.clone();
    let bytes = |pieces: &[Piece<'_>]| Message { pieces: pieces.to_vec(), rest: rest.clone() }.to_bytes();
    let pieces = without_parts(message.pieces, &mut |pieces| test(&bytes(pieces)));
    bytes(&pieces)
}

/// Takes runs of elements out, halves first, single ones last, as long as `test` holds.
pub(super) fn without_parts<T: Clone>(mut all: Vec<T>, test: &mut dyn FnMut(&[T]) -> bool) -> Vec<T> {
    let mut run = all.len().div_ceil(2);
    while run > 0 {
        let mut at = 0;
        while at < all.len() {
            let mut fewer = all.clone();
            fewer.drain(at..all.len().min(at + run));
            if test(&fewer) {
                all = fewer;
            } else {
                at += run;
            }
        }
        run /= 2;
    }
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "that is how a test fails")]
mod tests {
    use super::*;
    use crate::plain::{Decoded, Limits, Plain};
    use dashstream_vectors::{Case, load_one};

    fn vector(path: &str) -> Vec<u8> {
        let path = crate::root::find().unwrap().join("vectors/data").join(path);
        match load_one(&path).unwrap().case {
            Case::Decode(case) => case.bytes.unwrap().to_vec(),
            Case::File(case) => case.bytes.to_vec(),
            _ => panic!("no bytes"),
        }
    }

    fn read(frame: &[u8]) -> Option<Decoded> {
        Plain::new().read(Some(frame), Limits::default(), None).ok()
    }

    #[test]
    fn records_and_fields_that_are_not_needed_go() {
        let big = vector("codecs/realistic-zstd-level-3.yaml");
        let kinds =
            |frame: &[u8]| read(frame).map(|decoded| decoded.records.iter().map(|r| r.kind).collect::<Vec<_>>());
        let kind = *kinds(&big).unwrap().last().unwrap();
        let small = frame(big.clone(), &mut |frame| kinds(frame).is_some_and(|kinds| kinds.contains(&kind)));
        assert_eq!(kinds(&small), Some(vec![kind]));
        assert!(small.len() < 110, "{} bytes of {}", small.len(), big.len());
        assert_eq!(small.get(26), Some(&0), "it is stored plainly");
    }

    #[test]
    fn entries_and_parts_of_the_frames_of_a_file_go() {
        let big = vector("file/file-bug-no-kind.yaml");
        let codes = |file: &[u8]| {
            let report = Plain::new().file(file).ok()?;
            Some(report.rejected.iter().map(|frame| frame.fault.code).collect::<Vec<_>>())
        };
        let small = file(big.clone(), &mut |file| codes(file).is_some_and(|codes| codes.contains(&"COLUMN_LEN")));
        assert_eq!(codes(&small), Some(vec!["COLUMN_LEN"]));
        assert!(small.len() < FILE_HEADER + MARKER + 90, "{} bytes of {}", small.len(), big.len());
    }

    #[test]
    fn entries_go_whole() {
        let big = vector("file/file-zstd.yaml");
        let is_whole = |file: &[u8]| {
            let report = Plain::new().file(file).ok()?;
            (report.skipped.is_empty() && report.tail.is_none()).then_some(report.accepted.len())
        };
        assert_eq!(is_whole(&big), Some(3));
        let small = file(big, &mut |file| is_whole(file).is_some_and(|accepted| accepted > 0));
        assert_eq!(is_whole(&small), Some(1));
    }

    #[test]
    fn what_is_no_frame_is_made_small_too() {
        let has_seven = &mut |bytes: &[u8]| bytes.contains(&7);
        assert_eq!(frame((0..200).collect(), has_seven), [7]);
        assert_eq!(file((0..20).collect(), has_seven), [7]);
    }
}
