//! Damage inside a stored body: what a decompressor has to see.

use fastrand::Rng;

use super::numbers::{below, once_in};
use super::values::flip;

/// Damages the stored body of this codec somehow.
pub(super) fn damage(rng: &mut Rng, codec: u8, stored: &mut Vec<u8>) {
    match (codec, rng.u8(..8)) {
        // The header says the most of all, and then the tables behind it.
        (1, 0) => flip(rng, head(stored, 18)),
        (1, 1..=2) => flip(rng, head(stored, 60)),
        (1, 3) => flip(rng, tail(stored, 4)),
        (2, 0..=1) => flip(rng, head(stored, 4)),
        (2, 2..=3) => flip(rng, tail(stored, 12)),
        (_, 4) => stored.truncate(below(rng, stored.len())),
        (_, 5) => {
            let more = rng.usize(1..20);
            stored.extend(std::iter::repeat_with(|| rng.u8(..)).take(more));
        }
        (_, 6) => take_out(rng, stored),
        _ => flip(rng, stored),
    }
    if once_in(rng, 4) {
        flip(rng, stored);
    }
}

fn head(bytes: &mut [u8], most: usize) -> &mut [u8] {
    let len = bytes.len().min(most);
    bytes.split_at_mut(len).0
}

fn tail(bytes: &mut [u8], most: usize) -> &mut [u8] {
    let len = bytes.len().saturating_sub(most);
    bytes.split_at_mut(len).1
}

/// Takes some bytes out, or puts a copy of them in.
fn take_out(rng: &mut Rng, stored: &mut Vec<u8>) {
    let from = below(rng, stored.len());
    let to = (from + rng.usize(1..9)).min(stored.len());
    if once_in(rng, 2) {
        stored.drain(from..to);
    } else if let Some(copy) = stored.get(from..to).map(<[u8]>::to_vec) {
        stored.splice(from..from, copy);
    }
}
