//! From the body to the stored body.

use super::Codec;

/// A codec at a level, with the context that is kept between frames.
pub(crate) struct Compressor {
    codec: Codec,
    #[cfg(any(feature = "zstd", feature = "lz4"))]
    buffer: Vec<u8>,
    #[cfg(feature = "zstd")]
    level: i32,
    #[cfg(feature = "zstd")]
    zstd: Option<zstd::zstd_safe::CCtx<'static>>,
}

impl Compressor {
    /// `level` is within the range of the codec.
    #[cfg_attr(not(feature = "zstd"), expect(unused_variables, reason = "only zstd has levels"))]
    pub(crate) const fn new(codec: Codec, level: i32) -> Self {
        Self {
            codec,
            #[cfg(any(feature = "zstd", feature = "lz4"))]
            buffer: Vec::new(),
            #[cfg(feature = "zstd")]
            level,
            #[cfg(feature = "zstd")]
            zstd: None,
        }
    }

    /// The body as stored; `None` where it is to be stored as it is.
    pub(crate) fn compress(&mut self, raw: &[u8]) -> Option<&[u8]> {
        let stored: &[u8] = match self.codec {
            #[cfg(feature = "zstd")]
            Codec::Zstd => self.zstd(raw)?,
            #[cfg(feature = "lz4")]
            Codec::Lz4 => self.lz4(raw)?,
            _ => return None,
        };
        // COD-004
        (stored.len() < raw.len()).then_some(stored)
    }

    #[cfg(feature = "zstd")]
    fn zstd(&mut self, raw: &[u8]) -> Option<&[u8]> {
        use zstd::zstd_safe::{CCtx, CParameter, compress_bound};

        if self.zstd.is_none() {
            let mut context = CCtx::try_create()?;
            context.set_parameter(CParameter::CompressionLevel(self.level)).ok()?;
            // What the profile asks for (ZST-004 to ZST-006), whatever the library's defaults are. The
            // window is no larger than a body, for its size is known (ZST-007).
            context.set_parameter(CParameter::ChecksumFlag(true)).ok()?;
            context.set_parameter(CParameter::DictIdFlag(false)).ok()?;
            context.set_parameter(CParameter::ContentSizeFlag(true)).ok()?;
            self.zstd = Some(context);
        }
        let room = room(&mut self.buffer, compress_bound(raw.len()));
        let len = self.zstd.as_mut()?.compress2(room, raw).ok()?;
        let stored = self.buffer.get(..len)?;
        // WRT-001: a frame that a reader would refuse is not worth its saving.
        super::zstd_profile::walk(stored, u32::try_from(raw.len()).ok()?).ok()?;
        Some(stored)
    }

    #[cfg(feature = "lz4")]
    fn lz4(&mut self, raw: &[u8]) -> Option<&[u8]> {
        use lz4_flex::block::{compress_into, get_maximum_output_size};

        let room = room(&mut self.buffer, get_maximum_output_size(raw.len()));
        let len = compress_into(raw, room).ok()?;
        let stored = self.buffer.get(..len)?;
        // WRT-001
        super::lz4_profile::walk(stored).ok()?;
        Some(stored)
    }
}

/// At least `len` bytes of the buffer.
#[cfg(any(feature = "zstd", feature = "lz4"))]
fn room(buffer: &mut Vec<u8>, len: usize) -> &mut [u8] {
    if buffer.len() < len {
        buffer.resize(len, 0);
    }
    buffer
}

#[cfg(test)]
#[cfg(all(feature = "zstd", feature = "lz4"))]
mod tests {
    use std::collections::HashSet;

    use super::{Codec, Compressor};

    /// COD-004: bytes without any order, and then one of them again and again until it is worth it.
    #[test]
    fn what_does_not_get_shorter_is_stored_as_it_is() {
        let mut state = 7_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_le_bytes()[3]
        })
        .take(4_000)
        .collect();
        for codec in [Codec::Zstd, Codec::Lz4] {
            let mut compressor = Compressor::new(codec, 1);
            let mut differences = HashSet::new();
            for (len, more) in (100..4_000).step_by(100).flat_map(|len| (0..60).map(move |more| (len, more))) {
                let body = [&noise[..len], &vec![7; more]].concat();
                let stored = if codec == Codec::Zstd { compressor.zstd(&body) } else { compressor.lz4(&body) };
                let difference = body.len().cast_signed() - stored.unwrap().len().cast_signed();
                assert_eq!(compressor.compress(&body).is_some(), difference > 0, "{codec:?}: {difference}");
                differences.insert(difference);
            }
            assert!(differences.contains(&0), "{codec:?}: {differences:?}");
        }
    }
}
