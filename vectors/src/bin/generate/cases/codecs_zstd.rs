//! The walk over a zstd frame, ZST-001 to ZST-016, and what it leaves to the decoder.

use super::codecs::{AREA, text, zeros};
use crate::frame::Frame;
use crate::pieces::Edit as _;
use crate::suite::Suite;
use crate::zstd::{Block, CHECKSUM, Zstd, simple};

const CODE: &str = "CODEC_PROFILE";

/// Text of 64, one segment, a raw block and an RLE block.
fn base() -> (Frame, Zstd) {
    let frame = text(64);
    let zstd = simple(&frame);
    (frame, zstd)
}

pub(crate) fn add(suite: &mut Suite) {
    let (frame, zstd) = base();
    suite.accept(
        (AREA, "zst-single-segment", "One segment, content size of 1 byte, a raw and an RLE block", &["COD-001"]),
        &zstd.of(&frame),
    );
    magic(suite);
    header_ends(suite);
    descriptor(suite);
    window(suite);
    content_size(suite);
    block_headers(suite);
    block_sizes(suite);
    end(suite);
    checksum_cut(suite);
    lengths(suite);
}

fn bad(suite: &mut Suite, id: &str, title: &str, requirement: &'static str, frame: &Frame, offset: u64, twin: &str) {
    suite.reject((AREA, id, title, &[requirement]), frame, (CODE, offset), twin);
}

fn magic(suite: &mut Suite) {
    let (frame, zstd) = base();
    let twin = "zst-single-segment";
    let b = frame.body_at();
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4][..], &zstd.magic].concat();
    for (name, text, magic) in [
        ("one-bit", "with one bit turned", vec![0x29, 0xb5, 0x2f, 0xfd]),
        ("old", "of zstd 0.7", vec![0x27, 0xb5, 0x2f, 0xfd]),
        ("none", "missing (magicless format)", vec![]),
        ("skippable", "after a skippable frame", skippable),
    ] {
        let id = format!("zst-001-magic-{name}");
        bad(
            suite,
            &id,
            &format!("The zstd magic {text}"),
            "ZST-001",
            &zstd.with(|z| z.magic = magic).of(&frame),
            b,
            twin,
        );
    }
    let gzip = zstd.with(|z| z.magic = vec![0x1f, 0x8b, 0x08, 0x00]);
    bad(suite, "zst-001-magic-gzip", "A gzip magic in place of zstd's", "ZST-001", &gzip.of(&frame), b, twin);
}

fn header_ends(suite: &mut Suite) {
    let (frame, zstd) = base();
    let b = frame.body_at();
    let cut =
        |zstd: &Zstd, len: usize| frame.with(|frame| (frame.codec, frame.stored) = (1, Some(zstd.pieces().cut(len))));
    for (len, text) in [(1, "inside the magic"), (4, "after the magic"), (5, "before the content size")] {
        let id = format!("zst-002-header-cut-{len}");
        bad(suite, &id, &format!("The body ends {text}"), "ZST-002", &cut(&zstd, len), b, "zst-single-segment");
    }
    let wide = zstd.clone().windowed(0).with(|z| z.size_flag = 3);
    suite.accept(
        (AREA, "zst-window-size-8", "A window descriptor and a content size of 8 bytes", &["COD-001", "ZST-002"]),
        &wide.of(&frame),
    );
    bad(
        suite,
        "zst-002-header-cut-window",
        "The body ends before the window descriptor",
        "ZST-002",
        &cut(&wide, 5),
        b,
        "zst-window-size-8",
    );
    bad(
        suite,
        "zst-002-header-cut-13",
        "The body ends one byte before the end of an 8-byte content size",
        "ZST-002",
        &cut(&wide, 13),
        b,
        "zst-window-size-8",
    );
    let reserved = zstd.with(|z| z.bits |= 8);
    suite.reject(
        (
            AREA,
            "zst-003-before-short-header",
            "The reserved bit is set and the body ends before the content size",
            &["ZST-003", "ERR-001"],
        ),
        &cut(&reserved, 5),
        (CODE, b + 4),
        "zst-single-segment",
    );
}

fn descriptor(suite: &mut Suite) {
    let (frame, zstd) = base();
    let twin = "zst-single-segment";
    let d = frame.body_at() + 4;
    bad(
        suite,
        "zst-003-reserved-bit",
        "The reserved bit is set",
        "ZST-003",
        &zstd.with(|z| z.bits |= 8).of(&frame),
        d,
        twin,
    );
    let unflagged = zstd.with(|z| z.bits = 0);
    let without = unflagged.with(|z| z.checksum.clear());
    let unused = unflagged.with(|z| z.bits = 0x10);
    for (name, title, zstd) in [
        ("checksum", "The checksum flag is not set, and there is a checksum", &unflagged),
        ("no-checksum", "The checksum flag is not set, and there is no checksum", &without),
        ("unused-bit", "The unused bit is set, and the checksum flag is not", &unused),
    ] {
        bad(suite, &format!("zst-004-no-flag-{name}"), title, "ZST-004", &zstd.of(&frame), d, twin);
    }
    for (flag, len) in [(1u8, 1), (2, 2), (3, 4)] {
        let id = format!("zst-005-dictionary-{len}");
        let of = zstd.with(|z| (z.bits, z.dictionary) = (CHECKSUM | flag, vec![0; len])).of(&frame);
        bad(suite, &id, &format!("A dictionary id of {len} bytes, 0 (none)"), "ZST-005", &of, d, twin);
    }
    let unsized_ = zstd.clone().windowed(0).with(|z| z.size_flag = 0);
    bad(suite, "zst-006-no-content-size", "No content size", "ZST-006", &unsized_.of(&frame), d, "zst-window-size-8");
    suite.accept(
        (AREA, "zst-009-unused-bit", "The unused bit is set", &["ZST-009"]),
        &zstd.with(|z| z.bits |= 0x10).of(&frame),
    );
    let order = zstd.with(|z| (z.bits, z.dictionary) = (0x09, vec![0]));
    suite.reject(
        (AREA, "zst-003-with-dictionary", "Reserved bit and dictionary id, and no checksum flag", &["ZST-003"]),
        &order.of(&frame),
        (CODE, d),
        twin,
    );
}

fn window(suite: &mut Suite) {
    let (frame, zstd) = base();
    for (name, window, text) in
        [("smallest", 0x00, "1,024 bytes"), ("mantissa", 0x07, "1,920 bytes"), ("8-mib", 0x68, "8,388,608 bytes")]
    {
        let id = format!("zst-007-window-{name}");
        suite.accept(
            (AREA, &id, &format!("A window of {text}"), &["ZST-007"]),
            &zstd.clone().windowed(window).of(&frame),
        );
    }
    for (name, window, text) in
        [("above", 0x69, "9,437,184 bytes"), ("16-mib", 0x70, "16,777,216 bytes"), ("largest", 0xff, "3.75 TiB")]
    {
        let id = format!("zst-007-window-{name}");
        let of = zstd.clone().windowed(window).of(&frame);
        bad(suite, &id, &format!("A window of {text}"), "ZST-007", &of, of.at("zstd.window"), "zst-007-window-8-mib");
    }
}

fn content_size(suite: &mut Suite) {
    let (frame, zstd) = base();
    for (name, change) in [("one-more", 1i64), ("one-less", -1), ("zero", -74)] {
        let id = format!("zst-008-size-{name}");
        let of = zstd.with(|z| z.size = z.size.wrapping_add_signed(change)).of(&frame);
        bad(
            suite,
            &id,
            &format!("Content size {} for a body of 74 bytes", 74 + change),
            "ZST-008",
            &of,
            of.at("zstd.size"),
            "zst-single-segment",
        );
    }
    for flag in [2u8, 3] {
        let width = 1 << flag;
        let wide = zstd.with(|z| z.size_flag = flag);
        let id = format!("zst-single-size-{width}");
        suite.accept(
            (AREA, &id, &format!("One segment, content size of {width} bytes"), &["ZST-008", "COD-001"]),
            &wide.of(&frame),
        );
        let of = wide.with(|z| z.size |= 1 << (width * 8 - 1)).of(&frame);
        bad(
            suite,
            &format!("zst-008-size-{width}-high-bit"),
            &format!("A content size of {width} bytes with its highest bit set"),
            "ZST-008",
            &of,
            of.at("zstd.size"),
            &id,
        );
    }
    let windowed = zstd.clone().windowed(0).with(|z| z.size_flag = 3);
    let of = windowed.with(|z| z.size += 1).of(&frame);
    bad(
        suite,
        "zst-008-size-after-window",
        "A content size that is one too high after a window descriptor",
        "ZST-008",
        &of,
        of.at("zstd.size"),
        "zst-window-size-8",
    );
    let middle = text(300);
    let two = simple(&middle);
    suite.accept(
        (
            AREA,
            "zst-single-size-2",
            "One segment, content size of 2 bytes, which is 256 less than the size",
            &["ZST-008", "COD-001"],
        ),
        &two.of(&middle),
    );
    let of = two.with(|z| z.size += 256).of(&middle);
    bad(
        suite,
        "zst-008-size-without-256",
        "A content size of 2 bytes that holds the size itself",
        "ZST-008",
        &of,
        of.at("zstd.size"),
        "zst-single-size-2",
    );
}

fn block_headers(suite: &mut Suite) {
    let (frame, zstd) = base();
    let twin = "zst-single-segment";
    for left in 0..3usize {
        let id = format!("zst-010-header-cut-{left}");
        let whole = zstd.pieces();
        let cut = frame.with(|frame| (frame.codec, frame.stored) = (1, Some(whole.cut(whole.at("block[1]") + left))));
        let offset = frame.body_at() + whole.at("block[1]") as u64;
        bad(suite, &id, &format!("{left} bytes are left for the second block header"), "ZST-010", &cut, offset, twin);
    }
    let none = frame.with(|frame| (frame.codec, frame.stored) = (1, Some(zstd.pieces().cut(6))));
    bad(suite, "zst-010-no-block", "The body ends after the frame header", "ZST-010", &none, frame.body_at() + 6, twin);
    let open = zstd.with(|z| z.blocks[1].last = Some(false));
    let of = open.of(&frame);
    bad(
        suite,
        "zst-013-no-last-block",
        "No block is marked last, so that the checksum stands for a block header of 49,602 bytes",
        "ZST-013",
        &of,
        of.at("zstd.checksum"),
        twin,
    );
    let open = open.with(|z| z.checksum.clear());
    let of = open.of(&frame);
    bad(
        suite,
        "zst-010-no-last-block",
        "No block is marked last, and there is no checksum",
        "ZST-010",
        &of,
        frame.body_at() + open.pieces().len() as u64,
        twin,
    );
    for (index, name) in [(0, "first"), (1, "last")] {
        let of = zstd.with(|z| z.blocks[index].kind = 3).of(&frame);
        let id = format!("zst-011-reserved-{name}");
        bad(
            suite,
            &id,
            &format!("The {name} block is of the reserved type"),
            "ZST-011",
            &of,
            of.at(&format!("block[{index}]")),
            twin,
        );
    }
    for (name, block) in [("raw", Block::raw([])), ("rle", Block::rle(b'a', 0)), ("compressed", Block::compressed([]))]
    {
        let of = zstd.with(|z| z.blocks.insert(1, block.clone())).of(&frame);
        bad(
            suite,
            &format!("zst-012-empty-{name}"),
            &format!("An empty {name} block in the middle"),
            "ZST-012",
            &of,
            of.at("block[1]"),
            twin,
        );
    }
    let of = zstd.with(|z| z.blocks.push(Block::raw([]))).of(&frame);
    bad(suite, "zst-012-empty-last", "An empty raw block at the end", "ZST-012", &of, of.at("block[2]"), twin);
}

fn block_sizes(suite: &mut Suite) {
    let frame = zeros(2_000);
    let body = frame.body.pieces().to_vec();
    let split = |sizes: &[u32]| {
        let run: u32 = sizes.iter().sum();
        let mut blocks = vec![Block::raw(&body[..body.len() - run as usize])];
        blocks.extend(sizes.iter().map(|size| Block::rle(0, *size)));
        Zstd::new(&body, blocks)
    };
    let at = split(&[1_024, 900]).windowed(0);
    suite.lint(
        (AREA, "zst-013-window-at", "A block of 1,024 bytes in a window of 1,024", &["ZST-013"]),
        &at.of(&frame),
        &["UNKNOWN_FIELD"],
    );
    let of = split(&[1_025, 899]).windowed(0).of(&frame);
    bad(
        suite,
        "zst-013-window-above",
        "A block of 1,025 bytes in a window of 1,024",
        "ZST-013",
        &of,
        of.at("block[1]"),
        "zst-013-window-at",
    );
    let raw = at.with(|z| {
        z.blocks[1] = Block { times: 1_025, ..Block::raw(vec![0]) };
        (z.blocks[1].size, z.blocks[2].size) = (1_025, 899);
    });
    let of = raw.of(&frame);
    bad(
        suite,
        "zst-013-window-above-raw",
        "A raw block of 1,025 bytes in a window of 1,024",
        "ZST-013",
        &of,
        of.at("block[1]"),
        "zst-013-window-at",
    );
    let large = zeros(300_000);
    let body = large.body.pieces().to_vec();
    let blocks = |first: u32| {
        let rest = body.len() as u32 - 20 - first;
        let half = rest - 100_000;
        Zstd::new(
            &body,
            vec![Block::raw(&body[..20]), Block::rle(0, first), Block::rle(0, 100_000), Block::rle(0, half)],
        )
    };
    suite.lint(
        (AREA, "zst-013-block-at", "A block of 131,072 bytes", &["ZST-013", "ZST-008"]),
        &blocks(131_072).of(&large),
        &["UNKNOWN_FIELD"],
    );
    let of = blocks(131_073).of(&large);
    bad(
        suite,
        "zst-013-block-above",
        "An RLE block of 131,073 bytes",
        "ZST-013",
        &of,
        of.at("block[1]"),
        "zst-013-block-at",
    );
    let of = blocks(131_073)
        .with(|z| z.blocks[1] = Block { size: 131_073, times: 131_073, ..Block::raw(vec![0]) })
        .of(&large);
    bad(
        suite,
        "zst-013-block-above-raw",
        "A raw block of 131,073 bytes",
        "ZST-013",
        &of,
        of.at("block[1]"),
        "zst-013-block-at",
    );
    let (frame, zstd) = base();
    let of = zstd.with(|z| z.blocks[1].size = 75).of(&frame);
    bad(
        suite,
        "zst-013-content-above",
        "An RLE block that is larger than the content, which is the window",
        "ZST-013",
        &of,
        of.at("block[1]"),
        "zst-single-segment",
    );
}

fn end(suite: &mut Suite) {
    let (frame, zstd) = base();
    let twin = "zst-single-segment";
    let whole = zstd.pieces();
    let cut = frame.with(|frame| (frame.codec, frame.stored) = (1, Some(whole.cut(whole.at("block[1]=")))));
    bad(
        suite,
        "zst-014-rle-without-byte",
        "An RLE block without its byte, and nothing after it",
        "ZST-014",
        &cut,
        frame.body_at() + whole.at("block[1]") as u64,
        twin,
    );
    let raw = zstd.with(|z| {
        z.blocks[1] = Block::rle(b'a', 59);
        z.blocks.push(Block::raw(*b"aaaaa"));
    });
    suite.accept((AREA, "zst-014-raw-last", "The last block is a raw one", &["ZST-014"]), &raw.of(&frame));
    for (name, kind) in [("raw", 0), ("compressed", 2)] {
        let of = raw.with(|z| (z.blocks[2].kind, z.blocks[2].size) = (kind, 10)).of(&frame);
        bad(
            suite,
            &format!("zst-014-{name}-past-end"),
            &format!("A {name} block of 10 bytes with 9 left"),
            "ZST-014",
            &of,
            of.at("block[2]"),
            "zst-014-raw-last",
        );
    }
    let of = raw.with(|z| z.blocks[2].size = 9).of(&frame);
    bad(
        suite,
        "zst-016-block-takes-checksum",
        "The last block says that it is 4 bytes longer, and the checksum is gone",
        "ZST-016",
        &of,
        of.at("zstd.checksum") + 4,
        "zst-014-raw-last",
    );
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2];
    let block = [0x01 | 5 << 3, 0, 0, b'a', b'a', b'a', b'a', b'a'];
    let tiny = Zstd::new(b"a", vec![Block::raw(*b"a")]).pieces().to_vec();
    for (name, text, after) in [
        ("zero", "one byte 00", vec![0]),
        ("frame", "a second zstd frame", tiny),
        ("skippable", "a skippable frame", skippable.to_vec()),
        ("block", "another block", block.to_vec()),
        ("checksum", "the checksum once more", zstd.checksum.clone()),
    ] {
        let of = zstd.with(|z| z.after = after).of(&frame);
        bad(
            suite,
            &format!("zst-015-after-{name}"),
            &format!("After the checksum, {text}"),
            "ZST-015",
            &of,
            of.at("zstd.after"),
            twin,
        );
    }
    let early = raw.with(|z| (z.blocks[1].last, z.blocks[1].size) = (Some(true), 64));
    let of = early.of(&frame);
    bad(
        suite,
        "zst-015-last-in-the-middle",
        "A block before the end is marked last, and what follows is longer than a checksum",
        "ZST-015",
        &of,
        of.at("block[2]") + 4,
        "zst-014-raw-last",
    );
}

fn checksum_cut(suite: &mut Suite) {
    let (frame, zstd) = base();
    let twin = "zst-single-segment";
    for left in 0..4usize {
        let of = zstd.with(|z| z.checksum.truncate(left)).of(&frame);
        let id = format!("zst-016-checksum-cut-{left}");
        bad(
            suite,
            &id,
            &format!("{left} bytes are left for the checksum"),
            "ZST-016",
            &of,
            of.at("zstd.checksum"),
            twin,
        );
    }
    let of = zstd.with(|z| z.blocks[1].bytes.clear()).of(&frame);
    bad(
        suite,
        "zst-016-rle-without-byte",
        "An RLE block without its byte: the checksum's first byte stands in its place",
        "ZST-016",
        &of,
        of.at("zstd.checksum") + 1,
        twin,
    );
}

fn lengths(suite: &mut Suite) {
    let bomb = zeros(8_388_608);
    let of = simple(&bomb).of(&bomb);
    suite.lint(
        (AREA, "zst-8-mib-of-zeros", "A body of 8 MiB in some 300 bytes", &["PRE-014", "COD-001"]),
        &of,
        &["UNKNOWN_FIELD"],
    );
    let more = of.with(|frame| frame.raw_len = Some(8_388_609));
    suite.reject(
        (AREA, "pre-014-raw-len-8388609", "raw_len is 8,388,609 with codec zstd", &["PRE-014"]),
        &more,
        ("RAW_LEN", 20),
        "zst-8-mib-of-zeros",
    );
    let all = of.with(|frame| frame.raw_len = Some(u32::MAX));
    suite.reject(
        (AREA, "pre-014-raw-len-all-ones", "raw_len is 2^32 - 1 with codec zstd", &["PRE-014"]),
        &all,
        ("RAW_LEN", 20),
        "zst-8-mib-of-zeros",
    );
    // 12 bytes of headers, 1 of the run and 4 of the checksum, against the run.
    for (name, run, valid) in [("below", 18, true), ("equal", 17, false), ("above", 16, false)] {
        let frame = text(run);
        let of = simple(&frame).of(&frame);
        let id = format!("pre-016-zstd-{name}");
        let (stored, raw) = (of.stored_pieces().len(), frame.body.len());
        let title = format!("Codec zstd, body_len {stored} and raw_len {raw}");
        if valid {
            suite.accept((AREA, &id, &title, &["PRE-016"]), &of);
        } else {
            suite.reject((AREA, &id, &title, &["PRE-016"]), &of, ("RAW_LEN", 20), "pre-016-zstd-below");
        }
    }
    let (frame, zstd) = base();
    for (name, size) in [("one-less", 63), ("one-more", 65)] {
        let of = zstd.with(|z| z.blocks[1].size = size).summed().of(&frame);
        let title = format!("The blocks make {} bytes, raw_len and content size say 74", size + 10);
        suite.reject(
            (AREA, &format!("cod-001-zstd-{name}"), &title, &["COD-001"]),
            &of,
            ("DECOMPRESS", frame.body_at()),
            "zst-single-segment",
        );
    }
    let bomb = zeros(262_164);
    let more = simple(&bomb).with(|z| z.blocks.push(Block::rle(0, 131_072))).summed();
    suite.lint(
        (AREA, "zst-256-kib-of-zeros", "A body of 256 KiB and 20 bytes in three blocks", &["COD-001"]),
        &simple(&bomb).of(&bomb),
        &["UNKNOWN_FIELD"],
    );
    suite.reject(
        (AREA, "cod-001-zstd-128-kib-more", "The blocks make 131,072 bytes more than raw_len", &["COD-001"]),
        &more.of(&bomb),
        ("DECOMPRESS", bomb.body_at()),
        "zst-256-kib-of-zeros",
    );
}
