//! How close the estimates of WRT-007 and WRT-008 are, and what no frame has room for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod common;

use common::{HEADER, encoder, metadata};
use dashstream_codec::view::{CheckpointChunk, Payload};
use dashstream_codec::{BatchBuilder, Code, Codec, FrameInfo, RecordInput};
use dashstream_proto::v1;

const TRACE: [u8; 16] = [9; 16];

/// Changes the record with that sequence number.
type Change = fn(&mut RecordInput<'_>, u64);

/// What a record has more than others; and by how many bytes the estimate for it is too high, where the records before
/// it are the same, and where they have nothing of it.
const CHANGES: [(&str, Change, usize, usize); 12] = [
    ("nothing", |_, _| (), 0, 0),
    // Times are counted as they are; columns that nearly every record is in too, where refs do not get longer.
    ("time", |record, _| record.time_us = metadata().base_time_us + 5_000, 0, 0),
    ("kind", |record, _| record.kind = 4_097, 0, 40),
    // A text counts as new, with a tag and a length of 6 bytes.
    ("thread", |record, _| record.thread = Some("thread"), 6 + 6, 4),
    ("node", |record, _| record.node = Some("node"), 6 + 4, 4),
    // A value of another column counts 11 bytes, or 10 in one that it begins.
    ("run", |record, _| record.run = Some("run"), 6 + 3 + 10, 4 + 9),
    ("task", |record, _| record.task = Some("task"), 6 + 4 + 10, 4 + 9),
    ("parent", |record, sequence| record.parent = Some(sequence - 3), 10, 9),
    ("sequence", |record, sequence| record.sequence = Some(2 * sequence - HEADER.base_sequence + 2), 10, 9),
    // An id counts as new, as a text does.
    ("trace", |record, _| record.trace_id = Some([3; 16]), 6 + 16 + 10, 4 + 9),
    ("trace of the metadata", |record, _| record.trace_id = Some(TRACE), 0, 0),
    ("span", |record, _| record.span_id = Some([5; 8]), 6 + 8 + 10, 4 + 9),
];

/// As long as any of the payloads is, and so is what counts for it: 6 bytes more.
const PAYLOAD: [u8; 200] = [7; 200];
const OF_THE_PAYLOAD: usize = 6;

fn batch() -> BatchBuilder {
    // What was dropped leaves gaps in the sequence.
    let metadata = v1::Metadata {
        trace_id: TRACE.to_vec(),
        drop_reason: vec![1],
        drop_reason_count: vec![1_000],
        dropped_total: 1_000,
        ..metadata()
    };
    BatchBuilder::new(HEADER, &metadata).unwrap()
}

fn record(change: Change, index: u64) -> RecordInput<'static> {
    let mut record = RecordInput {
        kind: 101,
        time_us: metadata().base_time_us,
        trace_id: Some(TRACE),
        payload: &PAYLOAD,
        ..RecordInput::default()
    };
    change(&mut record, HEADER.base_sequence + index);
    record
}

fn sealed(batch: &BatchBuilder) -> FrameInfo {
    batch.finish(&mut encoder(Codec::None), &mut Vec::new()).unwrap()
}

/// The shortest frame that has room for the record.
fn room(batch: &BatchBuilder, record: &RecordInput<'_>) -> usize {
    (0..100_000).find(|max| batch.has_room(record, &Payload::Opaque(record.payload), *max)).unwrap()
}

#[test]
fn a_body_is_as_long_as_it_says_where_no_value_is_longer_than_others() {
    for (name, change, _, _) in CHANGES {
        let mut batch = batch();
        for index in 0..20 {
            batch.push(record(change, index)).unwrap();
            assert_eq!(batch.raw_len_at_most(), sealed(&batch).prelude.raw_len as usize, "{name}: {index}");
        }
    }
}

#[test]
fn a_long_column_is_as_long_as_it_says() {
    let mut batch = batch();
    for index in 0..300 {
        batch.push(RecordInput { run: Some("run"), ..record(|_, _| (), index) }).unwrap();
        assert_eq!(batch.raw_len_at_most(), sealed(&batch).prelude.raw_len as usize, "{index}");
    }
}

#[test]
fn the_room_that_a_record_asks_for_is_little_more_than_it_takes() {
    for (name, change, begun, new) in CHANGES {
        for (first, expected) in [(change, begun), ((|_, _| ()) as Change, new)] {
            let mut batch = batch();
            (0..40).for_each(|index| batch.push(record(first, index)).unwrap());
            let record = record(change, 40);
            let room = room(&batch, &record);
            batch.push(record).unwrap();
            assert_eq!(room, sealed(&batch).frame_len + OF_THE_PAYLOAD + expected, "{name}");
        }
    }
}

/// PRE-014: it is refused when it comes, and not when the batch is sealed.
#[test]
fn payloads_of_more_than_a_body_are_refused() {
    const MOST: usize = 8_388_608;
    let bytes = vec![7; MOST];
    let mut batch = batch();
    batch.push(record(|_, _| (), 0)).unwrap();
    let before = sealed(&batch);
    let opaque = |len: usize| RecordInput { payload: &bytes[..len], ..record(|_, _| (), 1) };
    let chunk = CheckpointChunk { generation: 1, data: &bytes, ..CheckpointChunk::default() };
    for refused in [
        batch.push(opaque(MOST - PAYLOAD.len() + 1)),
        batch.push_view(opaque(0), &chunk),
        batch.push_payload(opaque(0), &chunk.into()),
    ] {
        assert_eq!(refused.unwrap_err().code(), Code::RawLen);
        assert_eq!(sealed(&batch), before);
    }
    batch.push(opaque(MOST - PAYLOAD.len())).unwrap();
}
