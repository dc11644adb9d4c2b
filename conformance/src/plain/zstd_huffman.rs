//! Huffman codes of literals (RFC 8878, section 4.2).

use super::bytes::{byte, cut};
use super::zstd_bits::{Backward, highest};
use super::zstd_fse::Table as Fse;

/// A decoding table: for each value of `bits` bits a symbol and the length of its code.
#[derive(Clone, Debug)]
pub(super) struct Table {
    bits: u32,
    cells: Vec<(u8, u32)>,
}

const MAX_BITS: u32 = 11;

impl Table {
    /// Reads a tree description. Gives the table and the bytes used.
    #[must_use]
    pub(super) fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let first = usize::from(*bytes.first()?);
        if first < 128 {
            if bytes.len() < 1 + first {
                return None;
            }
            let weights = compressed_weights(&cut(bytes, 1, 1 + first))?;
            return Some((Self::of(&weights)?, 1 + first));
        }
        let count = first - 127;
        let used = 1 + count.div_ceil(2);
        if bytes.len() < used {
            return None;
        }
        let mut weights = Vec::new();
        for i in 0..count {
            let pair = byte(bytes, 1 + i / 2);
            weights.push(if i % 2 == 0 { pair >> 4 } else { pair & 15 });
        }
        Some((Self::of(&weights)?, used))
    }

    /// The table of these weights; that of the last symbol follows from the others.
    fn of(weights: &[u8]) -> Option<Self> {
        let mut weights: Vec<u32> = weights.iter().map(|weight| u32::from(*weight)).collect();
        // A larger weight alone asks for longer codes than there may be.
        if weights.iter().any(|weight| *weight > MAX_BITS) {
            return None;
        }
        let share = |weight: u32| if weight == 0 { 0 } else { 1_u64 << (weight - 1) };
        let sum: u64 = weights.iter().map(|weight| share(*weight)).sum();
        let bits = highest(sum) + 1;
        let left = (1_u64 << bits).checked_sub(sum)?;
        if sum == 0 || bits > MAX_BITS || !left.is_power_of_two() || weights.len() > 255 {
            return None;
        }
        weights.push(highest(left) + 1);
        // The sum gives the depth of the tree: there are codes of that length.
        if !weights.contains(&1) {
            return None;
        }
        let mut cells = Vec::new();
        // The longest codes come first, and among those of one length the symbols in order.
        for weight in 1..=bits {
            for (symbol, own) in (0_u32..).zip(&weights) {
                if *own == weight {
                    let cell = (u8::try_from(symbol).ok()?, bits + 1 - weight);
                    cells.extend((0..share(weight)).map(|_| cell));
                }
            }
        }
        Some(Self { bits, cells })
    }

    /// Decodes a stream that holds exactly `count` literals and nothing else.
    #[must_use]
    pub(super) fn literals(&self, bytes: &[u8], count: usize) -> Option<Vec<u8>> {
        let mut stream = Backward::new(bytes)?;
        let mut state = stream.read(self.bits);
        let mut literals = Vec::new();
        let end = -i64::from(self.bits);
        while stream.left() > end {
            let (symbol, used) = *self.cells.get(usize::try_from(state).ok()?)?;
            literals.push(symbol);
            state = ((state << used) + stream.read(used)) & ((1 << self.bits) - 1);
        }
        (stream.left() == end && literals.len() == count).then_some(literals)
    }
}

/// Weights that two states of one FSE table give in turn, until the stream is read past its end.
fn compressed_weights(bytes: &[u8]) -> Option<Vec<u8>> {
    let (table, used) = Fse::read(bytes, 6, 255)?;
    let mut stream = Backward::new(&cut(bytes, used, bytes.len()))?;
    let mut now = table.start(&mut stream);
    let mut other = table.start(&mut stream);
    if stream.left() < 0 {
        return None;
    }
    let mut weights = Vec::new();
    while weights.len() < 255 {
        weights.push(now.symbol());
        table.next(&mut now, &mut stream);
        if stream.left() < 0 {
            weights.push(other.symbol());
            return Some(weights);
        }
        std::mem::swap(&mut now, &mut other);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_gives_its_codes() {
        // RFC 8878, 4.2.1: weights 4 3 2 0 1 and, for the last, 1.
        let (table, used) = Table::read(&[127 + 5, 0x43, 0x20, 0x10]).unwrap();
        assert_eq!((table.bits, used), (4, 4));
        let code = |symbol| table.cells.iter().position(|cell| cell.0 == symbol).unwrap();
        assert_eq!((code(0), code(1), code(2), code(4), code(5)), (8, 4, 2, 0, 1));
    }

    #[test]
    fn a_stream_must_hold_exactly_its_literals() {
        let (table, _) = Table::read(&[127 + 5, 0x43, 0x20, 0x10]).unwrap();
        // The code of literal 0 is the bit 1: a mark, and three of them.
        assert_eq!(table.literals(&[0x0f], 3), Some(vec![0, 0, 0]));
        assert_eq!(table.literals(&[0x0f], 2), None);
        assert_eq!(table.literals(&[0x0f], 4), None);
        assert_eq!(table.literals(&[0x00], 0), None);
        // Literal 4 has four bits: three are not enough.
        assert_eq!(table.literals(&[0x08], 1), None);
    }

    #[test]
    fn weights_that_leave_no_power_of_two_are_refused() {
        assert!(Table::read(&[127 + 2, 0x11]).is_some());
        assert!(Table::read(&[127 + 2, 0x22]).is_none());
        assert!(Table::read(&[127 + 4, 0x41, 0x11]).is_none());
        assert!(Table::read(&[127 + 1, 0x00]).is_none());
        assert!(Table::read(&[127 + 1, 0xc0]).is_none());
        assert!(Table::read(&[127 + 9, 0x11]).is_none());
    }
}
