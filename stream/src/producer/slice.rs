//! Records and numbers without one, on their way from the queue into one frame.

use std::collections::BTreeMap;

use super::config::DropReason;
use super::gap::{Gap, add};
use super::queue::Queued;

/// What is to stand in one frame.
#[derive(Debug, Default)]
pub(super) struct Slice {
    /// The first number, with a record or without one; 0 where there is none.
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) records: Vec<Queued>,
    pub(super) reasons: BTreeMap<DropReason, u64>,
}

impl Slice {
    fn cover(&mut self, first: u64, last: u64) {
        if self.first == 0 {
            self.first = first;
        }
        self.last = last;
    }

    pub(super) fn push(&mut self, queued: Queued) {
        self.cover(queued.record.sequence, queued.record.sequence);
        self.records.push(queued);
    }

    pub(super) fn push_gap(&mut self, gap: &Gap) {
        self.cover(gap.first, gap.last);
        add(&mut self.reasons, &gap.reasons);
    }

    /// The same with what follows it.
    pub(super) fn before(mut self, next: Self) -> Self {
        if self.first == 0 || next.first == 0 {
            return if self.first == 0 { next } else { self };
        }
        self.last = next.last;
        self.records.extend(next.records);
        add(&mut self.reasons, &next.reasons);
        self
    }

    /// How many numbers have no record.
    pub(super) fn dropped(&self) -> u64 {
        self.reasons.values().sum()
    }

    /// Turns a record into a number without one.
    pub(super) fn drop_at(&mut self, index: usize, reason: DropReason) -> Option<Queued> {
        if index >= self.records.len() {
            return None;
        }
        *self.reasons.entry(reason).or_default() += 1;
        Some(self.records.remove(index))
    }

    /// Keeps so many records and the numbers before the next one; returns the rest.
    pub(super) fn split_off(&mut self, records: usize) -> Self {
        let rest = self.records.split_off(records.min(self.records.len()));
        let Some(cut) = rest.first().map(|queued| queued.record.sequence) else { return Self::default() };
        let kept = (cut - self.first).saturating_sub(self.records.len() as u64);
        let mut all = std::mem::take(&mut self.reasons);
        if kept > 0 {
            self.reasons = Gap::split(&mut all, 1, kept).reasons;
        }
        all.retain(|_, count| *count > 0);
        let last = std::mem::replace(&mut self.last, cut - 1);
        Self { first: cut, last, records: rest, reasons: all }
    }
}
