//! Records are offered, and dropped where there is no room or no time for them.

use super::config::{DropReason, Policy};
use super::core::{Core, answer};
use super::queue::Queued;
use super::terms::{Answer, Offer, Offered};

impl Core {
    /// Offers a record to a lane. One that has found no room is offered again as it comes back: at its deadline it gets a number and is
    /// dropped, which the lane declares.
    pub fn offer(&mut self, number: u32, mut offer: Offer, now_us: u64) -> Offered {
        let kind = offer.record.payload.as_view().kind().unwrap_or(offer.record.kind);
        let policy = offer.policy.unwrap_or(Policy::of_kind(kind));
        let len = offer.record.len_at_most();
        let (records, max_len) = self.share();
        let ending = self.ending;
        let Some(lane) = self.lanes.get_mut(&number).filter(|lane| !ending && !lane.ended) else {
            return Offered::Refused(Box::new(offer));
        };
        // SEQ-014: the time that it has waited for room counts.
        let deadline_us = offer.deadline_us.unwrap_or_else(|| now_us.saturating_add(self.config.deadline_us));
        if offer.deadline_us.is_some_and(|deadline_us| deadline_us <= now_us) {
            return self.give_up(number, offer, now_us);
        }
        // Those who give way make room, but not for one who will not wait.
        while policy != Policy::DropNewest
            && (lane.queue.offered.count >= records || lane.queue.offered.len + len > max_len)
            && let Some(dropped) = lane.queue.drop_oldest(DropReason::QueueFull)
        {
            lane.lose(&dropped.record);
            self.account.drop_queued(DropReason::QueueFull, 1);
            answer(&mut self.actions, dropped.ticket, Answer::NotPersisted(DropReason::QueueFull));
        }
        let full = lane.queue.offered.count >= records || lane.queue.offered.len + len > max_len;
        if full && policy == Policy::Block && lane.queue.offered.count > 0 {
            offer.deadline_us = Some(deadline_us);
            return Offered::Full(Box::new(offer));
        }
        lane.start(now_us);
        let sequence = lane.number();
        self.account.offered += 1;
        lane.last_us = now_us;
        if full && policy != Policy::Block {
            lane.queue.push_gap(sequence, DropReason::QueueFull);
            *self.account.dropped.entry(DropReason::QueueFull).or_default() += 1;
            answer(&mut self.actions, offer.ticket, Answer::NotPersisted(DropReason::QueueFull));
            return Offered::Dropped(sequence, DropReason::QueueFull);
        }
        offer.record.sequence = sequence;
        self.account.queued += 1;
        let was_full = lane.queue.is_full(&self.config.flush);
        self.stirred |= lane.queue.records.count <= 1;
        lane.queue.push(Queued {
            record: Box::new(offer.record),
            len,
            policy,
            offered_us: now_us,
            deadline_us: Some(deadline_us),
            ticket: offer.ticket,
        });
        self.stirred |= !was_full && lane.queue.is_full(&self.config.flush);
        Offered::Queued(sequence)
    }

    /// Whether an offer since the last call has made something due, or due earlier than [`Self::next_us`] has said: [`Self::poll`] is to be
    /// called. Most offers only join those that wait.
    pub fn take_stirred(&mut self) -> bool {
        std::mem::take(&mut self.stirred) || !self.actions.is_empty()
    }

    /// Numbers a record that could not wait any longer, and drops it.
    fn give_up(&mut self, number: u32, offer: Offer, now_us: u64) -> Offered {
        let Some(lane) = self.lanes.get_mut(&number) else { return Offered::Refused(Box::new(offer)) };
        lane.start(now_us);
        let sequence = lane.number();
        lane.queue.push_gap(sequence, DropReason::Deadline);
        self.account.offered += 1;
        *self.account.dropped.entry(DropReason::Deadline).or_default() += 1;
        answer(&mut self.actions, offer.ticket, Answer::NotPersisted(DropReason::Deadline));
        Offered::Dropped(sequence, DropReason::Deadline)
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
                lane.lose(&dropped.record);
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
