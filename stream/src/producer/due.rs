//! Frames are sealed when it is time for them and when they may be under way.

use std::sync::Arc;

use dashstream_codec::view::{self, Payload};
use dashstream_proto::kinds;

use super::config::DropReason;
use super::core::{Core, answer};
use super::flight::{Flight, State};
use super::lane::Lane;
use super::seal::{Sealed, SealedFrame, Sealing};
use super::terms::{Action, Answer};

impl Core {
    pub(super) const fn beats(&self, lane: &Lane) -> bool {
        self.config.heartbeat_us > 0 && lane.has_started() && !lane.ended
    }

    /// SEQ-010
    pub(super) fn beat(&mut self, now_us: u64) {
        let interval_us = self.config.heartbeat_us;
        for lane in self.lanes.values_mut() {
            let silent = now_us.saturating_sub(lane.last_us) >= interval_us && interval_us > 0;
            // A gap can be declared by a frame with a record only. At the end there is EPOCH_END.
            let alone = lane.queue.has_gaps_alone() && !self.ending;
            if lane.has_started() && !lane.ended && (alone || (silent && lane.queue.is_empty())) {
                lane.control(kinds::HEARTBEAT, Payload::from(view::Heartbeat { interval_us }), now_us);
            }
        }
    }

    /// Begins a frame of the next lane that has one.
    pub(super) fn seal_next(&mut self, now_us: u64) -> Option<Sealing> {
        let order = self.lanes.range(self.turn + 1..).chain(self.lanes.range(..=self.turn));
        let next = order.filter(|(_, lane)| self.is_due(lane, now_us)).map(|(number, _)| *number).next();
        let number = next?;
        self.turn = number;
        self.seal(number, now_us)
    }

    /// SEQ-006
    pub(super) const fn waits_for_left(&self) -> bool {
        self.left > 0 || self.more_left
    }

    /// Has a frame kept that is not.
    pub(super) fn keep_next(&mut self) {
        let fresh = |flight: &Flight| flight.tries == 0 && flight.lane.is_some();
        let Some((frame, flight)) = self.flights.iter_mut().find(|(_, flight)| fresh(flight)) else { return };
        flight.tries = 1;
        flight.state = State::Sent;
        self.actions.push_back(Action::Keep { frame: *frame, bytes: Arc::clone(&flight.bytes) });
    }

    /// WRT-007
    fn is_due(&self, lane: &Lane, now_us: u64) -> bool {
        let flush = &self.config.flush;
        let full = lane.queue.is_full(flush);
        let old = lane.queue.oldest_us().is_some_and(|oldest| now_us.saturating_sub(oldest) >= flush.max_age_us);
        let last = self.ending && (!lane.queue.is_empty() || self.wants_end(lane));
        (self.abandoned || lane.in_flight < self.most_in_flight(lane)) && (full || old || last)
    }

    /// SEQ-004: until the frame with EPOCH_START is acknowledged, nothing else is sent, for what came before it would be taken for
    /// the beginning.
    pub(super) fn most_in_flight(&self, lane: &Lane) -> usize {
        if lane.acknowledged { self.config.in_flight.max(1) } else { 1 }
    }

    const fn wants_end(&self, lane: &Lane) -> bool {
        self.ending && lane.has_started() && !lane.ended
    }

    fn seal(&mut self, number: u32, now_us: u64) -> Option<Sealing> {
        let ending = self.ending;
        let lane = self.lanes.get_mut(&number)?;
        // One at a time.
        let sealer = self.sealer.take()?;
        // Numbers that no frame has room for are missing until they are declared.
        while let Some(gap) = lane.queue.take_long_gap() {
            lane.dropped_total += gap.len();
            self.account.late_drops += gap.len();
            for (first, count, reason) in gap.ranges() {
                late_drops(lane, first, count, reason, now_us);
            }
        }
        let max_records = lane.queue.origin().common.max_records;
        // SEQ-011, SEQ-007. What waits before it must not come to need a number after it.
        if ending && !lane.ended && lane.queue.records.count < max_records && !lane.queue.has_long_gap() {
            lane.control(kinds::EPOCH_END, Payload::from(view::EpochEnd { reason: 1 }), now_us);
            lane.ended = true;
        }
        let (origin, slice) = (Arc::clone(lane.queue.origin()), lane.queue.take());
        Some(Sealing { sealer, origin, slice, dropped_total: lane.dropped_total })
    }

    /// A frame was sealed. Records may have been offered meanwhile.
    pub(super) fn sealed(&mut self, sealed: Sealed, now_us: u64) {
        let Sealed { sealer, lane: number, frame, rest, dropped } = sealed;
        self.sealer = Some(sealer);
        for (dropped, reason) in dropped.into_iter().filter(|(dropped, _)| !dropped.is_control()) {
            if let Some(lane) = self.lanes.get_mut(&number) {
                lane.lose(&dropped);
            }
            self.account.drop_queued(reason, 1);
            answer(&mut self.actions, dropped.ticket, Answer::NotPersisted(reason));
        }
        let Some(lane) = self.lanes.get_mut(&number) else { return };
        lane.queue.put_back(rest);
        let Some(SealedFrame { bytes, info, offered, waiting }) = frame else { return };
        lane.in_flight += 1;
        lane.dropped_total += u64::from(info.prelude.drop_count);
        self.account.queued -= offered;
        self.account.in_flight += offered;
        let partition = lane.partition;
        self.launch(Flight {
            lane: Some(number),
            partition,
            bytes,
            first: info.prelude.base_sequence,
            last: info.prelude.last_sequence(),
            declared: info.prelude.drop_count.into(),
            records: offered,
            waiting,
            tries: 0,
            state: State::Due(now_us),
            possibly: false,
        });
    }
}

pub(super) fn late_drops(lane: &mut Lane, first: u64, count: u64, reason: DropReason, now_us: u64) {
    let drops = view::LateDrops { first, count, reason: reason.number() };
    lane.control(kinds::LATE_DROPS, Payload::from(drops), now_us);
}
