//! Compression of whole frames, for the peers that leave it to their users.

use std::io::{Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use zstd::zstd_safe::{self, CCtx, CParameter, DCtx, compress_bound};

use crate::error::Error;

/// How frames are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    /// At this level.
    Zstd(i32),
    /// At this level.
    Gzip(u32),
}

/// Contexts and a buffer that are kept between frames.
pub(super) struct Packer {
    packing: Packing,
    compressor: CCtx<'static>,
    decompressor: DCtx<'static>,
    raw: Vec<u8>,
}

fn zstd_error(code: usize) -> Error {
    Error::library(zstd_safe::get_error_name(code))
}

impl Packer {
    pub(super) fn new(packing: Packing) -> Result<Self, Error> {
        let mut compressor = CCtx::create();
        if let Packing::Zstd(level) = packing {
            compressor.set_parameter(CParameter::CompressionLevel(level)).map_err(zstd_error)?;
        }
        Ok(Self { packing, compressor, decompressor: DCtx::create(), raw: Vec::new() })
    }

    /// Appends what `write` writes, compressed.
    pub(super) fn pack(
        &mut self,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.packing == Packing::None {
            return write(out);
        }
        self.raw.clear();
        write(&mut self.raw)?;
        match self.packing {
            Packing::Gzip(level) => {
                let mut gzip = GzEncoder::new(out, flate2::Compression::new(level));
                gzip.write_all(&self.raw)?;
                gzip.finish()?;
            }
            _ => compress(&mut self.compressor, &self.raw, out)?,
        }
        Ok(())
    }

    /// What was written before it was compressed.
    pub(super) fn unpack<'p>(&'p mut self, stored: &'p [u8]) -> Result<&'p [u8], Error> {
        self.raw.clear();
        match self.packing {
            Packing::None => return Ok(stored),
            Packing::Zstd(_) => decompress(&mut self.decompressor, stored, &mut self.raw)?,
            Packing::Gzip(_) => {
                MultiGzDecoder::new(stored).read_to_end(&mut self.raw)?;
            }
        }
        Ok(&self.raw)
    }
}

/// Appends a zstd frame.
pub(super) fn compress(context: &mut CCtx<'_>, raw: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    let begin = out.len();
    out.resize(begin + compress_bound(raw.len()), 0);
    let place = out.get_mut(begin..).unwrap_or_default();
    let written = context.compress2(place, raw).map_err(zstd_error)?;
    out.truncate(begin + written);
    Ok(())
}

/// Appends what a zstd frame holds, in no more room than its header says.
pub(super) fn decompress(context: &mut DCtx<'_>, stored: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    let len = zstd_safe::get_frame_content_size(stored).ok().flatten();
    let len = len.and_then(|len| usize::try_from(len).ok()).ok_or(Error::library("no content size"))?;
    out.reserve_exact(len);
    context.decompress(out, stored).map_err(zstd_error)?;
    Ok(())
}
