//! Decoding a whole frame.

use crate::batch::Batch;
use crate::body::Body;
use crate::codecs::Decompressor;
use crate::error::{Code, Error};
use crate::frame::Frame;
use crate::limits::ReadOptions;

/// Decodes frames one after another. It keeps its decompression context and buffers between frames.
#[derive(Debug, Default)]
pub struct Decoder {
    scratch: Scratch,
    stats: ReaderStats,
}

/// What is kept between frames.
#[derive(Debug, Default)]
struct Scratch {
    decompressor: Decompressor,
    /// Index of a large string table.
    starts: Vec<u32>,
    /// Strings in the table of the frame before: the next one has as many, more often than not.
    strings: usize,
}

/// What a [`Decoder`] has seen since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReaderStats {
    /// Frames that passed every check.
    pub frames: u64,
    /// Inputs that failed a check.
    pub rejected: u64,
    /// Records in the frames that passed.
    pub records: u64,
    /// Bytes of the frames that passed.
    pub stored_bytes: u64,
    /// Bytes of their bodies after decompression.
    pub raw_bytes: u64,
}

impl Decoder {
    /// A decoder with nothing allocated yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes the one frame that `bytes` are.
    ///
    /// # Errors
    ///
    /// The first failing check from EMPTY to PAYLOAD_LEN. Errors of single records are told by
    /// [`Batch::records`].
    pub fn decode<'b>(&'b mut self, bytes: &'b [u8], options: &ReadOptions<'_>) -> Result<Batch<'b>, Error> {
        let Self { scratch, stats } = self;
        let outcome = scratch.decode(bytes, options);
        stats.count(bytes, &outcome);
        outcome
    }

    /// As [`Decoder::decode`], for a message value that may be null.
    ///
    /// # Errors
    ///
    /// NULL_VALUE where there is no value, and those of [`Decoder::decode`].
    pub fn decode_value<'b>(
        &'b mut self,
        value: Option<&'b [u8]>,
        options: &ReadOptions<'_>,
    ) -> Result<Batch<'b>, Error> {
        let Some(bytes) = value else {
            self.stats.rejected += 1;
            return Err(Code::NullValue.at(0, "ERR-001"));
        };
        self.decode(bytes, options)
    }

    /// Counters since the decoder was made.
    #[must_use]
    pub const fn stats(&self) -> ReaderStats {
        self.stats
    }
}

impl Scratch {
    fn decode<'b>(&'b mut self, bytes: &'b [u8], options: &ReadOptions<'_>) -> Result<Batch<'b>, Error> {
        let Self { decompressor, starts, strings } = self;
        let frame = Frame::parse(bytes, options)?;
        let raw = decompressor.body(frame.prelude(), frame.stored_body())?;
        let body = Body::parse(raw, (starts, *strings), frame.prelude(), frame.metadata())?;
        *strings = body.table.len();
        // FRM-008: there is no way to a record but through the batch.
        Ok(Batch::new(frame, body))
    }
}

impl ReaderStats {
    fn count(&mut self, bytes: &[u8], outcome: &Result<Batch<'_>, Error>) {
        match outcome {
            Ok(batch) => {
                self.frames += 1;
                self.records += batch.len() as u64;
                self.stored_bytes += bytes.len() as u64;
                self.raw_bytes += u64::from(batch.prelude().raw_len);
            }
            Err(_) => self.rejected += 1,
        }
    }
}
