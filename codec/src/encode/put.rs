//! Writing protobuf in the tidy form: no value takes more bytes than it needs.

/// Appends a varint.
#[inline]
pub(crate) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(low_seven_bits(value) | 0x80);
        value >>= 7;
    }
    out.push(low_seven_bits(value));
}

const fn low_seven_bits(value: u64) -> u8 {
    (value & 0x7F) as u8
}

/// Bytes of a varint.
#[inline]
pub(crate) const fn varint_len(value: u64) -> usize {
    ((value | 1).ilog2() / 7 + 1) as usize
}

/// The varint of a sint64.
pub(crate) const fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

/// Appends the tag of a field.
pub(crate) fn tag(out: &mut Vec<u8>, number: u32, wire_type: u8) {
    varint(out, u64::from(number) << 3 | u64::from(wire_type));
}

/// Appends a length-delimited field.
pub(crate) fn bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    tag(out, number, 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
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
            prop_assert_eq!(super::varint_len(value), out.len());
            prop_assert_eq!(crate::reader::Reader::new(&out).varint(), Ok(value));
            prop_assert_eq!(crate::wire::zigzag(super::zigzag(signed)), signed);
        }
    }
}
