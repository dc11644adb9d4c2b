//! decode(encode(x)) = x, and tidy frames encode to the same bytes again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by a panic"
)]

mod common;

use common::{HEADER, cases, encoder};
use dashstream_codec::{
    Batch, BatchBuilder, Codec, Columns, Decoder, EncodeError, FrameHeader, ReadOptions, RecordInput,
};
use dashstream_proto::{kinds, v1};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use prost::Message;

/// A record as it goes in and comes out.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    sequence: u64,
    kind: u32,
    time_us: u64,
    texts: [Option<String>; 4],
    parent: Option<u64>,
    trace_id: Option<[u8; 16]>,
    span_id: Option<[u8; 8]>,
    payload: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Content {
    header: FrameHeader,
    metadata: v1::Metadata,
    rows: Vec<Row>,
}

fn text() -> impl Strategy<Value = Option<String>> {
    option::weighted(0.7, prop_oneof!["[a-c]", "\\PC{1,30}", "\\PC{200,255}"])
}

fn row() -> impl Strategy<Value = Row> {
    let payload = prop_oneof![
        vec(any::<u8>(), 0..30).prop_map(|text| {
            let token = v1::TokenChunk { index: text.len() as u32, text, ..Default::default() };
            (kinds::TOKEN_CHUNK, token.encode_to_vec())
        }),
        any::<u32>().prop_map(|reason| (kinds::EPOCH_END, v1::EpochEnd { reason }.encode_to_vec())),
        vec(any::<u8>(), 0..300).prop_map(|opaque| (4_097, opaque)),
    ];
    let texts = [text(), text(), text(), text()];
    let times = prop_oneof![Just(0), 0..1_u64 << 53];
    let trace = prop_oneof![Just([9; 16]), any::<[u8; 16]>()];
    (payload, times, texts, 1..40_u64, option::of(0..1_u64 << 40), option::of(trace), option::of(1..u64::MAX)).prop_map(
        |((kind, payload), time_us, texts, sequence, parent, trace_id, span_id)| Row {
            sequence, // a distance, until the rows are put in order
            kind,
            time_us,
            texts,
            parent,
            trace_id: trace_id.filter(|id| *id != [0; 16]),
            span_id: span_id.map(u64::to_le_bytes),
            payload,
        },
    )
}

fn content() -> impl Strategy<Value = Content> {
    let base = prop_oneof![Just(1), 1..1_u64 << 52];
    (vec(row(), 1..40), base, 1..=0x7FFF_FFFF_u32, 0..=0x7FFF_FFFF_u32, any::<bool>(), 0..1_u64 << 53).prop_map(
        |(mut rows, base_sequence, epoch, lane, trace, base_time_us)| {
            let trace_id = if trace { vec![9; 16] } else { Vec::new() };
            let mut sequence = base_sequence - 1;
            for row in &mut rows {
                sequence += row.sequence;
                row.sequence = sequence;
                row.parent = row
                    .parent
                    .map(|seed| sequence - 1 - seed.min(sequence) % sequence.min(1 << 32))
                    .filter(|parent| *parent != 0);
                row.trace_id = row.trace_id.or(trace.then_some([9; 16]));
            }
            let drops = sequence + 1 - base_sequence - rows.len() as u64;
            let drops = u32::try_from(drops).unwrap();
            let (drop_reason, drop_reason_count) = if drops == 0 { (vec![], vec![]) } else { (vec![77], vec![drops]) };
            let metadata = v1::Metadata {
                tenant: "tenänt".into(),
                boot_nonce: vec![0; 8],
                base_time_us,
                trace_id,
                drop_reason,
                drop_reason_count,
                dropped_total: drops.into(),
                contexts: vec![v1::Context { run: "r".into(), ..Default::default() }],
                redaction: None,
            };
            let header = FrameHeader { epoch, lane, base_sequence, ..HEADER };
            Content { header, metadata, rows }
        },
    )
}

fn build(content: &Content, strings: &[&str]) -> Result<BatchBuilder, EncodeError> {
    let mut batch = BatchBuilder::new(content.header, &content.metadata)?;
    batch.preset_strings(strings)?;
    for row in &content.rows {
        let [thread, node, run, task] = row.texts.each_ref().map(Option::as_deref);
        let Row { kind, time_us, parent, trace_id, span_id, ref payload, .. } = *row;
        let sequence = Some(row.sequence);
        batch.push(RecordInput {
            sequence,
            kind,
            time_us,
            thread,
            node,
            run,
            task,
            parent,
            trace_id,
            span_id,
            payload,
        })?;
    }
    Ok(batch)
}

fn seal(batch: &BatchBuilder, codec: Codec) -> Vec<u8> {
    let mut frame = Vec::new();
    let info = batch.finish(&mut encoder(codec), &mut frame).unwrap();
    assert_eq!(info.frame_len, frame.len());
    // Kinds, refs and lengths count as if they were as long as the longest: four columns, by four bytes.
    let (raw_len, at_most) = (info.prelude.raw_len as usize, batch.raw_len_at_most());
    assert!((raw_len..=raw_len + batch.len() * 16 + 8).contains(&at_most), "{raw_len} {at_most}");
    frame
}

/// What a decoded frame holds.
fn content_of(batch: &Batch<'_>) -> Content {
    let prelude = batch.prelude();
    let rows = batch.records().map(|result| {
        let record = result.accepted().unwrap();
        assert_eq!(record.view.kind(), (record.kind < 4_096).then_some(record.kind));
        Row {
            sequence: record.sequence,
            kind: record.kind,
            time_us: record.time_us,
            texts: [record.thread, record.node, record.run, record.task].map(|text| text.map(str::to_owned)),
            parent: record.parent,
            trace_id: record.trace_id,
            span_id: record.span_id,
            payload: record.payload.to_vec(),
        }
    });
    let header = FrameHeader {
        producer_id: prelude.producer_id,
        epoch: prelude.epoch,
        lane: prelude.lane,
        base_sequence: prelude.base_sequence,
        ancillary_flags: Some(prelude.ancillary_flags),
    };
    let metadata = v1::Metadata::decode(batch.metadata().bytes()).unwrap();
    Content { header, metadata, rows: rows.collect() }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn what_is_encoded_is_decoded(content in content(), codec in prop::sample::select(Codec::ALL)) {
        let frame = seal(&build(&content, &[]).unwrap(), codec);
        let mut decoder = Decoder::new();
        let batch = decoder.decode(&frame, &ReadOptions::default()).unwrap();
        let decoded = content_of(&batch);
        prop_assert_eq!(&decoded.rows, &content.rows);
        prop_assert_eq!(&decoded.metadata, &content.metadata);
        prop_assert_eq!(decoded.header, content.header);
        prop_assert_eq!(batch.records().len(), content.rows.len());

        // With codec none, a writer that keeps the order of the strings makes the same bytes.
        let strings: Vec<&str> = batch.strings().iter().collect();
        let again = seal(&build(&decoded, &strings).unwrap(), Codec::None);
        if batch.prelude().codec == 0 {
            prop_assert_eq!(again, frame);
        }
    }

    #[test]
    fn columns_agree_with_records(content in content()) {
        let frame = seal(&build(&content, &[]).unwrap(), Codec::None);
        let mut decoder = Decoder::new();
        let batch = decoder.decode(&frame, &ReadOptions::default()).unwrap();
        let (columns, rows) = (Columns::of(&batch), &content.rows);
        // What was there before is forgotten.
        let (mut narrow, mut wide) = (vec![7; 3], vec![7; 3]);
        prop_assert_eq!(columns.len(), rows.len());
        prop_assert_eq!(columns.kinds(&mut narrow), rows.iter().map(|row| row.kind).collect::<Vec<_>>());
        prop_assert_eq!(columns.sequences(&mut wide), rows.iter().map(|row| row.sequence).collect::<Vec<_>>());
        prop_assert_eq!(columns.times_us(&mut wide), rows.iter().map(|row| row.time_us).collect::<Vec<_>>());
        let lens = rows.iter().map(|row| row.payload.len() as u32);
        prop_assert_eq!(columns.payload_lens(&mut narrow), lens.collect::<Vec<_>>());
        type Refs<'c> = for<'o> fn(&Columns<'c>, &'o mut Vec<u32>) -> &'o [u32];
        let refs: [Refs<'_>; 4] = [Columns::thread_refs, Columns::node_refs, Columns::run_refs, Columns::task_refs];
        for (at, column) in refs.into_iter().enumerate() {
            let texts = column(&columns, &mut narrow).iter().map(|string_ref| batch.strings().get(*string_ref));
            prop_assert_eq!(texts.collect::<Vec<_>>(), rows.iter().map(|row| row.texts[at].as_deref()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn metadata_views_agree_with_the_message(content in content()) {
        let frame = seal(&build(&content, &[]).unwrap(), Codec::None);
        let mut decoder = Decoder::new();
        let batch = decoder.decode(&frame, &ReadOptions::default()).unwrap();
        let (view, message) = (batch.metadata(), &content.metadata);
        prop_assert_eq!(view.tenant(), &message.tenant);
        prop_assert_eq!(view.boot_nonce().to_vec(), message.boot_nonce.clone());
        prop_assert_eq!(view.base_time_us(), message.base_time_us);
        prop_assert_eq!(view.trace_id().map_or(vec![], Vec::from), message.trace_id.clone());
        let (reasons, counts): (Vec<u32>, Vec<u32>) = view.drop_reasons().unzip();
        prop_assert_eq!((&reasons, &counts), (&message.drop_reason, &message.drop_reason_count));
        prop_assert_eq!(view.dropped_total(), message.dropped_total);
        prop_assert_eq!(view.contexts().map(|context| context.run).collect::<Vec<_>>(), ["r"]);
    }

    /// Whatever the bytes are, there is a verdict and no panic, and frames that are good are not
    /// disturbed by what came before.
    #[test]
    fn any_body_has_a_verdict(raw in vec(any::<u8>(), 4..200), codec in 0..3_u8, count in 1..3_u16) {
        let metadata = common::metadata().encode_to_vec();
        let frame = common::assemble(&metadata, &raw, |prelude| {
            prelude.codec = codec;
            prelude.record_count = count;
            prelude.raw_len += u32::from(codec) * 10;
        });
        let mut decoder = Decoder::new();
        if let Ok(batch) = decoder.decode(&frame, &ReadOptions::default()) {
            prop_assert_eq!(batch.records().count(), usize::from(count));
        }
        let good = common::tokens(3, Codec::Zstd);
        prop_assert_eq!(decoder.decode(&good, &ReadOptions::default()).unwrap().len(), 3);
    }

    /// Payloads of each known kind, with random bytes.
    #[test]
    fn any_payload_has_a_verdict(kind in prop::sample::select(kinds::ALL), payload in vec(any::<u8>(), 0..60)) {
        let mut batch = common::builder();
        let pushed = batch.push(RecordInput { kind, payload: &payload, ..RecordInput::default() });
        prop_assert_eq!(batch.len(), usize::from(pushed.is_ok()));
    }
}

/// Tables of all sizes: kept as they are, as places in a run of short strings, and as places in a run that long ones
/// end.
#[test]
fn every_string_of_a_table_is_found() {
    let metadata = v1::Metadata { tenant: "t".into(), boot_nonce: vec![0; 8], ..Default::default() };
    for (count, long) in [(2_048, None), (2_049, None), (16_384, None), (5_000, Some(4_000)), (5_000, Some(0))] {
        let text = |index| match long {
            Some(long) if index % 1_000 == long % 1_000 && index >= long => format!("{}é{index}", "long".repeat(40)),
            _ => format!("é{index}"),
        };
        let texts: Vec<String> = (0..count).map(text).collect();
        let mut batch = BatchBuilder::new(HEADER, &metadata).unwrap();
        batch.preset_strings(&texts.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        let thread = texts.last().map(String::as_str);
        batch.push(RecordInput { kind: 4_097, thread, ..Default::default() }).unwrap();
        let frame = seal(&batch, Codec::None);
        let mut decoder = Decoder::new();
        let decoded = decoder.decode(&frame, &ReadOptions::default()).unwrap();
        let strings = decoded.strings();
        assert!(strings.iter().eq(texts.iter().map(String::as_str)), "{count} {long:?}");
        assert_eq!((strings.len(), strings.get(0), strings.get(count as u32 + 1)), (count, None, None));
        assert_eq!(decoded.records().next().unwrap().record.thread, thread);
    }
}

/// What all records have alike is there in each.
#[test]
fn values_that_repeat_are_all_there() {
    for count in 1..6 {
        let mut batch = common::builder();
        let times = (1..).map(|index| common::metadata().base_time_us + 5 * index);
        for time_us in times.clone().take(count) {
            let record = RecordInput { thread: Some("thread"), node: Some("node"), time_us, ..RecordInput::default() };
            batch.push(RecordInput { kind: 101, payload: &[7; 3], ..record }).unwrap();
        }
        let frame = seal(&batch, Codec::None);
        let mut decoder = Decoder::new();
        let decoded = decoder.decode(&frame, &ReadOptions::default()).unwrap();
        for (result, time_us) in decoded.records().zip(times) {
            let record = result.record;
            assert_eq!((record.kind, record.time_us, record.payload), (101, time_us, &[7; 3][..]), "{count}");
            assert_eq!((record.thread, record.node), (Some("thread"), Some("node")), "{count}");
        }
    }
}
