//! The producer without time, threads and I/O: records and outcomes go in, frames and answers come out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::{Encoder, view};
use dashstream_proto::kinds;
use fastrand::Rng;

use super::account::Account;
use super::config::{DropReason, Policy, ProducerConfig};
use super::flight::{Flight, State, waiting};
use super::lane::Lane;
use super::queue::Queued;
use super::seal::{Sealer, Who};
use crate::backoff::Backoff;
use crate::identity::Lane as Kept;

/// A frame that was sealed, in this life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameId(u64);

/// A record that is offered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    /// The record. Its sequence number is given by the producer.
    pub record: Record,
    /// What happens where there is no room; [`Policy::of_kind`] where nothing is said.
    pub policy: Option<Policy>,
    /// Who wants to know what becomes of it: a number of the caller's, that comes back in [`Answer`].
    pub ticket: Option<u64>,
}

/// What became of an offer.
#[derive(Clone, Debug, PartialEq)]
pub enum Offered {
    /// It has this number, and waits to be sealed.
    Queued(u64),
    /// It had this number, and was dropped, which the lane will declare.
    Dropped(u64, DropReason),
    /// There is no room, and its policy is to wait for it: offer it again when something has changed. It has no number.
    Full(Box<Offer>),
    /// The producer has ended, or has no such lane. It has no number.
    Refused(Box<Offer>),
}

/// What the caller has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send a frame; before the first time make it durable (`fresh`). Tell [`Core::outcome`] what became of it.
    Send {
        /// The frame.
        frame: FrameId,
        /// Where to, on transports with partitions.
        partition: Option<u32>,
        /// Its bytes, the same each time (WRT-006).
        bytes: Arc<[u8]>,
        /// Whether it was never sent.
        fresh: bool,
    },
    /// Make a frame durable, for the next life to send: this one is at its end ([`Core::abandon`]).
    Keep {
        /// The frame.
        frame: FrameId,
        /// Its bytes.
        bytes: Arc<[u8]>,
    },
    /// A frame is where it has to be, or will not be sent again: it need not be kept.
    Forget(FrameId),
    /// Tell who waits what became of a record.
    Answer(u64, Answer),
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is there.
    Persisted,
    /// It is not there and will not be, and the lane declares it dropped.
    NotPersisted(DropReason),
    /// Its deadline has passed while its frame was under way: it may be there, or come to be there.
    PossiblyPersisted,
}

/// What became of a try to send a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is there.
    Persisted,
    /// This try has not put it there; another may.
    NotPersisted,
    /// This try has not put it there, and no other will.
    Refused,
    /// Nobody knows.
    PossiblyPersisted,
}

/// The producer.
#[derive(Debug)]
pub struct Core {
    config: ProducerConfig,
    sealer: Sealer,
    lanes: BTreeMap<u32, Lane>,
    flights: BTreeMap<FrameId, Flight>,
    next_frame: u64,
    /// Frames of earlier lives whose outcome is not known: nothing else is sealed before (SEQ-006).
    left: usize,
    /// There are more of them than are here.
    more_left: bool,
    account: Account,
    actions: VecDeque<Action>,
    /// The lane that was sealed last, so that each gets its turn.
    turn: u32,
    /// What was offered has changed when something is due.
    stirred: bool,
    /// No more records are taken.
    ending: bool,
    /// Frames are sealed although they cannot be sent now.
    abandoned: bool,
    rng: Rng,
}

impl Core {
    /// A producer with these lanes, as its identity has kept them, and with frames that an earlier life has left, in the
    /// order of its spool. `seed` is for the jitter of retries.
    #[must_use]
    pub fn new<'l>(
        config: ProducerConfig,
        who: Who,
        encoder: Encoder,
        lanes: impl IntoIterator<Item = (u32, &'l Kept)>,
        seed: u64,
    ) -> Self {
        Self {
            config,
            sealer: Sealer::new(who, encoder),
            lanes: lanes.into_iter().map(|(number, kept)| (number, Lane::new(kept))).collect(),
            flights: BTreeMap::new(),
            next_frame: 0,
            left: 0,
            more_left: false,
            account: Account::default(),
            actions: VecDeque::new(),
            turn: 0,
            stirred: false,
            ending: false,
            abandoned: false,
            rng: Rng::with_seed(seed),
        }
    }

    /// Adds a lane that the identity has just got.
    pub fn add_lane(&mut self, number: u32, kept: &Kept) {
        self.lanes.entry(number).or_insert_with(|| Lane::new(kept));
    }

    /// Takes a frame that an earlier life has left, and that is sent before all that is sealed here. Its partition is
    /// that of its lane. `more` says that there are others, which are given when these are done with: until then nothing is
    /// sealed.
    pub fn add_left(&mut self, lane: u32, bytes: Vec<u8>, more: bool) -> FrameId {
        self.more_left = more;
        let partition = self.lanes.get(&lane).and_then(|lane| lane.partition);
        self.left += 1;
        self.launch(Flight {
            lane: None,
            partition,
            bytes: bytes.into(),
            first: 0,
            last: 0,
            declared: 0,
            records: 0,
            waiting: Vec::new(),
            tries: 0,
            state: State::Due(0),
            // Nobody knows what its own life has come to know of it.
            possibly: true,
        })
    }

    fn launch(&mut self, flight: Flight) -> FrameId {
        let frame = FrameId(self.next_frame);
        self.next_frame += 1;
        self.flights.insert(frame, flight);
        frame
    }

    /// How it works.
    #[must_use]
    pub const fn config(&self) -> &ProducerConfig {
        &self.config
    }

    /// Frames of earlier lives whose outcome is not known.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.left
    }

    /// What became of the records so far.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// Whether nothing waits and nothing is under way; of a core that was abandoned, whether all that waited is sealed.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let flies = |flight: &Flight| !self.abandoned || (flight.tries == 0 && flight.lane.is_some());
        let ended = |lane: &Lane| lane.queue.is_empty() && (!self.ending || lane.ended || !lane.has_started());
        !self.flights.values().any(flies) && self.lanes.values().all(ended)
    }

    /// Offers a record to a lane.
    pub fn offer(&mut self, number: u32, mut offer: Offer, now_us: u64) -> Offered {
        let kind = offer.record.payload.as_view().kind().unwrap_or(offer.record.kind);
        let policy = offer.policy.unwrap_or(Policy::of_kind(kind));
        let len = offer.record.len_at_most();
        let (records, max_len) = self.share();
        let ending = self.ending;
        let Some(lane) = self.lanes.get_mut(&number).filter(|lane| !ending && !lane.ended) else {
            return Offered::Refused(Box::new(offer));
        };
        // Those who give way make room, but not for one who will not wait.
        while policy != Policy::DropNewest
            && (lane.queue.offered.count >= records || lane.queue.offered.len + len > max_len)
            && let Some(dropped) = lane.queue.drop_oldest(DropReason::QueueFull)
        {
            self.account.drop_queued(DropReason::QueueFull, 1);
            answer(&mut self.actions, dropped.ticket, Answer::NotPersisted(DropReason::QueueFull));
        }
        let full = lane.queue.offered.count >= records || lane.queue.offered.len + len > max_len;
        if full && policy == Policy::Block && lane.queue.offered.count > 0 {
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
            deadline_us: Some(now_us.saturating_add(self.config.deadline_us)),
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

    /// Numbers a record that could not wait any longer for room, and drops it: the lane declares it.
    pub fn give_up(&mut self, number: u32, offer: &Offer, now_us: u64) -> Offered {
        let Some(lane) = self.lanes.get_mut(&number).filter(|lane| !lane.ended) else {
            return Offered::Refused(Box::new(offer.clone()));
        };
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

    /// What is to be done now; `None` where there is nothing, until [`Self::next_us`] or something else happens.
    pub fn poll(&mut self, now_us: u64) -> Option<Action> {
        if let Some(action) = self.actions.pop_front() {
            return Some(action);
        }
        self.expire(now_us);
        self.beat(now_us);
        if self.abandoned {
            self.keep_next(now_us);
        } else if self.actions.is_empty() {
            self.send_again(now_us);
            if self.actions.is_empty() && !self.waits_for_left() {
                self.seal_next(now_us);
                self.send_again(now_us);
            }
        }
        self.actions.pop_front()
    }

    /// When something happens by itself, at the earliest.
    #[must_use]
    pub fn next_us(&self) -> Option<u64> {
        let some = if self.left > 0 { 1 } else { usize::MAX };
        let flights = self.flights.values().take(some).flat_map(|flight| {
            let due = match flight.state {
                State::Due(at) => Some(at),
                State::Sent => None,
            };
            due.into_iter().chain(flight.waiting.iter().map(|(_, deadline)| *deadline))
        });
        let lanes = self.lanes.values().flat_map(|lane| {
            let linger = lane.queue.oldest_us().map(|oldest| oldest.saturating_add(self.config.flush.max_age_us));
            let linger = linger.filter(|_| lane.in_flight < self.most_in_flight(lane) && !self.waits_for_left());
            let heartbeat = (self.beats(lane) && lane.queue.is_empty())
                .then(|| lane.last_us.saturating_add(self.config.heartbeat_us));
            [linger, heartbeat, lane.queue.next_deadline_us()].into_iter().flatten()
        });
        flights.chain(lanes).min()
    }

    /// Drops what waits too long, and answers those whose deadline has come.
    fn expire(&mut self, now_us: u64) {
        for lane in self.lanes.values_mut() {
            for dropped in lane.queue.expire(Some(now_us), DropReason::Deadline) {
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

    const fn beats(&self, lane: &Lane) -> bool {
        self.config.heartbeat_us > 0 && lane.has_started() && !lane.ended
    }

    /// SEQ-010
    fn beat(&mut self, now_us: u64) {
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

    fn send_again(&mut self, now_us: u64) {
        let due = |flight: &Flight| matches!(flight.state, State::Due(at) if at <= now_us);
        // What an earlier life has left goes in its order: one after another.
        let some = if self.left > 0 { 1 } else { usize::MAX };
        let mut flights = self.flights.iter_mut().take(some);
        let Some((frame, flight)) = flights.find(|(_, flight)| due(flight)) else { return };
        let fresh = flight.tries == 0 && flight.lane.is_some();
        flight.tries = flight.tries.saturating_add(1);
        flight.state = State::Sent;
        let (partition, bytes) = (flight.partition, Arc::clone(&flight.bytes));
        self.actions.push_back(Action::Send { frame: *frame, partition, bytes, fresh });
    }

    /// Seals a frame of the next lane that has one.
    fn seal_next(&mut self, now_us: u64) {
        let order = self.lanes.range(self.turn + 1..).chain(self.lanes.range(..=self.turn));
        let next = order.filter(|(_, lane)| self.is_due(lane, now_us)).map(|(number, _)| *number).next();
        let Some(number) = next else { return };
        self.turn = number;
        self.seal(number, now_us);
    }

    /// SEQ-006
    const fn waits_for_left(&self) -> bool {
        self.left > 0 || self.more_left
    }

    /// Seals a frame and has it kept.
    fn keep_next(&mut self, now_us: u64) {
        self.seal_next(now_us);
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
    fn most_in_flight(&self, lane: &Lane) -> usize {
        if lane.acknowledged { self.config.in_flight.max(1) } else { 1 }
    }

    const fn wants_end(&self, lane: &Lane) -> bool {
        self.ending && lane.has_started() && !lane.ended
    }

    fn seal(&mut self, number: u32, now_us: u64) {
        let ending = self.ending;
        let Some(lane) = self.lanes.get_mut(&number) else { return };
        // Numbers that no frame has room for are missing until they are declared.
        while let Some(gap) = lane.queue.take_long_gap() {
            lane.dropped_total += gap.len();
            self.account.late_drops += gap.len();
            for (first, count, reason) in gap.ranges() {
                late_drops(lane, first, count, reason, now_us);
            }
        }
        let max_records = Sealer::max_records(self.config.flush.max_records);
        // SEQ-011, SEQ-007. What waits before it must not come to need a number after it.
        if ending && !lane.ended && lane.queue.records.count < max_records && !lane.queue.has_long_gap() {
            lane.control(kinds::EPOCH_END, Payload::from(view::EpochEnd { reason: 1 }), now_us);
            lane.ended = true;
        }
        let slice = lane.queue.take(max_records, self.config.flush.max_len);
        let sealed = self.sealer.seal(number, &lane.tenant, slice, lane.dropped_total);
        lane.queue.put_back(sealed.rest);
        for (dropped, reason) in sealed.dropped.into_iter().filter(|(dropped, _)| !dropped.is_control()) {
            self.account.drop_queued(reason, 1);
            answer(&mut self.actions, dropped.ticket, Answer::NotPersisted(reason));
        }
        let Some((bytes, info, records)) = sealed.frame else { return };
        let offered = records.iter().filter(|queued| !queued.is_control()).count() as u64;
        lane.in_flight += 1;
        lane.dropped_total += u64::from(info.prelude.drop_count);
        self.account.queued -= offered;
        self.account.in_flight += offered;
        let partition = lane.partition;
        self.launch(Flight {
            lane: Some(number),
            partition,
            bytes: bytes.into(),
            first: info.prelude.base_sequence,
            last: info.prelude.last_sequence(),
            declared: info.prelude.drop_count.into(),
            records: offered,
            waiting: waiting(&records),
            tries: 0,
            state: State::Due(now_us),
            possibly: false,
        });
    }

    /// Says what became of a frame that was sent.
    pub fn outcome(&mut self, frame: FrameId, tried: Tried, now_us: u64) {
        let Some(flight) = self.flights.get_mut(&frame).filter(|flight| flight.state == State::Sent) else { return };
        match tried {
            Tried::Persisted => self.persisted(frame),
            Tried::Refused => self.refused(frame, now_us),
            Tried::NotPersisted | Tried::PossiblyPersisted => {
                if tried == Tried::PossiblyPersisted && !flight.possibly {
                    flight.possibly = true;
                    self.account.in_flight -= flight.records;
                    self.account.possibly_persisted += flight.records;
                }
                let backoff = Backoff { first_us: self.config.backoff_us, most_us: self.config.max_backoff_us };
                let wait = backoff.draw_us(flight.tries, &mut self.rng);
                flight.state = State::Due(now_us.saturating_add(wait));
            }
        }
    }

    fn land(&mut self, frame: FrameId) -> Option<Flight> {
        let flight = self.flights.remove(&frame)?;
        match flight.lane.and_then(|lane| self.lanes.get_mut(&lane)) {
            Some(lane) => lane.in_flight = lane.in_flight.saturating_sub(1),
            None => self.left = self.left.saturating_sub(1),
        }
        let place = if flight.possibly { &mut self.account.possibly_persisted } else { &mut self.account.in_flight };
        *place -= flight.records;
        Some(flight)
    }

    fn persisted(&mut self, frame: FrameId) {
        let Some(flight) = self.land(frame) else { return };
        if let Some(lane) = flight.lane.and_then(|lane| self.lanes.get_mut(&lane)) {
            lane.acknowledged = true;
        }
        self.account.acknowledged += flight.records;
        self.actions.push_back(Action::Forget(frame));
        for (ticket, _) in flight.waiting {
            answer(&mut self.actions, Some(ticket), Answer::Persisted);
        }
    }

    /// A frame that will never be there. Where it was never possible that it is, its numbers are declared (SEQ-009).
    fn refused(&mut self, frame: FrameId, now_us: u64) {
        let Some(flight) = self.land(frame) else { return };
        self.actions.push_back(Action::Forget(frame));
        let told = if flight.possibly { Answer::PossiblyPersisted } else { Answer::NotPersisted(DropReason::Refused) };
        for (ticket, _) in &flight.waiting {
            answer(&mut self.actions, Some(*ticket), told);
        }
        if flight.possibly {
            self.account.possibly_persisted += flight.records;
            return;
        }
        *self.account.dropped.entry(DropReason::Refused).or_default() += flight.records;
        if let Some(lane) = flight.lane.and_then(|lane| self.lanes.get_mut(&lane)).filter(|lane| !lane.ended) {
            let span = flight.last - flight.first + 1;
            lane.dropped_total += span - flight.declared;
            self.account.late_drops += span;
            late_drops(lane, flight.first, span, DropReason::Refused, now_us);
        }
    }

    /// Takes no more records, and seals what waits, with EPOCH_END as the last record of each lane (SEQ-011). All is sent when
    /// [`Self::is_idle`].
    pub const fn end(&mut self) {
        self.ending = true;
    }

    /// Drops what waits, and seals all the same, so that the last frame of each lane declares it. The frames are kept and not sent:
    /// there is no time any more to wait for their outcomes. Those that are under way stay so.
    pub fn abandon(&mut self) {
        (self.ending, self.abandoned) = (true, true);
        for lane in self.lanes.values_mut() {
            for dropped in lane.queue.expire(None, DropReason::Shutdown) {
                self.account.drop_queued(DropReason::Shutdown, 1);
                answer(&mut self.actions, dropped.ticket, Answer::NotPersisted(DropReason::Shutdown));
            }
        }
    }
}

fn answer(actions: &mut VecDeque<Action>, ticket: Option<u64>, answer: Answer) {
    actions.extend(ticket.map(|ticket| Action::Answer(ticket, answer)));
}

fn late_drops(lane: &mut Lane, first: u64, count: u64, reason: DropReason, now_us: u64) {
    let drops = view::LateDrops { first, count, reason: reason.number() };
    lane.control(kinds::LATE_DROPS, Payload::from(drops), now_us);
}
