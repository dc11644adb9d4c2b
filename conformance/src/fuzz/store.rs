//! How a body is stored: the libraries of the codecs, with their contexts kept from one frame to the next.

use zstd::bulk::{Compressor, Decompressor};

/// Bytes above which a body is not opened: it would take longer than it shows.
const MOST: usize = 1 << 23;

/// Opens and closes bodies.
pub(super) struct Store {
    /// `None`: the library gives no context, and frames are stored by codec 0.
    compressor: Option<Compressor<'static>>,
    decompressor: Option<Decompressor<'static>>,
}

impl Store {
    pub(super) fn new() -> Self {
        let with_checksum = |mut compressor: Compressor<'static>| {
            // ZST-004
            compressor.include_checksum(true).ok().map(|()| compressor)
        };
        Self { compressor: Compressor::new(1).ok().and_then(with_checksum), decompressor: Decompressor::new().ok() }
    }

    /// The body of a stored one of `raw_len` bytes; `None` where it cannot be had.
    pub(super) fn open(&mut self, codec: u8, stored: &[u8], raw_len: usize) -> Option<Vec<u8>> {
        let raw_len = raw_len.min(MOST);
        match codec {
            0 => Some(stored.to_vec()),
            1 => self.decompressor.as_mut()?.decompress(stored, raw_len).ok(),
            2 => lz4_flex::block::decompress(stored, raw_len).ok(),
            _ => None,
        }
    }

    /// The stored form of a body; `None` where there is no such codec.
    pub(super) fn close(&mut self, codec: u8, raw: &[u8]) -> Option<Vec<u8>> {
        match codec {
            0 => Some(raw.to_vec()),
            1 => self.compressor.as_mut()?.compress(raw).ok(),
            2 => Some(lz4_flex::block::compress(raw)),
            _ => None,
        }
    }
}
