//! The parts of a frame, and the limits of a reader: frame.md.

use super::base::{minimal, three, two};
use super::prelude::padded_body;
use crate::crc32c::crc32c;
use crate::frame::Sum;
use crate::pieces::{Edit as _, Pieces};
use crate::suite::{Given, Suite};

const AREA: &str = "frame";

pub(crate) fn add(suite: &mut Suite) {
    limits(suite);
    ends(suite);
    checksums(suite);
}

fn limits(suite: &mut Suite) {
    let frame = two();
    let twin = "two-records";
    let (len, raw, count) = (frame.len() as u64, frame.raw_end(), 2);
    let given = |limits: &[(&'static str, u64)]| Given { limits: limits.to_vec(), tenant: None };
    let at = [
        ("max_frame_len", len, 16, "FRM-001"),
        ("max_raw_len", raw, 20, "FRM-002"),
        ("max_records", count, 28, "FRM-003"),
    ];
    for (name, value, offset, requirement) in at {
        let slug = name.replace('_', "-");
        let low = requirement.to_lowercase();
        for (tag, limit) in [("at", value), ("above", value + 1)] {
            let id = format!("{low}-{slug}-{tag}");
            let title = format!("{name} is {limit} for a frame of {value}");
            suite.accept_given((AREA, &id, &title, &[requirement]), &frame, given(&[(name, limit)]));
        }
        let id = format!("{low}-{slug}-below");
        let title = format!("{name} is {} for a frame of {value}", value - 1);
        suite.reject_given(
            (AREA, &id, &title, &[requirement]),
            &frame,
            given(&[(name, value - 1)]),
            ("LOCAL_LIMIT", offset),
            twin,
        );
        let id = format!("{low}-{slug}-zero");
        suite.reject_given(
            (AREA, &id, &format!("{name} is 0"), &[requirement]),
            &frame,
            given(&[(name, 0)]),
            ("LOCAL_LIMIT", offset),
            twin,
        );
    }
    let all = [("max_frame_len", len - 1), ("max_raw_len", raw - 1), ("max_records", count - 1)];
    suite.reject_given(
        (AREA, "frm-001-before-frm-002", "Every limit is one too low", &["FRM-001", "ERR-001"]),
        &frame,
        given(&all),
        ("LOCAL_LIMIT", 16),
        twin,
    );
    suite.reject_given(
        (AREA, "frm-002-before-frm-003", "max_raw_len and max_records are one too low", &["FRM-002", "ERR-001"]),
        &frame,
        given(&all[1..]),
        ("LOCAL_LIMIT", 20),
        twin,
    );
    suite.accept_given(
        (AREA, "frm-all-limits-at", "Every limit is just met", &["FRM-001", "FRM-002", "FRM-003"]),
        &frame,
        given(&[("max_frame_len", len), ("max_raw_len", raw), ("max_records", count)]),
    );
    let huge = given(&[("max_frame_len", 1 << 40), ("max_raw_len", 1 << 40), ("max_records", 1 << 40)]);
    let frame = padded_body(8_388_609);
    suite.reject_given(
        (
            AREA,
            "frm-001-limits-cannot-raise",
            "Limits above those of the registry do not lift these",
            &["FRM-001", "PRE-012"],
        ),
        &frame,
        huge,
        ("BODY_LEN", 16),
        "pre-012-body-len-8388608",
    );
}

fn ends(suite: &mut Suite) {
    let frame = minimal();
    let whole = frame.pieces();
    let len = whole.len();
    for (cut, text) in [
        (64, "after the prelude"),
        (65, "in the first field of the metadata"),
        (79, "one byte before the end of the metadata"),
        (80, "between metadata and body"),
        (len - 1, "one byte before the end"),
    ] {
        let id = format!("frm-004-cut-{cut}");
        suite.reject_bytes(
            (AREA, &id, &format!("The frame ends {text}"), &["FRM-004"]),
            &whole.cut(cut),
            &[],
            ("TRUNCATED", cut as u64),
            "minimal",
        );
    }
    let announced = frame.with(|frame| (frame.body_len, frame.raw_len) = (Some(8_388_608), Some(8_388_608)));
    suite.reject(
        (AREA, "frm-004-announces-8-mib", "body_len is 8 MiB, and 3 bytes are there", &["FRM-004"]),
        &announced,
        ("TRUNCATED", len as u64),
        "minimal",
    );
    let followed = |note: &str, tail: &[u8]| {
        let mut pieces = whole.clone();
        pieces.push("", note, tail);
        pieces
    };
    let code = ("TRAILING", len as u64);
    suite.reject_bytes(
        (AREA, "frm-005-zero-after", "One byte 00 after the frame", &["FRM-005"]),
        &followed("one byte more", &[0]),
        &[],
        code,
        "minimal",
    );
    suite.reject_bytes(
        (AREA, "frm-005-newline-after", "A line feed after the frame", &["FRM-005"]),
        &followed("one byte more", &[10]),
        &[],
        code,
        "minimal",
    );
    suite.reject_bytes(
        (AREA, "frm-005-frame-after", "A second frame after the frame", &["FRM-005"]),
        &followed("a second frame", &three().bytes()),
        &[],
        code,
        "minimal",
    );
    suite.reject_bytes(
        (AREA, "frm-005-same-after", "The frame twice", &["FRM-005"]),
        &followed("the frame again", &frame.bytes()),
        &[],
        code,
        "minimal",
    );
    let shorter = two().with(|frame| {
        frame.body_len = Some(frame.body.len() as u32 - 1);
        frame.raw_len = frame.body_len;
        let body = frame.body.pieces().to_vec();
        frame.body_crc = Sum::Is(crc32c(&body[..body.len() - 1]));
    });
    suite.reject(
        (AREA, "frm-005-body-len-one-less", "body_len is one less than the bytes that are there", &["FRM-005"]),
        &shorter,
        ("TRAILING", two().len() as u64 - 1),
        "two-records",
    );
}

fn checksums(suite: &mut Suite) {
    let frame = two();
    for (name, bits) in [("lowest-bit", 1), ("highest-bit", 0x8000_0000)] {
        let bad = frame.with(|frame| frame.metadata_crc = Sum::Flipped(bits));
        suite.reject(
            (AREA, &format!("frm-006-crc-{name}"), "metadata_crc with one bit turned", &["FRM-006"]),
            &bad,
            ("METADATA_CRC", 8),
            "two-records",
        );
        let bad = frame.with(|frame| frame.body_crc = Sum::Flipped(bits));
        suite.reject(
            (AREA, &format!("frm-007-crc-{name}"), "body_crc with one bit turned", &["FRM-007"]),
            &bad,
            ("BODY_CRC", 12),
            "two-records",
        );
    }
    let pieces = frame.pieces();
    let bytes = frame.bytes();
    let turn = |at: u64, note: &str| pieces.patch(at as usize, &[bytes[at as usize] ^ 0x01], note);
    let tenant = turn(frame.at("metadata.tenant="), "tenant, one bit turned");
    suite.reject_bytes(
        (AREA, "frm-006-tenant-changed", "A tenant with one bit turned, metadata_crc left", &["FRM-006"]),
        &tenant,
        &[],
        ("METADATA_CRC", 8),
        "two-records",
    );
    let last = turn(frame.len() as u64 - 1, "last byte, one bit turned");
    suite.reject_bytes(
        (
            AREA,
            "frm-007-last-byte-changed",
            "The last byte of the body with one bit turned, body_crc left",
            &["FRM-007"],
        ),
        &last,
        &[],
        ("BODY_CRC", 12),
        "two-records",
    );
    let metadata = frame.metadata.pieces().to_vec();
    let stored = frame.body.pieces().to_vec();
    let swapped = frame.with(|frame| {
        frame.metadata_crc = Sum::Is(crc32c(&stored));
        frame.body_crc = Sum::Is(crc32c(&metadata));
    });
    suite.reject(
        (AREA, "frm-006-crcs-swapped", "metadata_crc and body_crc have changed places", &["FRM-006"]),
        &swapped,
        ("METADATA_CRC", 8),
        "two-records",
    );
    let both = frame.with(|frame| frame.body_crc = Sum::Is(crc32c(&[&metadata[..], &stored[..]].concat())));
    suite.reject(
        (AREA, "frm-007-over-both", "body_crc covers the metadata too", &["FRM-007"]),
        &both,
        ("BODY_CRC", 12),
        "two-records",
    );
    let all = Pieces::plain("", bytes.clone());
    assert_eq!(all.len(), frame.len());
}
