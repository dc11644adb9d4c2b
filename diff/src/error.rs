//! Why something is refused.

use thiserror::Error;

/// The codes of `spec/registry/state_errors.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A text is not JSON, or has no canonical form.
    Text,
    /// The state would be larger, or nested deeper, than a state may be.
    Limit,
    /// A piece of a snapshot does not follow the one before it.
    Pieces,
    /// A diff is made for another state, or nothing shows that it is made for this one.
    Base,
    /// A path is no JSON Pointer, or leads nowhere.
    Path,
    /// A test does not hold.
    Test,
    /// The state is not the one that its hash tells.
    Hash,
}

impl Code {
    /// All of them, in the order of the registry.
    pub const ALL: [Self; 7] = [Self::Text, Self::Limit, Self::Pieces, Self::Base, Self::Path, Self::Test, Self::Hash];

    /// Its name in the registry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "STATE_TEXT",
            Self::Limit => "STATE_LIMIT",
            Self::Pieces => "STATE_PIECES",
            Self::Base => "STATE_BASE",
            Self::Path => "STATE_PATH",
            Self::Test => "STATE_TEST",
            Self::Hash => "STATE_HASH",
        }
    }
}

/// What is wrong with a text, or with a value that is to be written as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextFault {
    /// It is not JSON, or not UTF-8, or has half of a surrogate pair, or a number that is too large for a double (DIF-001, DIF-003,
    /// DIF-004).
    #[error("not JSON, at line {line}, column {column}")]
    Json {
        /// Its line, from 1.
        line: usize,
        /// Its column in bytes, from 1; 0 where the line has none.
        column: usize,
    },
    /// A name stands twice in an object (DIF-002).
    #[error("an object has a name twice")]
    DuplicateName,
    /// An integer that a reader without integers would take for another one (DIF-005).
    #[error("an integer beyond 2^53 - 1 that no double is written as")]
    Integer,
    /// Too many arrays and objects in one another (DIF-006).
    #[error("arrays and objects are nested more than 100 deep")]
    Depth,
}

/// Why a record, a patch or a value is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// A text or a value has no canonical form (DIF-001 to DIF-006, DIF-023).
    #[error("the state has no canonical form: {0}")]
    Text(#[from] TextFault),
    /// More than [`MAX_STATE_LEN`](dashstream_codec::constants::MAX_STATE_LEN) bytes (DIF-015).
    #[error("the state is too large")]
    TooLarge,
    /// An operation makes more than [`MAX_STATE_DEPTH`](dashstream_codec::constants::MAX_STATE_DEPTH) levels (DIF-031).
    #[error("operation {op} nests the state too deep")]
    TooDeep {
        /// The operation, from 0.
        op: usize,
    },
    /// A piece does not follow the one before it (DIF-013).
    #[error("a piece of a snapshot is missing")]
    Pieces,
    /// There is no state to apply a diff to (DIF-020).
    #[error("there is no state that a diff could be applied to")]
    NoState,
    /// The diff is made for another state (DIF-021).
    #[error("the diff is made for another state")]
    OtherBase,
    /// The diff does not say for which state it is made, and something was refused or lost (DIF-022).
    #[error("the diff may be made for a state that was lost")]
    UnknownBase,
    /// A path is malformed or leads nowhere, or the number of the operation is unknown (DIF-025 to DIF-028).
    #[error("operation {op} is about a place that is not there")]
    Path {
        /// The operation, from 0.
        op: usize,
    },
    /// A test does not hold (DIF-030).
    #[error("the test that is operation {op} does not hold")]
    Test {
        /// The operation, from 0.
        op: usize,
    },
    /// The state is not the one that the hash tells (DIF-011, DIF-032).
    #[error("the state is not the one that its hash tells")]
    OtherHash,
}

impl Error {
    /// Its code in the specification.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Text(_) => Code::Text,
            Self::TooLarge | Self::TooDeep { .. } => Code::Limit,
            Self::Pieces => Code::Pieces,
            Self::NoState | Self::OtherBase | Self::UnknownBase => Code::Base,
            Self::Path { .. } => Code::Path,
            Self::Test { .. } => Code::Test,
            Self::OtherHash => Code::Hash,
        }
    }
}

/// Why a value of a program does not become a state (DIF-042, DIF-043).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SerializeError {
    /// NaN or an infinity. serde_json would write null.
    #[error("a number is not finite, which JSON cannot say")]
    NotFinite,
    /// The key of a map is neither a text nor a number nor a boolean.
    #[error("the key of a map is no text")]
    Key,
    /// The value has no canonical form, or is too large.
    #[error(transparent)]
    State(#[from] Error),
    /// What the value's own `Serialize` said.
    #[error("{0}")]
    Custom(String),
}

impl From<TextFault> for SerializeError {
    fn from(fault: TextFault) -> Self {
        Self::State(Error::Text(fault))
    }
}

impl serde::ser::Error for SerializeError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}
