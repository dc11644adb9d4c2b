//! How much room a message takes in a frame, at most, without writing it.

use super::messages::RecordId;
use super::{Element, List, Packed, Refs, Scalar};

/// Bytes of a ref, at most.
const REF: usize = 3;
/// Bytes of a number, at most: of one of 64 bits, 54 count, the sign included.
const NUMBER: usize = 8;

/// Room in a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Bytes of the message.
    pub(crate) payload: usize,
    /// Bytes of the strings that it refers to, in the table.
    pub(crate) table: usize,
    /// How many these are, all of them new.
    pub(crate) strings: usize,
}

impl Need {
    /// Bytes of a tag and of a length, at most.
    pub(crate) const FIELD: usize = 6;

    /// A field of so many bytes.
    pub(super) const fn field(&mut self, len: usize) {
        self.payload = self.payload.saturating_add(Self::FIELD).saturating_add(len);
    }

    /// A text that is to be in the table.
    pub(crate) const fn text(&mut self, text: &str) {
        self.strings += 1;
        self.table += Self::FIELD + text.len();
    }
}

/// A message, or a type of its fields.
pub trait Needs {
    /// Adds what the value needs.
    fn add_to(&self, need: &mut Need);
}

/// Numbers need the same, whatever they are.
macro_rules! numbers {
    ($($number:ty)*) => {
        $(
            impl Needs for $number {
                fn add_to(&self, need: &mut Need) {
                    need.field(NUMBER);
                }
            }
        )*
    };
}

numbers! { u32 u64 bool f64 }

impl Needs for &[u8] {
    fn add_to(&self, need: &mut Need) {
        need.field(self.len());
    }
}

impl Needs for &str {
    fn add_to(&self, need: &mut Need) {
        self.as_bytes().add_to(need);
    }
}

impl Needs for Option<&str> {
    fn add_to(&self, need: &mut Need) {
        if let Some(text) = self {
            need.field(REF);
            need.text(text);
        }
    }
}

impl Needs for Option<RecordId<'_>> {
    fn add_to(&self, need: &mut Need) {
        if let Some(id) = self {
            id.add_to(need);
        }
    }
}

impl<'a, T: Element<'a>> Needs for List<'a, T> {
    fn add_to(&self, need: &mut Need) {
        self.iter().for_each(|element| element.add_to(need));
    }
}

impl<T: Scalar> Needs for Packed<'_, T> {
    fn add_to(&self, need: &mut Need) {
        need.field(self.len().saturating_mul(NUMBER));
    }
}

impl Needs for Refs<'_> {
    fn add_to(&self, need: &mut Need) {
        need.field(self.len().saturating_mul(REF));
        self.iter().flatten().for_each(|text| need.text(text));
    }
}

/// A message needs what its fields do, and where it is inside of another a tag and a length.
macro_rules! needs {
    ($name:ident $(<$life:lifetime>)? { $($(#[$doc:meta])* $number:literal $field:ident: $ty:ty,)* }) => {
        impl<'a> crate::view::Needs for $name $(<$life>)? {
            fn add_to(&self, need: &mut crate::view::Need) {
                need.field(0);
                $(self.$field.add_to(need);)*
            }
        }
    };
}
pub(crate) use needs;
