//! Streams of bits, as RFC 8878 reads them: forwards in table descriptions, backwards elsewhere.

use super::bytes::{little, size};

/// `count` bits (56 at most) from bit `at` on, the lowest first; what is past the end reads as 0.
fn bits(bytes: &[u8], at: usize, count: u32) -> u64 {
    let word = little(bytes, at / 8, 8) >> (at % 8);
    word & ((1 << count) - 1)
}

/// Position of the highest bit that is set; 0 for 0.
#[must_use]
pub(super) fn highest(number: u64) -> u32 {
    number.checked_ilog2().unwrap_or(0)
}

/// Reads from the first byte on.
pub(super) struct Forward {
    bytes: Vec<u8>,
    at: usize,
}

impl Forward {
    /// At the first bit.
    #[must_use]
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), at: 0 }
    }

    /// The next bits.
    pub(super) fn read(&mut self, count: u32) -> u64 {
        let number = bits(&self.bytes, self.at, count);
        self.at += size(u64::from(count));
        number
    }

    /// Takes one bit back.
    pub(super) fn rewind_one(&mut self) {
        self.at -= 1;
    }

    /// How many bytes have been begun; `None` where there are fewer.
    #[must_use]
    pub(super) fn bytes_used(&self) -> Option<usize> {
        let used = self.at.div_ceil(8);
        (used <= self.bytes.len()).then_some(used)
    }
}

/// Reads from the last byte on. The highest bit set of the last byte is the sign of the beginning.
pub(super) struct Backward {
    bytes: Vec<u8>,
    /// Bits that are left; negative where more were read than there are.
    left: i64,
}

impl Backward {
    /// At the first bit; `None` where the stream has no beginning.
    #[must_use]
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        let last = *bytes.last()?;
        let mark = last.checked_ilog2()?;
        let whole = i64::try_from((bytes.len() - 1) * 8).ok()?;
        Some(Self { bytes: bytes.to_vec(), left: whole + i64::from(mark) })
    }

    /// The next bits; 0 for those that are not there.
    pub(super) fn read(&mut self, count: u32) -> u64 {
        self.left -= i64::from(count);
        if let Ok(at) = usize::try_from(self.left) {
            return bits(&self.bytes, at, count);
        }
        let missing = self.left.unsigned_abs();
        let missing = u32::try_from(missing).unwrap_or(u32::MAX);
        let low = bits(&self.bytes, 0, count.saturating_sub(missing));
        low.checked_shl(missing).unwrap_or(0)
    }

    /// Bits that are left; negative where more were read than there are.
    #[must_use]
    pub(super) fn left(&self) -> i64 {
        self.left
    }
}
