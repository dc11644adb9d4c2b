//! The string table of a frame.

use crate::reader::Reader;

/// The string table of a frame. A string is found by its ref: 1 for the first, 0 for none.
///
/// It borrows the body: records share its strings, and none is copied (BODY-017).
#[derive(Clone, Copy, Debug)]
pub struct Strings<'a> {
    body: &'a [u8],
    /// Where in `body` the length of each string stands.
    starts: &'a [u32],
}

impl<'a> Strings<'a> {
    pub(crate) const fn new(body: &'a [u8], starts: &'a [u32]) -> Self {
        Self { body, starts }
    }

    /// The string with that ref; `None` where the ref is 0 or past the table.
    #[must_use]
    pub fn get(&self, string_ref: u32) -> Option<&'a str> {
        let index = usize::try_from(string_ref.checked_sub(1)?).ok()?;
        self.starts.get(index).and_then(|start| self.at(*start))
    }

    fn at(&self, start: u32) -> Option<&'a str> {
        let mut reader = Reader::new(self.body.get(start as usize..)?);
        let len = usize::try_from(reader.varint().ok()?).ok()?;
        core::str::from_utf8(reader.take(len)?).ok()
    }

    /// Strings in the table.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether the table is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The strings in the order of the table; the first has ref 1.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let table = *self;
        table.starts.iter().map(move |start| table.at(*start).unwrap_or_default())
    }
}
