//! The zstd decoder against frames of libzstd, and against damage.

use super::encode::zstd;
use super::gate::Gate;
use super::zstd_frame::decompress;

/// Bytes that look like something, the same each time.
fn sample(kind: u32, length: usize) -> Vec<u8> {
    let mut state = 12_345_u32 + kind;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    let mut bytes: Vec<u8> = Vec::new();
    while bytes.len() < length {
        match kind {
            0 => bytes.push(0),
            1 => bytes.push(next().to_le_bytes()[0]),
            2 => bytes.extend(format!("event {} of run {}; ", next() % 100, next() % 9).bytes()),
            3 => bytes.push(b"abcdefgh"[(next() % 8) as usize & (next() % 8) as usize]),
            _ => {
                let far = (next() as usize) % (bytes.len() + 1);
                let count = (next() % 40) as usize + 1;
                let copy: Vec<u8> = bytes.iter().skip(far).take(count).copied().collect();
                bytes.extend(copy);
                bytes.push(next().to_le_bytes()[1]);
            }
        }
    }
    bytes.truncate(length);
    bytes
}

#[test]
fn frames_of_libzstd_come_back() {
    for level in [1, 3, 9, 19, 22] {
        for kind in 0..5 {
            for length in [1, 5, 100, 3000, 70_000, 300_000] {
                let bytes = sample(kind, length);
                let frame = zstd(&bytes, level).unwrap();
                let raw = decompress(&frame, length);
                let right = raw.whole && !raw.wrong_checksum(&Gate::default());
                assert!(right && raw.bytes == bytes, "level {level} kind {kind} {length}");
            }
        }
    }
}

/// Where the decoder accepts a damaged frame without a checksum, libzstd gives the same bytes. Where libzstd
/// accepts one, this decoder may not: libzstd does not look whether the four streams of literals are used up.
#[test]
fn a_damaged_frame_is_not_taken_for_other_bytes() {
    let mut accepted = 0;
    let mut refused = 0;
    for (kind, length) in [(2, 400), (3, 2000), (4, 3000), (1, 60), (4, 140_000)] {
        let bytes = sample(kind, length);
        let frame = zstd::bulk::compress(&bytes, 19).unwrap();
        let step = 1 + frame.len() / 300;
        for at in (12..frame.len()).step_by(step) {
            for bit in 0..8 {
                let mut damaged = frame.clone();
                damaged[at] ^= 1 << bit;
                let raw = decompress(&damaged, length);
                let library = zstd::bulk::decompress(&damaged, length);
                assert!(raw.bytes.len() <= length + 1);
                if raw.whole && raw.bytes.len() == length {
                    accepted += 1;
                    assert_eq!(Some(raw.bytes), library.ok(), "kind {kind} at {at} bit {bit}");
                } else {
                    refused += 1;
                }
            }
        }
    }
    assert!(accepted > 100 && refused > 100, "{accepted} {refused}");
}

#[test]
fn no_cut_and_no_garbage_breaks_it() {
    let bytes = sample(4, 3000);
    let frame = zstd::bulk::compress(&bytes, 19).unwrap();
    for length in 0..frame.len() {
        assert!(!decompress(&frame[..length], 3000).whole);
    }
    for seed in 0..2000 {
        let mut garbage = vec![0x28, 0xb5, 0x2f, 0xfd, 0x60, 0xff, 0xff];
        let noise = sample(1, 40 + seed % 50);
        let length = u32::try_from(noise.len()).unwrap();
        garbage.extend(&(length << 3 | 5).to_le_bytes()[..3]);
        garbage.extend(noise.iter().map(|b| b.wrapping_mul(seed.to_le_bytes()[0] | 1)));
        assert!(decompress(&garbage, 1000).bytes.len() <= 1001);
    }
}

#[test]
fn it_stops_at_the_limit() {
    let frame = zstd::bulk::compress(&sample(0, 300_000), 19).unwrap();
    let raw = decompress(&frame, 1000);
    assert_eq!((raw.bytes.len(), raw.whole), (1001, false));
}

/// A frame without a checksum, whose only block has these literals and no sequences.
fn of_literals(size: u8, format: u32, count: u32, streams: &[u8]) -> Vec<u8> {
    let stored = u32::try_from(streams.len()).unwrap();
    let section = 2 | format << 2 | count << 4 | stored << 14;
    let block = [&section.to_le_bytes()[..3], streams, &[0]].concat();
    let header = 1 | 2 << 1 | u32::try_from(block.len()).unwrap() << 3;
    // A window, for the block is larger than what comes of it.
    [&[0x28, 0xb5, 0x2f, 0xfd, 0x80, 0, size, 0, 0, 0], &header.to_le_bytes()[..3], &block].concat()
}

/// What ZST-018 lets readers refuse, and what both refuse: by nothing but a number each is no longer valid.
#[test]
fn four_streams_need_six_literals_and_a_tree_its_longest_code() {
    let comes = |frame: &[u8], size: usize| {
        let raw = decompress(frame, size);
        let own = (raw.whole && raw.bytes.len() == size).then_some(raw.bytes);
        assert_eq!(own, zstd::bulk::decompress(frame, size).ok(), "{frame:x?}");
        own.is_some()
    };
    // Two symbols of one bit each. In each stream a mark above its bits; the fourth of six literals has none.
    let four = |streams: [u8; 4]| [&[0x80, 0x10, 1, 0, 1, 0, 1, 0][..], &streams].concat();
    assert!(comes(&of_literals(8, 1, 8, &four([4, 5, 6, 7])), 8));
    assert!(comes(&of_literals(6, 1, 6, &four([4, 5, 6, 1])), 6));
    assert!(!comes(&of_literals(4, 1, 4, &four([2, 3, 2, 3])), 4));
    assert!(!comes(&of_literals(3, 1, 3, &four([2, 3, 2, 1])), 3));
    // Eight symbols of three bits each: of weight 1, or all of weight 2. Four literals in one stream.
    let one = |pair: u8| [&[0x86, pair, pair, pair, pair & 0xf0][..], &[0b1000_1010, 0b1_0011]].concat();
    assert!(comes(&of_literals(4, 0, 4, &one(0x11)), 4));
    assert!(!comes(&of_literals(4, 0, 4, &one(0x22)), 4));
}
