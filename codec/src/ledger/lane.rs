//! One lane of one producer, and the steps that move it through its epochs.

use std::collections::BTreeMap;

use super::account::{Account, Next, Tail};
use super::bounds::Bounds;
use super::observation::{Control, Observation};
use super::verdict::Verdict;

/// What is known of a lane.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    /// Tenant and partition first seen.
    pub(super) tenant: Option<Box<str>>,
    pub(super) partition: Option<u32>,
    /// LANE_END was seen.
    pub(super) ended: bool,
    /// Current epoch.
    pub(super) current: u32,
    /// Accounts of epochs below were forgotten; 0: none.
    pub(super) epochs_from: u32,
    pub(super) accounts: BTreeMap<u32, Account>,
}

impl Lane {
    /// Step 3. The lane is seen for the first time.
    pub(super) fn begin(frame: &Observation<'_>, verdicts: &mut Vec<Verdict>) -> Self {
        // LOSS-004
        if frame.base_sequence > 1 {
            verdicts.push(Verdict::Baseline(frame.base_sequence));
        }
        Self {
            tenant: None,
            partition: None,
            ended: false,
            current: frame.epoch,
            epochs_from: 0,
            accounts: BTreeMap::from([(frame.epoch, Account::begin(frame.base_sequence))]),
        }
    }

    /// Steps 2 and 4 to 11, by the frame's epoch. An error is the verdict that stopped the frame.
    ///
    /// Steps 3 and 4 go on at 8, which is the same as at 5: nothing is counted or missing in a new
    /// account, and the frame does not begin before it.
    pub(super) fn observe(&mut self, frame: &Observation<'_>, verdicts: &mut Vec<Verdict>) -> Result<(), Verdict> {
        if frame.epoch > self.current {
            self.new_epoch(frame, verdicts)?;
        }
        let old = frame.epoch < self.current;
        let ended = self.ended;
        // LOSS-003: an old epoch without an account; LOSS-021: one whose account was forgotten.
        let none = if frame.epoch < self.epochs_from { Verdict::Forgotten } else { Verdict::StaleEpoch };
        let account = self.accounts.get_mut(&frame.epoch).ok_or(none)?;
        if place(account, frame, old, ended, verdicts)? == Next::Count {
            account.count(frame);
        }
        self.moved(frame, verdicts);
        self.control(frame);
        Ok(())
    }

    /// Step 4. The frame's epoch is above the current one.
    fn new_epoch(&mut self, frame: &Observation<'_>, verdicts: &mut Vec<Verdict>) -> Result<(), Verdict> {
        // LOSS-019
        if self.ended {
            return Err(Verdict::AfterEnd);
        }
        let current = self.current;
        match frame.epoch_start() {
            // LOSS-005: the producer does not know of the current epoch.
            Some((previous, _)) if previous < current => return Err(Verdict::Fork),
            Some((previous, last)) if previous == current => self.close_current(last, verdicts)?,
            Some((previous, last)) => {
                self.tail_unknown(verdicts);
                // LOSS-007
                verdicts.push(Verdict::EpochMissing(u64::from(previous - current)));
                self.accounts.insert(previous, Account::missing(last));
            }
            None => {
                self.tail_unknown(verdicts);
                // LOSS-007
                let between = u64::from(frame.epoch - current).saturating_sub(1);
                if between > 0 {
                    verdicts.push(Verdict::EpochMissing(between));
                }
            }
        }
        self.current = frame.epoch;
        self.accounts.insert(frame.epoch, Account::begin(1));
        Ok(())
    }

    /// Step 4, where EPOCH_START tells the last number of the current epoch.
    fn close_current(&mut self, last: u64, verdicts: &mut Vec<Verdict>) -> Result<(), Verdict> {
        let Some(account) = self.accounts.get_mut(&self.current) else { return Ok(()) };
        // LOSS-005
        if last < account.last() || (last > account.last() && account.tail() == Tail::Ended) {
            return Err(Verdict::Fork);
        }
        // LOSS-006
        let gap = account.lose_up_to(last);
        if gap > 0 {
            verdicts.push(Verdict::Gap(gap));
        }
        account.close();
        Ok(())
    }

    /// Step 4, where nothing tells how the current epoch ended.
    // LOSS-008
    fn tail_unknown(&self, verdicts: &mut Vec<Verdict>) {
        verdicts.extend(self.unknown_tail().map(Verdict::TailUnknown));
    }

    /// The current epoch, where its tail is open.
    pub(super) fn unknown_tail(&self) -> Option<u32> {
        let account = self.accounts.get(&self.current)?;
        (account.tail() == Tail::Open).then_some(self.current)
    }

    /// Step 10. The lane keeps its tenant and its partition.
    fn moved(&mut self, frame: &Observation<'_>, verdicts: &mut Vec<Verdict>) {
        let Some(facts) = &frame.accepted else { return };
        let mut moved = **self.tenant.get_or_insert_with(|| facts.tenant.into()) != *facts.tenant;
        if let Some(partition) = frame.partition {
            moved |= *self.partition.get_or_insert(partition) != partition;
        }
        // LOSS-017
        if moved {
            verdicts.push(Verdict::LaneMoved);
        }
    }

    /// Step 11. Control records, in order.
    fn control(&mut self, frame: &Observation<'_>) {
        let Some(account) = self.accounts.get_mut(&frame.epoch) else { return };
        let is_last = frame.last() == account.last();
        for control in frame.controls() {
            match *control {
                Control::EpochStart { .. } => {}
                Control::LateDrops { first, count } => account.declare(first, count),
                Control::EpochEnd if is_last => account.end(),
                Control::LaneEnd if is_last => {
                    account.end();
                    self.ended |= frame.epoch == self.current;
                }
                Control::EpochEnd | Control::LaneEnd => {}
            }
        }
    }

    /// Forgets the oldest epochs and the lowest ranges of the others.
    pub(super) fn forget(&mut self, bounds: &Bounds) {
        while self.accounts.len() > bounds.epochs.max(1)
            && let Some((epoch, _)) = self.accounts.pop_first()
        {
            self.epochs_from = self.epochs_from.max(epoch.saturating_add(1));
        }
        for account in self.accounts.values_mut() {
            account.forget(bounds.counted, bounds.missing);
        }
    }

    /// The accounts by epoch, in ascending order.
    pub(super) fn accounts(&self) -> impl Iterator<Item = (u32, &Account)> {
        self.accounts.iter().map(|(&epoch, account)| (epoch, account))
    }
}

/// Steps 5 to 8, in the account of the frame's epoch.
fn place(
    account: &mut Account,
    frame: &Observation<'_>,
    old: bool,
    lane_ended: bool,
    verdicts: &mut Vec<Verdict>,
) -> Result<Next, Verdict> {
    if let Next::Lane = account.known_range(frame, verdicts)? {
        return Ok(Next::Lane);
    }
    account.before(frame)?;
    if let Next::Count = account.inside(frame, verdicts)? {
        return Ok(Next::Count);
    }
    // LOSS-003: in an old epoch this takes the place of step 8.
    if old {
        return Err(Verdict::StaleEpoch);
    }
    account.forward(frame, lane_ended, verdicts)?;
    Ok(Next::Count)
}
