//! What is kept takes no more than it needs, and goes where it likes.

use dashstream_proto::v1;

use super::{Payload, Record};
use crate::view::{self, List, Packed, Refs};
use crate::{BatchBuilder, FrameHeader};

#[test]
fn what_is_kept_takes_no_more_than_it_needs() {
    let choices = ["one", "two", "three", "four", "five"];
    let at = |index: usize| choices.get(index).copied().unwrap_or_default();
    let some = |index: usize| choices.get(index).copied();
    let request = view::HumanRequest { prompt: "Which?", choices: List::by(5, &at), ..Default::default() }.to_owned();
    assert_eq!(request.prompt.capacity(), 6);
    assert_eq!(request.choices.capacity(), 5);
    assert_eq!(request.choices, choices);
    let metrics =
        view::Metrics { int_name: Refs::by(5, &some), int_value: Packed::from(&[1; 5]), ..Default::default() };
    let lent = metrics;
    let metrics = metrics.to_owned();
    assert_eq!(metrics.as_view(), lent);
    assert_eq!((metrics.int_name.capacity(), metrics.int_value.capacity()), (5, 5));
    // What is not there takes nothing.
    assert_eq!((request.request, metrics.float_value.capacity()), (None, 0));
}

#[test]
fn what_is_kept_may_go_to_another_thread() {
    let record = Record { sequence: 7, thread: Some("t".to_owned()), ..Record::default() };
    let moved = std::thread::spawn(move || (record.sequence, record.payload)).join().unwrap();
    assert_eq!(moved, (7, Payload::Opaque(Vec::new())));
}

#[test]
fn a_message_that_borrows_nothing_is_its_own_twin() {
    let end = view::EpochEnd { reason: 1 };
    let payload = Payload::from(end);
    assert_eq!(payload.as_view(), view::Payload::from(end));
    assert_eq!(payload.as_view().to_owned(), payload);
}

#[test]
fn a_record_counts_for_what_a_body_with_it_alone_has_at_the_most() {
    let alone = |record: &Record| {
        let header =
            FrameHeader { producer_id: [1; 16], epoch: 1, lane: 0, base_sequence: 1 << 40, ancillary_flags: None };
        let metadata = v1::Metadata { tenant: "a".to_owned(), boot_nonce: vec![1; 8], ..Default::default() };
        let mut batch = BatchBuilder::new(header, &metadata).unwrap();
        batch.push_payload(record.as_input(), &record.payload.as_view()).unwrap();
        (batch.raw_len_at_most(), record.len_at_most())
    };
    let none = Record { sequence: 1 << 40, kind: 101, ..Record::default() };
    // A payload of no bytes has a tag and a length.
    assert_eq!(none.len_at_most(), 11 * 14 + 24 + 12 + 6);
    let (body, counted) = alone(&none);
    assert!(body <= counted);
    let name = |text: &str| Some(text.repeat(50));
    let call = view::ToolCall { tool: Some("tool"), arguments: "arguments", ..Default::default() };
    let all = Record {
        sequence: 1 << 40,
        time_us: (1 << 53) - 1,
        thread: name("thread"),
        node: name("node"),
        run: name("run"),
        task: name("task"),
        parent: Some((1 << 40) - (1 << 31)),
        trace_id: Some([1; 16]),
        span_id: Some([1; 8]),
        payload: Payload::from(call.to_owned()),
        ..Record::default()
    };
    let (body, counted) = alone(&all);
    assert!(body <= counted && counted <= body + 160, "{body} and {counted}");
}
