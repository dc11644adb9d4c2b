//! What a law says of an input.

use core::fmt;

use crate::error::{Code, Error};

/// A law: it holds for every input, and says what the input brought about.
pub type Law = fn(&[u8]) -> Result<Seen, Broken>;

/// A law that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The sentence that is not true.
    pub law: &'static str,
    /// How it fails for this input.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken: {}: {}", self.law, self.what)
    }
}

impl core::error::Error for Broken {}

/// How far an input came through the checks of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// One of the three CRCs was not found right: nothing behind it was looked at.
    #[default]
    Before,
    /// All CRCs are right, and a later check failed.
    Behind,
    /// A frame was accepted.
    Accepted,
}

/// What an input brought about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How far the best of its frames came.
    pub depth: Depth,
    /// The codes that were given, to the frame or to records.
    pub codes: Codes,
    /// Bytes of heap that a reader may take for the input: raw_len + body_len + 64 KiB (FRM-009).
    pub may_allocate: u64,
}

impl Seen {
    /// An input that was given this verdict.
    #[must_use]
    pub fn rejected(error: &Error) -> Self {
        let depth = if error.code > Code::BodyCrc { Depth::Behind } else { Depth::Before };
        Self { depth, codes: Codes::default().with(error.code), may_allocate: 0 }
    }

    /// An input with an accepted frame.
    #[must_use]
    pub fn accepted() -> Self {
        Self { depth: Depth::Accepted, ..Self::default() }
    }
}

/// A set of codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Codes(u64);

impl Codes {
    /// The set with one more.
    #[must_use]
    pub const fn with(self, code: Code) -> Self {
        Self(self.0 | 1 << code.number())
    }

    /// Whether the set has the code.
    #[must_use]
    pub const fn has(self, code: Code) -> bool {
        self.0 & (1 << code.number()) != 0
    }

    /// The codes of the set, in the order of the checks.
    pub fn iter(self) -> impl Iterator<Item = Code> {
        Code::ALL.iter().copied().filter(move |code| self.has(*code))
    }
}
