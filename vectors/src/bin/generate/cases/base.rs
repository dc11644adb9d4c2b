//! Accepted frames that many rejected ones have for a twin.

use crate::build::Builder;
use crate::frame::Frame;
use crate::suite::Suite;
use crate::wire::{Field, Value};

/// The smallest frame: one record without content.
pub(crate) fn minimal() -> Frame {
    Builder::new().plain(6).frame()
}

/// Three records with every column, so that each can be bent alone.
pub(crate) fn three() -> Frame {
    let mut builder = Builder::set(|set| {
        set.base_sequence = 10;
        set.base_time_us = 1_000_000;
        set.drops = vec![(1, 2)];
        set.dropped_total = 2;
    });
    builder.record(5, |record| {
        record.sequence(11).time(1_000_010).thread("t1").node("n1").run("r1").task("k1");
        record.trace([0x11; 16]).span([0x21; 8]).payload(|start| start.u32(1, "attempt", 1));
    });
    builder.record(11, |record| {
        record.sequence(12).time(1_000_005).thread("t1").node("n1").run("r1").task("k1").parent(11);
        record.trace([0x12; 16]).span([0x22; 8]).payload(|chunk| {
            chunk.reference(1, "request", "q1");
            chunk.text(3, b"hello");
        });
    });
    builder.record(7, |record| {
        record.sequence(14).time(1_000_500).thread("t2").node("n1").run("r1").task("k1").parent(11);
        record.trace([0x12; 16]).span([0x23; 8]).payload(|end| {
            end.u64(1, "duration_us", 490);
            end.u32(2, "status", 1);
        });
    });
    builder.frame()
}

/// Two records, of which a body of few columns is easy to bend.
pub(crate) fn two() -> Frame {
    let mut builder = Builder::new();
    builder.record(5, |record| {
        record.time(7);
    });
    builder.record(7, |record| {
        record.time(9).payload(|end| end.u32(2, "status", 1));
    });
    builder.frame()
}

/// A field of a number that no schema has, filled so that the message grows to a length.
pub(crate) fn padding(len: usize) -> Field {
    Field::new("padding", 1000, Value::Bytes(vec![0], len))
}

pub(crate) fn add(suite: &mut Suite) {
    suite.accept(("prelude", "minimal", "One record without content", &["BODY-015", "PRE-018"]), &minimal());
    suite.accept(("body", "three-records", "Three records that use every column", &["BODY-015"]), &three());
    suite.accept(("body", "two-records", "Two records with times and one payload", &["BODY-015"]), &two());
}
