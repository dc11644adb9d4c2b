//! Bytes, taken out one piece at a time. Nothing here can fail: what is past the end reads as 0 or
//! as nothing, and whoever needs the bytes to be there asks for the length first.

use crc::{CRC_32_ISCSI, Crc};

/// The byte at `at`, or 0 past the end.
pub fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// The bytes `[from, to)`, or what there is of them.
pub fn cut(bytes: &[u8], from: usize, to: usize) -> Vec<u8> {
    let (head, _) = bytes.split_at(to.min(bytes.len()));
    let (_, piece) = head.split_at(from.min(head.len()));
    piece.to_vec()
}

/// A little-endian number of `size` bytes, 8 at most.
pub fn little(bytes: &[u8], at: usize, size: usize) -> u64 {
    let mut number = 0;
    for i in 0..size {
        number |= u64::from(byte(bytes, at + i)) << (8 * i);
    }
    number
}

/// A number as `usize`; what does not fit becomes the greatest.
pub fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A number as `u64`.
pub fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// CRC32C of the bytes.
pub fn crc32c(bytes: &[u8]) -> u32 {
    Crc::<u32>::new(&CRC_32_ISCSI).checksum(bytes)
}

/// Whether there are bytes and all of them are zero.
pub fn all_zero(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|b| *b == 0)
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The bytes that hexadecimal digits stand for; `None` where they are not an even number of
/// lower- or upper-case digits.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let pairs = digits.chunks(2);
    pairs.map(|pair| pair.iter().fold(0, |n, digit| n * 16 + digit)).map(|number| u8::try_from(number).ok()).collect()
}

const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding.
pub fn base64(bytes: &[u8]) -> String {
    let letters: Vec<char> = BASE64.chars().collect();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number =
            (usize::from(byte(group, 0)) << 16) | (usize::from(byte(group, 1)) << 8) | usize::from(byte(group, 2));
        for i in 0..4 {
            let letter = letters.get((number >> (18 - 6 * i)) & 63);
            text.push(if i <= group.len() { *letter.unwrap_or(&'=') } else { '=' });
        }
    }
    text
}

/// The bytes that Base64 stands for; `None` where it is not Base64 with padding.
pub fn unbase64(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let mut value_of = vec![None; 256];
    for (value, letter) in (0_u32..).zip(BASE64.bytes()) {
        *value_of.get_mut(usize::from(letter))? = Some(value);
    }
    let kept = text.trim_end_matches('=');
    if text.len() - kept.len() > 2 {
        return None;
    }
    let mut bytes = Vec::new();
    for group in kept.as_bytes().chunks(4) {
        let mut number = 0_u32;
        for letter in group {
            number = (number << 6) | (*value_of.get(usize::from(*letter))?)?;
        }
        number <<= 6 * (4 - group.len());
        let triple = number.to_be_bytes();
        bytes.extend(cut(&triple, 1, group.len()));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_castagnoli() {
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
    }

    #[test]
    fn base64_of_every_length_comes_back() {
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(b"Ma"), "TWE=");
        assert_eq!(base64(b"M"), "TQ==");
        for length in 0..40_u8 {
            let bytes: Vec<u8> = (0..length).map(|b| b.wrapping_mul(37)).collect();
            assert_eq!(unbase64(&base64(&bytes)), Some(bytes));
        }
        assert_eq!(unbase64("TWF"), None);
        assert_eq!(unbase64("T==="), None);
        assert_eq!(unbase64("TW\u{e9}="), None);
    }

    #[test]
    fn hexadecimal_digits_come_back() {
        assert_eq!(unhex("be01ff"), Some(vec![0xbe, 1, 0xff]));
        assert_eq!(hex(&[0xbe, 1, 0xff]), "be01ff");
        assert_eq!(unhex("b"), None);
        assert_eq!(unhex("zz"), None);
    }

    #[test]
    fn what_is_past_the_end_reads_as_nothing() {
        assert_eq!(byte(&[1], 1), 0);
        assert_eq!(cut(&[1, 2, 3], 2, 9), vec![3]);
        assert_eq!(cut(&[1, 2, 3], 4, 2), Vec::<u8>::new());
        assert_eq!(little(&[1, 2], 0, 4), 0x201);
    }
}
