//! What a decoder and a message reader tell beside the records.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod common;

use common::{assemble, decode, metadata, tokens};
use dashstream_codec::{Code, Codec, Decoder, Error, Limits, MessageReader, Prelude, ReadOptions, ReaderStats};
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
