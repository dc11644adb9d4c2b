//! Batches that are closed, and sealed with what is known later. That they hold what was put in them is a law.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod common;

use common::{HEADER, builder, decode, encoder, metadata, push_token};
use dashstream_codec::{BatchBuilder, ClosedBatch, Code, Codec, Decoder, RecordInput};
use dashstream_proto::{kinds, v1};

fn closed() -> ClosedBatch {
    let mut batch = builder();
    (0..200).for_each(|index| push_token(&mut batch, index));
    batch.close()
}

#[test]
fn what_is_known_later_stands_in_the_frame() {
    let mut batch = builder();
    let sequence = Some(HEADER.base_sequence + 5);
    batch.push(RecordInput { kind: kinds::GRAPH_START, sequence, ..RecordInput::default() }).unwrap();
    let closed = batch.close();
    assert_eq!((closed.len(), closed.is_empty(), closed.base_time_us()), (1, false, metadata().base_time_us));
    let later = v1::Metadata { drop_reason: vec![1, 2], drop_reason_count: vec![2, 3], dropped_total: 9, ..metadata() };
    for codec in Codec::ALL {
        let mut frame = vec![7];
        let info = closed.finish(&later, &mut encoder(*codec), &mut frame).unwrap();
        let mut decoder = Decoder::new();
        let batch = decode(&mut decoder, &frame[1..]).unwrap();
        assert_eq!((*batch.prelude(), batch.prelude().drop_count), (info.prelude, 5));
        assert_eq!((batch.metadata().dropped_total(), info.frame_len), (9, frame.len() - 1));
        assert_eq!(batch.records().next().unwrap().record.sequence, HEADER.base_sequence + 5);
    }
}

#[test]
fn other_ground_is_refused() {
    let base_time_us = metadata().base_time_us;
    let others = [
        v1::Metadata { base_time_us: base_time_us + 1, ..metadata() },
        v1::Metadata { trace_id: vec![3; 16], ..metadata() },
        v1::Metadata {
            redaction: Some(v1::Redaction { original_body_crc: 1, reason: "asked for".to_owned() }),
            ..metadata()
        },
    ];
    for other in others {
        let mut out = vec![7];
        let refused = closed().finish(&other, &mut encoder(Codec::None), &mut out).unwrap_err();
        assert_eq!((refused.code(), &out[..]), (Code::Input, &[7][..]), "{other:?}");
    }
}

/// META-011
#[test]
fn gathered_contexts_are_not_listed_twice() {
    let closed = with_contexts(1, 3);
    let contexts = vec![v1::Context { thread: "t-1".to_owned(), ..v1::Context::default() }];
    let told = v1::Metadata { contexts, ..metadata() };
    let refused = closed.finish(&told, &mut encoder(Codec::None), &mut Vec::new()).unwrap_err();
    assert_eq!(refused.code(), Code::Input);
}

/// PRE-010
#[test]
fn metadata_that_have_become_too_long_are_refused() {
    let longer = v1::Metadata { tenant: "a".repeat(90), ..metadata() };
    let mut refused = 0;
    for len in 230..=256 {
        let closed = with_contexts(16, len);
        let finish = |with: &v1::Metadata| closed.finish(with, &mut encoder(Codec::None), &mut Vec::new());
        assert!(finish(&metadata()).is_ok(), "{len}");
        if let Err(error) = finish(&longer) {
            assert_eq!(error.code(), Code::MetadataLen);
            refused += 1;
        }
    }
    assert!(refused > 0);
}

/// So many contexts of four texts each.
fn with_contexts(count: usize, len: usize) -> ClosedBatch {
    let mut batch = builder();
    batch.gather_contexts(true);
    for number in 0..count {
        let texts = ["r", "t", "n", "k"].map(|kind| format!("{kind}{number:0>width$}", width = len - 1));
        let [run, thread, node, task] = texts.each_ref().map(|text| Some(text.as_str()));
        batch
            .push(RecordInput { kind: kinds::GRAPH_START, run, thread, node, task, ..RecordInput::default() })
            .unwrap();
    }
    batch.close()
}

#[test]
fn a_batch_without_records_is_no_frame() {
    let mut out = Vec::new();
    let refused = builder().close().finish(&metadata(), &mut encoder(Codec::None), &mut out).unwrap_err();
    assert_eq!((refused.code(), out.len()), (Code::Count, 0));
}

#[test]
fn who_has_seen_enough_is_shown_no_more() {
    for enough in [1, 7, 200] {
        let mut seen = Vec::new();
        closed()
            .read(|record| {
                seen.push(record.sequence);
                seen.len() < enough
            })
            .unwrap();
        assert_eq!(seen.len(), enough);
        assert_eq!(seen.last(), Some(&(HEADER.base_sequence + enough as u64 - 1)));
    }
}

#[test]
fn what_was_closed_stays_when_the_batch_is_begun_again() {
    let mut batch: BatchBuilder = builder();
    push_token(&mut batch, 1);
    let closed = batch.close();
    batch.restart(HEADER, &metadata()).unwrap();
    push_token(&mut batch, 2);
    let seal = |closed: &ClosedBatch| {
        let mut frame = Vec::new();
        closed.finish(&metadata(), &mut encoder(Codec::None), &mut frame).unwrap();
        frame
    };
    let mut first = builder();
    push_token(&mut first, 1);
    assert_eq!(seal(&closed), seal(&first.close()));
    assert_ne!(seal(&closed), seal(&batch.close()));
}
