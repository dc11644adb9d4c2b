//! The steps that the ledger makes for a frame, by their numbers in spec/loss.md.

use super::gate::Gate;
use super::ledger::{Arrival, Control, Lane, Ledger, Verdict};
use super::ledger_account::{Account, Tail};
use super::ledger_place::Place;
use std::collections::BTreeMap;

impl Ledger {
    /// A frame arrives.
    pub fn arrive(&mut self, f: &Arrival) -> Vec<Verdict> {
        let f = &self.mixed_up(f);
        let mut verdicts = Vec::new();
        // Step 1
        let nonce_of = (f.producer.clone(), f.epoch);
        let first_nonce = !self.nonces.contains_key(&nonce_of);
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
        } else if first_nonce && self.gate.strict("LOSS-002.counted") {
            self.nonces.remove(&nonce_of);
        }
        self.lanes.insert(key, lane);
        verdicts
    }

    /// LOSS-020: mutants that take another producer, lane or epoch for one that they know.
    fn mixed_up(&self, f: &Arrival) -> Arrival {
        let mut f = f.clone();
        if self.gate.strict("LOSS-020.producers")
            && let Some((producer, _)) = self.lanes.keys().next()
        {
            f.producer.clone_from(producer);
        }
        if self.gate.strict("LOSS-020.lanes")
            && let Some((_, lane)) = self.lanes.keys().find(|(p, _)| *p == f.producer)
        {
            f.lane = *lane;
        }
        if self.gate.strict("LOSS-020.epochs")
            && let Some(lane) = self.lanes.get(&(f.producer.clone(), f.lane))
        {
            f.epoch = lane.epoch;
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
        moved: false,
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
            return;
        };
        let other_tenant = self.tenant.as_ref().is_some_and(|first| *first != content.tenant);
        let known = f.partition.is_some() || gate.strict("LOSS-017.not-given");
        let other_partition = known && self.partition.is_some_and(|first| f.partition != Some(first));
        self.tenant.get_or_insert(content.tenant.clone());
        self.partition = self.partition.or(f.partition);
        // LOSS-017
        let said = self.moved && gate.strict("LOSS-017.once");
        if (other_tenant || other_partition) && !gate.strict("LOSS-017") && !said {
            verdicts.push(Verdict::plain("LANE_MOVED"));
            self.moved = true;
        }
        if other_tenant && other_partition && gate.strict("LOSS-017.each") {
            verdicts.push(Verdict::plain("LANE_MOVED"));
        }
        if gate.strict("LOSS-017.follows") {
            self.tenant = Some(content.tenant.clone());
            self.partition = f.partition.or(self.partition);
        }
    }

    /// Step 11.
    fn controls(&mut self, gate: &Gate, f: &Arrival) {
        let current = self.epoch;
        let Some(account) = self.accounts.get_mut(&f.epoch) else {
            return;
        };
        for control in f.content.iter().flat_map(|content| content.controls.iter()) {
            match control {
                // LOSS-018
                Control::LateDrops(..) if f.epoch < current && gate.strict("LOSS-018.old-epoch") => {}
                Control::LateDrops(first, count) => {
                    account.declare(gate, *first, *count);
                }
                // An end has an effect only where nothing that is known follows it.
                Control::EpochEnd | Control::LaneEnd if f.z != account.last => {}
                Control::EpochEnd => account.tail = Tail::Ended,
                Control::LaneEnd => {
                    account.tail = Tail::Ended;
                    self.ended |= f.epoch == self.epoch;
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
