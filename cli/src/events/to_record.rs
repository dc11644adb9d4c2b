//! An event becomes a record of a frame.

use dashstream_codec::{BatchBuilder, EncodeError, RecordInput};
use dashstream_proto::{kinds, v1};

use super::patch::Op;
use super::{Event, What};

/// Adds the record of an event to a batch.
///
/// # Errors
///
/// Where no frame can hold the record, or the batch is full.
pub(crate) fn push(batch: &mut BatchBuilder, event: &Event) -> Result<(), EncodeError> {
    let name = |text: &'_ str| -> Option<String> { (!text.is_empty()).then(|| text.to_owned()) };
    let (thread, node) = (name(&event.thread), name(&event.node));
    let record = |kind| RecordInput {
        kind,
        time_us: event.t_us,
        thread: thread.as_deref(),
        node: node.as_deref(),
        ..RecordInput::default()
    };
    match &event.what {
        What::GraphStart => batch.push_message(record(kinds::GRAPH_START), &v1::GraphStart::default()),
        What::GraphEnd => batch.push_message(record(kinds::GRAPH_END), &v1::GraphEnd::default()),
        What::NodeStart => batch.push_message(record(kinds::NODE_START), &v1::NodeStart::default()),
        What::NodeEnd { duration_us } => {
            let message = v1::NodeEnd { duration_us: *duration_us, ..Default::default() };
            batch.push_message(record(kinds::NODE_END), &message)
        }
        What::Token { request, model, index, text, last } => {
            let message = v1::TokenChunk {
                request_ref: intern(batch, request)?,
                model_ref: intern(batch, model)?,
                index: *index,
                text: text.clone().into_bytes(),
                r#final: *last,
            };
            batch.push_message(record(kinds::TOKEN_CHUNK), &message)
        }
        What::ToolCall { call, tool, arguments } => {
            let message = v1::ToolCall {
                call_ref: intern(batch, call)?,
                tool_ref: intern(batch, tool)?,
                arguments: arguments.clone(),
                ..Default::default()
            };
            batch.push_message(record(kinds::TOOL_CALL), &message)
        }
        What::ToolResult { call, tool, result, duration_us } => {
            let message = v1::ToolResult {
                call_ref: intern(batch, call)?,
                tool_ref: intern(batch, tool)?,
                result: result.clone(),
                duration_us: *duration_us,
                ..Default::default()
            };
            batch.push_message(record(kinds::TOOL_RESULT), &message)
        }
        What::Metrics { ints, floats } => {
            let message = metrics(batch, ints, floats)?;
            batch.push_message(record(kinds::METRICS), &message)
        }
        What::StateDiff { ops } => {
            let message = state_diff(batch, ops)?;
            batch.push_message(record(kinds::STATE_DIFF), &message)
        }
    }
}

/// The ref of a text; 0 where it is empty.
fn intern(batch: &mut BatchBuilder, text: &str) -> Result<u32, EncodeError> {
    if text.is_empty() { Ok(0) } else { batch.intern(text) }
}

fn metrics(
    batch: &mut BatchBuilder,
    ints: &[(String, i64)],
    floats: &[(String, f64)],
) -> Result<v1::Metrics, EncodeError> {
    let mut message = v1::Metrics::default();
    for (name, value) in ints {
        message.int_name_ref.push(batch.intern(name)?);
        message.int_value.push(*value);
    }
    for (name, value) in floats {
        message.float_name_ref.push(batch.intern(name)?);
        message.float_value.push(*value);
    }
    Ok(message)
}

fn state_diff(batch: &mut BatchBuilder, ops: &[Op]) -> Result<v1::StateDiff, EncodeError> {
    let mut message = v1::StateDiff::default();
    for op in ops {
        message.ops.push(v1::PatchOp {
            op: op.op,
            path_ref: intern(batch, &op.path)?,
            from_ref: intern(batch, &op.from)?,
            value: op.value.clone(),
        });
    }
    Ok(message)
}
