//! spec/loss.md once more, with an entry for each number and sums that are made anew each time.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use dashstream_codec::ledger::{Control, Ledger, Observation, Tail, Verdict};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    Counted,
    Missing,
    Declared,
}

struct Range {
    a: u64,
    z: u64,
    records: u64,
    drops: u64,
    readable: bool,
    crc: u32,
    original: Option<u32>,
}

struct Account {
    first: u64,
    last: u64,
    numbers: BTreeMap<u64, Number>,
    ranges: Vec<Range>,
    tail: Tail,
}

impl Account {
    fn new(first: u64) -> Self {
        Self { first, last: first - 1, numbers: BTreeMap::new(), ranges: Vec::new(), tail: Tail::Open }
    }

    fn miss(&mut self, last: u64) {
        for number in self.last + 1..=last {
            self.numbers.insert(number, Number::Missing);
        }
        self.last = self.last.max(last);
    }

    fn sum(&self, part: impl Fn(&Range) -> u64) -> u64 {
        self.ranges.iter().map(part).sum()
    }

    fn with(&self, what: Number) -> u64 {
        self.numbers.values().filter(|&&number| number == what).count() as u64
    }
}

struct Lane {
    tenant: Option<String>,
    partition: Option<u32>,
    ended: bool,
    current: u32,
    accounts: BTreeMap<u32, Account>,
}

type Key = ([u8; 16], u32);

#[derive(Default)]
pub(crate) struct Model {
    nonces: BTreeMap<Key, [u8; 8]>,
    lanes: BTreeMap<Key, Lane>,
}

impl Model {
    pub(crate) fn observe(&mut self, frame: &Observation<'_>) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        if let Some(stop) = self.steps(frame, &mut verdicts) {
            verdicts.push(stop);
        }
        verdicts
    }

    fn steps(&mut self, frame: &Observation<'_>, verdicts: &mut Vec<Verdict>) -> Option<Verdict> {
        let (a, z) = (frame.base_sequence, frame.last());
        let records = u64::from(frame.record_count);
        let facts = frame.accepted.as_ref();
        let redaction = facts.and_then(|facts| facts.redaction);
        // 1
        if let Some(facts) = facts {
            let first = self.nonces.entry((frame.producer_id, frame.epoch)).or_insert(facts.boot_nonce);
            if *first != facts.boot_nonce {
                return Some(Verdict::Fork);
            }
        }
        let key = (frame.producer_id, frame.lane);
        let mut fresh = false;
        // 3
        if let Entry::Vacant(place) = self.lanes.entry(key) {
            if a > 1 {
                verdicts.push(Verdict::Baseline(a));
            }
            let accounts = BTreeMap::from([(frame.epoch, Account::new(a))]);
            place.insert(Lane { tenant: None, partition: None, ended: false, current: frame.epoch, accounts });
            fresh = true;
        }
        let lane = self.lanes.get_mut(&key).unwrap();
        // 4
        if frame.epoch > lane.current {
            if let Some(stop) = new_epoch(lane, frame, verdicts) {
                return Some(stop);
            }
            fresh = true;
        }
        // 2
        let old = frame.epoch < lane.current;
        let Some(account) = lane.accounts.get_mut(&frame.epoch) else { return Some(Verdict::StaleEpoch) };
        let mut forward = fresh;
        let mut count = true;
        if !fresh {
            let known =
                account.ranges.iter_mut().find(|range| range.a == a && range.z == z && range.records == records);
            // 5
            if let Some(range) = known {
                // The contents that a frame stands for: its own, and what it redacts.
                let theirs = [Some(frame.body_crc), redaction];
                let ours = [Some(range.crc), range.original];
                if !ours.iter().any(|crc| crc.is_some() && theirs.contains(crc)) {
                    return Some(Verdict::Fork);
                }
                if range.readable || facts.is_none() {
                    return Some(Verdict::Duplicate);
                }
                (range.readable, range.crc, range.original) = (true, frame.body_crc, redaction);
                verdicts.push(Verdict::Late(records));
                count = false;
            } else if z < account.first {
                // 6
                return Some(Verdict::StaleEpoch);
            } else if a > account.last {
                forward = true;
            } else {
                // 7
                let all_missing = (a..=z).all(|number| account.numbers.get(&number) == Some(&Number::Missing));
                if !all_missing {
                    return Some(Verdict::Overlap);
                }
                verdicts.push(Verdict::Late(records));
            }
        }
        // 8
        if forward {
            if old {
                return Some(Verdict::StaleEpoch);
            }
            if account.tail == Tail::Ended || lane.ended {
                return Some(Verdict::AfterEnd);
            }
            if a > account.last + 1 {
                verdicts.push(Verdict::Gap(a - 1 - account.last));
                account.miss(a - 1);
            }
            account.last = z;
        }
        // 9
        if count {
            for number in a..=z {
                account.numbers.insert(number, Number::Counted);
            }
            account.ranges.push(Range {
                a,
                z,
                records,
                drops: u64::from(frame.drop_count),
                readable: facts.is_some(),
                crc: frame.body_crc,
                original: redaction,
            });
        }
        // 10
        let facts = facts?;
        let mut moved = false;
        if let Some(partition) = frame.partition {
            moved = *lane.partition.get_or_insert(partition) != partition;
        }
        if lane.tenant.get_or_insert(facts.tenant.to_owned()) != facts.tenant || moved {
            verdicts.push(Verdict::LaneMoved);
        }
        // 11
        for control in &facts.control {
            match *control {
                Control::EpochStart { .. } => {}
                Control::EpochEnd | Control::LaneEnd if z != account.last => {}
                Control::EpochEnd => account.tail = Tail::Ended,
                Control::LaneEnd => {
                    account.tail = Tail::Ended;
                    lane.ended |= frame.epoch == lane.current;
                }
                Control::LateDrops { first, count } => {
                    for number in first..first + count {
                        if let Some(number @ Number::Missing) = account.numbers.get_mut(&number) {
                            *number = Number::Declared;
                        }
                    }
                }
            }
        }
        None
    }

    /// Compares every account, and every unknown tail, with those of a ledger.
    pub(crate) fn assert_same(&self, ledger: &Ledger) {
        let theirs: Vec<_> = ledger
            .accounts()
            .map(|entry| {
                let account = entry.account;
                let sums = [account.seen(), account.declared(), account.unreadable(), account.lost()];
                let missing: Vec<u64> = account.missing_ranges().flat_map(|(first, last)| first..=last).collect();
                let range = (account.first(), account.last(), account.tail());
                (entry.producer_id, entry.lane, entry.epoch, range, sums, missing)
            })
            .collect();
        let ours: Vec<_> = self
            .lanes
            .iter()
            .flat_map(|(&(producer, lane), state)| {
                state.accounts.iter().map(move |(&epoch, account)| {
                    let seen = account.sum(|range| if range.readable { range.records } else { 0 });
                    let declared = account.sum(|range| range.drops) + account.with(Number::Declared);
                    let unreadable = account.sum(|range| if range.readable { 0 } else { range.records });
                    let missing: Vec<u64> = account
                        .numbers
                        .iter()
                        .filter(|&(_, &number)| number == Number::Missing)
                        .map(|(&number, _)| number)
                        .collect();
                    let sums = [seen, declared, unreadable, account.with(Number::Missing)];
                    (producer, lane, epoch, (account.first, account.last, account.tail), sums, missing)
                })
            })
            .collect();
        assert_eq!(theirs, ours);
        let open = |(&(_, lane), state): (&Key, &Lane)| {
            (state.accounts[&state.current].tail == Tail::Open).then_some((lane, state.current))
        };
        let tails: Vec<_> = ledger.finish().iter().map(|tail| (tail.lane, tail.epoch)).collect();
        assert_eq!(tails, self.lanes.iter().filter_map(open).collect::<Vec<_>>());
    }
}

/// Step 4.
fn new_epoch(lane: &mut Lane, frame: &Observation<'_>, verdicts: &mut Vec<Verdict>) -> Option<Verdict> {
    let (current, epoch) = (lane.current, frame.epoch);
    if lane.ended {
        return Some(Verdict::AfterEnd);
    }
    let account = lane.accounts.get_mut(&current).unwrap();
    let start = frame.accepted.as_ref().and_then(|facts| match facts.control.first() {
        Some(&Control::EpochStart { previous_epoch, previous_last_sequence }) if frame.base_sequence == 1 => {
            Some((previous_epoch, previous_last_sequence))
        }
        _ => None,
    });
    // What a reader rejects (REC-020) does not reach the ledger.
    let start = start.filter(|&(previous, last)| previous < epoch && (previous == 0) == (last == 0));
    match start {
        Some((previous, _)) if previous < current => return Some(Verdict::Fork),
        Some((previous, last)) if previous == current => {
            if last < account.last || (last > account.last && account.tail == Tail::Ended) {
                return Some(Verdict::Fork);
            }
            if last > account.last {
                verdicts.push(Verdict::Gap(last - account.last));
                account.miss(last);
            }
            if account.tail == Tail::Open {
                account.tail = Tail::Closed;
            }
        }
        other => {
            if account.tail == Tail::Open {
                verdicts.push(Verdict::TailUnknown(current));
            }
            let missing = other.map_or(epoch - current - 1, |(previous, _)| previous - current);
            if missing > 0 {
                verdicts.push(Verdict::EpochMissing(missing.into()));
            }
            if let Some((previous, last)) = other {
                let mut lost = Account::new(1);
                lost.miss(last);
                lost.tail = Tail::Closed;
                lane.accounts.insert(previous, lost);
            }
        }
    }
    lane.current = epoch;
    lane.accounts.insert(epoch, Account::new(1));
    None
}
