//! CRC32C, as `spec/prelude.md` defines it.

use crate::constants::PRELUDE_LEN;

/// CRC32C of `bytes`.
#[must_use]
pub fn crc32c(bytes: &[u8]) -> u32 {
    ::crc32c::crc32c(bytes)
}

/// CRC32C of a prelude, its own field left out: bytes [0,4) followed by bytes [8,64).
#[must_use]
pub(crate) fn prelude_crc(prelude: &[u8; PRELUDE_LEN]) -> u32 {
    let (head, rest) = prelude.split_at(4);
    let (_, tail) = rest.split_at(4);
    ::crc32c::crc32c_append(crc32c(head), tail)
}

#[cfg(test)]
mod tests {
    use super::crc32c;

    #[test]
    fn the_check_value_of_the_spec() {
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
    }
}
