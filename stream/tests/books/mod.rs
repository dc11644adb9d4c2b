//! What somebody finds who reads all of a topic.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};

use dashstream_codec::ledger::{Ledger, Observation};
use dashstream_codec::{Decoder, ReadOptions};
use dashstream_proto::kinds::{EPOCH_END, EPOCH_START, HEARTBEAT, LANE_END, LATE_DROPS};
use dashstream_stream::transport::{Message, Position};

/// A record as its producer numbers it: epoch, lane and number.
pub(crate) type Number = (u32, u32, u64);

/// What the ledger says, and which records are there.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) declared: u64,
    pub(crate) lost: u64,
    /// How many frames have a verdict.
    pub(crate) verdicts: BTreeMap<&'static str, u64>,
    /// Records that were offered, and in how many frames each is that are no duplicates.
    pub(crate) records: BTreeMap<Number, u32>,
    /// How many others there are.
    pub(crate) control: u64,
}

impl Books {
    /// Reads the messages of a topic, each partition in its order, and sees to it that the ledger adds up after each.
    pub(crate) fn of(messages: impl IntoIterator<Item = (Position, Message)>) -> Self {
        let (mut ledger, mut decoder, mut books) = (Ledger::new(), Decoder::new(), Self::default());
        for (position, message) in messages {
            let batch = decoder.decode_value(message.value.as_deref(), &ReadOptions::default()).unwrap();
            let frame = Observation { partition: Some(position.partition), ..Observation::of_batch(&batch) };
            let verdicts: BTreeSet<_> = ledger.observe(&frame).iter().map(|verdict| verdict.name()).collect();
            assert!(ledger.accounts().all(|entry| entry.account.identity_holds()), "{verdicts:?}");
            verdicts.iter().for_each(|name| *books.verdicts.entry(name).or_default() += 1);
            if verdicts.contains("DUPLICATE") {
                continue;
            }
            for result in batch.records() {
                let record = result.accepted().unwrap();
                if [EPOCH_START, EPOCH_END, HEARTBEAT, LANE_END, LATE_DROPS].contains(&record.kind) {
                    books.control += 1;
                    continue;
                }
                let number = (batch.prelude().epoch, batch.prelude().lane, record.sequence);
                *books.records.entry(number).or_default() += 1;
            }
        }
        books.declared = ledger.accounts().map(|entry| entry.account.declared()).sum();
        books.lost = ledger.accounts().map(|entry| entry.account.lost()).sum();
        books
    }
}
