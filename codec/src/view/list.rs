//! Repeated fields of messages and strings: given to be written, or as they are stored.

use core::fmt;

use super::field::{Sink, Source, put_message};
use super::given::{Given, GivenIter};
use super::{Message, Needs};
use crate::encode::{EncodeError, put};
use crate::owned::{Keep, Lend};
use crate::strings::Strings;
use crate::wire::{self, Fields};
#[cfg(test)]
use dashstream_proto::schema::FieldType;

/// What a [`List`] has in it.
pub trait Element<'a>: Keep<'a> + Needs + Copy + Default + PartialEq + fmt::Debug {
    #[doc(hidden)]
    fn read_element(bytes: &'a [u8], strings: Strings<'a>) -> Option<Self>;
    #[doc(hidden)]
    fn write_element(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError>;
    #[cfg(test)]
    #[doc(hidden)]
    fn is_element(ty: &FieldType) -> bool;
}

impl<'a> Element<'a> for &'a str {
    fn read_element(bytes: &'a [u8], _: Strings<'a>) -> Option<Self> {
        wire::text(bytes)
    }

    fn write_element(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        // An element is written, empty or not.
        put::bytes(sink.out, number, self.as_bytes());
        Ok(())
    }

    #[cfg(test)]
    fn is_element(ty: &FieldType) -> bool {
        matches!(ty, FieldType::String)
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

    #[cfg(test)]
    fn is_element(ty: &FieldType) -> bool {
        *ty == FieldType::Message(M::SCHEMA)
    }
}

/// The elements of a repeated field of messages or strings.
#[derive(Clone, Copy)]
pub struct List<'a, T>(Elements<'a, T>);

#[derive(Clone, Copy)]
enum Elements<'a, T> {
    /// To be written.
    Given(Given<'a, T>),
    /// The fields of that number in a message that has been read.
    Stored { message: &'a [u8], number: u32, len: u32, strings: Strings<'a> },
}

impl<T> Default for List<'_, T> {
    fn default() -> Self {
        Self(Elements::Given(Given::default()))
    }
}

impl<'a, T> From<&'a [T]> for List<'a, T> {
    fn from(elements: &'a [T]) -> Self {
        Self(Elements::Given(Given::Slice(elements)))
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for List<'a, T> {
    fn from(elements: &'a [T; N]) -> Self {
        Self(Elements::Given(Given::Slice(elements)))
    }
}

impl<'a, T: Element<'a>> List<'a, T> {
    /// `len` elements, which are made one by one as they are written.
    pub const fn by(len: usize, at: &'a (dyn Fn(usize) -> T + Sync)) -> Self {
        Self(Elements::Given(Given::Made { len, at }))
    }

    /// The elements that `by` keeps.
    pub(crate) const fn lent(len: usize, by: &'a dyn Lend<'a, T>) -> Self {
        Self(Elements::Given(Given::Lent { len, by }))
    }

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

    /// Calls `each` with one element after another.
    #[inline(always)]
    pub(super) fn try_each(&self, each: impl FnMut(T) -> Result<(), EncodeError>) -> Result<(), EncodeError> {
        match self.0 {
            Elements::Given(given) => given.try_each(each),
            Elements::Stored { .. } => self.iter().try_for_each(each),
        }
    }

    /// Elements in the list.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        match self.0 {
            Elements::Given(given) => given.len(),
            Elements::Stored { len, .. } => len as usize,
        }
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> ListIter<'a, T> {
        ListIter(match self.0 {
            Elements::Given(given) => Rest::Given(GivenIter::new(given)),
            Elements::Stored { message, number, strings, .. } => {
                Rest::Stored { fields: Fields::new(message), number, strings }
            }
        })
    }

    /// The elements as they are stored, where they have been read.
    pub(crate) fn stored(&self) -> Option<impl Iterator<Item = &'a [u8]> + use<'a, T>> {
        let Elements::Stored { message, number, .. } = self.0 else { return None };
        let mut fields = Fields::new(message);
        Some(core::iter::from_fn(move || fields.next_bytes(number)))
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
    Given(GivenIter<'a, T>),
    Stored { fields: Fields<'a>, number: u32, strings: Strings<'a> },
}

impl<'a, T: Element<'a>> Iterator for ListIter<'a, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        match &mut self.0 {
            Rest::Given(elements) => elements.next(),
            Rest::Stored { fields, number, strings } => T::read_element(fields.next_bytes(*number)?, *strings),
        }
    }
}
