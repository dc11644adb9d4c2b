//! Writing protobuf in the tidy form: no value takes more bytes than it needs.

/// Appends a varint.
#[inline(always)]
pub(crate) fn varint(out: &mut Vec<u8>, value: u64) {
    match value {
        // Most values are small, and one that has a fixed length is appended without a call.
        0..0x80 => out.push(low_seven_bits(value)),
        0x80..0x4000 => {
            out.push(low_seven_bits(value) | 0x80);
            out.push(low_seven_bits(value >> 7));
        }
        _ => long_varint(out, value),
    }
}

#[inline(never)]
fn long_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(low_seven_bits(value) | 0x80);
        value >>= 7;
    }
    out.push(low_seven_bits(value));
}

/// The lowest bits, which are a varint where there are no others.
#[inline]
pub(super) const fn low_seven_bits(value: u64) -> u8 {
    (value & 0x7F) as u8
}

/// The varint of a sint64.
#[inline]
pub(crate) const fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

/// The tag of a field as a varint.
#[inline]
const fn key(number: u32, wire_type: u8) -> u64 {
    (number as u64) << 3 | wire_type as u64
}

/// Appends the tag of a field.
#[inline]
pub(crate) fn tag(out: &mut Vec<u8>, number: u32, wire_type: u8) {
    varint(out, key(number, wire_type));
}

/// Appends a field that is a varint.
#[inline]
pub(crate) fn number(out: &mut Vec<u8>, number: u32, value: u64) {
    pair(out, key(number, 0), value);
}

/// Appends a length-delimited field.
#[inline]
pub(crate) fn bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    pair(out, key(number, 2), bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends two varints, of which most have one byte each.
#[inline(always)]
fn pair(out: &mut Vec<u8>, first: u64, second: u64) {
    if first < 0x80 && second < 0x80 {
        out.push(low_seven_bits(first));
        out.push(low_seven_bits(second));
    } else {
        varint(out, first);
        varint(out, second);
    }
}

/// Puts a length before what begins at `start`.
pub(crate) fn length_before(out: &mut Vec<u8>, start: usize) {
    let len = out.len() - start;
    varint(out, len as u64);
    let prefix = out.len() - start - len;
    if let Some(message) = out.get_mut(start..) {
        message.rotate_right(prefix);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_put_can_be_read(value: u64, signed: i64) {
            let mut out = Vec::new();
            super::varint(&mut out, value);
            prop_assert_eq!(crate::reader::Reader::new(&out).varint(), Ok(value));
            prop_assert_eq!(crate::wire::zigzag(super::zigzag(signed)), signed);
        }
    }
}
