//! The one bounds-checked reader: no other file takes bytes out of a slice.

/// Why a varint could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VarintFault {
    /// More than ten bytes, or a tenth byte above 01.
    TooLong,
    /// The bytes end inside it.
    End,
}

/// A cursor over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Bytes taken so far.
    pub(crate) const fn position(&self) -> usize {
        self.position
    }

    /// Bytes not taken yet.
    pub(crate) const fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.position)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.left() == 0
    }

    /// The bytes not taken yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    /// The next `len` bytes, or nothing taken where there are fewer.
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let end = self.position.checked_add(len)?;
        let taken = self.bytes.get(self.position..end)?;
        self.position = end;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.position)?;
        self.position += 1;
        Some(byte)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A varint of up to 64 bits, in any number of bytes up to ten.
    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, VarintFault> {
        let first = self.u8().ok_or(VarintFault::End)?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let mut value = u64::from(first & 0x7F);
        for index in 1..10_u32 {
            let byte = self.u8().ok_or(VarintFault::End)?;
            if index == 9 && byte > 1 {
                return Err(VarintFault::TooLong);
            }
            value |= u64::from(byte & 0x7F) << (7 * index);
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(VarintFault::TooLong)
    }
}

impl<'a> Reader<'a> {
    /// The key of a field: its number and wire type, within WIRE-001.
    #[inline]
    pub(crate) fn key(&mut self) -> Option<u32> {
        let start = self.position;
        let key = self.varint().ok()?;
        if self.position - start > 5 {
            return None;
        }
        u32::try_from(key).ok()
    }

    /// A length, and as many bytes.
    #[inline]
    pub(crate) fn delimited(&mut self) -> Option<&'a [u8]> {
        let len = self.varint().ok()?;
        self.take(usize::try_from(len).ok()?)
    }
}

/// The values of a packed field that has passed the wire scan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Varints<'a>(Reader<'a>);

impl<'a> Varints<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(Reader::new(bytes))
    }

    /// How many values are left: as many as there are bytes that end one.
    pub(crate) fn len(&self) -> usize {
        self.0.rest().iter().filter(|byte| **byte < 0x80).count()
    }

    /// Where the next value begins, counted from the first value.
    pub(crate) const fn position(&self) -> usize {
        self.0.position()
    }
}

impl Iterator for Varints<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        self.0.varint().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, VarintFault};

    fn varint(bytes: &[u8]) -> Result<u64, VarintFault> {
        Reader::new(bytes).varint()
    }

    #[test]
    fn a_varint_has_at_most_ten_bytes_and_64_bits() {
        assert_eq!(varint(&[0x05]), Ok(5));
        assert_eq!(varint(&[0x85, 0x00]), Ok(5));
        assert_eq!(varint(&[0xFF; 9]), Err(VarintFault::End));
        let mut longest = [0xFF; 10];
        longest[9] = 0x01;
        assert_eq!(varint(&longest), Ok(u64::MAX));
        longest[9] = 0x02;
        assert_eq!(varint(&longest), Err(VarintFault::TooLong));
        longest[9] = 0x81;
        assert_eq!(varint(&longest), Err(VarintFault::TooLong));
    }

    #[test]
    fn a_failed_take_takes_nothing() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.take(4), None);
        assert_eq!(reader.take(usize::MAX), None);
        assert_eq!(reader.take(3), Some(&[1, 2, 3][..]));
        assert!(reader.is_empty());
    }
}
