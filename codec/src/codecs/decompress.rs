//! From the stored body to the body.

use core::fmt;

use crate::error::{Code, Error};
use crate::prelude::Prelude;

use super::{Codec, ProfileFault};

/// Contexts and buffer that are kept between frames.
#[derive(Default)]
pub(crate) struct Decompressor {
    /// At least as long as the longest body so far; initialised once.
    buffer: Vec<u8>,
    #[cfg(feature = "zstd")]
    zstd: Option<zstd::zstd_safe::DCtx<'static>>,
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
        let at = |fault: ProfileFault| {
            Code::CodecProfile.at(prelude.body_offset() + fault.offset as u64, fault.requirement)
        };
        // COD-001
        let failed = Code::Decompress.at(prelude.body_offset(), "COD-001");
        match Codec::from_number(prelude.codec) {
            Some(Codec::None) => Ok(stored),
            #[cfg(feature = "zstd")]
            Some(Codec::Zstd) => {
                super::zstd_profile::walk(stored, prelude.raw_len).map_err(at)?;
                self.zstd(prelude.raw_len, stored).ok_or(failed)
            }
            #[cfg(feature = "lz4")]
            Some(Codec::Lz4) => {
                let output = super::lz4_profile::walk(stored).map_err(at)?;
                if output != u64::from(prelude.raw_len) {
                    return Err(failed);
                }
                self.lz4(prelude.raw_len, stored).ok_or(failed)
            }
            // Not reached after PRE-008.
            _ => Err(failed),
        }
    }

    #[cfg(feature = "zstd")]
    fn zstd(&mut self, raw_len: u32, stored: &[u8]) -> Option<&[u8]> {
        let Self { buffer, zstd } = self;
        if zstd.is_none() {
            *zstd = zstd::zstd_safe::DCtx::try_create();
        }
        let output = room(buffer, raw_len)?;
        let written = zstd.as_mut()?.decompress(output, stored).ok()?;
        (written == output.len()).then_some(output)
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
