//! From the stored body to the body.

use core::fmt;

#[cfg(feature = "zstd")]
use zstd::zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer, ResetDirective};

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
        // COD-001
        let failed = Code::Decompress.at(prelude.body_offset(), "COD-001");
        match Codec::from_number(prelude.codec) {
            Some(Codec::None) => Ok(stored),
            #[cfg(feature = "zstd")]
            Some(Codec::Zstd) => {
                let header_len = super::zstd_profile::walk(stored, prelude.raw_len).map_err(at)?;
                self.zstd(prelude.raw_len, stored, header_len).ok_or(failed)
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
    fn zstd(&mut self, raw_len: u32, stored: &[u8], header_len: usize) -> Option<&[u8]> {
        let Self { buffer, zstd } = self;
        if zstd.is_none() {
            *zstd = Some(zstd_context()?);
        }
        let output = room(buffer, raw_len)?;
        let (header, blocks) = stored.split_at_checked(header_len)?;
        let written = zstd_stream(zstd.as_mut()?, (header, blocks), output)?;
        (written == output.len() && super::zstd_literals::are_used_up(blocks)).then_some(output)
    }

    #[cfg(feature = "lz4")]
    fn lz4(&mut self, raw_len: u32, stored: &[u8]) -> Option<&[u8]> {
        let output = room(&mut self.buffer, raw_len)?;
        let written = lz4_flex::block::decompress_into(stored, output).ok()?;
        (written == output.len()).then_some(output)
    }
}

#[cfg(feature = "zstd")]
fn zstd_context() -> Option<DCtx<'static>> {
    let mut context = DCtx::try_create()?;
    // The body is written where it belongs: no window is kept apart from it.
    context.set_parameter(DParameter::StableOutBuffer(true)).ok()?;
    Some(context)
}

/// Decompresses one frame, cut after its header, and returns the bytes written.
///
/// A block must not decode to more than the window or 128 KiB. libzstd sees to that only where it reads a
/// stream, and it reads one only where the frame does not come in one piece.
#[cfg(feature = "zstd")]
fn zstd_stream(context: &mut DCtx<'_>, (header, blocks): (&[u8], &[u8]), output: &mut [u8]) -> Option<usize> {
    context.reset(ResetDirective::SessionOnly).ok()?;
    let mut output = OutBuffer::around(output);
    context.decompress_stream(&mut output, &mut InBuffer::around(header)).ok()?;
    let mut blocks = InBuffer::around(blocks);
    loop {
        let before = (blocks.pos(), output.pos());
        match context.decompress_stream(&mut output, &mut blocks).ok()? {
            0 => return (blocks.pos() == blocks.src.len()).then_some(output.pos()),
            _ if before == (blocks.pos(), output.pos()) => return None,
            _ => {}
        }
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
    use super::Decompressor;

    /// A zstd frame of one block: the literal `a`, and a match of it at offset 1 that makes `len` bytes in
    /// all, 65,540 and more.
    fn one_match(window: u8, len: u32) -> Vec<u8> {
        let extra = u16::try_from(len - 1 - 65_539).unwrap().to_le_bytes();
        // Raw literals: 1. One sequence, its three codes in RLE mode: literal length 1, offset of the
        // sequence before, match length from 65,539 with 16 more bits. The bits end with a 1.
        let block = [0x08, b'a', 0x01, 0x54, 1, 0, 52, extra[0], extra[1], 1];
        let header = u32::try_from(block.len() << 3 | 0b101).unwrap().to_le_bytes();
        let head = [0x28, 0xB5, 0x2F, 0xFD, 0x80, window];
        [&head[..], &len.to_le_bytes(), &header[..3], &block].concat()
    }

    fn decompresses(stored: &[u8], len: u32) -> bool {
        let header_len = super::super::zstd_profile::walk(stored, len).unwrap();
        let mut decompressor = Decompressor::default();
        let body = decompressor.zstd(len, stored, header_len);
        body.is_some_and(|body| body.len() == len as usize && body.iter().all(|byte| *byte == b'a'))
    }

    /// A byte with another bit in it, in the middle of what was compressed: libzstd takes nearly all of them,
    /// and a decoder to the letter those that happen to end where they should.
    #[test]
    fn streams_of_codes_are_used_up() {
        use std::io::Read;

        let mut state = 7_u64;
        let text: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let random = state >> 33;
            b'a' + u8::try_from(random.leading_zeros() - 33 + u32::try_from(random % 7).unwrap()).unwrap() % 26
        })
        .take(40_000)
        .collect();
        let (mut accepted, mut refused) = (0, 0);
        for level in [1, 19] {
            let stored = zstd::bulk::compress(&text, level).unwrap();
            // Bytes 38 to 43 are the lengths of the streams, of which ruzstd takes some that are wrong.
            for bit in (72..304).chain((352..stored.len() * 8).step_by(331)) {
                let mut stored = stored.clone();
                stored[bit / 8] ^= 1 << (bit % 8);
                let Ok(header_len) = super::super::zstd_profile::walk(&stored, 40_000) else { continue };
                let mut letter = Vec::new();
                let by_letter = ruzstd::decoding::StreamingDecoder::new(&stored[..])
                    .is_ok_and(|mut decoder| decoder.read_to_end(&mut letter).is_ok() && letter.len() == 40_000);
                let ours = Decompressor::default().zstd(40_000, &stored, header_len).map(<[u8]>::to_vec);
                assert_eq!(ours.is_some(), by_letter, "bit {bit}");
                if let Some(ours) = ours {
                    assert_eq!(ours, letter);
                    accepted += 1;
                } else {
                    refused += 1;
                }
            }
        }
        assert!(accepted > 100 && refused > 50, "{accepted} accepted, {refused} refused");
    }

    /// RFC 8878, section 3.1.1.2: a block holds no more than the window and no more than 128 KiB.
    #[test]
    fn a_block_decodes_to_no_more_than_its_limit() {
        let kib_128 = 7 << 3;
        assert!(decompresses(&one_match(kib_128, 131_072), 131_072));
        assert!(!decompresses(&one_match(kib_128, 131_073), 131_073));
        let mib = 10 << 3;
        assert!(decompresses(&one_match(mib, 131_072), 131_072));
        assert!(!decompresses(&one_match(mib, 131_073), 131_073));
        let kib_64 = 6 << 3;
        assert!(!decompresses(&one_match(kib_64, 65_540), 65_540));
    }
}
