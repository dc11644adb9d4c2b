//! DashStream, through the public interface of the codec.
//!
//! The messages that payloads are made from are kept and filled again, so that encoding allocates nothing.

use dashstream_codec::{
    BatchBuilder, Codec, Decoder, Encoder, EncoderConfig, FrameHeader, ReadOptions, Record, RecordInput, Strings,
    constants,
};
use dashstream_proto::{kinds, v1};

use crate::error::Error;
use crate::event::{Event, Op, What};
use crate::peer::Peer;
use crate::visit::{Head, View, Visit};

mod payload;

use payload::Fields;

/// How frames are written and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Codec of the body.
    pub codec: Codec,
    /// Its level, where it has one.
    pub level: Option<i32>,
    /// Whether the metadata lists threads and nodes, as META-016 asks.
    pub contexts: bool,
    /// Whether payloads are decoded into messages; else their fields are read where they lie.
    pub owned: bool,
}

impl Options {
    /// A codec at a level; contexts are written, payloads are read in place.
    #[must_use]
    pub const fn new(codec: Codec, level: Option<i32>) -> Self {
        Self { codec, level, contexts: true, owned: false }
    }
}

/// A writer and a reader.
#[derive(Debug)]
pub struct DashStream {
    options: Options,
    encoder: Encoder,
    batch: BatchBuilder,
    metadata: v1::Metadata,
    messages: Messages,
    decoder: Decoder,
}

/// Room for the payloads that have more than numbers.
#[derive(Debug, Default)]
struct Messages {
    token: v1::TokenChunk,
    tool_call: v1::ToolCall,
    tool_result: v1::ToolResult,
    metrics: v1::Metrics,
    state_diff: v1::StateDiff,
}

impl DashStream {
    /// A writer and a reader with these options.
    ///
    /// # Errors
    ///
    /// The level is out of range.
    pub fn new(options: Options) -> Result<Self, Error> {
        let Options { codec, level, .. } = options;
        let config = EncoderConfig { codec, level, max_frame_len: usize::MAX, ..EncoderConfig::default() };
        let metadata = v1::Metadata { tenant: "-".to_owned(), boot_nonce: vec![7; 8], ..v1::Metadata::default() };
        Ok(Self {
            options,
            encoder: Encoder::new(config)?,
            batch: BatchBuilder::new(header(1), &metadata)?,
            metadata,
            messages: Messages::default(),
            decoder: Decoder::new(),
        })
    }

    fn restart(&mut self, events: &[Event]) -> Result<(), Error> {
        let Some(first) = events.first() else { return Err(Error::Empty) };
        self.metadata.tenant.clone_from(&first.tenant);
        self.metadata.base_time_us = first.t_us;
        if self.options.contexts {
            list_contexts(events, &mut self.metadata.contexts);
        }
        Ok(self.batch.restart(header(first.sequence), &self.metadata)?)
    }
}

const fn header(base_sequence: u64) -> FrameHeader {
    FrameHeader { producer_id: *b"a bench producer", epoch: 1, lane: 0, base_sequence, ancillary_flags: None }
}

/// Threads and nodes of the events, as far as 16 contexts reach (META-016).
fn list_contexts(events: &[Event], contexts: &mut Vec<v1::Context>) {
    let mut used = 0;
    for event in events {
        let fits = event.thread.len() <= constants::MAX_CONTEXT_LEN && event.node.len() <= constants::MAX_CONTEXT_LEN;
        let is_empty = event.thread.is_empty() && event.node.is_empty();
        let is_there = |context: &v1::Context| context.thread == event.thread && context.node == event.node;
        if !fits || is_empty || contexts.iter().take(used).any(is_there) {
            continue;
        }
        if contexts.len() <= used {
            contexts.push(v1::Context::default());
        }
        if let Some(context) = contexts.get_mut(used) {
            context.thread.clone_from(&event.thread);
            context.node.clone_from(&event.node);
        }
        used += 1;
        if used == constants::MAX_CONTEXTS {
            break;
        }
    }
    contexts.truncate(used);
}

impl Peer for DashStream {
    type Built<'e> = &'e [Event];

    fn build<'e>(&mut self, events: &'e [Event]) -> Result<&'e [Event], Error> {
        Ok(events)
    }

    fn encode(&mut self, events: &mut &[Event], out: &mut Vec<u8>) -> Result<(), Error> {
        self.restart(events)?;
        for event in *events {
            push(&mut self.batch, &mut self.messages, event)?;
        }
        self.batch.finish(&mut self.encoder, out)?;
        Ok(())
    }

    fn decode(&mut self, frame: &[u8], visit: &mut impl Visit) -> Result<(), Error> {
        let batch = self.decoder.decode(frame, &ReadOptions::default())?;
        let tenant = batch.metadata().tenant();
        let strings = batch.strings();
        for result in batch.records() {
            let record = result.accepted()?;
            let head = Head {
                sequence: record.sequence,
                t_us: record.time_us,
                tenant,
                thread: record.thread.unwrap_or_default(),
                node: record.node.unwrap_or_default(),
            };
            if self.options.owned {
                show_message(head, strings, &record, visit)?;
            } else {
                show(head, strings, &record, visit);
            }
        }
        Ok(())
    }
}

fn push(batch: &mut BatchBuilder, messages: &mut Messages, event: &Event) -> Result<(), Error> {
    let input = |kind| RecordInput {
        kind,
        time_us: event.t_us,
        thread: (!event.thread.is_empty()).then_some(&event.thread),
        node: (!event.node.is_empty()).then_some(&event.node),
        ..RecordInput::default()
    };
    match &event.what {
        What::GraphStart => batch.push(input(kinds::GRAPH_START))?,
        What::GraphEnd => batch.push(input(kinds::GRAPH_END))?,
        What::NodeStart => batch.push(input(kinds::NODE_START))?,
        What::NodeEnd { duration_us } => {
            let message = v1::NodeEnd { duration_us: *duration_us, ..v1::NodeEnd::default() };
            batch.push_message(input(kinds::NODE_END), &message)?;
        }
        What::Token { request, model, index, text, last } => {
            let message = &mut messages.token;
            message.request_ref = intern(batch, request)?;
            message.model_ref = intern(batch, model)?;
            message.index = *index;
            message.text.clear();
            message.text.extend_from_slice(text.as_bytes());
            message.r#final = *last;
            batch.push_message(input(kinds::TOKEN_CHUNK), message)?;
        }
        What::ToolCall { call, tool, arguments } => {
            let message = &mut messages.tool_call;
            message.call_ref = intern(batch, call)?;
            message.tool_ref = intern(batch, tool)?;
            message.arguments.clone_from(arguments);
            batch.push_message(input(kinds::TOOL_CALL), message)?;
        }
        What::ToolResult { call, tool, result, duration_us } => {
            let message = &mut messages.tool_result;
            message.call_ref = intern(batch, call)?;
            message.tool_ref = intern(batch, tool)?;
            message.result.clone_from(result);
            message.duration_us = *duration_us;
            batch.push_message(input(kinds::TOOL_RESULT), message)?;
        }
        What::Metrics { ints, floats } => {
            fill_metrics(batch, &mut messages.metrics, ints, floats)?;
            batch.push_message(input(kinds::METRICS), &messages.metrics)?;
        }
        What::StateDiff { ops } => {
            fill_state_diff(batch, &mut messages.state_diff, ops)?;
            batch.push_message(input(kinds::STATE_DIFF), &messages.state_diff)?;
        }
    }
    Ok(())
}

/// The ref of a text; 0 where it is empty.
fn intern(batch: &mut BatchBuilder, text: &str) -> Result<u32, Error> {
    if text.is_empty() { Ok(0) } else { Ok(batch.intern(text)?) }
}

fn fill_metrics(
    batch: &mut BatchBuilder,
    message: &mut v1::Metrics,
    ints: &[(String, i64)],
    floats: &[(String, f64)],
) -> Result<(), Error> {
    message.int_name_ref.clear();
    message.int_value.clear();
    message.float_name_ref.clear();
    message.float_value.clear();
    for (name, value) in ints {
        message.int_name_ref.push(intern(batch, name)?);
        message.int_value.push(*value);
    }
    for (name, value) in floats {
        message.float_name_ref.push(intern(batch, name)?);
        message.float_value.push(*value);
    }
    Ok(())
}

fn fill_state_diff(batch: &mut BatchBuilder, message: &mut v1::StateDiff, ops: &[Op]) -> Result<(), Error> {
    message.ops.resize_with(ops.len(), v1::PatchOp::default);
    for (place, op) in message.ops.iter_mut().zip(ops) {
        place.op = op.op;
        place.path_ref = intern(batch, &op.path)?;
        place.from_ref = intern(batch, &op.from)?;
        place.value.clone_from(&op.value);
    }
    Ok(())
}

/// Shows a record, its payload read where it lies.
#[inline]
fn show(head: Head<'_>, strings: Strings<'_>, record: &Record<'_>, visit: &mut impl Visit) {
    let name = |string_ref| strings.get(string_ref).unwrap_or_default();
    let fields = Fields::new(record.payload);
    match record.kind {
        kinds::TOKEN_CHUNK => {
            let [mut request, mut model, mut index, mut last] = [0; 4];
            let mut text = "";
            for (number, value) in fields {
                match number {
                    1 => request = value.number(),
                    2 => model = value.number(),
                    3 => index = value.number(),
                    4 => text = value.text(),
                    5 => last = value.number(),
                    _ => {}
                }
            }
            let (request, model) = (name(request), name(model));
            visit.event(head, View::Token { request, model, index, text, last: last != 0 });
        }
        kinds::GRAPH_START => visit.event(head, View::GraphStart),
        kinds::GRAPH_END => visit.event(head, View::GraphEnd),
        kinds::NODE_START => visit.event(head, View::NodeStart),
        kinds::NODE_END => {
            let duration_us = fields.find(1).long();
            visit.event(head, View::NodeEnd { duration_us });
        }
        kinds::TOOL_CALL => {
            let (call, tool) = (name(fields.find(1).number()), name(fields.find(2).number()));
            visit.event(head, View::ToolCall { call, tool, arguments: fields.find(3).text() });
        }
        kinds::TOOL_RESULT => {
            let (call, tool) = (name(fields.find(1).number()), name(fields.find(2).number()));
            let (result, duration_us) = (fields.find(3).text(), fields.find(4).long());
            visit.event(head, View::ToolResult { call, tool, result, duration_us });
        }
        kinds::METRICS => {
            visit.event(head, View::Metrics);
            for (name_ref, value) in fields.find(1).numbers().zip(fields.find(2).numbers()) {
                visit.int(name(payload::low(name_ref)), payload::zigzag(value));
            }
            for (name_ref, value) in fields.find(3).numbers().zip(fields.find(4).doubles()) {
                visit.float(name(payload::low(name_ref)), value);
            }
        }
        kinds::STATE_DIFF => {
            visit.event(head, View::StateDiff);
            for (_, op) in fields.filter(|(number, _)| *number == 3) {
                let op = Fields::new(op.bytes());
                let (path, from) = (name(op.find(2).number()), name(op.find(3).number()));
                visit.op(op.find(1).number(), path, from, op.find(4).text());
            }
        }
        _ => {}
    }
}

/// Shows a record, its payload decoded into a message that owns its texts.
fn show_message(
    head: Head<'_>,
    strings: Strings<'_>,
    record: &Record<'_>,
    visit: &mut impl Visit,
) -> Result<(), Error> {
    let name = |string_ref| strings.get(string_ref).unwrap_or_default();
    match record.kind {
        kinds::GRAPH_START => {
            message::<v1::GraphStart>(record)?;
            visit.event(head, View::GraphStart);
        }
        kinds::GRAPH_END => {
            message::<v1::GraphEnd>(record)?;
            visit.event(head, View::GraphEnd);
        }
        kinds::NODE_START => {
            message::<v1::NodeStart>(record)?;
            visit.event(head, View::NodeStart);
        }
        kinds::NODE_END => {
            visit.event(head, View::NodeEnd { duration_us: message::<v1::NodeEnd>(record)?.duration_us });
        }
        kinds::TOKEN_CHUNK => {
            let v1::TokenChunk { request_ref, model_ref, index, text, r#final } = message(record)?;
            let text = str::from_utf8(&text).map_err(Error::library)?;
            visit.event(
                head,
                View::Token { request: name(request_ref), model: name(model_ref), index, text, last: r#final },
            );
        }
        kinds::TOOL_CALL => {
            let v1::ToolCall { call_ref, tool_ref, arguments, .. } = message(record)?;
            visit.event(head, View::ToolCall { call: name(call_ref), tool: name(tool_ref), arguments: &arguments });
        }
        kinds::TOOL_RESULT => {
            let v1::ToolResult { call_ref, tool_ref, result, duration_us, .. } = message(record)?;
            let (call, tool) = (name(call_ref), name(tool_ref));
            visit.event(head, View::ToolResult { call, tool, result: &result, duration_us });
        }
        kinds::METRICS => {
            let v1::Metrics { int_name_ref, int_value, float_name_ref, float_value } = message(record)?;
            visit.event(head, View::Metrics);
            int_name_ref.iter().zip(int_value).for_each(|(name_ref, value)| visit.int(name(*name_ref), value));
            float_name_ref.iter().zip(float_value).for_each(|(name_ref, value)| visit.float(name(*name_ref), value));
        }
        kinds::STATE_DIFF => {
            let v1::StateDiff { ops, .. } = message(record)?;
            visit.event(head, View::StateDiff);
            ops.iter().for_each(|op| visit.op(op.op, name(op.path_ref), name(op.from_ref), &op.value));
        }
        _ => {}
    }
    Ok(())
}

fn message<M: prost::Message + Default>(record: &Record<'_>) -> Result<M, Error> {
    record.message().map_err(Error::library)
}
