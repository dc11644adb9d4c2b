//! OTLP logs: one log record an event, the fields as attributes, the tenant once as an attribute of the resource.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use super::pack::{Packer, Packing};
use crate::error::Error;
use crate::event::{Event, Op, What};
use crate::peer::Peer;
use crate::visit::{Head, View, Visit};

pub(super) struct Otlp(Packer);

impl Otlp {
    pub(super) fn new(packing: Packing) -> Result<Self, Error> {
        Ok(Self(Packer::new(packing)?))
    }
}

impl Peer for Otlp {
    type Built<'e> = ExportLogsServiceRequest;

    fn build(&mut self, events: &[Event]) -> Result<ExportLogsServiceRequest, Error> {
        let tenant = events.first().map(|event| event.tenant.as_str()).unwrap_or_default();
        let resource = Resource { attributes: vec![text("tenant", tenant)], ..Resource::default() };
        let scope = InstrumentationScope { name: "agent".to_owned(), ..InstrumentationScope::default() };
        let log_records = events.iter().map(log_record).collect();
        let scope_logs = vec![ScopeLogs { scope: Some(scope), log_records, ..ScopeLogs::default() }];
        let resource_logs = ResourceLogs { resource: Some(resource), scope_logs, ..ResourceLogs::default() };
        Ok(ExportLogsServiceRequest { resource_logs: vec![resource_logs] })
    }

    fn encode(&mut self, request: &mut ExportLogsServiceRequest, out: &mut Vec<u8>) -> Result<(), Error> {
        self.0.pack(out, |raw| request.encode(raw).map_err(Error::library))
    }

    fn decode(&mut self, frame: &[u8], visit: &mut impl Visit) -> Result<(), Error> {
        let request = ExportLogsServiceRequest::decode(self.0.unpack(frame)?).map_err(Error::library)?;
        for ResourceLogs { resource, scope_logs, .. } in &request.resource_logs {
            let attributes = resource.as_ref().map(|resource| resource.attributes.as_slice()).unwrap_or_default();
            let tenant = attributes.iter().find(|attribute| attribute.key == "tenant").map_or("", as_text);
            for record in scope_logs.iter().flat_map(|scope| &scope.log_records) {
                show(tenant, record, visit);
            }
        }
        Ok(())
    }
}

fn any(value: Value) -> Option<AnyValue> {
    Some(AnyValue { value: Some(value) })
}

fn pair(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: any(value), ..KeyValue::default() }
}

fn text(key: &str, value: &str) -> KeyValue {
    pair(key, Value::StringValue(value.to_owned()))
}

fn int(key: &str, value: u64) -> KeyValue {
    pair(key, Value::IntValue(value.cast_signed()))
}

fn log_record(event: &Event) -> LogRecord {
    let mut attributes = Vec::with_capacity(8);
    attributes.push(pair("id", Value::BytesValue(event.id.to_vec())));
    attributes.push(int("sequence", event.sequence));
    attributes.push(text("thread", &event.thread));
    attributes.push(text("node", &event.node));
    let mut body = None;
    let event_name = match &event.what {
        What::GraphStart => "graph_start",
        What::GraphEnd => "graph_end",
        What::NodeStart => "node_start",
        What::NodeEnd { duration_us } => {
            attributes.push(int("duration_us", *duration_us));
            "node_end"
        }
        What::Token { request, model, index, text: chunk, last } => {
            attributes.push(text("request", request));
            attributes.push(text("model", model));
            attributes.push(int("index", u64::from(*index)));
            if *last {
                attributes.push(pair("final", Value::BoolValue(true)));
            }
            body = any(Value::StringValue(chunk.clone()));
            "token"
        }
        What::ToolCall { call, tool, arguments } => {
            attributes.push(text("call", call));
            attributes.push(text("tool", tool));
            body = any(Value::StringValue(arguments.clone()));
            "tool_call"
        }
        What::ToolResult { call, tool, result, duration_us } => {
            attributes.push(text("call", call));
            attributes.push(text("tool", tool));
            attributes.push(int("duration_us", *duration_us));
            body = any(Value::StringValue(result.clone()));
            "tool_result"
        }
        What::Metrics { ints, floats } => {
            let ints = ints.iter().map(|(name, value)| pair(name, Value::IntValue(*value)));
            let floats = floats.iter().map(|(name, value)| pair(name, Value::DoubleValue(*value)));
            body = any(Value::KvlistValue(KeyValueList { values: ints.chain(floats).collect() }));
            "metrics"
        }
        What::StateDiff { ops } => {
            let values = ops.iter().map(operation).collect();
            body = any(Value::ArrayValue(ArrayValue { values }));
            "state_diff"
        }
    };
    LogRecord {
        time_unix_nano: event.t_us * 1_000,
        event_name: event_name.to_owned(),
        attributes,
        body,
        ..LogRecord::default()
    }
}

fn operation(op: &Op) -> AnyValue {
    let mut values = vec![int("op", u64::from(op.op)), text("path", &op.path)];
    if !op.from.is_empty() {
        values.push(text("from", &op.from));
    }
    if !op.value.is_empty() {
        values.push(text("value", &op.value));
    }
    AnyValue { value: Some(Value::KvlistValue(KeyValueList { values })) }
}

fn value(pair: &KeyValue) -> Option<&Value> {
    pair.value.as_ref()?.value.as_ref()
}

fn as_text(pair: &KeyValue) -> &str {
    match value(pair) {
        Some(Value::StringValue(text)) => text,
        _ => "",
    }
}

fn as_int(pair: &KeyValue) -> u64 {
    match value(pair) {
        Some(Value::IntValue(int)) => int.cast_unsigned(),
        _ => 0,
    }
}

/// The attributes of a record.
#[derive(Default)]
struct Attributes<'a> {
    id: &'a [u8],
    sequence: u64,
    thread: &'a str,
    node: &'a str,
    /// Request or call.
    name: &'a str,
    /// Model or tool.
    model: &'a str,
    index: u64,
    last: bool,
    duration_us: u64,
}

impl<'a> Attributes<'a> {
    fn collect(record: &'a LogRecord) -> Self {
        let mut found = Self::default();
        for attribute in &record.attributes {
            match attribute.key.as_str() {
                "id" => {
                    if let Some(Value::BytesValue(id)) = value(attribute) {
                        found.id = id;
                    }
                }
                "sequence" => found.sequence = as_int(attribute),
                "thread" => found.thread = as_text(attribute),
                "node" => found.node = as_text(attribute),
                "request" | "call" => found.name = as_text(attribute),
                "model" | "tool" => found.model = as_text(attribute),
                "index" => found.index = as_int(attribute),
                "final" => found.last = matches!(value(attribute), Some(Value::BoolValue(true))),
                "duration_us" => found.duration_us = as_int(attribute),
                _ => {}
            }
        }
        found
    }
}

fn show(tenant: &str, record: &LogRecord, visit: &mut impl Visit) {
    let Attributes { id, sequence, thread, node, name, model, index, last, duration_us } = Attributes::collect(record);
    let body = record.body.as_ref().and_then(|body| body.value.as_ref());
    let text = match body {
        Some(Value::StringValue(text)) => text,
        _ => "",
    };
    visit.id(id);
    let head = Head { sequence, t_us: record.time_unix_nano / 1_000, tenant, thread, node };
    match record.event_name.as_str() {
        "graph_start" => visit.event(head, View::GraphStart),
        "graph_end" => visit.event(head, View::GraphEnd),
        "node_start" => visit.event(head, View::NodeStart),
        "node_end" => visit.event(head, View::NodeEnd { duration_us }),
        "token" => {
            let index = u32::try_from(index).unwrap_or_default();
            visit.event(head, View::Token { request: name, model, index, text, last });
        }
        "tool_call" => visit.event(head, View::ToolCall { call: name, tool: model, arguments: text }),
        "tool_result" => visit.event(head, View::ToolResult { call: name, tool: model, result: text, duration_us }),
        "metrics" => {
            visit.event(head, View::Metrics);
            if let Some(Value::KvlistValue(list)) = body {
                list.values.iter().for_each(|metric| show_metric(metric, visit));
            }
        }
        "state_diff" => {
            visit.event(head, View::StateDiff);
            if let Some(Value::ArrayValue(list)) = body {
                list.values.iter().for_each(|op| show_operation(op, visit));
            }
        }
        _ => {}
    }
}

fn show_metric(metric: &KeyValue, visit: &mut impl Visit) {
    match value(metric) {
        Some(Value::IntValue(value)) => visit.int(&metric.key, *value),
        Some(Value::DoubleValue(value)) => visit.float(&metric.key, *value),
        _ => {}
    }
}

fn show_operation(op: &AnyValue, visit: &mut impl Visit) {
    let Some(Value::KvlistValue(KeyValueList { values })) = &op.value else { return };
    let [mut path, mut from, mut value] = [""; 3];
    let mut number = 0;
    for pair in values {
        match pair.key.as_str() {
            "op" => number = u32::try_from(as_int(pair)).unwrap_or_default(),
            "path" => path = as_text(pair),
            "from" => from = as_text(pair),
            "value" => value = as_text(pair),
            _ => {}
        }
    }
    visit.op(number, path, from, value);
}
