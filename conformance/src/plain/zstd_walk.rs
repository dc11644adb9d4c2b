//! The walk over a zstd frame, ZST-001 to ZST-016 of spec/codecs.md.

use super::bytes::{byte, cut, little, size, wide};
use super::gate::{Fault, Gate};

/// The first four bytes of a zstd frame.
pub const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

const CODE: &str = "CODEC_PROFILE";
const MAX_WINDOW: u64 = 8_388_608;
const MAX_BLOCK: u64 = 131_072;

/// What a frame header descriptor announces.
pub struct Header {
    /// The window is the content size, and there is no window descriptor.
    pub single_segment: bool,
    /// Bytes of the dictionary id.
    pub dictionary_size: usize,
    /// Bytes of the content size.
    pub content_size_size: usize,
    /// The window in bytes, from the window descriptor.
    pub window: u64,
    /// The content size in bytes.
    pub content_size: u64,
    /// Bytes of the frame header, the magic number included.
    pub length: usize,
    /// Bytes of the checksum after the last block.
    pub checksum_size: usize,
}

/// Reads a frame header; what is past the end reads as 0.
#[must_use]
pub fn header(frame: &[u8]) -> Header {
    let descriptor = byte(frame, 4);
    let single_segment = descriptor & 0x20 != 0;
    let dictionary_size = match descriptor & 3 {
        0 => 0,
        1 => 1,
        2 => 2,
        _ => 4,
    };
    let content_size_size = match descriptor >> 6 {
        0 => usize::from(single_segment),
        1 => 2,
        2 => 4,
        _ => 8,
    };
    let w = u32::from(byte(frame, 5));
    let power = 1_u64 << (10 + w / 8);
    let at = 5 + usize::from(!single_segment) + dictionary_size;
    let stored = little(frame, at, content_size_size);
    let content_size = if content_size_size == 2 { stored + 256 } else { stored };
    Header {
        single_segment,
        dictionary_size,
        content_size_size,
        window: if single_segment { content_size } else { power + power / 8 * u64::from(w % 8) },
        content_size,
        length: at + content_size_size,
        checksum_size: if descriptor & 0x04 != 0 { 4 } else { 0 },
    }
}

/// A block header.
pub struct Block {
    /// Whether it is the last.
    pub last: bool,
    /// 0 raw, 1 RLE, 2 compressed, 3 reserved.
    pub kind: u64,
    /// Block_Size.
    pub size: u64,
    /// Bytes that follow the block header.
    pub stored: u64,
}

/// Reads a block header.
#[must_use]
pub fn block(frame: &[u8], at: usize) -> Block {
    let word = little(frame, at, 3);
    let kind = (word >> 1) & 3;
    let size = word >> 3;
    Block { last: word & 1 == 1, kind, size, stored: if kind == 1 { 1 } else { size } }
}

/// Walks the frame. `start` is its offset.
///
/// # Errors
/// CODEC_PROFILE, for the first rule that fails.
pub fn walk(gate: &Gate, frame: &[u8], start: u64, raw_len: u64) -> Result<(), Fault> {
    let h = header(frame);
    let descriptor = byte(frame, 4);
    gate.check("ZST-001", cut(frame, 0, 4) != MAGIC, CODE, start)?;
    gate.check("ZST-002", frame.len() < 5, CODE, start)?;
    gate.check("ZST-003", descriptor & 0x08 != 0, CODE, start + 4)?;
    gate.check("ZST-004", h.checksum_size == 0, CODE, start + 4)?;
    gate.check("ZST-005", descriptor & 0x03 != 0, CODE, start + 4)?;
    gate.check("ZST-006", h.content_size_size == 0, CODE, start + 4)?;
    gate.check("ZST-002", frame.len() < h.length, CODE, start)?;
    let wide_window = !h.single_segment && h.window > MAX_WINDOW;
    gate.check("ZST-007", wide_window, CODE, start + 5)?;
    let size_at = start + wide(h.length - h.content_size_size);
    let other_size = h.content_size_size != 0 && h.content_size != raw_len;
    gate.check("ZST-008", other_size, CODE, size_at)?;
    gate.accept("ZST-009", descriptor & 0x10 != 0, CODE, start + 4)?;
    let end = blocks(gate, frame, start, &h)?;
    let left = frame.len().saturating_sub(end);
    gate.check("ZST-016", left < h.checksum_size, CODE, start + wide(end))?;
    gate.check("ZST-015", left > h.checksum_size, CODE, start + wide(end + h.checksum_size))
}

fn blocks(gate: &Gate, frame: &[u8], start: u64, h: &Header) -> Result<usize, Fault> {
    let most = h.window.min(MAX_BLOCK);
    let mut p = h.length;
    loop {
        let at = start + wide(p);
        let left = frame.len().saturating_sub(p);
        gate.check("ZST-010", left < 3, CODE, at)?;
        // Only a mutant comes here without a header: it takes the frame for ended.
        if left < 3 {
            return Ok(frame.len());
        }
        let block = block(frame, p);
        gate.check("ZST-011", block.kind == 3, CODE, at)?;
        gate.check("ZST-012", block.size == 0, CODE, at)?;
        gate.check("ZST-013", block.size > most, CODE, at)?;
        gate.check("ZST-014", block.stored > wide(left.saturating_sub(3)), CODE, at)?;
        p = (p + 3).saturating_add(size(block.stored));
        if block.last || p > frame.len() {
            return Ok(p);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain::gate::Mutation;

    /// A single segment of 3 bytes in one raw block, and a checksum.
    const GOOD: [u8; 16] = [0x28, 0xb5, 0x2f, 0xfd, 0x24, 3, 0x19, 0, 0, 1, 2, 3, 4, 5, 6, 7];

    fn verdict(frame: &[u8]) -> Option<(&'static str, u64)> {
        let fault = walk(&Gate::new(Mutation::None), frame, 100, 3).err()?;
        Some((fault.requirement, fault.offset))
    }

    fn with(at: usize, value: u8) -> Vec<u8> {
        let mut frame = GOOD.to_vec();
        frame[at] = value;
        frame
    }

    #[test]
    fn each_rule_has_its_place() {
        assert_eq!(verdict(&GOOD), None);
        assert_eq!(verdict(&with(0, 0x50)), Some(("ZST-001", 100)));
        assert_eq!(verdict(&GOOD[..3]), Some(("ZST-001", 100)));
        assert_eq!(verdict(&GOOD[..4]), Some(("ZST-002", 100)));
        assert_eq!(verdict(&GOOD[..5]), Some(("ZST-002", 100)));
        assert_eq!(verdict(&with(4, 0x2c)), Some(("ZST-003", 104)));
        assert_eq!(verdict(&with(4, 0x20)), Some(("ZST-004", 104)));
        assert_eq!(verdict(&with(4, 0x25)), Some(("ZST-005", 104)));
        assert_eq!(verdict(&with(4, 0x04)), Some(("ZST-006", 104)));
        assert_eq!(verdict(&with(4, 0x34)), None);
        assert_eq!(verdict(&with(5, 4)), Some(("ZST-008", 105)));
        assert_eq!(verdict(&GOOD[..8]), Some(("ZST-010", 106)));
        assert_eq!(verdict(&with(6, 0x1f)), Some(("ZST-011", 106)));
        assert_eq!(verdict(&with(6, 0x01)), Some(("ZST-012", 106)));
        assert_eq!(verdict(&with(6, 0x21)), Some(("ZST-013", 106)));
        assert_eq!(verdict(&GOOD[..11]), Some(("ZST-014", 106)));
        let mut longer = GOOD.to_vec();
        longer.push(0);
        assert_eq!(verdict(&longer), Some(("ZST-015", 116)));
        for length in 12..16 {
            assert_eq!(verdict(&GOOD[..length]), Some(("ZST-016", 112)));
        }
    }

    #[test]
    fn a_window_descriptor_gives_the_window() {
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x84, 0x68, 3, 0, 0, 0, 0x19, 0, 0, 1, 2, 3, 4, 5, 6, 7];
        assert_eq!(header(&frame).window, 8_388_608);
        assert_eq!(verdict(&frame), None);
        frame[5] = 0x69;
        assert_eq!(header(&frame).window, 9_437_184);
        assert_eq!(verdict(&frame), Some(("ZST-007", 105)));
    }
}
