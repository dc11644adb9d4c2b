//! Payload messages as they lie in the body: typed, borrowed, checked as they are read.
//!
//! A view is read in one pass that is the wire scan (`spec/wire.md`) and the check of the refs (REC-005) at once. It says
//! only whether the message passes; why one does not is for `payload.rs` to find out.
//!
//! What is to outlive its frame is kept by a twin of the view, see [`owned`](crate::owned).

mod field;
mod given;
mod list;
pub(crate) mod messages;
mod need;
mod packed;
pub(crate) mod payload;
mod refs;
#[cfg(test)]
mod tests;

pub use list::{Element, List, ListIter};
pub use messages::*;
#[doc(hidden)]
pub use need::{Need, Needs};
pub use packed::{Packed, PackedIter, Scalar};
pub use payload::{OfKind, Payload};
pub use refs::{Refs, RefsIter};

pub(crate) use field::{Field, Sink, Source};

use crate::encode::EncodeError;
use crate::owned::Keep;
use crate::reader::Reader;
use crate::wire;
#[cfg(test)]
use dashstream_proto::schema::FieldSchema;
use dashstream_proto::schema::MessageSchema;

/// What a test asks of a field: its number, its name, and whether its type is that of the schema.
#[cfg(test)]
type Facts = (u32, &'static str, fn(&FieldSchema) -> bool);

/// A message of the schema.
pub trait Message<'a>: Keep<'a> + Needs + Copy + Default {
    /// The schema of the message.
    const SCHEMA: &'static MessageSchema;

    /// Reads the message into one of nothing but defaults; `None` where the scan fails, or a ref is past the string
    /// table. A view is filled where it is to stay, for copying one costs more than reading it.
    #[doc(hidden)]
    fn fill(&mut self, source: &Source<'a>) -> Option<()>;

    /// The same for fields in any order, and ones that the schema does not have.
    #[doc(hidden)]
    fn fill_in_any_order(&mut self, source: &Source<'a>) -> Option<()>;

    /// The message that is read.
    #[doc(hidden)]
    #[inline]
    fn read(source: &Source<'a>) -> Option<Self> {
        let mut view = Self::default();
        view.fill(source)?;
        Some(view)
    }

    /// Number and name of each field, and whether its type is that of the schema.
    #[cfg(test)]
    const FIELDS: &'static [Facts];

    /// Appends the message in the tidy form.
    #[doc(hidden)]
    fn write(&self, sink: &mut Sink<'_>) -> Result<(), EncodeError>;
}

/// Takes note that a field occurs; `None` where it must not occur again.
#[inline]
const fn once(seen: &mut u64, number: u32) -> Option<()> {
    let bit = 1_u64 << (number & 63);
    // WIRE-005
    if *seen & bit != 0 {
        return None;
    }
    *seen |= bit;
    Some(())
}

/// A field whose key is none of the message's: one that the schema does not have, or a wrong one.
#[cold]
fn other(reader: &mut Reader<'_>, key: u32, schema: &MessageSchema) -> Option<()> {
    // WIRE-004
    if schema.field(key >> 3).is_some() {
        return None;
    }
    // WIRE-002, WIRE-003, WIRE-017
    wire::skip_unknown(reader, key)
}

/// Declares a message: for each field its number, name and type, in ascending order of the numbers.
macro_rules! message {
    ($(#[$doc:meta])* $name:ident $(<$life:lifetime>)? of $schema:ident { $($(#[$field_doc:meta])* $number:literal $field:ident: $ty:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name $(<$life>)? {
            $($(#[$field_doc])* pub $field: $ty,)*
        }

        impl<'a> crate::view::Message<'a> for $name $(<$life>)? {
            const SCHEMA: &'static dashstream_proto::schema::MessageSchema = &dashstream_proto::schema::$schema;

            #[cfg(test)]
            const FIELDS: &'static [crate::view::Facts] =
                &[$(($number, stringify!($field), <$ty as crate::view::Field<'a>>::fits)),*];

            #[inline]
            fn fill(&mut self, source: &crate::view::Source<'a>) -> Option<()> {
                use crate::view::Field as _;
                let mut reader = crate::reader::Reader::new(source.message);
                // The tidy form: each field in its turn, so that none can be there twice (WIRE-005).
                $(while reader.take_key($number << 3 | <$ty>::WIRE_TYPE) {
                    self.$field.read($number, &mut reader, source)?;
                    if !<$ty>::REPEATED {
                        break;
                    }
                })*
                if reader.is_empty() { Some(()) } else { self.fill_in_any_order(source) }
            }

            #[cold]
            fn fill_in_any_order(&mut self, source: &crate::view::Source<'a>) -> Option<()> {
                use crate::view::Field as _;
                *self = Self::default();
                let mut seen = 0_u64;
                let mut reader = crate::reader::Reader::new(source.message);
                while !reader.is_empty() {
                    let key = reader.key()?;
                    match key {
                        $(_ if key == $number << 3 | <$ty>::WIRE_TYPE => {
                            if !<$ty>::REPEATED {
                                crate::view::once(&mut seen, $number)?;
                            }
                            self.$field.read($number, &mut reader, source)?;
                        })*
                        _ => crate::view::other(&mut reader, key, Self::SCHEMA)?,
                    }
                }
                Some(())
            }

            #[inline]
            fn write(&self, sink: &mut crate::view::Sink<'_>) -> Result<(), crate::EncodeError> {
                use crate::view::Field as _;
                $(self.$field.write($number, sink)?;)*
                Ok(())
            }
        }
    };
}
pub(crate) use message;

/// Declares messages, and in a module `owned` the twins that keep what they borrow.
macro_rules! declare {
    ($($(#[$doc:meta])* $name:ident $(<$life:lifetime>)? of $schema:ident { $($fields:tt)* })*) => {
        $(
            crate::view::message! { $(#[$doc])* $name $(<$life>)? of $schema { $($fields)* } }
            crate::view::need::needs! { $name $(<$life>)? { $($fields)* } }
        )*

        pub(crate) mod owned {
            $(crate::owned::twin! { $(#[$doc])* $name $(<$life>)? { $($fields)* } })*
        }
    };
}
pub(crate) use declare;
