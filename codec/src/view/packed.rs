//! Packed fields of numbers: given to be written, or as they are stored.

use core::fmt;

use super::field::within;
use super::given::{Given, GivenIter};
use crate::encode::{EncodeError, put};
use crate::reader::{Reader, Varints};
use crate::wire::zigzag;
use dashstream_proto::schema::FieldType;

/// A number in a packed field.
pub trait Scalar: Copy + PartialEq + Sync + fmt::Debug {
    /// The type that such a field has in the schema.
    #[doc(hidden)]
    const TYPE: FieldType;
    #[doc(hidden)]
    fn count(bytes: &[u8]) -> usize;
    #[doc(hidden)]
    fn take(reader: &mut PackedReader<'_>) -> Option<Self>;
    #[doc(hidden)]
    fn put(self, out: &mut Vec<u8>) -> Result<(), EncodeError>;
}

/// Where a packed field is being read.
#[derive(Clone, Debug)]
pub struct PackedReader<'a>(Reader<'a>);

impl Scalar for i64 {
    const TYPE: FieldType = FieldType::Sint64;

    fn count(bytes: &[u8]) -> usize {
        Varints::new(bytes).len()
    }

    fn take(reader: &mut PackedReader<'_>) -> Option<Self> {
        reader.0.varint().ok().map(zigzag)
    }

    #[inline]
    fn put(self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        put::varint(out, put::zigzag(self));
        within(self.unsigned_abs())
    }
}

impl Scalar for f64 {
    const TYPE: FieldType = FieldType::Double;

    fn count(bytes: &[u8]) -> usize {
        bytes.len() / size_of::<Self>()
    }

    fn take(reader: &mut PackedReader<'_>) -> Option<Self> {
        reader.0.u64().map(Self::from_bits)
    }

    #[inline]
    fn put(self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(&self.to_bits().to_le_bytes());
        Ok(())
    }
}

/// The values of a packed field of numbers.
#[derive(Clone, Copy)]
pub struct Packed<'a, T>(Values<'a, T>);

#[derive(Clone, Copy)]
enum Values<'a, T> {
    Given(Given<'a, T>),
    Stored(&'a [u8]),
}

impl<T> Default for Packed<'_, T> {
    fn default() -> Self {
        Self(Values::Given(Given::default()))
    }
}

impl<'a, T> From<&'a [T]> for Packed<'a, T> {
    fn from(values: &'a [T]) -> Self {
        Self(Values::Given(Given::Slice(values)))
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for Packed<'a, T> {
    fn from(values: &'a [T; N]) -> Self {
        Self(Values::Given(Given::Slice(values)))
    }
}

impl<'a, T: Scalar> Packed<'a, T> {
    /// `len` values, which are made one by one as they are written.
    pub const fn by(len: usize, at: &'a (dyn Fn(usize) -> T + Sync)) -> Self {
        Self(Values::Given(Given::Made { len, at }))
    }

    /// The values of a field that has been checked.
    pub(super) const fn stored(bytes: &'a [u8]) -> Self {
        Self(Values::Stored(bytes))
    }

    /// Calls `each` with one value after another.
    #[inline(always)]
    pub(super) fn try_each(&self, each: impl FnMut(T) -> Result<(), EncodeError>) -> Result<(), EncodeError> {
        match self.0 {
            Values::Given(given) => given.try_each(each),
            Values::Stored(_) => self.iter().try_for_each(each),
        }
    }

    /// Values in the field.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        match self.0 {
            Values::Given(given) => given.len(),
            Values::Stored(bytes) => T::count(bytes),
        }
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match self.0 {
            Values::Given(given) => given.len() == 0,
            Values::Stored(bytes) => bytes.is_empty(),
        }
    }

    /// The values in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> PackedIter<'a, T> {
        PackedIter(match self.0 {
            Values::Given(given) => RestValues::Given(GivenIter::new(given)),
            Values::Stored(bytes) => RestValues::Stored(PackedReader(Reader::new(bytes))),
        })
    }
}

impl<T: Scalar> PartialEq for Packed<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Scalar> fmt::Debug for Packed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a, T: Scalar> IntoIterator for Packed<'a, T> {
    type Item = T;
    type IntoIter = PackedIter<'a, T>;

    fn into_iter(self) -> PackedIter<'a, T> {
        self.iter()
    }
}

/// Goes through a [`Packed`].
#[derive(Clone, Debug)]
pub struct PackedIter<'a, T>(RestValues<'a, T>);

#[derive(Clone, Debug)]
enum RestValues<'a, T> {
    Given(GivenIter<'a, T>),
    Stored(PackedReader<'a>),
}

impl<T: Scalar> Iterator for PackedIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        match &mut self.0 {
            RestValues::Given(values) => values.next(),
            RestValues::Stored(reader) => T::take(reader),
        }
    }
}
