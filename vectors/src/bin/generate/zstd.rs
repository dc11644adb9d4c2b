//! zstd frames by hand (RFC 8878, section 3.1.1), right or wrong as a case wants them.

use crate::frame::Frame;
use crate::pieces::Pieces;
use crate::xxh64::xxh64;

/// The content checksum flag of the descriptor.
pub(crate) const CHECKSUM: u8 = 0x04;

/// A zstd frame.
#[derive(Debug, Clone)]
pub(crate) struct Zstd {
    pub(crate) magic: Vec<u8>,
    /// Content size flag: 0 to 3.
    pub(crate) size_flag: u8,
    pub(crate) single: bool,
    /// Further bits of the descriptor: 10 unused, 08 reserved, 04 checksum, 03 dictionary.
    pub(crate) bits: u8,
    pub(crate) window: u8,
    pub(crate) dictionary: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) blocks: Vec<Block>,
    /// Bytes after the last block: the checksum.
    pub(crate) checksum: Vec<u8>,
    /// Bytes after the checksum.
    pub(crate) after: Vec<u8>,
}

/// A block.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// 0 raw, 1 RLE, 2 compressed, 3 reserved.
    pub(crate) kind: u8,
    /// Block_Size.
    pub(crate) size: u32,
    pub(crate) bytes: Vec<u8>,
    pub(crate) times: usize,
    /// Whether it says that it is the last; `None`: as is true.
    pub(crate) last: Option<bool>,
}

impl Block {
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self { kind: 0, size: bytes.len() as u32, bytes, times: 1, last: None }
    }
    pub(crate) fn rle(byte: u8, size: u32) -> Self {
        Self { kind: 1, size, bytes: vec![byte], times: 1, last: None }
    }
    pub(crate) fn compressed(bytes: impl Into<Vec<u8>>) -> Self {
        Self { kind: 2, ..Self::raw(bytes) }
    }
}

impl Zstd {
    /// A frame of this body in these blocks with one segment, the smallest content size field and the body's
    /// checksum.
    pub(crate) fn new(body: &[u8], blocks: Vec<Block>) -> Self {
        let size = body.len() as u64;
        let size_flag = match size {
            0..=255 => 0,
            256..=65_791 => 1,
            _ => 2,
        };
        Self {
            magic: vec![0x28, 0xb5, 0x2f, 0xfd],
            size_flag,
            single: true,
            bits: CHECKSUM,
            window: 0,
            dictionary: Vec::new(),
            size,
            blocks,
            checksum: checksum(body),
            after: Vec::new(),
        }
    }

    /// The same with a window descriptor in place of one segment.
    pub(crate) fn windowed(mut self, window: u8) -> Self {
        (self.single, self.window) = (false, window);
        self.size_flag = self.size_flag.max(1);
        if self.size < 256 && self.size_flag == 1 {
            self.size_flag = 2;
        }
        self
    }

    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut out = self.clone();
        change(&mut out);
        out
    }

    /// The same with the checksum of what its blocks stand for, of which none is compressed.
    pub(crate) fn summed(mut self) -> Self {
        let times = |block: &Block| if block.kind == 1 { block.size as usize } else { block.times };
        let output: Vec<u8> = self.blocks.iter().flat_map(|block| block.bytes.repeat(times(block))).collect();
        self.checksum = checksum(&output);
        self
    }

    pub(crate) fn pieces(&self) -> Pieces {
        let mut out = Pieces::default();
        out.push("zstd.magic", "zstd magic", self.magic.clone());
        let descriptor = self.size_flag << 6 | u8::from(self.single) << 5 | self.bits;
        out.push("zstd.descriptor", "zstd frame header descriptor", [descriptor]);
        if !self.single {
            out.push("zstd.window", "zstd window descriptor", [self.window]);
        }
        if !self.dictionary.is_empty() {
            out.push("zstd.dictionary", "zstd dictionary id", self.dictionary.clone());
        }
        let width = match (self.size_flag, self.single) {
            (0, false) => 0,
            (0, true) => 1,
            (1, _) => 2,
            (2, _) => 4,
            _ => 8,
        };
        let value = if width == 2 { self.size.wrapping_sub(256) } else { self.size };
        out.push("zstd.size", format!("zstd content size {}", self.size), &value.to_le_bytes()[..width]);
        for (index, block) in self.blocks.iter().enumerate() {
            let last = block.last.unwrap_or(index + 1 == self.blocks.len());
            let header = u32::from(last) | u32::from(block.kind) << 1 | block.size << 3;
            let name = ["raw", "RLE", "compressed", "reserved"][usize::from(block.kind)];
            let note = format!("block {index}: {name}, size {}{}", block.size, if last { ", last" } else { "" });
            out.push(format!("block[{index}]"), note, &header.to_le_bytes()[..3]);
            out.run(format!("block[{index}]="), format!("block {index} content"), block.bytes.clone(), block.times);
        }
        out.push("zstd.checksum", "zstd checksum", self.checksum.clone());
        if !self.after.is_empty() {
            out.push("zstd.after", "after the zstd frame", self.after.clone());
        }
        out
    }

    /// A frame whose body is stored like this.
    pub(crate) fn of(&self, frame: &Frame) -> Frame {
        frame.with(|frame| (frame.codec, frame.stored) = (1, Some(self.pieces())))
    }
}

/// The checksum of a frame that stands for these bytes.
pub(crate) fn checksum(output: &[u8]) -> Vec<u8> {
    xxh64(0, output).to_le_bytes()[..4].to_vec()
}

/// The body as a raw block and as many RLE blocks as the last byte's run needs.
pub(crate) fn simple(frame: &Frame) -> Zstd {
    let body = frame.body.pieces().to_vec();
    let (head, byte, run) = split_run(&body);
    let mut blocks = vec![Block::raw(head)];
    let mut left = run;
    while left > 0 {
        let size = left.min(131_072);
        blocks.push(Block::rle(byte, size as u32));
        left -= size;
    }
    Zstd::new(&body, blocks)
}

/// What comes before the run of equal bytes at the end, the byte, and the length of the run.
pub(crate) fn split_run(body: &[u8]) -> (Vec<u8>, u8, usize) {
    let byte = *body.last().expect("a body");
    let run = body.iter().rev().take_while(|other| **other == byte).count();
    (body[..body.len() - run].to_vec(), byte, run)
}
