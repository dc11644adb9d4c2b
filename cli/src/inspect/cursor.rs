//! Reading bytes that may be broken.

/// A place in borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Cursor<'a> {
    /// The start of `bytes`.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Bytes taken so far.
    pub(super) const fn position(&self) -> usize {
        self.position
    }

    /// Bytes left.
    pub(super) const fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.position)
    }

    /// The next `len` bytes; none taken where there are fewer.
    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let end = self.position.checked_add(len)?;
        let taken = self.bytes.get(self.position..end)?;
        self.position = end;
        Some(taken)
    }

    /// A varint of up to ten bytes; none taken where it is longer or cut short.
    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for (index, byte) in self.bytes.get(self.position..)?.iter().take(10).enumerate() {
            let shift = u32::try_from(7 * index).ok()?;
            value |= u64::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                self.position += index + 1;
                return Some(value);
            }
        }
        None
    }
}

/// The signed value of a sint64.
pub(super) const fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}
