//! The program with real brokers: those that `stream/kafka/up` has started.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

mod brokers;
mod dlq;
mod doctor;
mod through;

#[path = "../cli/support.rs"]
#[allow(dead_code, reason = "the other tests need the rest")]
mod support;
