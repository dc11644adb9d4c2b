//! Reference codec of DashStream frames.
//!
//! A frame is one batch of records. [`BatchBuilder`] and [`Encoder`] make frames, [`Decoder`] reads
//! them, [`Frame`] is what a forwarder needs, and [`MessageReader`] collects a frame that arrives in
//! pieces. The codec does no I/O, has no clock and no threads: bytes go in, and records or one of the
//! codes of `spec/registry/errors.toml` come out. The rules are in `spec/`; their ids stand above the
//! branches that enforce them.
//!
//! Payloads are read where they lie, as the messages of [`view`], and written from the same
//! ([`BatchBuilder::push_view`]); [`owned`] has their twins that borrow nothing. [`Records::advance`] goes
//! through records without a copy, [`Columns`] reads a frame by columns, and [`FlushPolicy`] says when a
//! batch is full. [`file`](mod@file) has files of frames, [`ledger`] what was lost.
//!
//! ```
//! use dashstream_codec::view::{Payload, TokenChunk};
//! use dashstream_codec::{BatchBuilder, Decoder, Encoder, EncoderConfig, FrameHeader, ReadOptions, RecordInput};
//! use dashstream_proto::v1;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let header = FrameHeader { producer_id: [7; 16], epoch: 1, lane: 0, base_sequence: 1, ancillary_flags: None };
//! let metadata = v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..Default::default() };
//! let mut batch = BatchBuilder::new(header, &metadata)?;
//! let token = TokenChunk { text: b"Hello", ..Default::default() };
//! batch.push_view(RecordInput { thread: Some("t-1"), ..Default::default() }, &token)?;
//! let mut frame = Vec::new();
//! batch.finish(&mut Encoder::new(EncoderConfig::default())?, &mut frame)?;
//!
//! let mut decoder = Decoder::new();
//! let decoded = decoder.decode(&frame, &ReadOptions::default())?;
//! let mut records = decoded.records();
//! while let Some(result) = records.advance() {
//!     let record = result.accepted()?;
//!     assert_eq!((record.sequence, record.thread), (1, Some("t-1")));
//!     let Payload::TokenChunk(token) = &record.view else { continue };
//!     assert_eq!(token.text, b"Hello");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! `zstd` and `lz4` (both on by default) build the codecs in; without one, its frames are CODEC errors.
//! `json` adds the JSON form of `spec/json.md`; `laws` the laws that hold for every input, for tests and fuzz targets.

// What serves codecs has nothing to do in a build without them.
#![cfg_attr(
    not(any(feature = "zstd", feature = "lz4")),
    allow(dead_code, unused_variables, unreachable_code, reason = "there is no codec but none")
)]

mod batch;
mod body;
mod codecs;
mod columns;
pub mod constants;
mod crc;
mod decode;
mod encode;
mod error;
pub mod file;
mod frame;
#[cfg(feature = "json")]
pub mod json;
#[cfg(feature = "laws")]
pub mod laws;
pub mod ledger;
mod limits;
mod message;
mod metadata;
pub mod owned;
mod packed;
mod payload;
mod prelude;
mod reader;
mod record;
mod strings;
pub mod view;
mod wire;

pub use batch::{Batch, Records};
pub use codecs::Codec;
pub use columns::Columns;
pub use crc::crc32c;
pub use decode::{Decoder, ReaderStats};
pub use encode::{
    BatchBuilder, ClosedBatch, EncodeError, Encoder, EncoderConfig, FlushPolicy, FlushReason, FrameHeader, FrameInfo,
    RecordInput,
};
pub use error::{Class, Code, Error, OffsetBase, Scope};
pub use frame::Frame;
pub use limits::{Limits, ReadOptions};
pub use message::MessageReader;
pub use metadata::{Context, Metadata, Redaction};
pub use prelude::Prelude;
pub use record::{Record, RecordResult};
pub use strings::Strings;

/// The Rust of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
