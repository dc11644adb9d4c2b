//! The content of a frame, from arbitrary bytes.

use arbitrary::{Arbitrary, Result, Unstructured};
use dashstream_proto::{kinds, v1};

use super::message::message;
use crate::codecs::Codec;
use crate::constants::{MAX_EPOCH, MAX_LANE, MAX_SEQUENCE, MAX_STRING_LEN};
use crate::encode::FrameHeader;

/// What goes into a frame.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) header: FrameHeader,
    pub(super) metadata: v1::Metadata,
    pub(super) codec: Codec,
    /// Strings of the table, each once; texts and refs of the records name them.
    pub(super) strings: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// Bytes of a frame, for which room is asked.
    pub(super) room: usize,
}

/// A record that goes into a frame.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) sequence: u64,
    pub(super) kind: u32,
    pub(super) time_us: u64,
    /// Thread, node, run and task: indices of strings.
    pub(super) texts: [Option<usize>; 4],
    pub(super) parent: Option<u64>,
    pub(super) trace_id: Option<[u8; 16]>,
    pub(super) span_id: Option<[u8; 8]>,
    pub(super) payload: Vec<u8>,
}

impl<'a> Arbitrary<'a> for Content {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let base_sequence = if u.arbitrary()? { 1 } else { u.int_in_range(1..=MAX_SEQUENCE / 2)? };
        let trace_id = u.arbitrary::<bool>()?.then_some([9; 16]);
        let strings = strings(u)?;
        let base_time_us = if u.arbitrary()? { 0 } else { u.int_in_range(0..=MAX_SEQUENCE)? };
        let mut rows: Vec<Row> = Vec::new();
        let count = u.int_in_range(1..=12)?;
        for _ in 0..count {
            let before = rows.last().map_or((base_sequence - 1, base_time_us), |row| (row.sequence, row.time_us));
            rows.push(row(u, before, trace_id, &strings)?);
        }
        let mut content = Self {
            header: FrameHeader {
                producer_id: [0xA7; 16],
                epoch: u.int_in_range(1..=MAX_EPOCH)?,
                lane: u.int_in_range(0..=MAX_LANE)?,
                base_sequence,
                ancillary_flags: Some(if u.arbitrary()? { 0x80 } else { 0 }),
            },
            metadata: metadata(u, base_time_us, trace_id)?,
            codec: *u.choose(Codec::ALL)?,
            strings,
            rows,
            room: u.int_in_range(300..=4_000)?,
        };
        content.declare_drops();
        Ok(content)
    }
}

impl Content {
    /// Declares what no row has of the numbers up to the last row's as dropped.
    pub(super) fn declare_drops(&mut self) {
        let base = self.header.base_sequence;
        let span = self.rows.last().map_or(0, |row| row.sequence + 1 - base);
        let drops = u32::try_from(span - self.rows.len() as u64).unwrap_or(0);
        let (reason, count) = if drops == 0 { (vec![], vec![]) } else { (vec![77], vec![drops]) };
        (self.metadata.drop_reason, self.metadata.drop_reason_count) = (reason, count);
        self.metadata.dropped_total = drops.into();
    }
}

fn metadata(u: &mut Unstructured<'_>, base_time_us: u64, trace_id: Option<[u8; 16]>) -> Result<v1::Metadata> {
    let contexts = if u.arbitrary()? { vec![v1::Context { run: "r".into(), ..Default::default() }] } else { vec![] };
    Ok(v1::Metadata {
        tenant: "tenänt".into(),
        boot_nonce: vec![1; 8],
        base_time_us,
        trace_id: trace_id.map_or(vec![], Vec::from),
        contexts,
        ..Default::default()
    })
}

fn strings(u: &mut Unstructured<'_>) -> Result<Vec<String>> {
    let mut strings: Vec<String> = Vec::new();
    for _ in 0..u.int_in_range(0..=8)? {
        let mut text = u.arbitrary::<&str>()?.to_owned();
        if u.ratio(1, 8)? {
            text = text.repeat(20);
        }
        while text.len() > MAX_STRING_LEN {
            text.pop();
        }
        if !text.is_empty() && !strings.contains(&text) {
            strings.push(text);
        }
    }
    Ok(strings)
}

fn row(
    u: &mut Unstructured<'_>,
    before: (u64, u64),
    default_trace: Option<[u8; 16]>,
    strings: &[String],
) -> Result<Row> {
    let step = if u.ratio(3, 4)? { 1 } else { u.int_in_range(1..=300)? };
    let sequence = before.0 + step;
    let time_us = if u.ratio(3, 4)? { before.1 } else { u.int_in_range(0..=MAX_SEQUENCE)? };
    let mut texts = [None; 4];
    for text in &mut texts {
        *text = u.int_in_range(0..=strings.len())?.checked_sub(1);
    }
    let parent = if u.ratio(1, 4)? && sequence > 1 { Some(u.int_in_range(1..=sequence - 1)?) } else { None };
    let trace_id = if u.ratio(1, 4)? { Some([u.int_in_range(1..=3)?; 16]) } else { None };
    let span_id = if u.ratio(1, 4)? { Some([u.int_in_range(1..=3)?; 8]) } else { None };
    let (kind, payload) = payload(u, strings)?;
    // A parent is at most 2^32-1 before its child.
    let parent = parent.filter(|parent| sequence - parent <= u64::from(u32::MAX));
    Ok(Row { sequence, kind, time_us, texts, parent, trace_id: trace_id.or(default_trace), span_id, payload })
}

fn payload(u: &mut Unstructured<'_>, strings: &[String]) -> Result<(u32, Vec<u8>)> {
    let strings = u32::try_from(strings.len()).unwrap_or(0);
    let kind = *u.choose(kinds::ALL)?;
    let mut payload = Vec::new();
    match kinds::message_of(kind) {
        Some(schema) if !u.ratio(1, 8)? => {
            message(u, schema, strings, &mut payload)?;
            Ok((kind, payload))
        }
        _ => Ok((4_097, u.arbitrary()?)),
    }
}
