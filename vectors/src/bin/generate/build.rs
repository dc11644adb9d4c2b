//! Builds valid, tidy frames from content.

use crate::dual::{Dual, Strings};
use crate::frame::{Frame, Sum};
use crate::tree::{Edit as _, Tree};
use crate::wire::{Field, Msg, Value, varint, zigzag};

/// Everyone's producer, unless a case says otherwise.
pub(crate) const PRODUCER: [u8; 16] = *b"\x50\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f";
/// Everyone's boot nonce.
pub(crate) const NONCE: [u8; 8] = *b"\xb0\x07\xb0\x07\xb0\x07\xb0\x07";
/// 2^53 - 1.
pub(crate) const TOP: u64 = (1 << 53) - 1;

/// A frame that is being built.
pub(crate) struct Builder {
    pub(crate) producer_id: [u8; 16],
    pub(crate) base_sequence: u64,
    pub(crate) epoch: u32,
    pub(crate) lane: u32,
    pub(crate) tenant: String,
    pub(crate) boot_nonce: Vec<u8>,
    pub(crate) base_time_us: u64,
    pub(crate) trace_id: Vec<u8>,
    pub(crate) drops: Vec<(u32, u32)>,
    pub(crate) dropped_total: u64,
    pub(crate) contexts: Vec<[String; 4]>,
    pub(crate) redaction: Option<(u32, String)>,
    strings: Strings,
    traces: Vec<[u8; 16]>,
    spans: Vec<[u8; 8]>,
    rows: Vec<Row>,
}

/// One record that is being built.
pub(crate) struct Record<'a> {
    strings: &'a mut Strings,
    row: Row,
}

#[derive(Default)]
struct Row {
    kind: u64,
    sequence: u64,
    time: u64,
    texts: [String; 4],
    refs: [u64; 4],
    parent: Option<u64>,
    trace: Option<[u8; 16]>,
    span: Option<[u8; 8]>,
    payload: Msg,
    json: Option<(&'static str, Tree)>,
}

const TEXTS: [&str; 4] = ["thread", "node", "run", "task"];

impl Record<'_> {
    fn text(&mut self, which: usize, text: &str) -> &mut Self {
        self.row.texts[which] = text.to_owned();
        self.row.refs[which] = self.strings.reference(text);
        self
    }
    pub(crate) fn thread(&mut self, text: &str) -> &mut Self {
        self.text(0, text)
    }
    pub(crate) fn node(&mut self, text: &str) -> &mut Self {
        self.text(1, text)
    }
    pub(crate) fn run(&mut self, text: &str) -> &mut Self {
        self.text(2, text)
    }
    pub(crate) fn task(&mut self, text: &str) -> &mut Self {
        self.text(3, text)
    }
    /// Sequence number, where it is not the next one.
    pub(crate) fn sequence(&mut self, sequence: u64) -> &mut Self {
        self.row.sequence = sequence;
        self
    }
    /// Time in microseconds.
    pub(crate) fn time(&mut self, time: u64) -> &mut Self {
        self.row.time = time;
        self
    }
    /// Sequence number of the parent.
    pub(crate) fn parent(&mut self, parent: u64) -> &mut Self {
        self.row.parent = Some(parent);
        self
    }
    pub(crate) fn trace(&mut self, trace: [u8; 16]) -> &mut Self {
        self.row.trace = Some(trace);
        self
    }
    pub(crate) fn span(&mut self, span: [u8; 8]) -> &mut Self {
        self.row.span = Some(span);
        self
    }
    pub(crate) fn payload(&mut self, build: impl FnOnce(&mut Dual<'_>)) -> &mut Self {
        let mut dual = Dual::new(self.strings);
        build(&mut dual);
        self.row.payload = dual.msg;
        self.row.json = Some(("payload", Tree::Map(dual.json)));
        self
    }
    /// Payload of a kind that no reader knows.
    pub(crate) fn opaque(&mut self, bytes: &[u8]) -> &mut Self {
        self.row.payload = Msg(vec![raw(bytes)]);
        self.row.json = Some(("opaque", Tree::hex(bytes)));
        self
    }
}

/// Bytes that stand for a message.
pub(crate) fn raw(bytes: &[u8]) -> Field {
    Field { tag: Some(Vec::new()), ..Field::new("bytes", 1, Value::Raw(0, bytes.to_vec())) }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            producer_id: PRODUCER,
            base_sequence: 1,
            epoch: 1,
            lane: 0,
            tenant: "acme".to_owned(),
            boot_nonce: NONCE.to_vec(),
            base_time_us: 0,
            trace_id: Vec::new(),
            drops: Vec::new(),
            dropped_total: 0,
            contexts: Vec::new(),
            redaction: None,
            strings: Strings::default(),
            traces: Vec::new(),
            spans: Vec::new(),
            rows: Vec::new(),
        }
    }
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A builder with other settings.
    pub(crate) fn set(change: impl FnOnce(&mut Self)) -> Self {
        let mut builder = Self::default();
        change(&mut builder);
        builder
    }

    /// Adds a record; its sequence number and time are those that follow.
    pub(crate) fn record(&mut self, kind: u64, build: impl FnOnce(&mut Record<'_>)) -> &mut Self {
        let sequence = self.rows.last().map_or(self.base_sequence, |row| row.sequence + 1);
        let time = self.rows.last().map_or(self.base_time_us, |row| row.time);
        let row = Row { kind, sequence, time, ..Row::default() };
        let mut record = Record { strings: &mut self.strings, row };
        build(&mut record);
        let row = record.row;
        if let Some(trace) = row.trace.filter(|trace| trace[..] != self.trace_id[..] && !self.traces.contains(trace)) {
            self.traces.push(trace);
        }
        if let Some(span) = row.span.filter(|span| !self.spans.contains(span)) {
            self.spans.push(span);
        }
        self.rows.push(row);
        self
    }

    /// Adds a record with nothing but a kind.
    pub(crate) fn plain(&mut self, kind: u64) -> &mut Self {
        self.record(kind, |_| {})
    }

    pub(crate) fn frame(&self) -> Frame {
        let (metadata, metadata_json) = self.metadata();
        let drops: u32 = self.drops.iter().map(|(_, count)| count).sum();
        Frame {
            magic: 0xbe,
            version: 1,
            critical_flags: 0,
            ancillary_flags: 0,
            prelude_crc: Sum::Right,
            metadata_crc: Sum::Right,
            body_crc: Sum::Right,
            body_len: None,
            raw_len: None,
            metadata_len: None,
            codec: 0,
            schema: 1,
            record_count: self.rows.len() as u16,
            drop_count: drops as u16,
            producer_id: self.producer_id,
            base_sequence: self.base_sequence,
            epoch: self.epoch,
            lane: self.lane,
            metadata,
            body: self.body(),
            stored: None,
            metadata_json,
            records_json: Tree::List(self.rows.iter().map(|row| self.row_json(row)).collect()),
        }
    }

    fn metadata(&self) -> (Msg, Tree) {
        let mut unused = Strings::default();
        let mut out = Dual::new(&mut unused);
        out.string(1, "tenant", &self.tenant);
        out.bytes(2, "boot_nonce", &self.boot_nonce);
        out.u64(3, "base_time_us", self.base_time_us);
        out.bytes(4, "trace_id", &self.trace_id);
        let (reasons, counts): (Vec<u32>, Vec<u32>) = self.drops.iter().copied().unzip();
        out.numbers(5, "drop_reason", &reasons);
        out.numbers(6, "drop_reason_count", &counts);
        out.u64(7, "dropped_total", self.dropped_total);
        for texts in &self.contexts {
            out.element(8, "contexts", |context| {
                for (index, name) in ["run", "thread", "node", "task"].into_iter().enumerate() {
                    context.string(index as u32 + 1, name, &texts[index]);
                }
            });
        }
        if let Some((crc, reason)) = &self.redaction {
            out.message(9, "redaction", |redaction| {
                redaction.fixed32(1, "original_body_crc", *crc);
                redaction.string(2, "reason", reason);
            });
        }
        (out.msg, Tree::Map(out.json))
    }

    fn row_json(&self, row: &Row) -> Tree {
        let mut out = Tree::map([
            ("sequence", Tree::digits(row.sequence)),
            ("kind", Tree::Int(row.kind.into())),
            ("time_us", Tree::digits(row.time)),
        ]);
        for (name, text) in TEXTS.iter().zip(&row.texts) {
            if !text.is_empty() {
                out.set(name, Tree::text(text));
            }
        }
        if let Some(parent) = row.parent {
            out.set("parent", Tree::digits(parent));
        }
        let inherited = <[u8; 16]>::try_from(&self.trace_id[..]).ok();
        if let Some(trace) = row.trace.or(inherited) {
            out.set("trace_id", Tree::hex(&trace));
        }
        if let Some(span) = row.span {
            out.set("span_id", Tree::hex(&span));
        }
        let (key, value) = row.json.clone().unwrap_or(("payload", Tree::map([])));
        out.set(key, value);
        out
    }

    fn body(&self) -> Msg {
        let mut out = Msg::default();
        for (index, text) in self.strings.0.iter().enumerate() {
            out.push(Field::bytes(format!("strings[{index}]"), 1, text.as_str()));
        }
        out.push(column("kind", 2, &self.values(|row| row.kind)));
        let mut time = self.base_time_us;
        let mut deltas = Vec::new();
        for row in &self.rows {
            deltas.push(zigzag(row.time as i64 - time as i64));
            time = row.time;
        }
        self.place(&mut out, "time_delta_us", 3, &deltas, 0);
        let mut sequence = self.base_sequence.wrapping_sub(1);
        let mut steps = Vec::new();
        for row in &self.rows {
            steps.push(row.sequence.wrapping_sub(sequence));
            sequence = row.sequence;
        }
        self.place(&mut out, "sequence_delta", 4, &steps, 1);
        self.place(&mut out, "thread_ref", 5, &self.values(|row| row.refs[0]), 0);
        self.place(&mut out, "node_ref", 6, &self.values(|row| row.refs[1]), 0);
        let parents = self.values(|row| row.parent.map_or(0, |parent| row.sequence - parent));
        self.place(&mut out, "parent_delta", 7, &parents, 0);
        self.place(&mut out, "run_ref", 8, &self.values(|row| row.refs[2]), 0);
        self.place(&mut out, "task_ref", 9, &self.values(|row| row.refs[3]), 0);
        let position = |found: Option<usize>| found.map_or(0, |index| index as u64 + 1);
        let traces = self
            .values(|row| position(row.trace.and_then(|trace| self.traces.iter().position(|other| *other == trace))));
        self.place(&mut out, "trace_ref", 10, &traces, 0);
        if !self.traces.is_empty() {
            out.push(Field::bytes("trace_ids", 11, self.traces.concat()));
        }
        let spans =
            self.values(|row| position(row.span.and_then(|span| self.spans.iter().position(|other| *other == span))));
        self.place(&mut out, "span_ref", 12, &spans, 0);
        if !self.spans.is_empty() {
            out.push(Field::bytes("span_ids", 13, self.spans.concat()));
        }
        let lens = self.values(|row| row.payload.len() as u64);
        self.place(&mut out, "payload_len", 14, &lens, 0);
        if lens.iter().any(|len| *len > 0) {
            let part = |(index, row): (usize, &Row)| (format!("payload[{index}]"), row.payload.clone());
            out.push(Field::new("payloads", 15, Value::Parts(self.rows.iter().enumerate().map(part).collect())));
        }
        out
    }

    fn values(&self, of: impl Fn(&Row) -> u64) -> Vec<u64> {
        self.rows.iter().map(of).collect()
    }

    /// Adds a column that is not all defaults.
    fn place(&self, out: &mut Msg, name: &str, number: u32, values: &[u64], default: u64) {
        if values.iter().any(|value| *value != default) {
            out.push(column(name, number, values));
        }
    }
}

/// A packed field; equal neighbours of a long one become runs.
pub(crate) fn column(name: &str, number: u32, values: &[u64]) -> Field {
    if values.len() <= 64 {
        return Field::packed(name, number, values);
    }
    let mut runs: Vec<(Vec<u8>, usize)> = Vec::new();
    for value in values {
        let bytes = varint(*value);
        match runs.last_mut() {
            Some((last, times)) if *last == bytes => *times += 1,
            _ => runs.push((bytes, 1)),
        }
    }
    Field::new(name, number, Value::Packed(runs))
}
