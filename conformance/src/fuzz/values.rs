//! Changes to one value of a field.

use fastrand::Rng;

use super::drops::wrap;
use super::numbers::{below, near, number, once_in, one_of, put_odd_varint, small};
use super::wire::{packed, varint};
use crate::plain::schema::{FieldDef, Type};

/// Lengths of texts and ids at which a rule begins or ends.
const LENGTHS: [usize; 16] = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 255, 256, 257, 1024, 1025];

/// Bytes that are not UTF-8: a byte that never occurs, a lone continuation, an overlong form, a
/// surrogate, a number that is too great, a character that is cut short.
const NOT_TEXT: [&[u8]; 6] = [b"\xff", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"];

/// Another varint.
pub(super) fn changed_varint(rng: &mut Rng, value: &[u8]) -> Vec<u8> {
    let current = varint(value).map_or(0, |(value, _)| value);
    let mut out = Vec::new();
    let changed = if once_in(rng, 6) { current } else { number(rng, current) };
    put_odd_varint(rng, &mut out, changed);
    out
}

/// Another value of 4 or 8 bytes: numbers and doubles alike.
pub(super) fn changed_fixed(rng: &mut Rng, value: &[u8]) -> Vec<u8> {
    const DOUBLES: [u64; 6] = [0, 1 << 63, 0x7ff0 << 48, 0x7ff8_0000_0000_0001, 1, 0x4340 << 48];
    let bits = match rng.u8(..3) {
        0 => DOUBLES.get(below(rng, DOUBLES.len())).copied().unwrap_or(0),
        1 => number(rng, 0),
        _ => rng.u64(..),
    };
    bits.to_le_bytes().iter().copied().take(value.len()).collect()
}

/// Another packed column: one value changed, taken out, put in, or the end cut.
pub(super) fn changed_packed(rng: &mut Rng, value: &[u8], count: usize, hints: &[u64]) -> Vec<u8> {
    let mut values = packed(value);
    let at = below(rng, values.len());
    match rng.u8(..16) {
        0 => drop(values.get(at).is_some().then(|| values.remove(at))),
        1 => values.insert(at, small(rng)),
        2 => values.extend_from_within(at..),
        3 => values.clear(),
        4 => values.resize(count, small(rng)),
        5 => {
            let other = below(rng, values.len());
            if other < values.len() {
                values.swap(at, other);
            }
        }
        6 => return value.get(..below(rng, value.len())).unwrap_or_default().to_vec(),
        7 => values.iter_mut().for_each(|value| *value = 0),
        8 => wrap(rng, &mut values),
        9..=11 => {
            if let Some(value) = values.get_mut(at) {
                let hint = one_of(rng, hints, *value);
                *value = near(rng, hint);
            }
        }
        _ => return one_value_changed(rng, &values, at),
    }
    super::wire::pack(values)
}

/// The columns as they were, but for the value at `at`, which may come in more bytes than it takes.
fn one_value_changed(rng: &mut Rng, values: &[u64], at: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, value) in values.iter().enumerate() {
        if index == at {
            let value = if once_in(rng, 3) { near(rng, *value) } else { number(rng, *value) };
            put_odd_varint(rng, &mut out, value);
        } else {
            super::numbers::put_varint(&mut out, *value);
        }
    }
    out
}

/// Other bytes or another text.
pub(super) fn changed_bytes(rng: &mut Rng, value: &[u8]) -> Vec<u8> {
    let mut out = value.to_vec();
    match rng.u8(..8) {
        0 => {
            let len = LENGTHS.get(below(rng, LENGTHS.len())).copied().unwrap_or(0);
            let filler = value.last().copied().unwrap_or(b'a');
            out.resize(len, filler);
        }
        1 => out.iter_mut().for_each(|byte| *byte = 0),
        2 => {
            let bad = NOT_TEXT.get(below(rng, NOT_TEXT.len())).copied().unwrap_or_default();
            let at = below(rng, out.len() + 1);
            out.splice(at..at, bad.iter().copied());
        }
        3 => out.truncate(below(rng, value.len())),
        4 => out.push(rng.u8(..)),
        5 => out.extend_from_slice(value),
        _ => flip(rng, &mut out),
    }
    out
}

/// Flips a bit, or changes a byte.
pub(super) fn flip(rng: &mut Rng, bytes: &mut [u8]) {
    let at = below(rng, bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte = if once_in(rng, 3) { rng.u8(..) } else { *byte ^ (1 << rng.u32(..8)) };
    }
}

/// A value for a field that was not there. `count` values where it is packed, one of them near a hint
/// perhaps.
pub(super) fn fresh(rng: &mut Rng, field: &FieldDef, count: usize, hints: &[u64]) -> Vec<u8> {
    if field.packed() {
        let most = if once_in(rng, 2) { 2 } else { 6 };
        return match field.kind {
            Type::Double => std::iter::repeat_with(|| rng.u8(..)).take(8 * count.min(1 << 12)).collect(),
            _ => {
                let mut values: Vec<u64> = (0..count).map(|_| rng.u64(..most)).collect();
                let at = below(rng, 2 * count);
                if let Some(value) = values.get_mut(at) {
                    let hint = one_of(rng, hints, *value);
                    *value = near(rng, hint);
                }
                super::wire::pack(values)
            }
        };
    }
    match field.kind {
        Type::Uint32 | Type::Uint64 | Type::Sint64 => super::wire::pack([small(rng)]),
        Type::Bool => vec![rng.u8(..2)],
        Type::Double => rng.u64(..).to_le_bytes().to_vec(),
        Type::Fixed32 => rng.u32(..).to_le_bytes().to_vec(),
        // Empty, or broken.
        Type::Message(_) => [vec![], vec![0x07], vec![0x0a]].get(below(rng, 3)).cloned().unwrap_or_default(),
        Type::Text | Type::Bytes => {
            let len = LENGTHS.get(below(rng, 12)).copied().unwrap_or(1);
            std::iter::repeat_with(|| rng.u8(b'a'..=b'z')).take(len).collect()
        }
    }
}

/// The wire type that a field of the schema has.
pub(super) fn wire_type(field: &FieldDef) -> u8 {
    match field.kind {
        _ if field.packed() => 2,
        Type::Uint32 | Type::Uint64 | Type::Sint64 | Type::Bool => 0,
        Type::Double => 1,
        Type::Fixed32 => 5,
        Type::Text | Type::Bytes | Type::Message(_) => 2,
    }
}
