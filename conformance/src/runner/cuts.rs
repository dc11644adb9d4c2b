//! Where inputs are cut, and into which pieces.

use dashstream_vectors::{FileCase, FileExpect};

use super::plan::Shape;

/// Bytes up to which an accepted frame is cut at every offset.
const EVERY_CUT: usize = 600;
/// Bytes above which an input gets only a few deliveries.
pub(super) const LARGE: usize = 64 * 1024;
/// The most pieces of a delivery byte by byte; longer inputs come in equal pieces of several bytes.
const MOST_PIECES: usize = 16 * 1024;
/// Bytes of a sync marker.
const MARKER: usize = 16;

/// First bytes of the fields of the prelude, and its end.
const FIELDS: [usize; 18] = [1, 2, 3, 4, 8, 12, 16, 20, 24, 26, 27, 28, 30, 32, 48, 56, 60, 64];

/// Deliveries of a frame.
pub(super) fn frame(bytes: &[u8], accepted: bool, incremental: bool) -> Vec<Shape> {
    let boundaries = boundaries(bytes);
    let mut shapes = vec![Shape::Whole];
    if incremental && !bytes.is_empty() {
        shapes.push(Shape::Bytes);
        let few = boundaries.iter().filter(|at| bytes.len() <= LARGE || **at >= 64);
        shapes.extend(few.map(|at| Shape::Split(*at)));
    }
    if accepted {
        shapes.push(Shape::Followed);
        shapes.extend(cuts(bytes.len(), &boundaries).into_iter().map(Shape::Cut));
    }
    shapes
}

/// Deliveries of a file.
pub(super) fn file(bytes: &[u8], case: &FileCase, incremental: bool) -> Vec<Shape> {
    let mut shapes = vec![Shape::Whole];
    if incremental && !bytes.is_empty() {
        shapes.push(Shape::Bytes);
        shapes.extend([1, 2, 3].map(Shape::Random));
        shapes.extend(file_boundaries(bytes.len(), case).into_iter().map(Shape::Split));
    }
    if last_entry(bytes, case).is_some() {
        shapes.push(Shape::Followed);
    }
    shapes
}

/// Lengths of the pieces of a delivery; `None`: in one.
pub(super) fn pieces(shape: Shape, len: usize) -> Option<Vec<u64>> {
    match shape {
        Shape::Whole | Shape::Followed | Shape::Cut(_) => None,
        Shape::Split(at) => Some(vec![at as u64]),
        Shape::Bytes => {
            let size = len.div_ceil(MOST_PIECES).max(1);
            Some(vec![size as u64; len / size])
        }
        Shape::Random(seed) => Some(random(seed, len as u64)),
    }
}

/// Lengths from 1 byte up, small ones more often.
fn random(seed: u64, len: u64) -> Vec<u64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut pieces = Vec::new();
    let mut sum = 0;
    while sum < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let most = 1_u64 << (state % 9);
        let piece = 1 + (state >> 16) % most;
        pieces.push(piece.min(len - sum));
        sum += piece;
    }
    pieces
}

/// The bytes of the last entry of a file that has no damage.
pub(super) fn last_entry<'b>(bytes: &'b [u8], case: &FileCase) -> Option<&'b [u8]> {
    let FileExpect::Read { accepted, skipped, rejected, tail: None } = &case.expect else { return None };
    if !skipped.is_empty() || !rejected.is_empty() {
        return None;
    }
    let last = accepted.last()?;
    bytes.get(usize::try_from(last.start).ok()?..usize::try_from(last.end).ok()?)
}

fn boundaries(bytes: &[u8]) -> Vec<usize> {
    let metadata_len = match bytes {
        [_, .., _] if bytes.len() >= 64 => {
            bytes.get(24..26).map_or(0, |two| two.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
        }
        _ => 0,
    };
    let mut all = FIELDS.to_vec();
    if metadata_len > 0 {
        all.push(64 + metadata_len);
    }
    all.retain(|at| *at < bytes.len());
    all
}

fn file_boundaries(len: usize, case: &FileCase) -> Vec<usize> {
    let mut all = vec![8, 24, 28];
    if let FileExpect::Read { accepted, skipped, .. } = &case.expect {
        let starts = accepted.iter().map(|entry| (entry.start, entry.end));
        for (start, end) in starts.chain(skipped.iter().map(|range| (range.start, range.end))) {
            let places = [start, start + MARKER as u64, start + MARKER as u64 + 64, end];
            all.extend(places.iter().filter_map(|at| usize::try_from(*at).ok()));
        }
    }
    all.retain(|at| *at > 0 && *at < len);
    all.sort_unstable();
    all.dedup();
    all
}

/// Every offset of a short frame; of a longer one every boundary and its neighbours, and a sample.
fn cuts(len: usize, boundaries: &[usize]) -> Vec<usize> {
    if len <= EVERY_CUT {
        return (0..len).collect();
    }
    let sample = if len > LARGE { 4 } else { 32 };
    let mut all: Vec<usize> = boundaries.iter().flat_map(|at| [at - 1, *at, at + 1]).collect();
    if len > LARGE {
        all.retain(|at| *at == 0 || *at >= 63);
    }
    all.extend((1..=sample).map(|k| len / (sample + 1) * k));
    all.extend([0, len - 1]);
    all.retain(|at| *at < len);
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(pieces: &[u64]) -> u64 {
        pieces.iter().sum()
    }

    #[test]
    fn pieces_never_pass_the_input_and_bytes_are_single() {
        assert_eq!(pieces(Shape::Bytes, 3), Some(vec![1, 1, 1]));
        assert_eq!(pieces(Shape::Whole, 3), None);
        for len in [1, 70, 600, 9000, 8_000_000] {
            let bytes = pieces(Shape::Bytes, len).unwrap();
            assert!(bytes.len() <= MOST_PIECES && sum(&bytes) <= len as u64);
            for seed in 1..4 {
                let random = pieces(Shape::Random(seed), len).unwrap();
                assert_eq!(sum(&random), len as u64);
                assert!(random.iter().all(|piece| *piece > 0));
            }
        }
        assert_ne!(pieces(Shape::Random(1), 900), pieces(Shape::Random(2), 900));
    }

    #[test]
    fn a_short_frame_is_cut_everywhere_and_a_long_one_at_its_fields() {
        let mut bytes = vec![0; 600];
        bytes[24] = 10;
        let shapes = frame(&bytes, true, true);
        assert_eq!(shapes.iter().filter(|shape| matches!(shape, Shape::Cut(_))).count(), 600);
        assert_eq!(shapes.iter().filter(|shape| matches!(shape, Shape::Split(_))).count(), FIELDS.len() + 1);
        bytes.resize(100_000, 0);
        let shapes = frame(&bytes, true, true);
        for at in [0, 63, 64, 74, 99_999] {
            assert!(shapes.contains(&Shape::Cut(at)), "{at}");
        }
        assert!(shapes.len() < 40);
    }

    #[test]
    fn a_rejected_frame_is_neither_cut_nor_followed_and_pieces_need_the_capability() {
        assert_eq!(frame(&[0xBE; 70], false, false), [Shape::Whole]);
        assert!(frame(&[0xBE; 70], false, true).iter().all(|shape| !matches!(shape, Shape::Cut(_) | Shape::Followed)));
        assert_eq!(frame(&[], false, true), [Shape::Whole]);
    }
}
