//! Questions about all values of a packed field at once.
//!
//! Nearly all values take one or two bytes. Here they are not read one after another: every byte is looked at together
//! with those before it, which compilers make vector instructions of. Each answer is for values of few bytes only;
//! where there are longer ones it is `None` or `false`, and the values have to be read.

use crate::reader::Varints;

/// Bytes that are looked at between two sums, so that a sum fits the narrow type that it is made in.
const STRIDE: usize = 128;

/// How many values a packed field holds: as many as there are bytes that end one.
pub(crate) fn count(bytes: &[u8]) -> usize {
    let more = |some: &[u8]| some.iter().fold(0_u8, |sum, byte| sum + (byte >> 7));
    bytes.len() - bytes.chunks(STRIDE).map(|some| usize::from(more(some))).sum::<usize>()
}

/// Whether the field ends with a value, and none takes more than four bytes: such a value is below 2^28.
pub(crate) fn none_is_long(bytes: &[u8]) -> bool {
    let behind = |by: usize| bytes.get(by..).unwrap_or_default();
    let fours = bytes.iter().zip(behind(1)).zip(behind(2).iter().zip(behind(3)));
    let long = fours.fold(0, |any, ((a, b), (c, d))| any | a & b & c & d);
    (long | bytes.last().copied().unwrap_or_default()) < 0x80
}

/// Whether all values are at most `max`, and take one or two bytes.
pub(crate) fn all_are_at_most(bytes: &[u8], max: u64) -> bool {
    let max = u16::try_from(max).unwrap_or(u16::MAX);
    let first = bytes.first().copied().unwrap_or_default();
    let bad = |any, (before, byte): (&u8, &u8)| {
        let (before, byte) = (u16::from(*before), u16::from(*byte));
        let value = if before < 0x80 { byte } else { before & 0x7F | byte << 7 };
        let is_end = byte < 0x80;
        any | u16::from(is_end && value > max) | (before & byte & 0x80)
    };
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let first_is_bad = first < 0x80 && u16::from(first) > max;
    !first_is_bad && pairs.fold(0, bad) == 0
}

/// Whether all values take one byte and none is 0.
pub(crate) fn all_are_short_and_not_zero(bytes: &[u8]) -> bool {
    // 1..7F: what is left of them less 1 is below 7F.
    bytes.iter().fold(true, |all, byte| all & (byte.wrapping_sub(1) < 0x7F))
}

/// The sum of the values.
pub(crate) fn sum(bytes: &[u8]) -> u64 {
    short_sum(bytes).unwrap_or_else(|| Varints::new(bytes).sum())
}

/// The sum of values of which none takes more than two bytes.
fn short_sum(bytes: &[u8]) -> Option<u64> {
    let mut sum = u64::from(bytes.first()? & 0x7F);
    let mut long = 0;
    let behind = bytes.get(1..).unwrap_or_default();
    for (before, behind) in bytes.chunks(STRIDE).zip(behind.chunks(STRIDE)) {
        let mut some = 0_u32;
        for (before, byte) in before.iter().zip(behind) {
            let low = u32::from(byte & 0x7F);
            some += if *before < 0x80 { low } else { low << 7 };
            long |= before & byte;
        }
        sum += u64::from(some);
    }
    (long < 0x80).then_some(sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::encode::put;

    /// Values of all lengths, short ones more often.
    fn values() -> impl Strategy<Value = Vec<u64>> {
        let value = prop_oneof![8 => 0..0x80_u64, 4 => 0..0x4000_u64, 1 => 0..1_u64 << 29, 1 => any::<u64>()];
        prop_oneof![
            prop::collection::vec(0..0x80_u64, 0..600),
            prop::collection::vec(0..0x4000_u64, 0..600),
            prop::collection::vec(value, 0..600),
        ]
    }

    fn encoded(values: &[u64]) -> Vec<u8> {
        let mut bytes = Vec::new();
        values.iter().for_each(|value| put::varint(&mut bytes, *value));
        bytes
    }

    proptest! {
        #[test]
        fn they_answer_as_reading_does(values in values(), max in prop_oneof![0..0x80_u64, 0..0x4000_u64, any::<u64>()]) {
            let bytes = encoded(&values);
            prop_assert_eq!(count(&bytes), values.len());
            prop_assert_eq!(none_is_long(&bytes), values.iter().all(|value| *value < 1 << 28));
            let short = values.iter().all(|value| *value < 0x4000);
            prop_assert_eq!(all_are_at_most(&bytes, max), short && values.iter().all(|value| *value <= max));
            let one_byte = values.iter().all(|value| (1..0x80).contains(value));
            prop_assert_eq!(all_are_short_and_not_zero(&bytes), one_byte);
            prop_assert_eq!(short_sum(&bytes), (short && !values.is_empty()).then(|| values.iter().sum()));
        }
    }

    #[test]
    fn a_value_that_is_cut_is_not_passed() {
        for bytes in [&[0x80][..], &[1, 0x80], &[1, 2, 3, 0x81], &[0x80; 4], &[0xFF; 9]] {
            assert!(!none_is_long(bytes), "{bytes:?}");
        }
        assert!(none_is_long(&[0x80, 0x80, 0x80, 0x01]));
        assert!(!none_is_long(&[0x80, 0x80, 0x80, 0x80, 0x01]));
        assert!(none_is_long(&[]));
    }

    #[test]
    fn the_least_byte_that_goes_on_is_no_value() {
        assert!(all_are_at_most(&[5], 5) && !all_are_at_most(&[6], 5));
        assert!(!all_are_short_and_not_zero(&[0x80, 0x01]));
        assert_eq!(short_sum(&[0x80, 0x80, 0x01]), None);
    }

    #[test]
    fn values_in_more_bytes_than_they_need_are_read() {
        // 5, in two bytes and in three.
        assert!(all_are_at_most(&[0x85, 0x00], 5));
        assert!(!all_are_at_most(&[0x85, 0x00], 4));
        assert!(!all_are_at_most(&[0x85, 0x80, 0x00], 5));
        assert!(all_are_at_most(&[0x80, 0x00], 5) && all_are_at_most(&[1, 0x80, 0x00], 5));
        // 128: nothing of it is in the first byte.
        assert!(all_are_at_most(&[0x80, 0x01], 128) && !all_are_at_most(&[0x80, 0x01], 127));
        assert_eq!(sum(&[0x85, 0x00, 0x85, 0x80, 0x00]), 10);
        assert_eq!(sum(&[]), 0);
    }
}
