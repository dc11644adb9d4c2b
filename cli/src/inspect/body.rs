//! The body: strings, columns, and the payloads of the first records.

use dashstream_codec::OffsetBase;
use dashstream_codec::constants::MAX_STRINGS;
use dashstream_proto::kinds;
use dashstream_proto::schema::{BODY, FieldSchema};
use serde_json::{Value, json};

use super::cursor::{Cursor, zigzag};
use super::item::{Item, Section};
use super::walk::{Walk, packed, quoted};

/// What the records of a body are made of, as far as it can be read.
#[derive(Debug, Default)]
struct Columns {
    strings: Vec<String>,
    kind: Vec<u64>,
    time_delta_us: Vec<u64>,
    sequence_delta: Vec<u64>,
    thread_ref: Vec<u64>,
    node_ref: Vec<u64>,
    run_ref: Vec<u64>,
    task_ref: Vec<u64>,
    parent_delta: Vec<u64>,
    payload_len: Vec<u64>,
    /// Offset of the payloads, and the bytes.
    payloads: (usize, Vec<u8>),
}

impl Columns {
    fn read(raw: &[u8]) -> Self {
        let mut columns = Self::default();
        let mut cursor = Cursor::new(raw);
        while cursor.left() > 0 && columns.field(&mut cursor).is_some() {}
        columns
    }

    /// Takes a field; `None` where it is not one.
    fn field(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let key = cursor.varint()?;
        match key & 7 {
            0 => drop(cursor.varint()?),
            1 => drop(cursor.take(8)?),
            5 => drop(cursor.take(4)?),
            2 => {
                let len = usize::try_from(cursor.varint()?).ok()?;
                let bytes = cursor.take(len)?;
                self.column(u32::try_from(key >> 3).ok()?, bytes, cursor.position() - len);
            }
            _ => return None,
        }
        Some(())
    }

    fn column(&mut self, number: u32, bytes: &[u8], at: usize) {
        let Some(field) = BODY.field(number) else { return };
        let values = |field: &FieldSchema| packed(field, bytes).0;
        match field.name {
            "strings" if self.strings.len() < MAX_STRINGS => {
                self.strings.push(String::from_utf8_lossy(bytes).into_owned())
            }
            "kind" => self.kind = values(field),
            "time_delta_us" => self.time_delta_us = values(field),
            "sequence_delta" => self.sequence_delta = values(field),
            "thread_ref" => self.thread_ref = values(field),
            "node_ref" => self.node_ref = values(field),
            "run_ref" => self.run_ref = values(field),
            "task_ref" => self.task_ref = values(field),
            "parent_delta" => self.parent_delta = values(field),
            "payload_len" => self.payload_len = values(field),
            "payloads" => self.payloads = (at, bytes.to_vec()),
            _ => {}
        }
    }

    fn text(&self, refs: &[u64], index: usize) -> Option<&str> {
        let place = refs.get(index)?.checked_sub(1)?;
        self.strings.get(usize::try_from(place).ok()?).map(String::as_str)
    }
}

/// A body, and how many records the dump leaves out.
pub(super) fn section(raw: &[u8], base_sequence: u64, base_time_us: u64, records: usize) -> (Section, usize) {
    let columns = Columns::read(raw);
    let mut walk = Walk::new(&columns.strings);
    walk.message(Some(&BODY), raw, 0, 0);
    number_strings(&mut walk.items);
    let mut envelopes =
        Envelopes { columns: &columns, sequence: base_sequence.wrapping_sub(1), time_us: base_time_us, payload_at: 0 };
    for index in 0..columns.kind.len().min(records) {
        envelopes.record(index, &mut walk);
    }
    let title = format!("body ({} bytes)", raw.len());
    let section = Section { title, base: OffsetBase::Raw, start: 0, bytes: raw.to_vec(), items: walk.items };
    (section, columns.kind.len().saturating_sub(records))
}

/// Puts beside each string the ref that it goes by.
fn number_strings(items: &mut [Item]) {
    let strings = items.iter_mut().filter(|item| item.depth == 0 && item.name == "strings");
    for (index, item) in strings.enumerate() {
        item.note = format!("{}, ref {}", item.note, index + 1);
    }
}

/// Goes through the records, adding up what the columns hold.
struct Envelopes<'a> {
    columns: &'a Columns,
    sequence: u64,
    time_us: u64,
    payload_at: usize,
}

impl Envelopes<'_> {
    fn record(&mut self, index: usize, walk: &mut Walk<'_>) {
        let columns = self.columns;
        let kind = columns.kind.get(index).copied().and_then(|kind| u32::try_from(kind).ok()).unwrap_or(0);
        self.sequence = self.sequence.wrapping_add(columns.sequence_delta.get(index).copied().unwrap_or(1));
        let delta = columns.time_delta_us.get(index).copied().map_or(0, zigzag);
        self.time_us = self.time_us.wrapping_add_signed(delta);
        let (start, payloads) = &columns.payloads;
        let len = columns.payload_len.get(index).copied().unwrap_or(0);
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let at = self.payload_at.min(payloads.len());
        self.payload_at = self.payload_at.saturating_add(len);
        let payload = payloads.get(at..self.payload_at.min(payloads.len())).unwrap_or_default();
        let name = kinds::name_of(kind).map_or_else(|| format!("kind {kind}"), str::to_owned);
        let item = Item::new(start + at, payload.len(), 1, format!("record {index}"), Value::String(name));
        let item = item.note(self.note(index));
        let cut = payload.len() < len;
        walk.items.push(if cut { item.problem(format!("{} of {len} payload bytes", payload.len())) } else { item });
        match kinds::message_of(kind) {
            Some(schema) => walk.message(Some(schema), payload, start + at, 2),
            None if payload.is_empty() => {}
            None => walk.items.push(Item::new(
                start + at,
                payload.len(),
                2,
                "opaque",
                json!(format!("{} bytes", payload.len())),
            )),
        }
    }

    fn note(&self, index: usize) -> String {
        let mut note = format!("sequence {}, time {} us", self.sequence, self.time_us);
        let columns = self.columns;
        let texts = [
            ("thread", &columns.thread_ref),
            ("node", &columns.node_ref),
            ("run", &columns.run_ref),
            ("task", &columns.task_ref),
        ];
        for (name, refs) in texts {
            if let Some(text) = columns.text(refs, index) {
                note.push_str(&format!(", {name} {}", quoted(text)));
            }
        }
        if let Some(delta) = columns.parent_delta.get(index).filter(|delta| **delta != 0) {
            note.push_str(&format!(", parent {}", self.sequence.wrapping_sub(*delta)));
        }
        note
    }
}
