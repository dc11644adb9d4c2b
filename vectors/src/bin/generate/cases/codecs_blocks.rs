//! Compressed zstd blocks, bit by bit: some that are in order, and some from which no decoder can go on.

use super::codecs::{AREA, text, zeros};
use crate::frame::Frame;
use crate::suite::Suite;
use crate::zstd::{Block, Zstd, checksum};

pub(crate) fn add(suite: &mut Suite) {
    literals(suite);
    sequences(suite);
    outputs(suite);
}

/// Head of the body of `text(64)`.
const HEAD: usize = 10;

fn around(frame: &Frame, blocks: Vec<Block>) -> Frame {
    let body = frame.body.pieces().to_vec();
    let mut all = vec![Block::raw(&body[..HEAD])];
    all.extend(blocks);
    Zstd::new(&body, all).of(frame)
}

fn literals(suite: &mut Suite) {
    let frame = text(64);
    // Literals section header: type in bits 0 and 1, size format in 2 and 3, then the size.
    let raw = |size: u16, count: usize| {
        let header = (0b0100 | size << 4).to_le_bytes();
        Block::compressed([&header[..], &vec![b'a'; count], &[0]].concat())
    };
    let rle = |size: u16| Block::compressed([&(0b0101u16 | size << 4).to_le_bytes()[..], b"a", &[0]].concat());
    suite.accept(
        (AREA, "zst-literals-rle", "A compressed block of RLE literals", &["COD-001"]),
        &around(&frame, vec![rle(64)]),
    );
    suite.accept(
        (AREA, "zst-literals-raw", "A compressed block of raw literals and an RLE block", &["COD-001"]),
        &around(&frame, vec![raw(5, 5), Block::rle(b'a', 59)]),
    );
    let code = ("DECOMPRESS", frame.body_at());
    let body = frame.body.pieces().to_vec();
    let less = Zstd::new(&body, vec![Block::raw(&body[..HEAD]), rle(63)]);
    let less = less.with(|zstd| zstd.checksum = checksum(&body[..body.len() - 1]));
    suite.reject(
        (AREA, "cod-001-literals-one-less", "RLE literals of 63 bytes where 64 are missing", &["COD-001"]),
        &less.of(&frame),
        code,
        "zst-literals-rle",
    );
    suite.reject(
        (AREA, "cod-001-literals-past-block", "Raw literals that run past their block", &["COD-001"]),
        &around(&frame, vec![raw(6, 4), Block::rle(b'a', 58)]),
        code,
        "zst-literals-raw",
    );
    let treeless =
        rle(64).bytes.iter().enumerate().map(|(i, byte)| if i == 0 { byte | 3 } else { *byte }).collect::<Vec<_>>();
    suite.reject(
        (AREA, "cod-001-literals-treeless", "Literals that repeat a Huffman table that never was", &["COD-001"]),
        &around(&frame, vec![Block::compressed(treeless)]),
        code,
        "zst-literals-rle",
    );
    // Compressed literals, 1 stream: 4 bytes from 3; a Huffman table of one weight, which is 0.
    let header = 0b0010u32 | 4 << 4 | 3 << 14;
    let zero = [&header.to_le_bytes()[..3], &[0x80, 0x00, 0x01, 0]].concat();
    suite.reject(
        (AREA, "cod-001-huffman-no-weight", "A Huffman table whose weights add up to nothing", &["COD-001"]),
        &around(&frame, vec![Block::compressed(zero), Block::rle(b'a', 60)]),
        code,
        "zst-literals-rle",
    );
    let nothing = Block::compressed([0, 0]);
    suite.accept(
        (AREA, "zst-block-without-output", "A compressed block that produces no bytes", &["COD-001", "ZST-012"]),
        &around(&frame, vec![nothing, rle(64)]),
    );
    let short = Block::compressed([0b0101]);
    suite.reject(
        (AREA, "cod-001-block-of-one-byte", "A compressed block that ends inside its literals header", &["COD-001"]),
        &around(&frame, vec![short, Block::rle(b'a', 63)]),
        code,
        "zst-literals-rle",
    );
}

/// A compressed block of 4 literals `a` and one sequence: literal length code 4, the match length code
/// given, and an offset of `bits` extra bits; its bit stream is one byte or two.
fn one_sequence(literal_code: u8, match_code: u8, offset_code: u8, stream: &[u8]) -> Block {
    // Size format 0: 5 bits of size. One sequence; all three tables are RLE.
    let literals = [(4u8 << 3), b'a', b'a', b'a', b'a'];
    Block::compressed([&literals[..], &[1, 0b0101_0100, literal_code, offset_code, match_code], stream].concat())
}

fn sequences(suite: &mut Suite) {
    let frame = text(64);
    let code = ("DECOMPRESS", frame.body_at());
    // Offset code 2: value 4 + 2 bits, offset value - 3. Match length code 0: 3 bytes. 4 + 3 + 57 = 64.
    let rest = Block::rle(b'a', 57);
    let near = around(&frame, vec![one_sequence(4, 0, 2, &[0b100]), rest.clone()]);
    suite.accept(
        (AREA, "zst-sequence", "A compressed block of 4 literals and a match at offset 1", &["COD-001"]),
        &near,
    );
    // The output before the match is the head and 4 literals: 14 bytes. Offset code 4: value 16 + 4 bits.
    let beyond = around(&frame, vec![one_sequence(4, 0, 4, &[0b1_0010]), rest.clone()]);
    suite.reject(
        (AREA, "cod-001-offset-beyond", "A match at offset 15 after 14 bytes of output", &["COD-001"]),
        &beyond,
        code,
        "zst-sequence",
    );
    // No literals before the match and value 3: the first repeated offset less 1, which is 0.
    let zero = around(&frame, vec![one_sequence(0, 0, 1, &[0b11]), rest.clone()]);
    suite.reject(
        (AREA, "cod-001-offset-zero", "A repeated offset of 1 less 1", &["COD-001"]),
        &zero,
        code,
        "zst-sequence",
    );
    // 2 literals, and an offset of 3 or 4 where 1 or 2 would be right.
    let short = around(&frame, vec![one_sequence(2, 0, 2, &[0b11]), rest.clone()]);
    suite.reject(
        (
            AREA,
            "cod-001-bits-missing",
            "A bit stream that is one bit short, of an offset that is wrong whatever the bit would be",
            &["COD-001", "ZST-017"],
        ),
        &short,
        code,
        "zst-sequence",
    );
    let unmarked = around(&frame, vec![one_sequence(4, 0, 2, &[0]), rest.clone()]);
    suite.reject(
        (AREA, "cod-001-bits-unmarked", "A bit stream whose last byte is 0", &["COD-001"]),
        &unmarked,
        code,
        "zst-sequence",
    );
    let many = around(&frame, vec![one_sequence(5, 0, 2, &[0b100]), rest.clone()]);
    suite.reject(
        (AREA, "cod-001-literals-missing", "A sequence that wants 5 literals of 4", &["COD-001"]),
        &many,
        code,
        "zst-sequence",
    );
    let mut repeat = one_sequence(4, 0, 2, &[0b100]);
    // Modes: literal lengths repeat the table before, the others are RLE.
    repeat.bytes[6] = 0b1101_0100;
    repeat.bytes.remove(7);
    repeat.size -= 1;
    suite.reject(
        (AREA, "cod-001-table-repeated", "A table that repeats one that never was", &["COD-001"]),
        &around(&frame, vec![repeat, rest.clone()]),
        code,
        "zst-sequence",
    );
    let mut accuracy = one_sequence(4, 0, 2, &[0b100]);
    // Modes: literal lengths have a table of their own, which begins with an accuracy of 15 + 5.
    accuracy.bytes[6] = 0b1001_0100;
    accuracy.bytes[7] = 0xff;
    suite.reject(
        (AREA, "cod-001-table-accuracy", "A table whose accuracy is above 9", &["COD-001"]),
        &around(&frame, vec![accuracy, rest.clone()]),
        code,
        "zst-sequence",
    );
    let code_36 = around(&frame, vec![one_sequence(36, 0, 2, &[0b100]), rest]);
    suite.reject(
        (AREA, "cod-001-length-code-36", "A literal length code that does not exist", &["COD-001"]),
        &code_36,
        code,
        "zst-sequence",
    );
}

fn outputs(suite: &mut Suite) {
    // A block of RLE literals, 12 bits of size, in a window of 1,024.
    let frame = zeros(2_000);
    let body = frame.body.pieces().to_vec();
    let rle = Block::compressed([&(0b0101u16 | 1_024 << 4).to_le_bytes()[..], &[0, 0]].concat());
    let of = Zstd::new(&body, vec![Block::raw(&body[..20]), rle, Block::rle(0, 956)]).windowed(0).of(&frame);
    suite.lint(
        (AREA, "zst-output-window-at", "A compressed block that makes 1,024 bytes in a window of 1,024", &["COD-001"]),
        &of,
        &["UNKNOWN_FIELD"],
    );
    // 20 bits of size.
    let frame = zeros(300_000);
    let body = frame.body.pieces().to_vec();
    let rle = Block::compressed([&(0b1101u32 | 131_072 << 4).to_le_bytes()[..3], &[0, 0]].concat());
    let blocks = vec![Block::raw(&body[..20]), rle, Block::rle(0, 100_000), Block::rle(0, 68_908)];
    suite.lint(
        (AREA, "zst-output-block-at", "A compressed block that makes 131,072 bytes", &["COD-001"]),
        &Zstd::new(&body, blocks).of(&frame),
        &["UNKNOWN_FIELD"],
    );
}
