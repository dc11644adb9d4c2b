//! Bytes as lower-case hexadecimal digits, and only so.

/// Two digits for each byte.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        text.extend([byte >> 4, byte & 0xF].map(digit));
    }
    text
}

/// The bytes; `None` where the text is anything else than pairs of lower-case digits.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(value(*high)? << 4 | value(*low)?)).collect()
}

/// The bytes, where there are exactly so many.
pub(super) fn decode_array<const LEN: usize>(text: &str) -> Option<[u8; LEN]> {
    decode(text)?.try_into().ok()
}

const fn digit(nibble: u8) -> char {
    (if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }) as char
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, decode_array, encode};

    #[test]
    fn every_byte_is_two_lower_case_digits() {
        let all: Vec<u8> = (0..=255).collect();
        let text = encode(&all);
        assert_eq!(text.len(), 512);
        assert_eq!(text, all.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        assert_eq!(decode(&text), Some(all));
    }

    #[test]
    fn nothing_else_is_taken() {
        for text in ["0", "0g", "AB", "0x", " 00", "00 ", "+1", "é0"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode_array("0102"), Some([1, 2]));
        assert_eq!(decode_array::<3>("0102"), None);
    }
}
