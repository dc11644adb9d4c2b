//! Numbers without a record.

use std::collections::BTreeMap;

use super::config::DropReason;

/// Numbers that follow each other and whose records were dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) first: u64,
    pub(super) last: u64,
    /// How many for each reason; which of them, nobody asks.
    pub(super) reasons: BTreeMap<DropReason, u64>,
}

impl Gap {
    pub(super) fn one(number: u64, reason: DropReason) -> Self {
        Self { first: number, last: number, reasons: BTreeMap::from([(reason, 1)]) }
    }

    pub(super) const fn len(&self) -> u64 {
        self.last - self.first + 1
    }

    /// Adds the numbers that follow.
    pub(super) fn join(&mut self, next: &Self) {
        self.last = next.last;
        add(&mut self.reasons, &next.reasons);
    }

    /// The gap as ranges of one reason each, which is what LATE_DROPS says.
    pub(super) fn ranges(&self) -> Vec<(u64, u64, DropReason)> {
        let mut first = self.first;
        let mut ranges = Vec::new();
        for (reason, count) in &self.reasons {
            ranges.push((first, *count, *reason));
            first += count;
        }
        ranges
    }

    /// A gap of these numbers, for as many of the reasons.
    pub(super) fn split(reasons: &mut BTreeMap<DropReason, u64>, first: u64, last: u64) -> Self {
        let mut left = last - first + 1;
        let mut taken = BTreeMap::new();
        for (reason, count) in reasons.iter_mut() {
            let these = left.min(*count);
            if these > 0 {
                taken.insert(*reason, these);
                *count -= these;
                left -= these;
            }
        }
        Self { first, last, reasons: taken }
    }
}

pub(super) fn add(all: &mut BTreeMap<DropReason, u64>, more: &BTreeMap<DropReason, u64>) {
    for (reason, count) in more {
        *all.entry(*reason).or_default() += count;
    }
}
