//! The promises of a producer, through random orders of events: offers, outcomes, time, ends and deaths.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dashstream_codec::ledger::{Ledger, Observation};
use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::{Decoder, Encoder, EncoderConfig, FlushPolicy, Prelude, ReadOptions, view};
use dashstream_proto::kinds;
use dashstream_stream::identity::{Lane, Previous};
use dashstream_stream::producer::{
    Account, Action, Answer, Core, DropReason, FrameId, Offer, Offered, Policy, ProducerConfig, Tried, Who,
};
use fastrand::Rng;

const LANES: u32 = 3;

fn config() -> ProducerConfig {
    ProducerConfig {
        flush: FlushPolicy { max_records: 20, max_len: 8_000, max_age_us: 50_000 },
        max_queued: 150,
        max_queued_len: 1 << 20,
        in_flight: 2,
        deadline_us: 2_000_000,
        heartbeat_us: 5_000_000,
        ..ProducerConfig::default()
    }
}

fn encoder() -> Encoder {
    Encoder::new(EncoderConfig { max_frame_len: 3_000, ..EncoderConfig::default() }).unwrap()
}

fn who(epoch: u32) -> Who {
    Who { producer_id: [4; 16], epoch, boot_nonce: u64::from(epoch).to_le_bytes() }
}

fn lane(previous: Previous) -> Lane {
    Lane { tenant: "acme".to_owned(), partition: Some(0), previous }
}

/// What an offer became.
#[derive(Clone, Copy, Debug)]
struct Given {
    lane: u32,
    sequence: u64,
}

/// A producer, and all that is around it.
struct World {
    core: Core,
    epoch: u32,
    now_us: u64,
    rng: Rng,
    /// What is there, in the order in which it came to be there.
    stored: Vec<Arc<[u8]>>,
    /// Sent, and nothing known.
    sent: Vec<(FrameId, Arc<[u8]>)>,
    /// What the spool keeps, in the order of sealing.
    spool: BTreeMap<FrameId, Arc<[u8]>>,
    /// Where each lane stands by all that was ever spooled.
    lasts: BTreeMap<u32, Previous>,
    /// Ranges of this epoch's frames, by lane.
    ranges: BTreeMap<u32, Vec<(u64, u64)>>,
    /// Numbers that these declare, by lane.
    declared: BTreeMap<u32, u64>,
    /// Lanes that have ended.
    ended: BTreeSet<u32>,
    given: BTreeMap<u64, Given>,
    answers: BTreeMap<u64, Answer>,
    next_ticket: u64,
    /// Whether the transport may refuse frames for good.
    refuses: bool,
    refused: bool,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let refuses = rng.u8(..4) == 0;
        let lanes: Vec<_> = (0..LANES).map(|number| (number, lane(Previous::default()))).collect();
        let core = Core::new(config(), who(1), encoder(), lanes.iter().map(|(number, lane)| (*number, lane)), seed);
        Self {
            core,
            epoch: 1,
            now_us: 1_000_000_000,
            rng,
            stored: Vec::new(),
            sent: Vec::new(),
            spool: BTreeMap::new(),
            lasts: BTreeMap::new(),
            ranges: BTreeMap::new(),
            declared: BTreeMap::new(),
            ended: BTreeSet::new(),
            given: BTreeMap::new(),
            answers: BTreeMap::new(),
            next_ticket: 0,
            refuses,
            refused: false,
        }
    }

    fn offer(&mut self) {
        let number = self.rng.u32(..LANES);
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let policy = [None, Some(Policy::Block), Some(Policy::DropOldest), Some(Policy::DropNewest)];
        let offer = Offer {
            record: self.record(),
            policy: policy[self.rng.usize(..4)],
            ticket: Some(ticket),
            deadline_us: None,
        };
        let before = self.core.account().offered;
        match self.core.offer(number, offer, self.now_us) {
            Offered::Queued(sequence) | Offered::Dropped(sequence, _) => {
                self.given.insert(ticket, Given { lane: number, sequence });
            }
            Offered::Full(offer) if self.rng.bool() => {
                let offer = Offer { deadline_us: Some(self.now_us), ..*offer };
                let Offered::Dropped(sequence, DropReason::Deadline) = self.core.offer(number, offer, self.now_us)
                else {
                    panic!("it was not given up")
                };
                self.given.insert(ticket, Given { lane: number, sequence });
            }
            Offered::Full(_) | Offered::Refused(_) => assert_eq!(self.core.account().offered, before),
        }
    }

    fn record(&mut self) -> Record {
        let thread = Some(format!("thread-{}", self.rng.u8(..5)));
        let text = vec![b'x'; self.rng.usize(..300)];
        let payload = match self.rng.u8(..40) {
            // What no frame holds: a text that is too long for the table, and bytes that are too many.
            0 => return Record { kind: 5, thread: Some("t".repeat(2_000)), time_us: self.now_us, ..Record::default() },
            1 => Payload::from(view::TokenChunk { text: &[b'x'; 40_000], ..Default::default() }.to_owned()),
            2..20 => Payload::from(view::TokenChunk { text: &text, ..Default::default() }.to_owned()),
            _ => return Record { kind: kinds::NODE_START, thread, time_us: self.now_us, ..Record::default() },
        };
        Record { thread, time_us: self.now_us, payload, ..Record::default() }
    }

    /// Does what the core says, until it says nothing.
    fn act(&mut self) {
        while let Some(action) = self.core.poll(self.now_us) {
            match action {
                Action::Send { frame, bytes, fresh, partition } => {
                    assert_eq!(partition, Some(0));
                    self.see(frame, &bytes, fresh);
                    self.sent.push((frame, bytes));
                }
                Action::Keep { frame, bytes } => self.see(frame, &bytes, true),
                Action::Forget(frame) => assert!(self.spool.remove(&frame).is_some(), "{frame:?} is forgotten twice"),
                Action::Answer(ticket, answer) => {
                    assert!(self.answers.insert(ticket, answer).is_none(), "ticket {ticket} is answered twice");
                }
            }
            self.check();
        }
        // Whoever waits until then does not turn in circles.
        assert!(self.core.next_us().is_none_or(|next| next > self.now_us), "{:?} is over", self.core.next_us());
    }

    fn see(&mut self, frame: FrameId, bytes: &Arc<[u8]>, fresh: bool) {
        // WRT-006
        if !fresh {
            assert_eq!(self.spool.get(&frame), Some(bytes), "{frame:?} is not what it was");
            return;
        }
        let prelude = Prelude::read(bytes).unwrap();
        assert!(self.spool.values().all(|kept| Prelude::read(kept).unwrap().epoch == self.epoch), "SEQ-006");
        assert_eq!(prelude.epoch, self.epoch);
        let ranges = self.ranges.entry(prelude.lane).or_default();
        let after = ranges.last().map_or(0, |(_, last)| *last);
        // SEQ-001: without reuse.
        assert!(prelude.base_sequence > after, "{prelude:?}");
        ranges.push((prelude.base_sequence, prelude.last_sequence()));
        let last = Previous { epoch: self.epoch, last_sequence: prelude.last_sequence() };
        self.lasts.insert(prelude.lane, last);
        assert!(self.spool.insert(frame, Arc::clone(bytes)).is_none(), "{frame:?} is fresh twice");
        let mut decoder = Decoder::new();
        let batch = decoder.decode(bytes, &ReadOptions::default()).unwrap();
        let records: Vec<_> = batch.records().map(|record| record.accepted().unwrap().to_owned()).collect();
        // SEQ-004, SEQ-007
        assert_eq!(after == 0, records[0].payload.as_view().kind() == Some(kinds::EPOCH_START));
        assert!(!self.ended.contains(&prelude.lane), "a frame after the end of lane {}", prelude.lane);
        let ends = |record: &Record| record.payload.as_view().kind() == Some(kinds::EPOCH_END);
        assert!(records.iter().rev().skip(1).all(|record| !ends(record)));
        self.ended.extend(records.last().filter(|record| ends(record)).map(|_| prelude.lane));
        // META-010: with what was declared late, it is more.
        let declared = self.declared.entry(prelude.lane).or_default();
        *declared += u64::from(prelude.drop_count);
        let late = self.refused && batch.metadata().dropped_total() > *declared;
        assert!(late || batch.metadata().dropped_total() == *declared, "{declared} of {:?}", batch.metadata());
    }

    fn check(&self) {
        let account = self.core.account();
        assert!(account.adds_up(), "{account:?}");
        assert!(account.queued <= config().max_queued as u64, "{account:?}");
    }

    /// Something becomes known of a frame that was sent.
    fn outcome(&mut self) {
        if self.sent.is_empty() {
            return;
        }
        let (frame, bytes) = self.sent.remove(self.rng.usize(..self.sent.len()));
        let tried = match self.rng.u8(..20) {
            0..10 => Tried::Persisted,
            // Its acknowledgement is lost.
            10..14 => Tried::PossiblyPersisted,
            14..19 => Tried::NotPersisted,
            _ if self.refuses => Tried::Refused,
            _ => Tried::NotPersisted,
        };
        let there = tried == Tried::Persisted || (tried == Tried::PossiblyPersisted && self.rng.bool());
        self.refused |= tried == Tried::Refused;
        if there {
            self.stored.push(bytes);
        }
        self.core.outcome(frame, tried, self.now_us);
        // What is said twice is said once.
        self.core.outcome(frame, Tried::Persisted, self.now_us);
    }

    /// The process dies, and another one begins with what the spool has.
    fn die(&mut self) {
        self.epoch += 1;
        let lanes: Vec<_> =
            (0..LANES).map(|number| (number, lane(self.lasts.get(&number).copied().unwrap_or_default()))).collect();
        let lanes = lanes.iter().map(|(number, lane)| (*number, lane));
        self.core = Core::new(config(), who(self.epoch), encoder(), lanes, self.rng.u64(..));
        let left: Vec<_> = std::mem::take(&mut self.spool).into_values().collect();
        for bytes in left {
            let number = Prelude::read(&bytes).unwrap().lane;
            let frame = self.core.add_left(number, bytes.to_vec(), false);
            self.spool.insert(frame, bytes);
        }
        // What was under way may arrive all the same.
        for (_, bytes) in std::mem::take(&mut self.sent) {
            if self.rng.bool() {
                self.stored.push(bytes);
            }
        }
        self.ranges.clear();
        self.declared.clear();
        self.ended.clear();
        self.given.clear();
        self.answers.clear();
    }

    /// The producer is left with all that waits, and the next one sends what it has kept.
    fn leave(&mut self) -> Account {
        self.act();
        assert!(self.core.is_idle());
        let account = self.core.account().clone();
        let (given, answers) = (self.given.clone(), self.answers.clone());
        self.die();
        drop(self.settle());
        (self.given, self.answers) = (given, answers);
        account
    }

    /// All that is under way arrives.
    fn settle(&mut self) -> Account {
        for _ in 0..100_000 {
            self.act();
            if self.core.is_idle() {
                return self.core.account().clone();
            }
            if let Some((frame, bytes)) = self.sent.pop() {
                self.stored.push(bytes);
                self.core.outcome(frame, Tried::Persisted, self.now_us);
            } else {
                let next = self.core.next_us().unwrap_or_else(|| panic!("nothing will ever happen: {:?}", self.core));
                self.now_us = self.now_us.max(next);
            }
        }
        panic!("it does not come to an end");
    }
}

/// What a consumer finds in all that is there.
struct Seen {
    ledger: Ledger,
    verdicts: BTreeSet<String>,
    /// Numbers of records that were offered, and how many of the producer's own there were, of each epoch and lane.
    records: BTreeMap<(u32, u32), BTreeSet<u64>>,
    controls: BTreeMap<(u32, u32), BTreeSet<u64>>,
    /// Numbers that LATE_DROPS has declared.
    late: BTreeMap<(u32, u32), BTreeSet<u64>>,
}

impl Seen {
    /// SEQ-009
    fn check_late_drops(&self) {
        for (place, numbers) in &self.late {
            let records = self.records.get(place).into_iter().chain(self.controls.get(place)).flatten();
            let both: Vec<_> = records.filter(|number| numbers.contains(number)).collect();
            assert!(both.is_empty(), "declared, and there: {both:?} of {place:?}");
        }
    }
}

fn consume(stored: &[Arc<[u8]>]) -> Seen {
    let mut seen = Seen {
        ledger: Ledger::new(),
        verdicts: BTreeSet::new(),
        records: BTreeMap::new(),
        controls: BTreeMap::new(),
        late: BTreeMap::new(),
    };
    let mut decoder = Decoder::new();
    for bytes in stored {
        let batch = decoder.decode(bytes, &ReadOptions::default()).unwrap();
        let verdicts = seen.ledger.observe(&Observation::of_batch(&batch));
        seen.verdicts.extend(verdicts.iter().map(|verdict| verdict.name().to_owned()));
        let place = (batch.prelude().epoch, batch.prelude().lane);
        for record in batch.records() {
            let record = record.accepted().unwrap();
            let control = [kinds::EPOCH_START, kinds::EPOCH_END, kinds::HEARTBEAT, kinds::LATE_DROPS];
            let to = if control.contains(&record.kind) { &mut seen.controls } else { &mut seen.records };
            to.entry(place).or_default().insert(record.sequence);
            if let view::Payload::LateDrops(drops) = record.view {
                seen.late.entry(place).or_default().extend(drops.first..drops.first + drops.count);
            }
        }
    }
    seen.check_late_drops();
    seen
}

fn run(seed: u64, deaths: bool) -> World {
    let mut world = World::new(seed);
    let steps = world.rng.usize(50..600);
    // Now and then nothing comes through for a long time.
    let mut stalled = false;
    for _ in 0..steps {
        match world.rng.u8(..100) {
            0..55 => (0..world.rng.usize(1..12)).for_each(|_| world.offer()),
            55..75 if !stalled => world.outcome(),
            75..90 => world.now_us += world.rng.u64(..80_000),
            90..92 => world.now_us += world.rng.u64(..6_000_000),
            92..95 => stalled = !stalled,
            95 if deaths => world.die(),
            96 if !deaths && world.refuses => world.core.end(),
            _ => {}
        }
        world.check();
        world.act();
    }
    world
}

#[test]
fn every_number_is_accounted_for() {
    let (mut dropped, mut declared, mut kinds_of_answers) = (BTreeSet::new(), 0, BTreeSet::new());
    for seed in 0..1_500 {
        let mut world = run(seed, false);
        world.core.end();
        let abandoned = seed % 5 == 0;
        if abandoned {
            world.core.abandon();
        }
        let late = Offer { record: Record { kind: 5, ..Record::default() }, ..Offer::default() };
        assert!(matches!(world.core.offer(0, late, world.now_us), Offered::Refused(_)));
        let account = if abandoned { world.leave() } else { world.settle() };
        assert_eq!(account.queued, 0, "seed {seed}: {account:?}");
        assert!(abandoned || account.in_flight == 0, "seed {seed}: {account:?}");
        assert!(abandoned || world.refused || account.possibly_persisted == 0, "seed {seed}: {account:?}");
        assert!(world.spool.is_empty() || world.refused, "seed {seed}");
        let seen = consume(&world.stored);
        let sum = |count: fn(&dashstream_codec::ledger::Account) -> u64| {
            seen.ledger.accounts().map(|entry| count(entry.account)).sum::<u64>()
        };
        let records: u64 = seen.records.values().map(|numbers| numbers.len() as u64).sum();
        let controls: u64 = seen.controls.values().map(|numbers| numbers.len() as u64).sum();
        assert_eq!(sum(|account| account.seen()), records + controls, "seed {seed}");
        // Where the frame with its beginning was refused, a lane begins later.
        let bad = ["FORK", "OVERLAP", "AFTER_END", "STALE_EPOCH", "LANE_MOVED", "BASELINE"];
        let bad = &bad[..bad.len() - usize::from(world.refused)];
        assert!(bad.iter().all(|name| !seen.verdicts.contains(*name)), "seed {seed}: {:?}", seen.verdicts);
        if !world.refused {
            // The producer's account and that of who has read everything are the same.
            let there = account.acknowledged + account.in_flight + account.possibly_persisted;
            assert_eq!(there, records, "seed {seed}: {account:?}");
            assert_eq!(sum(|account| account.lost()), 0, "seed {seed}");
            assert_eq!(
                sum(|account| account.declared()),
                account.dropped.values().sum::<u64>(),
                "seed {seed}: {account:?}"
            );
            assert!(seen.ledger.finish().is_empty(), "seed {seed}: a lane has not ended");
        }
        declared += sum(|account| account.declared());
        // Every ticket has its answer, and the answer is true.
        for (ticket, given) in &world.given {
            let Some(answer) = world.answers.get(ticket) else {
                assert!(abandoned, "seed {seed}: ticket {ticket} has no answer");
                continue;
            };
            let there = seen.records.get(&(1, given.lane)).is_some_and(|numbers| numbers.contains(&given.sequence));
            match answer {
                Answer::Persisted => assert!(there, "seed {seed}: {given:?} is not there"),
                Answer::NotPersisted(_) => assert!(!there, "seed {seed}: {given:?} is there"),
                Answer::PossiblyPersisted => {}
            }
            kinds_of_answers.insert(format!("{answer:?}"));
        }
        dropped.extend(account.dropped.into_keys());
    }
    assert!(declared > 10_000, "{declared}");
    let all = [DropReason::QueueFull, DropReason::Deadline, DropReason::TooLarge, DropReason::Invalid];
    let ends = [DropReason::Shutdown, DropReason::Refused];
    assert_eq!(dropped, all.into_iter().chain(ends).collect());
    assert_eq!(kinds_of_answers.len(), 8, "{kinds_of_answers:?}");
}

#[test]
fn an_identity_is_continued_after_a_death() {
    let mut epochs = 0;
    for seed in 0..800 {
        let mut world = run(seed, true);
        world.refuses = false;
        world.core.end();
        drop(world.settle());
        let seen = consume(&world.stored);
        epochs += world.epoch;
        let bad = ["FORK", "OVERLAP", "AFTER_END", "LANE_MOVED", "BASELINE", "EPOCH_MISSING"];
        if !world.refused {
            assert!(bad.iter().all(|name| !seen.verdicts.contains(*name)), "seed {seed}: {:?}", seen.verdicts);
            // What was sealed is sent, whoever sealed it: nothing is lost but what nobody has sealed.
            let lost: u64 = seen.ledger.accounts().map(|entry| entry.account.lost()).sum();
            assert_eq!(lost, 0, "seed {seed}");
        }
    }
    assert!(epochs > 1_600, "{epochs}");
}

/// A core with one lane, at time 0.
fn single(config: ProducerConfig) -> Core {
    let kept = lane(Previous { epoch: 3, last_sequence: 77 });
    Core::new(config, who(4), encoder(), [(0, &kept)], 1)
}

/// A core whose lane has begun.
fn started() -> Core {
    let mut core = single(config());
    core.offer(0, token(), 0);
    let [(frame, _)] = &frames(&actions(&mut core, 50_000))[..] else { panic!("no frame") };
    core.outcome(*frame, Tried::Persisted, 50_000);
    drop(actions(&mut core, 50_000));
    core
}

fn event(ticket: u64) -> Offer {
    Offer { record: Record { kind: 5, ..Record::default() }, ticket: Some(ticket), ..Offer::default() }
}

fn token() -> Offer {
    let payload = Payload::from(view::TokenChunk { text: b"t", ..Default::default() }.to_owned());
    Offer { record: Record { payload, ..Record::default() }, ..Offer::default() }
}

fn actions(core: &mut Core, now_us: u64) -> Vec<Action> {
    std::iter::from_fn(|| core.poll(now_us)).collect()
}

/// The records of the frames that are to be sent, by kind and number.
fn frames(actions: &[Action]) -> Vec<(FrameId, Vec<(u32, u64)>)> {
    let sent = actions.iter().filter_map(|action| match action {
        Action::Send { frame, bytes, .. } => Some((*frame, bytes)),
        _ => None,
    });
    sent.map(|(frame, bytes)| {
        let mut decoder = Decoder::new();
        let batch = decoder.decode(bytes, &ReadOptions::default()).unwrap();
        let records = batch.records().map(|record| record.accepted().unwrap().to_owned());
        (frame, records.map(|record| (record.kind, record.sequence)).collect())
    })
    .collect()
}

#[test]
fn a_lane_begins_with_what_was_before_it() {
    let mut core = single(config());
    assert_eq!(actions(&mut core, 0), []);
    assert_eq!(core.next_us(), None);
    assert_eq!(core.offer(0, event(1), 0), Offered::Queued(2));
    assert_eq!(actions(&mut core, 49_999), []);
    assert_eq!(core.next_us(), Some(50_000));
    let sent = actions(&mut core, 50_000);
    let [Action::Send { bytes, fresh: true, .. }] = &sent[..] else { panic!("{sent:?}") };
    let mut decoder = Decoder::new();
    let batch = decoder.decode(bytes, &ReadOptions::default()).unwrap();
    let first = batch.records().next().unwrap().accepted().unwrap().to_owned();
    // SEQ-005
    assert_eq!(first.payload, Payload::from(view::EpochStart { previous_epoch: 3, previous_last_sequence: 77 }));
    assert_eq!((first.sequence, batch.prelude().epoch), (1, 4));
}

#[test]
fn nothing_of_a_lane_is_sent_before_its_beginning_is_there() {
    let mut core = single(config());
    for ticket in 0..100 {
        core.offer(0, event(ticket), 0);
    }
    let [(first, _)] = &frames(&actions(&mut core, 100_000))[..] else { panic!("more than one frame") };
    core.outcome(*first, Tried::PossiblyPersisted, 100_000);
    let [(again, _)] = &frames(&actions(&mut core, 200_000))[..] else { panic!("more than one frame") };
    assert_eq!(again, first);
    core.outcome(*first, Tried::Persisted, 200_000);
    assert_eq!(frames(&actions(&mut core, 200_000)).len(), 2);
}

#[test]
fn what_an_older_epoch_has_left_goes_first() {
    let mut core = single(config());
    let left = core.add_left(0, vec![1, 2, 3], false);
    core.offer(0, event(1), 0);
    let sent = actions(&mut core, 1_000_000);
    let [Action::Send { frame, bytes, fresh: false, .. }] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!((*frame, &bytes[..]), (left, &[1, 2, 3][..]));
    // What cannot be sent is not sealed.
    assert_eq!((core.account().queued, core.account().in_flight), (1, 0));
    core.outcome(left, Tried::NotPersisted, 1_000_000);
    let again = actions(&mut core, 1_500_000);
    assert_eq!(again, sent, "it is sent again until it is there");
    core.outcome(left, Tried::Persisted, 1_500_000);
    let then = actions(&mut core, 1_500_000);
    assert_eq!(then[0], Action::Forget(left));
    assert_eq!(frames(&then)[0].1, [(2, 1), (5, 2)]);
}

#[test]
fn capacity_one_and_ten_thousand_writes() {
    let mut core = single(ProducerConfig { max_queued: 1, ..config() });
    for _ in 0..10_000 {
        core.offer(0, token(), 0);
    }
    core.end();
    let sent = frames(&actions(&mut core, 0));
    let account = core.account().clone();
    assert_eq!((account.offered, account.in_flight, account.dropped[&DropReason::QueueFull]), (10_000, 1, 9_999));
    // The one that is left is the newest.
    assert_eq!(
        sent.iter().flat_map(|(_, records)| records.clone()).collect::<Vec<_>>(),
        [(2, 1), (11, 10_001), (4, 10_002)]
    );
}

/// Everything that is sent is there.
fn all_there(core: &mut Core) -> Vec<Arc<[u8]>> {
    let mut stored = Vec::new();
    while let Some(action) = core.poll(0) {
        if let Action::Send { frame, bytes, .. } = action {
            stored.push(bytes);
            core.outcome(frame, Tried::Persisted, 0);
        }
    }
    stored
}

/// SEQ-007
fn ends_once(stored: &[Arc<[u8]>]) {
    let mut decoder = Decoder::new();
    let kinds = stored.iter().flat_map(|bytes| {
        let batch = decoder.decode(bytes, &ReadOptions::default()).unwrap();
        batch.records().map(|record| record.accepted().unwrap().kind).collect::<Vec<_>>()
    });
    let kinds: Vec<_> = kinds.collect();
    let end = kinds.iter().position(|kind| *kind == kinds::EPOCH_END);
    assert_eq!(end, Some(kinds.len() - 1), "{kinds:?}");
}

#[test]
fn more_drops_than_a_frame_declares_are_declared_late() {
    let mut core = single(ProducerConfig { max_queued: 1, ..config() });
    for _ in 0..200_000 {
        core.offer(0, token(), 0);
    }
    core.end();
    let stored = all_there(&mut core);
    assert!(core.is_idle());
    ends_once(&stored);
    let seen = consume(&stored);
    let entry = seen.ledger.accounts().next().unwrap();
    assert_eq!((entry.account.declared(), entry.account.lost()), (199_999, 0));
    assert!(seen.ledger.finish().is_empty());
}

#[test]
fn gaps_that_are_too_much_together_go_in_two_frames() {
    let mut core = single(ProducerConfig { max_queued: 1, deadline_us: u64::MAX, ..config() });
    let drop = |core: &mut Core, count: u32| {
        for _ in 0..count {
            let mut offer = token();
            offer.policy = Some(Policy::DropNewest);
            assert!(matches!(core.offer(0, offer, 0), Offered::Dropped(..)));
        }
    };
    // EPOCH_START, a record, 33,000 numbers without one, a record of the producer's own, and as many.
    core.offer(0, event(1), 0);
    drop(&mut core, 33_000);
    drop(&mut core, 33_000);
    core.end();
    let stored = all_there(&mut core);
    let seen = consume(&stored);
    assert_eq!(core.account().dropped, BTreeMap::from([(DropReason::QueueFull, 66_000)]));
    let entry = seen.ledger.accounts().next().unwrap();
    assert_eq!((entry.account.declared(), entry.account.lost()), (66_000, 0));
}

#[test]
fn a_silent_lane_says_that_it_lives() {
    let mut core = single(config());
    core.offer(0, event(1), 0);
    let [(frame, _)] = &frames(&actions(&mut core, 50_000))[..] else { panic!("no frame") };
    core.outcome(*frame, Tried::Persisted, 60_000);
    drop(actions(&mut core, 60_000));
    assert_eq!(core.next_us(), Some(5_000_000));
    assert_eq!(actions(&mut core, 4_999_999), []);
    drop(actions(&mut core, 5_000_000));
    let sent = frames(&actions(&mut core, 5_050_000));
    assert_eq!(sent[0].1, [(kinds::HEARTBEAT, 3)]);
    // A lane that has never had a record says nothing.
    assert_eq!(actions(&mut single(config()), 50_000_000), []);
}

#[test]
fn nobody_waits_longer_than_the_deadline() {
    let mut core = started();
    for ticket in 0..50 {
        core.offer(0, event(ticket), 0);
    }
    // Two frames are under way, and the rest has to wait for them.
    assert_eq!(frames(&actions(&mut core, 60_000)).len(), 2);
    let late = actions(&mut core, 2_000_000);
    let answers = |answer: Answer| {
        late.iter().filter(|action| matches!(action, Action::Answer(_, one) if *one == answer)).count()
    };
    assert_eq!((answers(Answer::PossiblyPersisted), answers(Answer::NotPersisted(DropReason::Deadline))), (40, 10));
    let account = core.account();
    assert_eq!((account.in_flight, account.queued, account.dropped[&DropReason::Deadline]), (40, 0, 10));
}

#[test]
fn what_waits_for_room_has_waited() {
    let kept = lane(Previous::default());
    let config = ProducerConfig { deadline_us: 1_000, max_queued: 1, ..config() };
    let mut core = Core::new(config, who(1), encoder(), [(0, &kept)], 1);
    assert_eq!(core.offer(0, event(1), 0), Offered::Queued(2));
    let Offered::Full(second) = core.offer(0, event(2), 400) else { panic!("there is room") };
    assert_eq!(second.deadline_us, Some(1_400));
    let answers = |actions: Vec<Action>| -> Vec<(u64, Answer)> {
        let answer = |action| if let Action::Answer(ticket, answer) = action { Some((ticket, answer)) } else { None };
        actions.into_iter().filter_map(answer).collect()
    };
    let late = Answer::NotPersisted(DropReason::Deadline);
    assert_eq!(answers(actions(&mut core, 1_000)), [(1, late)]);
    // SEQ-014: there is room now, for what is left of its time, and not for as long again.
    assert_eq!(core.offer(0, *second, 1_000), Offered::Queued(3));
    let Offered::Full(third) = core.offer(0, event(3), 1_100) else { panic!("there is room") };
    assert_eq!(core.next_us(), Some(1_400));
    assert_eq!(answers(actions(&mut core, 1_400)), [(2, late)]);
    // Whether there is room or not.
    assert_eq!(core.offer(0, *third, 2_100), Offered::Dropped(4, DropReason::Deadline));
    assert_eq!(answers(actions(&mut core, 2_100)), [(3, late)]);
    assert!(core.account().adds_up(), "{:?}", core.account());
}

#[test]
fn a_lane_that_is_stuck_leaves_room_for_the_others() {
    let kept = lane(Previous::default());
    let mut core = Core::new(config(), who(1), encoder(), [(0, &kept), (1, &kept), (2, &kept)], 1);
    let queued = (0..1_000).take_while(|ticket| matches!(core.offer(0, event(*ticket), 0), Offered::Queued(_))).count();
    assert!((45..=50).contains(&queued), "{queued} of a third of 150");
    assert!(matches!(core.offer(0, event(2_000), 0), Offered::Full(_)));
    assert_eq!(core.offer(1, event(3_000), 0), Offered::Queued(2));
    // Only the lanes that are there take anything.
    assert!(matches!(core.offer(9, event(1), 0), Offered::Refused(_)));
    let late = Offer { deadline_us: Some(0), ..event(1) };
    assert!(matches!(core.offer(9, late, 0), Offered::Refused(_)));
    core.add_lane(9, &kept);
    assert_eq!(core.offer(9, event(1), 0), Offered::Queued(2));
}

#[test]
fn an_offer_that_joins_others_stirs_nobody() {
    let lanes = [(0, lane(Previous::default()))];
    let mut core = Core::new(config(), who(1), encoder(), lanes.iter().map(|(number, lane)| (*number, lane)), 1);
    let record = |kind| Record { kind, ..Record::default() };
    let offer = |core: &mut Core, ticket| {
        let offer = Offer { record: record(kinds::PROGRESS), ticket, ..Offer::default() };
        assert!(!matches!(core.offer(0, offer, 1_000), Offered::Refused(_)));
        core.take_stirred()
    };
    // The first one begins the linger; with the beginning of the epoch they are 20 at the nineteenth, which fill a frame.
    let stirred: Vec<usize> = (1..150).filter(|number| offer(&mut core, (*number == 1).then_some(7))).collect();
    assert_eq!(stirred, [1, 19]);
    // What was asked for when there was room is answered when it has to give way.
    assert!(!offer(&mut core, None));
    assert!(offer(&mut core, None));
    let answers: Vec<_> = std::iter::from_fn(|| core.poll(1_000)).collect();
    assert!(answers.contains(&Action::Answer(7, Answer::NotPersisted(DropReason::QueueFull))), "{answers:?}");
    assert!(!core.take_stirred());
}
