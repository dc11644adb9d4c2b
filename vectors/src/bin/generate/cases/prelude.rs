//! The first 64 bytes: prelude.md.

use super::base::{minimal, padding};
use crate::build::{Builder, TOP};
use crate::crc32c::{crc32c, solve};
use crate::frame::{Frame, Sum};
use crate::pieces::{Edit as _, Pieces};
use crate::suite::{Expect, Given, Suite};

const AREA: &str = "prelude";

pub(crate) fn add(suite: &mut Suite) {
    beginnings(suite);
    checksum(suite);
    marks(suite);
    metadata_len(suite);
    lengths(suite);
    counts(suite);
    sequences(suite);
    identity(suite);
    ancillary(suite);
    zero_checksums(suite);
}

fn beginnings(suite: &mut Suite) {
    let null = (AREA, "kaf-001-null", "A null value", &["KAF-001", "ERR-001"][..]);
    suite.decode(null, None, &[], Given::default(), Expect::Reject(("NULL_VALUE", 0)), Some("minimal"));
    let whole = minimal().pieces();
    let cut = |len: usize| whole.cut(len);
    suite.reject_bytes(
        (AREA, "pre-001-empty", "No bytes", &["PRE-001", "ERR-001"]),
        &Pieces::default(),
        &[],
        ("EMPTY", 0),
        "minimal",
    );
    for (name, magic, text) in [
        ("legacy-raw", 0x00, "the first byte of an uncompressed message of the earlier format"),
        ("legacy-zstd", 0x01, "the first byte of a compressed message of the earlier format"),
        ("bare-protobuf", 0x0a, "the first byte of a protobuf message"),
        ("one-bit", 0xbf, "one bit of the magic turned"),
    ] {
        let id = format!("pre-002-magic-{name}");
        let frame = minimal().with(|frame| frame.magic = magic);
        suite.reject(
            (AREA, &id, &format!("Magic {magic:02x}: {text}"), &["PRE-002"]),
            &frame,
            ("BAD_MAGIC", 0),
            "minimal",
        );
    }
    let legacy = Pieces::plain("prefix byte and a protobuf message", *b"\x00\x0a\x04acme");
    suite.reject_bytes(
        (AREA, "pre-002-legacy-message", "A whole message of the earlier format, shorter than a prelude", &["PRE-002"]),
        &legacy,
        &[],
        ("BAD_MAGIC", 0),
        "minimal",
    );
    for len in [1, 2, 8, 63] {
        let id = format!("pre-003-short-{len}");
        let title = format!("The first {len} bytes of a frame");
        suite.reject_bytes((AREA, &id, &title, &["PRE-003"]), &cut(len), &[], ("SHORT_PRELUDE", len as u64), "minimal");
    }
}

fn checksum(suite: &mut Suite) {
    let frame = minimal();
    let bytes = frame.bytes();
    let covered = [&bytes[..4], &bytes[8..64]].concat();
    let mut zeroed = bytes[..64].to_vec();
    zeroed[4..8].fill(0);
    let ieee = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&covered);
    let cases = [
        ("lowest-bit", "its lowest bit turned", crc32c(&covered) ^ 1),
        ("highest-bit", "its highest bit turned", crc32c(&covered) ^ 0x8000_0000),
        ("zero", "0, as if it had been left out", 0),
        ("big-endian", "the right value in big-endian order", crc32c(&covered).swap_bytes()),
        ("inverted", "the value without the final XOR", !crc32c(&covered)),
        ("of-the-rest", "the CRC32C of bytes [8,64) alone", crc32c(&bytes[8..64])),
        ("over-zeros", "the CRC32C of all 64 bytes with 0 in its own place", crc32c(&zeroed)),
        ("ieee", "the CRC-32 of zip and Ethernet over the right bytes", ieee),
        ("whole-frame", "the CRC32C of bytes [8, ..) to the end of the frame", crc32c(&bytes[8..])),
    ];
    for (name, text, value) in cases {
        let id = format!("pre-004-crc-{name}");
        let title = format!("prelude_crc is {text}");
        let requirements: &[&str] = if value == 0 { &["PRE-004", "PRE-026"] } else { &["PRE-004"] };
        let bad = frame.with(|frame| frame.prelude_crc = Sum::Is(value));
        suite.reject((AREA, &id, &title, requirements), &bad, ("PRELUDE_CRC", 4), "minimal");
    }
    for (at, field) in [
        (1, "version"),
        (2, "critical_flags"),
        (3, "ancillary_flags"),
        (8, "metadata_crc"),
        (12, "body_crc"),
        (16, "body_len"),
        (20, "raw_len"),
        (24, "metadata_len"),
        (26, "codec"),
        (27, "schema"),
        (28, "record_count"),
        (30, "drop_count"),
        (32, "producer_id"),
        (47, "producer_id-end"),
        (48, "base_sequence"),
        (56, "epoch"),
        (60, "lane"),
        (63, "lane-end"),
    ] {
        let id = format!("pre-004-flip-{}", field.replace('_', "-"));
        let title = format!("One bit turned at byte {at} ({}), prelude_crc left", field.trim_end_matches("-end"));
        let bad = frame.pieces().patch(at, &[bytes[at] ^ 0x10], &format!("{field}, one bit turned"));
        suite.reject_bytes((AREA, &id, &title, &["PRE-004"]), &bad, &[], ("PRELUDE_CRC", 4), "minimal");
    }
}

fn marks(suite: &mut Suite) {
    for (version, text) in [(0u8, "0"), (2, "2"), (0x44, "44 (hex), which begins a file of frames"), (0xff, "255")] {
        let id = format!("pre-005-version-{version}");
        let frame = minimal().with(|frame| frame.version = version);
        suite.reject((AREA, &id, &format!("Version {text}"), &["PRE-005"]), &frame, ("VERSION", 1), "minimal");
    }
    for (name, flags, text) in [
        ("dictionary", 0x01, "bit 0, reserved for dictionaries"),
        ("encrypted", 0x02, "bit 1, reserved for encryption"),
        ("bit-2", 0x04, "bit 2"),
        ("bit-7", 0x80, "bit 7"),
        ("all", 0xff, "every bit"),
    ] {
        let id = format!("pre-006-critical-{name}");
        let frame = minimal().with(|frame| frame.critical_flags = flags);
        suite.reject(
            (AREA, &id, &format!("critical_flags with {text}"), &["PRE-006"]),
            &frame,
            ("CRITICAL_FLAG", 2),
            "minimal",
        );
    }
    for schema in [0u8, 2, 255] {
        let id = format!("pre-007-schema-{schema}");
        let frame = minimal().with(|frame| frame.schema = schema);
        suite.reject((AREA, &id, &format!("Schema {schema}"), &["PRE-007"]), &frame, ("SCHEMA", 27), "minimal");
    }
    for codec in [3u8, 4, 255] {
        let id = format!("pre-008-codec-{codec}");
        // raw_len above body_len, as it has to be for a codec.
        let frame = minimal().with(|frame| (frame.codec, frame.raw_len) = (codec, Some(100)));
        suite.reject((AREA, &id, &format!("Codec {codec}"), &["PRE-008"]), &frame, ("CODEC", 26), "minimal");
    }
}

/// A frame whose metadata is padded to a length by an unknown field.
fn padded_metadata(len: usize) -> Frame {
    let mut frame = minimal();
    let rest = len - frame.metadata.len();
    // Tag 2 bytes; length 2 or 3 bytes.
    let head = if rest - 4 < 1 << 14 { 4 } else { 5 };
    frame.metadata.push(padding(rest - head));
    assert_eq!(frame.metadata.len(), len);
    frame
}

fn metadata_len(suite: &mut Suite) {
    let zero = minimal().with(|frame| frame.metadata.0.clear());
    suite.reject(
        (AREA, "pre-009-metadata-len-zero", "No metadata", &["PRE-009"]),
        &zero,
        ("METADATA_LEN", 24),
        "minimal",
    );
    let unsaid = minimal().with(|frame| frame.metadata_len = Some(0));
    suite.reject(
        (AREA, "pre-009-metadata-len-zero-with-bytes", "metadata_len is 0 and metadata is there", &["PRE-009"]),
        &unsaid,
        ("METADATA_LEN", 24),
        "minimal",
    );
    for len in [16_383, 16_384] {
        let id = format!("pre-010-metadata-len-{len}");
        suite.lint(
            (AREA, &id, &format!("metadata_len is {len}"), &["PRE-010", "WIRE-017"]),
            &padded_metadata(len),
            &["UNKNOWN_FIELD"],
        );
    }
    for len in [16_385, 65_535] {
        let id = format!("pre-010-metadata-len-{len}");
        let frame = padded_metadata(len);
        suite.reject(
            (AREA, &id, &format!("metadata_len is {len}"), &["PRE-010"]),
            &frame,
            ("METADATA_LEN", 24),
            "pre-010-metadata-len-16384",
        );
    }
}

const MAX: u32 = 8_388_608;

/// A frame with codec none whose body is padded to a length by an unknown field.
pub(crate) fn padded_body(len: usize) -> Frame {
    let mut frame = minimal();
    let rest = len - frame.body.len();
    let head = 2 + crate::wire::varint(rest as u64).len();
    frame.body.push(padding(rest - head));
    assert_eq!(frame.body.len(), len);
    frame
}

fn lengths(suite: &mut Suite) {
    let none = minimal().with(|frame| (frame.body.0.clear(), frame.raw_len = Some(3)).0);
    suite.reject((AREA, "pre-011-body-len-zero", "No body", &["PRE-011"]), &none, ("BODY_LEN", 16), "minimal");
    let unsaid = minimal().with(|frame| (frame.body_len, frame.codec) = (Some(0), 1));
    suite.reject(
        (
            AREA,
            "pre-011-body-len-zero-compressed",
            "body_len is 0 with codec zstd, which PRE-016 would let pass",
            &["PRE-011"],
        ),
        &unsaid,
        ("BODY_LEN", 16),
        "minimal",
    );
    for len in [MAX - 1, MAX] {
        let id = format!("pre-012-body-len-{len}");
        let requirements = &["PRE-012", "PRE-014", "WIRE-017"];
        suite.lint(
            (AREA, &id, &format!("body_len and raw_len are {len}"), requirements),
            &padded_body(len as usize),
            &["UNKNOWN_FIELD"],
        );
    }
    let frame = padded_body(MAX as usize + 1);
    suite.reject(
        (AREA, "pre-012-body-len-8388609", "body_len is 8,388,609, and the bytes are there", &["PRE-012"]),
        &frame,
        ("BODY_LEN", 16),
        "pre-012-body-len-8388608",
    );
    for (name, len) in [("sign", 0x8000_0000), ("all-ones", u32::MAX)] {
        let id = format!("pre-012-body-len-{name}");
        let frame = minimal().with(|frame| (frame.body_len, frame.raw_len) = (Some(len), Some(len)));
        suite.reject(
            (AREA, &id, &format!("body_len and raw_len are {len:#x}, and 3 bytes are there"), &["PRE-012"]),
            &frame,
            ("BODY_LEN", 16),
            "minimal",
        );
    }
    for (name, codec) in [("none", 0), ("lz4", 2), ("zstd", 1)] {
        let id = format!("pre-013-raw-len-zero-{name}");
        let frame = minimal().with(|frame| (frame.raw_len, frame.codec) = (Some(0), codec));
        suite.reject(
            (AREA, &id, &format!("raw_len is 0 with codec {name}"), &["PRE-013"]),
            &frame,
            ("RAW_LEN", 20),
            "minimal",
        );
    }
    for (name, len) in [("one-more", 4u32), ("one-less", 2), ("far-more", MAX)] {
        let id = format!("pre-015-raw-len-{name}");
        let frame = minimal().with(|frame| frame.raw_len = Some(len));
        suite.reject(
            (AREA, &id, &format!("Codec none, body_len 3 and raw_len {len}"), &["PRE-015"]),
            &frame,
            ("RAW_LEN", 20),
            "minimal",
        );
    }
    let frame = minimal().with(|frame| frame.codec = 1);
    suite.reject(
        (AREA, "pre-016-uncompressed-as-zstd", "Codec zstd, and body_len is raw_len", &["PRE-016"]),
        &frame,
        ("RAW_LEN", 20),
        "minimal",
    );
}

fn counts(suite: &mut Suite) {
    let head = |count: u16| minimal().with(|frame| frame.record_count = count);
    suite.reject(
        (AREA, "pre-017-record-count-zero", "record_count is 0", &["PRE-017"]),
        &head(0),
        ("COUNT", 28),
        "minimal",
    );
    suite.reject(
        (AREA, "pre-018-record-count-too-large", "record_count + 2 is one above raw_len", &["PRE-018"]),
        &head(2),
        ("COUNT", 28),
        "minimal",
    );
    suite.reject(
        (AREA, "pre-018-record-count-65534", "record_count + 2 is 0 in 16 bits", &["PRE-018"]),
        &head(65_534),
        ("COUNT", 28),
        "minimal",
    );
    suite.reject(
        (AREA, "pre-018-record-count-65535", "record_count + 2 is 1 in 16 bits", &["PRE-018"]),
        &head(65_535),
        ("COUNT", 28),
        "minimal",
    );
    let many = |count: usize| {
        let mut builder = Builder::new();
        (0..count).for_each(|_| {
            builder.plain(6);
        });
        builder.frame()
    };
    suite.accept((AREA, "pre-018-record-count-127", "127 records in a body of 129 bytes", &["PRE-018"]), &many(127));
    let full = many(65_535);
    suite.accept((AREA, "record-count-65535", "65,535 records", &["PRE-018", "BODY-015"]), &full);
}

fn sequences(suite: &mut Suite) {
    let with = |base: u64, records: usize, drops: u32| {
        let mut builder = Builder::set(|set| set.base_sequence = base);
        if drops > 0 {
            builder.drops = vec![(1, drops)];
            builder.dropped_total = drops.into();
        }
        (0..records).for_each(|_| {
            builder.plain(6);
        });
        builder.frame()
    };
    suite.reject(
        (AREA, "pre-019-base-zero", "base_sequence is 0", &["PRE-019"]),
        &minimal().with(|frame| frame.base_sequence = 0),
        ("SEQUENCE_RANGE", 48),
        "minimal",
    );
    suite.accept((AREA, "pre-020-top-one", "One record at 2^53 - 1", &["PRE-020"]), &with(TOP, 1, 0));
    suite.accept((AREA, "pre-020-top-two", "Two records up to 2^53 - 1", &["PRE-020"]), &with(TOP - 1, 2, 0));
    suite.accept(
        (AREA, "pre-020-top-drop", "One record and one drop up to 2^53 - 1", &["PRE-020"]),
        &with(TOP - 1, 1, 1),
    );
    let move_to = |frame: &Frame, base: u64| frame.with(|frame| frame.base_sequence = base);
    let two = with(TOP - 1, 2, 0);
    let one = with(TOP, 1, 0);
    let dropped = with(TOP - 1, 1, 1);
    let code = ("SEQUENCE_RANGE", 48);
    suite.reject(
        (
            AREA,
            "pre-020-two-at-top",
            "Two records from 2^53 - 1: base + 2 is 2^53 when computed in a double",
            &["PRE-020"],
        ),
        &move_to(&two, TOP),
        code,
        "pre-020-top-two",
    );
    suite.reject(
        (AREA, "pre-020-drop-at-top", "One record and one drop from 2^53 - 1", &["PRE-020"]),
        &move_to(&dropped, TOP),
        code,
        "pre-020-top-drop",
    );
    suite.reject(
        (AREA, "pre-020-one-above", "One record at 2^53", &["PRE-020"]),
        &move_to(&one, TOP + 1),
        code,
        "pre-020-top-one",
    );
    suite.reject(
        (AREA, "pre-020-all-ones", "One record at 2^64 - 1", &["PRE-020"]),
        &move_to(&one, u64::MAX),
        code,
        "pre-020-top-one",
    );
    suite.reject(
        (AREA, "pre-020-wraps", "Two records from 2^64 - 1: the sum wraps in 64 bits", &["PRE-020"]),
        &move_to(&two, u64::MAX),
        code,
        "pre-020-top-two",
    );
    suite.reject(
        (AREA, "pre-020-sign", "One record at 2^63", &["PRE-020"]),
        &move_to(&one, 1 << 63),
        code,
        "pre-020-top-one",
    );
}

fn identity(suite: &mut Suite) {
    let change = |change: fn(&mut Frame)| minimal().with(change);
    suite.reject(
        (AREA, "pre-021-producer-zero", "producer_id is all zero", &["PRE-021"]),
        &change(|frame| frame.producer_id = [0; 16]),
        ("IDENTITY", 32),
        "minimal",
    );
    for (name, at) in [("first", 0), ("last", 15)] {
        let id = format!("pre-021-producer-{name}-byte");
        let frame = minimal().with(|frame| {
            frame.producer_id = [0; 16];
            frame.producer_id[at] = 1;
        });
        suite.accept((AREA, &id, &format!("producer_id is zero but for its {name} byte"), &["PRE-021"]), &frame);
    }
    suite.reject(
        (AREA, "pre-022-epoch-zero", "epoch is 0", &["PRE-022"]),
        &change(|frame| frame.epoch = 0),
        ("IDENTITY", 56),
        "minimal",
    );
    suite.accept(
        (AREA, "pre-023-epoch-max", "epoch is 2^31 - 1", &["PRE-023"]),
        &change(|frame| frame.epoch = 0x7fff_ffff),
    );
    suite.reject(
        (AREA, "pre-023-epoch-sign", "epoch is 2^31", &["PRE-023"]),
        &change(|frame| frame.epoch = 0x8000_0000),
        ("IDENTITY", 56),
        "pre-023-epoch-max",
    );
    suite.reject(
        (AREA, "pre-023-epoch-all-ones", "epoch is 2^32 - 1", &["PRE-023"]),
        &change(|frame| frame.epoch = u32::MAX),
        ("IDENTITY", 56),
        "pre-023-epoch-max",
    );
    suite.accept(
        (AREA, "pre-024-lane-max", "lane is 2^31 - 1", &["PRE-024"]),
        &change(|frame| frame.lane = 0x7fff_ffff),
    );
    suite.reject(
        (AREA, "pre-024-lane-sign", "lane is 2^31", &["PRE-024"]),
        &change(|frame| frame.lane = 0x8000_0000),
        ("IDENTITY", 60),
        "pre-024-lane-max",
    );
    suite.reject(
        (AREA, "pre-024-lane-all-ones", "lane is 2^32 - 1", &["PRE-024"]),
        &change(|frame| frame.lane = u32::MAX),
        ("IDENTITY", 60),
        "pre-024-lane-max",
    );
}

fn ancillary(suite: &mut Suite) {
    let with = |flags: u8| minimal().with(|frame| frame.ancillary_flags = flags);
    suite.accept((AREA, "pre-025-grease", "The ancillary flag GREASE", &["PRE-025"]), &with(0x80));
    for (name, flags) in [("bit-0", 0x01), ("bit-6", 0x40), ("all-but-grease", 0x7f), ("all", 0xff)] {
        let id = format!("pre-025-ancillary-{name}");
        suite.lint(
            (AREA, &id, &format!("ancillary_flags are {flags:02x}"), &["PRE-025"]),
            &with(flags),
            &["ANCILLARY_BIT"],
        );
    }
}

/// Frames whose checksums come out as 0, and frames where a 0 stands for another value.
fn zero_checksums(suite: &mut Suite) {
    let mut frame = minimal();
    let plain = frame.bytes();
    let prelude = |bytes: &[u8]| crc32c(&[&bytes[..4], &bytes[8..64]].concat());
    frame.producer_id[4..8].copy_from_slice(&solve(&plain, 36, 0, prelude));
    assert_eq!(frame.bytes()[4..8], [0; 4]);
    suite.accept(
        (AREA, "pre-026-prelude-crc-zero", "A prelude_crc that is 0 because that is its value", &["PRE-026"]),
        &frame,
    );

    let metadata = minimal().metadata.pieces().to_vec();
    let four = solve(&metadata, 8, 0, crc32c);
    let nonce = [&four[..], &crate::build::NONCE[4..]].concat();
    let mut builder = Builder::set(|set| set.boot_nonce = nonce);
    let frame = builder.plain(6).frame();
    assert_eq!(frame.bytes()[8..12], [0; 4]);
    suite.accept(
        (AREA, "pre-026-metadata-crc-zero", "A metadata_crc that is 0 because that is its value", &["PRE-026"]),
        &frame,
    );

    let chunk = |data: &[u8]| {
        let mut builder = Builder::new();
        builder.record(22, |record| {
            record.payload(|chunk| {
                chunk.u64(1, "generation", 1);
                chunk.bytes(3, "data", data);
            });
        });
        builder.frame()
    };
    let body = chunk(&[1, 2, 3, 4]).body.pieces().to_vec();
    let four = solve(&body, body.len() - 4, 0, crc32c);
    let frame = chunk(&four);
    assert_eq!(frame.bytes()[12..16], [0; 4]);
    suite.accept(
        (AREA, "pre-026-body-crc-zero", "A body_crc that is 0 because that is its value", &["PRE-026"]),
        &frame,
    );
    let metadata = minimal().with(|frame| frame.metadata_crc = Sum::Is(0));
    suite.reject(
        (AREA, "pre-026-metadata-crc-left-out", "metadata_crc is 0 and should not be", &["PRE-026", "FRM-006"]),
        &metadata,
        ("METADATA_CRC", 8),
        "minimal",
    );
    let body = minimal().with(|frame| frame.body_crc = Sum::Is(0));
    suite.reject(
        (AREA, "pre-026-body-crc-left-out", "body_crc is 0 and should not be", &["PRE-026", "FRM-007"]),
        &body,
        ("BODY_CRC", 12),
        "minimal",
    );
}
