//! When a batch is due, and what it has room for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "a test fails by a panic"
)]

mod common;

use common::{HEADER, builder, cases, encoder, metadata, push_token};
use dashstream_codec::view::{self, Packed, Payload, Refs};
use dashstream_codec::{
    BatchBuilder, Codec, Decoder, EncodeError, Encoder, EncoderConfig, FlushPolicy, FlushReason, FrameHeader,
    ReadOptions, RecordInput,
};
use dashstream_proto::v1;
use proptest::prelude::*;

/// Due by nothing.
const NEVER: FlushPolicy = FlushPolicy { max_records: usize::MAX, max_len: usize::MAX, max_age_us: u64::MAX };

fn beat() -> (RecordInput<'static>, Payload<'static>) {
    let record = RecordInput { time_us: metadata().base_time_us, ..RecordInput::default() };
    (record, view::Heartbeat::default().into())
}

/// Bytes of the frame that is sealed, uncompressed.
fn frame_len(batch: &BatchBuilder) -> usize {
    batch.finish(&mut encoder(Codec::None), &mut Vec::new()).unwrap().frame_len
}

#[test]
fn a_batch_is_due_by_its_records_its_bytes_or_its_age() {
    let policy = FlushPolicy::default();
    assert_eq!(policy, FlushPolicy { max_records: 1_000, max_len: 262_144, max_age_us: 50_000 });
    let mut batch = builder();
    (0..999).for_each(|index| push_token(&mut batch, index));
    assert_eq!(policy.due(&batch, 7, 7), None);
    push_token(&mut batch, 999);
    assert_eq!(policy.due(&batch, 7, 7), Some(FlushReason::Records));

    // Beside the payload: 4 bytes of the kind, 5 of its length, 4 before the payload itself.
    for (payload, due) in [(262_143 - 13, None), (262_144 - 13, Some(FlushReason::Len))] {
        let mut batch = builder();
        let payload = vec![1; payload];
        let record =
            RecordInput { kind: 4_097, time_us: metadata().base_time_us, payload: &payload, ..Default::default() };
        batch.push(record).unwrap();
        assert_eq!(batch.raw_len_at_most(), payload.len() + 13);
        assert_eq!(policy.due(&batch, 7, 7), due);
    }

    let mut batch = builder();
    push_token(&mut batch, 0);
    assert_eq!(policy.deadline_us(7), 50_007);
    assert_eq!(policy.due(&batch, 7, 50_006), None);
    assert_eq!(policy.due(&batch, 7, 50_007), Some(FlushReason::Age));
}

#[test]
fn an_empty_batch_is_never_due() {
    let at_once = FlushPolicy { max_records: 0, max_len: 0, max_age_us: 0 };
    assert_eq!(at_once.due(&builder(), 0, u64::MAX), None);
    let mut batch = builder();
    push_token(&mut batch, 0);
    assert_eq!(FlushPolicy { max_age_us: 0, ..NEVER }.due(&batch, 7, 7), Some(FlushReason::Age));
    assert_eq!(at_once.due(&batch, 7, 7), Some(FlushReason::Records));
}

#[test]
fn a_clock_may_be_set_back() {
    let mut batch = builder();
    push_token(&mut batch, 0);
    let policy = FlushPolicy::default();
    // Two threads that read the clock one after the other may ask the other way round.
    assert_eq!(policy.due(&batch, 100_000, 99_999), None);
    assert_eq!(policy.due(&batch, 100_000, 50_001), None);
    assert_eq!(policy.due(&batch, 100_000, 50_000), Some(FlushReason::Age));
    assert_eq!(policy.due(&batch, u64::MAX, 0), Some(FlushReason::Age));
    assert_eq!(policy.deadline_us(u64::MAX - 1), u64::MAX);
    assert_eq!(NEVER.due(&batch, 7, u64::MAX), None);
    assert_eq!(NEVER.deadline_us(7), u64::MAX);
}

#[test]
fn a_frame_has_room_for_65_535_records() {
    let mut batch = builder();
    let (record, payload) = beat();
    for _ in 0..65_535 {
        assert!(batch.has_room(&record, &payload, usize::MAX));
        batch.push_payload(record, &payload).unwrap();
    }
    assert!(!batch.has_room(&record, &payload, usize::MAX));
}

#[test]
fn a_frame_has_room_for_16_384_strings() {
    let mut batch = builder();
    let (record, payload) = beat();
    batch.push_payload(record, &payload).unwrap();
    for index in 0..16_383 {
        batch.intern(&index.to_string()).unwrap();
    }
    let thread = RecordInput { thread: Some("thread"), ..record };
    assert!(batch.has_room(&thread, &payload, usize::MAX));
    assert!(!batch.has_room(&RecordInput { node: Some("node"), ..thread }, &payload, usize::MAX));
    let edge = view::Edge { from: Some("a"), to: Refs::from(&[Some("b")]), ..Default::default() };
    assert!(!batch.has_room(&record, &edge.into(), usize::MAX));
    // Whatever it is, an empty batch is not sealed for it.
    batch.restart(HEADER, &metadata()).unwrap();
    assert!(batch.has_room(&record, &edge.into(), 0));
}

#[test]
fn a_body_has_room_for_8_mib() {
    let mut batch = builder();
    let (record, payload) = beat();
    batch.push_payload(record, &payload).unwrap();
    let bytes = vec![b'a'; 8_388_608];
    let chunk = |len: usize| view::CheckpointChunk { generation: 1, data: &bytes[..len], ..Default::default() }.into();
    assert!(batch.has_room(&record, &chunk(8_388_608 - 100), usize::MAX));
    assert!(!batch.has_room(&record, &chunk(8_388_608 - 10), usize::MAX));
}

#[test]
fn a_column_that_begins_late_has_a_value_for_every_record() {
    let mut batch = builder();
    (0..1_000).for_each(|index| push_token(&mut batch, index));
    let (record, payload) = beat();
    let max = frame_len(&batch) + 1_000;
    let late = RecordInput { run: Some("run"), ..record };
    assert!(!batch.has_room(&late, &payload, max));
    assert!(batch.has_room(&record, &payload, max));
    batch.push_payload(late, &payload).unwrap();
    assert!(frame_len(&batch) > max);
}

#[test]
fn a_frame_is_no_longer_than_the_room_that_it_asked_for() {
    let context = v1::Context { thread: "t".repeat(256), node: "n".repeat(256), ..Default::default() };
    let metadata = v1::Metadata { contexts: vec![context], ..metadata() };
    let mut batch = BatchBuilder::new(HEADER, &metadata).unwrap();
    (0..200).for_each(|index| push_token(&mut batch, index));
    let names: Vec<String> = (0..500).map(|index| format!("name {index}")).collect();
    let name = |index: usize| names.get(index).map(String::as_str);
    let (int, float) = (|_| -9_007_199_254_740_991_i64, |_| f64::NAN);
    let payloads: [Payload<'_>; 4] = [
        Payload::Opaque(&[7; 1_000]),
        view::Edge { to: Refs::by(500, &name), ..Default::default() }.into(),
        view::Metrics { int_name: Refs::by(500, &name), int_value: Packed::by(500, &int), ..Default::default() }.into(),
        view::Metrics { float_name: Refs::by(500, &name), float_value: Packed::by(500, &float), ..Default::default() }
            .into(),
    ];
    for payload in payloads {
        let record = RecordInput { kind: 4_097, task: Some("task"), span_id: Some([1; 8]), ..RecordInput::default() };
        let room = (0..100_000).find(|max| batch.has_room(&record, &payload, *max)).unwrap();
        batch.push_payload(record, &payload).unwrap();
        assert!(frame_len(&batch) <= room, "{} in {room}", frame_len(&batch));
    }
}

#[test]
fn a_record_of_nothing_but_columns_needs_room() {
    let mut batch = builder();
    (0..10).for_each(|index| push_token(&mut batch, index));
    let (record, _) = beat();
    // A heartbeat, encoded: no bytes, and none that an estimate could take too many for.
    let (record, payload) = (RecordInput { kind: 6, ..record }, Payload::Opaque(&[]));
    let room = (0..10_000).find(|max| batch.has_room(&record, &payload, *max)).unwrap();
    batch.push_payload(record, &payload).unwrap();
    assert!((frame_len(&batch)..frame_len(&batch) + 8).contains(&room), "{} in {room}", frame_len(&batch));
}

#[test]
fn a_batch_that_is_restarted_is_as_a_new_one() {
    let full = RecordInput {
        kind: 4_097,
        sequence: Some(HEADER.base_sequence + 7),
        time_us: 1 << 52,
        thread: Some("thread"),
        node: Some("node"),
        run: Some("run"),
        task: Some("task"),
        parent: Some(1),
        trace_id: Some([3; 16]),
        span_id: Some([5; 8]),
        payload: &[7; 300],
    };
    let (record, payload) = beat();
    let record = RecordInput { time_us: record.time_us + 1, ..record };
    let sealed = |batch: &mut BatchBuilder| {
        batch.push_payload(record, &payload).unwrap();
        (batch.raw_len_at_most(), seal(batch, &mut encoder(Codec::None)).unwrap())
    };
    let mut used = builder();
    used.push(full).unwrap();
    used.restart(HEADER, &metadata()).unwrap();
    assert_eq!(sealed(&mut used), sealed(&mut builder()));
}

#[test]
fn a_context_that_is_gathered_needs_room_too() {
    let (thread, node) = ("t".repeat(256), "n".repeat(256));
    let mut batch = builder();
    batch.gather_contexts(true);
    push_token(&mut batch, 0);
    let (record, payload) = beat();
    let record = RecordInput { thread: Some(&thread), node: Some(&node), ..record };
    // Twice: in the string table and among the contexts.
    let room = (0..10_000).find(|max| batch.has_room(&record, &payload, *max)).unwrap();
    batch.push_payload(record, &payload).unwrap();
    assert!((frame_len(&batch)..frame_len(&batch) + 50).contains(&room), "{} in {room}", frame_len(&batch));
}

/// Writes records as WRT-008 asks, and returns the frames.
fn frames(texts: &[(String, bool)], max_frame_len: usize) -> Result<Vec<Vec<u8>>, EncodeError> {
    let mut encoder = Encoder::new(EncoderConfig { max_frame_len, ..EncoderConfig::default() })?;
    let mut batch = builder();
    let (mut frames, mut next) = (Vec::new(), HEADER.base_sequence);
    for (text, traced) in texts {
        let (mut record, _) = beat();
        record.thread = text.get(..1);
        record.run = traced.then_some("run");
        record.trace_id = traced.then_some([text.len() as u8 + 1; 16]);
        let call = view::ToolCall { tool: Some("tool"), arguments: text, ..Default::default() }.into();
        if !batch.has_room(&record, &call, max_frame_len) {
            next += batch.len() as u64;
            frames.push(seal(&batch, &mut encoder)?);
            batch.restart(FrameHeader { base_sequence: next, ..HEADER }, &metadata())?;
        }
        batch.push_payload(record, &call)?;
    }
    frames.push(seal(&batch, &mut encoder)?);
    Ok(frames)
}

fn seal(batch: &BatchBuilder, encoder: &mut Encoder) -> Result<Vec<u8>, EncodeError> {
    let mut frame = Vec::new();
    batch.finish(encoder, &mut frame).map(|_| frame)
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_record_without_room_is_left_to_the_next_frame(
        texts in prop::collection::vec(("[a-f]{0,200}", any::<bool>()), 1..120),
        max_frame_len in 500..3_000_usize,
    ) {
        let frames = frames(&texts, max_frame_len).unwrap();
        let mut read = Vec::new();
        for (place, frame) in frames.iter().enumerate() {
            let mut decoder = Decoder::new();
            let batch = decoder.decode(frame, &ReadOptions::default()).unwrap();
            for result in batch.records() {
                let Payload::ToolCall(call) = result.accepted().unwrap().view else { panic!("another kind") };
                read.push(call.arguments.to_owned());
            }
            // What is left free is less than what a record may need: texts, a few columns, and those that are begun.
            let is_last = place + 1 == frames.len();
            prop_assert!(is_last || frame.len() + 500 + 4 * batch.len() > max_frame_len, "{}", frame.len());
        }
        prop_assert_eq!(read, texts.into_iter().map(|(text, _)| text).collect::<Vec<_>>());
    }
}
