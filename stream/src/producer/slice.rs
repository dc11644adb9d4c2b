//! Records and numbers without one, on their way from the queue into one frame.

use std::collections::BTreeMap;

use super::config::DropReason;
use super::encoded::Part;
use super::gap::{Gap, add};
use super::slot::Slot;

/// What is to stand in one frame.
#[derive(Debug, Default)]
pub(super) struct Slice {
    /// The first number, with a record or without one; 0 where there is none.
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) slots: Vec<Slot>,
    /// Where the records are.
    pub(super) parts: Vec<Part>,
    pub(super) reasons: BTreeMap<DropReason, u64>,
}

impl Slice {
    fn cover(&mut self, first: u64, last: u64) {
        if self.first == 0 {
            self.first = first;
        }
        self.last = last;
    }

    pub(super) fn push(&mut self, slot: Slot) {
        self.cover(slot.sequence, slot.sequence);
        self.slots.push(slot);
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
        self.slots.extend(next.slots);
        self.parts.extend(next.parts);
        add(&mut self.reasons, &next.reasons);
        self
    }

    /// How many numbers have no record.
    pub(super) fn dropped(&self) -> u64 {
        self.reasons.values().sum()
    }

    /// Turns a record into a number without one.
    pub(super) fn drop_at(&mut self, index: usize, reason: DropReason) -> Option<Slot> {
        if index >= self.slots.len() {
            return None;
        }
        *self.reasons.entry(reason).or_default() += 1;
        let slot = self.slots.remove(index);
        self.parts = self.parts.iter().filter_map(|part| part.of(&self.slots)).collect();
        Some(slot)
    }

    /// Keeps so many records and the numbers before the next one; returns the rest.
    pub(super) fn split_off(&mut self, records: usize) -> Self {
        let rest = self.slots.split_off(records.min(self.slots.len()));
        let Some(cut) = rest.first().map(|slot| slot.sequence) else { return Self::default() };
        let kept = (cut - self.first).saturating_sub(self.slots.len() as u64);
        let mut all = std::mem::take(&mut self.reasons);
        if kept > 0 {
            self.reasons = Gap::split(&mut all, 1, kept).reasons;
        }
        all.retain(|_, count| *count > 0);
        let last = std::mem::replace(&mut self.last, cut - 1);
        let parts = self.parts.iter().filter_map(|part| part.of(&rest)).collect();
        self.parts = self.parts.iter().filter_map(|part| part.of(&self.slots)).collect();
        Self { first: cut, last, slots: rest, parts, reasons: all }
    }
}
