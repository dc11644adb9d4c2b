//! How a value is kept, by the type that it has in a view.

use crate::view::{Element, List, Packed, Refs, Scalar};

/// What may borrow, with the type that keeps its value: a view, or the type of a field in one.
pub trait Keep<'a>: Sized {
    /// What keeps the value.
    type Owned: Sync + 'a;

    /// A copy that borrows nothing, in no more memory than it needs.
    fn keep(&self) -> Self::Owned;

    /// The value again, borrowed from what keeps it.
    fn lend(owned: &'a Self::Owned) -> Self;
}

/// Values that are lent one by one, on any thread.
pub(crate) trait Lend<'a, T>: Sync {
    /// The value at that place; `None` behind the last.
    fn lend(&'a self, index: usize) -> Option<T>;
}

impl<'a, T: Keep<'a>> Lend<'a, T> for Vec<T::Owned> {
    #[inline]
    fn lend(&'a self, index: usize) -> Option<T> {
        self.get(index).map(T::lend)
    }
}

/// Numbers borrow nothing.
macro_rules! numbers {
    ($($number:ident)*) => {
        $(
            impl Keep<'_> for $number {
                type Owned = Self;

                #[inline]
                fn keep(&self) -> Self {
                    *self
                }

                #[inline]
                fn lend(owned: &Self) -> Self {
                    *owned
                }
            }
        )*
    };
}

numbers! { u32 u64 bool f64 }

impl<'a> Keep<'a> for &'a str {
    type Owned = String;

    #[inline]
    fn keep(&self) -> String {
        str::to_owned(self)
    }

    #[inline]
    fn lend(owned: &'a String) -> Self {
        owned
    }
}

impl<'a> Keep<'a> for &'a [u8] {
    type Owned = Vec<u8>;

    #[inline]
    fn keep(&self) -> Vec<u8> {
        self.to_vec()
    }

    #[inline]
    fn lend(owned: &'a Vec<u8>) -> Self {
        owned
    }
}

impl<'a, T: Keep<'a>> Keep<'a> for Option<T> {
    type Owned = Option<T::Owned>;

    #[inline]
    fn keep(&self) -> Option<T::Owned> {
        self.as_ref().map(T::keep)
    }

    #[inline]
    fn lend(owned: &'a Option<T::Owned>) -> Self {
        owned.as_ref().map(T::lend)
    }
}

impl<'a, T: Element<'a>> Keep<'a> for List<'a, T> {
    type Owned = Vec<T::Owned>;

    fn keep(&self) -> Vec<T::Owned> {
        gather(self.len(), self.iter().map(|element| element.keep()))
    }

    #[inline]
    fn lend(owned: &'a Vec<T::Owned>) -> Self {
        Self::lent(owned.len(), owned)
    }
}

impl<'a, T: Scalar + 'a> Keep<'a> for Packed<'a, T> {
    type Owned = Vec<T>;

    fn keep(&self) -> Vec<T> {
        gather(self.len(), self.iter())
    }

    #[inline]
    fn lend(owned: &'a Vec<T>) -> Self {
        Self::from(owned.as_slice())
    }
}

impl<'a> Keep<'a> for Refs<'a> {
    type Owned = Vec<Option<String>>;

    fn keep(&self) -> Vec<Option<String>> {
        gather(self.len(), self.iter().map(|text| text.keep()))
    }

    #[inline]
    fn lend(owned: &'a Vec<Option<String>>) -> Self {
        Self::lent(owned.len(), owned)
    }
}

/// The values in a vector with room for `len`, for iterators over bytes do not know how many they will find.
fn gather<T>(len: usize, values: impl Iterator<Item = T>) -> Vec<T> {
    let mut kept = Vec::with_capacity(len);
    kept.extend(values);
    kept
}
