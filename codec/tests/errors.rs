//! Every code of a reader, reached with bytes that fail the check and none before it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by a panic"
)]

mod common;

use common::{assemble, metadata, rejected, tokens, with_body};
use dashstream_codec::view::{Heartbeat, Payload};
use dashstream_codec::{Code, Codec, Decoder, Error, Limits, MessageReader, OffsetBase, Prelude, ReadOptions};
use dashstream_proto::v1;
use prost::Message;

/// Ten records of kind HEARTBEAT with empty payloads.
const BODY: [u8; 12] = [0x12, 0x0A, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6];

fn prelude(change: impl FnOnce(&mut Prelude)) -> Vec<u8> {
    assemble(&metadata().encode_to_vec(), &BODY, |prelude| {
        prelude.record_count = 10;
        change(prelude);
    })
}

fn body(bytes: &[u8]) -> Vec<u8> {
    with_body(bytes, 2)
}

fn with_metadata(change: impl FnOnce(&mut v1::Metadata)) -> Vec<u8> {
    let mut message = metadata();
    change(&mut message);
    assemble(&message.encode_to_vec(), &BODY, |prelude| prelude.record_count = 10)
}

fn flip(mut frame: Vec<u8>, at: usize) -> Vec<u8> {
    frame[at] ^= 1;
    frame
}

/// What is reported for a frame, or else for its first record.
fn verdict(frame: &[u8], options: &ReadOptions<'_>) -> Error {
    let mut decoder = Decoder::new();
    match decoder.decode(frame, options) {
        Ok(batch) => batch.records().find_map(|result| result.error).expect("everything was accepted"),
        Err(error) => error,
    }
}

fn cases() -> Vec<(Code, u64, &'static str, Vec<u8>)> {
    let good = prelude(|_| ());
    let at = good.len() as u64 - BODY.len() as u64;
    vec![
        (Code::Empty, 0, "PRE-001", vec![]),
        (Code::BadMagic, 0, "PRE-002", vec![1]),
        (Code::ShortPrelude, 63, "PRE-003", good[..63].to_vec()),
        (Code::PreludeCrc, 4, "PRE-004", flip(good.clone(), 60)),
        (Code::Version, 1, "PRE-005", prelude(|prelude| prelude.version = 2)),
        (Code::CriticalFlag, 2, "PRE-006", prelude(|prelude| prelude.critical_flags = 2)),
        (Code::Schema, 27, "PRE-007", prelude(|prelude| prelude.schema = 0)),
        (Code::Codec, 26, "PRE-008", prelude(|prelude| prelude.codec = 3)),
        (Code::MetadataLen, 24, "PRE-009", prelude(|prelude| prelude.metadata_len = 0)),
        (Code::MetadataLen, 24, "PRE-010", prelude(|prelude| prelude.metadata_len = 16_385)),
        (Code::BodyLen, 16, "PRE-011", prelude(|prelude| prelude.body_len = 0)),
        (Code::BodyLen, 16, "PRE-012", prelude(|prelude| prelude.body_len = 8_388_609)),
        (Code::RawLen, 20, "PRE-013", prelude(|prelude| prelude.raw_len = 0)),
        (Code::RawLen, 20, "PRE-014", prelude(|prelude| prelude.raw_len = 8_388_609)),
        (Code::RawLen, 20, "PRE-015", prelude(|prelude| prelude.raw_len += 1)),
        (Code::RawLen, 20, "PRE-016", prelude(|prelude| prelude.codec = 1)),
        (Code::Count, 28, "PRE-017", prelude(|prelude| prelude.record_count = 0)),
        (Code::Count, 28, "PRE-018", prelude(|prelude| prelude.record_count = 11)),
        (Code::SequenceRange, 48, "PRE-019", prelude(|prelude| prelude.base_sequence = 0)),
        (Code::SequenceRange, 48, "PRE-020", prelude(|prelude| prelude.base_sequence = (1 << 53) - 9)),
        (Code::SequenceRange, 48, "PRE-020", prelude(|prelude| prelude.base_sequence = u64::MAX)),
        (Code::Identity, 32, "PRE-021", prelude(|prelude| prelude.producer_id = [0; 16])),
        (Code::Identity, 56, "PRE-022", prelude(|prelude| prelude.epoch = 0)),
        (Code::Identity, 56, "PRE-023", prelude(|prelude| prelude.epoch = 1 << 31)),
        (Code::Identity, 60, "PRE-024", prelude(|prelude| prelude.lane = 1 << 31)),
        (Code::Truncated, good.len() as u64 - 1, "FRM-004", good[..good.len() - 1].to_vec()),
        (Code::Trailing, good.len() as u64, "FRM-005", [&good[..], &[0]].concat()),
        (Code::MetadataCrc, 8, "FRM-006", flip(good.clone(), 64)),
        (Code::MetadataWire, 64, "WIRE-008", {
            let broken = [0x0A, 0x05, b'a'];
            assemble(&broken, &BODY, |prelude| prelude.record_count = 10)
        }),
        (
            Code::MetadataField,
            67,
            "META-003",
            with_metadata(|metadata| {
                metadata.tenant = "a".into();
                metadata.boot_nonce.clear();
                metadata.base_time_us = 0;
            }),
        ),
        (Code::BodyCrc, 12, "FRM-007", flip(good.clone(), good.len() - 1)),
        (
            Code::CodecProfile,
            at,
            "ZST-001",
            prelude(|prelude| {
                prelude.codec = 1;
                prelude.raw_len = 100;
            }),
        ),
        (Code::Decompress, at, "COD-001", {
            // A literal-only block of 11 bytes that says it decompresses to 100.
            let block = [&[0xB0][..], &[0x41; 11]].concat();
            assemble(&metadata().encode_to_vec(), &block, |prelude| {
                prelude.codec = 2;
                prelude.raw_len = 100;
            })
        }),
        (Code::BodyWire, 4, "WIRE-005", body(&[0x12, 2, 6, 6, 0x12, 2, 6, 6])),
        (Code::StringTable, 4, "BODY-002", body(&[0x12, 2, 6, 6, 0x0A, 0])),
        (Code::ColumnLen, 4, "BODY-003", body(&[0x2A, 2, 0, 0])),
        (Code::ColumnLen, 4, "BODY-004", body(&[0x12, 2, 6, 6, 0x2A, 1, 0])),
        (Code::KindZero, 3, "BODY-005", body(&[0x12, 2, 6, 0])),
        (Code::StringRef, 7, "BODY-006", body(&[0x12, 2, 6, 6, 0x2A, 2, 0, 1])),
        (Code::IdTable, 4, "BODY-007", body(&[0x12, 2, 6, 6, 0x5A, 1, 1])),
        (Code::IdTable, 4, "BODY-008", body(&[0x12, 2, 6, 6, 0x6A, 1, 1])),
        (Code::IdRef, 6, "BODY-009", body(&[0x12, 2, 6, 6, 0x52, 2, 1, 0])),
        (Code::IdRef, 6, "BODY-010", body(&[0x12, 2, 6, 6, 0x62, 2, 1, 0])),
        (Code::SequenceDelta, 7, "BODY-011", body(&[0x12, 2, 6, 6, 0x22, 2, 1, 2])),
        (Code::TimeRange, 6, "BODY-012", {
            let back = [0x12, 2, 6, 6, 0x1A, 9, 0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0];
            body(&back)
        }),
        (Code::ParentRange, 6, "BODY-013", body(&[0x12, 2, 6, 6, 0x3A, 2, 100, 0])),
        (Code::PayloadLen, 4, "BODY-014", body(&[0x12, 2, 6, 6, 0x7A, 1, 1])),
        (Code::UnknownCriticalKind, 3, "REC-003", body(&[0x12, 3, 6, 0x80, 0x20])),
        (Code::Payload, 10, "REC-004", body(&[0x12, 2, 6, 6, 0x72, 2, 0, 1, 0x7A, 1, 0x80])),
    ]
}

#[test]
fn every_error_names_code_offset_and_requirement() {
    let mut reached: Vec<Code> = vec![Code::NullValue, Code::TenantMismatch, Code::LocalLimit];
    for (code, offset, requirement, frame) in cases() {
        let error = verdict(&frame, &ReadOptions::default());
        assert_eq!((error.code, error.offset, error.requirement), (code, offset, requirement), "{error}");
        let message = error.to_string();
        assert!(message.contains(code.name()), "{message}");
        assert!(message.contains(&offset.to_string()), "{message}");
        assert!(message.contains(requirement), "{message}");
        reached.push(code);
    }
    let of_a_reader = |code: &Code| matches!(code.offset_base(), OffsetBase::Frame | OffsetBase::Raw);
    for code in Code::ALL.iter().filter(|code| of_a_reader(code)) {
        assert!(reached.contains(code), "{code} is not covered");
    }
}

#[test]
fn null_tenant_and_limits() {
    let frame = prelude(|_| ());
    let mut decoder = Decoder::new();
    let error = decoder.decode_value(None, &ReadOptions::default()).unwrap_err();
    assert_eq!((error.code, error.offset), (Code::NullValue, 0));

    let tenant = |tenant| ReadOptions { tenant: Some(tenant), ..ReadOptions::default() };
    assert!(decoder.decode(&frame, &tenant("acme")).is_ok());
    let error = decoder.decode(&frame, &tenant("acm")).unwrap_err();
    assert_eq!((error.code, error.offset, error.requirement), (Code::TenantMismatch, 64, "META-014"));

    let exact = Limits { max_frame_len: frame.len() as u64, max_raw_len: 12, max_records: 10 };
    let options = |limits| ReadOptions { limits, tenant: None };
    assert!(decoder.decode(&frame, &options(exact)).is_ok());
    let below = [
        (Limits { max_frame_len: frame.len() as u64 - 1, ..exact }, 16, "FRM-001"),
        (Limits { max_raw_len: 11, ..exact }, 20, "FRM-002"),
        (Limits { max_records: 9, ..exact }, 28, "FRM-003"),
    ];
    for (limits, offset, requirement) in below {
        let error = decoder.decode(&frame, &options(limits)).unwrap_err();
        assert_eq!((error.code, error.offset, error.requirement), (Code::LocalLimit, offset, requirement));
    }
}

/// ERR-002: a later byte that fails an earlier check wins.
#[test]
fn each_check_is_completed_before_the_next() {
    // An empty string at 4; after it a field that breaks the wire rules.
    let error = rejected(&body(&[0x12, 2, 6, 6, 0x0A, 0, 0x07]));
    assert_eq!((error.code, error.offset), (Code::BodyWire, 6));
    // A kind of 0 at 2; after it a column that is too short.
    let error = rejected(&body(&[0x12, 2, 0, 6, 0x2A, 1, 9]));
    assert_eq!((error.code, error.offset), (Code::ColumnLen, 4));
    // A node_ref that stands before a thread_ref.
    let error = rejected(&body(&[0x12, 2, 6, 6, 0x32, 2, 9, 0, 0x2A, 2, 0, 9]));
    assert_eq!((error.code, error.offset), (Code::StringRef, 11));
    // 16,385 strings, the first of them empty: the number of them is checked first.
    let many = [vec![0x12, 2, 6, 6, 0x0A, 0], [0x0A, 1, b'a'].repeat(16_384)].concat();
    let error = rejected(&body(&many));
    assert_eq!((error.code, error.offset, error.requirement), (Code::StringTable, 6 + 3 * 16_383, "BODY-001"));
}

#[test]
fn a_bad_record_costs_none_of_its_siblings() {
    // The second of three heartbeats has a payload that is cut inside a tag.
    let frame = with_body(&[0x12, 3, 6, 6, 6, 0x72, 3, 2, 1, 2, 0x7A, 5, 8, 1, 0x80, 8, 2], 3);
    let mut decoder = Decoder::new();
    let batch = decoder.decode(&frame, &ReadOptions::default()).unwrap();
    let verdicts: Vec<_> = batch.records().map(|result| (result.record.sequence, result.error)).collect();
    assert_eq!(verdicts.len(), 3);
    assert_eq!([verdicts[0], verdicts[2]], [(100, None), (102, None)]);
    let error = verdicts[1].1.unwrap();
    assert_eq!((error.code, error.offset), (Code::Payload, 14));
    assert_eq!(decoder.stats().records, 3);
}

#[test]
fn every_truncation_is_an_error_and_the_pieces_do_not_matter() {
    for codec in Codec::ALL {
        let frame = tokens(40, *codec);
        for len in 0..frame.len() {
            let error = rejected(&frame[..len]);
            let code = match len {
                0 => Code::Empty,
                1..64 => Code::ShortPrelude,
                _ => Code::Truncated,
            };
            assert_eq!((error.code, error.offset), (code, len as u64));
            assert_eq!(in_pieces(&frame[..len], 1), Err(error));
            assert_eq!(in_pieces(&frame[..len], 50), Err(error));
        }
        assert_eq!(in_pieces(&frame, 1), Ok(()));
        assert_eq!(in_pieces(&frame, frame.len()), Ok(()));
    }
    for (_, _, _, frame) in cases() {
        let whole = Decoder::new().decode(&frame, &ReadOptions::default()).map(|_| ());
        for piece in [1, 7, 64, 65, 1_000] {
            assert_eq!(in_pieces(&frame, piece), whole);
        }
    }
}

fn in_pieces(message: &[u8], piece: usize) -> Result<(), Error> {
    let mut reader = MessageReader::new(Limits::default());
    for bytes in message.chunks(piece) {
        if let Err(error) = reader.push(bytes) {
            assert_eq!(reader.push(&[]), Err(error));
            assert_eq!(reader.finish(), Err(error));
            return Err(error);
        }
    }
    Decoder::new().decode(reader.finish()?, &ReadOptions::default()).map(|_| ())
}

#[test]
fn every_flipped_bit_of_a_frame_is_noticed() {
    for codec in Codec::ALL {
        let mut frame = tokens(5, *codec);
        for bit in 0..frame.len() * 8 {
            frame[bit / 8] ^= 1 << (bit % 8);
            rejected(&frame);
            frame[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

#[test]
fn a_bad_record_at_each_position_costs_itself_alone() {
    const RECORDS: usize = 9;
    for bad in 0..RECORDS {
        // Heartbeats, each with an interval of 1; the bad one's payload ends inside its value.
        let mut kinds = vec![0x12, RECORDS as u8];
        let mut lens = vec![0x72, RECORDS as u8];
        let mut payloads = Vec::new();
        for record in 0..RECORDS {
            let payload: &[u8] = if record == bad { &[8, 0x80] } else { &[8, 1] };
            kinds.push(6);
            lens.push(payload.len() as u8);
            payloads.extend_from_slice(payload);
        }
        let raw = [kinds, lens, vec![0x7A, payloads.len() as u8], payloads].concat();
        let frame = with_body(&raw, RECORDS as u16);
        let mut decoder = Decoder::new();
        let batch = decoder.decode(&frame, &ReadOptions::default()).unwrap();
        for (record, result) in batch.records().enumerate() {
            assert_eq!(result.record.sequence, 100 + record as u64);
            assert_eq!(result.error.map(|error| error.code), (record == bad).then_some(Code::Payload));
            // What was read of a payload that is not in order is not shown.
            let expected = match record == bad {
                true => Payload::Opaque(&[8, 0x80]),
                false => Payload::Heartbeat(Heartbeat { interval_us: 1 }),
            };
            assert_eq!(result.record.view, expected);
        }
    }
}

#[test]
fn a_bad_header_field_rejects_the_frame() {
    type Change = fn(&mut Prelude);
    let fields: [(Code, Change); 15] = [
        (Code::Version, |prelude| prelude.version = 2),
        (Code::CriticalFlag, |prelude| prelude.critical_flags = 4),
        (Code::Schema, |prelude| prelude.schema = 0),
        (Code::Codec, |prelude| prelude.codec = 9),
        (Code::MetadataLen, |prelude| prelude.metadata_len = 0),
        (Code::BodyLen, |prelude| prelude.body_len = 0),
        (Code::RawLen, |prelude| prelude.raw_len = 0),
        (Code::Count, |prelude| prelude.record_count = 0),
        (Code::SequenceRange, |prelude| prelude.base_sequence = 0),
        (Code::SequenceRange, |prelude| prelude.base_sequence = 1 << 53),
        (Code::Identity, |prelude| prelude.producer_id = [0; 16]),
        (Code::Identity, |prelude| prelude.epoch = 0),
        (Code::Identity, |prelude| prelude.lane = u32::MAX),
        (Code::MetadataCrc, |prelude| prelude.metadata_crc ^= 1),
        (Code::BodyCrc, |prelude| prelude.body_crc ^= 1),
    ];
    for (code, change) in fields {
        assert_eq!(rejected(&prelude(change)).code, code);
    }
}
