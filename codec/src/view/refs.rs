//! Packed fields of refs: strings to be written, or the refs as they are stored.

use core::fmt;

use super::given::{Given, GivenIter};
use crate::encode::EncodeError;
use crate::owned::Lend;
use crate::packed;
use crate::reader::Varints;
use crate::strings::Strings;

/// The strings of a packed field of refs; `None` for a ref of 0.
#[derive(Clone, Copy)]
pub struct Refs<'a>(Texts<'a>);

#[derive(Clone, Copy)]
enum Texts<'a> {
    Given(Given<'a, Option<&'a str>>),
    Stored { bytes: &'a [u8], strings: Strings<'a> },
}

impl Default for Refs<'_> {
    fn default() -> Self {
        Self(Texts::Given(Given::default()))
    }
}

impl<'a> From<&'a [Option<&'a str>]> for Refs<'a> {
    fn from(texts: &'a [Option<&'a str>]) -> Self {
        Self(Texts::Given(Given::Slice(texts)))
    }
}

impl<'a, const N: usize> From<&'a [Option<&'a str>; N]> for Refs<'a> {
    fn from(texts: &'a [Option<&'a str>; N]) -> Self {
        Self(Texts::Given(Given::Slice(texts)))
    }
}

impl<'a> Refs<'a> {
    /// The refs of `len` strings, which are asked for one by one as they are written.
    pub const fn by(len: usize, at: &'a (dyn Fn(usize) -> Option<&'a str> + Sync)) -> Self {
        Self(Texts::Given(Given::Made { len, at }))
    }

    /// The refs of the strings that `by` keeps.
    pub(crate) const fn lent(len: usize, by: &'a dyn Lend<'a, Option<&'a str>>) -> Self {
        Self(Texts::Given(Given::Lent { len, by }))
    }

    /// The refs of a field that has been checked.
    pub(super) const fn stored(bytes: &'a [u8], strings: Strings<'a>) -> Self {
        Self(Texts::Stored { bytes, strings })
    }

    /// Calls `each` with one string after another.
    #[inline(always)]
    pub(super) fn try_each(
        &self,
        each: impl FnMut(Option<&'a str>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        match self.0 {
            Texts::Given(given) => given.try_each(each),
            Texts::Stored { .. } => self.iter().try_for_each(each),
        }
    }

    /// Refs in the field.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        match self.0 {
            Texts::Given(given) => given.len(),
            Texts::Stored { bytes, .. } => Varints::new(bytes).len(),
        }
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match self.0 {
            Texts::Given(given) => given.len() == 0,
            Texts::Stored { bytes, .. } => bytes.is_empty(),
        }
    }

    /// Whether no ref is 0.
    pub(crate) fn all_are_there(&self) -> bool {
        match self.0 {
            Texts::Stored { bytes, .. } => {
                packed::all_are_short_and_not_zero(bytes) || Varints::new(bytes).all(|string_ref| string_ref != 0)
            }
            Texts::Given(_) => self.iter().all(|text| text.is_some()),
        }
    }

    /// The strings in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> RefsIter<'a> {
        RefsIter(match self.0 {
            Texts::Given(given) => RestTexts::Given(GivenIter::new(given)),
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
    Given(GivenIter<'a, Option<&'a str>>),
    Stored { refs: Varints<'a>, strings: Strings<'a> },
}

impl<'a> Iterator for RefsIter<'a> {
    type Item = Option<&'a str>;

    #[inline]
    fn next(&mut self) -> Option<Option<&'a str>> {
        match &mut self.0 {
            RestTexts::Given(texts) => texts.next(),
            RestTexts::Stored { refs, strings } => {
                let string_ref = refs.next()?;
                Some(u32::try_from(string_ref).ok().and_then(|string_ref| strings.get(string_ref)))
            }
        }
    }
}
