//! Encoding a frame: `spec/writing.md`.

mod builder;
mod columns;
mod encoder;
mod error;
mod flush;
mod intern;
pub(crate) mod put;

pub(crate) use intern::StringTable;

pub use builder::{BatchBuilder, FrameHeader, FrameInfo, RecordInput};
pub use encoder::{Encoder, EncoderConfig};
pub use error::EncodeError;
pub use flush::{FlushPolicy, FlushReason};
