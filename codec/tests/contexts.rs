//! Contexts that a batch gathers (META-016).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by a panic"
)]

mod common;

use common::{HEADER, builder, decode, encoder, metadata};
use dashstream_codec::{BatchBuilder, Codec, Context, Decoder, RecordInput};
use dashstream_proto::{kinds, v1};
use prost::Message as _;

const RECORDS: [[Option<&str>; 4]; 5] = [
    [None, Some("t-1"), Some("n-1"), None],
    [None, None, None, None],
    [Some("r-1"), Some("t-1"), Some("n-1"), Some("k-1")],
    [None, Some("t-1"), Some("n-1"), None],
    [None, None, Some("t-1"), None],
];

fn push(batch: &mut BatchBuilder) {
    for [run, thread, node, task] in RECORDS {
        let time_us = metadata().base_time_us;
        let record = RecordInput { kind: kinds::GRAPH_START, time_us, run, thread, node, task, ..Default::default() };
        batch.push(record).unwrap();
    }
}

fn seal(batch: &BatchBuilder) -> Vec<u8> {
    let mut frame = Vec::new();
    batch.finish(&mut encoder(Codec::None), &mut frame).unwrap();
    frame
}

/// The frame of a batch that gathers its contexts is that of one which was told them.
#[test]
fn contexts_stand_by_first_sight() {
    let mut batch = builder();
    batch.gather_contexts(true);
    push(&mut batch);
    let frame = seal(&batch);
    let mut decoder = Decoder::new();
    let decoded = decode(&mut decoder, &frame).unwrap();
    let contexts: Vec<Context<'_>> = decoded.metadata().contexts().collect();
    let first = Context { thread: "t-1", node: "n-1", ..Context::default() };
    let second = Context { run: "r-1", task: "k-1", ..first };
    assert_eq!(contexts, [first, second, Context { node: "t-1", ..Context::default() }]);

    let contexts = contexts.iter().map(|context| v1::Context {
        run: context.run.to_owned(),
        thread: context.thread.to_owned(),
        node: context.node.to_owned(),
        task: context.task.to_owned(),
    });
    let mut told = BatchBuilder::new(HEADER, &v1::Metadata { contexts: contexts.collect(), ..metadata() }).unwrap();
    // It gathers none where it was told some.
    told.gather_contexts(true);
    push(&mut told);
    assert_eq!(seal(&told), frame);
}

#[test]
fn contexts_are_those_of_one_batch() {
    let mut batch = builder();
    push(&mut batch);
    let without = seal(&batch);
    batch.gather_contexts(true);
    batch.restart(HEADER, &metadata()).unwrap();
    push(&mut batch);
    let with = seal(&batch);
    assert!(with.len() > without.len());
    batch.restart(HEADER, &metadata()).unwrap();
    push(&mut batch);
    assert_eq!(seal(&batch), with);
    batch.gather_contexts(false);
    batch.restart(HEADER, &metadata()).unwrap();
    push(&mut batch);
    assert_eq!(seal(&batch), without);
}

/// No context describes what was erased.
#[test]
fn a_redaction_gathers_none() {
    let redaction = Some(v1::Redaction { original_body_crc: 1, reason: "asked for".to_owned() });
    let mut batch = BatchBuilder::new(HEADER, &v1::Metadata { contexts: Vec::new(), redaction, ..metadata() }).unwrap();
    batch.gather_contexts(true);
    let record = RecordInput { time_us: metadata().base_time_us, thread: Some("t-1"), ..RecordInput::default() };
    batch.push_message(RecordInput { kind: kinds::REDACTED, ..record }, &v1::Redacted::default()).unwrap();
    let frame = seal(&batch);
    assert_eq!(decode(&mut Decoder::new(), &frame).unwrap().metadata().contexts().count(), 0);
}

/// A field that the schema does not have is passed over (WIRE-003).
#[test]
fn a_context_may_have_more_than_is_known() {
    let context = [&[0x0A, 1, b'r'][..], &[0xC0, 0x3E, 7], &[0x12, 1, b't']].concat();
    let known = v1::Metadata { contexts: vec![], ..metadata() }.encode_to_vec();
    let metadata = [&known[..], &[0x42, context.len() as u8], &context].concat();
    let frame = common::assemble(&metadata, &[0x12, 1, 6], |_| ());
    let mut decoder = Decoder::new();
    let decoded = decode(&mut decoder, &frame).unwrap();
    let contexts: Vec<_> = decoded.metadata().contexts().collect();
    assert_eq!(contexts, [Context { run: "r", thread: "t", ..Context::default() }]);
}
