//! How a message failed.

use std::fmt;

use dashstream_codec::{Code, Error};

/// Where a message failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The reader rejected the frame.
    Judge,
    /// The reader rejected a record of an accepted frame.
    Record,
    /// A range of a file belongs to no accepted frame.
    Damage,
    /// The application rejected it, or did not come to an end with it.
    Handle,
    /// The reader does not support it, and its operator has passed it (CON-005).
    Passed,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Judge, Self::Record, Self::Damage, Self::Handle, Self::Passed];

    /// The name in `spec/dead-letters.md`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Judge => "judge",
            Self::Record => "record",
            Self::Damage => "damage",
            Self::Handle => "handle",
            Self::Passed => "passed",
        }
    }

    /// The stage of that name, where there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// Why a message failed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// A code of `spec/errors.md`.
    Code(Code),
    /// The application.
    Application,
    /// A code that this program does not know: capital letters, digits and `_`.
    Other(String),
}

const APPLICATION: &str = "APPLICATION";

impl Reason {
    /// Its name: that of the code, or `APPLICATION`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Code(code) => code.name(),
            Self::Application => APPLICATION,
            Self::Other(name) => name,
        }
    }

    /// The reason of that name; `None` for what cannot be the name of a code.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        if name == APPLICATION {
            return Some(Self::Application);
        }
        let known = Code::from_name(name).map(Self::Code);
        known.or_else(|| (!name.is_empty() && name.bytes().all(fits)).then(|| Self::Other(name.to_owned())))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a message failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where.
    pub stage: Stage,
    /// Why.
    pub reason: Reason,
    /// The offset of the code, counted from where [`Code::offset_base`] says; `None` where there is none.
    pub offset: Option<u64>,
    /// The index of the record in its frame, from 1; 0 where it is about the whole frame.
    pub record: u32,
}

impl Failure {
    /// The reader rejected the frame.
    #[must_use]
    pub const fn judged(error: &Error) -> Self {
        Self::of(Stage::Judge, error, 0)
    }

    /// The reader rejected this record of a frame, counted from 1.
    #[must_use]
    pub const fn record(record: u32, error: &Error) -> Self {
        Self::of(Stage::Record, error, record)
    }

    /// The operator has passed a frame that the reader does not support.
    #[must_use]
    pub const fn passed(error: &Error) -> Self {
        Self::of(Stage::Passed, error, 0)
    }

    /// A range of a file that was skipped.
    #[must_use]
    pub const fn damage(code: Code) -> Self {
        Self { stage: Stage::Damage, reason: Reason::Code(code), offset: None, record: 0 }
    }

    /// The application rejected a frame, or a record of it, counted from 1; 0: the frame.
    #[must_use]
    pub const fn handle(record: u32) -> Self {
        Self { stage: Stage::Handle, reason: Reason::Application, offset: None, record }
    }

    const fn of(stage: Stage, error: &Error, record: u32) -> Self {
        Self { stage, reason: Reason::Code(error.code), offset: Some(error.offset), record }
    }
}

/// How often a message was tried, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// How often, 1 or more.
    pub count: u32,
    /// Microseconds from 1970-01-01T00:00:00Z to the first failure.
    pub first_us: u64,
    /// The same for the last one.
    pub last_us: u64,
}

impl Tries {
    /// It was tried once.
    #[must_use]
    pub const fn once(now_us: u64) -> Self {
        Self { count: 1, first_us: now_us, last_us: now_us }
    }

    /// It has failed once more.
    #[must_use]
    pub const fn again(self, now_us: u64) -> Self {
        Self { count: self.count.saturating_add(1), first_us: self.first_us, last_us: now_us }
    }
}
