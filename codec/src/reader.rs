//! The one bounds-checked reader: no other file takes bytes out of a slice.

use core::slice::Iter;

use crate::packed;

/// Why a varint could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VarintFault {
    /// More than ten bytes, or a tenth byte above 01.
    TooLong,
    /// The bytes end inside it.
    End,
}

/// A cursor over borrowed bytes.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    /// The bytes not taken yet: an iterator, for it moves one pointer where a slice has two numbers to keep.
    rest: Iter<'a, u8>,
    /// Bytes in all.
    len: usize,
}

impl<'a> Reader<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes.iter(), len: bytes.len() }
    }

    /// Bytes taken so far.
    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.len - self.left()
    }

    /// Bytes not taken yet.
    #[inline]
    pub(crate) fn left(&self) -> usize {
        self.rest().len()
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    /// The bytes not taken yet.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest.as_slice()
    }

    /// The next `len` bytes, or nothing taken where there are fewer.
    #[inline]
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest().split_at_checked(len)?;
        self.rest = rest.iter();
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.rest.next().copied()
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
    #[inline(always)]
    pub(crate) fn varint(&mut self) -> Result<u64, VarintFault> {
        match *self.rest() {
            [first, ..] if first < 0x80 => {
                self.rest.next();
                Ok(u64::from(first))
            }
            _ => self.long_varint(),
        }
    }

    /// A varint of two bytes and more, or one that is cut.
    #[inline]
    fn long_varint(&mut self) -> Result<u64, VarintFault> {
        if let [first, second, third, ..] = *self.rest()
            && second & third < 0x80
        {
            let more = second >> 7;
            let value =
                u32::from(first & 0x7F) | u32::from(second & 0x7F) << 7 | (u32::from(third) * u32::from(more)) << 14;
            let (_, rest) = self.rest().split_at_checked(2 + usize::from(more)).unwrap_or_default();
            self.rest = rest.iter();
            return Ok(u64::from(value));
        }
        self.longer_varint()
    }

    /// A varint of four bytes and more, or at the end, or one that is cut.
    #[cold]
    fn longer_varint(&mut self) -> Result<u64, VarintFault> {
        let mut value = 0;
        for index in 0..10_u32 {
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
    /// Takes the key of a field, if it comes next and is written in no more bytes than it needs.
    #[inline(always)]
    pub(crate) fn take_key(&mut self, key: u32) -> bool {
        // No field has a number of more than two bytes.
        let (low, high) = ((key & 0x7F) as u8, (key >> 7 & 0x7F) as u8);
        match *self.rest() {
            [first, ..] if high == 0 && first == low => {
                self.rest.next();
                true
            }
            [first, second, ref rest @ ..] if high != 0 && first == low | 0x80 && second == high => {
                self.rest = rest.iter();
                true
            }
            _ => false,
        }
    }

    /// The key of a field: its number and wire type, within WIRE-001.
    #[inline]
    pub(crate) fn key(&mut self) -> Option<u32> {
        let before = self.left();
        let key = self.varint().ok()?;
        if before - self.left() > 5 {
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
#[derive(Clone, Debug)]
pub(crate) struct Varints<'a>(Reader<'a>);

impl<'a> Varints<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(Reader::new(bytes))
    }

    /// How many values are left: as many as there are bytes that end one.
    pub(crate) fn len(&self) -> usize {
        packed::count(self.0.rest())
    }

    /// Where the next value begins, counted from the first value.
    pub(crate) fn position(&self) -> usize {
        self.0.position()
    }
}

impl Iterator for Varints<'_> {
    type Item = u64;

    #[inline(always)]
    fn next(&mut self) -> Option<u64> {
        // An absent column is asked for every record.
        if self.0.is_empty() {
            return None;
        }
        self.0.varint().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, VarintFault};
    use crate::encode::put;

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
    fn a_key_is_taken_where_it_comes_next_in_its_shortest_form() {
        for key in [8, 10, 122, 128, 130, 257, 0x3FFF] {
            let mut bytes = Vec::new();
            put::varint(&mut bytes, u64::from(key));
            bytes.push(7);
            let mut reader = Reader::new(&bytes);
            for other in [key ^ 1, key ^ 0x80, key ^ 0x2000] {
                assert!(!reader.take_key(other), "{other} for {key}");
                assert_eq!(reader.position(), 0);
            }
            assert!(reader.take_key(key), "{key}");
            assert_eq!(reader.rest(), [7]);
            assert!(!reader.take_key(key) && !Reader::new(&[]).take_key(key));
        }
        assert!(!Reader::new(&[0x88, 0x00]).take_key(8));
        assert!(!Reader::new(&[0x80]).take_key(128));
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
