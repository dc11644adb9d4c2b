//! What was read can be written again.

use std::collections::BTreeSet;

use dashstream_proto::v1;
use prost::Message as _;

use super::{Broken, Seen, hold, possible, same};
use crate::batch::Batch;
use crate::codecs::Codec;
use crate::decode::Decoder;
use crate::encode::{BatchBuilder, EncodeError, Encoder, EncoderConfig, FrameHeader, RecordInput};
use crate::error::Code;
use crate::limits::ReadOptions;
use crate::owned::Record;
use crate::record::Record as Borrowed;

/// The frame with its codec left out, in the tidy form, from what was read of `batch`: its header, its metadata, its
/// string table in its order, and its records. `None` where a writer takes no such frame: where one of the records was
/// rejected, or where two keys of a list are one string that stands in the table twice (REC-010 compares their refs).
///
/// # Errors
///
/// The writer refuses what the reader has accepted.
pub fn rebuild(batch: &Batch<'_>) -> Result<Option<Vec<u8>>, Broken> {
    let records: Result<Vec<_>, _> = batch.records().map(|result| result.accepted().copied()).collect();
    let Ok(records) = records else { return Ok(None) };
    let mut builder = begin(batch)?;
    for record in &records {
        match by_view(&mut builder, record) {
            Ok(()) => {}
            Err(error) if error.code() == Code::Payload && has_twins(batch) => return Ok(None),
            Err(error) => {
                return Err(Broken {
                    law: "what was accepted can be written",
                    what: format!("{error} for {record:?}"),
                });
            }
        }
    }
    seal(&builder).map(Some)
}

/// Whether a string stands in the table twice.
pub(super) fn has_twins(batch: &Batch<'_>) -> bool {
    let mut seen = BTreeSet::new();
    batch.strings().iter().any(|text| !seen.insert(text))
}

fn by_view(builder: &mut BatchBuilder, record: &Borrowed<'_>) -> Result<(), EncodeError> {
    builder.push_payload(record.as_input(), &record.view)
}

/// A batch with the header, the metadata and the strings of one that was read.
pub(super) fn begin(batch: &Batch<'_>) -> Result<BatchBuilder, Broken> {
    let metadata = possible("metadata can be written", v1::Metadata::decode(batch.metadata().bytes()))?;
    let mut builder = possible("metadata can be written", BatchBuilder::new(header(batch), &metadata))?;
    let strings: Vec<&str> = batch.strings().iter().collect();
    possible("strings can be written", builder.preset_strings(&strings))?;
    Ok(builder)
}

fn header(batch: &Batch<'_>) -> FrameHeader {
    let prelude = batch.prelude();
    FrameHeader {
        producer_id: prelude.producer_id,
        epoch: prelude.epoch,
        lane: prelude.lane,
        base_sequence: prelude.base_sequence,
        ancillary_flags: Some(prelude.ancillary_flags),
    }
}

pub(super) fn seal(builder: &BatchBuilder) -> Result<Vec<u8>, Broken> {
    let config = EncoderConfig { codec: Codec::None, max_frame_len: usize::MAX, ..EncoderConfig::default() };
    let mut frame = Vec::new();
    let mut encoder = possible("an encoder can be made", Encoder::new(config))?;
    possible("what was accepted can be sealed", builder.finish(&mut encoder, &mut frame))?;
    Ok(frame)
}

/// An accepted frame, written again, is accepted with the same content; written once more, it has the same bytes, by
/// views, by bytes of payloads and by records that were kept.
///
/// # Errors
///
/// What does not hold.
pub fn reencode(bytes: &[u8]) -> Result<Seen, Broken> {
    let mut decoder = Decoder::new();
    let batch = match decoder.decode(bytes, &ReadOptions::default()) {
        Ok(batch) => batch,
        Err(error) => return Ok(Seen::rejected(&error)),
    };
    let Some(tidy) = rebuild(&batch)? else { return Ok(Seen::accepted()) };
    let mut decoder = Decoder::new();
    let written = possible("what was written is accepted", decoder.decode(&tidy, &ReadOptions::default()))?;
    same_content(&batch, &written)?;
    let law = "the tidy form is written as it is";
    hold(rebuild(&written)?.as_ref() == Some(&tidy), law, || "by views".to_owned())?;
    let mut by_bytes = begin(&written)?;
    let mut by_kept = begin(&written)?;
    for result in written.records() {
        possible(law, by_bytes.push(result.record.as_input()))?;
        let kept: Record = result.record.to_owned();
        possible(law, by_kept.push_payload(kept.as_input(), &kept.payload.as_view()))?;
    }
    hold(seal(&by_bytes)? == tidy, law, || "by bytes".to_owned())?;
    hold(seal(&by_kept)? == tidy, law, || "by records that were kept".to_owned())?;
    Ok(Seen::accepted())
}

/// Two batches with the same header, metadata and records; payloads may be encoded differently.
fn same_content(left: &Batch<'_>, right: &Batch<'_>) -> Result<(), Broken> {
    let law = "what is written again has the same content";
    let (a, b) = (left.prelude(), right.prelude());
    let place = |prelude: &crate::prelude::Prelude| (prelude.base_sequence, prelude.record_count, prelude.drop_count);
    same(law, &place(a), &place(b))?;
    same(law, &(a.producer_id, a.epoch, a.lane), &(b.producer_id, b.epoch, b.lane))?;
    let metadata = |batch: &Batch<'_>| v1::Metadata::decode(batch.metadata().bytes());
    same(law, &possible(law, metadata(left))?, &possible(law, metadata(right))?)?;
    for (a, b) in left.records().zip(right.records()) {
        let (a, b) = (a.record, b.record);
        let envelope = |record: &Borrowed<'_>| {
            RecordInput { payload: &[], ..record.as_input() } == RecordInput { payload: &[], ..a.as_input() }
        };
        hold(envelope(&b), law, || format!("{b:?} of {a:?}"))?;
        hold(a.view == b.view || format!("{:?}", a.view) == format!("{:?}", b.view), law, || {
            format!("{b:?} of {a:?}")
        })?;
    }
    Ok(())
}
