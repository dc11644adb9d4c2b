//! Files made by hand, and the reports on them.

use super::Plain;
use super::bytes::crc32c;
use super::file::{Report, SIGNATURE};
use super::gate::Mutation;
use super::testing::{field, made};
use serde_json::{Value as Json, json};

const MARKER: [u8; 16] = *b"a sync marker 16";

fn header() -> Vec<u8> {
    let mut bytes = SIGNATURE.to_vec();
    bytes.extend(MARKER);
    bytes.extend(crc32c(&MARKER).to_le_bytes());
    bytes
}

/// A frame of 80 bytes.
fn frame(base: u64) -> Vec<u8> {
    made().with(|m| m.base = base).bytes()
}

/// A file of four entries of 96 bytes: they begin at 28, 124, 220 and 316.
fn four() -> Vec<u8> {
    let mut file = header();
    for base in 1..=4 {
        file.extend(MARKER);
        file.extend(frame(base));
    }
    file
}

fn places(report: &Report) -> Vec<(usize, usize)> {
    report.accepted.iter().map(|entry| (entry.start, entry.end)).collect()
}

fn read(file: &[u8]) -> (Vec<(usize, usize)>, Json, Json, Json) {
    let report = Plain::new().file(file).unwrap();
    let json = report.json();
    (places(&report), json["skipped"].clone(), json["rejected"].clone(), json["tail"].clone())
}

fn skip(start: usize, end: usize, code: &str) -> Json {
    json!([{"start": start, "end": end, "code": code}])
}

fn rejection(start: usize, code: &str, offset: u64) -> Json {
    json!([{"start": start, "code": code, "offset": offset}])
}

const ALL: [(usize, usize); 4] = [(28, 124), (124, 220), (220, 316), (316, 412)];

#[test]
fn an_intact_file_is_read_whole() {
    assert_eq!(read(&four()), (ALL.to_vec(), json!([]), json!([]), json!(null)));
    assert_eq!(read(&header()), (vec![], json!([]), json!([]), json!(null)));
}

#[test]
fn a_damaged_header_is_survived_or_refused() {
    let damaged = |at: &[usize]| {
        let mut file = four();
        at.iter().for_each(|at| file[*at] ^= 1);
        file
    };
    let signature = read(&damaged(&[3]));
    assert_eq!(signature, (ALL.to_vec(), skip(0, 8, "FILE_SIGNATURE"), json!([]), json!(null)));
    let marker = read(&damaged(&[9]));
    assert_eq!(marker, (ALL.to_vec(), skip(8, 28, "FILE_MARKER"), json!([]), json!(null)));
    let refused = |file: &[u8]| Plain::new().file(file).err().map(|f| (f.code, f.offset));
    assert_eq!(refused(&damaged(&[3, 9])), Some(("FILE_SIGNATURE", 0)));
    assert_eq!(refused(&[]), Some(("FILE_SIGNATURE", 0)));
    let short = read(&header()[..20]);
    assert_eq!(short, (vec![], skip(8, 20, "FILE_MARKER"), json!([]), json!(8)));
    let shortest = read(&SIGNATURE);
    assert_eq!(shortest, (vec![], json!([]), json!([]), json!(null)));
}

#[test]
fn a_damaged_marker_does_not_cost_its_frame() {
    let mut file = four();
    file[124] ^= 1;
    let entries = vec![(28, 124), (140, 220), (220, 316), (316, 412)];
    assert_eq!(read(&file), (entries, skip(124, 140, "FILE_MARKER"), json!([]), json!(null)));
    // Where the place is not trusted, it does: the second frame is damaged, the third has no marker.
    let mut file = four();
    file[124 + 95] ^= 1;
    file[220] ^= 1;
    let (entries, skipped, ..) = read(&file);
    assert_eq!(entries, vec![(28, 124), (316, 412)]);
    assert_eq!(skipped, skip(124, 316, "BODY_CRC"));
}

#[test]
fn a_damaged_prelude_is_skipped_to_the_next_candidate() {
    let mut file = four();
    file[124 + 16 + 20] ^= 1;
    let entries = vec![(28, 124), (220, 316), (316, 412)];
    assert_eq!(read(&file), (entries, skip(124, 220, "PRELUDE_CRC"), json!([]), json!(null)));
    let mut file = four();
    file[124 + 16] ^= 1;
    assert_eq!(read(&file).1, skip(124, 220, "BAD_MAGIC"));
}

#[test]
fn a_damaged_body_is_skipped_exactly() {
    let mut file = four();
    file[124 + 95] ^= 1;
    let entries = vec![(28, 124), (220, 316), (316, 412)];
    let rejected = rejection(140, "BODY_CRC", 12);
    assert_eq!(read(&file), (entries, skip(124, 220, "BODY_CRC"), rejected, json!(null)));
}

#[test]
fn a_torn_frame_does_not_cost_the_next() {
    // The second entry lost its last 10 bytes: its announced end is inside the third.
    let mut file = four();
    file.drain(210..220);
    let entries = vec![(28, 124), (210, 306), (306, 402)];
    let rejected = rejection(140, "METADATA_CRC", 8);
    assert_eq!(read(&file), (entries, skip(124, 210, "METADATA_CRC"), rejected, json!(null)));
}

#[test]
fn a_torn_tail_is_told() {
    let cut = |length| read(&four()[..length]);
    let three = ALL[..3].to_vec();
    let torn = |code, end| (three.clone(), skip(316, end, code), json!([]), json!(316));
    assert_eq!(cut(316 + 7), torn("FILE_MARKER", 323));
    assert_eq!(cut(316 + 16), torn("EMPTY", 332));
    assert_eq!(cut(316 + 40), torn("SHORT_PRELUDE", 356));
    let (_, skipped, rejected, tail) = cut(411);
    assert_eq!(skipped, skip(316, 411, "TRUNCATED"));
    assert_eq!(rejected, rejection(332, "TRUNCATED", 79));
    assert_eq!(tail, json!(316));
}

#[test]
fn lengths_that_are_out_of_range_are_not_trusted() {
    let mut file = header();
    file.extend(MARKER);
    let huge = made().with(|m| (m.body_len, m.raw_len) = (Some(8_388_609), Some(8_388_609)));
    file.extend(huge.bytes());
    file.extend(MARKER);
    file.extend(frame(2));
    let (entries, skipped, rejected, tail) = read(&file);
    assert_eq!((entries, tail), (vec![(124, 220)], json!(null)));
    assert_eq!(skipped, skip(28, 124, "BODY_LEN"));
    assert_eq!(rejected, rejection(44, "BODY_LEN", 16));
}

#[test]
fn without_markers_the_prelude_is_enough() {
    let mut file = four();
    file[9] ^= 1;
    file[124 + 16 + 20] ^= 1;
    let (entries, skipped, ..) = read(&file);
    assert_eq!(entries, vec![(28, 124), (220, 316), (316, 412)]);
    assert_eq!(skipped[1], skip(124, 220, "PRELUDE_CRC")[0]);
}

#[test]
fn an_embedded_frame_is_not_one_of_the_file() {
    // A frame in the payload of an opaque record, behind the marker.
    let inner = [&MARKER[..], &frame(99)].concat();
    let body = [field(2, &[101]), field(14, &[96]), field(15, &inner)].concat();
    let outer = made().with(|m| m.body = body).bytes();
    let mut file = header();
    file.extend(MARKER);
    file.extend(&outer);
    let end = file.len();
    assert_eq!(read(&file), (vec![(28, end)], json!([]), json!([]), json!(null)));
    let mutant = Plain::with(Mutation::Strict("FILE-011")).file(&file).unwrap();
    assert_eq!(places(&mutant), vec![(28, end), (end - 96, end)]);
}

/// Header, accepted entries and skipped ranges cover every byte once, whatever is damaged.
#[test]
fn every_byte_is_accounted_for() {
    let file = four();
    for at in 0..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 0x10;
        check_cover(&damaged);
        check_cover(&file[..at]);
        damaged.remove(at);
        check_cover(&damaged);
    }
}

fn check_cover(file: &[u8]) {
    let Ok(report) = Plain::new().file(file) else {
        return;
    };
    let mut ranges = places(&report);
    ranges.extend(report.skipped.iter().map(|range| (range.start, range.end)));
    ranges.sort_unstable();
    let mut p = match ranges.first() {
        Some((start, _)) if *start < 28 => *start,
        _ => 28.min(file.len()),
    };
    for (start, end) in ranges {
        let header = if start > p && p < 28 { 28 } else { p };
        assert_eq!(start, header);
        p = end;
    }
    assert!(p == file.len() || p == 8, "{p} of {}", file.len());
}

#[test]
fn mutants_come_to_an_end() {
    let file = four();
    for mutant in Plain::mutants() {
        for at in (0..file.len()).step_by(5) {
            let mut damaged = file.clone();
            damaged[at] ^= 0x10;
            let report = Plain::with(mutant.mutation).file(&damaged);
            assert!(report.is_err() || report.is_ok_and(|r| r.accepted.len() <= 8));
            let _ = Plain::with(mutant.mutation).file(&damaged[..at]).is_ok();
        }
    }
}

/// Files with one thing wrong each.
fn damaged_files() -> Vec<Vec<u8>> {
    let with = |places: &[usize]| {
        let mut file = four();
        places.iter().for_each(|at| file[*at] ^= 1);
        file
    };
    let inner = [&MARKER[..], &frame(99)].concat();
    let body = [field(2, &[101]), field(14, &[96]), field(15, &inner)].concat();
    let outer = made().with(|m| m.body = body).bytes();
    let mut embedded = [header(), MARKER.to_vec(), outer].concat();
    let whole = embedded.clone();
    *embedded.last_mut().unwrap() ^= 1;
    let mut torn = four();
    torn.drain(210..220);
    // The marker stands where no prelude follows, and a prelude where no marker precedes.
    let noise = [header(), vec![1; 50], MARKER.to_vec(), vec![2; 100], frame(7), four()[28..].to_vec()];
    let overlapping = [header(), MARKER.to_vec(), around(&frame(9)), vec![1; 20], four()[28..].to_vec()];
    vec![
        header(),
        with(&[3]),
        with(&[9]),
        with(&[3, 9]),
        with(&[124]),
        with(&[219]),
        four()[..400].to_vec(),
        whole,
        embedded,
        torn,
        noise.concat(),
        overlapping.concat(),
    ]
}

/// A frame in whose prelude the marker stands, and then another frame begins.
fn around(inner: &[u8]) -> Vec<u8> {
    let word = |at: usize| inner[at..at + 4].try_into().map(u32::from_le_bytes).unwrap();
    made()
        .with(|m| {
            (m.producer, m.epoch, m.lane) = (MARKER, word(8), word(12));
            m.base = u64::from(word(4)) << 32 | u64::from(word(0));
            m.metadata = inner[16..].to_vec();
        })
        .bytes()
}

/// FILE-007: the search goes on behind the prelude of the frame that was rejected.
#[test]
fn what_begins_inside_a_prelude_is_not_found() {
    let file = [header(), MARKER.to_vec(), around(&frame(9)), vec![1; 20], four()[28..].to_vec()].concat();
    let end = 28 + 16 + around(&frame(9)).len() + 20;
    let (entries, skipped, rejected, _) = read(&file);
    assert_eq!(entries[0], (end, end + 96));
    assert_eq!(entries.len(), 4);
    assert_eq!(skipped, skip(28, end, "SEQUENCE_RANGE"));
    assert_eq!(rejected, rejection(44, "SEQUENCE_RANGE", 48));
    let mutant = Plain::with(Mutation::Strict("FILE-007.next-byte")).file(&file).unwrap();
    assert_eq!(places(&mutant)[0], (28 + 48, 28 + 48 + 96));
}

#[test]
fn every_file_mutant_differs_in_a_file() {
    let read = |plain: Plain, file: &Vec<u8>| plain.file(file).map(|report| report.json());
    for mutant in Plain::mutants().iter().filter(|mutant| mutant.id.starts_with("FILE-")) {
        // FILE-010 is about pieces: the testee cuts them.
        let plain = Plain::with(mutant.mutation);
        let differs = damaged_files().iter().any(|file| read(plain, file) != read(Plain::new(), file));
        assert!(differs != (mutant.id == "FILE-010"), "{}", mutant.id);
    }
}
