//! What waits in a lane to be sealed.

use std::collections::VecDeque;
use std::sync::Arc;

use dashstream_codec::view::Payload;
use dashstream_codec::{FlushPolicy, RecordInput};

use super::batches::{Batches, Sparse};
use super::config::{DropReason, Policy};
use super::gap::Gap;
use super::origin::Origin;
use super::slice::Slice;
use super::slot::Slot;

/// Numbers without a record that one frame declares at the most; what is more is left to LATE_DROPS. The prelude holds 65,535.
pub(super) const MAX_DECLARED: u64 = 60_000;

#[derive(Debug)]
enum Item {
    Record(Slot),
    Gap(Gap),
}

impl Item {
    const fn first(&self) -> u64 {
        match self {
            Self::Record(slot) => slot.sequence,
            Self::Gap(gap) => gap.first,
        }
    }

    const fn last(&self) -> u64 {
        match self {
            Self::Record(slot) => slot.sequence,
            Self::Gap(gap) => gap.last,
        }
    }
}

/// Records and gaps in the order of their numbers, without a number between them that is neither.
#[derive(Debug)]
pub(super) struct Queue {
    /// What the records say.
    batches: Batches,
    items: VecDeque<Item>,
    /// The records that give way, by their numbers.
    giving_way: VecDeque<u64>,
    /// Records, and bytes of them.
    pub(super) records: Room,
    /// Those that were offered: the producer's own take no room from others.
    pub(super) offered: Room,
    /// No deadline is before this.
    earliest_us: u64,
}

/// How many, and how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) count: usize,
    pub(super) len: usize,
}

impl Room {
    const NONE: Self = Self { count: 0, len: 0 };

    const fn add(&mut self, len: usize) {
        self.count += 1;
        self.len += len;
    }

    const fn remove(&mut self, len: usize) {
        self.count -= 1;
        self.len -= len;
    }
}

impl Queue {
    pub(super) const fn new(origin: Arc<Origin>) -> Self {
        Self {
            batches: Batches::new(origin),
            items: VecDeque::new(),
            giving_way: VecDeque::new(),
            records: Room::NONE,
            offered: Room::NONE,
            earliest_us: 0,
        }
    }

    pub(super) const fn origin(&self) -> &Arc<Origin> {
        self.batches.origin()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether a frame can be filled.
    pub(super) fn is_full(&self, flush: &FlushPolicy) -> bool {
        self.records.count >= flush.max_records || self.records.len >= flush.max_len
    }

    /// When the oldest record was offered; for a gap without a record, 0: it has waited long enough.
    pub(super) fn oldest_us(&self) -> Option<u64> {
        let records = self.items.iter().find_map(|item| match item {
            Item::Record(slot) => Some(slot.offered_us),
            Item::Gap(_) => None,
        });
        records.or_else(|| (!self.items.is_empty()).then_some(0))
    }

    /// Encodes a record and queues it; where no frame can hold it, says why, and its number is the caller's to declare.
    pub(super) fn push(
        &mut self,
        slot: Slot,
        record: &RecordInput<'_>,
        payload: &Payload<'_>,
    ) -> Result<(), DropReason> {
        let base = self.base(self.items.len(), slot.sequence);
        if let Err(reason) = self.batches.push(&slot, base, record, payload) {
            self.batches.sparse_open().into_iter().for_each(|sparse| self.compact(sparse));
            return Err(reason);
        }
        self.count(&slot);
        if slot.policy == Policy::DropOldest && !slot.is_control() {
            self.giving_way.push_back(slot.sequence);
        }
        let deadline = slot.deadline_us.unwrap_or(u64::MAX);
        self.earliest_us = if self.records.count == 1 { deadline } else { self.earliest_us.min(deadline) };
        self.items.push_back(Item::Record(slot));
        Ok(())
    }

    /// The first number of the frame that begins with the record at this place: a gap before it goes with the record before, if there is
    /// one.
    fn base(&self, index: usize, sequence: u64) -> u64 {
        match self.items.front() {
            Some(Item::Gap(gap)) if index == 1 && gap.len() <= MAX_DECLARED => gap.first,
            _ => sequence,
        }
    }

    const fn count(&mut self, slot: &Slot) {
        self.records.add(slot.len);
        if !slot.is_control() {
            self.offered.add(slot.len);
        }
    }

    const fn discount(&mut self, slot: &Slot) {
        self.records.remove(slot.len);
        if !slot.is_control() {
            self.offered.remove(slot.len);
        }
    }

    /// Notes the next number as one without a record.
    pub(super) fn push_gap(&mut self, number: u64, reason: DropReason) {
        let gap = Gap::one(number, reason);
        match self.items.back_mut() {
            Some(Item::Gap(last)) => last.join(&gap),
            _ => self.items.push_back(Item::Gap(gap)),
        }
    }

    /// Drops the oldest record that gives way.
    pub(super) fn drop_oldest(&mut self, reason: DropReason) -> Option<Slot> {
        let number = self.giving_way.pop_front()?;
        let index = self.items.binary_search_by_key(&number, Item::first).ok()?;
        self.drop_at(index, reason)
    }

    /// Turns a record into a gap, which joins those beside it.
    fn drop_at(&mut self, index: usize, reason: DropReason) -> Option<Slot> {
        let item = self.items.get_mut(index)?;
        let gap = Gap::one(item.first(), reason);
        let Item::Record(slot) = std::mem::replace(item, Item::Gap(gap)) else { return None };
        self.discount(&slot);
        self.join(index + 1);
        self.join(index);
        if let Some(sparse) = self.batches.lose(&slot) {
            self.compact(sparse);
        }
        Some(slot)
    }

    /// Has what waits of a batch encoded anew, so that what is gone takes no room.
    fn compact(&mut self, sparse: Sparse) {
        // A gap that has joined others begins before the number.
        let from = self.items.partition_point(|item| item.last() < sparse.first);
        let waiting = (from..).zip(self.items.range(from..)).take_while(|(_, item)| item.first() <= sparse.last);
        let waiting = waiting.filter_map(|(index, item)| match item {
            Item::Record(slot) => Some((index, *slot)),
            Item::Gap(_) => None,
        });
        let (places, slots): (Vec<usize>, Vec<Slot>) = waiting.unzip();
        let (Some(place), Some(slot)) = (places.first(), slots.first()) else { return };
        let base = self.base(*place, slot.sequence);
        self.batches.compact(sparse, &slots, base);
    }

    /// Joins an item and the one before it, where both are gaps.
    fn join(&mut self, index: usize) {
        let Some(before) = index.checked_sub(1) else { return };
        if let (Some(Item::Gap(_)), Some(Item::Gap(_))) = (self.items.get(before), self.items.get(index))
            && let Some(Item::Gap(next)) = self.items.remove(index)
            && let Some(Item::Gap(gap)) = self.items.get_mut(before)
        {
            gap.join(&next);
        }
    }

    /// Drops every record whose deadline has come, or, where there is no time given, every record; those of the producer's
    /// own stay.
    pub(super) fn expire(&mut self, now_us: Option<u64>, reason: DropReason) -> Vec<Slot> {
        if now_us.is_some_and(|now| now < self.earliest_us) || self.records.count == 0 {
            return Vec::new();
        }
        let mut dropped = Vec::new();
        let mut kept = VecDeque::with_capacity(self.items.len());
        self.earliest_us = u64::MAX;
        for item in std::mem::take(&mut self.items) {
            let item = match item {
                Item::Record(slot) if slot.deadline_us.is_some_and(|at| now_us.is_none_or(|now| at <= now)) => {
                    self.discount(&slot);
                    let gap = Gap::one(slot.sequence, reason);
                    dropped.push(slot);
                    Item::Gap(gap)
                }
                Item::Record(slot) => {
                    self.earliest_us = self.earliest_us.min(slot.deadline_us.unwrap_or(u64::MAX));
                    Item::Record(slot)
                }
                gap @ Item::Gap(_) => gap,
            };
            match (kept.back_mut(), item) {
                (Some(Item::Gap(last)), Item::Gap(gap)) => last.join(&gap),
                (_, item) => kept.push_back(item),
            }
        }
        self.items = kept;
        if let Some(last) = dropped.last() {
            let last = last.sequence;
            let gone: std::collections::BTreeSet<u64> = dropped.iter().map(|one| one.sequence).collect();
            self.giving_way.retain(|number| *number > last || !gone.contains(number));
        }
        for slot in &dropped {
            self.batches.lose(slot);
        }
        self.batches.sparse().into_iter().for_each(|sparse| self.compact(sparse));
        dropped
    }

    /// The earliest deadline of a record that waits, or before.
    pub(super) fn next_deadline_us(&self) -> Option<u64> {
        (self.records.count > 0 && self.earliest_us < u64::MAX).then_some(self.earliest_us)
    }

    /// Whether only a gap waits.
    pub(super) fn has_gaps_alone(&self) -> bool {
        self.records.count == 0 && !self.items.is_empty()
    }

    /// Whether a gap is too long for a frame.
    pub(super) fn has_long_gap(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Gap(gap) if gap.len() > MAX_DECLARED))
    }

    /// Takes a gap from the front that is too long for a frame.
    pub(super) fn take_long_gap(&mut self) -> Option<Gap> {
        match self.items.front() {
            Some(Item::Gap(gap)) if gap.len() > MAX_DECLARED => match self.items.pop_front() {
                Some(Item::Gap(gap)) => Some(gap),
                _ => None,
            },
            _ => None,
        }
    }

    /// Takes from the front what may stand in one frame: the records of one batch, or of a few small ones, and the gaps between, before
    /// and behind them.
    pub(super) fn take(&mut self) -> Slice {
        let records = self.batches.next();
        let mut slice = Slice { slots: Vec::with_capacity(records), ..Slice::default() };
        let mut declared = 0;
        while let Some(item) = self.items.front() {
            match item {
                Item::Record(_) if slice.slots.len() >= records => break,
                Item::Record(_) => {}
                Item::Gap(gap) => {
                    declared += gap.len();
                    if declared > MAX_DECLARED {
                        break;
                    }
                }
            }
            match self.items.pop_front() {
                Some(Item::Record(slot)) => {
                    self.taken(&slot);
                    slice.push(slot);
                }
                Some(Item::Gap(gap)) => slice.push_gap(&gap),
                None => break,
            }
        }
        slice.parts = self.batches.take(&slice.slots);
        slice
    }

    fn taken(&mut self, slot: &Slot) {
        self.discount(slot);
        if self.giving_way.front() == Some(&slot.sequence) {
            self.giving_way.pop_front();
        }
    }

    /// Puts back to the front what there was no room for.
    pub(super) fn put_back(&mut self, slice: Slice) {
        if slice.first == 0 {
            return;
        }
        let mut number = slice.first;
        self.batches.put_back(slice.parts);
        let mut records = slice.slots.into_iter().peekable();
        let mut items = Vec::new();
        let mut reasons = slice.reasons;
        while number <= slice.last {
            let next = records.peek().map_or(slice.last + 1, |slot| slot.sequence);
            if next > number {
                items.push(Item::Gap(Gap::split(&mut reasons, number, next - 1)));
            }
            if let Some(slot) = records.next() {
                items.push(Item::Record(slot));
            }
            number = next + 1;
        }
        for item in items.into_iter().rev() {
            match item {
                Item::Record(slot) => self.returned(slot),
                gap @ Item::Gap(_) => self.items.push_front(gap),
            }
            self.join(1);
        }
    }

    fn returned(&mut self, slot: Slot) {
        self.count(&slot);
        self.earliest_us = self.earliest_us.min(slot.deadline_us.unwrap_or(u64::MAX));
        if slot.policy == Policy::DropOldest && !slot.is_control() {
            self.giving_way.push_front(slot.sequence);
        }
        self.items.push_front(Item::Record(slot));
    }
}

#[cfg(test)]
mod tests;
