//! A lane of a producer.

use std::sync::Arc;

use dashstream_codec::RecordInput;
use dashstream_codec::view::{self, Payload};
use dashstream_proto::kinds;

use super::config::Policy;
use super::origin::{Common, Origin};
use super::queue::Queue;
use super::slot::Slot;
use crate::identity::{Lane as Kept, Previous};

/// A lane: its numbers, and what waits in it.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) partition: Option<u32>,
    previous: Previous,
    /// The number of the next record; 1 until EPOCH_START has one.
    pub(super) next_sequence: u64,
    pub(super) queue: Queue,
    /// Frames that were sealed and are not acknowledged.
    pub(super) in_flight: usize,
    /// A frame of this epoch is acknowledged: the first one, with EPOCH_START.
    pub(super) acknowledged: bool,
    /// Numbers that were declared dropped in frames, in this epoch.
    pub(super) dropped_total: u64,
    /// Records of states that were dropped from the queue, and frames that are lost or may be.
    pub(super) lost_states: u64,
    /// When the last record was queued.
    pub(super) last_us: u64,
    /// EPOCH_END has its number: no other is given (SEQ-007).
    pub(super) ended: bool,
}

impl Lane {
    pub(super) fn new(number: u32, kept: &Kept, common: &Arc<Common>) -> Self {
        let origin = Origin { common: Arc::clone(common), lane: number, tenant: kept.tenant.clone() };
        Self {
            partition: kept.partition,
            previous: kept.previous,
            next_sequence: 1,
            queue: Queue::new(Arc::new(origin)),
            in_flight: 0,
            acknowledged: false,
            dropped_total: 0,
            lost_states: 0,
            last_us: 0,
            ended: false,
        }
    }

    pub(super) const fn has_started(&self) -> bool {
        self.next_sequence > 1
    }

    /// SEQ-001, SEQ-002
    pub(super) const fn number(&mut self) -> u64 {
        let number = self.next_sequence;
        self.next_sequence += 1;
        number
    }

    /// SEQ-004, SEQ-005: what comes before the first record.
    pub(super) fn start(&mut self, now_us: u64) {
        if !self.has_started() {
            let Previous { epoch, last_sequence } = self.previous;
            let start = view::EpochStart { previous_epoch: epoch, previous_last_sequence: last_sequence };
            self.control(kinds::EPOCH_START, Payload::from(start), now_us);
        }
    }

    /// A record that had its number is dropped.
    pub(super) const fn lose(&mut self, slot: &Slot) {
        self.lost_states += slot.is_state as u64;
    }

    /// Queues a record of the producer's own, for which there is always room.
    pub(super) fn control(&mut self, kind: u32, payload: Payload<'_>, now_us: u64) {
        let sequence = self.number();
        let record = RecordInput { kind, time_us: now_us, ..RecordInput::default() };
        let slot = Slot {
            sequence,
            len: record.len_at_most(&payload),
            policy: Policy::Block,
            is_state: false,
            offered_us: now_us,
            deadline_us: None,
            ticket: None,
        };
        self.last_us = now_us;
        if let Err(reason) = self.queue.push(slot, &record, &payload) {
            self.queue.push_gap(sequence, reason);
        }
    }
}
