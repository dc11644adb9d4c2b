//! Why a writer refuses.

use core::fmt;

use crate::codecs::Codec;
use crate::error::{Code, Error};
use crate::payload::Rejection;

/// Why a writer refused its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// The level is outside the range of the codec; see [`Codec::levels`].
    Level {
        /// The codec.
        codec: Codec,
        /// The level that was asked for.
        level: i32,
    },
    /// The codec is not part of this build.
    CodecNotBuilt(Codec),
    /// The frame would be longer than the caller allowed.
    FrameLen {
        /// Bytes of the frame.
        len: u64,
        /// Bytes allowed.
        max: u64,
    },
    /// No valid frame can hold the input.
    Refused {
        /// The code that a reader would report, or INPUT.
        code: Code,
        /// The requirement of `spec/` that stands against it.
        requirement: &'static str,
    },
}

impl EncodeError {
    /// What no frame can express.
    pub(crate) const fn input(requirement: &'static str) -> Self {
        Self::Refused { code: Code::Input, requirement }
    }

    /// What a reader would reject.
    pub(crate) const fn refused(code: Code, requirement: &'static str) -> Self {
        Self::Refused { code, requirement }
    }

    /// The code in the registry.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Level { .. } => Code::Level,
            Self::CodecNotBuilt(_) => Code::Codec,
            Self::FrameLen { .. } => Code::LocalLimit,
            Self::Refused { code, .. } => *code,
        }
    }
}

impl From<Rejection> for EncodeError {
    fn from(rejection: Rejection) -> Self {
        Self::refused(rejection.code, rejection.requirement)
    }
}

// JSON-002: what a reader would report, a writer reports.
impl From<Error> for EncodeError {
    fn from(error: Error) -> Self {
        Self::refused(error.code, error.requirement)
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code();
        match self {
            Self::Level { codec, level } => match codec.levels() {
                Some((min, max)) => write!(f, "{code}: {} has levels {min} to {max}, not {level}", codec.name()),
                None => write!(f, "{code}: codec {} has no levels, not even {level}", codec.name()),
            },
            Self::CodecNotBuilt(codec) => write!(f, "{code}: {} is not part of this build", codec.name()),
            Self::FrameLen { len, max } => write!(f, "{code}: the frame would have {len} bytes, {max} are allowed"),
            Self::Refused { requirement, .. } => write!(f, "{code} ({requirement})"),
        }
    }
}

impl core::error::Error for EncodeError {}
