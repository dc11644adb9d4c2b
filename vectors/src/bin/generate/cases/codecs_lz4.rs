//! The walk over an LZ4 block: LZ4-001 to LZ4-008.

use super::codecs::{AREA, text, zeros};
use crate::frame::Frame;
use crate::lz4::{Lz4, Sequence, simple};
use crate::pieces::{Edit as _, Pieces};
use crate::suite::Suite;
use crate::wire::Field;

const TWIN: &str = "lz4-one-match";

/// Text of 64: 11 literals, a match of 58 at offset 1, 5 literals.
fn base() -> (Frame, Lz4) {
    let frame = text(64);
    let lz4 = simple(&frame, 5);
    (frame, lz4)
}

pub(crate) fn add(suite: &mut Suite) {
    let (frame, lz4) = base();
    suite.accept(
        (AREA, TWIN, "Literals, a match at offset 1, five last literals", &["COD-001", "LZ4-006"]),
        &lz4.of(&frame),
    );
    shapes(suite);
    ends_inside(suite);
    offsets(suite);
    last_sequence(suite);
    lengths(suite);
}

fn bad(suite: &mut Suite, id: &str, title: &str, requirement: &'static str, frame: &Frame, offset: u64, twin: &str) {
    suite.reject((AREA, id, title, &[requirement]), frame, ("CODEC_PROFILE", offset), twin);
}

fn shapes(suite: &mut Suite) {
    let (frame, _) = base();
    let body = frame.body.pieces().to_vec();
    let a = |count: usize| vec![b'a'; count];
    let head = |extra: usize| [&body[..10], &a(extra)[..]].concat();
    for (name, text, first, len, last) in [
        ("literals-14", "14 literals: no further length byte", 4, 48, 12),
        ("literals-15", "15 literals: one length byte, 00", 5, 47, 12),
        ("last-20", "20 last literals", 1, 43, 20),
        ("match-18", "a match of 18: no further length byte", 1, 18, 45),
        ("match-19", "a match of 19: one length byte, 00", 1, 19, 44),
    ] {
        let block = Lz4::new(vec![Sequence::copy(head(first), 1, len), Sequence::literals(a(last))]);
        suite.accept(
            (AREA, &format!("lz4-{name}"), &format!("An LZ4 block with {text}"), &["COD-001"]),
            &block.of(&frame),
        );
    }
    let three = Lz4::new(vec![
        Sequence::copy(head(4), 2, 20),
        Sequence::copy(a(0), 1, 18),
        Sequence::copy(a(1), 4, 16),
        Sequence::literals(a(5)),
    ]);
    suite.accept(
        (
            AREA,
            "lz4-three-matches",
            "Three matches, one without literals before it, offsets 1, 2 and 4",
            &["COD-001", "LZ4-004"],
        ),
        &three.of(&frame),
    );
    let long = text(600);
    suite.accept(
        (AREA, "lz4-match-long", "A match length with three further bytes", &["COD-001"]),
        &simple(&long, 5).of(&long),
    );
    // 65,535 zeros as literals, then a match that reaches back exactly so far.
    let far = zeros(140_000);
    let body = far.body.pieces().to_vec();
    let block = |offset: u16, literals: usize| {
        Lz4::new(vec![
            Sequence::copy(&body[..literals], offset, 140_000 - literals - 5),
            Sequence::literals(vec![0; 5]),
        ])
    };
    suite.lint(
        (AREA, "lz4-offset-65535", "A match at offset 65,535, the largest", &["LZ4-004", "COD-001"]),
        &block(65_535, 65_600).of(&far),
        &["UNKNOWN_FIELD"],
    );
}

fn ends_inside(suite: &mut Suite) {
    let (frame, lz4) = base();
    let cut =
        |lz4: &Lz4, len: usize| frame.with(|frame| (frame.codec, frame.stored) = (2, Some(lz4.pieces().cut(len))));
    let b = frame.body_at();
    let last = lz4.pieces().at("seq[1]");
    bad(
        suite,
        "lz4-001-literals-cut",
        "The body ends inside the last literals",
        "LZ4-001",
        &cut(&lz4, last + 5),
        b + last as u64,
        TWIN,
    );
    bad(
        suite,
        "lz4-001-first-literals-cut",
        "The body ends inside the first literals",
        "LZ4-001",
        &cut(&lz4, 4),
        b,
        TWIN,
    );
    let fifteen = Lz4::new(vec![
        Sequence::copy([&frame.body.pieces().to_vec()[..10], b"aaaaa"].concat(), 1, 47),
        Sequence::literals(vec![b'a'; 12]),
    ]);
    bad(
        suite,
        "lz4-001-length-cut",
        "The body ends inside the literal length",
        "LZ4-001",
        &cut(&fifteen, 1),
        b,
        "lz4-literals-15",
    );
    let mut ones = Pieces::default();
    ones.push("seq[0]", "15 literals and more", [0xf0]);
    ones.run("", "literal length that does not end", [0xff], 60);
    let of = frame.with(|frame| (frame.codec, frame.stored) = (2, Some(ones)));
    bad(suite, "lz4-001-length-endless", "A literal length whose bytes are all ff", "LZ4-001", &of, b, TWIN);
    let offset = lz4.pieces().at("seq[0].offset");
    bad(suite, "lz4-002-offset-cut", "The body ends inside the offset", "LZ4-002", &cut(&lz4, offset + 1), b, TWIN);
    bad(
        suite,
        "lz4-002-match-length-cut",
        "The body ends before the further bytes of the match length",
        "LZ4-002",
        &cut(&lz4, offset + 2),
        b,
        TWIN,
    );
    let long = text(600);
    let block = simple(&long, 5);
    let place = block.pieces().at("seq[0].match");
    let of = long.with(|frame| (frame.codec, frame.stored) = (2, Some(block.pieces().cut(place + 1))));
    bad(
        suite,
        "lz4-002-match-length-open",
        "The body ends after a byte ff of the match length",
        "LZ4-002",
        &of,
        b,
        "lz4-match-long",
    );
}

fn offsets(suite: &mut Suite) {
    let (frame, lz4) = base();
    let b = frame.body_at();
    let with = |offset: u16| lz4.with(|block| block.sequences[0].copy = Some((offset, 58))).of(&frame);
    bad(suite, "lz4-003-offset-zero", "A match at offset 0", "LZ4-003", &with(0), b, TWIN);
    bad(suite, "lz4-004-offset-above", "A match at offset 12 after 11 bytes of output", "LZ4-004", &with(12), b, TWIN);
    bad(
        suite,
        "lz4-004-offset-largest",
        "A match at offset 65,535 after 11 bytes of output",
        "LZ4-004",
        &with(65_535),
        b,
        TWIN,
    );
    // A body that is periodic from its first byte.
    let periodic = periodic();
    let body = periodic.body.pieces().to_vec();
    let block = |offset: u16| {
        Lz4::new(vec![
            Sequence::copy(&body[..3], offset, body.len() - 3 - 15),
            Sequence::literals(&body[body.len() - 15..]),
        ])
    };
    suite.lint(
        (AREA, "lz4-004-offset-at", "A match at offset 3 after 3 bytes of output", &["LZ4-004"]),
        &block(3).of(&periodic),
        &["FIELD_ORDER", "UNKNOWN_FIELD"],
    );
    bad(
        suite,
        "lz4-004-offset-one-above",
        "A match at offset 4 after 3 bytes of output",
        "LZ4-004",
        &block(4).of(&periodic),
        b,
        "lz4-004-offset-at",
    );
    let prefix = zeros(256);
    let of = simple(&prefix, 5).with(|block| block.before = 256u32.to_le_bytes().to_vec()).of(&prefix);
    suite.lint(
        (AREA, "lz4-zeros-256", "A body of 256 bytes", &["COD-001"]),
        &simple(&prefix, 5).of(&prefix),
        &["UNKNOWN_FIELD"],
    );
    bad(
        suite,
        "lz4-004-size-prefix",
        "Four bytes of size before the block: a match at offset 1 of nothing",
        "LZ4-004",
        &of,
        b,
        "lz4-zeros-256",
    );
    let frame_magic = simple(&prefix, 5).with(|block| block.before = vec![0x04, 0x22, 0x4d, 0x18]).of(&prefix);
    bad(
        suite,
        "lz4-004-frame-magic",
        "The magic of an LZ4 frame before the block",
        "LZ4-004",
        &frame_magic,
        b,
        "lz4-zeros-256",
    );
}

/// Unknown fields of three equal bytes each, then the kind column.
fn periodic() -> Frame {
    let mut frame = super::base::minimal();
    let kind = frame.body.take("kind");
    for index in 0..20 {
        frame.body.push(Field::varint(format!("unknown[{index}]"), 16, 1));
    }
    frame.body.push(kind);
    frame
}

fn last_sequence(suite: &mut Suite) {
    let (frame, lz4) = base();
    let b = frame.body_at();
    let body = frame.body.pieces().to_vec();
    let head = [&body[..10], b"a"].concat();
    let block = |first: Vec<u8>, rest: Vec<Sequence>| {
        let mut all = vec![Sequence::copy(first, 1, 0)];
        let used: usize = rest.iter().map(|s| s.literals.len() + s.copy.map_or(0, |(_, len)| len)).sum();
        all[0].copy = Some((1, body.len() - all[0].literals.len() - used));
        all.extend(rest);
        Lz4::new(all)
    };
    let only = block(head.clone(), vec![]);
    bad(suite, "lz4-005-ends-with-match", "The block ends with a match", "LZ4-005", &only.of(&frame), b, TWIN);
    let second = block(head.clone(), vec![Sequence::copy(*b"a", 1, 20)]);
    let of = second.of(&frame);
    bad(
        suite,
        "lz4-005-second-ends-with-match",
        "The second sequence ends with a match",
        "LZ4-005",
        &of,
        of.at("seq[1]"),
        TWIN,
    );
    for last in [0, 1, 4] {
        let of = block(head.clone(), vec![Sequence::literals(vec![b'a'; last])]).of(&frame);
        bad(
            suite,
            &format!("lz4-006-last-{last}"),
            &format!("{last} last literals"),
            "LZ4-006",
            &of,
            of.at("seq[1]"),
            TWIN,
        );
    }
    // The last match begins so many bytes before the end.
    let near = |len: usize, last: usize| {
        block(head.clone(), vec![Sequence::copy(*b"a", 1, len), Sequence::literals(vec![b'a'; last])])
    };
    for (len, last) in [(7, 5), (4, 8)] {
        let id = format!("lz4-007-match-{len}-last-{last}");
        suite.accept(
            (AREA, &id, &format!("The last match, of {len}, begins 12 bytes before the end"), &["LZ4-007"]),
            &near(len, last).of(&frame),
        );
    }
    for (len, last, twin) in [(6, 5, "lz4-007-match-7-last-5"), (4, 7, "lz4-007-match-4-last-8")] {
        let of = near(len, last).of(&frame);
        let id = format!("lz4-007-match-{len}-last-{last}");
        bad(
            suite,
            &id,
            &format!("The last match, of {len}, begins 11 bytes before the end"),
            "LZ4-007",
            &of,
            of.at("seq[2]"),
            twin,
        );
    }
    for low in [1, 15] {
        let of = lz4.with(|block| block.sequences[1].low = low).of(&frame);
        bad(
            suite,
            &format!("lz4-008-low-bits-{low}"),
            &format!("The low bits of the last token are {low}"),
            "LZ4-008",
            &of,
            of.at("seq[1]"),
            TWIN,
        );
    }
    let both = block(head, vec![Sequence { low: 3, ..Sequence::literals(vec![b'a'; 4]) }]).of(&frame);
    bad(
        suite,
        "lz4-006-with-low-bits",
        "Four last literals, and low bits in their token",
        "LZ4-006",
        &both,
        both.at("seq[1]"),
        TWIN,
    );
}

fn lengths(suite: &mut Suite) {
    let (frame, lz4) = base();
    for (name, len) in [("one-less", 57), ("one-more", 59)] {
        let of = lz4.with(|block| block.sequences[0].copy = Some((1, len))).of(&frame);
        let title = format!("The block makes {} bytes, raw_len says 74", len + 16);
        suite.reject(
            (AREA, &format!("cod-001-lz4-{name}"), &title, &["COD-001"]),
            &of,
            ("DECOMPRESS", frame.body_at()),
            TWIN,
        );
    }
    let far = lz4
        .with(|block| block.sequences[0].copy = Some((1, 70_000)))
        .of(&frame)
        .with(|frame| frame.raw_len = Some(1_000));
    suite.reject(
        (AREA, "cod-001-lz4-far-more", "The block makes 70,016 bytes, raw_len says 1,000", &["COD-001"]),
        &far,
        ("DECOMPRESS", frame.body_at()),
        TWIN,
    );
    for (name, title, literals) in [
        ("no-output", "A block of the single byte 00", &b""[..]),
        ("four-literals", "A block of four literals, its only sequence", b"\x12\x01\x0b\x72"),
    ] {
        let of = Lz4::new(vec![Sequence::literals(literals)]).of(&frame);
        suite.reject(
            (AREA, &format!("cod-001-lz4-{name}"), title, &["COD-001", "LZ4-006", "LZ4-007"]),
            &of,
            ("DECOMPRESS", frame.body_at()),
            TWIN,
        );
    }
    let bomb = zeros(8_388_608);
    suite.lint(
        (AREA, "lz4-8-mib-of-zeros", "A body of 8 MiB in 32 KiB", &["PRE-014", "COD-001"]),
        &simple(&bomb, 5).of(&bomb),
        &["UNKNOWN_FIELD"],
    );
    let more = simple(&bomb, 5).of(&bomb).with(|frame| frame.raw_len = Some(8_388_609));
    suite.reject(
        (AREA, "pre-014-raw-len-lz4", "raw_len is 8,388,609 with codec lz4", &["PRE-014"]),
        &more,
        ("RAW_LEN", 20),
        "lz4-8-mib-of-zeros",
    );
    boundary(suite);
}

/// body_len against raw_len where they are nearly equal.
fn boundary(suite: &mut Suite) {
    let frame = text(20);
    let body = frame.body.pieces().to_vec();
    // 30 bytes of body: 12 literals, a match, last literals; 1 + 12 + 2 + 1 + 18 - len bytes stored.
    let block =
        |len: usize| Lz4::new(vec![Sequence::copy(&body[..12], 1, len), Sequence::literals(vec![b'a'; 18 - len])]);
    for (name, len) in [("below", 7), ("equal", 4)] {
        let of = block(len).of(&frame);
        let stored = of.stored_pieces().len();
        let id = format!("pre-016-lz4-{name}");
        let title = format!("Codec lz4, body_len {stored} and raw_len {}", body.len());
        if stored < body.len() {
            suite.accept((AREA, &id, &title, &["PRE-016"]), &of);
        } else {
            assert_eq!(stored, body.len(), "{id}");
            suite.reject((AREA, &id, &title, &["PRE-016"]), &of, ("RAW_LEN", 20), "pre-016-lz4-below");
        }
    }
    let only = Lz4::new(vec![Sequence::literals(body.clone())]).of(&frame);
    suite.reject(
        (AREA, "pre-016-lz4-above", "One LZ4 sequence of nothing but literals", &["PRE-016"]),
        &only,
        ("RAW_LEN", 20),
        "pre-016-lz4-below",
    );
}
