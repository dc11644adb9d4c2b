//! Encoding a frame: `spec/writing.md`.

mod builder;
mod closed;
mod column;
mod columns;
mod contexts;
mod encoder;
mod error;
mod flush;
mod ground;
mod ids;
mod input;
mod push;
pub(crate) mod put;
mod recent;
mod row;
mod seal;
mod strings;

pub(crate) use strings::StringTable;

pub use builder::BatchBuilder;
pub use closed::ClosedBatch;
pub use encoder::{Encoder, EncoderConfig};
pub use error::EncodeError;
pub use flush::{FlushPolicy, FlushReason};
pub use input::{FrameHeader, FrameInfo, RecordInput};
