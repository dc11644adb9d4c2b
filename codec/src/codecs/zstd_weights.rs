//! The weights of a Huffman tree in a zstd frame (RFC 8878, section 4.2.1).

use crate::reader::Reader;

use super::zstd_literals::Stream;

/// Weights are below 13, and libzstd has seen to that.
const WEIGHTS: usize = 16;
/// Entries of the largest table that weights are compressed with.
const MAX_TABLE: usize = 64;

/// Symbols of each weight.
pub(super) type Count = [u32; WEIGHTS];

/// Reads the description of a tree, and counts the symbols of each weight but for the last symbol, whose weight
/// is not written.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Count> {
    let header = reader.u8()?;
    let mut count = Count::default();
    if header < 128 {
        compressed(reader.take(usize::from(header))?, &mut count)?;
    } else {
        let symbols = usize::from(header - 127);
        let bytes = reader.take(symbols.div_ceil(2))?;
        let weights = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        weights.take(symbols).try_for_each(|weight| add(&mut count, weight))?;
    }
    Some(count)
}

fn add(count: &mut Count, weight: u8) -> Option<()> {
    *count.get_mut(usize::from(weight))? += 1;
    Some(())
}

/// Two states take turns until one cannot go on.
fn compressed(bytes: &[u8], count: &mut Count) -> Option<()> {
    let (table, used) = Table::read(bytes)?;
    let mut stream = Stream::new(bytes.get(used..)?)?;
    let mut states = [take(&mut stream, table.log)?, take(&mut stream, table.log)?];
    loop {
        for turn in [0, 1] {
            let [this, other] = if turn == 0 { states } else { [states[1], states[0]] };
            let entry = table.entry(this)?;
            add(count, entry.weight)?;
            let Some(bits) = take(&mut stream, entry.bits) else {
                return add(count, table.entry(other)?.weight);
            };
            *states.get_mut(turn)? = entry.base + bits;
        }
    }
}

/// The next bits of a stream; nothing where it has fewer.
fn take(stream: &mut Stream<'_>, bits: u32) -> Option<usize> {
    let window = stream.window();
    stream.left = stream.left.checked_sub(bits as usize)?;
    // Two shifts, for one of 64 bits is none.
    usize::try_from(window >> 1 >> (63 - bits)).ok()
}

/// A table of finite state entropy codes.
struct Table {
    /// Its length is 2 to this power.
    log: u32,
    entries: [Entry; MAX_TABLE],
}

#[derive(Clone, Copy, Default)]
struct Entry {
    weight: u8,
    /// The next state is the base and these bits.
    bits: u32,
    base: usize,
}

impl Table {
    /// Reads the description of a table, and returns how many bytes it has.
    fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut bits = Forward { bytes, at: 0 };
        let log = bits.peek(4) + 5;
        bits.at += 4;
        if 1 << log > MAX_TABLE {
            return None;
        }
        let mut shares = [0_i32; WEIGHTS];
        read_shares(&mut bits, 1 << log, &mut shares)?;
        Some((Self::build(log, &shares)?, bits.at.div_ceil(8)))
    }

    fn build(log: u32, shares: &[i32; WEIGHTS]) -> Option<Self> {
        let len = 1_usize << log;
        let mut table = Self { log, entries: [Entry::default(); MAX_TABLE] };
        let mut high = len;
        for (weight, _) in (0..).zip(shares).filter(|(_, share)| **share == -1) {
            high = high.checked_sub(1)?;
            table.entries.get_mut(high)?.weight = weight;
        }
        let mut at = 0;
        for (weight, share) in (0..).zip(shares) {
            for _ in 0..*share {
                table.entries.get_mut(at)?.weight = weight;
                loop {
                    at = (at + (len >> 1) + (len >> 3) + 3) & (len - 1);
                    if at < high {
                        break;
                    }
                }
            }
        }
        let mut next = shares.map(i32::unsigned_abs);
        for entry in table.entries.iter_mut().take(len) {
            let state = next.get_mut(usize::from(entry.weight))?;
            entry.bits = log - state.checked_ilog2()?;
            entry.base = ((*state << entry.bits) as usize).checked_sub(len)?;
            *state += 1;
        }
        Some(table)
    }

    fn entry(&self, state: usize) -> Option<Entry> {
        self.entries.get(state).copied()
    }
}

/// How many entries each weight gets; -1 for one at the end of the table.
fn read_shares(bits: &mut Forward<'_>, len: u32, shares: &mut [i32; WEIGHTS]) -> Option<()> {
    let mut left = len;
    let mut places = shares.iter_mut();
    while left > 0 {
        // A value of 0..=left + 1; the small ones have one bit less.
        let max = left + 1;
        let width = max.ilog2() + 1;
        let low = (1 << (width - 1)) - 1;
        let short = (1 << width) - 1 - max;
        let mut value = bits.peek(width);
        if value & low < short {
            value &= low;
            bits.at += width as usize - 1;
        } else {
            value -= if value > low { short } else { 0 };
            bits.at += width as usize;
        }
        let share = i32::try_from(value).ok()? - 1;
        *places.next()? = share;
        left = left.checked_sub(share.unsigned_abs())?;
        if share == 0 {
            skip_zeros(bits, &mut places)?;
        }
    }
    Some(())
}

/// After a share of 0: two bits say how many more follow, and three mean that two more bits do.
fn skip_zeros<'a>(bits: &mut Forward<'_>, places: &mut impl Iterator<Item = &'a mut i32>) -> Option<()> {
    loop {
        let zeros = bits.peek(2);
        bits.at += 2;
        for _ in 0..zeros {
            places.next()?;
        }
        if zeros < 3 {
            return Some(());
        }
    }
}

/// Bits that are read from the first to the last, with zeros after the last.
struct Forward<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Forward<'_> {
    fn peek(&self, bits: u32) -> u32 {
        let bytes = self.bytes.iter().skip(self.at / 8).take(4);
        let word = bytes.rev().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        word >> (self.at % 8) & ((1 << bits) - 1)
    }
}
