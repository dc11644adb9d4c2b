//! Encoding a frame: `spec/writing.md`.

mod builder;
mod columns;
mod encoder;
mod error;
mod ids;
pub(crate) mod put;
mod recent;
mod strings;

pub(crate) use strings::StringTable;

pub use builder::{BatchBuilder, FrameHeader, FrameInfo, RecordInput};
pub use encoder::{Encoder, EncoderConfig};
pub use error::EncodeError;
