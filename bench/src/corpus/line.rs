//! An event as a line of JSON: the form that `dashstream import` takes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::event::{Event, Op, What};

/// The operations of a JSON Patch; the number on the wire is the place here, from 1.
const OPS: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];

/// A line that was read. Its texts are borrowed where they have no escapes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line<'a> {
    /// Hexadecimal digits; not in the form of `import`.
    #[serde(default, borrow)]
    pub id: Cow<'a, str>,
    /// Not in the form of `import`.
    #[serde(default)]
    pub sequence: u64,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub t_us: u64,
    /// Whose the event is.
    #[serde(borrow)]
    pub tenant: Cow<'a, str>,
    /// Thread.
    #[serde(default, borrow)]
    pub thread: Cow<'a, str>,
    /// What happened.
    pub r#type: Type,
    /// Graph node.
    #[serde(default, borrow)]
    pub node: Cow<'a, str>,
    /// Of a token.
    #[serde(default, borrow)]
    pub request: Cow<'a, str>,
    /// Of a token.
    #[serde(default, borrow)]
    pub model: Cow<'a, str>,
    /// Of a token.
    #[serde(default)]
    pub index: u32,
    /// Of a token.
    #[serde(default, borrow)]
    pub text: Cow<'a, str>,
    /// Of a token.
    #[serde(default)]
    pub r#final: bool,
    /// Of a tool call or result.
    #[serde(default, borrow)]
    pub call: Cow<'a, str>,
    /// Of a tool call or result.
    #[serde(default, borrow)]
    pub tool: Cow<'a, str>,
    /// Of a tool call.
    #[serde(default, borrow)]
    pub arguments: Cow<'a, str>,
    /// Of a tool result.
    #[serde(default, borrow)]
    pub result: Cow<'a, str>,
    /// Of a node end or a tool result.
    #[serde(default)]
    pub duration_us: u64,
    /// Of metrics.
    #[serde(default, borrow)]
    pub metrics: Numbers<'a>,
    /// Of a state diff.
    #[serde(default, borrow)]
    pub ops: Vec<OpLine<'a>>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the types are described at `What`")]
pub enum Type {
    GraphStart,
    GraphEnd,
    NodeStart,
    NodeEnd,
    Token,
    ToolCall,
    ToolResult,
    Metrics,
    StateDiff,
}

/// A text that is borrowed where it has no escapes.
#[derive(Debug, Default, Deserialize)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// An operation of a JSON Patch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpLine<'a> {
    /// Its name.
    #[serde(borrow)]
    pub op: Cow<'a, str>,
    /// Where.
    #[serde(borrow)]
    pub path: Cow<'a, str>,
    /// From where.
    #[serde(default, borrow)]
    pub from: Cow<'a, str>,
    /// The value, as the text that it is.
    #[serde(default, borrow)]
    pub value: Option<&'a RawValue>,
}

impl OpLine<'_> {
    /// The number of the operation; 0 for a name that is none.
    #[must_use]
    pub fn number(&self) -> u32 {
        OPS.iter().position(|name| *name == self.op).and_then(|place| u32::try_from(place + 1).ok()).unwrap_or(0)
    }

    /// The value; empty where there is none.
    #[must_use]
    pub fn value(&self) -> &str {
        self.value.map_or("", RawValue::get)
    }
}

/// An object of numbers.
#[derive(Debug, Default)]
pub struct Numbers<'a>(pub Vec<(Text<'a>, Number)>);

/// A number that is written as a whole number is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// Another.
    Float(f64),
}

impl<'de: 'a, 'a> Deserialize<'de> for Numbers<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Numbers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of numbers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Numbers<'de>, A::Error> {
                let mut numbers = Vec::new();
                while let Some(number) = map.next_entry()? {
                    numbers.push(number);
                }
                Ok(Numbers(numbers))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_i64<E>(self, value: i64) -> Result<Number, E> {
                Ok(Number::Int(value))
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Number, E> {
                i64::try_from(value).map(Number::Int).map_err(E::custom)
            }

            fn visit_f64<E>(self, value: f64) -> Result<Number, E> {
                Ok(Number::Float(value))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl Line<'_> {
    /// The event, without sequence number and id.
    ///
    /// # Errors
    ///
    /// What is wrong, where the line is no event.
    pub fn to_event(&self) -> Result<Event, String> {
        if self.tenant.is_empty() {
            return Err("no tenant".to_owned());
        }
        Ok(Event {
            t_us: self.t_us,
            tenant: self.tenant.to_string(),
            thread: self.thread.to_string(),
            node: self.node.to_string(),
            what: self.to_what()?,
            ..Event::default()
        })
    }

    fn to_what(&self) -> Result<What, String> {
        let Self { duration_us, .. } = *self;
        Ok(match self.r#type {
            Type::GraphStart => What::GraphStart,
            Type::GraphEnd => What::GraphEnd,
            Type::NodeStart => What::NodeStart,
            Type::NodeEnd => What::NodeEnd { duration_us },
            Type::Token => What::Token {
                request: self.request.to_string(),
                model: self.model.to_string(),
                index: self.index,
                text: self.text.to_string(),
                last: self.r#final,
            },
            Type::ToolCall => What::ToolCall {
                call: self.call.to_string(),
                tool: self.tool.to_string(),
                arguments: self.arguments.to_string(),
            },
            Type::ToolResult => What::ToolResult {
                call: self.call.to_string(),
                tool: self.tool.to_string(),
                result: self.result.to_string(),
                duration_us,
            },
            Type::Metrics => self.metrics.to_what(),
            Type::StateDiff => {
                What::StateDiff { ops: self.ops.iter().map(OpLine::to_op).collect::<Result<_, String>>()? }
            }
        })
    }
}

impl Numbers<'_> {
    fn to_what(&self) -> What {
        let (mut ints, mut floats) = (Vec::new(), Vec::new());
        for (name, number) in &self.0 {
            match number {
                Number::Int(value) => ints.push((name.0.to_string(), *value)),
                Number::Float(value) => floats.push((name.0.to_string(), *value)),
            }
        }
        What::Metrics { ints, floats }
    }
}

impl OpLine<'_> {
    fn to_op(&self) -> Result<Op, String> {
        match self.number() {
            0 => Err(format!("{:?} is not an operation", self.op)),
            op => {
                Ok(Op { op, path: self.path.to_string(), from: self.from.to_string(), value: self.value().to_owned() })
            }
        }
    }
}

/// Writes an event with its id and its sequence number.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = [0; 32];
        // 32 digits are what 16 bytes have.
        let _ = hex::encode_to_slice(self.id, &mut digits);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", str::from_utf8(&digits).unwrap_or_default())?;
        map.serialize_entry("sequence", &self.sequence)?;
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
    const fn name(&self) -> &'static str {
        match self {
            Self::GraphStart => "graph_start",
            Self::GraphEnd => "graph_end",
            Self::NodeStart => "node_start",
            Self::NodeEnd { .. } => "node_end",
            Self::Token { .. } => "token",
            Self::ToolCall { .. } => "tool_call",
            Self::ToolResult { .. } => "tool_result",
            Self::Metrics { .. } => "metrics",
            Self::StateDiff { .. } => "state_diff",
        }
    }

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
            Self::Metrics { ints, floats } => map.serialize_entry("metrics", &Metrics { ints, floats }),
            Self::StateDiff { ops } => map.serialize_entry("ops", &Ops(ops)),
        }
    }
}

struct Metrics<'a> {
    ints: &'a [(String, i64)],
    floats: &'a [(String, f64)],
}

impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.ints.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        self.floats.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}

struct Ops<'a>(&'a [Op]);

impl Serialize for Ops<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.len()))?;
        self.0.iter().try_for_each(|op| seq.serialize_element(&OpOut(op)))?;
        seq.end()
    }
}

struct OpOut<'a>(&'a Op);

impl Serialize for OpOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Op { op, path, from, value } = self.0;
        let mut map = serializer.serialize_map(None)?;
        let place = usize::try_from(op.saturating_sub(1)).unwrap_or(usize::MAX);
        map.serialize_entry("op", OPS.get(place).copied().unwrap_or_default())?;
        map.serialize_entry("path", path)?;
        if matches!(op, 4 | 5) {
            map.serialize_entry("from", from)?;
        }
        if !value.is_empty() {
            let raw: &RawValue = serde_json::from_str(value).map_err(serde::ser::Error::custom)?;
            map.serialize_entry("value", raw)?;
        }
        map.end()
    }
}
