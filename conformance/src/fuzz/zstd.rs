//! Zstd frames laid out by hand: each field of the frame header and each block as it should be, or not
//! (spec/codecs.md, ZST-001 to ZST-017).

use fastrand::Rng;

use super::numbers::{below, near, once_in};

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Window descriptors: 1 KiB, 1 MiB, 8 MiB, one above, and the greatest.
const WINDOWS: [u8; 5] = [0x00, 0x50, 0x68, 0x69, 0xff];

/// A frame, part by part.
struct Frame {
    magic: [u8; 4],
    /// Reserved, unused, checksum and dictionary bits of the descriptor.
    low_bits: u8,
    single_segment: bool,
    window: u8,
    dictionary_id: Vec<u8>,
    /// 0 to 3: how many bytes the content size has.
    size_flag: u8,
    size: u64,
    blocks: Vec<Block>,
    checksum: Vec<u8>,
}

struct Block {
    kind: u32,
    size: u32,
    bytes: Vec<u8>,
}

/// Lays the body out in blocks of its own, with a header in any form, and one thing wrong or nothing. The
/// checksum is taken from `stored`, which is a whole frame of the same body.
pub(super) fn rewrite(rng: &mut Rng, raw: &[u8], stored: &mut Vec<u8>) {
    let checksum = stored.last_chunk::<4>().map(|four| four.to_vec()).unwrap_or_default();
    let mut frame = Frame {
        magic: MAGIC,
        low_bits: 0x04,
        single_segment: once_in(rng, 2),
        window: WINDOWS.get(below(rng, 3)).copied().unwrap_or(0x50),
        dictionary_id: Vec::new(),
        size_flag: if raw.len() < 256 { 0 } else { 1 },
        size: raw.len() as u64,
        blocks: blocks(raw),
        checksum,
    };
    if !frame.single_segment && frame.size_flag == 0 || once_in(rng, 3) {
        frame.size_flag = rng.u8(2..4);
    }
    frame.spoil(rng);
    let made = frame.to_bytes();
    *stored = made;
    if once_in(rng, 8) {
        stored.truncate(below(rng, 20));
    }
}

/// All bytes before the last run of one byte as they are, the run as one byte and a count.
fn blocks(raw: &[u8]) -> Vec<Block> {
    let run = raw.last().map_or(0, |last| raw.iter().rev().take_while(|byte| *byte == last).count());
    let (before, run) = raw.split_at(raw.len() - run);
    let size = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut blocks = Vec::new();
    if !before.is_empty() {
        blocks.push(Block { kind: 0, size: size(before), bytes: before.to_vec() });
    }
    if let Some(byte) = run.first() {
        blocks.push(Block { kind: 1, size: size(run), bytes: vec![*byte] });
    }
    blocks
}

impl Frame {
    fn spoil(&mut self, rng: &mut Rng) {
        let at = below(rng, self.blocks.len() + 1);
        let block = self.blocks.get_mut(at);
        match (rng.u8(..18), block) {
            (0, _) => self.low_bits |= 0x08,
            (1, _) => self.low_bits |= 0x10,
            (2, _) => {
                self.low_bits &= !0x04;
                if once_in(rng, 2) {
                    self.checksum.clear();
                }
            }
            (3, _) => {
                let flag = rng.u8(1..4);
                self.low_bits |= flag;
                self.dictionary_id = vec![0; [1, 2, 4].get(usize::from(flag) - 1).copied().unwrap_or(1)];
            }
            (4, _) => (self.single_segment, self.size_flag) = (false, 0),
            (5, _) => {
                self.single_segment = false;
                self.size_flag = self.size_flag.max(1);
                self.window = WINDOWS.get(below(rng, WINDOWS.len())).copied().unwrap_or(0);
            }
            (6, _) => self.size = near(rng, self.size),
            (7, _) => self.blocks.insert(at, Block { kind: rng.u32(..3), size: 0, bytes: Vec::new() }),
            (8, Some(block)) => block.kind = 3,
            (9, Some(block)) => block.size = u32::try_from(near(rng, u64::from(block.size))).unwrap_or(0),
            (10, _) => self.checksum = vec![0; 4],
            (11, _) => self.checksum.truncate(below(rng, 4)),
            (12, _) => self.checksum.push(rng.u8(..)),
            (13, _) => self.magic = [0x50 | rng.u8(..16), 0x2a, 0x4d, 0x18],
            (14, _) => self.blocks.truncate(at),
            _ => {}
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.magic.to_vec();
        out.push(self.low_bits | (u8::from(self.single_segment) << 5) | (self.size_flag << 6));
        if !self.single_segment {
            out.push(self.window);
        }
        out.extend(&self.dictionary_id);
        let (size, bytes) = match self.size_flag {
            0 => (self.size, usize::from(self.single_segment)),
            1 => (self.size.wrapping_sub(256), 2),
            2 => (self.size, 4),
            _ => (self.size, 8),
        };
        out.extend(size.to_le_bytes().iter().take(bytes));
        for (left, block) in (0..self.blocks.len()).rev().zip(&self.blocks) {
            let header = u32::from(left == 0) | (block.kind << 1) | (block.size << 3);
            out.extend(header.to_le_bytes().iter().take(3));
            out.extend(&block.bytes);
        }
        out.extend(&self.checksum);
        out
    }
}
