//! Compressed blocks: literals and sequences (RFC 8878, section 3.1.1.3).

use super::bytes::{byte, cut, little, size};
use super::zstd_bits::Backward;
use super::zstd_fse::Table as Fse;
use super::zstd_huffman::Table as Huffman;

/// What one block leaves to the next.
pub(super) struct Memory {
    huffman: Option<Huffman>,
    /// Literal lengths, offsets, match lengths.
    tables: [Option<Fse>; 3],
    /// The last three offsets.
    recent: [u64; 3],
}

impl Memory {
    /// At the beginning of a frame.
    #[must_use]
    pub(super) fn new() -> Self {
        Self { huffman: None, tables: [None, None, None], recent: [1, 4, 8] }
    }
}

/// Decodes a block and appends what it stands for, at most `most` bytes. `None` where it breaks the
/// standard; then what came out before stays.
pub(super) fn decode(block: &[u8], memory: &mut Memory, output: &mut Vec<u8>, most: usize) -> Option<()> {
    let (literals, used) = literals(block, memory, most)?;
    sequences(&cut(block, used, block.len()), memory, &literals, output, most)
}

/// The literals section: the literals, and the bytes used.
fn literals(block: &[u8], memory: &mut Memory, most: usize) -> Option<(Vec<u8>, usize)> {
    let first = *block.first()?;
    let format = first >> 2 & 3;
    if first & 3 >= 2 {
        return huffman_literals(block, memory, most);
    }
    let header = match format {
        1 => 2,
        3 => 3,
        _ => 1,
    };
    let word = little(block, 0, header);
    let count = size(if header == 1 { word >> 3 } else { word >> 4 });
    let stored = if first & 3 == 0 { count } else { 1 };
    if count > most || block.len() < header + stored {
        return None;
    }
    if first & 3 == 0 {
        return Some((cut(block, header, header + count), header + count));
    }
    Some((vec![byte(block, header); count], header + 1))
}

fn huffman_literals(block: &[u8], memory: &mut Memory, most: usize) -> Option<(Vec<u8>, usize)> {
    let first = byte(block, 0);
    let format = first >> 2 & 3;
    let (header, bits) = match format {
        0 | 1 => (3, 10),
        2 => (4, 14),
        _ => (5, 18),
    };
    let word = little(block, 0, header) >> 4;
    let count = size(word & ((1 << bits) - 1));
    let stored = size(word >> bits);
    if count > most || block.len() < header + stored {
        return None;
    }
    let end = header + stored;
    let mut streams = cut(block, header, end);
    if first & 3 == 2 {
        let (table, used) = Huffman::read(&streams)?;
        memory.huffman = Some(table);
        streams = cut(&streams, used, streams.len());
    }
    let table = memory.huffman.as_ref()?;
    if format == 0 {
        return Some((table.literals(&streams, count)?, end));
    }
    Some((four_streams(table, &streams, count)?, end))
}

/// The fewest literals that four streams may hold: with 3 or 4 the sizes would go in, by erratum 7297 of RFC 8878 they do not.
const FEWEST_IN_FOUR: usize = 6;

fn four_streams(table: &Huffman, streams: &[u8], count: usize) -> Option<Vec<u8>> {
    if count < FEWEST_IN_FOUR {
        return None;
    }
    let share = count.div_ceil(4);
    let rest = count.checked_sub(3 * share)?;
    let mut at = 6;
    let mut literals = Vec::new();
    for i in 0..3 {
        let end = at + size(little(streams, 2 * i, 2));
        if end > streams.len() {
            return None;
        }
        literals.extend(table.literals(&cut(streams, at, end), share)?);
        at = end;
    }
    literals.extend(table.literals(&cut(streams, at, streams.len()), rest)?);
    Some(literals)
}

/// What the codes of one of the three kinds stand for.
struct Codes {
    max_accuracy: u32,
    max_symbol: usize,
    default_accuracy: u32,
    default_counts: &'static [i64],
}

const LITERAL_LENGTHS: Codes = Codes {
    max_accuracy: 9,
    max_symbol: 35,
    default_accuracy: 6,
    default_counts: &[
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
    ],
};

const OFFSETS: Codes = Codes {
    max_accuracy: 8,
    max_symbol: 31,
    default_accuracy: 5,
    default_counts: &[1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
};

const MATCH_LENGTHS: Codes = Codes {
    max_accuracy: 9,
    max_symbol: 52,
    default_accuracy: 6,
    default_counts: &[
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
    ],
};

/// Baseline and extra bits of the literal lengths from code 16 on.
const LITERAL_BASE: [(u64, u32); 20] = [
    (16, 1),
    (18, 1),
    (20, 1),
    (22, 1),
    (24, 2),
    (28, 2),
    (32, 3),
    (40, 3),
    (48, 4),
    (64, 6),
    (128, 7),
    (256, 8),
    (512, 9),
    (1024, 10),
    (2048, 11),
    (4096, 12),
    (8192, 13),
    (16_384, 14),
    (32_768, 15),
    (65_536, 16),
];

/// Baseline and extra bits of the match lengths from code 32 on.
const MATCH_BASE: [(u64, u32); 21] = [
    (35, 1),
    (37, 1),
    (39, 1),
    (41, 1),
    (43, 2),
    (47, 2),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 5),
    (131, 7),
    (259, 8),
    (515, 9),
    (1027, 10),
    (2051, 11),
    (4099, 12),
    (8195, 13),
    (16_387, 14),
    (32_771, 15),
    (65_539, 16),
];

/// Reads the table of one kind of code, by its mode.
fn table(codes: &Codes, mode: u8, bytes: &mut Vec<u8>, old: Option<Fse>) -> Option<Fse> {
    match mode {
        0 => Fse::of(codes.default_accuracy, codes.default_counts),
        1 => {
            let symbol = *bytes.first()?;
            bytes.remove(0);
            (usize::from(symbol) <= codes.max_symbol).then(|| Fse::rle(symbol))
        }
        2 => {
            let (table, used) = Fse::read(bytes, codes.max_accuracy, codes.max_symbol)?;
            *bytes = cut(bytes, used, bytes.len());
            Some(table)
        }
        _ => old,
    }
}

/// Number of sequences, and the bytes that say so.
fn sequence_count(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = u64::from(*bytes.first()?);
    let used = match first {
        0..128 => 1,
        128..255 => 2,
        _ => 3,
    };
    if bytes.len() < used {
        return None;
    }
    let count = match used {
        1 => first,
        2 => ((first - 128) << 8) + little(bytes, 1, 1),
        _ => little(bytes, 1, 2) + 0x7f00,
    };
    Some((count, used))
}

fn sequences(bytes: &[u8], memory: &mut Memory, literals: &[u8], output: &mut Vec<u8>, most: usize) -> Option<()> {
    let (count, used) = sequence_count(bytes)?;
    let start = output.len();
    let mut literal_at = 0;
    if count == 0 {
        output.extend(literals);
        return (bytes.len() == used).then_some(());
    }
    let modes = *bytes.get(used)?;
    if modes & 3 != 0 {
        return None;
    }
    let mut rest = cut(bytes, used + 1, bytes.len());
    let [old_lengths, old_offsets, old_matches] = memory.tables.clone();
    let lengths = table(&LITERAL_LENGTHS, modes >> 6, &mut rest, old_lengths)?;
    let offsets = table(&OFFSETS, modes >> 4 & 3, &mut rest, old_offsets)?;
    let matches = table(&MATCH_LENGTHS, modes >> 2 & 3, &mut rest, old_matches)?;
    memory.tables = [Some(lengths.clone()), Some(offsets.clone()), Some(matches.clone())];
    let mut stream = Backward::new(&rest)?;
    let mut length_state = lengths.start(&mut stream);
    let mut offset_state = offsets.start(&mut stream);
    let mut match_state = matches.start(&mut stream);
    for i in 0..count {
        let code = u32::from(offset_state.symbol());
        let offset_value = (1_u64 << code) + stream.read(code);
        let match_length = value(match_state.symbol(), 32, 3, &MATCH_BASE, &mut stream)?;
        let length = value(length_state.symbol(), 16, 0, &LITERAL_BASE, &mut stream)?;
        if i + 1 < count {
            lengths.next(&mut length_state, &mut stream);
            matches.next(&mut match_state, &mut stream);
            offsets.next(&mut offset_state, &mut stream);
        }
        if stream.left() < 0 {
            return None;
        }
        let offset = resolve(offset_value, length, &mut memory.recent)?;
        let literal_end = literal_at + size(length);
        if literal_end > literals.len() {
            return None;
        }
        output.extend(cut(literals, literal_at, literal_end));
        literal_at = literal_end;
        if output.len() - start + size(match_length) > most {
            return None;
        }
        copy(output, offset, match_length)?;
    }
    output.extend(cut(literals, literal_at, literals.len()));
    (stream.left() == 0 && output.len() - start <= most).then_some(())
}

/// Value of a code: itself plus `add` below `from`, otherwise baseline and extra bits.
fn value(code: u8, from: u8, add: u64, base: &[(u64, u32)], stream: &mut Backward) -> Option<u64> {
    if code < from {
        return Some(u64::from(code) + add);
    }
    let (baseline, bits) = *base.get(usize::from(code - from))?;
    Some(baseline + stream.read(bits))
}

/// The offset that an offset value stands for. An offset of 0 is none.
fn resolve(value: u64, literal_length: u64, recent: &mut [u64; 3]) -> Option<u64> {
    let [a, b, c] = *recent;
    let which = if literal_length == 0 && value <= 3 { value + 1 } else { value };
    let (offset, after) = match (value, which) {
        (1..=3, 1) => (a, [a, b, c]),
        (1..=3, 2) => (b, [b, a, c]),
        (1..=3, 3) => (c, [c, a, b]),
        (1..=3, _) => (a - 1, [a - 1, a, b]),
        _ => (value - 3, [value - 3, a, b]),
    };
    *recent = after;
    (offset != 0).then_some(offset)
}

fn copy(output: &mut Vec<u8>, offset: u64, length: u64) -> Option<()> {
    let from = output.len().checked_sub(size(offset))?;
    for i in 0..size(length) {
        output.push(byte(output, from + i));
    }
    Some(())
}
