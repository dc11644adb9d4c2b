//! Agent events: JSON Lines on one side, records on the other. The form is described in README.md.

mod fields;
mod from_record;
mod parse;
mod patch;
mod print;
mod to_record;

pub(crate) use from_record::{from_record, is_control};
pub(crate) use parse::{parse, parse_for};
pub(crate) use print::print;
pub(crate) use to_record::with_record;

use patch::Op;

/// One line of input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub(crate) t_us: u64,
    /// Whose the event is. Not empty.
    pub(crate) tenant: String,
    /// Thread; empty where there is none.
    pub(crate) thread: String,
    /// Graph node; empty where there is none.
    pub(crate) node: String,
    /// What happened.
    pub(crate) what: What,
}

/// What happened, by the field `type`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// `graph_start`
    GraphStart,
    /// `graph_end`
    GraphEnd,
    /// `node_start`
    NodeStart,
    /// `node_end`
    NodeEnd { duration_us: u64 },
    /// `token`
    Token { request: String, model: String, index: u32, text: String, last: bool },
    /// `tool_call`
    ToolCall { call: String, tool: String, arguments: String },
    /// `tool_result`
    ToolResult { call: String, tool: String, result: String, duration_us: u64 },
    /// `metrics`
    Metrics { ints: Vec<(String, i64)>, floats: Vec<(String, f64)> },
    /// `state_diff`
    StateDiff { ops: Vec<Op> },
}

impl What {
    /// The value of the field `type`.
    pub(crate) const fn name(&self) -> &'static str {
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
}

/// Why a line is not an event, or a record cannot be written as one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EventError {
    /// The line is not a JSON object.
    #[error("not a JSON object: {0}")]
    Json(String),
    /// A field that the event needs is not there.
    #[error("field `{0}` is missing")]
    Missing(String),
    /// A field that events of this type do not have.
    #[error("field `{0}` is unknown")]
    Unknown(String),
    /// A field that is there more than once.
    #[error("field `{0}` is there more than once")]
    Twice(String),
    /// A value that the field cannot have.
    #[error("field `{field}`: {problem}")]
    Value {
        /// The field.
        field: String,
        /// What is wrong with its value.
        problem: String,
    },
    /// A record that the form of events has no place for.
    #[error("{0} has no place in an event")]
    NoPlace(String),
}

impl EventError {
    fn value(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Value { field: field.into(), problem: problem.into() }
    }

    /// The same error in a part of the object.
    fn inside(self, parent: &str) -> Self {
        let join = |field: String| format!("{parent}.{field}");
        match self {
            Self::Missing(field) => Self::Missing(join(field)),
            Self::Unknown(field) => Self::Unknown(join(field)),
            Self::Twice(field) => Self::Twice(join(field)),
            Self::Value { field, problem } => Self::Value { field: join(field), problem },
            Self::Json(problem) => Self::Value { field: parent.to_owned(), problem },
            Self::NoPlace(what) => Self::NoPlace(what),
        }
    }
}
