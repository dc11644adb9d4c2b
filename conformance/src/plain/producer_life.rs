//! A producer from when it opens its state to when it is gone.

use super::gate::Gate;
use super::producer_destination::{Destination, Reply, Try};
use super::producer_lane::{DEADLINE, Lane, QUEUE_FULL, Sending};
use super::producer_record::{Offer, Record};
use super::producer_state::{LaneState, State};
use crate::protocol::OutcomeLine;
use dashstream_vectors::{OfferOutcome, ProducerSettings, WhenFull};

/// Milliseconds before something is tried again.
const PAUSE: u64 = 20;

/// What is around a producer, and outlives it.
pub(super) struct Outside {
    pub gate: Gate,
    pub settings: ProducerSettings,
    /// Milliseconds since the script began.
    pub now: u64,
    /// What is durable. There is a state while there is a producer.
    pub state: State,
    pub destination: Destination,
    pub outcomes: Vec<OutcomeLine>,
    /// Frames that were sealed in the script.
    pub frames: u64,
}

/// The producer.
pub(super) struct Life {
    pub lanes: Vec<Lane>,
}

impl Outside {
    /// SEQ-014
    fn answer(&mut self, offer: Offer, outcome: OfferOutcome) {
        self.outcomes.push(OutcomeLine { offer: offer.offer, outcome });
    }

    /// A lane's durable state, and an id for a frame.
    fn kept(&mut self, lane: usize) -> Option<(&mut LaneState, u64)> {
        self.frames += 1;
        Some((self.state.lanes.get_mut(lane)?, self.frames))
    }
}

impl Life {
    /// Seals what is in a lane's queue, as one frame. Whether there was anything.
    fn seal(&mut self, out: &mut Outside, place: usize) -> bool {
        let now = out.now;
        match (self.lanes.get_mut(place), out.kept(place)) {
            (Some(lane), Some((kept, id))) => lane.seal(kept, id, now),
            _ => false,
        }
    }

    /// Whether a lane has nothing underway: what is sealed is sent at once, so until then its records wait. Nothing overtakes what is
    /// left of older epochs, or EPOCH_START (SEQ-006, SEQ-012).
    fn is_free(&self, out: &Outside, place: usize) -> bool {
        out.state.lanes.get(place).is_some_and(|kept| kept.left.is_empty()) || out.gate.strict("SEQ-012")
    }

    /// SEQ-004, SEQ-005: each lane begins with EPOCH_START.
    pub(super) fn begin(&mut self, out: &mut Outside) {
        for place in 0..self.lanes.len() {
            let (Some(lane), Some(kept)) = (self.lanes.get_mut(place), out.state.lanes.get_mut(place)) else {
                continue;
            };
            // SEQ-006
            if out.gate.strict("SEQ-006.forgets") {
                kept.left.clear();
            }
            let mut before = (kept.epoch, kept.last);
            // SEQ-005, SEQ-003: a mutant has no epoch before the one that it uses again.
            if out.gate.strict("SEQ-005") || kept.epoch >= lane.identity.epoch {
                before = (0, 0);
            }
            // SEQ-004
            if !out.gate.strict("SEQ-004") {
                lane.push(Record::epoch_start(before.0, before.1));
            }
            // SEQ-006
            if out.gate.strict("SEQ-006") {
                self.seal(out, place);
            }
        }
    }

    /// A record is offered to a lane.
    pub(super) fn offer(&mut self, out: &mut Outside, place: usize, offer: u64, full: WhenFull) {
        let now = out.now;
        let offer = Offer { offer, deadline: now.saturating_add(out.settings.deadline_ms) };
        let has_room = self.has_room(out);
        let Some(lane) = self.lanes.get_mut(place) else {
            return;
        };
        let record = lane.number(Record::offered(offer, now));
        // SEQ-005
        if let Some(kept) = out.state.lanes.get_mut(place).filter(|_| out.gate.strict("SEQ-005.given")) {
            (kept.epoch, kept.last) = (lane.identity.epoch, record.number);
        }
        let number = record.number;
        let drops_newest = match full {
            WhenFull::DropNewest => !has_room,
            WhenFull::DropOldest => !has_room && !self.drop_oldest(out),
            WhenFull::Wait => false,
        };
        let Some(lane) = self.lanes.get_mut(place) else {
            return;
        };
        if drops_newest {
            lane.drop_number(number, QUEUE_FULL);
            out.answer(offer, OfferOutcome::NotPersisted);
        } else {
            lane.queue.push_back(record);
        }
        while self.admit(out) | self.seal_full(out) | self.send(out) {}
    }

    /// Whether there is room for one more record in the queue, of which all lanes have a part.
    fn has_room(&self, out: &Outside) -> bool {
        let queued = self.lanes.iter().map(Lane::queued).sum::<usize>();
        out.settings.queue.is_none_or(|most| super::bytes::wide(queued) < u64::from(most))
    }

    /// Offers, with the places of their lanes, that are in the queue, or wait for room.
    fn oldest(&self, admitted: bool) -> Option<(u64, usize)> {
        let of = |(place, lane): (usize, &Lane)| {
            let found = lane.queue.iter().filter(|record| record.admitted == admitted);
            found.filter_map(|record| record.offer).map(|offer| (offer.offer, place)).min()
        };
        self.lanes.iter().enumerate().filter_map(of).min()
    }

    /// The oldest record of the queue makes room. Whether there is one.
    fn drop_oldest(&mut self, out: &mut Outside) -> bool {
        let Some((offer, place)) = self.oldest(true) else {
            return false;
        };
        self.drop_offer(out, place, offer, QUEUE_FULL);
        true
    }

    /// A record is dropped that is not sealed: it is not there and will not be.
    fn drop_offer(&mut self, out: &mut Outside, place: usize, offer: u64, reason: u64) {
        let Some(lane) = self.lanes.get_mut(place) else {
            return;
        };
        if let Some(Record { number, offer: Some(offer), .. }) = lane.take_offer(offer) {
            lane.drop_number(number, reason);
            out.answer(offer, OfferOutcome::NotPersisted);
        }
    }

    /// Who waits for room comes into the queue, in the order of the offers. Whether somebody did.
    fn admit(&mut self, out: &Outside) -> bool {
        let mut any = false;
        while let Some((offer, place)) = self.oldest(false).filter(|_| self.has_room(out)) {
            self.lanes.iter_mut().skip(place).take(1).for_each(|lane| lane.admit(offer));
            any = true;
        }
        any
    }

    /// Seals frames that take no more records. Whether there were any.
    fn seal_full(&mut self, out: &mut Outside) -> bool {
        let mut any = false;
        for place in 0..self.lanes.len() {
            let is_full = self.lanes.get(place).is_some_and(Lane::is_full);
            any |= is_full && self.is_free(out, place) && self.seal(out, place);
        }
        any
    }

    /// Seals frames whose first record has waited long enough. Whether there were any.
    fn seal_due(&mut self, out: &mut Outside) -> bool {
        let mut any = false;
        for place in 0..self.lanes.len() {
            let is_due = self.lanes.get(place).is_some_and(|lane| lane.is_due(out.now, out.settings.linger_ms));
            any |= is_due && self.is_free(out, place) && self.seal(out, place);
        }
        any
    }

    /// SEQ-010: when a lane that is silent says that it lives.
    fn heartbeat_at(&self, out: &Outside, place: usize) -> Option<u64> {
        let (lane, kept) = (self.lanes.get(place)?, out.state.lanes.get(place)?);
        let silent = out.settings.heartbeat_ms > 0 && lane.queue.is_empty() && kept.left.is_empty() && !lane.ended;
        silent.then(|| lane.sealed_at.saturating_add(out.settings.heartbeat_ms))
    }

    fn heartbeats(&mut self, out: &mut Outside) -> bool {
        let mut any = false;
        for place in 0..self.lanes.len() {
            if self.heartbeat_at(out, place).is_some_and(|at| at <= out.now) {
                self.lanes.iter_mut().skip(place).take(1).for_each(|lane| lane.push(Record::heartbeat()));
                any |= self.seal(out, place);
            }
        }
        any
    }

    /// Sends what is to be sent. Whether there was anything.
    fn send(&mut self, out: &mut Outside) -> bool {
        let mut any = false;
        for place in 0..self.lanes.len() {
            let (Some(lane), Some(kept)) = (self.lanes.get_mut(place), out.state.lanes.get(place)) else {
                continue;
            };
            let Some(frame) = lane.to_send(kept, out.now) else {
                continue;
            };
            any = true;
            let attempt = Try { lane: place, frame: frame.id };
            lane.sending.insert(frame.id, Sending::Underway);
            if let Some(reply) = out.destination.take(attempt, &frame) {
                self.learn(out, attempt, reply);
            }
        }
        any
    }

    /// The destination says what became of a try.
    pub(super) fn learn(&mut self, out: &mut Outside, attempt: Try, reply: Reply) {
        let gate = out.gate;
        let (Some(lane), Some(kept)) = (self.lanes.get_mut(attempt.lane), out.state.lanes.get_mut(attempt.lane)) else {
            return;
        };
        let Some(frame) = kept.left.iter_mut().find(|frame| frame.id == attempt.frame) else {
            return;
        };
        // SEQ-015
        let stored = reply == Reply::Stored || (reply == Reply::Unknown && gate.strict("SEQ-015"));
        let refused = reply == Reply::NotStored && gate.strict("SEQ-015.refused");
        if stored {
            // SEQ-005
            if gate.strict("SEQ-005.acknowledged") {
                (kept.epoch, kept.last) = (frame.epoch, frame.last);
            }
            kept.left.retain(|frame| frame.id != attempt.frame);
            lane.sending.remove(&attempt.frame);
        } else {
            // WRT-006
            if gate.strict("WRT-006") {
                frame.bytes = super::producer_frame::anew(&frame.bytes);
            }
            // SEQ-017
            let pause = if gate.strict("SEQ-017") { u64::MAX } else { PAUSE };
            lane.sending.insert(attempt.frame, Sending::Pause(out.now.saturating_add(pause)));
        }
        if stored || refused {
            let outcome = if stored { OfferOutcome::Persisted } else { OfferOutcome::NotPersisted };
            let offers = lane.unanswered.remove(&attempt.frame).unwrap_or_default();
            offers.into_iter().for_each(|offer| out.answer(offer, outcome));
        }
    }

    /// SEQ-014: answers those whose deadline has come. Whether there were any.
    fn expire(&mut self, out: &mut Outside) -> bool {
        let now = out.now;
        let mut any = false;
        for place in 0..self.lanes.len() {
            let Some(lane) = self.lanes.get_mut(place) else {
                continue;
            };
            // What is sealed is kept, and may be there or come to be. SEQ-015
            let late = take_late(lane, now);
            // SEQ-015
            let outcome = if out.gate.strict("SEQ-015.not") {
                OfferOutcome::NotPersisted
            } else {
                OfferOutcome::PossiblyPersisted
            };
            late.iter().for_each(|(_, offer)| out.answer(*offer, outcome));
            // SEQ-017
            if out.gate.strict("SEQ-017.deadline") {
                lane.sending.extend(late.iter().map(|(frame, _)| (*frame, Sending::Pause(u64::MAX))));
            }
            // SEQ-009
            if out.gate.strict("SEQ-009") {
                late.iter().for_each(|(frame, _)| declare_what_may_be_there(lane, out, place, *frame));
            }
            // What is not sealed is dropped.
            let in_queue = lane.queue.iter().filter_map(|record| record.offer);
            let dropped: Vec<u64> = in_queue.filter(|offer| offer.deadline <= now).map(|offer| offer.offer).collect();
            any |= !late.is_empty() || !dropped.is_empty();
            dropped.into_iter().for_each(|offer| self.drop_offer(out, place, offer, DEADLINE));
        }
        any
    }

    /// Works until nothing is left to do at this time.
    pub(super) fn settle(&mut self, out: &mut Outside) {
        loop {
            let sealed = self.heartbeats(out) | self.admit(out) | self.seal_full(out) | self.seal_due(out);
            if !(self.send(out) | sealed | self.expire(out)) {
                return;
            }
        }
    }

    /// When there is something to do next.
    fn next_time(&self, out: &Outside) -> Option<u64> {
        let lanes = self.lanes.iter().flat_map(|lane| lane.times(out.settings.linger_ms));
        let heartbeats = (0..self.lanes.len()).filter_map(|place| self.heartbeat_at(out, place));
        lanes.chain(heartbeats).filter(|time| *time > out.now).min()
    }

    /// Whether nothing waits, and everything is acknowledged.
    fn is_done(&self, out: &Outside) -> bool {
        self.lanes.iter().all(|lane| lane.queue.is_empty()) && out.state.lanes.iter().all(|kept| kept.left.is_empty())
    }

    /// Time passes, up to `end`, or until all is done where `drains`.
    pub(super) fn pass_time(&mut self, out: &mut Outside, end: u64, drains: bool) {
        self.settle(out);
        while !(drains && self.is_done(out)) {
            match self.next_time(out).filter(|time| *time <= end) {
                Some(time) => out.now = time,
                None => {
                    out.now = end;
                    return;
                }
            }
            self.settle(out);
        }
    }

    /// What waits for another try is tried at once.
    pub(super) fn wake(&mut self, out: &Outside) {
        for lane in &mut self.lanes {
            // What a mutant gives up stays so.
            let waits = |sending: &&mut Sending| !matches!(sending, Sending::Underway | Sending::Pause(u64::MAX));
            lane.sending.values_mut().filter(waits).for_each(|sending| *sending = Sending::Pause(out.now));
        }
    }

    /// SEQ-011: the end of each lane, behind what waits.
    fn end(&mut self, out: &mut Outside) {
        for place in 0..self.lanes.len() {
            let Some(lane) = self.lanes.get_mut(place) else {
                continue;
            };
            lane.queue.iter_mut().for_each(|record| record.admitted = true);
            let end = lane.number(Record::epoch_end());
            lane.ended = true;
            // SEQ-007
            if out.gate.strict("SEQ-007") {
                lane.queue.push_front(end);
                let most = std::mem::replace(&mut lane.max_records, 1);
                self.seal(out, place);
                self.lanes.iter_mut().skip(place).take(1).for_each(|lane| lane.max_records = most);
                continue;
            }
            lane.queue.push_back(end);
            if out.gate.strict("SEQ-007.heartbeat") {
                lane.push(Record::heartbeat());
            }
        }
    }

    /// The producer ends as it should.
    pub(super) fn close(&mut self, out: &mut Outside, ms: u64) {
        self.end(out);
        let end = out.now.saturating_add(ms);
        self.pass_time(out, end, true);
        // What is left is sealed, and sent by whoever opens the state next. SEQ-014, SEQ-015
        for place in 0..self.lanes.len() {
            while self.seal(out, place) {}
        }
        for lane in &mut self.lanes {
            let unanswered = std::mem::take(&mut lane.unanswered);
            unanswered.into_values().flatten().for_each(|offer| out.answer(offer, OfferOutcome::PossiblyPersisted));
        }
    }
}

/// Takes those out whose records are sealed and whose deadline has come, each with the frame.
fn take_late(lane: &mut Lane, now: u64) -> Vec<(u64, Offer)> {
    let mut late = Vec::new();
    // SEQ-014
    if lane.gate.strict("SEQ-014") {
        return late;
    }
    for (frame, offers) in &mut lane.unanswered {
        late.extend(offers.iter().filter(|offer| offer.deadline <= now).map(|offer| (*frame, *offer)));
        // SEQ-014
        if lane.gate.strict("SEQ-014.twice") {
            offers.iter_mut().filter(|offer| offer.deadline <= now).for_each(|offer| offer.deadline = u64::MAX);
        } else {
            offers.retain(|offer| offer.deadline > now);
        }
    }
    late
}

/// SEQ-009: a mutant gives up a frame that was sent, and declares its numbers dropped.
fn declare_what_may_be_there(lane: &mut Lane, out: &mut Outside, place: usize, id: u64) {
    let Some(kept) = out.state.lanes.get_mut(place).filter(|_| lane.sending.contains_key(&id)) else {
        return;
    };
    if let Some(frame) = kept.left.iter().find(|frame| frame.id == id).cloned() {
        kept.left.retain(|frame| frame.id != id);
        lane.sending.remove(&id);
        lane.push(Record { since: out.now, ..Record::late_drops(frame.first, frame.last - frame.first + 1, DEADLINE) });
    }
}
