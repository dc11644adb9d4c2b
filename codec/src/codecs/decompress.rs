//! From the stored body to the body.

use core::fmt;

#[cfg(feature = "zstd")]
use zstd::zstd_safe::{DCtx, zstd_sys::ZSTD_ErrorCode};

use crate::error::{Code, Error};
use crate::prelude::Prelude;

use super::{Codec, ProfileFault};

/// Contexts and buffer that are kept between frames.
#[derive(Default)]
pub(crate) struct Decompressor {
    /// At least as long as the longest body so far; initialised once.
    buffer: Vec<u8>,
    #[cfg(feature = "zstd")]
    zstd: Option<DCtx<'static>>,
}

impl fmt::Debug for Decompressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decompressor").field("buffer", &self.buffer.len()).finish_non_exhaustive()
    }
}

impl Decompressor {
    /// The body of a frame whose prelude has passed its checks.
    ///
    /// # Errors
    ///
    /// CODEC_PROFILE, DECOMPRESS.
    pub(crate) fn body<'b>(&'b mut self, prelude: &Prelude, stored: &'b [u8]) -> Result<&'b [u8], Error> {
        let at =
            |fault: ProfileFault| Code::CodecProfile.at(prelude.body_offset() + fault.offset as u64, fault.requirement);
        let failed = |requirement| Code::Decompress.at(prelude.body_offset(), requirement);
        match Codec::from_number(prelude.codec) {
            Some(Codec::None) => Ok(stored),
            #[cfg(feature = "zstd")]
            Some(Codec::Zstd) => {
                super::zstd_profile::walk(stored, prelude.raw_len).map_err(at)?;
                self.zstd(prelude.raw_len, stored).map_err(failed)
            }
            #[cfg(feature = "lz4")]
            Some(Codec::Lz4) => {
                let output = super::lz4_profile::walk(stored).map_err(at)?;
                // COD-001
                if output != u64::from(prelude.raw_len) {
                    return Err(failed("COD-001"));
                }
                self.lz4(prelude.raw_len, stored).ok_or(failed("COD-001"))
            }
            // Not reached after PRE-008.
            _ => Err(failed("COD-001")),
        }
    }

    /// The body, or the requirement that the stored body breaks.
    #[cfg(feature = "zstd")]
    fn zstd(&mut self, raw_len: u32, stored: &[u8]) -> Result<&[u8], &'static str> {
        const WRONG_CHECKSUM: usize = (ZSTD_ErrorCode::ZSTD_error_checksum_wrong as usize).wrapping_neg();

        let Self { buffer, zstd } = self;
        if zstd.is_none() {
            *zstd = DCtx::try_create();
        }
        let (Some(context), Some(output)) = (zstd, room(buffer, raw_len)) else { return Err("COD-001") };
        match context.decompress(output, stored) {
            Ok(written) if written == output.len() => Ok(output),
            // ZST-017
            Err(WRONG_CHECKSUM) => Err("ZST-017"),
            // COD-001
            _ => Err("COD-001"),
        }
    }

    #[cfg(feature = "lz4")]
    fn lz4(&mut self, raw_len: u32, stored: &[u8]) -> Option<&[u8]> {
        let output = room(&mut self.buffer, raw_len)?;
        let written = lz4_flex::block::decompress_into(stored, output).ok()?;
        (written == output.len()).then_some(output)
    }
}

/// Exactly `len` bytes of the buffer: no decoder can write more (COD-002, COD-003).
#[cfg(any(feature = "zstd", feature = "lz4"))]
fn room(buffer: &mut Vec<u8>, len: u32) -> Option<&mut [u8]> {
    let len = usize::try_from(len).ok()?;
    if buffer.len() < len {
        // Let go of the old buffer first, and take no more than is needed (FRM-009).
        *buffer = Vec::new();
        *buffer = vec![0; len];
    }
    buffer.get_mut(..len)
}

#[cfg(test)]
#[cfg(feature = "zstd")]
mod tests {
    use super::super::Compressor;
    use super::{Codec, Decompressor};

    const LEN: u32 = 40_000;

    /// Letters, the first ones more often, and the same stored.
    fn text(level: i32) -> (Vec<u8>, Vec<u8>) {
        let mut state = 7_u64;
        let letter = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            b'a' + u8::try_from((state | 1 << 39).leading_zeros()).unwrap()
        };
        let text: Vec<u8> = std::iter::repeat_with(letter).take(LEN as usize).collect();
        let stored = Compressor::new(Codec::Zstd, level).compress(&text).unwrap().to_vec();
        (text, stored)
    }

    /// ZST-017: libzstd compares the checksum, and goes on afterwards.
    #[test]
    fn a_wrong_checksum_is_seen() {
        let (text, stored) = text(3);
        let mut decompressor = Decompressor::default();
        for bit in 0..32 {
            let mut damaged = stored.clone();
            damaged[stored.len() - 4 + bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decompressor.zstd(LEN, &damaged), Err("ZST-017"));
            assert_eq!(decompressor.zstd(LEN, &stored), Ok(&text[..]));
        }
    }

    /// COD-001: neither less than the prelude says nor more, whatever the walk has let pass.
    #[test]
    fn a_body_of_another_length_is_refused() {
        let (text, stored) = text(3);
        let mut decompressor = Decompressor::default();
        for len in [LEN - 1, LEN + 1] {
            assert_eq!(decompressor.zstd(len, &stored), Err("COD-001"));
            assert_eq!(decompressor.zstd(LEN, &stored), Ok(&text[..]));
        }
    }

    /// A bit turned in what was compressed: libzstd takes nearly all of them where there is no checksum.
    #[test]
    fn damage_gives_no_other_bytes() {
        let mut by_checksum = 0;
        for level in [1, 19] {
            let (text, stored) = text(level);
            for bit in (72..stored.len() * 8).step_by(97) {
                let mut damaged = stored.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                match Decompressor::default().zstd(LEN, &damaged) {
                    Ok(body) => assert!(body == text, "bit {bit}"),
                    Err(requirement) => by_checksum += usize::from(requirement == "ZST-017"),
                }
            }
        }
        assert!(by_checksum > 1_000, "{by_checksum}");
    }
}
