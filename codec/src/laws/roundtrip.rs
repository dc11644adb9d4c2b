//! decode(encode(x)) = x.

use arbitrary::{Arbitrary as _, Unstructured};
use dashstream_proto::v1;

use super::content::{Content, Row};
use super::rebuild::{begin, rebuild, seal};
use super::{Broken, Depth, Seen, hold, possible, same};
use crate::batch::Batch;
use crate::decode::Decoder;
use crate::encode::{BatchBuilder, ClosedBatch, Encoder, EncoderConfig, FrameInfo, RecordInput};
use crate::limits::ReadOptions;
use crate::owned::Record;

/// What is encoded is decoded, with every codec; the writer's estimates are never too small; and the frame that is
/// made of what was decoded has the same body. The bytes are the makings of a frame's content.
///
/// # Errors
///
/// What does not hold.
pub fn roundtrip(bytes: &[u8]) -> Result<Seen, Broken> {
    let Ok(mut content) = Content::arbitrary(&mut Unstructured::new(bytes)) else { return Ok(Seen::default()) };
    let (_, taken) = build(&content)?;
    let mut taken = taken.into_iter();
    content.rows.retain(|_| taken.next() == Some(true));
    content.declare_drops();
    if content.rows.is_empty() {
        return Ok(Seen::default());
    }
    // What was refused is gone without a trace, and nothing else is refused.
    let (builder, taken) = build(&content)?;
    hold(!taken.contains(&false), "what was taken is taken again", || format!("{taken:?}"))?;
    let mut frame = b"before".to_vec();
    let sealed = finish(&content, &builder, &mut frame);
    let info = possible("what was taken can be sealed", sealed)?;
    let Some(frame) = frame.strip_prefix(b"before") else {
        return Err(Broken { law: "a frame is appended", what: "what was before is gone".to_owned() });
    };
    lengths(frame, &info, &builder)?;
    closed(&content, &builder, frame)?;
    let mut decoder = Decoder::new();
    let batch = possible("what was sealed is accepted", decoder.decode(frame, &ReadOptions::default()))?;
    decoded(&content, &batch)?;
    again(frame, &batch)?;
    with_room(&content, &batch)?;
    Ok(Seen { depth: Depth::Accepted, ..Seen::default() })
}

/// A batch of the records that are not refused, and which ones these are.
fn build(content: &Content) -> Result<(BatchBuilder, Vec<bool>), Broken> {
    let mut builder = possible("a header can be written", BatchBuilder::new(content.header, &content.metadata))?;
    let strings: Vec<&str> = content.strings.iter().map(String::as_str).collect();
    possible("strings can be written", builder.preset_strings(&strings))?;
    let mut taken = Vec::with_capacity(content.rows.len());
    for row in &content.rows {
        let before = builder.len();
        let pushed = builder.push(input(content, row)).is_ok();
        same("a record is taken or not", &builder.len(), &(before + usize::from(pushed)))?;
        taken.push(pushed);
    }
    Ok((builder, taken))
}

fn input<'c>(content: &'c Content, row: &'c Row) -> RecordInput<'c> {
    let [thread, node, run, task] = row.texts.map(|index| content.strings.get(index?).map(String::as_str));
    RecordInput {
        sequence: Some(row.sequence),
        kind: row.kind,
        time_us: row.time_us,
        thread,
        node,
        run,
        task,
        parent: row.parent,
        trace_id: row.trace_id,
        span_id: row.span_id,
        payload: &row.payload,
    }
}

fn finish(
    content: &Content,
    builder: &BatchBuilder,
    out: &mut Vec<u8>,
) -> Result<FrameInfo, crate::encode::EncodeError> {
    let config = EncoderConfig { codec: content.codec, max_frame_len: usize::MAX, ..EncoderConfig::default() };
    builder.finish(&mut Encoder::new(config)?, out)
}

fn lengths(frame: &[u8], info: &FrameInfo, builder: &BatchBuilder) -> Result<(), Broken> {
    same("the length is that of the frame", &info.frame_len, &frame.len())?;
    let (raw_len, most) = (info.prelude.raw_len as usize, builder.raw_len_at_most());
    hold(raw_len <= most, "a body is no longer than was estimated", || format!("{raw_len} of {most}"))?;
    // Kinds, refs and lengths count as if they were as long as the longest: four columns, by four bytes.
    hold(most <= raw_len + builder.len() * 16 + 8, "an estimate is close", || format!("{most} for {raw_len}"))?;
    hold(info.prelude.body_len <= info.prelude.raw_len, "a body is not stored longer", || format!("{info:?}"))
}

/// A closed batch is the frame that the batch is; and a batch of what is left of its records, when some are left out, has these alone.
fn closed(content: &Content, builder: &BatchBuilder, frame: &[u8]) -> Result<(), Broken> {
    let law = "a closed batch is sealed as it is";
    let config = EncoderConfig { codec: content.codec, max_frame_len: usize::MAX, ..EncoderConfig::default() };
    let mut encoder = possible(law, Encoder::new(config))?;
    let (closed, mut sealed) = (builder.close(), Vec::new());
    possible(law, closed.finish(&content.metadata, &mut encoder, &mut sealed))?;
    hold(sealed == frame && closed.len() == builder.len(), law, || format!("{sealed:02X?} of {frame:02X?}"))?;
    let is_kept = |index: usize| content.room >> (index % 12) & 1 == 0;
    let mut index = 0..;
    let Some(metadata) = with_drops(content, (0..content.rows.len()).filter(|index| !is_kept(*index)).count()) else {
        return Ok(());
    };
    let (mut left, mut kept) = (possible(law, BatchBuilder::new(content.header, &metadata))?, Vec::new());
    let mut pushed = Ok(());
    let read = closed.read(|record| {
        if index.next().is_some_and(is_kept) {
            kept.push(record.to_owned());
            pushed = left.push_payload(record.as_input(), &record.view);
        }
        pushed.is_ok()
    });
    possible("a closed batch can be read", read)?;
    possible("what was read can be pushed", pushed)?;
    without(&kept, &left.close())
}

/// The metadata, with so many drops more; `None` where no frame can have so many.
fn with_drops(content: &Content, more: usize) -> Option<v1::Metadata> {
    let metadata = content.metadata.clone();
    let drops = metadata.drop_reason_count.iter().map(|count| u64::from(*count)).sum::<u64>() + more as u64;
    if more == 0 {
        return Some(metadata);
    }
    let count = u16::try_from(drops).ok()?.into();
    let dropped_total = metadata.dropped_total.max(drops);
    Some(v1::Metadata { drop_reason: vec![1], drop_reason_count: vec![count], dropped_total, ..metadata })
}

/// Records that were left out have left nothing.
fn without(kept: &[Record], left: &ClosedBatch) -> Result<(), Broken> {
    let law = "what was left out was never there";
    let mut found = Vec::new();
    if !left.is_empty() {
        let read = left.read(|record| {
            found.push(record.to_owned());
            true
        });
        possible(law, read)?;
    }
    // What is no number is like no other.
    let same = found == kept || format!("{found:?}") == format!("{kept:?}");
    hold(same, law, || format!("{found:?} of {kept:?}"))
}

/// What was decoded is what went in.
fn decoded(content: &Content, batch: &Batch<'_>) -> Result<(), Broken> {
    let law = "what is encoded is decoded";
    same(law, &batch.len(), &content.rows.len())?;
    same(law, &batch.metadata().tenant(), &content.metadata.tenant.as_str())?;
    same(law, &batch.metadata().base_time_us(), &content.metadata.base_time_us)?;
    for (result, row) in batch.records().zip(&content.rows) {
        let record = possible(law, result.accepted())?;
        let (out, went_in) = (record.as_input(), input(content, row));
        hold(out == went_in, law, || format!("{out:?} of {went_in:?}"))?;
    }
    Ok(())
}

/// A frame that is made of what was decoded has the same body; with codec none it is the same frame.
fn again(frame: &[u8], batch: &Batch<'_>) -> Result<(), Broken> {
    let law = "a tidy frame is written as it is";
    let tidy = rebuild(batch)?.unwrap_or_default();
    let mut decoder = Decoder::new();
    let written = possible(law, decoder.decode(&tidy, &ReadOptions::default()))?;
    hold(written.raw_body() == batch.raw_body(), law, || "another body".to_owned())?;
    hold(batch.prelude().codec != 0 || tidy == frame, law, || "another frame".to_owned())
}

/// WRT-008: as long as there is room, the frame is no longer than was asked for.
fn with_room(content: &Content, batch: &Batch<'_>) -> Result<(), Broken> {
    let mut builder = begin(batch)?;
    for result in batch.records() {
        let (record, view) = (result.record.as_input(), &result.record.view);
        if !builder.has_room(&RecordInput { payload: &[], ..record }, view, content.room) {
            break;
        }
        possible("what has room can be pushed", builder.push_payload(record, view))?;
    }
    // An empty batch has room for anything.
    if builder.len() < 2 {
        return Ok(());
    }
    let len = seal(&builder)?.len();
    hold(len <= content.room, "what has room fits", || format!("{len} of {}", content.room))
}
