//! What libzstd does not look at in the literals of a zstd frame (RFC 8878, section 4.2).
//!
//! It decodes four streams of Huffman codes at a time without asking whether each was used up to its last bit,
//! and takes codes of 12 bits. So once it has decoded the blocks of a frame, which settles that their sizes and
//! tables are in order, the lengths of the codes are added up here.

use crate::reader::Reader;

use super::zstd_profile::Blocks;
use super::zstd_weights;

/// Bits of the longest code.
const MAX_BITS: u32 = 11;
/// Codes that are read before a stream is looked at again: as many as 57 bits hold in any case.
const ROUND: usize = 5;

/// Whether the literals of blocks that libzstd has decoded are as RFC 8878 has them.
pub(super) fn are_used_up(blocks: &[u8]) -> bool {
    let mut codes = Codes::none();
    Blocks::new(blocks).filter(|block| block.is_compressed).all(|block| literals(block.stored, &mut codes).is_some())
}

/// The literals section that a block begins with.
fn literals(block: &[u8], codes: &mut Codes) -> Option<()> {
    const COMPRESSED: u8 = 2;
    const TREELESS: u8 = 3;

    let first = *block.first()?;
    let (kind, format) = (first & 3, first >> 2 & 3);
    if kind != COMPRESSED && kind != TREELESS {
        return Some(());
    }
    let (header_len, size_bits) = [(3, 10), (3, 10), (4, 14), (5, 18)].into_iter().nth(usize::from(format))?;
    let mut reader = Reader::new(block);
    let mut header = [0; 8];
    header.iter_mut().zip(reader.take(header_len)?).for_each(|(place, byte)| *place = *byte);
    let header = u64::from_le_bytes(header) >> 4;
    let mask = (1 << size_bits) - 1;
    let regenerated = usize::try_from(header & mask).ok()?;
    let stored = usize::try_from(header >> size_bits & mask).ok()?;

    let mut reader = Reader::new(reader.take(stored)?);
    if kind == COMPRESSED {
        *codes = Codes::read(&mut reader)?;
    }
    // One stream: libzstd asks by itself.
    if format == 0 { Some(()) } else { four_streams(&mut reader, regenerated, codes) }
}

fn four_streams(reader: &mut Reader<'_>, regenerated: usize, codes: &Codes) -> Option<()> {
    let [first, second, third] = [reader.u16()?, reader.u16()?, reader.u16()?].map(usize::from);
    let mut streams = [
        Stream::new(reader.take(first)?)?,
        Stream::new(reader.take(second)?)?,
        Stream::new(reader.take(third)?)?,
        Stream::new(reader.rest())?,
    ];
    let each = regenerated.div_ceil(4);
    let last = regenerated.checked_sub(3 * each)?;
    // In step, so that the processor can read the four at once.
    for _ in 0..last / ROUND {
        let mut windows = streams.each_ref().map(Stream::window);
        let mut used = [0; 4];
        for _ in 0..ROUND {
            for (window, used) in windows.iter_mut().zip(&mut used) {
                let bits = codes.first(*window);
                *window <<= bits;
                *used += u32::from(bits);
            }
        }
        for (stream, used) in streams.iter_mut().zip(used) {
            stream.left = stream.left.checked_sub(used as usize)?;
        }
    }
    for (index, stream) in streams.iter_mut().enumerate() {
        let symbols = if index < 3 { each } else { last };
        for _ in last / ROUND * ROUND..symbols {
            stream.left = stream.left.checked_sub(usize::from(codes.first(stream.window())))?;
        }
        if stream.left != 0 {
            return None;
        }
    }
    Some(())
}

/// How many bits the code has that a window begins with.
struct Codes([u8; 1 << MAX_BITS]);

impl Codes {
    const fn none() -> Self {
        Self([0; 1 << MAX_BITS])
    }

    /// Reads the description of a tree. Codes stand in the table in the order of their weights, that is from
    /// the longest to the shortest, so that the symbols do not matter.
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut symbols_of = zstd_weights::read(reader)?;
        let total: u32 = (0_u32..).zip(symbols_of).skip(1).map(|(weight, symbols)| symbols << (weight - 1)).sum();
        let max_bits = total.checked_ilog2()? + 1;
        if max_bits > MAX_BITS {
            return None;
        }
        // The weight of the last symbol is what is missing from a power of two.
        let missing = (1_u32 << max_bits) - total;
        *symbols_of.get_mut(missing.ilog2() as usize + 1)? += 1;

        let mut codes = Self::none();
        let mut places = codes.0.iter_mut();
        for (weight, symbols) in (0_u32..).zip(symbols_of).skip(1) {
            let bits = u8::try_from((max_bits + 1).saturating_sub(weight)).ok()?;
            let len = symbols << (weight - 1) << (MAX_BITS - max_bits);
            places.by_ref().take(len as usize).for_each(|place| *place = bits);
        }
        Some(codes)
    }

    #[inline]
    fn first(&self, window: u64) -> u8 {
        // 11 bits: always within the table.
        usize::try_from(window >> (64 - MAX_BITS)).ok().and_then(|index| self.0.get(index)).copied().unwrap_or(0)
    }
}

/// Bits that are read from the last to the first.
pub(super) struct Stream<'a> {
    bytes: &'a [u8],
    /// Bits not read yet.
    pub(super) left: usize,
}

impl<'a> Stream<'a> {
    /// The bits before the highest one that is set in the last byte.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let top = bytes.last()?.checked_ilog2()?;
        Some(Self { bytes, left: (bytes.len() - 1) * 8 + top as usize })
    }

    /// The next 57 bits or more from the highest down, with zeros after the last.
    #[inline]
    pub(super) fn window(&self) -> u64 {
        let end = self.left.div_ceil(8);
        let skipped = end * 8 - self.left;
        let head = self.bytes.get(..end).unwrap_or_default();
        let bytes = match head.last_chunk::<8>() {
            Some(bytes) => *bytes,
            None => {
                let mut bytes = [0; 8];
                bytes.iter_mut().rev().zip(head.iter().rev()).for_each(|(place, byte)| *place = *byte);
                bytes
            }
        };
        u64::from_le_bytes(bytes) << skipped
    }
}
