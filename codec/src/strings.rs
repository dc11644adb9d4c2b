//! The string table of a frame.

use crate::reader::Reader;
use crate::wire;

/// The string table of a frame. A string is found by its ref: 1 for the first, 0 for none.
///
/// It borrows the body: records share its strings, and none is copied (BODY-017).
#[derive(Clone, Copy, Debug)]
pub struct Strings<'a>(&'a Table<'a>);

/// The strings of a body that have been checked: as they are where there are few, and otherwise by their places, so
/// that a frame of nothing but strings takes no more memory than it may (FRM-009).
#[derive(Clone, Debug, Default)]
pub(crate) struct Table<'a> {
    pub(crate) texts: Vec<&'a str>,
    pub(crate) body: &'a [u8],
    /// Where in `body` the length of each string stands; empty where `texts` has the strings.
    pub(crate) starts: &'a [u32],
    /// As much of `body`, from its first byte on, as is known to be UTF-8 and to hold strings of less than 128 bytes.
    pub(crate) run: &'a str,
}

impl<'a> Table<'a> {
    /// Strings in the table.
    pub(crate) fn len(&self) -> usize {
        if self.starts.is_empty() { self.texts.len() } else { self.starts.len() }
    }

    fn at(&self, index: usize) -> Option<&'a str> {
        let len_at = *self.starts.get(index)? as usize;
        match self.run.as_bytes().get(len_at) {
            Some(len) => self.run.get(len_at + 1..len_at + 1 + usize::from(*len)),
            None => self.outside(len_at),
        }
    }

    /// A string that is not in the run.
    #[cold]
    fn outside(&self, len_at: usize) -> Option<&'a str> {
        let bytes = Reader::new(self.body.get(len_at..)?).delimited()?;
        wire::text(bytes)
    }
}

impl<'a> Strings<'a> {
    pub(crate) const fn new(table: &'a Table<'a>) -> Self {
        Self(table)
    }

    /// The string with that ref; `None` where the ref is 0 or past the table.
    #[inline]
    #[must_use]
    pub fn get(&self, string_ref: u32) -> Option<&'a str> {
        let index = string_ref.checked_sub(1)? as usize;
        match self.0.texts.get(index) {
            Some(text) => Some(text),
            None => self.0.at(index),
        }
    }

    /// Strings in the table.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the table is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The strings in the order of the table; the first has ref 1.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let table = *self;
        (0..table.len())
            .map(move |index| table.get(u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)).unwrap_or_default())
    }
}
