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

/// Bytes of a varint.
#[inline]
pub(crate) const fn varint_len(value: u64) -> usize {
    ((value | 1).ilog2() / 7 + 1) as usize
}

/// Bytes of a field of `len` bytes, with its length and a tag of one byte: none where it is left out.
pub(super) const fn field_len(len: usize) -> usize {
    if len == 0 { 0 } else { 1 + varint_len(len as u64) + len }
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
    match bytes.len() {
        1..=8 => short(out, bytes),
        _ => out.extend_from_slice(bytes),
    }
}

/// Appends 1 to 8 bytes. How many they are no branch predictor can tell, so all 8 places are filled and the rest taken back.
#[inline(always)]
fn short(out: &mut Vec<u8>, bytes: &[u8]) {
    let last = bytes.len() - 1;
    let at = |index: usize| u64::from(bytes.get(index.min(last)).copied().unwrap_or_default());
    let word = at(0) | at(1) << 8 | at(2) << 16 | at(3) << 24 | at(4) << 32 | at(5) << 40 | at(6) << 48 | at(7) << 56;
    out.extend_from_slice(&word.to_le_bytes());
    out.truncate(out.len() - 7 + last);
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

/// Begins a length-delimited field. [`end`] is given what this returns.
#[inline]
pub(crate) fn begin(out: &mut Vec<u8>, number: u32) -> usize {
    tag(out, number, 2);
    // Most have a length of one byte.
    out.push(0);
    out.len()
}

/// Writes the length of the field whose bytes begin at `start`.
#[inline]
pub(crate) fn end(out: &mut Vec<u8>, start: usize) {
    let len = (out.len() - start) as u64;
    match out.get_mut(start - 1) {
        Some(place) if len < 0x80 => *place = low_seven_bits(len),
        _ => long_length(out, start, len),
    }
}

/// Writes a length of more than the one byte that was left for it.
#[inline(never)]
fn long_length(out: &mut Vec<u8>, start: usize, len: u64) {
    let end = out.len();
    varint(out, len);
    let mut length = [0; 10];
    let written = out.len() - end;
    if let (Some(length), Some(written)) = (length.get_mut(..written), out.get(end..)) {
        length.copy_from_slice(written);
    }
    out.copy_within(start..end, start + written - 1);
    out.truncate(end + written - 1);
    for (place, byte) in out.iter_mut().skip(start - 1).zip(length).take(written) {
        *place = byte;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[test]
    fn a_length_has_as_many_bytes_as_it_needs() {
        for len in [0, 1, 0x7F, 0x80, 0x81, 0x3FFF, 0x4000, 0x1F_FFFF, 0x20_0000] {
            let message: Vec<u8> = (0..=255).cycle().take(len).collect();
            let (mut out, mut expected) = (b"before".to_vec(), b"before".to_vec());
            let start = super::begin(&mut out, 3);
            out.extend_from_slice(&message);
            super::end(&mut out, start);
            super::bytes(&mut expected, 3, &message);
            assert!(out == expected, "{len} bytes");
        }
    }

    #[test]
    fn tags_and_numbers_of_two_bytes_are_put() {
        for (number, tag) in [(1, &[0x08][..]), (15, &[0x78]), (16, &[0x80, 0x01]), (17, &[0x88, 0x01])] {
            for (value, expected) in [(0x7F, &[0x7F][..]), (0x80, &[0x80, 0x01]), (0x81, &[0x81, 0x01])] {
                let mut out = Vec::new();
                super::number(&mut out, number, value);
                assert_eq!(out, [tag, expected].concat());
            }
        }
    }

    #[test]
    fn bytes_of_any_length_are_put() {
        for len in 0..20 {
            let bytes: Vec<u8> = (1..=len).collect();
            let mut out = b"before".to_vec();
            super::bytes(&mut out, 3, &bytes);
            super::bytes(&mut out, 100, &bytes);
            let expected = [b"before", &[0x1A, len][..], &bytes, &[0xA2, 0x06, len], &bytes].concat();
            assert_eq!(out, expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_put_can_be_read(value: u64, signed: i64) {
            let mut out = Vec::new();
            super::varint(&mut out, value);
            prop_assert_eq!(super::varint_len(value), out.len());
            prop_assert_eq!(crate::reader::Reader::new(&out).varint(), Ok(value));
            prop_assert_eq!(crate::wire::zigzag(super::zigzag(signed)), signed);
        }
    }
}
