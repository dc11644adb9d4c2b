//! What is kept takes no more than it needs, and goes where it likes.

use super::{Payload, Record};
use crate::view::{self, List, Packed, Refs};

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
