//! A record becomes an event again.

use dashstream_codec::{Record, Strings};
use dashstream_proto::{kinds, v1};

use super::patch::Op;
use super::{Event, EventError, What};

/// Whether records of this kind keep the account of a lane and tell nothing else.
pub(crate) const fn is_control(kind: u32) -> bool {
    matches!(kind, kinds::EPOCH_START | kinds::EPOCH_END | kinds::HEARTBEAT | kinds::LANE_END | kinds::LATE_DROPS)
}

/// The event of an accepted record that is not a control record.
///
/// # Errors
///
/// NoPlace, where the record holds something that an event cannot say.
pub(crate) fn from_record(tenant: &str, strings: Strings<'_>, record: &Record<'_>) -> Result<Event, EventError> {
    check_envelope(record)?;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Ok(Event {
        t_us: record.time_us,
        tenant: tenant.to_owned(),
        thread: text(record.thread),
        node: text(record.node),
        what: what(strings, record)?,
    })
}

fn check_envelope(record: &Record<'_>) -> Result<(), EventError> {
    let absent = [
        ("run", record.run.is_none()),
        ("task", record.task.is_none()),
        ("parent", record.parent.is_none()),
        ("trace_id", record.trace_id.is_none()),
        ("span_id", record.span_id.is_none()),
    ];
    match absent.into_iter().find(|(_, absent)| !absent) {
        Some((name, _)) => Err(no_place(name)),
        None => Ok(()),
    }
}

fn no_place(what: &str) -> EventError {
    EventError::NoPlace(format!("`{what}`"))
}

/// The payload as the message of its kind.
fn message<M: prost::Message + Default>(record: &Record<'_>) -> Result<M, EventError> {
    record.message().map_err(|error| EventError::value("payload", error.to_string()))
}

/// Fails where `rest`, a message without the fields that an event has, is not empty.
fn nothing_else<M: prost::Message + Default + PartialEq + std::fmt::Debug>(rest: &M) -> Result<(), EventError> {
    if *rest == M::default() { Ok(()) } else { Err(EventError::NoPlace(format!("{rest:?}"))) }
}

fn what(strings: Strings<'_>, record: &Record<'_>) -> Result<What, EventError> {
    let text = |string_ref| strings.get(string_ref).unwrap_or_default().to_owned();
    match record.kind {
        kinds::GRAPH_START => nothing_else(&message::<v1::GraphStart>(record)?).map(|()| What::GraphStart),
        kinds::GRAPH_END => nothing_else(&message::<v1::GraphEnd>(record)?).map(|()| What::GraphEnd),
        kinds::NODE_START => nothing_else(&message::<v1::NodeStart>(record)?).map(|()| What::NodeStart),
        kinds::NODE_END => {
            let message: v1::NodeEnd = message(record)?;
            let duration_us = message.duration_us;
            nothing_else(&v1::NodeEnd { duration_us: 0, ..message })?;
            Ok(What::NodeEnd { duration_us })
        }
        kinds::TOKEN_CHUNK => {
            let v1::TokenChunk { request_ref, model_ref, index, text: bytes, r#final: last } = message(record)?;
            let chunk =
                String::from_utf8(bytes).map_err(|_| EventError::NoPlace("text that is not UTF-8".to_owned()))?;
            Ok(What::Token { request: text(request_ref), model: text(model_ref), index, text: chunk, last })
        }
        kinds::TOOL_CALL => {
            let v1::ToolCall { call_ref, tool_ref, arguments, attributes } = message(record)?;
            nothing_else(&v1::ToolCall { attributes, ..Default::default() })?;
            Ok(What::ToolCall { call: text(call_ref), tool: text(tool_ref), arguments })
        }
        kinds::TOOL_RESULT => {
            let v1::ToolResult { call_ref, tool_ref, result, duration_us, status, attributes } = message(record)?;
            nothing_else(&v1::ToolResult { status, attributes, ..Default::default() })?;
            Ok(What::ToolResult { call: text(call_ref), tool: text(tool_ref), result, duration_us })
        }
        kinds::METRICS => metrics(strings, message(record)?),
        kinds::STATE_DIFF => state_diff(strings, message(record)?),
        kind => Err(no_place(&kinds::name_of(kind).map_or_else(|| format!("kind {kind}"), str::to_owned))),
    }
}

fn metrics(strings: Strings<'_>, message: v1::Metrics) -> Result<What, EventError> {
    let name = |string_ref: u32| strings.get(string_ref).unwrap_or_default().to_owned();
    let v1::Metrics { int_name_ref, int_value, float_name_ref, float_value } = message;
    // By their text: a table may hold a string twice.
    let mut names: Vec<_> = int_name_ref.iter().chain(&float_name_ref).map(|name| strings.get(*name)).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    if names.len() < count {
        return Err(EventError::NoPlace("a metric that is there more than once".to_owned()));
    }
    Ok(What::Metrics {
        ints: int_name_ref.into_iter().map(name).zip(int_value).collect(),
        floats: float_name_ref.into_iter().map(name).zip(float_value).collect(),
    })
}

fn state_diff(strings: Strings<'_>, message: v1::StateDiff) -> Result<What, EventError> {
    let v1::StateDiff { base_hash, result_hash, ops } = message;
    nothing_else(&v1::StateDiff { base_hash, result_hash, ops: Vec::new() })?;
    let text = |string_ref| strings.get(string_ref).unwrap_or_default().to_owned();
    let ops = ops.into_iter().map(|v1::PatchOp { op, path_ref, from_ref, value }| {
        let op = Op { op, path: text(path_ref), from: text(from_ref), value };
        match (op.has_value() != op.value.is_empty(), op.has_from() || op.from.is_empty()) {
            (true, true) if op.value.is_empty() || op.is_one_line() => Ok(op),
            (true, true) => {
                Err(EventError::NoPlace("the value of an operation that is not JSON on one line".to_owned()))
            }
            (false, _) => Err(EventError::NoPlace("the value of an operation that has or lacks one".to_owned())),
            (_, false) => Err(no_place("from")),
        }
    });
    Ok(What::StateDiff { ops: ops.collect::<Result<_, _>>()? })
}
