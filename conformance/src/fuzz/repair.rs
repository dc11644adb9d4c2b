//! A prelude put in order, so that what is behind it is looked at.

use super::seal::{PRELUDE, field, fit, put, reseal};

/// Smallest metadata that is accepted: a tenant of one byte and a boot_nonce.
const METADATA: [u8; 13] = [0x0A, 1, b'a', 0x12, 8, 1, 1, 1, 1, 1, 1, 1, 1];

/// Puts every field of the prelude that is out of its range into it, and makes lengths and CRCs fit, with
/// metadata of another frame where `with_metadata` asks for it. What is shorter than a prelude becomes
/// the body of a frame.
///
/// The most bytes that are added are 64 of prelude and 13 of metadata.
pub fn repair(frame: &mut Vec<u8>, with_metadata: bool) {
    if frame.len() < PRELUDE {
        frame.splice(0..0, [0; PRELUDE]);
    }
    let Some(prelude) = frame.first_chunk_mut::<PRELUDE>() else { return };
    let metadata_len = usize::from(u16::from_le_bytes(field(prelude, 24)));
    put(prelude, 0, &[0xBE, 1, 0]);
    let [codec] = field(prelude, 26);
    put(prelude, 26, &[codec % 3, 1]);
    at_least(prelude, 28, 2, 1);
    within(prelude, 30, 2, 0x7FFF);
    at_least(prelude, 32, 1, 1);
    at_least(prelude, 48, 8, 1);
    within(prelude, 48, 8, 0xF_FFFF_FFFF_FFFF);
    at_least(prelude, 56, 4, 1);
    within(prelude, 56, 4, 0x7FFF_FFFF);
    within(prelude, 60, 4, 0x7FFF_FFFF);
    if with_metadata || metadata_len == 0 {
        put(prelude, 24, &[13, 0]);
        put(prelude, 30, &[0, 0]);
        let end = (PRELUDE + metadata_len).min(frame.len());
        frame.splice(PRELUDE..end, METADATA);
    }
    lengths(frame);
    reseal(frame);
}

/// A raw_len that the codec can have made of the body, and no more records than can be in it.
fn lengths(frame: &mut [u8]) {
    fit(frame);
    let Some(prelude) = frame.first_chunk_mut::<PRELUDE>() else { return };
    let body_len = u32::from_le_bytes(field(prelude, 16));
    let is_stored = field(prelude, 26) == [0];
    let least = if is_stored { body_len } else { body_len.saturating_add(1) };
    let raw_len = u32::from_le_bytes(field(prelude, 20)).min(1 << 23).max(least);
    put(prelude, 20, &raw_len.to_le_bytes());
    let count = u32::from(u16::from_le_bytes(field(prelude, 28)));
    let most = raw_len.saturating_sub(2).clamp(1, 65_535);
    put(prelude, 28, &u16::try_from(count.min(most)).unwrap_or(1).to_le_bytes());
}

/// Lets the field of `size` bytes be `least` where it is 0.
fn at_least(prelude: &mut [u8; PRELUDE], at: usize, size: usize, least: u8) {
    if prelude.iter().skip(at).take(size).all(|byte| *byte == 0) {
        put(prelude, at, &[least]);
    }
}

/// Leaves of the field of `size` bytes the bits of `mask`, but for one that would be none.
fn within(prelude: &mut [u8; PRELUDE], at: usize, size: usize, mask: u64) {
    for (place, byte) in prelude.iter_mut().skip(at).take(size).zip(mask.to_le_bytes()) {
        *place &= byte;
    }
}
