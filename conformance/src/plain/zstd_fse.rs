//! Finite state entropy: tables and states (RFC 8878, section 4.1).

use super::zstd_bits::{Backward, Forward, highest};

/// One cell of a decoding table.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    symbol: u8,
    bits: u32,
    base: u64,
}

/// A decoding table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    accuracy: u32,
    cells: Vec<Cell>,
}

/// A state of a decoder.
pub(super) struct State {
    cell: Cell,
}

impl Table {
    /// A table that gives one symbol for ever and takes no bits.
    #[must_use]
    pub(super) fn rle(symbol: u8) -> Self {
        Self { accuracy: 0, cells: vec![Cell { symbol, bits: 0, base: 0 }] }
    }

    /// The table of a distribution: for each symbol its count, or -1 for "less than 1". `None` where
    /// the counts do not fill the table.
    #[must_use]
    pub(super) fn of(accuracy: u32, counts: &[i64]) -> Option<Self> {
        let size = 1_usize << accuracy;
        let total: i64 = counts.iter().map(|count| count.abs()).sum();
        if usize::try_from(total).ok()? != size {
            return None;
        }
        let mut cells = vec![Cell::default(); size];
        let mut high = size;
        for (symbol, _) in (0_u8..).zip(counts).filter(|(_, count)| **count == -1) {
            high -= 1;
            cells.get_mut(high)?.symbol = symbol;
        }
        let step = (size >> 1) + (size >> 3) + 3;
        let mut at = 0;
        for (symbol, count) in (0_u8..).zip(counts) {
            for _ in 0..(*count).max(0) {
                cells.get_mut(at)?.symbol = symbol;
                at = (at + step) % size;
                while at >= high && high > 0 {
                    at = (at + step) % size;
                }
            }
        }
        let mut next: Vec<u64> = Vec::new();
        for count in counts {
            next.push(count.unsigned_abs());
        }
        for cell in &mut cells {
            let number = next.get_mut(usize::from(cell.symbol))?;
            cell.bits = accuracy - highest(*number);
            cell.base = (*number << cell.bits) - (1 << accuracy);
            *number += 1;
        }
        Some(Self { accuracy, cells })
    }

    /// Reads the description of a table. Gives the table and the bytes used.
    #[must_use]
    pub(super) fn read(bytes: &[u8], max_accuracy: u32, max_symbol: usize) -> Option<(Self, usize)> {
        let mut stream = Forward::new(bytes);
        let accuracy = u32::try_from(stream.read(4)).ok()? + 5;
        if accuracy > max_accuracy {
            return None;
        }
        let mut remaining = 1_i64 << accuracy;
        let mut counts = Vec::new();
        while remaining > 0 && counts.len() <= max_symbol {
            let count = read_count(&mut stream, remaining)?;
            remaining -= count.abs();
            counts.push(count);
            let mut repeat = if count == 0 { 3 } else { 0 };
            while repeat == 3 && counts.len() <= max_symbol {
                repeat = stream.read(2);
                counts.extend((0..repeat).map(|_| 0));
            }
        }
        if remaining != 0 || counts.len() > max_symbol + 1 {
            return None;
        }
        Some((Self::of(accuracy, &counts)?, stream.bytes_used()?))
    }

    /// The state that a stream begins with.
    #[must_use]
    pub(super) fn start(&self, stream: &mut Backward) -> State {
        let number = stream.read(self.accuracy);
        State { cell: self.cell(number) }
    }

    /// Moves a state on.
    pub(super) fn next(&self, state: &mut State, stream: &mut Backward) {
        let number = state.cell.base + stream.read(state.cell.bits);
        state.cell = self.cell(number);
    }

    fn cell(&self, number: u64) -> Cell {
        let index = usize::try_from(number).unwrap_or(0);
        self.cells.get(index).copied().unwrap_or_default()
    }
}

impl State {
    /// The symbol that the state stands for.
    #[must_use]
    pub(super) fn symbol(&self) -> u8 {
        self.cell.symbol
    }
}

/// One count of a description: it takes one bit less where its value is small.
fn read_count(stream: &mut Forward, remaining: i64) -> Option<i64> {
    let most = u64::try_from(remaining + 1).ok()?;
    let bits = highest(most) + 1;
    let value = stream.read(bits);
    let low_mask = (1_u64 << (bits - 1)) - 1;
    let threshold = (1_u64 << bits) - 1 - most;
    let value = if value & low_mask < threshold {
        stream.rewind_one();
        value & low_mask
    } else if value > low_mask {
        value - threshold
    } else {
        value
    };
    Some(i64::try_from(value).ok()? - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_do_not_fill_the_table_are_refused() {
        assert!(Table::of(5, &[16, 16]).is_some());
        assert!(Table::of(5, &[16, 15]).is_none());
        assert!(Table::of(5, &[31, -1]).is_some());
        assert!(Table::of(5, &[31, -1, 1]).is_none());
    }

    #[test]
    fn a_description_of_more_symbols_than_there_are_is_refused() {
        // Accuracy 5 and a first count of 32: 34 of 33 values in 6 bits is 33, so 33 = 100001.
        let bytes = [0x10, 0x3f];
        assert!(Table::read(&bytes, 4, 9).is_none());
        assert!(Table::read(&[], 9, 9).is_none());
    }
}
