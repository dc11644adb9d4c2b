//! Frames, decoded and encoded by the codec.

use dashstream_codec::constants::{MAX_FRAME_LEN, MAX_RAW_LEN, MAX_RECORDS};
use dashstream_codec::json::{batch_from_json, to_json};
use dashstream_codec::{Codec, Decoder, Encoder, EncoderConfig, Error, Limits, MessageReader, ReadOptions};
use serde_json::Value;

use crate::protocol::{Answer, DecodeQuestion, Decoded, Refusal, WriteOptions};

pub(super) fn refused(error: &Error) -> Answer {
    Answer::Refused(Refusal {
        code: error.code.name().to_owned(),
        offset: Some(error.offset),
        released: Some(0),
        message: Some(error.to_string()),
    })
}

fn refused_input(code: &str, message: &dyn std::fmt::Display) -> Answer {
    let message = Some(message.to_string());
    Answer::Refused(Refusal { code: code.to_owned(), message, ..Refusal::default() })
}

pub(super) fn decode(decoder: &mut Decoder, question: &DecodeQuestion) -> Answer {
    let limits = limits(question);
    let options = ReadOptions { limits, tenant: question.tenant.as_deref() };
    let collected = match (&question.frame, &question.pieces) {
        (Some(frame), Some(pieces)) => match collect(frame, pieces, limits) {
            Ok(collected) => Some(collected),
            Err(error) => return refused(&error),
        },
        (frame, _) => frame.clone(),
    };
    match decoder.decode_value(collected.as_deref(), &options) {
        Ok(batch) => Answer::Decoded(Decoded { frame: to_json(&batch), lints: None }),
        Err(error) => refused(&error),
    }
}

/// Feeds the codec's incremental reader.
fn collect(frame: &[u8], pieces: &[u64], limits: Limits) -> Result<Vec<u8>, Error> {
    let mut reader = MessageReader::new(limits);
    for piece in cut(frame, pieces) {
        reader.push(piece)?;
    }
    reader.finish().map(<[u8]>::to_vec)
}

/// The input in pieces of these lengths; the rest is the last piece.
pub(super) fn cut<'b>(mut bytes: &'b [u8], pieces: &[u64]) -> Vec<&'b [u8]> {
    let mut all = Vec::with_capacity(pieces.len() + 1);
    for piece in pieces {
        let len = usize::try_from(*piece).unwrap_or(usize::MAX).min(bytes.len());
        let (first, rest) = bytes.split_at(len);
        all.push(first);
        bytes = rest;
    }
    if !bytes.is_empty() {
        all.push(bytes);
    }
    all
}

fn limits(question: &DecodeQuestion) -> Limits {
    let small = |limit: Option<u64>, most: u32| limit.map_or(most, |limit| u32::try_from(limit).unwrap_or(u32::MAX));
    Limits {
        max_frame_len: question.limits.max_frame_len.unwrap_or(MAX_FRAME_LEN),
        max_raw_len: small(question.limits.max_raw_len, MAX_RAW_LEN),
        max_records: small(question.limits.max_records, MAX_RECORDS),
    }
}

pub(super) fn encode(content: &Value, options: WriteOptions) -> Answer {
    let Some(codec) = u8::try_from(options.codec).ok().and_then(Codec::from_number) else {
        return refused_input("CODEC", &"no such codec");
    };
    let Ok(level) = options.level.map(i32::try_from).transpose() else {
        return refused_input("LEVEL", &"no such level");
    };
    let config = EncoderConfig {
        codec,
        level,
        threshold: options.threshold.map_or(0, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
        max_frame_len: usize::try_from(MAX_FRAME_LEN).unwrap_or(usize::MAX),
        ..EncoderConfig::default()
    };
    let mut encoder = match Encoder::new(config) {
        Ok(encoder) => encoder,
        Err(error) => return refused_input(error.code().name(), &error),
    };
    let batch = match batch_from_json(content) {
        Ok(batch) => batch,
        Err(error) => return refused_input(error.code().name(), &error),
    };
    let mut frame = Vec::new();
    match batch.finish(&mut encoder, &mut frame) {
        Ok(_) => Answer::Encoded(frame),
        Err(error) => refused_input(error.code().name(), &error),
    }
}
