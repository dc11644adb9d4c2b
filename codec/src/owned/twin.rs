//! The twin of a message, from the message's own declaration.

/// Declares what keeps a message: its fields, with types that borrow nothing. A message that borrows nothing is its own
/// twin.
macro_rules! twin {
    ($(#[$doc:meta])* $name:ident { $($fields:tt)* }) => {
        pub use crate::view::$name;

        impl crate::owned::Keep<'_> for $name {
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
    };
    ($(#[$doc:meta])* $name:ident <'a> { $($fields:tt)* }) => {
        crate::owned::twin! { @[$(#[$doc])* $name] [] $($fields)* }
    };

    // One field after another is moved into the brackets, its type exchanged.
    (@$head:tt [$($done:tt)*] $(#[$doc:meta])* $number:literal $field:ident: &'a str, $($rest:tt)*) => {
        crate::owned::twin! { @$head [$($done)* $(#[$doc])* $field: String,] $($rest)* }
    };
    (@$head:tt [$($done:tt)*] $(#[$doc:meta])* $number:literal $field:ident: &'a [u8], $($rest:tt)*) => {
        crate::owned::twin! { @$head [$($done)* $(#[$doc])* $field: Vec<u8>,] $($rest)* }
    };
    (@$head:tt [$($done:tt)*] $(#[$doc:meta])* $number:literal $field:ident: Option<&'a str>, $($rest:tt)*) => {
        crate::owned::twin! { @$head [$($done)* $(#[$doc])* $field: Option<String>,] $($rest)* }
    };
    (@$head:tt [$($done:tt)*] $(#[$doc:meta])* $number:literal $field:ident: Option<$message:ident<'a>>, $($rest:tt)*) => {
        crate::owned::twin! { @$head [$($done)* $(#[$doc])* $field: Option<$message>,] $($rest)* }
    };
    (@$head:tt [$($done:tt)*] $(#[$doc:meta])* $number:literal $field:ident: List<'a, &'a str>, $($rest:tt)*) => {
        crate::owned::twin! { @$head [$($done)* $(#[$doc])* $field: Vec<String>,] $($rest)* }
    };
    (@$head:tt [$($done:tt)*] $(#[$doc:meta])* $number:literal $field:ident: List<'a, $message:ident<'a>>, $($rest:tt)*) => {
        crate::owned::twin! { @$head [$($done)* $(#[$doc])* $field: Vec<$message>,] $($rest)* }
    };
    (@$head:tt [$($done:tt)*] $(#[$doc:meta])* $number:literal $field:ident: Packed<'a, $scalar:ident>, $($rest:tt)*) => {
        crate::owned::twin! { @$head [$($done)* $(#[$doc])* $field: Vec<$scalar>,] $($rest)* }
    };
    (@$head:tt [$($done:tt)*] $(#[$doc:meta])* $number:literal $field:ident: Refs<'a>, $($rest:tt)*) => {
        crate::owned::twin! { @$head [$($done)* $(#[$doc])* $field: Vec<Option<String>>,] $($rest)* }
    };
    (@$head:tt [$($done:tt)*] $(#[$doc:meta])* $number:literal $field:ident: $scalar:ident, $($rest:tt)*) => {
        crate::owned::twin! { @$head [$($done)* $(#[$doc])* $field: $scalar,] $($rest)* }
    };

    (@[$(#[$doc:meta])* $name:ident] [$($(#[$field_doc:meta])* $field:ident: $ty:ty,)*]) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $ty,)*
        }

        impl<'a> crate::owned::Keep<'a> for crate::view::$name<'a> {
            type Owned = $name;

            #[inline]
            fn keep(&self) -> $name {
                $name { $($field: crate::owned::Keep::keep(&self.$field),)* }
            }

            #[inline]
            fn lend(owned: &'a $name) -> Self {
                Self { $($field: crate::owned::Keep::lend(&owned.$field),)* }
            }
        }

        impl crate::view::$name<'_> {
            /// A copy that borrows nothing.
            #[inline]
            #[must_use]
            pub fn to_owned(&self) -> $name {
                crate::owned::Keep::keep(self)
            }
        }

        impl $name {
            /// The message as it is written.
            #[inline]
            #[must_use]
            pub fn as_view(&self) -> crate::view::$name<'_> {
                crate::owned::Keep::lend(self)
            }
        }
    };
}
pub(crate) use twin;
