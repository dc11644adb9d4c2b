//! Why JSON was refused, and where.

use core::fmt;

use crate::encode::EncodeError;
use crate::error::Code;

/// What is wrong with the JSON itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The key has to be there.
    Missing,
    /// The object of the key has a key that it may not have.
    UnknownKey,
    /// The value is of another type or form than its key says.
    Form,
}

/// Why a writer refused its input, and where in the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Why: INPUT, or the code that a reader would report.
    pub error: EncodeError,
    /// The record, counted from 0, where the fault is in one.
    pub record: Option<usize>,
    /// The innermost key of the form that encloses the fault, where there is one.
    pub key: Option<&'static str>,
    fault: Option<Fault>,
}

impl JsonError {
    /// A value at this key that no frame can express.
    pub(super) const fn input(key: &'static str) -> Self {
        Self::of(Fault::Form, key)
    }

    /// The key is missing.
    pub(super) const fn missing(key: &'static str) -> Self {
        Self::of(Fault::Missing, key)
    }

    /// The object at this key has a key too many.
    pub(super) const fn unknown_key(key: &'static str) -> Self {
        Self::of(Fault::UnknownKey, key)
    }

    const fn of(fault: Fault, key: &'static str) -> Self {
        Self { error: EncodeError::input("JSON-002"), record: None, key: Some(key), fault: Some(fault) }
    }

    /// The same fault at this key, unless it is known better.
    pub(super) fn at(self, key: &'static str) -> Self {
        Self { key: self.key.or(Some(key)), ..self }
    }

    pub(super) const fn in_record(self, index: usize) -> Self {
        Self { record: Some(index), ..self }
    }

    /// The code in the registry.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.error.code()
    }
}

impl From<EncodeError> for JsonError {
    fn from(error: EncodeError) -> Self {
        Self { error, record: None, key: None, fault: None }
    }
}

impl From<JsonError> for EncodeError {
    fn from(error: JsonError) -> Self {
        error.error
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.error)?;
        match (self.key, self.fault) {
            (None, _) => {}
            (Some(key), None) => write!(f, ", at `{key}`")?,
            (Some(key), Some(Fault::Missing)) => write!(f, ": key `{key}` is missing")?,
            (Some(key), Some(Fault::UnknownKey)) => write!(f, ": `{key}` has a key that is unknown")?,
            (Some(key), Some(Fault::Form)) => write!(f, ": the value of `{key}` is none that a frame can hold")?,
        }
        if let Some(record) = self.record {
            write!(f, ", in record {record} (counted from 0)")?;
        }
        Ok(())
    }
}

impl core::error::Error for JsonError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}
