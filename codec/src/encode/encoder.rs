//! From a body to a frame.

use core::fmt;

use crate::codecs::{Codec, Compressor};
use crate::constants::{DEFAULT_MAX_FRAME_LEN, GREASE};

use super::error::EncodeError;

/// How an [`Encoder`] stores bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncoderConfig {
    /// Codec to try. A body that it does not make smaller is stored with [`Codec::None`] (COD-004).
    pub codec: Codec,
    /// Level of the codec, within [`Codec::levels`]; `None`: the lowest.
    pub level: Option<i32>,
    /// Bytes. A body of fewer is stored with [`Codec::None`] (COD-005).
    pub threshold: usize,
    /// Bytes of the longest frame that is made, inclusive.
    pub max_frame_len: usize,
    /// Seed of the GREASE bits. Give each process another: the codec has no source of randomness.
    pub grease: u64,
}

// WRT-004
impl Default for EncoderConfig {
    fn default() -> Self {
        Self { codec: Codec::None, level: None, threshold: 0, max_frame_len: DEFAULT_MAX_FRAME_LEN, grease: 0 }
    }
}

/// Seals batches into frames. It keeps its compression context and buffers between frames.
pub struct Encoder {
    config: EncoderConfig,
    compressor: Compressor,
    /// State of the generator of GREASE bits.
    grease: u64,
    /// The body before compression.
    pub(super) raw: Vec<u8>,
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Encoder {
    /// An encoder.
    ///
    /// # Errors
    ///
    /// LEVEL where the level is outside the range of the codec; CODEC where it is not built in.
    pub fn new(config: EncoderConfig) -> Result<Self, EncodeError> {
        let EncoderConfig { codec, level, grease, .. } = config;
        // COD-006
        if let Some(level) = level
            && !codec.levels().is_some_and(|(min, max)| (min..=max).contains(&level))
        {
            return Err(EncodeError::Level { codec, level });
        }
        if !codec.is_built_in() {
            return Err(EncodeError::CodecNotBuilt(codec));
        }
        let level = level.or(codec.levels().map(|(min, _)| min)).unwrap_or(0);
        Ok(Self { config, compressor: Compressor::new(codec, level), grease, raw: Vec::new() })
    }

    /// What the encoder was made with.
    #[must_use]
    pub const fn config(&self) -> &EncoderConfig {
        &self.config
    }

    /// How a body is to be stored.
    pub(super) fn store<'s>(&'s mut self, raw: &'s [u8]) -> (Codec, &'s [u8]) {
        let Self { config, compressor, .. } = self;
        // COD-005
        if raw.len() >= config.threshold
            && let Some(stored) = compressor.compress(raw)
        {
            return (config.codec, stored);
        }
        (Codec::None, raw)
    }

    /// Ancillary flags of a frame: GREASE as asked for, or by chance.
    pub(super) fn ancillary_flags(&mut self, asked: Option<u8>) -> u8 {
        // PRE-027
        if let Some(flags) = asked {
            return flags & GREASE;
        }
        // PRE-028: one step of SplitMix64.
        self.grease = self.grease.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.grease;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        if (bits ^ (bits >> 31)) & 1 == 0 { 0 } else { GREASE }
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoder, EncoderConfig, GREASE};

    /// PRE-028: the lowest bits of the first 64 numbers of SplitMix64, from two seeds.
    #[test]
    fn grease_is_spread_as_splitmix64_has_it() {
        for (grease, expected) in [(0, 0xD9B5_E8FE_C331_F555), (1_234_567, 0xA6A0_A189_BDD2_B0DF_u64)] {
            let mut encoder = Encoder::new(EncoderConfig { grease, ..EncoderConfig::default() }).unwrap();
            for index in 0..64 {
                let flags = if expected >> index & 1 == 0 { 0 } else { GREASE };
                assert_eq!(encoder.ancillary_flags(None), flags, "frame {index} of seed {grease}");
            }
            assert_eq!(encoder.ancillary_flags(Some(0xFF)), GREASE);
        }
    }

    #[test]
    fn an_encoder_is_shown_by_its_configuration() {
        let encoder = Encoder::new(EncoderConfig { threshold: 4_321, ..EncoderConfig::default() }).unwrap();
        let shown = format!("{encoder:?}");
        assert!(shown.starts_with("Encoder { config: EncoderConfig {") && shown.contains("4321"), "{shown}");
    }
}
