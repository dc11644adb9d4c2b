//! Why JSON was refused, and where.

use core::fmt;

use crate::encode::EncodeError;
use crate::error::Code;

/// Why a writer refused its input, and where in the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Why: INPUT, or the code that a reader would report.
    pub error: EncodeError,
    /// The record, counted from 0, where the fault is in one.
    pub record: Option<usize>,
    /// The innermost key of the form that encloses the fault, where there is one.
    pub key: Option<&'static str>,
}

impl JsonError {
    /// What no frame can express, at this key.
    pub(super) const fn input(key: &'static str) -> Self {
        Self { error: EncodeError::input("JSON-002"), record: None, key: Some(key) }
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
        Self { error, record: None, key: None }
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
        if let Some(key) = self.key {
            write!(f, ", at {key}")?;
        }
        if let Some(record) = self.record {
            write!(f, " of record {record} (counted from 0)")?;
        }
        Ok(())
    }
}

impl core::error::Error for JsonError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}
