//! One protobuf message an event, as the ancestor had it: a header with a 16-byte id, and one of the payloads. Its
//! schema is one of our own of the same shape, in the attributes of `prost`.

use prost::{Message, Oneof};

use crate::error::Error;
use crate::event::{Event, Op, What};
use crate::visit::{Head, View, Visit};

/// An event.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Row {
    #[prost(message, optional, tag = "1")]
    pub(super) header: Option<Header>,
    #[prost(oneof = "Payload", tags = "2, 3, 4, 5, 6")]
    pub(super) payload: Option<Payload>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Header {
    /// 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub(super) message_id: Vec<u8>,
    #[prost(uint64, tag = "2")]
    pub(super) timestamp_us: u64,
    #[prost(string, tag = "3")]
    pub(super) tenant: String,
    #[prost(string, tag = "4")]
    pub(super) thread: String,
    #[prost(uint64, tag = "5")]
    pub(super) sequence: u64,
    #[prost(uint32, tag = "6")]
    pub(super) schema_version: u32,
    /// 0 none, 1 zstd.
    #[prost(uint32, tag = "7")]
    pub(super) compression: u32,
}

#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Payload {
    #[prost(message, tag = "2")]
    Graph(Graph),
    #[prost(message, tag = "3")]
    Token(Token),
    #[prost(message, tag = "4")]
    Tool(Tool),
    #[prost(message, tag = "5")]
    Metrics(Metrics),
    #[prost(message, tag = "6")]
    StateDiff(StateDiff),
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Graph {
    /// 1 graph start, 2 graph end, 3 node start, 4 node end.
    #[prost(uint32, tag = "1")]
    r#type: u32,
    #[prost(string, tag = "2")]
    node: String,
    #[prost(uint64, tag = "3")]
    duration_us: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Token {
    #[prost(string, tag = "1")]
    node: String,
    #[prost(string, tag = "2")]
    request: String,
    #[prost(string, tag = "3")]
    model: String,
    #[prost(uint32, tag = "4")]
    index: u32,
    #[prost(string, tag = "5")]
    text: String,
    #[prost(bool, tag = "6")]
    last: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Tool {
    /// 1 call, 2 result.
    #[prost(uint32, tag = "1")]
    stage: u32,
    #[prost(string, tag = "2")]
    node: String,
    #[prost(string, tag = "3")]
    call: String,
    #[prost(string, tag = "4")]
    tool: String,
    /// Arguments or result.
    #[prost(string, tag = "5")]
    text: String,
    #[prost(uint64, tag = "6")]
    duration_us: u64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Metrics {
    #[prost(string, tag = "1")]
    node: String,
    #[prost(message, repeated, tag = "2")]
    metrics: Vec<Metric>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Metric {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(oneof = "Number", tags = "2, 3")]
    value: Option<Number>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Number {
    #[prost(sint64, tag = "2")]
    Int(i64),
    #[prost(double, tag = "3")]
    Float(f64),
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct StateDiff {
    #[prost(string, tag = "1")]
    node: String,
    #[prost(message, repeated, tag = "2")]
    ops: Vec<Operation>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Operation {
    #[prost(uint32, tag = "1")]
    op: u32,
    #[prost(string, tag = "2")]
    path: String,
    #[prost(string, tag = "3")]
    from: String,
    #[prost(string, tag = "4")]
    value: String,
}

impl From<&Event> for Row {
    fn from(event: &Event) -> Self {
        let header = Header {
            message_id: event.id.to_vec(),
            timestamp_us: event.t_us,
            tenant: event.tenant.clone(),
            thread: event.thread.clone(),
            sequence: event.sequence,
            schema_version: 1,
            compression: 0,
        };
        Self { header: Some(header), payload: Some(payload(event)) }
    }
}

fn payload(event: &Event) -> Payload {
    let node = event.node.clone();
    match &event.what {
        What::GraphStart => Payload::Graph(Graph { r#type: 1, node, duration_us: 0 }),
        What::GraphEnd => Payload::Graph(Graph { r#type: 2, node, duration_us: 0 }),
        What::NodeStart => Payload::Graph(Graph { r#type: 3, node, duration_us: 0 }),
        What::NodeEnd { duration_us } => Payload::Graph(Graph { r#type: 4, node, duration_us: *duration_us }),
        What::Token { request, model, index, text, last } => Payload::Token(Token {
            node,
            request: request.clone(),
            model: model.clone(),
            index: *index,
            text: text.clone(),
            last: *last,
        }),
        What::ToolCall { call, tool, arguments } => Payload::Tool(Tool {
            stage: 1,
            node,
            call: call.clone(),
            tool: tool.clone(),
            text: arguments.clone(),
            duration_us: 0,
        }),
        What::ToolResult { call, tool, result, duration_us } => Payload::Tool(Tool {
            stage: 2,
            node,
            call: call.clone(),
            tool: tool.clone(),
            text: result.clone(),
            duration_us: *duration_us,
        }),
        What::Metrics { ints, floats } => Payload::Metrics(Metrics { node, metrics: metrics(ints, floats) }),
        What::StateDiff { ops } => {
            Payload::StateDiff(StateDiff { node, ops: ops.iter().map(Operation::from).collect() })
        }
    }
}

fn metrics(ints: &[(String, i64)], floats: &[(String, f64)]) -> Vec<Metric> {
    let metric = |name: &String, value| Metric { name: name.clone(), value: Some(value) };
    let ints = ints.iter().map(|(name, value)| metric(name, Number::Int(*value)));
    ints.chain(floats.iter().map(|(name, value)| metric(name, Number::Float(*value)))).collect()
}

impl From<&Op> for Operation {
    fn from(op: &Op) -> Self {
        Self { op: op.op, path: op.path.clone(), from: op.from.clone(), value: op.value.clone() }
    }
}

impl Row {
    /// Shows every field.
    pub(super) fn show(&self, visit: &mut impl Visit) -> Result<(), Error> {
        let (Some(header), Some(payload)) = (&self.header, &self.payload) else {
            return Err(Error::library("a message without header or payload"));
        };
        if header.schema_version != 1 {
            return Err(Error::library("another schema version"));
        }
        visit.id(&header.message_id);
        let head = |node| Head {
            sequence: header.sequence,
            t_us: header.timestamp_us,
            tenant: &header.tenant,
            thread: &header.thread,
            node,
        };
        match payload {
            Payload::Graph(graph) => visit.event(head(&graph.node), graph.view()?),
            Payload::Token(Token { node, request, model, index, text, last }) => {
                visit.event(head(node), View::Token { request, model, index: *index, text, last: *last });
            }
            Payload::Tool(tool) => visit.event(head(&tool.node), tool.view()),
            Payload::Metrics(Metrics { node, metrics }) => {
                visit.event(head(node), View::Metrics);
                metrics.iter().for_each(|metric| metric.show(visit));
            }
            Payload::StateDiff(StateDiff { node, ops }) => {
                visit.event(head(node), View::StateDiff);
                ops.iter().for_each(|op| visit.op(op.op, &op.path, &op.from, &op.value));
            }
        }
        Ok(())
    }
}

impl Graph {
    fn view(&self) -> Result<View<'_>, Error> {
        Ok(match self.r#type {
            1 => View::GraphStart,
            2 => View::GraphEnd,
            3 => View::NodeStart,
            4 => View::NodeEnd { duration_us: self.duration_us },
            _ => return Err(Error::library("an unknown type of event")),
        })
    }
}

impl Tool {
    fn view(&self) -> View<'_> {
        let Self { stage, call, tool, text, duration_us, .. } = self;
        if *stage == 1 {
            View::ToolCall { call, tool, arguments: text }
        } else {
            View::ToolResult { call, tool, result: text, duration_us: *duration_us }
        }
    }
}

impl Metric {
    fn show(&self, visit: &mut impl Visit) {
        match self.value {
            Some(Number::Int(value)) => visit.int(&self.name, value),
            Some(Number::Float(value)) => visit.float(&self.name, value),
            None => {}
        }
    }
}
