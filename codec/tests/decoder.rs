//! What a decoder and a message reader tell beside the records.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod common;

use common::{assemble, decode, metadata, tokens, with_body};
use dashstream_codec::{
    Code, Codec, Decoder, Error, Limits, MessageReader, Metadata, Prelude, ReadOptions, ReaderStats,
};
use dashstream_proto::v1;
use prost::Message;

#[test]
fn counters_sum_what_was_seen() {
    let frames = [tokens(3, Codec::None), tokens(40, Codec::Lz4)];
    let raw_len = |frame: &[u8]| u64::from(Prelude::read(frame).unwrap().raw_len);
    let mut decoder = Decoder::new();
    let mut expected = ReaderStats::default();
    assert_eq!(decoder.stats(), expected);
    for (frame, records) in frames.iter().zip([3, 40]) {
        decode(&mut decoder, frame).unwrap();
        decode(&mut decoder, &frame[1..]).unwrap_err();
        decoder.decode_value(None, &ReadOptions::default()).unwrap_err();
        expected.frames += 1;
        expected.rejected += 2;
        expected.records += records;
        expected.stored_bytes += frame.len() as u64;
        expected.raw_bytes += raw_len(frame);
        assert_eq!(decoder.stats(), expected);
    }
}

/// FRM-004
#[test]
fn a_message_that_is_not_whole_is_not_handed_out() {
    let frame = tokens(3, Codec::None);
    let mut reader = MessageReader::new(Limits::default());
    for (at, byte) in frame.iter().enumerate() {
        let code = |error: Error| (error.code, error.offset);
        let expected = match at {
            0 => Code::Empty,
            1..64 => Code::ShortPrelude,
            _ => Code::Truncated,
        };
        assert_eq!(reader.finish().map_err(code), Err((expected, at as u64)));
        reader.push(&[*byte]).unwrap();
    }
    assert_eq!(reader.finish(), Ok(&frame[..]));
}

/// WIRE-017: fields that the schema does not have are passed over, whatever their type.
#[test]
fn unknown_fields_of_a_redaction_are_none_of_its_own() {
    // original_body_crc and reason; after each an unknown field of its wire type.
    let redaction = [0x0D, 1, 2, 3, 4, 0x1D, 9, 9, 9, 9, 0x12, 2, b'o', b'k', 0x22, 2, b'n', b'o'];
    let metadata =
        [&metadata().encode_to_vec()[..], &[0x4A, u8::try_from(redaction.len()).unwrap()], &redaction].concat();
    let frame = assemble(&metadata, &[0x12, 1, 6], |_| ());
    let mut decoder = Decoder::new();
    let found = decode(&mut decoder, &frame).unwrap().metadata().redaction().unwrap();
    assert_eq!((found.original_body_crc, found.reason), (0x0403_0201, "ok"));
}

/// The length of 200 bytes in three bytes, of which the first two are a character of UTF-8.
#[test]
fn a_length_in_more_bytes_than_it_needs_is_no_part_of_a_text() {
    let raw =
        [&[0x0A, 0xC8, 0x81, 0x00][..], &[b'a'; 200], &[0x0A, 1, b'b', 0x12, 1, 6, 0x2A, 1, 1, 0x32, 1, 2]].concat();
    let frame = with_body(&raw, 1);
    let mut decoder = Decoder::new();
    let batch = decode(&mut decoder, &frame).unwrap();
    let record = batch.records().next().unwrap().record;
    assert_eq!((record.thread, record.node), (Some(&*"a".repeat(200)), Some("b")));
}

#[test]
fn a_table_is_empty_where_no_string_is() {
    let mut decoder = Decoder::new();
    for (raw, len) in [(&[0x12, 1, 6][..], 0), (&[0x0A, 1, b'a', 0x12, 1, 6], 1)] {
        let frame = with_body(raw, 1);
        let batch = decode(&mut decoder, &frame).unwrap();
        assert_eq!((batch.strings().len(), batch.strings().is_empty()), (len, len == 0));
    }
}

#[test]
fn a_payload_is_read_as_the_message_that_is_asked_for() {
    let frame = tokens(2, Codec::None);
    let mut decoder = Decoder::new();
    for (index, result) in (0..).zip(decode(&mut decoder, &frame).unwrap().records()) {
        let token = result.record.message::<v1::TokenChunk>().unwrap();
        assert_eq!((token.index, token.text), (index, format!("token {index} of many").into_bytes()));
    }
    let broken = dashstream_codec::Record { payload: &[8, 0x80], ..Default::default() };
    assert!(broken.message::<v1::Heartbeat>().is_err());
}

/// The buffers are large, and say nothing.
#[test]
fn a_decoder_is_shown_by_the_size_of_its_buffer() {
    let frame = tokens(40, Codec::Zstd);
    let mut decoder = Decoder::new();
    let raw_len = decode(&mut decoder, &frame).unwrap().prelude().raw_len;
    let shown = format!("{decoder:?}");
    assert!(shown.contains(&format!("Decompressor {{ buffer: {raw_len}, .. }}")), "{shown}");
}

/// DLQ-002
#[test]
fn metadata_of_a_rejected_frame_is_read_where_it_can_be_believed() {
    let frame = tokens(3, Codec::Zstd);
    let body = usize::try_from(Prelude::read(&frame).unwrap().body_offset()).unwrap();
    for at in 0..frame.len() {
        let mut damaged = frame.clone();
        damaged[at] ^= 0x20;
        assert!(decode(&mut Decoder::new(), &damaged).is_err(), "byte {at}");
        let tenant = Metadata::of_rejected(&damaged).map(|metadata| metadata.tenant());
        assert_eq!(tenant, (at >= body).then_some("acme"), "byte {at}");
        // As much as is there of the body does not matter.
        let cut = Metadata::of_rejected(&frame[..at]).map(|metadata| metadata.tenant());
        assert_eq!(cut, (at >= body).then_some("acme"), "{at} bytes");
    }
    assert_eq!(Metadata::of_rejected(&[&frame[..], &[0]].concat()).unwrap().boot_nonce(), [0xB0; 8]);
    let sealed = |change: fn(&mut Prelude)| {
        let mut prelude = Prelude::read(&frame).unwrap();
        change(&mut prelude);
        [&prelude.to_bytes()[..], &frame[64..]].concat()
    };
    for (change, believed) in [
        ((|prelude| prelude.version = 2) as fn(&mut Prelude), false),
        (|prelude| prelude.critical_flags = 1, false),
        (|prelude| prelude.metadata_len = 0, false),
        (|prelude| prelude.metadata_len = 1, false),
        (|prelude| prelude.metadata_crc ^= 1, false),
        (|prelude| prelude.body_len = 0, false),
        (|prelude| prelude.schema = 9, true),
        (|prelude| prelude.codec = 9, true),
        (|prelude| prelude.epoch = 0, true),
    ] {
        let frame = sealed(change);
        assert!(decode(&mut Decoder::new(), &frame).is_err());
        assert_eq!(Metadata::of_rejected(&frame).is_some(), believed, "{:?}", Prelude::read(&frame));
    }
    // Whole, and not what metadata have to be.
    let without_tenant = v1::Metadata { tenant: String::new(), ..metadata() };
    let whole = assemble(&without_tenant.encode_to_vec(), b"no body", |_| {});
    assert!(Metadata::of_rejected(&whole).is_none());
}
