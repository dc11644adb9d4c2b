//! Drop reasons, their counts and the prelude's drop_count changed together, so that they fit each other but
//! for one thing.

use fastrand::Rng;

use super::draft::Draft;
use super::numbers::{below, once_in};
use super::seal::put;
use super::wire::{Message, Piece, pack};

/// Gives the frame drops: a few reasons, as many as there may be, or one more.
pub(super) fn change(rng: &mut Rng, draft: &mut Draft) {
    let most = [4, 33, 34].get(below(rng, 3)).copied().unwrap_or(4);
    let few = rng.u64(1..most);
    let mut reasons: Vec<u64> = (1..=few).collect();
    let mut counts: Vec<u64> = reasons.iter().map(|_| rng.u64(1..4)).collect();
    let at = below(rng, counts.len());
    let total: u64 = counts.iter().sum();
    let mut dropped_total = total + rng.u64(..2);
    match rng.u8(..8) {
        0 => drop(counts.pop()),
        1 => change_at(&mut reasons, at, |_| 0),
        2 => change_at(&mut reasons, at, |_| 1),
        3 => change_at(&mut counts, at, |_| 0),
        4 => wrap(rng, &mut counts),
        5 => dropped_total = total - 1,
        6 => counts.push(1),
        _ => {}
    }
    // The sum that a reader of 32 bits has.
    let sum = counts.iter().sum::<u64>() & u64::from(u32::MAX);
    put(&mut draft.prelude, 30, &u16::try_from(sum).unwrap_or(u16::MAX).to_le_bytes());
    let metadata = std::mem::take(&mut draft.metadata);
    let mut message = Message::read(&metadata);
    message.pieces.retain(|piece| !(5..=7).contains(&piece.number));
    let at = message.pieces.iter().take_while(|piece| piece.number < 5).count();
    let ours = [Piece::long(5, pack(reasons)), Piece::long(6, pack(counts)), Piece::new(7, 0, pack([dropped_total]))];
    message.pieces.splice(at..at, ours);
    draft.metadata = message.to_bytes();
}

fn change_at(values: &mut [u64], at: usize, to: fn(u64) -> u64) {
    if let Some(value) = values.get_mut(at) {
        *value = to(*value);
    }
}

/// Lets two values have the sum that they had, in 32 bits, but not in 64: the first of them is great, so
/// that a running sum goes down there.
pub(super) fn wrap(rng: &mut Rng, values: &mut [u64]) {
    let (a, b) = (below(rng, values.len()), below(rng, values.len()));
    let (one, other) = (a.min(b), a.max(b));
    let less = if once_in(rng, 4) { rng.u64(1..300) } else { rng.u64(1..3) };
    if one == other {
        return;
    }
    let Some(value) = values.get_mut(one) else { return };
    let great = (1 << 32) - less;
    let rest = (*value).wrapping_add(less) & u64::from(u32::MAX);
    *value = great;
    if let Some(value) = values.get_mut(other) {
        *value = value.wrapping_add(rest);
    }
}
