//! The operations of a JSON Patch (RFC 6902).

use serde_json::value::RawValue;

use super::EventError;
use super::fields::{Fields, problem};

/// Names of the operations; the number on the wire is the place here, from 1.
const NAMES: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Op {
    /// Number of the operation, 1..6.
    pub(crate) op: u32,
    /// JSON Pointer; empty for the whole document.
    pub(crate) path: String,
    /// JSON Pointer that a move or copy takes from.
    pub(crate) from: String,
    /// The value as JSON text; empty where the operation has none.
    pub(crate) value: String,
}

impl Op {
    /// Name of the operation; nothing for a number that is not one.
    pub(super) fn name(&self) -> Option<&'static str> {
        NAMES.get(usize::try_from(self.op.checked_sub(1)?).ok()?).copied()
    }

    /// Whether operations of that name have a field `value`.
    pub(super) fn has_value(&self) -> bool {
        matches!(self.name(), Some("add" | "replace" | "test"))
    }

    /// Whether the value is JSON that can stand in a line as it is.
    pub(super) fn is_one_line(&self) -> bool {
        let json = serde_json::from_str::<&RawValue>(&self.value);
        json.is_ok_and(|json| json.get() == self.value) && !self.value.contains(['\n', '\r'])
    }

    /// Whether operations of that name have a field `from`.
    pub(super) fn has_from(&self) -> bool {
        matches!(self.name(), Some("move" | "copy"))
    }
}

/// The operations of an event; none where the field is missing.
pub(super) fn parse(raw: Option<&RawValue>) -> Result<Vec<Op>, EventError> {
    let Some(raw) = raw else { return Ok(Vec::new()) };
    let ops: Vec<&RawValue> =
        serde_json::from_str(raw.get()).map_err(|error| EventError::value("ops", problem(&error)))?;
    let op =
        |(index, op): (usize, &&RawValue)| parse_op(op.get()).map_err(|error| error.inside(&format!("ops[{index}]")));
    ops.iter().enumerate().map(op).collect()
}

fn parse_op(text: &str) -> Result<Op, EventError> {
    let mut fields = Fields::read(text)?;
    let name = fields.text("op")?;
    let place = NAMES.iter().position(|known| *known == name);
    let place = place.ok_or_else(|| EventError::value("op", format!("{name:?} is not an operation")))?;
    let mut op = Op {
        op: u32::try_from(place + 1).unwrap_or(0),
        path: String::new(),
        from: String::new(),
        value: String::new(),
    };
    op.path = required(&mut fields, "path")?;
    if op.has_from() {
        op.from = required(&mut fields, "from")?;
    }
    if op.has_value() {
        let value = fields.raw("value").ok_or_else(|| EventError::Missing("value".to_owned()))?;
        op.value = value.get().to_owned();
    }
    fields.end()?;
    Ok(op)
}

/// A pointer that has to be there; empty, it means the whole document.
fn required(fields: &mut Fields<'_>, name: &str) -> Result<String, EventError> {
    if !fields.has(name) {
        return Err(EventError::Missing(name.to_owned()));
    }
    fields.short_text(name)
}
