//! Reference codec of DashStream frames.
//!
//! A frame is one batch of records. [`BatchBuilder`] and [`Encoder`] make frames, [`Decoder`] reads
//! them, [`Frame`] is what a forwarder needs, and [`MessageReader`] collects a frame that arrives in
//! pieces. A record borrows from its frame; [`owned`] has what does not. [`FlushPolicy`] says when a batch is to be sealed.
//! The codec does no I/O, has no clock and no threads: bytes go in, and records or one of the
//! codes of `spec/registry/errors.toml` come out. The rules are in `spec/`; their ids stand above the
//! branches that enforce them.
//!
//! ```
//! use dashstream_codec::{BatchBuilder, Decoder, Encoder, EncoderConfig, FrameHeader, ReadOptions, RecordInput};
//! use dashstream_proto::{kinds, v1};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let header = FrameHeader { producer_id: [7; 16], epoch: 1, lane: 0, base_sequence: 1, ancillary_flags: None };
//! let metadata = v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..Default::default() };
//! let mut batch = BatchBuilder::new(header, &metadata)?;
//! let token = v1::TokenChunk { text: b"Hello".into(), ..Default::default() };
//! batch.push_message(RecordInput { kind: kinds::TOKEN_CHUNK, thread: Some("t-1"), ..Default::default() }, &token)?;
//! let mut frame = Vec::new();
//! batch.finish(&mut Encoder::new(EncoderConfig::default())?, &mut frame)?;
//!
//! let mut decoder = Decoder::new();
//! for result in decoder.decode(&frame, &ReadOptions::default())?.records() {
//!     let record = result.accepted()?;
//!     assert_eq!((record.sequence, record.thread), (1, Some("t-1")));
//!     assert_eq!(record.message::<v1::TokenChunk>()?.text, b"Hello");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! `zstd` and `lz4` (both on by default) build the codecs in; without one, its frames are CODEC errors.
//! `json` adds the JSON form of `spec/json.md`.

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
    BatchBuilder, EncodeError, Encoder, EncoderConfig, FlushPolicy, FlushReason, FrameHeader, FrameInfo, RecordInput,
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
