//! Repeated fields: given as slices to be written, or as they are stored.

use core::fmt;

use super::field::{Sink, Source, put_message, within};
use super::Message;
use crate::constants::MAX_SEQUENCE;
use crate::encode::{EncodeError, put};
use crate::reader::{Reader, Varints};
use crate::strings::Strings;
use crate::wire::{Fields, zigzag};

/// What a [`List`] has in it.
pub trait Element<'a>: Copy + Default + PartialEq + fmt::Debug {
    #[doc(hidden)]
    fn read_element(bytes: &'a [u8], strings: Strings<'a>) -> Option<Self>;
    #[doc(hidden)]
    fn write_element(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError>;
}

impl<'a> Element<'a> for &'a str {
    fn read_element(bytes: &'a [u8], _: Strings<'a>) -> Option<Self> {
        core::str::from_utf8(bytes).ok()
    }

    fn write_element(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        // An element is written, empty or not.
        put::bytes(sink.out, number, self.as_bytes());
        Ok(())
    }
}

impl<'a, M: Message<'a> + PartialEq + fmt::Debug> Element<'a> for M {
    #[inline]
    fn read_element(message: &'a [u8], strings: Strings<'a>) -> Option<Self> {
        M::read(&Source { message, strings })
    }

    fn write_element(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        put_message(number, self, sink)
    }
}

/// The elements of a repeated field of messages or strings.
#[derive(Clone, Copy)]
pub struct List<'a, T>(Elements<'a, T>);

#[derive(Clone, Copy)]
enum Elements<'a, T> {
    /// To be written.
    Given(&'a [T]),
    /// The fields of that number in a message that has been read.
    Stored { message: &'a [u8], number: u32, len: u32, strings: Strings<'a> },
}

impl<T> Default for List<'_, T> {
    fn default() -> Self {
        Self(Elements::Given(&[]))
    }
}

impl<'a, T> From<&'a [T]> for List<'a, T> {
    fn from(elements: &'a [T]) -> Self {
        Self(Elements::Given(elements))
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for List<'a, T> {
    fn from(elements: &'a [T; N]) -> Self {
        Self(Elements::Given(elements))
    }
}

impl<'a, T: Element<'a>> List<'a, T> {
    /// Takes note of an element in the message that is being read.
    #[inline]
    pub(super) const fn note(&mut self, number: u32, source: &Source<'a>) {
        match &mut self.0 {
            Elements::Stored { len, .. } => *len += 1,
            Elements::Given(_) => {
                let Source { message, strings } = *source;
                self.0 = Elements::Stored { message, number, len: 1, strings };
            }
        }
    }

    /// Elements in the list.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self.0 {
            Elements::Given(elements) => elements.len(),
            Elements::Stored { len, .. } => len as usize,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements in order.
    #[must_use]
    pub fn iter(&self) -> ListIter<'a, T> {
        ListIter(match self.0 {
            Elements::Given(elements) => Rest::Given(elements.iter()),
            Elements::Stored { message, number, strings, .. } => {
                Rest::Stored { fields: Fields::new(message), number, strings }
            }
        })
    }

    /// The elements as they are stored, where they have been read.
    pub(crate) fn stored(&self) -> Option<impl Iterator<Item = &'a [u8]> + use<'a, T>> {
        let Elements::Stored { message, number, .. } = self.0 else { return None };
        Some(Fields::new(message).filter(move |field| field.number == number).map(|field| field.bytes()))
    }
}

impl<'a, T: Element<'a>> PartialEq for List<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<'a, T: Element<'a>> fmt::Debug for List<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a, T: Element<'a>> IntoIterator for List<'a, T> {
    type Item = T;
    type IntoIter = ListIter<'a, T>;

    fn into_iter(self) -> ListIter<'a, T> {
        self.iter()
    }
}

/// Goes through a [`List`].
#[derive(Clone, Debug)]
pub struct ListIter<'a, T>(Rest<'a, T>);

#[derive(Clone, Debug)]
enum Rest<'a, T> {
    Given(core::slice::Iter<'a, T>),
    Stored { fields: Fields<'a>, number: u32, strings: Strings<'a> },
}

impl<'a, T: Element<'a>> Iterator for ListIter<'a, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match &mut self.0 {
            Rest::Given(elements) => elements.next().copied(),
            Rest::Stored { fields, number, strings } => {
                let field = fields.find(|field| field.number == *number)?;
                T::read_element(field.bytes(), *strings)
            }
        }
    }
}

/// A number in a packed field.
pub trait Scalar: Copy + PartialEq + fmt::Debug {
    #[doc(hidden)]
    fn check(bytes: &[u8]) -> Option<()>;
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
    fn check(bytes: &[u8]) -> Option<()> {
        let mut reader = Reader::new(bytes);
        while !reader.is_empty() {
            // WIRE-012
            if zigzag(reader.varint().ok()?).unsigned_abs() > MAX_SEQUENCE {
                return None;
            }
        }
        Some(())
    }

    fn count(bytes: &[u8]) -> usize {
        Varints::new(bytes).len()
    }

    fn take(reader: &mut PackedReader<'_>) -> Option<Self> {
        reader.0.varint().ok().map(zigzag)
    }

    fn put(self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        put::varint(out, put::zigzag(self));
        within(self.unsigned_abs())
    }
}

impl Scalar for f64 {
    fn check(bytes: &[u8]) -> Option<()> {
        // WIRE-007
        bytes.len().is_multiple_of(size_of::<Self>()).then_some(())
    }

    fn count(bytes: &[u8]) -> usize {
        bytes.len() / size_of::<Self>()
    }

    fn take(reader: &mut PackedReader<'_>) -> Option<Self> {
        reader.0.u64().map(Self::from_bits)
    }

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
    Given(&'a [T]),
    Stored(&'a [u8]),
}

impl<T> Default for Packed<'_, T> {
    fn default() -> Self {
        Self(Values::Given(&[]))
    }
}

impl<'a, T> From<&'a [T]> for Packed<'a, T> {
    fn from(values: &'a [T]) -> Self {
        Self(Values::Given(values))
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for Packed<'a, T> {
    fn from(values: &'a [T; N]) -> Self {
        Self(Values::Given(values))
    }
}

impl<'a, T: Scalar> Packed<'a, T> {
    /// The values of a field that has been checked.
    pub(super) const fn stored(bytes: &'a [u8]) -> Self {
        Self(Values::Stored(bytes))
    }

    /// Values in the field.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.0 {
            Values::Given(values) => values.len(),
            Values::Stored(bytes) => T::count(bytes),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match self.0 {
            Values::Given(values) => values.is_empty(),
            Values::Stored(bytes) => bytes.is_empty(),
        }
    }

    /// The values in order.
    #[must_use]
    pub fn iter(&self) -> PackedIter<'a, T> {
        PackedIter(match self.0 {
            Values::Given(values) => RestValues::Given(values.iter()),
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
    Given(core::slice::Iter<'a, T>),
    Stored(PackedReader<'a>),
}

impl<T: Scalar> Iterator for PackedIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        match &mut self.0 {
            RestValues::Given(values) => values.next().copied(),
            RestValues::Stored(reader) => T::take(reader),
        }
    }
}

/// The strings of a packed field of refs; `None` for a ref of 0.
#[derive(Clone, Copy)]
pub struct Refs<'a>(Texts<'a>);

#[derive(Clone, Copy)]
enum Texts<'a> {
    Given(&'a [Option<&'a str>]),
    Stored { bytes: &'a [u8], strings: Strings<'a> },
}

impl Default for Refs<'_> {
    fn default() -> Self {
        Self(Texts::Given(&[]))
    }
}

impl<'a> From<&'a [Option<&'a str>]> for Refs<'a> {
    fn from(texts: &'a [Option<&'a str>]) -> Self {
        Self(Texts::Given(texts))
    }
}

impl<'a, const N: usize> From<&'a [Option<&'a str>; N]> for Refs<'a> {
    fn from(texts: &'a [Option<&'a str>; N]) -> Self {
        Self(Texts::Given(texts))
    }
}

impl<'a> Refs<'a> {
    /// The refs of a field that has been checked.
    pub(super) const fn stored(bytes: &'a [u8], strings: Strings<'a>) -> Self {
        Self(Texts::Stored { bytes, strings })
    }

    /// Refs in the field.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.0 {
            Texts::Given(texts) => texts.len(),
            Texts::Stored { bytes, .. } => Varints::new(bytes).len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match self.0 {
            Texts::Given(texts) => texts.is_empty(),
            Texts::Stored { bytes, .. } => bytes.is_empty(),
        }
    }

    /// The strings in order.
    #[must_use]
    pub fn iter(&self) -> RefsIter<'a> {
        RefsIter(match self.0 {
            Texts::Given(texts) => RestTexts::Given(texts.iter()),
            Texts::Stored { bytes, strings } => RestTexts::Stored { refs: Varints::new(bytes), strings },
        })
    }
}

impl PartialEq for Refs<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Refs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> IntoIterator for Refs<'a> {
    type Item = Option<&'a str>;
    type IntoIter = RefsIter<'a>;

    fn into_iter(self) -> RefsIter<'a> {
        self.iter()
    }
}

/// Goes through [`Refs`].
#[derive(Clone, Debug)]
pub struct RefsIter<'a>(RestTexts<'a>);

#[derive(Clone, Debug)]
enum RestTexts<'a> {
    Given(core::slice::Iter<'a, Option<&'a str>>),
    Stored { refs: Varints<'a>, strings: Strings<'a> },
}

impl<'a> Iterator for RefsIter<'a> {
    type Item = Option<&'a str>;

    #[inline]
    fn next(&mut self) -> Option<Option<&'a str>> {
        match &mut self.0 {
            RestTexts::Given(texts) => texts.next().copied(),
            RestTexts::Stored { refs, strings } => {
                let string_ref = refs.next()?;
                Some(u32::try_from(string_ref).ok().and_then(|string_ref| strings.get(string_ref)))
            }
        }
    }
}
