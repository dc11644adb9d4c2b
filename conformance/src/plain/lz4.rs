//! LZ4 blocks: the walk of spec/codecs.md, and a decoder.

use super::bytes::{byte, cut, little, size, wide};
use super::codecs::Raw;
use super::gate::{Fault, Gate};

/// One sequence, as far as the block goes.
struct Sequence {
    low_bits: u8,
    /// Where the literals begin, and how many there are.
    literals_at: usize,
    literals: u64,
    /// The block ends inside the literal length or the literals.
    cut_literals: bool,
    /// The block ends with the literals.
    last: bool,
    offset: u64,
    match_length: u64,
    /// The block ends inside the offset or the match length.
    cut_match: bool,
    /// The first byte after the sequence.
    end: usize,
}

/// Adds the bytes of a length up to the first below 255. The flag says that the block ended first.
fn more_length(block: &[u8], at: &mut usize, length: &mut u64) -> bool {
    loop {
        if *at >= block.len() {
            return true;
        }
        let next = byte(block, *at);
        *at += 1;
        *length += u64::from(next);
        if next < 255 {
            return false;
        }
    }
}

fn sequence(block: &[u8], token_at: usize) -> Sequence {
    let token = byte(block, token_at);
    let mut at = token_at + 1;
    let mut literals = u64::from(token >> 4);
    let mut cut_literals = literals == 15 && more_length(block, &mut at, &mut literals);
    let literals_at = at;
    cut_literals |= literals > wide(block.len().saturating_sub(at));
    at = at.saturating_add(size(literals)).min(block.len());
    let last = at == block.len();
    let offset = little(block, at, 2);
    let mut match_length = u64::from(token & 15);
    let mut cut_match = !last && at + 2 > block.len();
    at = (at + 2).min(block.len());
    if !last && match_length == 15 {
        cut_match |= more_length(block, &mut at, &mut match_length);
    }
    Sequence {
        low_bits: token & 15,
        literals_at,
        literals,
        cut_literals,
        last,
        offset,
        match_length: match_length + 4,
        cut_match,
        end: at,
    }
}

/// LZ4-001 to LZ4-008. `start` is the offset of the block in the frame.
///
/// # Errors
/// CODEC_PROFILE, for the first rule that fails.
pub fn walk(gate: &Gate, block: &[u8], start: u64) -> Result<(), Fault> {
    let mut token_at = 0;
    let mut output = 0_u64;
    let mut last_match = None;
    loop {
        let s = sequence(block, token_at);
        let at = start + wide(token_at);
        gate.check("LZ4-001", s.cut_literals, "CODEC_PROFILE", at)?;
        output = output.saturating_add(s.literals);
        if !s.last {
            gate.check("LZ4-002", s.cut_match, "CODEC_PROFILE", at)?;
            // Only a mutant comes here with half a match: it takes the block for ended.
            if s.cut_match {
                return Ok(());
            }
            gate.check("LZ4-003", s.offset == 0, "CODEC_PROFILE", at)?;
            gate.check("LZ4-004", s.offset > output, "CODEC_PROFILE", at)?;
            last_match = Some(output);
            output = output.saturating_add(s.match_length);
        }
        if s.last || s.end >= block.len() {
            return end(gate, &s, token_at == 0, last_match, output, at);
        }
        token_at = s.end;
    }
}

fn end(gate: &Gate, s: &Sequence, only: bool, last_match: Option<u64>, output: u64, at: u64) -> Result<(), Fault> {
    gate.check("LZ4-005", !s.last, "CODEC_PROFILE", at)?;
    gate.check("LZ4-006", s.last && !only && s.literals < 5, "CODEC_PROFILE", at)?;
    let near = last_match.is_some_and(|begin| output.saturating_sub(begin) < 12);
    gate.check("LZ4-007", near, "CODEC_PROFILE", at)?;
    gate.check("LZ4-008", s.last && s.low_bits != 0, "CODEC_PROFILE", at)
}

/// Decodes a block; stops when more than `limit` bytes have come out.
#[must_use]
pub fn decompress(block: &[u8], limit: usize) -> Raw {
    let mut raw = Raw::default();
    let mut token_at = 0;
    while token_at < block.len() {
        let s = sequence(block, token_at);
        let to = s.literals_at.saturating_add(size(s.literals));
        raw.bytes.extend(cut(block, s.literals_at, to));
        if raw.bytes.len() > limit || s.cut_literals {
            raw.bytes.truncate(limit + 1);
            return raw;
        }
        if s.last {
            raw.whole = true;
            return raw;
        }
        let Some(from) = raw.bytes.len().checked_sub(size(s.offset)) else {
            return raw;
        };
        if s.offset == 0 || s.cut_match {
            return raw;
        }
        for i in 0..size(s.match_length) {
            if raw.bytes.len() > limit {
                return raw;
            }
            raw.bytes.push(byte(&raw.bytes, from + i));
        }
        token_at = s.end;
    }
    // The block ended with a match: LZ4-005 has spoken about that.
    raw.whole = true;
    raw
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain::gate::Mutation;

    fn verdict(block: &[u8]) -> Option<(&'static str, u64)> {
        let fault = walk(&Gate::new(Mutation::None), block, 100).err()?;
        Some((fault.requirement, fault.offset))
    }

    /// "ab", a match of 10 at offset 2, then five literals.
    const GOOD: [u8; 11] = [0x26, b'a', b'b', 2, 0, 0x50, 1, 2, 3, 4, 5];

    #[test]
    fn a_block_is_walked_and_decoded() {
        assert_eq!(verdict(&GOOD), None);
        let raw = decompress(&GOOD, 17);
        assert_eq!(raw, Raw { bytes: b"abababababab\x01\x02\x03\x04\x05".to_vec(), whole: true, checksum: None });
        assert_eq!(decompress(&GOOD, 5).bytes.len(), 6);
        assert!(!decompress(&GOOD, 5).whole);
    }

    #[test]
    fn each_rule_has_its_place() {
        assert_eq!(verdict(&[0xf0]), Some(("LZ4-001", 100)));
        assert_eq!(verdict(&[0xf0, 255]), Some(("LZ4-001", 100)));
        assert_eq!(verdict(&[0x20, 1]), Some(("LZ4-001", 100)));
        assert_eq!(verdict(&[0x26, 1, 2, 2]), Some(("LZ4-002", 100)));
        assert_eq!(verdict(&[0x2f, 1, 2, 2, 0]), Some(("LZ4-002", 100)));
        assert_eq!(verdict(&[0x26, 1, 2, 0, 0, 0x50]), Some(("LZ4-003", 100)));
        assert_eq!(verdict(&[0x26, 1, 2, 3, 0, 0x50]), Some(("LZ4-004", 100)));
        assert_eq!(verdict(&[0x2f, 1, 2, 2, 0, 9]), Some(("LZ4-005", 100)));
        assert_eq!(verdict(&[0x2f, 1, 2, 2, 0, 9, 0x40, 1, 2, 3, 4]), Some(("LZ4-006", 106)));
        assert_eq!(verdict(&[0x22, 1, 2, 2, 0, 0x50, 1, 2, 3, 4, 5]), Some(("LZ4-007", 105)));
        let mut low = GOOD;
        low[5] = 0x51;
        assert_eq!(verdict(&low), Some(("LZ4-008", 105)));
    }

    #[test]
    fn one_sequence_may_have_fewer_than_five_literals() {
        assert_eq!(verdict(&[0x10, 7]), None);
        assert_eq!(decompress(&[0x10, 7], 9), Raw { bytes: vec![7], whole: true, checksum: None });
        assert_eq!(verdict(&[0x00]), None);
    }
}
