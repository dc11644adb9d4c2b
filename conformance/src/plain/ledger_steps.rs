//! The steps that the ledger makes for a frame, by their numbers in spec/loss.md.

use super::gate::Gate;
use super::ledger::{Arrival, Content, Control, Lane, Ledger, Verdict};
use super::ledger_account::{Account, Counted, Tail, meet};
use std::collections::BTreeMap;

/// What steps 5 to 7 come to.
enum Place {
    /// The frame is not counted.
    Stop(Verdict),
    /// It fills missing numbers: count it.
    Late(Verdict),
    /// It makes an unreadable range readable: nothing to count.
    Readable(Verdict),
    /// It is counted without a word (mutants only).
    Again,
    /// It lies above the account.
    Above,
}

impl Ledger {
    /// A frame arrives.
    pub fn arrive(&mut self, f: &Arrival) -> Vec<Verdict> {
        let f = &self.mixed_up(f);
        let mut verdicts = Vec::new();
        // Step 1
        if self.other_nonce(f) {
            return vec![Verdict::plain("FORK")];
        }
        let key = (f.producer.clone(), f.lane);
        // Step 3
        let mut lane = match self.lanes.get(&key) {
            Some(lane) => lane.clone(),
            None => new_lane(&self.gate, f, &mut verdicts),
        };
        if lane.steps(&self.gate, f, &mut verdicts) {
            lane.first_seen(&self.gate, f, &mut verdicts);
            lane.controls(&self.gate, f);
        }
        self.lanes.insert(key, lane);
        verdicts
    }

    /// LOSS-020: mutants that take another producer, lane or epoch for one that they know.
    fn mixed_up(&self, f: &Arrival) -> Arrival {
        let mut f = f.clone();
        if self.gate.strict("LOSS-020.producers") {
            if let Some((producer, _)) = self.lanes.keys().next() {
                f.producer.clone_from(producer);
            }
        }
        if self.gate.strict("LOSS-020.lanes") {
            if let Some((_, lane)) = self.lanes.keys().find(|(p, _)| *p == f.producer) {
                f.lane = *lane;
            }
        }
        if self.gate.strict("LOSS-020.epochs") {
            if let Some(lane) = self.lanes.get(&(f.producer.clone(), f.lane)) {
                f.epoch = lane.epoch;
            }
        }
        f
    }

    /// Step 1: whether the nonce is not the first one. Remembers the first.
    fn other_nonce(&mut self, f: &Arrival) -> bool {
        let Some(content) = &f.content else {
            return false;
        };
        let nonce = content.boot_nonce.clone();
        let first = self.nonces.entry((f.producer.clone(), f.epoch)).or_insert(nonce);
        // LOSS-002
        *first != content.boot_nonce && !self.gate.strict("LOSS-002")
    }
}

/// Step 3.
fn new_lane(gate: &Gate, f: &Arrival, verdicts: &mut Vec<Verdict>) -> Lane {
    // LOSS-004
    let baseline = f.a > 1 && !gate.strict("LOSS-004");
    let first = if baseline { f.a } else { 1 };
    if baseline {
        verdicts.push(Verdict::with("BASELINE", f.a));
    }
    Lane {
        tenant: None,
        partition: None,
        ended: false,
        epoch: f.epoch,
        accounts: BTreeMap::from([(f.epoch, Account::new(first))]),
    }
}

impl Lane {
    /// Steps 2 to 9. Whether steps 10 and 11 are to be made.
    fn steps(&mut self, gate: &Gate, f: &Arrival, verdicts: &mut Vec<Verdict>) -> bool {
        // Step 4
        if f.epoch > self.epoch && !self.new_epoch(gate, f, verdicts) {
            return false;
        }
        let old = f.epoch < self.epoch;
        let ended = self.ended;
        // Step 2. LOSS-003
        let stale = old && gate.strict("LOSS-003");
        let Some(account) = self.accounts.get_mut(&f.epoch).filter(|_| !stale) else {
            verdicts.push(Verdict::plain("STALE_EPOCH"));
            return false;
        };
        match account.place(gate, f) {
            Place::Stop(verdict) => {
                verdicts.push(verdict);
                return false;
            }
            Place::Readable(verdict) => {
                verdicts.push(verdict);
                return true;
            }
            Place::Late(verdict) => verdicts.push(verdict),
            Place::Again => {}
            Place::Above if old => {
                verdicts.push(Verdict::plain("STALE_EPOCH"));
                return false;
            }
            Place::Above => {
                // Step 8. LOSS-019
                let after = account.tail == Tail::Ended || ended;
                if after && !gate.strict("LOSS-019") {
                    verdicts.push(Verdict::plain("AFTER_END"));
                    return false;
                }
                let gap = account.miss_to(f.a - 1);
                if gap > 0 {
                    verdicts.push(gap_of(gate, gap));
                }
                account.last = f.z;
            }
        }
        account.count(f);
        true
    }

    /// Step 4. Whether the frame goes on to step 8.
    fn new_epoch(&mut self, gate: &Gate, f: &Arrival, verdicts: &mut Vec<Verdict>) -> bool {
        let c = self.epoch;
        // LOSS-019
        if self.ended && !gate.strict("LOSS-019") {
            verdicts.push(Verdict::plain("AFTER_END"));
            return false;
        }
        let Some(account) = self.accounts.get_mut(&c) else {
            return false;
        };
        let start = f.content.as_ref().and_then(|content| content.start);
        let open = account.tail == Tail::Open;
        // LOSS-008
        let unknown = open && !gate.strict("LOSS-008");
        // LOSS-007
        let missing = |n: u64| (n > 0 && !gate.strict("LOSS-007")).then(|| u128::from(n));
        match start {
            Some((p, l)) if p == c => {
                // LOSS-005
                let contradicts = l < account.last || (l > account.last && !open);
                if contradicts && !gate.strict("LOSS-005") {
                    verdicts.push(Verdict::plain("FORK"));
                    return false;
                }
                // LOSS-006
                if l > account.last && !gate.strict("LOSS-006") {
                    let gap = account.miss_to(l);
                    verdicts.push(gap_of(gate, gap));
                }
                if open {
                    account.tail = Tail::Closed;
                }
            }
            // LOSS-005
            Some((p, _)) if p < c && !gate.strict("LOSS-005") => {
                verdicts.push(Verdict::plain("FORK"));
                return false;
            }
            Some((p, l)) if p > c => {
                verdicts.extend(unknown.then(|| Verdict::with("TAIL_UNKNOWN", u128::from(c))));
                let n = missing(p - c);
                verdicts.extend(n.map(|n| Verdict::with("EPOCH_MISSING", n)));
                let mut between = Account::new(1);
                between.miss_to(l);
                between.tail = Tail::Closed;
                self.accounts.insert(p, between);
            }
            _ => {
                verdicts.extend(unknown.then(|| Verdict::with("TAIL_UNKNOWN", u128::from(c))));
                let n = missing(f.epoch - c - 1);
                verdicts.extend(n.map(|n| Verdict::with("EPOCH_MISSING", n)));
            }
        }
        self.epoch = f.epoch;
        self.accounts.insert(f.epoch, Account::new(1));
        true
    }

    /// Step 10.
    fn first_seen(&mut self, gate: &Gate, f: &Arrival, verdicts: &mut Vec<Verdict>) {
        let Some(content) = &f.content else {
            self.partition = self.partition.or(f.partition);
            return;
        };
        let other_tenant = self.tenant.as_ref().is_some_and(|first| *first != content.tenant);
        let other_partition =
            matches!((self.partition, f.partition), (Some(first), Some(now)) if first != now);
        self.tenant.get_or_insert(content.tenant.clone());
        self.partition = self.partition.or(f.partition);
        // LOSS-017
        if (other_tenant || other_partition) && !gate.strict("LOSS-017") {
            verdicts.push(Verdict::plain("LANE_MOVED"));
        }
    }

    /// Step 11.
    fn controls(&mut self, gate: &Gate, f: &Arrival) {
        let Some(account) = self.accounts.get_mut(&f.epoch) else {
            return;
        };
        for control in f.content.iter().flat_map(|content| content.controls.iter()) {
            match control {
                Control::LateDrops(first, count) => {
                    account.declare(gate, *first, *count);
                }
                Control::EpochEnd => account.tail = Tail::Ended,
                Control::LaneEnd => {
                    account.tail = Tail::Ended;
                    self.ended = true;
                }
            }
        }
    }
}

fn gap_of(gate: &Gate, gap: u128) -> Verdict {
    // LOSS-014
    let count = if gate.strict("LOSS-014") { gap + 1 } else { gap };
    Verdict::with("GAP", count)
}

impl Account {
    /// Steps 5 to 7.
    fn place(&mut self, gate: &Gate, f: &Arrival) -> Place {
        let range = (f.a, f.z);
        let known = self.counted.iter_mut().find(|known| {
            known.a == f.a && known.z == f.z && known.record_count == f.record_count
        });
        if let Some(known) = known {
            let place = same_range(gate, known, f);
            if matches!(place, Place::Readable(_)) {
                self.seen += u128::from(f.record_count);
                self.unreadable = self.unreadable.saturating_sub(u128::from(f.record_count));
            }
            return place;
        }
        // Step 6
        if f.z < self.first {
            return Place::Stop(Verdict::plain("STALE_EPOCH"));
        }
        // Step 7
        let counted = self.counted.iter().any(|known| meet((known.a, known.z), range));
        let declared = self.late_drops.iter().any(|known| meet(*known, range));
        let on_first = f.a < self.first && self.first <= f.z;
        let on_last = f.a <= self.last && self.last < f.z;
        if counted || declared || on_first || on_last {
            // LOSS-012
            if gate.strict("LOSS-012") {
                return Place::Again;
            }
            return Place::Stop(Verdict::plain("OVERLAP"));
        }
        if self.missing.iter().any(|(a, z)| *a <= f.a && f.z <= *z) {
            // LOSS-013
            if !gate.strict("LOSS-013") {
                self.fill(range);
            }
            return Place::Late(Verdict::with("LATE", u128::from(f.record_count)));
        }
        Place::Above
    }

    /// Step 9.
    fn count(&mut self, f: &Arrival) {
        let records = u128::from(f.record_count);
        if f.content.is_some() {
            self.seen += records;
        } else {
            self.unreadable += records;
        }
        self.declared += u128::from(f.drop_count);
        self.counted.push(Counted {
            a: f.a,
            z: f.z,
            readable: f.content.is_some(),
            body_crc: f.body_crc,
            record_count: f.record_count,
            redacted: redaction(f.content.as_ref()),
        });
    }

    /// LATE_DROPS. LOSS-018
    fn declare(&mut self, gate: &Gate, first: u128, count: u128) {
        if gate.strict("LOSS-018") || count == 0 {
            return;
        }
        let mut found = 0;
        for (a, z) in self.fill((first, first + count - 1)) {
            found += z - a + 1;
            self.late_drops.push((a, z));
        }
        self.declared += if gate.strict("LOSS-018.counts-all") { count } else { found };
    }
}

fn redaction(content: Option<&Content>) -> Option<u64> {
    content.and_then(|content| content.redaction)
}

/// Step 5, for a range that is counted already.
fn same_range(gate: &Gate, known: &mut Counted, f: &Arrival) -> Place {
    let names_known = redaction(f.content.as_ref()) == Some(known.body_crc);
    let same = known.body_crc == f.body_crc;
    let now_readable = !known.readable && f.content.is_some() && (same || names_known);
    // LOSS-011
    if now_readable && !gate.strict("LOSS-011") {
        known.readable = true;
        return Place::Readable(Verdict::with("LATE", u128::from(f.record_count)));
    }
    let redacted_here = known.redacted == Some(f.body_crc);
    if same || names_known || redacted_here {
        // LOSS-009
        if gate.strict("LOSS-009") {
            return Place::Again;
        }
        return Place::Stop(Verdict::plain("DUPLICATE"));
    }
    // LOSS-010
    if gate.strict("LOSS-010") {
        return Place::Stop(Verdict::plain("DUPLICATE"));
    }
    Place::Stop(Verdict::plain("FORK"))
}
