//! How the stored body becomes the body (spec/codecs.md).

use super::bytes::{all_zero, cut};
use super::gate::{Fault, Gate};
use super::prelude::Prelude;
use super::xxh64::xxh64;
use super::{lz4, zstd_frame, zstd_walk};

/// What came out of a decompression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raw {
    /// The bytes, as far as they came: at most one more than were wanted.
    pub bytes: Vec<u8>,
    /// Whether the stored body was in order to its end.
    pub whole: bool,
    /// What stands behind them for a checksum, 4 bytes or fewer; `None` where none belongs there.
    pub checksum: Option<Vec<u8>>,
}

impl Raw {
    /// ZST-017
    #[must_use]
    pub fn wrong_checksum(&self, gate: &Gate) -> bool {
        let Some(checksum) = &self.checksum else {
            return false;
        };
        let left_out = gate.strict("ZST-017.zero") && all_zero(checksum);
        !xxh64(&self.bytes).to_le_bytes().starts_with(checksum) && !left_out
    }
}

/// No body is longer; a mutant that lets a longer one pass does not get more than this.
const MOST: usize = 16_777_216;

/// Decompresses a stored body, stopping when more than `raw_len` bytes have come out (COD-002).
#[must_use]
pub fn decompress(codec: u64, stored: &[u8], raw_len: usize) -> Raw {
    let limit = raw_len.min(MOST);
    match codec {
        1 => zstd_frame::decompress(stored, limit),
        2 => lz4::decompress(stored, limit),
        _ => Raw { bytes: cut(stored, 0, MOST), whole: true, checksum: None },
    }
}

/// The profile of the codec: CODEC_PROFILE.
///
/// # Errors
/// The first rule that the stored body breaks.
pub fn profile(gate: &Gate, p: &Prelude, stored: &[u8]) -> Result<(), Fault> {
    let start = 64 + p.metadata_len;
    match p.codec {
        1 => zstd_walk::walk(gate, stored, start, p.raw_len),
        2 => lz4::walk(gate, stored, start),
        _ => Ok(()),
    }
}
