//! The events that every side writes and reads.

use crate::corpus::random::Random;
use crate::visit::{Head, View, Visit};

/// What an agent graph did, once. [`Default`] is no event of any corpus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// 16 bytes that name the event. The peers carry them; a DashStream record derives its name from its place.
    pub id: [u8; 16],
    /// Place among the events of the tenant, from 1.
    pub sequence: u64,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub t_us: u64,
    /// Whose the event is. Not empty.
    pub tenant: String,
    /// Thread; empty where there is none.
    pub thread: String,
    /// Graph node; empty where there is none.
    pub node: String,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum What {
    /// A run begins.
    #[default]
    GraphStart,
    /// A run ends.
    GraphEnd,
    /// A node begins.
    NodeStart,
    /// A node ends.
    NodeEnd {
        /// How long it took, in microseconds.
        duration_us: u64,
    },
    /// A piece of a model's output.
    Token {
        /// Name of the request.
        request: String,
        /// Name of the model.
        model: String,
        /// Place in the output, from 0.
        index: u32,
        /// The piece.
        text: String,
        /// Whether it is the last one.
        last: bool,
    },
    /// A tool is called.
    ToolCall {
        /// Name of the call.
        call: String,
        /// Name of the tool.
        tool: String,
        /// Its arguments, mostly JSON.
        arguments: String,
    },
    /// A tool has answered.
    ToolResult {
        /// Name of the call.
        call: String,
        /// Name of the tool.
        tool: String,
        /// The answer, mostly JSON.
        result: String,
        /// How long it took, in microseconds.
        duration_us: u64,
    },
    /// Named numbers.
    Metrics {
        /// Whole numbers.
        ints: Vec<(String, i64)>,
        /// Others.
        floats: Vec<(String, f64)>,
    },
    /// A JSON Patch (RFC 6902).
    StateDiff {
        /// Its operations.
        ops: Vec<Op>,
    },
}

/// An operation of a JSON Patch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Op {
    /// Number of the operation: 1 add, 2 remove, 3 replace, 4 move, 5 copy, 6 test.
    pub op: u32,
    /// JSON Pointer; empty for the whole document.
    pub path: String,
    /// JSON Pointer that a move or copy takes from.
    pub from: String,
    /// The value as JSON text; empty where the operation has none.
    pub value: String,
}

impl Event {
    /// The name of the event with that sequence number. Like a random UUID, it does not compress.
    #[must_use]
    pub fn id_of(sequence: u64) -> [u8; 16] {
        let mut random = Random::new(sequence);
        (u128::from(random.next()) << 64 | u128::from(random.next())).to_be_bytes()
    }

    /// Shows every field to `visit`.
    pub fn show(&self, visit: &mut impl Visit) {
        visit.id(&self.id);
        visit.event(
            Head {
                sequence: self.sequence,
                t_us: self.t_us,
                tenant: &self.tenant,
                thread: &self.thread,
                node: &self.node,
            },
            self.what.view(),
        );
        match &self.what {
            What::Metrics { ints, floats } => {
                ints.iter().for_each(|(name, value)| visit.int(name, *value));
                floats.iter().for_each(|(name, value)| visit.float(name, *value));
            }
            What::StateDiff { ops } => ops.iter().for_each(|op| visit.op(op.op, &op.path, &op.from, &op.value)),
            _ => {}
        }
    }
}

impl What {
    /// The fields, borrowed.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        match self {
            Self::GraphStart => View::GraphStart,
            Self::GraphEnd => View::GraphEnd,
            Self::NodeStart => View::NodeStart,
            Self::NodeEnd { duration_us } => View::NodeEnd { duration_us: *duration_us },
            Self::Token { request, model, index, text, last } => {
                View::Token { request, model, index: *index, text, last: *last }
            }
            Self::ToolCall { call, tool, arguments } => View::ToolCall { call, tool, arguments },
            Self::ToolResult { call, tool, result, duration_us } => {
                View::ToolResult { call, tool, result, duration_us: *duration_us }
            }
            Self::Metrics { .. } => View::Metrics,
            Self::StateDiff { .. } => View::StateDiff,
        }
    }
}
