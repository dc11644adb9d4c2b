//! Payload messages as they lie in the body: typed, borrowed, checked as they are read.
//!
//! A view is read in one pass that is the wire scan (`spec/wire.md`) and the check of the refs (REC-005) at once. It says
//! only whether the message passes; why one does not is for `payload.rs` to find out.

mod field;
mod given;
mod list;
mod messages;
mod packed;
mod payload;
mod refs;
#[cfg(test)]
mod tests;

pub use list::{Element, List, ListIter};
pub use messages::*;
pub use packed::{Packed, PackedIter, Scalar};
pub use payload::{OfKind, Payload};
pub use refs::{Refs, RefsIter};

pub(crate) use field::{Field, Sink, Source};

use crate::encode::EncodeError;
use crate::reader::Reader;
use crate::wire;
#[cfg(test)]
use dashstream_proto::schema::FieldSchema;
use dashstream_proto::schema::MessageSchema;

/// What a test asks of a field: its number, its name, and whether its type is that of the schema.
#[cfg(test)]
type Facts = (u32, &'static str, fn(&FieldSchema) -> bool);

/// A message of the schema.
pub trait Message<'a>: Sized + Copy + Default {
    /// The schema of the message.
    const SCHEMA: &'static MessageSchema;

    /// Reads the message; `None` where the scan fails, or a ref is past the string table.
    #[doc(hidden)]
    fn read(source: &Source<'a>) -> Option<Self>;

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
            fn read(source: &crate::view::Source<'a>) -> Option<Self> {
                use crate::view::Field as _;
                let mut view = Self::default();
                let mut seen = 0_u64;
                let mut reader = crate::reader::Reader::new(source.message);
                while !reader.is_empty() {
                    let key = reader.key()?;
                    match key {
                        $(_ if key == $number << 3 | <$ty>::WIRE_TYPE => {
                            if !<$ty>::REPEATED {
                                crate::view::once(&mut seen, $number)?;
                            }
                            view.$field.read($number, &mut reader, source)?;
                        })*
                        _ => crate::view::other(&mut reader, key, Self::SCHEMA)?,
                    }
                }
                Some(view)
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
