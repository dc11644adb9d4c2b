//! An event becomes a line of JSON.

use serde::Serialize;
use serde::ser::{Error, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::patch::Op;
use super::{Event, EventError, What};

/// The line of an event, without its end.
///
/// # Errors
///
/// A value that JSON cannot hold, or the value of an operation that is not JSON.
pub(crate) fn print(event: &Event) -> Result<String, EventError> {
    serde_json::to_string(event).map_err(|error| EventError::NoPlace(error.to_string()))
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("t_us", &self.t_us)?;
        map.serialize_entry("tenant", &self.tenant)?;
        map.serialize_entry("thread", &self.thread)?;
        map.serialize_entry("type", self.what.name())?;
        map.serialize_entry("node", &self.node)?;
        self.what.fields(&mut map)?;
        map.end()
    }
}

impl What {
    fn fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::GraphStart | Self::GraphEnd | Self::NodeStart => Ok(()),
            Self::NodeEnd { duration_us } => map.serialize_entry("duration_us", duration_us),
            Self::Token { request, model, index, text, last } => {
                map.serialize_entry("request", request)?;
                map.serialize_entry("model", model)?;
                map.serialize_entry("index", index)?;
                map.serialize_entry("text", text)?;
                map.serialize_entry("final", last)
            }
            Self::ToolCall { call, tool, arguments } => {
                map.serialize_entry("call", call)?;
                map.serialize_entry("tool", tool)?;
                map.serialize_entry("arguments", arguments)
            }
            Self::ToolResult { call, tool, result, duration_us } => {
                map.serialize_entry("call", call)?;
                map.serialize_entry("tool", tool)?;
                map.serialize_entry("result", result)?;
                map.serialize_entry("duration_us", duration_us)
            }
            Self::Metrics { ints, floats } => map.serialize_entry("metrics", &Numbers { ints, floats }),
            Self::StateDiff { ops } => map.serialize_entry("ops", ops),
        }
    }
}

struct Numbers<'a> {
    ints: &'a [(String, i64)],
    floats: &'a [(String, f64)],
}

impl Serialize for Numbers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.ints {
            map.serialize_entry(name, value)?;
        }
        for (name, value) in self.floats {
            // serde_json would write null.
            if !value.is_finite() {
                return Err(S::Error::custom(format!("the number {value}")));
            }
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Op {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let name = self.name().ok_or_else(|| S::Error::custom(format!("operation {}", self.op)))?;
        map.serialize_entry("op", name)?;
        map.serialize_entry("path", &self.path)?;
        if self.has_from() {
            map.serialize_entry("from", &self.from)?;
        }
        if self.has_value() {
            let value: &RawValue = serde_json::from_str(&self.value)
                .map_err(|_| S::Error::custom("the value of an operation that is not JSON"))?;
            map.serialize_entry("value", value)?;
        }
        map.end()
    }
}
