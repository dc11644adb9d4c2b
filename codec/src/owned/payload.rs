//! The payload of a record that has been kept.

pub use crate::view::payload::owned::Payload;

use super::Keep;
use crate::view;

impl Default for Payload {
    /// No bytes of no kind.
    fn default() -> Self {
        Self::Opaque(Vec::new())
    }
}

impl Payload {
    /// The payload as it is written.
    #[inline]
    #[must_use]
    pub fn as_view(&self) -> view::Payload<'_> {
        Keep::lend(self)
    }
}

impl view::Payload<'_> {
    /// A copy that borrows nothing.
    #[inline]
    #[must_use]
    pub fn to_owned(&self) -> Payload {
        self.keep()
    }
}
