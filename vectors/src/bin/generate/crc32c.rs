//! CRC32C, and bytes that make it come out as wanted.

use crc::{CRC_32_ISCSI, Crc};

const CRC32C: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

pub(crate) fn crc32c(bytes: &[u8]) -> u32 {
    CRC32C.checksum(bytes)
}

/// Four bytes which, put at `at`, make `sum` of the bytes come out as `wanted`. `sum` has to be a CRC of
/// 32 bits over bytes that include those four.
pub(crate) fn solve(bytes: &[u8], at: usize, wanted: u32, sum: impl Fn(&[u8]) -> u32) -> [u8; 4] {
    let with = |value: u32| {
        let mut bytes = bytes.to_vec();
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        sum(&bytes)
    };
    // A CRC is affine: each bit of the input toggles a fixed set of bits of the sum.
    let zero = with(0);
    let mut rows: Vec<(u32, u32)> = (0..32).map(|bit| (with(1 << bit) ^ zero, 1 << bit)).collect();
    let mut left = wanted ^ zero;
    let mut value = 0;
    for bit in (0..32).rev() {
        let mask = 1u32 << bit;
        let Some(index) = rows.iter().position(|(effect, _)| effect & mask != 0) else { continue };
        let (effect, input) = rows.swap_remove(index);
        for row in rows.iter_mut().filter(|row| row.0 & mask != 0) {
            *row = (row.0 ^ effect, row.1 ^ input);
        }
        if left & mask != 0 {
            left ^= effect;
            value ^= input;
        }
    }
    assert_eq!(left, 0, "32 free bits reach every sum");
    value.to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_specification() {
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
    }

    #[test]
    fn any_sum_can_be_reached() {
        let mut bytes = *b"some bytes with room";
        let four = solve(&bytes, 5, 0, crc32c);
        bytes[5..9].copy_from_slice(&four);
        assert_eq!(crc32c(&bytes), 0);
    }
}
