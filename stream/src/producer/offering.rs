//! Records are offered, and dropped where there is no room or no time for them.

use dashstream_codec::RecordInput;
use dashstream_codec::view::Payload;

use super::config::{DropReason, Policy};
use super::core::{Core, answer};
use super::slot::Slot;
use super::terms::{Answer, Offered, Terms};

impl Core {
    /// Offers a record to a lane: it is encoded at once. `record.sequence` is not looked at, nor is `record.payload`. One that cannot be encoded
    /// has a number, and is dropped, which the lane declares; so is one that has found no room, when it is offered again at its deadline.
    pub fn offer(
        &mut self,
        number: u32,
        record: &RecordInput<'_>,
        payload: &Payload<'_>,
        terms: &Terms,
        now_us: u64,
    ) -> Offered {
        let policy = terms.policy.unwrap_or(Policy::of_kind(payload.kind().unwrap_or(record.kind)));
        let len = record.len_at_most(payload);
        let ending = self.ending;
        if !self.lanes.get(&number).is_some_and(|lane| !ending && !lane.ended) {
            return Offered::Refused;
        }
        // SEQ-014: the time that it has waited for room counts.
        if terms.deadline_us.is_some_and(|deadline_us| deadline_us <= now_us) {
            return self.drop_new(number, terms.ticket, DropReason::Deadline, now_us);
        }
        let deadline_us = terms.deadline_us.unwrap_or_else(|| now_us.saturating_add(self.config.deadline_us));
        if !self.make_room(number, len, policy) {
            match policy {
                Policy::Block if self.has_offered(number) => return Offered::Full { deadline_us },
                Policy::Block => {}
                _ => return self.drop_new(number, terms.ticket, DropReason::QueueFull, now_us),
            }
        }
        let is_state = matches!(payload, Payload::StateDiff(_) | Payload::StateSnapshot(_));
        let (ticket, deadline_us) = (terms.ticket, Some(deadline_us));
        // The number is given when it is encoded.
        let slot = Slot { sequence: 0, len, policy, is_state, offered_us: now_us, deadline_us, ticket };
        self.place(number, slot, record, payload, now_us)
    }

    /// Whether there is room in a lane, or comes to be: those who give way make room, but not for one who will not wait.
    fn make_room(&mut self, number: u32, len: usize, policy: Policy) -> bool {
        let (records, max_len) = self.share();
        let Some(lane) = self.lanes.get_mut(&number) else { return false };
        loop {
            if lane.queue.offered.count < records && lane.queue.offered.len.saturating_add(len) <= max_len {
                return true;
            }
            if policy == Policy::DropNewest {
                return false;
            }
            let Some(dropped) = lane.queue.drop_oldest(DropReason::QueueFull) else { return false };
            lane.lose(&dropped);
            self.account.drop_queued(DropReason::QueueFull, 1);
            answer(&mut self.actions, dropped.ticket, Answer::NotPersisted(DropReason::QueueFull));
        }
    }

    fn has_offered(&self, number: u32) -> bool {
        self.lanes.get(&number).is_some_and(|lane| lane.queue.offered.count > 0)
    }

    /// Numbers a record, encodes it and queues it.
    fn place(
        &mut self,
        number: u32,
        slot: Slot,
        record: &RecordInput<'_>,
        payload: &Payload<'_>,
        now_us: u64,
    ) -> Offered {
        let Some(lane) = self.lanes.get_mut(&number) else { return Offered::Refused };
        lane.start(now_us);
        let sequence = lane.number();
        lane.last_us = now_us;
        let was_full = lane.queue.is_full(&self.config.flush);
        let slot = Slot { sequence, ..slot };
        if let Err(reason) = lane.queue.push(slot, record, payload) {
            lane.lose(&slot);
            return self.drop_numbered(number, sequence, slot.ticket, reason);
        }
        self.account.offered += 1;
        self.account.queued += 1;
        // With what begins a lane they are two.
        self.stirred |= lane.queue.records.count <= 2 || (!was_full && lane.queue.is_full(&self.config.flush));
        Offered::Queued(sequence)
    }

    /// Whether an offer since the last call has made something due, or due earlier than [`Self::next_us`] has said: [`Self::poll`] is to be
    /// called. Most offers only join those that wait.
    pub fn take_stirred(&mut self) -> bool {
        std::mem::take(&mut self.stirred) || !self.actions.is_empty()
    }

    /// Numbers a record that is not queued, and drops it.
    fn drop_new(&mut self, number: u32, ticket: Option<u64>, reason: DropReason, now_us: u64) -> Offered {
        let Some(lane) = self.lanes.get_mut(&number) else { return Offered::Refused };
        lane.start(now_us);
        let sequence = lane.number();
        self.drop_numbered(number, sequence, ticket, reason)
    }

    /// Drops a record that has the next number and is not queued.
    fn drop_numbered(&mut self, number: u32, sequence: u64, ticket: Option<u64>, reason: DropReason) -> Offered {
        let Some(lane) = self.lanes.get_mut(&number) else { return Offered::Refused };
        lane.queue.push_gap(sequence, reason);
        self.account.offered += 1;
        *self.account.dropped.entry(reason).or_default() += 1;
        answer(&mut self.actions, ticket, Answer::NotPersisted(reason));
        // It is to be declared.
        self.stirred = true;
        Offered::Dropped(sequence, reason)
    }

    /// Records and bytes that may wait in a lane.
    fn share(&self) -> (usize, usize) {
        let lanes = self.lanes.len().max(1);
        ((self.config.max_queued / lanes).max(1), self.config.max_queued_len / lanes)
    }

    /// Drops what waits too long, and answers those whose deadline has come.
    pub(super) fn expire(&mut self, now_us: u64) {
        for lane in self.lanes.values_mut() {
            for dropped in lane.queue.expire(Some(now_us), DropReason::Deadline) {
                lane.lose(&dropped);
                self.account.drop_queued(DropReason::Deadline, 1);
                answer(&mut self.actions, dropped.ticket, Answer::NotPersisted(DropReason::Deadline));
            }
        }
        for flight in self.flights.values_mut() {
            let actions = &mut self.actions;
            flight.waiting.retain(|(ticket, deadline)| {
                let waits = now_us < *deadline;
                if !waits {
                    answer(actions, Some(*ticket), Answer::PossiblyPersisted);
                }
                waits
            });
        }
    }
}
