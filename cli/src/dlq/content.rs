//! What the message of a letter holds, as far as it can be read.

use dashstream_codec::json::to_json;
use dashstream_codec::{Decoder, Error, Frame, OffsetBase, ReadOptions};
use dashstream_stream::deadletter::{Letter, Stage};
use serde_json::Value;

use crate::inspect::unpack::unpack;

/// Bytes that are shown before the offset of an error, and behind it.
const AROUND: usize = 32;

/// What a message holds.
pub(super) enum Content {
    /// A frame, in its JSON form.
    Frame(Value),
    /// What is no frame, or no accepted one.
    Other {
        /// What the reader says of it.
        error: Option<Error>,
        /// Bytes of it.
        window: Window,
    },
}

/// Bytes around an offset.
pub(super) struct Window {
    /// What the offsets count from.
    pub(super) base: &'static str,
    /// The offset of the first one.
    pub(super) start: usize,
    pub(super) bytes: Vec<u8>,
    /// How many there are in all.
    pub(super) len: usize,
}

impl Content {
    /// Of the message of a letter.
    pub(super) fn of(letter: &Letter) -> Self {
        let value = letter.message.value.as_deref();
        let bytes = value.unwrap_or_default();
        if letter.failure.stage == Stage::Damage {
            return Self::Other { error: None, window: Window::around("bytes", bytes, 0) };
        }
        match Decoder::new().decode_value(value, &ReadOptions::default()) {
            Ok(batch) => Self::Frame(to_json(&batch)),
            Err(error) => Self::Other { error: Some(error), window: window(bytes, error) },
        }
    }
}

fn window(frame: &[u8], error: Error) -> Window {
    let offset = usize::try_from(error.offset).unwrap_or(usize::MAX);
    match (error.code.offset_base(), body(frame)) {
        (OffsetBase::Raw, Some(body)) => Window::around("body", &body, offset),
        (OffsetBase::Raw, None) => Window::around("frame", frame, 0),
        _ => Window::around("frame", frame, offset),
    }
}

/// The body behind a stored body whose CRC is good.
fn body(frame: &[u8]) -> Option<Vec<u8>> {
    let frame = Frame::parse(frame, &ReadOptions::default()).ok()?;
    let raw_len = usize::try_from(frame.prelude().raw_len).ok()?;
    unpack(frame.prelude().codec, frame.stored_body(), raw_len)
}

impl Window {
    fn around(base: &'static str, bytes: &[u8], offset: usize) -> Self {
        let (start, end) =
            (offset.min(bytes.len()).saturating_sub(AROUND), offset.saturating_add(AROUND).min(bytes.len()));
        let bytes_there = bytes.get(start..end).unwrap_or_default().to_vec();
        Self { base, start, bytes: bytes_there, len: bytes.len() }
    }
}
