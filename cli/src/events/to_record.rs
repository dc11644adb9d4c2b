//! An event becomes a record of a frame.

use dashstream_codec::RecordInput;
use dashstream_codec::view::{self, List, Packed, Payload, Refs};

use super::patch::Op;
use super::{Event, What};

/// Calls `use_it` with the record of an event, which borrows it.
pub(crate) fn with_record<R>(event: &Event, use_it: impl FnOnce(RecordInput<'_>, &Payload<'_>) -> R) -> R {
    let (thread, node) = (some(&event.thread), some(&event.node));
    let record = RecordInput { time_us: event.t_us, thread, node, ..RecordInput::default() };
    match &event.what {
        What::GraphStart => use_it(record, &view::GraphStart::default().into()),
        What::GraphEnd => use_it(record, &view::GraphEnd::default().into()),
        What::NodeStart => use_it(record, &view::NodeStart::default().into()),
        What::NodeEnd { duration_us } => {
            use_it(record, &view::NodeEnd { duration_us: *duration_us, ..Default::default() }.into())
        }
        What::Token { request, model, index, text, last } => {
            let (request, model, text) = (some(request), some(model), text.as_bytes());
            use_it(record, &view::TokenChunk { request, model, text, index: *index, is_final: *last }.into())
        }
        What::ToolCall { call, tool, arguments } => {
            let (call, tool) = (some(call), some(tool));
            use_it(record, &view::ToolCall { call, tool, arguments, ..Default::default() }.into())
        }
        What::ToolResult { call, tool, result, duration_us } => {
            let (call, tool, duration_us) = (some(call), some(tool), *duration_us);
            use_it(record, &view::ToolResult { call, tool, result, duration_us, ..Default::default() }.into())
        }
        What::Metrics { ints, floats } => {
            let (int_name, float_name) = (|index| name(ints, index), |index| name(floats, index));
            let (int_value, float_value) = (|index| value(ints, index), |index| value(floats, index));
            let metrics = view::Metrics {
                int_name: Refs::by(ints.len(), &int_name),
                int_value: Packed::by(ints.len(), &int_value),
                float_name: Refs::by(floats.len(), &float_name),
                float_value: Packed::by(floats.len(), &float_value),
            };
            use_it(record, &metrics.into())
        }
        What::StateDiff { ops } => {
            let op = |index| ops.get(index).map(operation).unwrap_or_default();
            use_it(record, &view::StateDiff { ops: List::by(ops.len(), &op), ..Default::default() }.into())
        }
    }
}

/// A text that has a place in the string table.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn name<T>(pairs: &[(String, T)], index: usize) -> Option<&str> {
    pairs.get(index).map(|(name, _)| name.as_str())
}

fn value<T: Copy + Default>(pairs: &[(String, T)], index: usize) -> T {
    pairs.get(index).map_or_else(T::default, |(_, value)| *value)
}

fn operation(op: &Op) -> view::PatchOp<'_> {
    view::PatchOp { op: op.op, path: some(&op.path), from: some(&op.from), value: &op.value }
}
