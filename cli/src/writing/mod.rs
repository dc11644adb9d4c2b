//! Writing files of frames: the choices a user has, lanes, and the file itself.

mod entry;
mod file;
mod lane;

use clap::{Args, ValueEnum};
use dashstream_codec::{Codec, EncodeError, Encoder, EncoderConfig};

use crate::exit::Failure;
use crate::random;

pub(crate) use entry::{Content, Entry, Place};
pub(crate) use file::FrameFile;
pub(crate) use lane::{Lane, LaneOptions};

/// How bodies are stored.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct StorageArgs {
    /// Codec of the bodies
    #[arg(long, value_enum, default_value = "zstd")]
    codec: CodecName,
    /// Level of the codec [default: 1]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    level: Option<i32>,
    /// A body of fewer bytes is not compressed
    #[arg(long, value_name = "BYTES", default_value_t = 1024)]
    threshold: usize,
    /// Bytes of the longest frame [default: 1000000, which a stock broker takes]
    #[arg(long, value_name = "BYTES")]
    max_frame_len: Option<usize>,
}

/// Names of the codecs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CodecName {
    None,
    Zstd,
    Lz4,
}

impl StorageArgs {
    /// An encoder that stores bodies so, and makes frames of up to `max_frame_len` bytes unless the user said more.
    pub(crate) fn encoder(&self, max_frame_len: usize) -> Result<Encoder, Failure> {
        Encoder::new(self.config(max_frame_len)?)
            .map_err(|error| Failure::Usage(format!("--codec and --level: {error}")))
    }

    /// The same, for who makes the encoder.
    pub(crate) fn config(&self, max_frame_len: usize) -> Result<EncoderConfig, Failure> {
        let codec = match self.codec {
            CodecName::None => Codec::None,
            CodecName::Zstd => Codec::Zstd,
            CodecName::Lz4 => Codec::Lz4,
        };
        Ok(EncoderConfig {
            codec,
            level: self.level,
            threshold: self.threshold,
            max_frame_len: self.max_frame_len.unwrap_or(max_frame_len),
            grease: u64::from_le_bytes(random::bytes()?),
        })
    }
}

/// What a frame that could not be written tells its user.
pub(crate) fn refused(place: &str, error: &EncodeError) -> Failure {
    Failure::Data(format!("{place}: {error}"))
}
