//! Payloads that are pushed as views.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by a panic"
)]

mod common;

use common::{HEADER, builder, decode, encoder, metadata};
use dashstream_codec::view::{
    Attribute, List, Metrics, NodeEnd, Packed, PatchOp, Payload, Refs, StateDiff, TokenChunk, ToolCall,
};
use dashstream_codec::{BatchBuilder, Codec, Decoder, RecordInput};
use dashstream_proto::{kinds, v1};

fn record() -> RecordInput<'static> {
    RecordInput { time_us: metadata().base_time_us, thread: Some("a thread"), ..RecordInput::default() }
}

fn seal(batch: &BatchBuilder) -> Vec<u8> {
    let mut frame = Vec::new();
    batch.finish(&mut encoder(Codec::None), &mut frame).unwrap();
    frame
}

const TOKEN: TokenChunk<'static> =
    TokenChunk { request: Some("a request"), model: Some("a model"), index: 300, text: b"a text", is_final: true };

/// Some of each way in which fields are written, among them messages of more than 127 bytes.
fn push_some(batch: &mut BatchBuilder) {
    let attributes = [Attribute { key: Some("a key"), value: "a value" }, Attribute { key: Some("a"), value: "" }];
    let long = "a long value, ".repeat(20);
    let ops = [
        PatchOp { op: 1, path: Some("/a"), from: None, value: "1" },
        PatchOp { op: 4, path: None, from: Some("/b"), value: &long },
    ];
    let (names, ints) = ([Some("one"), Some("another"), Some("one")], [-1, 0, 1 << 52]);
    let metrics = Metrics {
        int_name: Refs::from(&names),
        int_value: Packed::from(&ints),
        float_name: Refs::by(1, &|_| Some("cost")),
        float_value: Packed::by(1, &|_| -0.0),
    };
    batch.push_view(record(), &TOKEN).unwrap();
    batch.push_view(record(), &metrics).unwrap();
    batch.push_view(record(), &StateDiff { ops: List::from(&ops), ..StateDiff::default() }).unwrap();
    let call = ToolCall { call: Some("a call"), attributes: List::from(&attributes), ..ToolCall::default() };
    batch.push_view(record(), &call).unwrap();
}

#[test]
fn a_view_is_written_as_its_message_is() {
    let (mut views, mut messages) = (builder(), builder());
    views.push_view(record(), &TOKEN).unwrap();
    messages.preset_strings(&["a thread"]).unwrap();
    let token = v1::TokenChunk {
        request_ref: messages.intern("a request").unwrap(),
        model_ref: messages.intern("a model").unwrap(),
        index: 300,
        text: b"a text".to_vec(),
        r#final: true,
    };
    messages.push_message(RecordInput { kind: kinds::TOKEN_CHUNK, ..record() }, &token).unwrap();
    assert_eq!(seal(&views), seal(&messages));
}

#[test]
fn a_frame_is_appended() {
    let mut batch = builder();
    push_some(&mut batch);
    for codec in Codec::ALL {
        let mut alone = Vec::new();
        let mut out = b"kept".to_vec();
        batch.finish(&mut encoder(*codec), &mut alone).unwrap();
        batch.finish(&mut encoder(*codec), &mut out).unwrap();
        assert_eq!(out, [b"kept", &alone[..]].concat());
        decode(&mut Decoder::new(), &alone).unwrap();
    }
}

#[test]
fn what_was_read_is_written_again() {
    let mut batch = builder();
    push_some(&mut batch);
    let frame = seal(&batch);
    let mut decoder = Decoder::new();
    let decoded = decode(&mut decoder, &frame).unwrap();
    let mut again = BatchBuilder::new(HEADER, &metadata()).unwrap();
    for result in decoded.records() {
        let view = result.accepted().unwrap().view;
        again.push_payload(record(), &view).unwrap();
    }
    assert_eq!(seal(&again), frame);
}

/// The strings stay in the table, so the same ones are interned on both sides.
#[test]
fn a_view_that_is_refused_leaves_no_trace() {
    let (mut batch, mut other) = (builder(), builder());
    push_some(&mut batch);
    push_some(&mut other);
    let refused = |batch: &mut BatchBuilder, payload: &Payload<'_>| batch.push_payload(record(), payload).unwrap_err();
    let one_name = Metrics { int_name: Refs::from(&[Some("one")]), ..Metrics::default() };
    let no_name = Metrics { int_value: Packed::from(&[1]), int_name: Refs::from(&[None]), ..Metrics::default() };
    let too_large = Metrics { int_value: Packed::from(&[1 << 53]), ..one_name };
    let ops = [PatchOp::default()];
    let no_op = StateDiff { ops: List::from(&ops), ..StateDiff::default() };
    let too_long = NodeEnd { duration_us: 1 << 53, ..NodeEnd::default() };
    let expected: [(Payload<'_>, &str); 5] = [
        (one_name.into(), "PAYLOAD (REC-012)"),
        (no_name.into(), "PAYLOAD (REC-013)"),
        (too_large.into(), "PAYLOAD (REC-004)"),
        (no_op.into(), "PAYLOAD (REC-015)"),
        (too_long.into(), "PAYLOAD (REC-004)"),
    ];
    for (payload, error) in expected {
        assert_eq!(refused(&mut batch, &payload).to_string(), error);
    }
    let text = "x".repeat(1_025);
    let long_name = TokenChunk { request: Some(&text), ..TOKEN };
    assert_eq!(refused(&mut batch, &long_name.into()).to_string(), "STRING_TABLE (BODY-002)");
    push_some(&mut batch);
    push_some(&mut other);
    assert_eq!(seal(&batch), seal(&other));
}

/// A reader compares the refs of keys; a writer gives one string one ref, and must not make of two keys one that is there
/// twice (WRT-001).
#[test]
fn two_keys_that_are_one_string_cannot_be_written_again() {
    let strings = [&[0x0A, 3][..], b"key", &[0x0A, 3], b"key"].concat();
    let warning = [0x1A, 2, 8, 1, 0x1A, 2, 8, 2];
    let columns = [&[0x12, 1, 41, 0x72, 1, 8, 0x7A, 8][..], &warning].concat();
    let frame = common::with_body(&[strings, columns].concat(), 1);
    let mut decoder = Decoder::new();
    let decoded = decode(&mut decoder, &frame).unwrap();
    let view = decoded.records().next().unwrap().accepted().unwrap().view;
    let refused = builder().push_payload(record(), &view).unwrap_err();
    assert_eq!(refused.to_string(), "PAYLOAD (REC-010)");
}

/// A record may be lent to what goes on on another thread.
#[test]
fn views_are_for_any_thread() {
    const fn any_thread<T: Send + Sync>() {}
    any_thread::<Payload<'_>>();
    any_thread::<RecordInput<'_>>();
    any_thread::<BatchBuilder>();
}
