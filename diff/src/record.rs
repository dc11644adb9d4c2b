//! Operations as they stand in records.

use dashstream_codec::{owned, view};

use crate::{Error, Op, canonical, parse};

/// The operations of a record.
///
/// # Errors
/// [`Error::Text`] for a value that is no state (DIF-023); [`Error::Path`] for an operation of an unknown number, which no reader lets
/// through (REC-015).
pub fn ops_from_record(diff: &view::StateDiff<'_>) -> Result<Vec<Op>, Error> {
    diff.ops.iter().enumerate().map(|(index, op)| read(index, &op)).collect()
}

fn read(index: usize, op: &view::PatchOp<'_>) -> Result<Op, Error> {
    // The values of the others are not looked at, nor are their sources (DIF-024).
    let value = || parse(op.value.as_bytes());
    let path = op.path.unwrap_or_default().to_owned();
    let from = || op.from.unwrap_or_default().to_owned();
    match op.op {
        1 => Ok(Op::Add { path, value: value()? }),
        2 => Ok(Op::Remove { path }),
        3 => Ok(Op::Replace { path, value: value()? }),
        4 => Ok(Op::Move { from: from(), path }),
        5 => Ok(Op::Copy { from: from(), path }),
        6 => Ok(Op::Test { path, value: value()? }),
        _ => Err(Error::Path { op: index }),
    }
}

/// Operations as a record has them, their values in canonical form.
///
/// # Errors
/// A value has no canonical form.
pub fn ops_to_record(ops: &[Op]) -> Result<Vec<owned::PatchOp>, Error> {
    ops.iter().map(write).collect()
}

fn write(op: &Op) -> Result<owned::PatchOp, Error> {
    let number = match op {
        Op::Add { .. } => 1,
        Op::Remove { .. } => 2,
        Op::Replace { .. } => 3,
        Op::Move { .. } => 4,
        Op::Copy { .. } => 5,
        Op::Test { .. } => 6,
    };
    // An empty text has no place in a frame's table; no ref is the empty path.
    let reference = |path: &str| (!path.is_empty()).then(|| path.to_owned());
    Ok(owned::PatchOp {
        op: number,
        path: reference(op.path()),
        from: op.from().and_then(reference),
        value: op.value().map(canonical).transpose()?.unwrap_or_default(),
    })
}
