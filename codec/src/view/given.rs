//! The values of a repeated field that is to be written.

use core::fmt;

use crate::encode::EncodeError;
use crate::owned::Lend;

/// Values in a slice, made one by one, or lent by what keeps them.
#[derive(Clone, Copy)]
pub(super) enum Given<'a, T> {
    Slice(&'a [T]),
    Made { len: usize, at: &'a (dyn Fn(usize) -> T + Sync) },
    Lent { len: usize, by: &'a dyn Lend<'a, T> },
}

impl<T> Default for Given<'_, T> {
    fn default() -> Self {
        Self::Slice(&[])
    }
}

impl<T> Given<'_, T> {
    #[inline]
    pub(super) const fn len(&self) -> usize {
        match self {
            Self::Slice(values) => values.len(),
            Self::Made { len, .. } | Self::Lent { len, .. } => *len,
        }
    }
}

impl<T: Copy> Given<'_, T> {
    /// Calls `each` with one value after another.
    #[inline(always)]
    pub(super) fn try_each(&self, each: impl FnMut(T) -> Result<(), EncodeError>) -> Result<(), EncodeError> {
        match self {
            Self::Slice(values) => values.iter().copied().try_for_each(each),
            Self::Made { len, at } => (0..*len).map(at).try_for_each(each),
            Self::Lent { len, by } => (0..*len).filter_map(|index| by.lend(index)).try_for_each(each),
        }
    }
}

/// Goes through what is given.
#[derive(Clone)]
pub(super) struct GivenIter<'a, T> {
    given: Given<'a, T>,
    next: usize,
}

impl<'a, T> GivenIter<'a, T> {
    #[inline]
    pub(super) const fn new(given: Given<'a, T>) -> Self {
        Self { given, next: 0 }
    }
}

impl<T> fmt::Debug for GivenIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenIter").field("next", &self.next).field("len", &self.given.len()).finish()
    }
}

impl<T: Copy> Iterator for GivenIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        let value = match self.given {
            Given::Slice(values) => *values.get(self.next)?,
            Given::Made { len, at } => (self.next < len).then(|| at(self.next))?,
            Given::Lent { by, .. } => by.lend(self.next)?,
        };
        self.next += 1;
        Some(value)
    }
}
