//! Frames for tests: made by the encoder, or put together byte by byte.
#![allow(dead_code, unused_imports, reason = "each test binary uses a part")]

mod cases;

pub(crate) use cases::cases;

use dashstream_codec::{
    Batch, BatchBuilder, Codec, Decoder, Encoder, EncoderConfig, Error, FrameHeader, Prelude, ReadOptions, RecordInput,
    crc32c,
};
use dashstream_proto::{kinds, v1};
use prost::Message;

pub(crate) const HEADER: FrameHeader =
    FrameHeader { producer_id: [0xA7; 16], epoch: 3, lane: 5, base_sequence: 100, ancillary_flags: Some(0) };

pub(crate) fn metadata() -> v1::Metadata {
    v1::Metadata {
        tenant: "acme".into(),
        boot_nonce: vec![0xB0; 8],
        base_time_us: 1_700_000_000_000_000,
        ..Default::default()
    }
}

pub(crate) fn builder() -> BatchBuilder {
    BatchBuilder::new(HEADER, &metadata()).unwrap()
}

pub(crate) fn encoder(codec: Codec) -> Encoder {
    Encoder::new(EncoderConfig { codec, max_frame_len: usize::MAX, ..EncoderConfig::default() }).unwrap()
}

/// A record of a token, `index` giving its text.
pub(crate) fn push_token(batch: &mut BatchBuilder, index: u32) {
    let model_ref = batch.intern("a model").unwrap();
    let text = format!("token {} of many", index % 97).into_bytes();
    let token = v1::TokenChunk { model_ref, index, text, ..Default::default() };
    let record = RecordInput {
        kind: kinds::TOKEN_CHUNK,
        time_us: 1_700_000_000_000_000 + u64::from(index) * 1_000,
        thread: Some("thread"),
        node: Some(if index.is_multiple_of(2) { "even" } else { "odd" }),
        ..RecordInput::default()
    };
    batch.push_message(record, &token).unwrap();
}

/// A frame of `count` tokens.
pub(crate) fn tokens(count: u32, codec: Codec) -> Vec<u8> {
    let mut batch = builder();
    (0..count).for_each(|index| push_token(&mut batch, index));
    let mut frame = Vec::new();
    batch.finish(&mut encoder(codec), &mut frame).unwrap();
    frame
}

/// A frame of any parts, with the lengths and CRCs that they have. `change` sees the prelude before its
/// CRC is computed.
pub(crate) fn assemble(metadata: &[u8], stored: &[u8], change: impl FnOnce(&mut Prelude)) -> Vec<u8> {
    let mut prelude = Prelude {
        version: 1,
        critical_flags: 0,
        ancillary_flags: 0,
        prelude_crc: 0,
        metadata_crc: crc32c(metadata),
        body_crc: crc32c(stored),
        body_len: u32::try_from(stored.len()).unwrap(),
        raw_len: u32::try_from(stored.len()).unwrap(),
        metadata_len: u16::try_from(metadata.len()).unwrap(),
        codec: 0,
        schema: 1,
        record_count: 1,
        drop_count: 0,
        producer_id: HEADER.producer_id,
        base_sequence: HEADER.base_sequence,
        epoch: HEADER.epoch,
        lane: HEADER.lane,
    };
    change(&mut prelude);
    [&prelude.to_bytes()[..], metadata, stored].concat()
}

/// A frame with a good metadata and this body, codec none.
pub(crate) fn with_body(raw: &[u8], records: u16) -> Vec<u8> {
    assemble(&metadata().encode_to_vec(), raw, |prelude| prelude.record_count = records)
}

pub(crate) fn decode<'b>(decoder: &'b mut Decoder, frame: &'b [u8]) -> Result<Batch<'b>, Error> {
    decoder.decode(frame, &ReadOptions::default())
}

/// The error that a whole frame is rejected with.
pub(crate) fn rejected(frame: &[u8]) -> Error {
    decode(&mut Decoder::new(), frame).expect_err("the frame was accepted")
}
