//! The producer without time, threads and I/O: records and outcomes go in, frames and answers come out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use dashstream_codec::Encoder;
use fastrand::Rng;

use super::account::Account;
use super::config::{DropReason, ProducerConfig};
use super::flight::{Flight, State};
use super::lane::Lane;
use super::origin::{Common, Who};
use super::seal::{Sealer, Sealing};
use super::terms::{Action, Answer, FrameId};
use crate::identity::Lane as Kept;

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Step {
    /// This, by the caller.
    Act(Action),
    /// A frame is to be sealed, and told by [`Core::sealed`].
    Seal(Sealing),
}

/// The producer.
#[derive(Debug)]
pub struct Core {
    pub(super) config: ProducerConfig,
    common: Arc<Common>,
    /// `None` while a frame is being sealed: one at a time.
    pub(super) sealer: Option<Box<Sealer>>,
    pub(super) lanes: BTreeMap<u32, Lane>,
    pub(super) flights: BTreeMap<FrameId, Flight>,
    pub(super) next_frame: u64,
    /// Frames of earlier lives whose outcome is not known: nothing else is sealed before (SEQ-006).
    pub(super) left: usize,
    /// There are more of them than are here.
    pub(super) more_left: bool,
    pub(super) account: Account,
    pub(super) actions: VecDeque<Action>,
    /// The lane that was sealed last, so that each gets its turn.
    pub(super) turn: u32,
    /// What was offered has changed when something is due.
    pub(super) stirred: bool,
    /// No more records are taken.
    pub(super) ending: bool,
    /// Frames are sealed although they cannot be sent now.
    pub(super) abandoned: bool,
    pub(super) rng: Rng,
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
        let common = Arc::new(Common::new(who, &config.flush, encoder.config().max_frame_len));
        let lane = |(number, kept)| (number, Lane::new(number, kept, &common));
        Self {
            config,
            sealer: Some(Box::new(Sealer::new(encoder))),
            lanes: lanes.into_iter().map(lane).collect(),
            common,
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
        self.lanes.entry(number).or_insert_with(|| Lane::new(number, kept, &self.common));
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

    pub(super) fn launch(&mut self, flight: Flight) -> FrameId {
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
        self.sealer.is_some() && !self.flights.values().any(flies) && self.lanes.values().all(ended)
    }

    /// What is to be done now; `None` where there is nothing, until [`Self::next_us`] or something else happens.
    pub fn poll(&mut self, now_us: u64) -> Option<Action> {
        loop {
            match self.step(now_us)? {
                Step::Act(action) => return Some(action),
                Step::Seal(sealing) => self.sealed(sealing.seal(), now_us),
            }
        }
    }

    /// The same for those who seal while others offer records.
    pub(super) fn step(&mut self, now_us: u64) -> Option<Step> {
        if let Some(action) = self.actions.pop_front() {
            return Some(Step::Act(action));
        }
        self.expire(now_us);
        self.beat(now_us);
        if self.abandoned {
            self.keep_next();
        } else if self.actions.is_empty() {
            self.send_due(now_us);
        }
        let may_seal = self.actions.is_empty() && (self.abandoned || !self.waits_for_left());
        if may_seal && let Some(sealing) = self.seal_next(now_us) {
            return Some(Step::Seal(sealing));
        }
        self.actions.pop_front().map(Step::Act)
    }

    /// When something happens by itself, at the earliest.
    #[must_use]
    pub fn next_us(&self) -> Option<u64> {
        let due = self.due().map(|(_, at)| at);
        let waiting = self.flights.values().flat_map(|flight| flight.waiting.iter().map(|(_, deadline)| *deadline));
        let lanes = self.lanes.values().flat_map(|lane| {
            let linger = lane.queue.oldest_us().map(|oldest| oldest.saturating_add(self.config.flush.max_age_us));
            let linger = linger.filter(|_| lane.in_flight < self.most_in_flight(lane) && !self.waits_for_left());
            let heartbeat = (self.beats(lane) && lane.queue.is_empty())
                .then(|| lane.last_us.saturating_add(self.config.heartbeat_us));
            [linger, heartbeat, lane.queue.next_deadline_us()].into_iter().flatten()
        });
        due.chain(waiting).chain(lanes).min()
    }

    /// See [`LaneHandle::lost_states`](super::LaneHandle::lost_states).
    pub(super) fn lost_states(&self, lane: u32) -> u64 {
        self.lanes.get(&lane).map_or(0, |lane| lane.lost_states)
    }

    /// What is to be sent next, and when. SEQ-018: of each lane the first. What an earlier life has left goes one after another.
    fn due(&self) -> impl Iterator<Item = (FrameId, u64)> {
        let some = if self.left > 0 { 1 } else { usize::MAX };
        let mut lanes = BTreeSet::new();
        self.flights.iter().take(some).filter_map(move |(frame, flight)| {
            let State::Due(at) = flight.state else { return None };
            lanes.insert(flight.lane).then_some((*frame, at))
        })
    }

    fn send_due(&mut self, now_us: u64) {
        let Some((frame, _)) = self.due().find(|(_, at)| *at <= now_us) else { return };
        let Some(flight) = self.flights.get_mut(&frame) else { return };
        let fresh = flight.tries == 0 && flight.lane.is_some();
        flight.tries = flight.tries.saturating_add(1);
        flight.state = State::Sent;
        let (partition, bytes) = (flight.partition, Arc::clone(&flight.bytes));
        self.actions.push_back(Action::Send { frame, partition, bytes, fresh });
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
                lane.lose(&dropped);
                self.account.drop_queued(DropReason::Shutdown, 1);
                answer(&mut self.actions, dropped.ticket, Answer::NotPersisted(DropReason::Shutdown));
            }
        }
    }
}

pub(super) fn answer(actions: &mut VecDeque<Action>, ticket: Option<u64>, answer: Answer) {
    actions.extend(ticket.map(|ticket| Action::Answer(ticket, answer)));
}
