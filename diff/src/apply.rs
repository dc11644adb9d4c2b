//! Applying a patch: wholly or not at all.

use serde_json::Value;

use crate::canonical::measure;
use crate::document::{Document, Failure};
use crate::{Error, Op};

/// What a patch makes of a value. The value itself stays as it is, whatever happens (DIF-033).
///
/// # Errors
/// The first operation that fails. [`Error::Text`] where the value, or that of an operation, has no canonical form; that is looked at
/// before anything is applied.
pub fn apply(base: &Value, ops: &[Op]) -> Result<Value, Error> {
    // DIF-023
    ops.iter().filter_map(Op::value).try_for_each(|value| measure(value).map(drop))?;
    let mut document = Document::new(base.clone())?;
    for (op, operation) in ops.iter().enumerate() {
        document.perform(operation).map_err(|failure| match failure {
            Failure::Nowhere => Error::Path { op },
            Failure::TooDeep => Error::TooDeep { op },
            Failure::Test => Error::Test { op },
            Failure::Other(error) => error,
        })?;
    }
    Ok(document.root)
}
