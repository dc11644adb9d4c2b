//! Records and payload messages that borrow nothing, so that they outlive their frame and may go to another thread.
//!
//! Each view has a twin here of the same name: `to_owned` of the view makes it, and `as_view` of the twin lends the view
//! again, to be written or looked at. A text that was a ref in the frame is a [`String`] of its own. What a view does not
//! show, fields that this codec does not know, is not kept: whoever passes frames on keeps the frame (FRM-010).
//!
//! A frame has each string once, however many records refer to it, and here each has a copy. A hostile frame refers to its
//! longest string, of 1,024 bytes, once for each byte that it has left: of a frame from strangers keep what you need, or
//! ask for little with [`Limits::max_raw_len`](crate::Limits::max_raw_len).
//!
//! ```
//! use dashstream_codec::owned::{self, Payload};
//! use dashstream_codec::{BatchBuilder, Decoder, Encoder, EncoderConfig, FrameHeader, ReadOptions, RecordInput, view};
//! use dashstream_proto::v1;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let header = FrameHeader { producer_id: [7; 16], epoch: 1, lane: 0, base_sequence: 1, ancillary_flags: None };
//! # let metadata = v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..Default::default() };
//! let mut batch = BatchBuilder::new(header, &metadata)?;
//! let mut encoder = Encoder::new(EncoderConfig::default())?;
//! let call = view::ToolCall { tool: Some("search"), arguments: r#"{"key": "secret"}"#, ..Default::default() };
//! batch.push_payload(RecordInput::default(), &call.into())?;
//! let mut frame = Vec::new();
//! batch.finish(&mut encoder, &mut frame)?;
//!
//! // Read and keep.
//! let mut decoder = Decoder::new();
//! let batch = decoder.decode(&frame, &ReadOptions::default())?;
//! let mut records: Vec<owned::Record> =
//!     batch.records().map(|result| Ok(result.accepted()?.to_owned())).collect::<Result<_, dashstream_codec::Error>>()?;
//! drop(frame);
//!
//! // Change.
//! for record in &mut records {
//!     if let Payload::ToolCall(call) = &mut record.payload {
//!         call.arguments = "{}".to_owned();
//!     }
//! }
//!
//! // Write again.
//! let mut batch = BatchBuilder::new(header, &metadata)?;
//! for record in &records {
//!     batch.push_payload(record.as_input(), &record.payload.as_view())?;
//! }
//! # let mut frame = Vec::new();
//! # batch.finish(&mut encoder, &mut frame)?;
//! # let batch = decoder.decode(&frame, &ReadOptions::default())?;
//! # let result = batch.records().next().ok_or("no record")?;
//! # let record = result.accepted()?;
//! # Ok(())
//! # }
//! ```

mod keep;
mod payload;
mod record;
#[cfg(test)]
mod tests;
mod twin;

/// The messages, under the names of their views.
pub(crate) use crate::view::messages::owned as messages;

pub use keep::Keep;
pub use messages::*;
pub use payload::Payload;
pub use record::Record;

pub(crate) use keep::Lend;
pub(crate) use twin::twin;
