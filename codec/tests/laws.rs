//! The laws of the codec, for random inputs. Fuzz targets feed them too, and from better seeds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod common;

use common::{cases, tokens, with_body};
use dashstream_codec::laws::{self, Depth, Law, Seen};
use dashstream_codec::{Code, Codec, crc32c};
use proptest::collection::vec;
use proptest::prelude::*;

/// Laws about a frame.
const OF_FRAMES: [Law; 4] = [laws::read_once, laws::decode, laws::reencode, laws::json];
/// Laws whose input is what something is made of.
const OF_MAKINGS: [Law; 3] = [laws::roundtrip, laws::ledger, laws::resync];

/// A frame of tokens with some bits of its body flipped, and right CRCs.
fn flipped(codec: Codec, bits: &[usize]) -> Vec<u8> {
    let mut frame = tokens(5, codec);
    let body = 64 + usize::from(frame[24]);
    for bit in bits {
        let at = body + bit % (8 * (frame.len() - body)) / 8;
        frame[at] ^= 1 << (bit % 8);
    }
    let body_crc = crc32c(&frame[body..]);
    frame[12..16].copy_from_slice(&body_crc.to_le_bytes());
    let prelude_crc = crc32c(&[&frame[..4], &frame[8..64]].concat());
    frame[4..8].copy_from_slice(&prelude_crc.to_le_bytes());
    frame
}

fn obeyed(laws: &[Law], bytes: &[u8]) -> Seen {
    let mut seen = Seen::default();
    for law in laws {
        seen = law(bytes).expect("the law holds");
    }
    seen
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn frames_with_flipped_bits_obey(codec in prop::sample::select(Codec::ALL), bits in vec(any::<usize>(), 0..4)) {
        let seen = obeyed(&OF_FRAMES, &flipped(codec, &bits));
        prop_assert!(seen.depth >= Depth::Behind);
    }

    #[test]
    fn frames_with_random_bodies_obey(raw in vec(any::<u8>(), 3..80), records in 1..4_u16) {
        obeyed(&OF_FRAMES, &with_body(&raw, records));
    }

    #[test]
    fn makings_obey(bytes in vec(any::<u8>(), 0..600)) {
        obeyed(&OF_MAKINGS, &bytes);
    }
}

#[test]
fn what_is_seen_is_said() {
    let seen = obeyed(&OF_FRAMES, b"\xBE");
    assert_eq!((seen.depth, seen.codes.iter().collect::<Vec<_>>()), (Depth::Before, vec![Code::ShortPrelude]));
    let seen = laws::read_once(&with_body(&[0x12, 1, 0], 1)).unwrap();
    assert_eq!((seen.depth, seen.may_allocate), (Depth::Behind, 65_536 + 6));
    assert!(seen.codes.has(Code::KindZero) && !seen.codes.has(Code::CodecProfile));
    assert_eq!(laws::read_once(&tokens(1, Codec::None)).unwrap().depth, Depth::Accepted);
}
