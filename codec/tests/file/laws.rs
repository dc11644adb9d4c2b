//! Laws that hold for every file.

use dashstream_codec::file::FileReport;
use proptest::prelude::*;

use crate::build::{MARKER, file, frame, read, read_pieces, sample, with_prelude};
use crate::cases::cases;
use crate::model;

/// What may stand in a file beside good entries.
#[derive(Clone, Debug)]
enum Damage {
    Flip(usize, u8),
    Cut(usize, usize),
    Insert(usize, Vec<u8>),
    Truncate(usize),
}

fn any_damage() -> impl Strategy<Value = Damage> {
    let at = 0..2_000_usize;
    let stuff = prop_oneof![
        Just(MARKER.to_vec()),
        Just(vec![0xBE; 90]),
        Just([&MARKER[..], &frame(9, b"inserted")].concat()),
        Just([&MARKER[..], &frame(9, b"inserted")[..70]].concat()),
        prop::collection::vec(any::<u8>(), 0..100),
    ];
    prop_oneof![
        4 => (at.clone(), any::<u8>()).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        2 => (at.clone(), 1..200_usize).prop_map(|(at, len)| Damage::Cut(at, len)),
        2 => (at.clone(), stuff).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        1 => at.prop_map(Damage::Truncate),
    ]
}

fn befall(file: &mut Vec<u8>, damage: &Damage) {
    let len = file.len().max(1);
    match damage {
        Damage::Flip(at, bits) => {
            if let Some(byte) = file.get_mut(at % len) {
                *byte ^= bits;
            }
        }
        Damage::Cut(at, count) => {
            let at = (at % len).min(file.len());
            file.drain(at..(at + count).min(file.len()));
        }
        Damage::Insert(at, bytes) => {
            let at = (at % len).min(file.len());
            file.splice(at..at, bytes.iter().copied());
        }
        Damage::Truncate(at) => file.truncate(at % len),
    }
}

fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let inner = [&MARKER[..], &frame(77, b"embedded")].concat();
    prop_oneof![
        4 => (1..1_000_u64, 0..200_usize).prop_map(|(base, len)| frame(base, &vec![b'x'; len])),
        2 => (1..1_000_u64).prop_map(move |base| frame(base, &inner)),
        1 => Just(with_prelude(frame(5, b"newer"), |frame| frame[1] = 2)),
        1 => Just(with_prelude(frame(5, b"short"), |frame| frame[16] += 40)),
        1 => Just(with_prelude(frame(5, b"no metadata"), |frame| frame[24..26].fill(0))),
        1 => Just(with_prelude(frame(5, b"crc"), |frame| frame[12] ^= 1)),
    ]
}

fn any_file() -> impl Strategy<Value = Vec<u8>> {
    (prop::collection::vec(any_frame(), 0..6), prop::collection::vec(any_damage(), 0..5)).prop_map(
        |(frames, damages)| {
            let mut file = file(&frames);
            for damage in &damages {
                befall(&mut file, damage);
            }
            file
        },
    )
}

/// FILE-004: header, accepted entries and skipped ranges cover every byte once.
fn covers_every_byte(report: &FileReport, file: &[u8]) {
    assert_eq!(dashstream_codec::laws::covers_every_byte(report, file), Ok(()));
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn the_reader_agrees_with_the_text(file in any_file()) {
        prop_assert_eq!(read(&file), model::read(&file));
    }

    // FILE-004
    #[test]
    fn every_byte_is_reported_once(file in any_file()) {
        covers_every_byte(&read(&file), &file);
    }

    // FILE-010
    #[test]
    fn pieces_do_not_matter(file in any_file(), cuts in prop::collection::vec(0..2_000_usize, 0..8)) {
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (file.len() + 1)).collect();
        cuts.sort_unstable();
        let ends = cuts.iter().copied().chain([file.len()]);
        let begins = [0].into_iter().chain(cuts.iter().copied());
        let pieces = begins.zip(ends).map(|(begin, end)| &file[begin..end]);
        let whole = read(&file);
        prop_assert_eq!(&read_pieces(pieces).0, &whole);
        prop_assert_eq!(&read_pieces(file.chunks(1)).0, &whole);
    }
}

/// Files in which every rule takes part.
fn crafted() -> Vec<Vec<u8>> {
    let (good, places) = sample(4);
    let inner = [&MARKER[..], &frame(50, b"inner")].concat();
    let embedded = file(&[frame(1, &inner), frame(2, b"")]);
    let mut files = vec![good.clone(), embedded.clone()];
    for at in [3, 10, 26, places[1] + 3, places[1] + 16, places[1] + 40, places[2] - 1, places[4] - 1] {
        let mut damaged = good.clone();
        damaged[at] ^= 0x20;
        files.push(damaged);
    }
    let mut given_up = embedded;
    given_up[100] ^= 1;
    let end = given_up.len() - 100;
    given_up[end] ^= 1;
    files.push(given_up);
    files.push([&good[..places[2] + 150], &good[places[3]..]].concat());
    files.push([&good[..], &[0xBE; 200]].concat());
    files
}

// FILE-010
#[test]
fn every_cut_in_two_gives_the_same_report() {
    for file in crafted() {
        let whole = read(&file);
        assert_eq!(whole, model::read(&file));
        for cut in 0..=file.len() {
            assert_eq!(read_pieces([&file[..cut], &file[cut..]]).0, whole, "cut at {cut}");
        }
        assert_eq!(read_pieces(file.chunks(1)).0, whole);
    }
}

/// Every flip of a bit and every truncation of a file, with its marker and without, against the model.
#[test]
fn every_flip_and_truncation_is_read_as_the_text_says() {
    let (good, _) = sample(3);
    let mut markerless = good.clone();
    markerless[9] ^= 1;
    for file in [good, markerless] {
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut damaged = file.clone();
                damaged[at] ^= 1 << bit;
                let report = read(&damaged);
                covers_every_byte(&report, &damaged);
                assert_eq!(report, model::read(&damaged), "bit {bit} of byte {at}");
            }
            let report = read(&file[..at]);
            covers_every_byte(&report, &file[..at]);
            assert_eq!(report, model::read(&file[..at]), "{at} bytes");
        }
    }
}
