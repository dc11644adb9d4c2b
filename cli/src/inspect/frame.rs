//! A frame, taken apart.

use dashstream_codec::constants::PRELUDE_LEN;
use dashstream_codec::{Decoder, Error, OffsetBase, ReadOptions};
use dashstream_conformance::plain::Plain;
use dashstream_proto::schema::METADATA;
use serde_json::{Value, json};

use super::item::{FrameDump, Item, Section};
use super::prelude::Facts;
use super::walk::Walk;
use super::{body, prelude, unpack};

/// Takes a frame apart, whole or not. `records`: how many of them to show.
pub(super) fn dump(decoder: &mut Decoder, start: u64, frame: &[u8], records: usize) -> FrameDump {
    let (error, record_errors) = verdict(decoder, frame);
    let facts = Facts::read(frame);
    let mut dump = FrameDump {
        start,
        len: frame.len(),
        sections: vec![prelude::section(frame)],
        error,
        record_errors,
        lints: lints(frame),
        records_left_out: 0,
    };
    let metadata = part(frame, PRELUDE_LEN, facts.metadata_len);
    if !metadata.is_empty() {
        dump.sections.push(metadata_section(metadata, facts.metadata_len));
    }
    let at = PRELUDE_LEN.saturating_add(facts.metadata_len);
    let stored = part(frame, at, facts.body_len);
    let raw = unpack::unpack(facts.codec, stored, facts.raw_len);
    if !stored.is_empty() {
        dump.sections.push(stored_section(stored, at, &facts, raw.is_some()));
    }
    let trailing = part(frame, at.saturating_add(facts.body_len), usize::MAX);
    if !trailing.is_empty() && frame.len() > PRELUDE_LEN {
        dump.sections.push(trailing_section(trailing, at + facts.body_len));
    }
    if let Some(raw) = raw {
        let (section, left_out) = body::section(&raw, facts.base_sequence, base_time_us(&dump), records);
        dump.sections.push(section);
        dump.records_left_out = left_out;
    }
    dump
}

/// The reference codec's verdict, on the frame and on each record.
fn verdict(decoder: &mut Decoder, frame: &[u8]) -> (Option<Error>, Vec<(usize, Error)>) {
    match decoder.decode(frame, &ReadOptions::default()) {
        Err(error) => (Some(error), Vec::new()),
        Ok(batch) => {
            let errors = batch.records().enumerate().filter_map(|(index, result)| Some((index, result.error?)));
            (None, errors.collect())
        }
    }
}

/// What the plain implementation would have written otherwise. Rejected frames have no lints.
fn lints(frame: &[u8]) -> Vec<String> {
    let names = Plain::new().lints(frame).unwrap_or_default();
    names.into_iter().map(str::to_owned).collect()
}

fn part(frame: &[u8], at: usize, len: usize) -> &[u8] {
    let rest = frame.get(at..).unwrap_or_default();
    rest.get(..len).unwrap_or(rest)
}

fn metadata_section(bytes: &[u8], len: usize) -> Section {
    let mut walk = Walk::new(&[]);
    walk.message(Some(&METADATA), bytes, PRELUDE_LEN, 0);
    let title = format!("metadata ({})", of(bytes.len(), len));
    Section { title, base: OffsetBase::Frame, start: PRELUDE_LEN, bytes: bytes.to_vec(), items: walk.items }
}

fn stored_section(stored: &[u8], at: usize, facts: &Facts, opens: bool) -> Section {
    let codec = dashstream_codec::Codec::from_number(facts.codec);
    let name = codec.map_or_else(|| format!("codec {}", facts.codec), |codec| codec.name().to_owned());
    let item = Item::new(at, stored.len(), 0, "body", json!(of(stored.len(), facts.body_len))).note(name);
    let item = if opens { item } else { item.problem("nothing comes out of it") };
    Section {
        title: "body as stored".to_owned(),
        base: OffsetBase::Frame,
        start: at,
        bytes: stored.to_vec(),
        items: vec![item],
    }
}

fn trailing_section(bytes: &[u8], at: usize) -> Section {
    let item = Item::new(at, bytes.len(), 0, "trailing", Value::Null).problem("after the end of the frame");
    Section {
        title: format!("after the frame ({} bytes)", bytes.len()),
        base: OffsetBase::Frame,
        start: at,
        bytes: bytes.to_vec(),
        items: vec![item],
    }
}

fn of(found: usize, announced: usize) -> String {
    if found == announced { format!("{found} bytes") } else { format!("{found} of {announced} bytes") }
}

/// The time that the metadata gives, as far as it can be read.
fn base_time_us(dump: &FrameDump) -> u64 {
    let items = dump.sections.iter().flat_map(|section| &section.items);
    let time = items.filter(|item| item.depth == 0 && item.name == "base_time_us").find_map(|item| item.value.as_str());
    time.and_then(|time| time.parse().ok()).unwrap_or(0)
}
