//! A lane of a producer, from when it opens to when it ends: it gives numbers, queues records and seals frames.

use super::bytes::wide;
use super::gate::Gate;
use super::producer_frame::{Content, Identity};
use super::producer_record::{Offer, Record};
use super::producer_state::{Frame, LaneState};
use std::collections::{BTreeMap, VecDeque};
use std::ops::RangeBounds;

/// The most that fits the counts of a prelude.
const MOST: u64 = 65_535;

/// Why a number has no record (the registry of drop reasons).
pub(super) const QUEUE_FULL: u64 = 1;
pub(super) const DEADLINE: u64 = 2;

/// Where a frame stands that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sending {
    /// The destination has not said anything yet.
    Underway,
    /// It is sent again then.
    Pause(u64),
}

/// A lane.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    pub gate: Gate,
    pub identity: Identity,
    /// Where its frames go (KAF-002).
    pub partition: u32,
    /// Records of a frame, at the most.
    pub max_records: u64,
    /// The number that is given next.
    pub next: u64,
    /// The last number that a sealed frame of this epoch covers.
    pub covered: u64,
    /// Records with numbers, in the order of these: those in the queue, and behind them those that wait for room.
    pub queue: VecDeque<Record>,
    /// Numbers that no record will be sent with and no frame declares, and why.
    pub holes: BTreeMap<u64, u64>,
    /// Numbers that frames have declared.
    pub dropped: u64,
    /// Frames that were sealed.
    pub frames: u32,
    /// When the last one was.
    pub sealed_at: u64,
    /// Those who wait for an answer, by frame.
    pub unanswered: BTreeMap<u64, Vec<Offer>>,
    /// Frames that were sent and are not acknowledged.
    pub sending: BTreeMap<u64, Sending>,
    /// Whether EPOCH_END was sealed.
    pub ended: bool,
}

impl Lane {
    /// A lane in which nothing has happened.
    pub(super) fn new(gate: Gate, identity: Identity, partition: u32, max_records: u64) -> Self {
        Self {
            gate,
            identity,
            partition,
            max_records: max_records.clamp(1, MOST),
            next: 1,
            covered: 0,
            queue: VecDeque::new(),
            holes: BTreeMap::new(),
            dropped: 0,
            frames: 0,
            sealed_at: 0,
            unanswered: BTreeMap::new(),
            sending: BTreeMap::new(),
            ended: false,
        }
    }

    /// SEQ-001, SEQ-002: a record gets its number, whatever becomes of it.
    pub(super) fn number(&mut self, mut record: Record) -> Record {
        record.number = self.next;
        self.next += 1;
        record
    }

    /// A record of the producer's own: it waits for nothing.
    pub(super) fn push(&mut self, record: Record) {
        let record = self.number(record);
        self.queue.push_back(record);
    }

    /// SEQ-013: no record will be sent with this number.
    pub(super) fn drop_number(&mut self, number: u64, reason: u64) {
        // SEQ-002
        if !self.gate.strict("SEQ-002") {
            self.holes.insert(number, reason);
        }
    }

    /// Records in the queue that were offered.
    pub(super) fn queued(&self) -> usize {
        self.queue.iter().filter(|record| record.admitted && record.offer.is_some()).count()
    }

    /// Whether a frame can be sealed that takes no more records.
    pub(super) fn is_full(&self) -> bool {
        wide(self.queue.iter().take_while(|record| record.admitted).count()) >= self.max_records
    }

    /// Whether what is in the queue has waited long enough for others.
    pub(super) fn is_due(&self, now: u64, linger_ms: u64) -> bool {
        let is_due = |record: &Record| {
            record.admitted && (self.ended || record.offer.is_none() || record.since.saturating_add(linger_ms) <= now)
        };
        self.queue.front().is_some_and(is_due)
    }

    /// Seals a frame with what is in the queue, and with every number before what stays there. It is durable then. Whether there was
    /// anything.
    pub(super) fn seal(&mut self, kept: &mut LaneState, id: u64, now: u64) -> bool {
        let Some(first) = self.queue.front().map(|record| self.first_before(record.number)) else {
            return false;
        };
        let mut records = self.take(first);
        if records.is_empty() {
            return false;
        }
        if self.renumbers() {
            (self.covered + 1..).zip(&mut records).for_each(|(number, record)| record.number = number);
        }
        let (first, last) = self.range(first, &records);
        let drops = self.declare(first, last);
        let identity = &self.identity;
        let content = Content { identity, first, records: &records, drops, dropped_total: self.dropped };
        let (epoch, bytes) = (identity.epoch, content.bytes());
        let frame = Frame { id, partition: self.partition_of(), epoch, first, last, bytes };
        self.unanswered.insert(id, records.iter().filter_map(|record| record.offer).collect());
        self.keep(kept, frame, now);
        self.declare_late(first);
        true
    }

    /// The first number of a frame whose first record has this number.
    fn first_before(&self, number: u64) -> u64 {
        let first = self.covered + 1;
        // More drops than a frame can declare are declared by LATE_DROPS. SEQ-013
        if number.saturating_sub(first) > MOST || self.gate.strict("SEQ-013") { number } else { first }
    }

    /// The records of the next frame: as many as fit, and no more numbers without one than a frame can declare.
    fn take(&mut self, first: u64) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        while let Some(next) = self.queue.front().filter(|record| record.admitted) {
            let holes = next.number.saturating_sub(first + wide(records.len()));
            // SEQ-013
            let most = if self.gate.strict("SEQ-013") { 0 } else { MOST };
            if wide(records.len()) >= self.max_records || holes > most {
                break;
            }
            records.extend(self.queue.pop_front());
        }
        records
    }

    /// The range of a frame: up to the next number that still has a record.
    fn range(&self, first: u64, records: &[Record]) -> (u64, u64) {
        let count = wide(records.len());
        if self.renumbers() {
            return (self.covered + 1, self.covered + count);
        }
        let filled = records.last().map_or(first, |record| record.number);
        let before_next = self.queue.front().map_or(self.next, |record| record.number).saturating_sub(1);
        // SEQ-013
        let last = if self.gate.strict("SEQ-013") { filled } else { before_next.min(first + count + MOST - 1) };
        (first, last.max(filled))
    }

    /// The holes of a range, by reason. They are declared now.
    fn declare(&mut self, first: u64, last: u64) -> BTreeMap<u64, u64> {
        let mut drops = BTreeMap::new();
        for (_, reason) in self.take_holes(first..=last) {
            *drops.entry(reason).or_default() += 1;
            self.dropped += 1;
        }
        drops
    }

    fn take_holes(&mut self, range: impl RangeBounds<u64>) -> Vec<(u64, u64)> {
        let (taken, left): (BTreeMap<u64, u64>, _) =
            std::mem::take(&mut self.holes).into_iter().partition(|(number, _)| range.contains(number));
        self.holes = left;
        taken.into_iter().collect()
    }

    /// SEQ-013: the holes before `first`, which no frame will cover, are declared by LATE_DROPS, as one.
    fn declare_late(&mut self, first: u64) {
        let mut late = self.take_holes(..first);
        self.dropped += wide(late.len());
        // SEQ-013
        if self.gate.strict("SEQ-013") {
            late.clear();
        }
        if let Some((first, reason)) = late.first() {
            self.push(Record::late_drops(*first, wide(late.len()), *reason));
        }
    }

    fn keep(&mut self, kept: &mut LaneState, frame: Frame, now: u64) {
        self.covered = frame.last;
        // SEQ-001
        if self.gate.strict("SEQ-001") {
            self.covered -= 1;
        }
        // SEQ-005
        if !self.gate.strict("SEQ-005.acknowledged") && !self.gate.strict("SEQ-005.given") {
            (kept.epoch, kept.last) = (frame.epoch, frame.last);
        }
        self.frames += 1;
        self.sealed_at = now;
        // SEQ-006
        let first_of_all = self.gate.strict("SEQ-006") && frame.first == 1;
        if first_of_all {
            kept.left.push_front(frame);
        } else {
            kept.left.push_back(frame);
        }
    }

    /// KAF-002
    fn partition_of(&self) -> u32 {
        if self.gate.strict("KAF-002") { self.partition + self.frames % 2 } else { self.partition }
    }

    /// Mutants that give numbers when they seal.
    fn renumbers(&self) -> bool {
        ["SEQ-001", "SEQ-002", "SEQ-007"].iter().any(|id| self.gate.strict(id))
    }

    /// The frame that is to be sent now. One frame of a lane is underway at a time, so they arrive in their order, and none overtakes
    /// the one with EPOCH_START (SEQ-006, SEQ-012).
    pub(super) fn to_send(&self, kept: &LaneState, now: u64) -> Option<Frame> {
        let is_due = |frame: &&Frame| match self.sending.get(&frame.id) {
            None => true,
            Some(Sending::Underway) => false,
            Some(Sending::Pause(until)) => *until <= now,
        };
        // SEQ-012
        let most = if self.gate.strict("SEQ-012") { usize::MAX } else { 1 };
        kept.left.iter().take(most).find(is_due).cloned()
    }

    /// When something is to be done next, apart from heartbeats; possibly in the past.
    pub(super) fn times(&self, linger_ms: u64) -> Vec<u64> {
        let in_queue = self.queue.iter().filter_map(|record| record.offer);
        let in_frames = self.unanswered.values().flatten().copied();
        let mut times: Vec<u64> = in_queue.chain(in_frames).map(|offer| offer.deadline).collect();
        times.extend(
            self.queue.front().filter(|record| record.admitted).map(|record| record.since.saturating_add(linger_ms)),
        );
        times.extend(self.sending.values().filter_map(|sending| match sending {
            Sending::Underway => None,
            Sending::Pause(until) => Some(*until),
        }));
        times
    }

    /// A record that was offered under this number, taken out of the queue.
    pub(super) fn take_offer(&mut self, offer: u64) -> Option<Record> {
        let at = self.queue.iter().position(|record| record.offer.is_some_and(|one| one.offer == offer))?;
        self.queue.remove(at)
    }

    /// The offer of this number that waits for room comes into the queue.
    pub(super) fn admit(&mut self, offer: u64) {
        let is = |record: &&mut Record| record.offer.is_some_and(|one| one.offer == offer);
        self.queue.iter_mut().filter(is).for_each(|record| record.admitted = true);
    }
}
