//! Numbers at which readers go wrong, and varints of any length.

use fastrand::Rng;

/// Limits of the specification and of machine words, with their neighbours left to [`near`].
const BOUNDARIES: [u64; 30] = [
    0,
    1,
    6,
    8,
    16,
    32,
    127,
    128,
    255,
    256,
    1024,
    1 << 14,
    (1 << 16) - 1,
    1 << 16,
    1 << 21,
    1 << 23,
    1 << 28,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
    1 << 35,
    1 << 42,
    1 << 49,
    (1 << 53) - 1,
    1 << 53,
    // The most that a sint64 may be, in zigzag form, and its neighbour of the other sign.
    (1 << 54) - 2,
    1 << 54,
    1 << 63,
    u64::MAX,
];

/// Below `n`; 0 where that is 0.
pub(super) fn below(rng: &mut Rng, n: usize) -> usize {
    if n == 0 { 0 } else { rng.usize(..n) }
}

/// Whether this is the one time of `n`.
pub(super) fn once_in(rng: &mut Rng, n: u32) -> bool {
    rng.u32(..n.max(1)) == 0
}

/// One of a few numbers; `current` where there are none.
pub(super) fn one_of(rng: &mut Rng, numbers: &[u64], current: u64) -> u64 {
    numbers.get(below(rng, numbers.len())).copied().unwrap_or(current)
}

/// One less, the same or one more, round the ends.
pub(super) fn near(rng: &mut Rng, number: u64) -> u64 {
    number.wrapping_add(rng.u64(..3)).wrapping_sub(1)
}

/// A number to put in the place of another.
pub(super) fn number(rng: &mut Rng, current: u64) -> u64 {
    match rng.u8(..8) {
        0 | 1 => near(rng, current),
        2 | 3 => rng.u64(..40),
        4 => current ^ (1 << rng.u32(..64)),
        5 => rng.u64(..) >> rng.u32(..64),
        _ => {
            let boundary = one_of(rng, &BOUNDARIES, 0);
            near(rng, boundary)
        }
    }
}

/// A number that a small field might well hold.
pub(super) fn small(rng: &mut Rng) -> u64 {
    let most = if once_in(rng, 3) { 300 } else { 5 };
    rng.u64(..most)
}

/// Appends a varint in as few bytes as it takes.
pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(low_seven(value) | 0x80);
        value >>= 7;
    }
    out.push(low_seven(value));
}

/// Appends a varint, now and then in more bytes than it takes, or in more than may be.
pub(super) fn put_odd_varint(rng: &mut Rng, out: &mut Vec<u8>, value: u64) {
    put_varint(out, value);
    if !once_in(rng, 8) {
        return;
    }
    let Some(last) = out.last_mut() else { return };
    *last |= 0x80;
    let more = rng.usize(..10);
    out.extend(std::iter::repeat_n(0x80, more));
    // Above 01, a tenth byte says what does not fit 64 bits.
    out.push(if once_in(rng, 4) { rng.u8(..0x80) } else { 0 });
}

fn low_seven(value: u64) -> u8 {
    u8::try_from(value & 0x7f).unwrap_or_default()
}
