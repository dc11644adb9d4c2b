//! DashStream, through the public interface of the codec.
//!
//! Payloads are written from what the events hold, and read where they lie.

use dashstream_codec::owned;
use dashstream_codec::view::{self, List, Packed, Payload, Refs};
use dashstream_codec::{
    Batch, BatchBuilder, Codec, Decoder, Encoder, EncoderConfig, FrameHeader, ReadOptions, Record, RecordInput,
};
use dashstream_proto::v1;

use crate::error::Error;
use crate::event::{Event, Op, What};
use crate::peer::Peer;
use crate::visit::{Head, View, Visit};

/// How frames are written and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Codec of the body.
    pub codec: Codec,
    /// Its level, where it has one.
    pub level: Option<i32>,
    /// Whether the metadata lists threads and nodes, as META-016 asks.
    pub contexts: bool,
    /// Whether payloads are decoded into messages of their own; else their fields are read where they lie.
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
    decoder: Decoder,
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
        let mut batch = BatchBuilder::new(header(1), &metadata)?;
        batch.gather_contexts(options.contexts);
        Ok(Self { options, encoder: Encoder::new(config)?, batch, metadata, decoder: Decoder::new() })
    }

    fn restart(&mut self, events: &[Event]) -> Result<(), Error> {
        let Some(first) = events.first() else { return Err(Error::Empty) };
        self.metadata.tenant.clone_from(&first.tenant);
        self.metadata.base_time_us = first.t_us;
        Ok(self.batch.restart(header(first.sequence), &self.metadata)?)
    }
}

const fn header(base_sequence: u64) -> FrameHeader {
    FrameHeader { producer_id: *b"a bench producer", epoch: 1, lane: 0, base_sequence, ancillary_flags: None }
}

impl Peer for DashStream {
    type Built<'e> = &'e [Event];

    fn build<'e>(&mut self, events: &'e [Event]) -> Result<&'e [Event], Error> {
        Ok(events)
    }

    fn encode(&mut self, events: &mut &[Event], out: &mut Vec<u8>) -> Result<(), Error> {
        self.restart(events)?;
        for event in *events {
            push(&mut self.batch, event)?;
        }
        self.batch.finish(&mut self.encoder, out)?;
        Ok(())
    }

    fn decode(&mut self, frame: &[u8], visit: &mut impl Visit) -> Result<(), Error> {
        let batch = self.decoder.decode(frame, &ReadOptions::default())?;
        if self.options.owned { read_owned(&batch, visit) } else { read_in_place(&batch, visit) }
    }
}

fn push(batch: &mut BatchBuilder, event: &Event) -> Result<(), Error> {
    let input = RecordInput {
        time_us: event.t_us,
        thread: some(&event.thread),
        node: some(&event.node),
        ..RecordInput::default()
    };
    match &event.what {
        What::GraphStart => batch.push_view(input, &view::GraphStart::default())?,
        What::GraphEnd => batch.push_view(input, &view::GraphEnd::default())?,
        What::NodeStart => batch.push_view(input, &view::NodeStart::default())?,
        What::NodeEnd { duration_us } => {
            let end = view::NodeEnd { duration_us: *duration_us, ..view::NodeEnd::default() };
            batch.push_view(input, &end)?;
        }
        What::Token { request, model, index, text, last } => {
            let (request, model, text) = (some(request), some(model), text.as_bytes());
            let token = view::TokenChunk { request, model, index: *index, text, is_final: *last };
            batch.push_view(input, &token)?;
        }
        What::ToolCall { call, tool, arguments } => {
            let (call, tool) = (some(call), some(tool));
            let call = view::ToolCall { call, tool, arguments, ..view::ToolCall::default() };
            batch.push_view(input, &call)?;
        }
        What::ToolResult { call, tool, result, duration_us } => {
            let (call, tool, duration_us) = (some(call), some(tool), *duration_us);
            let result = view::ToolResult { call, tool, result, duration_us, ..view::ToolResult::default() };
            batch.push_view(input, &result)?;
        }
        What::Metrics { ints, floats } => {
            let int_name = |index| ints.get(index).map(|(name, _): &(String, i64)| name.as_str());
            let int_value = |index| ints.get(index).map_or(0, |(_, value): &(String, i64)| *value);
            let float_name = |index| floats.get(index).map(|(name, _): &(String, f64)| name.as_str());
            let float_value = |index| floats.get(index).map_or(0.0, |(_, value): &(String, f64)| *value);
            let metrics = view::Metrics {
                int_name: Refs::by(ints.len(), &int_name),
                int_value: Packed::by(ints.len(), &int_value),
                float_name: Refs::by(floats.len(), &float_name),
                float_value: Packed::by(floats.len(), &float_value),
            };
            batch.push_view(input, &metrics)?;
        }
        What::StateDiff { ops } => {
            let at = |index| ops.get(index).map(operation).unwrap_or_default();
            let diff = view::StateDiff { ops: List::by(ops.len(), &at), ..view::StateDiff::default() };
            batch.push_view(input, &diff)?;
        }
    }
    Ok(())
}

fn operation(op: &Op) -> view::PatchOp<'_> {
    view::PatchOp { op: op.op, path: some(&op.path), from: some(&op.from), value: &op.value }
}

/// A text that has a place in the string table.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Shows records as they lie in the frame.
fn read_in_place(batch: &Batch<'_>, visit: &mut impl Visit) -> Result<(), Error> {
    let tenant = batch.metadata().tenant();
    let mut records = batch.records();
    while let Some(result) = records.advance() {
        let record = result.accepted()?;
        show(head(tenant, record), record, visit);
    }
    Ok(())
}

/// Shows records that own all that they hold.
fn read_owned(batch: &Batch<'_>, visit: &mut impl Visit) -> Result<(), Error> {
    let tenant = batch.metadata().tenant();
    let mut records = batch.records();
    while let Some(result) = records.advance() {
        let owned = result.accepted()?.to_owned();
        let head = Head {
            sequence: owned.sequence,
            t_us: owned.time_us,
            tenant,
            thread: owned.thread.as_deref().unwrap_or_default(),
            node: owned.node.as_deref().unwrap_or_default(),
        };
        show_owned(head, &owned.payload, visit);
    }
    Ok(())
}

/// What every event has.
#[inline]
fn head<'a>(tenant: &'a str, record: &Record<'a>) -> Head<'a> {
    Head {
        sequence: record.sequence,
        t_us: record.time_us,
        tenant,
        thread: record.thread.unwrap_or_default(),
        node: record.node.unwrap_or_default(),
    }
}

/// Shows a record, its payload read where it lies.
#[inline]
fn show(head: Head<'_>, record: &Record<'_>, visit: &mut impl Visit) {
    match &record.view {
        Payload::TokenChunk(token) => {
            let (request, model) = (token.request.unwrap_or_default(), token.model.unwrap_or_default());
            // The text of these events was a string when it was written.
            let text = core::str::from_utf8(token.text).unwrap_or_default();
            visit.event(head, View::Token { request, model, index: token.index, text, last: token.is_final });
        }
        Payload::GraphStart(_) => visit.event(head, View::GraphStart),
        Payload::GraphEnd(_) => visit.event(head, View::GraphEnd),
        Payload::NodeStart(_) => visit.event(head, View::NodeStart),
        Payload::NodeEnd(end) => visit.event(head, View::NodeEnd { duration_us: end.duration_us }),
        Payload::ToolCall(call) => {
            let (arguments, tool) = (call.arguments, call.tool.unwrap_or_default());
            visit.event(head, View::ToolCall { call: call.call.unwrap_or_default(), tool, arguments });
        }
        Payload::ToolResult(it) => {
            let (call, tool) = (it.call.unwrap_or_default(), it.tool.unwrap_or_default());
            visit.event(head, View::ToolResult { call, tool, result: it.result, duration_us: it.duration_us });
        }
        Payload::Metrics(metrics) => {
            visit.event(head, View::Metrics);
            for (name, value) in metrics.int_name.iter().zip(metrics.int_value.iter()) {
                visit.int(name.unwrap_or_default(), value);
            }
            for (name, value) in metrics.float_name.iter().zip(metrics.float_value.iter()) {
                visit.float(name.unwrap_or_default(), value);
            }
        }
        Payload::StateDiff(diff) => {
            visit.event(head, View::StateDiff);
            for op in diff.ops.iter() {
                visit.op(op.op, op.path.unwrap_or_default(), op.from.unwrap_or_default(), op.value);
            }
        }
        _ => {}
    }
}

/// Shows a record whose payload owns its texts.
fn show_owned(head: Head<'_>, payload: &owned::Payload, visit: &mut impl Visit) {
    match payload {
        owned::Payload::TokenChunk(token) => {
            let (request, model) = (text(&token.request), text(&token.model));
            let text = str::from_utf8(&token.text).unwrap_or_default();
            visit.event(head, View::Token { request, model, index: token.index, text, last: token.is_final });
        }
        owned::Payload::GraphStart(_) => visit.event(head, View::GraphStart),
        owned::Payload::GraphEnd(_) => visit.event(head, View::GraphEnd),
        owned::Payload::NodeStart(_) => visit.event(head, View::NodeStart),
        owned::Payload::NodeEnd(end) => visit.event(head, View::NodeEnd { duration_us: end.duration_us }),
        owned::Payload::ToolCall(it) => {
            visit.event(head, View::ToolCall { call: text(&it.call), tool: text(&it.tool), arguments: &it.arguments });
        }
        owned::Payload::ToolResult(it) => {
            let (call, tool) = (text(&it.call), text(&it.tool));
            visit.event(head, View::ToolResult { call, tool, result: &it.result, duration_us: it.duration_us });
        }
        owned::Payload::Metrics(metrics) => {
            visit.event(head, View::Metrics);
            metrics.int_name.iter().zip(&metrics.int_value).for_each(|(name, value)| visit.int(text(name), *value));
            metrics
                .float_name
                .iter()
                .zip(&metrics.float_value)
                .for_each(|(name, value)| visit.float(text(name), *value));
        }
        owned::Payload::StateDiff(diff) => {
            visit.event(head, View::StateDiff);
            diff.ops.iter().for_each(|op| visit.op(op.op, text(&op.path), text(&op.from), &op.value));
        }
        _ => {}
    }
}

/// A text that may be none.
fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}
