//! What a writer emits and refuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by a panic"
)]

mod common;

use common::{HEADER, builder, decode, encoder, metadata, push_token, tokens};
use dashstream_codec::view::Payload;
use dashstream_codec::{
    BatchBuilder, Code, Codec, Decoder, EncodeError, Encoder, EncoderConfig, Frame, FrameHeader, Prelude, ReadOptions,
    RecordInput,
};
use dashstream_proto::{kinds, v1};
use prost::Message;

fn config(codec: Codec, level: Option<i32>) -> EncoderConfig {
    EncoderConfig { codec, level, max_frame_len: usize::MAX, ..EncoderConfig::default() }
}

fn seal(batch: &BatchBuilder, config: EncoderConfig) -> Prelude {
    let mut frame = Vec::new();
    let info = batch.finish(&mut Encoder::new(config).unwrap(), &mut frame).unwrap();
    decode(&mut Decoder::new(), &frame).unwrap();
    info.prelude
}

fn thousand() -> BatchBuilder {
    let mut batch = builder();
    (0..1_000).for_each(|index| push_token(&mut batch, index));
    batch
}

#[test]
fn codec_level_and_threshold_are_the_writers_choice() {
    let batch = thousand();
    let raw_len = seal(&batch, config(Codec::None, None)).raw_len as usize;
    let levels = [(Codec::Zstd, vec![None, Some(1), Some(3), Some(19), Some(22)]), (Codec::Lz4, vec![None, Some(1)])];
    for (codec, levels) in levels {
        for level in levels {
            let stored = |threshold| seal(&batch, EncoderConfig { threshold, ..config(codec, level) }).codec;
            assert_eq!(stored(0), codec.number());
            assert_eq!(stored(raw_len - 1), codec.number());
            assert_eq!(stored(raw_len), codec.number());
            assert_eq!(stored(raw_len + 1), Codec::None.number());
        }
    }
    let body_len = |level| seal(&batch, config(Codec::Zstd, Some(level))).body_len;
    assert!(body_len(19) < body_len(1));
}

#[test]
fn a_body_that_does_not_shrink_is_stored_as_it_is() {
    // Every byte value once, in an opaque payload.
    let payload: Vec<u8> = (0..=255).collect();
    let mut batch = builder();
    batch
        .push(RecordInput { kind: 4_097, payload: &payload, time_us: metadata().base_time_us, ..Default::default() })
        .unwrap();
    for codec in Codec::ALL {
        assert_eq!(seal(&batch, config(*codec, None)).codec, Codec::None.number());
    }
}

#[test]
fn a_level_outside_its_range_is_refused_and_the_range_named() {
    let bad =
        [(Codec::Zstd, 0), (Codec::Zstd, 23), (Codec::Zstd, -1), (Codec::Lz4, 0), (Codec::Lz4, 2), (Codec::None, 1)];
    for (codec, level) in bad {
        let error = Encoder::new(config(codec, Some(level))).unwrap_err();
        assert_eq!(error, EncodeError::Level { codec, level });
        assert_eq!(error.code(), Code::Level);
        let message = error.to_string();
        let range = codec.levels().map_or("no levels".to_owned(), |(min, max)| format!("levels {min} to {max}"));
        assert!(message.contains("LEVEL") && message.contains(&range), "{message}");
    }
}

#[test]
fn the_largest_bodies_fit_every_codec() {
    let mut batch = builder();
    // 8 MiB in which every 64 KiB repeat, so that the level with the largest window does not take long.
    let mut state = 1_u32;
    let page: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + (state >> 28) as u8
    })
    .take(65_536)
    .collect();
    let mut text = page.repeat(128);
    text.truncate(8_388_608 - 15);
    let time_us = metadata().base_time_us;
    batch.push(RecordInput { kind: 4_097, payload: &text, time_us, ..Default::default() }).unwrap();
    for (codec, level) in [(Codec::None, None), (Codec::Lz4, None), (Codec::Zstd, Some(1)), (Codec::Zstd, Some(22))] {
        assert_eq!(seal(&batch, config(codec, level)).raw_len, 8_388_608);
    }
    batch.push(RecordInput { kind: 4_097, payload: &text[..15], time_us, ..Default::default() }).unwrap();
    let error = batch.finish(&mut encoder(Codec::None), &mut Vec::new()).unwrap_err();
    assert_eq!(error.code(), Code::RawLen);
}

#[test]
fn the_default_limit_fits_a_stock_broker() {
    let limit = EncoderConfig::default().max_frame_len;
    assert_eq!(limit, 1_000_000);
    let frame_of = |payload: usize, max_frame_len| {
        let mut batch = builder();
        let payload = vec![1; payload];
        let time_us = metadata().base_time_us;
        batch.push(RecordInput { kind: 4_097, payload: &payload, time_us, ..Default::default() }).unwrap();
        let config = EncoderConfig { max_frame_len, ..EncoderConfig::default() };
        let mut frame = b"kept".to_vec();
        let sealed = batch.finish(&mut Encoder::new(config).unwrap(), &mut frame).map(|info| info.frame_len);
        assert_eq!(frame.len(), 4 + sealed.unwrap_or(0));
        sealed
    };
    let overhead = frame_of(900_000, limit).unwrap() - 900_000;
    assert_eq!(frame_of(limit - overhead, limit), Ok(limit));
    let over = EncodeError::FrameLen { len: 1_000_001, max: 1_000_000 };
    assert_eq!(frame_of(limit - overhead + 1, limit), Err(over));
    assert_eq!(over.code(), Code::LocalLimit);
    assert_eq!(over.to_string(), "LOCAL_LIMIT: the frame would have 1000001 bytes, 1000000 are allowed");
    assert_eq!(frame_of(limit - overhead + 1, limit + 1), Ok(limit + 1));
}

#[test]
fn a_forwarded_frame_keeps_its_bytes() {
    // With fields that no reader knows, in metadata and body.
    let metadata = [&metadata().encode_to_vec()[..], &[0xF8, 0x07, 0x01]].concat();
    let body = [0x12, 0x02, 0x06, 0x06, 0xF8, 0x07, 0x01];
    let frame = common::assemble(&metadata, &body, |prelude| {
        prelude.record_count = 2;
        prelude.ancillary_flags = 0x55;
    });
    let parsed = Frame::parse(&frame, &ReadOptions::default()).unwrap();
    assert_eq!(parsed.bytes(), frame);
    assert_eq!(parsed.metadata().bytes(), metadata);
    assert_eq!(parsed.stored_body(), body);
    let mut decoder = Decoder::new();
    let batch = decode(&mut decoder, &frame).unwrap();
    assert_eq!(batch.frame().bytes(), frame);
    assert_eq!(batch.raw_body(), body);
    assert!(batch.records().all(|result| result.error.is_none()));
    for codec in Codec::ALL {
        let frame = tokens(20, *codec);
        assert_eq!(Frame::parse(&frame, &ReadOptions::default()).unwrap().bytes(), frame);
    }
}

#[test]
fn grease_varies() {
    let mut batch = BatchBuilder::new(FrameHeader { ancillary_flags: None, ..HEADER }, &metadata()).unwrap();
    push_token(&mut batch, 0);
    let mut encoder = Encoder::new(EncoderConfig { grease: 42, ..EncoderConfig::default() }).unwrap();
    let mut greased = 0;
    for _ in 0..100 {
        let flags = batch.finish(&mut encoder, &mut Vec::new()).unwrap().prelude.ancillary_flags;
        assert_eq!(flags & 0x7F, 0);
        greased += u32::from(flags >> 7);
    }
    assert!((20..80).contains(&greased), "{greased}");

    // Bits that are not assigned are written 0, whoever asks for them.
    let mut batch = BatchBuilder::new(FrameHeader { ancillary_flags: Some(0xFF), ..HEADER }, &metadata()).unwrap();
    push_token(&mut batch, 0);
    assert_eq!(batch.finish(&mut encoder, &mut Vec::new()).unwrap().prelude.ancillary_flags, 0x80);
}

fn refused(record: RecordInput<'_>) -> Code {
    let mut batch = builder();
    let heartbeat = RecordInput { kind: kinds::HEARTBEAT, time_us: 5, ..RecordInput::default() };
    batch.push(heartbeat).unwrap();
    let code = batch.push(record).unwrap_err().code();
    assert_eq!(batch.len(), 1);
    code
}

#[test]
fn what_no_valid_frame_can_hold_is_refused() {
    let good = RecordInput { kind: kinds::HEARTBEAT, time_us: 5, ..RecordInput::default() };
    let long = "a".repeat(1_025);
    let cases = [
        (RecordInput { kind: 0, ..good }, Code::KindZero),
        (RecordInput { kind: 4_096, ..good }, Code::UnknownCriticalKind),
        (RecordInput { payload: &[0x80], ..good }, Code::Payload),
        (RecordInput { kind: kinds::EPOCH_START, ..good }, Code::Payload),
        (RecordInput { kind: kinds::REDACTED, ..good }, Code::Payload),
        (RecordInput { sequence: Some(100), ..good }, Code::Input),
        (RecordInput { sequence: Some(99), ..good }, Code::Input),
        (RecordInput { sequence: Some(100 + 65_535), ..good }, Code::SequenceDelta),
        (RecordInput { parent: Some(101), ..good }, Code::Input),
        (RecordInput { parent: Some(0), ..good }, Code::ParentRange),
        (RecordInput { time_us: 1 << 53, ..good }, Code::TimeRange),
        (RecordInput { time_us: u64::MAX, ..good }, Code::TimeRange),
        (RecordInput { thread: Some(""), ..good }, Code::StringTable),
        (RecordInput { task: Some(&long), ..good }, Code::StringTable),
        (RecordInput { trace_id: Some([0; 16]), ..good }, Code::IdTable),
        (RecordInput { span_id: Some([0; 8]), ..good }, Code::IdTable),
    ];
    for (record, code) in cases {
        assert_eq!(refused(record), code, "{record:?}");
    }
}

#[test]
fn a_sequence_number_past_the_range_is_refused_when_the_batch_is_sealed() {
    let mut batch = builder();
    let hole = RecordInput { kind: kinds::HEARTBEAT, sequence: Some(101), ..RecordInput::default() };
    batch.push(hole).unwrap();
    let sealed = batch.finish(&mut encoder(Codec::None), &mut Vec::new());
    assert_eq!(sealed.unwrap_err().code(), Code::SequenceDelta);
    // With a declared drop the same record is in order.
    let drops = v1::Metadata { drop_reason: vec![1], drop_reason_count: vec![1], dropped_total: 1, ..metadata() };
    batch.restart(HEADER, &drops).unwrap();
    batch.push(hole).unwrap();
    assert_eq!(batch.finish(&mut encoder(Codec::None), &mut Vec::new()).unwrap().prelude.drop_count, 1);
}

#[test]
fn headers_and_metadata_are_checked() {
    let code = |header, metadata: &v1::Metadata| BatchBuilder::new(header, metadata).unwrap_err().code();
    let good = metadata();
    assert_eq!(code(FrameHeader { producer_id: [0; 16], ..HEADER }, &good), Code::Identity);
    assert_eq!(code(FrameHeader { epoch: 0, ..HEADER }, &good), Code::Identity);
    assert_eq!(code(FrameHeader { lane: 1 << 31, ..HEADER }, &good), Code::Identity);
    assert_eq!(code(FrameHeader { base_sequence: 0, ..HEADER }, &good), Code::SequenceRange);
    assert_eq!(code(HEADER, &v1::Metadata { tenant: String::new(), ..metadata() }), Code::MetadataField);
    assert_eq!(code(HEADER, &v1::Metadata { base_time_us: 1 << 53, ..metadata() }), Code::MetadataWire);
    assert_eq!(code(HEADER, &v1::Metadata { tenant: "a".repeat(16_384), ..metadata() }), Code::MetadataLen);
    let drops = v1::Metadata { drop_reason: vec![1], drop_reason_count: vec![65_536], ..metadata() };
    assert_eq!(code(HEADER, &drops), Code::MetadataField);

    let empty = builder().finish(&mut encoder(Codec::None), &mut Vec::new()).unwrap_err();
    assert_eq!(empty.code(), Code::Count);
    let last = FrameHeader { base_sequence: (1 << 53) - 1, ..HEADER };
    let mut batch = BatchBuilder::new(last, &good).unwrap();
    push_token(&mut batch, 0);
    assert!(batch.finish(&mut encoder(Codec::None), &mut Vec::new()).is_ok());
    push_token(&mut batch, 1);
    let error = batch.finish(&mut encoder(Codec::None), &mut Vec::new()).unwrap_err();
    assert_eq!(error.code(), Code::SequenceRange);
}

#[test]
fn a_trace_of_the_metadata_cannot_be_left_out() {
    let traced = v1::Metadata { trace_id: vec![9; 16], ..metadata() };
    let mut batch = BatchBuilder::new(HEADER, &traced).unwrap();
    let record = RecordInput { kind: kinds::HEARTBEAT, time_us: 1, ..RecordInput::default() };
    assert_eq!(batch.push(record).unwrap_err().code(), Code::Input);
    batch.push(RecordInput { trace_id: Some([9; 16]), ..record }).unwrap();
    let raw_len = seal(&batch, config(Codec::None, None)).raw_len;
    batch.push(RecordInput { trace_id: Some([8; 16]), ..record }).unwrap();
    // The first record needs no id; the second needs one, and a column of refs.
    assert!(seal(&batch, config(Codec::None, None)).raw_len > raw_len + 16);
}

#[test]
fn a_frame_holds_65_535_records_and_no_more() {
    let mut batch = builder();
    let record = RecordInput { kind: kinds::HEARTBEAT, time_us: metadata().base_time_us, ..RecordInput::default() };
    for _ in 0..65_535 {
        batch.push(record).unwrap();
    }
    assert_eq!(batch.push(record).unwrap_err().code(), Code::Count);
    let prelude = seal(&batch, config(Codec::Zstd, None));
    assert_eq!((prelude.record_count, prelude.raw_len), (65_535, 65_539));
}

#[test]
fn opaque_bytes_are_judged_by_their_kind() {
    let mut batch = builder();
    let time_us = metadata().base_time_us;
    let token = RecordInput { kind: kinds::TOKEN_CHUNK, time_us, ..Default::default() };
    // A field number of 0; and a ref past the string table.
    for bytes in [&[0x00, 0x00][..], &[0x08, 0x01]] {
        let error = batch.push_payload(token, &Payload::Opaque(bytes)).unwrap_err();
        assert_eq!(error.code(), Code::Payload);
    }
    assert!(batch.is_empty());
    batch.push_payload(token, &Payload::Opaque(&[0x20, 0x07])).unwrap();
    let beat = RecordInput { kind: kinds::HEARTBEAT, ..token };
    batch.push_payload(beat, &Payload::Opaque(&[])).unwrap();
    batch.push_payload(RecordInput { kind: 4_097, ..token }, &Payload::Opaque(&[0x00])).unwrap();
    let mut frame = Vec::new();
    batch.finish(&mut encoder(Codec::None), &mut frame).unwrap();
    let mut decoder = Decoder::new();
    assert!(decode(&mut decoder, &frame).unwrap().records().all(|result| result.error.is_none()));
}
