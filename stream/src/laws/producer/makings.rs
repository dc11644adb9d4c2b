//! What a history is made of. Where the bytes are at their end every choice is the first one.

use arbitrary::Unstructured;
use dashstream_codec::FlushPolicy;
use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::view;

use crate::producer::{Policy, ProducerConfig, Terms};

pub(super) struct Makings<'b>(Unstructured<'b>);

impl<'b> Makings<'b> {
    pub(super) const fn of(bytes: Unstructured<'b>) -> Self {
        Self(bytes)
    }

    pub(super) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// A number from 0, below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0.int_in_range(0..=end.saturating_sub(1)).unwrap_or(0)
    }

    /// An index into something of that length.
    pub(super) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.0.arbitrary().unwrap_or(0)
    }

    pub(super) fn flips(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// A configuration that brings a history to its bounds within some records.
    pub(super) fn config(&mut self) -> ProducerConfig {
        ProducerConfig {
            flush: FlushPolicy {
                max_records: 1 + self.index(20),
                max_len: 200 << self.below(6),
                max_age_us: 10_000 * self.below(8),
            },
            max_queued: 1 + self.index(60),
            max_queued_len: 1_000 << self.below(10),
            in_flight: 1 + self.index(3),
            deadline_us: 100_000 + 500_000 * self.below(5),
            heartbeat_us: 1_000_000 * self.below(4),
            backoff_us: 1_000 * self.below(200),
            max_backoff_us: 1_000_000,
        }
    }

    /// A record, and how it is offered.
    pub(super) fn offer(&mut self, ticket: u64, now_us: u64) -> (Record, Terms) {
        let policy = [None, Some(Policy::Block), Some(Policy::DropOldest), Some(Policy::DropNewest)];
        let policy = policy.get(self.index(policy.len())).copied().flatten();
        (unlike_others(self.record(now_us), ticket), Terms { policy, ticket: Some(ticket), deadline_us: None })
    }

    fn record(&mut self, time_us: u64) -> Record {
        let kind = self.byte();
        let thread = Some(format!("thread-{}", kind % 5));
        let text =
            |len: usize| Payload::from(view::TokenChunk { text: &vec![b'x'; len], ..Default::default() }.to_owned());
        let payload = match kind {
            // What no frame holds: a text that is too long for the table, and bytes that are too many.
            // The first leaves the texts before it in the table.
            0..4 => return Record { kind: 5, thread, task: Some("t".repeat(1_025)), time_us, ..Record::default() },
            4..8 => text(40_000),
            8..128 => text(3 * usize::from(self.byte())),
            _ => Payload::from(view::NodeStart::default().to_owned()),
        };
        Record { thread, time_us, payload, ..Record::default() }
    }
}

/// The record with what no other has, here and there: whoever mixes them up is found out.
fn unlike_others(record: Record, ticket: u64) -> Record {
    let id = |every: u64| ticket.is_multiple_of(every).then_some(ticket + 1);
    Record {
        time_us: record.time_us + ticket * 7 % 11,
        node: id(3).map(|id| format!("node-{id}")),
        parent: id(4).map(|_| 1),
        trace_id: id(5).map(|id| u128::from(id).to_le_bytes()),
        span_id: id(2).map(u64::to_le_bytes),
        ..record
    }
}
