//! Changes to a frame as a row of bytes: cut, longer, noisy, or made of two.

use fastrand::Rng;

use super::draft::Draft;
use super::numbers::{below, once_in};
use super::seal::{PRELUDE, field, put};
use super::store::Store;
use super::values::flip;
use super::wire::Message;

/// Cuts the frame; the CRCs are not made anew, for they are of a frame that is longer.
pub(super) fn cut(rng: &mut Rng, frame: &mut Vec<u8>) {
    let metadata_end = frame
        .first_chunk::<PRELUDE>()
        .map_or(0, |prelude| PRELUDE + usize::from(u16::from_le_bytes(field(prelude, 24))));
    let at = match rng.u8(..8) {
        0 => 0,
        1 | 2 => rng.usize(..PRELUDE),
        3 => PRELUDE,
        4 => metadata_end,
        5 => frame.len().saturating_sub(1),
        _ => below(rng, frame.len()),
    };
    frame.truncate(at);
}

/// Puts bytes behind the frame: another frame, or anything.
pub(super) fn lengthen(rng: &mut Rng, frame: &mut Vec<u8>, other: Option<&[u8]>) {
    match other {
        Some(other) if once_in(rng, 3) => frame.extend_from_slice(other),
        _ => {
            let more = rng.usize(1..70);
            frame.extend(std::iter::repeat_with(|| rng.u8(..)).take(more));
        }
    }
}

/// Damage as on a disk or a line: no CRC is made right for it.
pub(super) fn noise(rng: &mut Rng, frame: &mut Vec<u8>) {
    match rng.u8(..6) {
        0 => {
            // A CRC that is 0, which some take for one that was left out.
            let at = 4 * rng.usize(1..4);
            if let Some(prelude) = frame.first_chunk_mut::<PRELUDE>() {
                put(prelude, at, &[0; 4]);
            }
        }
        1 => {
            let at = below(rng, frame.len() + 1);
            frame.insert(at, rng.u8(..));
        }
        2 => {
            let prelude_end = frame.len().min(PRELUDE);
            flip(rng, frame.split_at_mut(prelude_end).0);
        }
        _ => flip(rng, frame),
    }
}

/// Takes a part of another frame in: its metadata, its stored body, or fields of its body.
pub(super) fn splice(rng: &mut Rng, draft: &mut Draft, other: &[u8], store: &mut Store) {
    let Some(mut other) = Draft::of(other) else { return };
    match rng.u8(..3) {
        0 => draft.metadata = other.metadata,
        1 => draft.take_body(&other),
        _ => {
            let (Some(ours), Some(theirs)) = (draft.raw(store), other.raw(store)) else { return };
            let mut body = Message::read(ours);
            let theirs = Message::read(theirs);
            let from = below(rng, theirs.pieces.len());
            let some = theirs.pieces.iter().skip(from).take(rng.usize(1..4));
            for piece in some {
                // In the place of one of its number, most often: twice is not allowed for most.
                match body.pieces.iter_mut().find(|ours| ours.number == piece.number) {
                    Some(ours) if !once_in(rng, 4) => *ours = piece.clone(),
                    _ => body.pieces.push(piece.clone()),
                }
            }
            let bytes = body.to_bytes();
            *ours = bytes;
        }
    }
}
