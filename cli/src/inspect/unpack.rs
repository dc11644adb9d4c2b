//! The body behind a stored body that no reader may accept.

use std::io::Read;

use dashstream_codec::Codec;
use dashstream_codec::constants::MAX_RAW_LEN;

/// As much of the body as comes out, `raw_len` bytes at most; `None` where nothing does.
pub(crate) fn unpack(codec: u8, stored: &[u8], raw_len: usize) -> Option<Vec<u8>> {
    let most = raw_len.min(MAX_RAW_LEN as usize);
    let raw = match Codec::from_number(codec)? {
        Codec::None => stored.to_vec(),
        Codec::Zstd => zstd(stored, most),
        Codec::Lz4 => lz4_flex::block::decompress(stored, most).unwrap_or_default(),
    };
    (!raw.is_empty()).then_some(raw)
}

fn zstd(stored: &[u8], most: usize) -> Vec<u8> {
    let mut raw = Vec::new();
    if let Ok(decoder) = zstd::stream::read::Decoder::with_buffer(stored) {
        // What came out before an error is still worth looking at.
        let _ = decoder.single_frame().take(most as u64).read_to_end(&mut raw);
    }
    raw
}
