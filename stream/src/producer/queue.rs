//! What waits in a lane to be sealed.

use std::collections::VecDeque;

use dashstream_codec::FlushPolicy;
use dashstream_codec::owned::Record;

use super::config::{DropReason, Policy};
use super::gap::Gap;
use super::slice::Slice;

/// Numbers without a record that one frame declares at the most; what is more is left to LATE_DROPS. The prelude holds 65,535.
pub(super) const MAX_DECLARED: u64 = 60_000;

/// A record that waits.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) record: Box<Record>,
    pub(super) len: usize,
    pub(super) policy: Policy,
    pub(super) offered_us: u64,
    /// When nobody waits for it any more; `None` for records of the producer's own.
    pub(super) deadline_us: Option<u64>,
    /// Who wants to know what becomes of it.
    pub(super) ticket: Option<u64>,
}

impl Queued {
    /// Whether it is one of the producer's own, which are not in the account and are not dropped.
    pub(super) const fn is_control(&self) -> bool {
        self.deadline_us.is_none()
    }
}

#[derive(Debug)]
pub(super) enum Item {
    Record(Queued),
    Gap(Gap),
}

impl Item {
    fn first(&self) -> u64 {
        match self {
            Self::Record(queued) => queued.record.sequence,
            Self::Gap(gap) => gap.first,
        }
    }
}

/// Records and gaps in the order of their numbers, without a number between them that is neither.
#[derive(Debug, Default)]
pub(super) struct Queue {
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
            Item::Record(queued) => Some(queued.offered_us),
            Item::Gap(_) => None,
        });
        records.or_else(|| (!self.items.is_empty()).then_some(0))
    }

    pub(super) fn push(&mut self, queued: Queued) {
        self.count(&queued);
        if queued.policy == Policy::DropOldest && !queued.is_control() {
            self.giving_way.push_back(queued.record.sequence);
        }
        let deadline = queued.deadline_us.unwrap_or(u64::MAX);
        self.earliest_us = if self.records.count == 1 { deadline } else { self.earliest_us.min(deadline) };
        self.items.push_back(Item::Record(queued));
    }

    const fn count(&mut self, queued: &Queued) {
        self.records.add(queued.len);
        if !queued.is_control() {
            self.offered.add(queued.len);
        }
    }

    const fn discount(&mut self, queued: &Queued) {
        self.records.remove(queued.len);
        if !queued.is_control() {
            self.offered.remove(queued.len);
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
    pub(super) fn drop_oldest(&mut self, reason: DropReason) -> Option<Queued> {
        let number = self.giving_way.pop_front()?;
        let index = self.items.binary_search_by_key(&number, Item::first).ok()?;
        self.drop_at(index, reason)
    }

    /// Turns a record into a gap, which joins those beside it.
    fn drop_at(&mut self, index: usize, reason: DropReason) -> Option<Queued> {
        let item = self.items.get_mut(index)?;
        let gap = Gap::one(item.first(), reason);
        let Item::Record(queued) = std::mem::replace(item, Item::Gap(gap)) else { return None };
        self.discount(&queued);
        self.join(index + 1);
        self.join(index);
        Some(queued)
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
    pub(super) fn expire(&mut self, now_us: Option<u64>, reason: DropReason) -> Vec<Queued> {
        if now_us.is_some_and(|now| now < self.earliest_us) || self.records.count == 0 {
            return Vec::new();
        }
        let mut dropped = Vec::new();
        let mut kept = VecDeque::with_capacity(self.items.len());
        self.earliest_us = u64::MAX;
        for item in std::mem::take(&mut self.items) {
            let item = match item {
                Item::Record(queued) if queued.deadline_us.is_some_and(|at| now_us.is_none_or(|now| at <= now)) => {
                    self.discount(&queued);
                    let gap = Gap::one(queued.record.sequence, reason);
                    dropped.push(queued);
                    Item::Gap(gap)
                }
                Item::Record(queued) => {
                    self.earliest_us = self.earliest_us.min(queued.deadline_us.unwrap_or(u64::MAX));
                    Item::Record(queued)
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
            let last = last.record.sequence;
            let gone: std::collections::BTreeSet<u64> = dropped.iter().map(|one| one.record.sequence).collect();
            self.giving_way.retain(|number| *number > last || !gone.contains(number));
        }
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

    /// Takes from the front what may stand in one frame: so many records and bytes, or one record, and the gaps between, before and
    /// behind them.
    pub(super) fn take(&mut self, max_records: usize, max_len: usize) -> Slice {
        let mut slice = Slice { records: Vec::with_capacity(self.records.count.min(max_records)), ..Slice::default() };
        let (mut len, mut declared) = (0, 0);
        while let Some(item) = self.items.front() {
            match item {
                Item::Record(queued) => {
                    let first = slice.records.is_empty();
                    if !first && (slice.records.len() >= max_records || len + queued.len > max_len) {
                        break;
                    }
                    len += queued.len;
                }
                Item::Gap(gap) => {
                    declared += gap.len();
                    if declared > MAX_DECLARED {
                        break;
                    }
                }
            }
            match self.items.pop_front() {
                Some(Item::Record(queued)) => {
                    self.taken(&queued);
                    slice.push(queued);
                }
                Some(Item::Gap(gap)) => slice.push_gap(&gap),
                None => break,
            }
        }
        slice
    }

    fn taken(&mut self, queued: &Queued) {
        self.discount(queued);
        if self.giving_way.front() == Some(&queued.record.sequence) {
            self.giving_way.pop_front();
        }
    }

    /// Puts back to the front what there was no room for.
    pub(super) fn put_back(&mut self, slice: Slice) {
        if slice.first == 0 {
            return;
        }
        let mut number = slice.first;
        let mut records = slice.records.into_iter().peekable();
        let mut items = Vec::new();
        let mut reasons = slice.reasons;
        while number <= slice.last {
            let next = records.peek().map_or(slice.last + 1, |queued| queued.record.sequence);
            if next > number {
                items.push(Item::Gap(Gap::split(&mut reasons, number, next - 1)));
            }
            if let Some(queued) = records.next() {
                items.push(Item::Record(queued));
            }
            number = next + 1;
        }
        for item in items.into_iter().rev() {
            match item {
                Item::Record(queued) => self.returned(queued),
                gap @ Item::Gap(_) => self.items.push_front(gap),
            }
            self.join(1);
        }
    }

    fn returned(&mut self, queued: Queued) {
        self.count(&queued);
        self.earliest_us = self.earliest_us.min(queued.deadline_us.unwrap_or(u64::MAX));
        if queued.policy == Policy::DropOldest && !queued.is_control() {
            self.giving_way.push_front(queued.record.sequence);
        }
        self.items.push_front(Item::Record(queued));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const FULL: DropReason = DropReason::QueueFull;

    fn queued(sequence: u64, policy: Policy) -> Queued {
        let record = Box::new(Record { sequence, ..Record::default() });
        Queued { record, len: 10, policy, offered_us: sequence, deadline_us: Some(sequence * 100), ticket: None }
    }

    /// Five records that give way, and a gap of two behind the second.
    fn queue() -> Queue {
        let mut queue = Queue::default();
        for number in [1, 2, 5, 6, 7] {
            if number == 5 {
                queue.push_gap(3, DropReason::Deadline);
                queue.push_gap(4, FULL);
            }
            queue.push(queued(number, Policy::DropOldest));
        }
        queue
    }

    fn shape(queue: &Queue) -> Vec<(u64, u64)> {
        let range = |item: &Item| match item {
            Item::Record(queued) => (queued.record.sequence, 0),
            Item::Gap(gap) => (gap.first, gap.last),
        };
        queue.items.iter().map(range).collect()
    }

    #[test]
    fn gaps_that_touch_are_one() {
        let mut queue = queue();
        assert_eq!(shape(&queue), [(1, 0), (2, 0), (3, 4), (5, 0), (6, 0), (7, 0)]);
        let numbers: Vec<_> = (0..3).map(|_| queue.drop_oldest(FULL).unwrap().record.sequence).collect();
        assert_eq!(numbers, [1, 2, 5]);
        assert_eq!(shape(&queue), [(1, 5), (6, 0), (7, 0)]);
        let Some(Item::Gap(gap)) = queue.items.front() else { panic!("no gap") };
        assert_eq!(gap.reasons, BTreeMap::from([(DropReason::Deadline, 1), (FULL, 4)]));
        assert_eq!(gap.ranges(), [(1, 4, FULL), (5, 1, DropReason::Deadline)]);
        assert_eq!((queue.records, queue.offered), (Room { count: 2, len: 20 }, Room { count: 2, len: 20 }));
        // From the other side.
        assert!(queue.drop_at(2, FULL).is_some());
        assert_eq!(shape(&queue), [(1, 5), (6, 0), (7, 7)]);
        queue.push_gap(8, FULL);
        assert_eq!(shape(&queue), [(1, 5), (6, 0), (7, 8)]);
        assert_eq!(queue.expire(Some(600), DropReason::Deadline).len(), 1);
        assert_eq!(shape(&queue), [(1, 8)]);
        assert!(queue.has_gaps_alone() && queue.drop_oldest(FULL).is_none());
    }

    #[test]
    fn what_is_put_back_stands_where_it_stood() {
        let whole = shape(&queue());
        for records in 1..=5 {
            let mut queue = queue();
            let mut slice = queue.take(5, 1_000);
            assert!(queue.is_empty() && queue.giving_way.is_empty());
            assert_eq!((slice.first, slice.last, slice.dropped()), (1, 7, 2));
            let rest = slice.split_off(records);
            assert_eq!(slice.records.len(), records);
            // Numbers without a record stay with the records before them.
            let kept = 2 * u64::from(records >= 2);
            assert_eq!((slice.dropped(), rest.dropped()), (kept, if records == 5 { 0 } else { 2 - kept }));
            if records % 2 == 0 {
                queue.put_back(rest);
                queue.put_back(slice);
            } else {
                queue.put_back(slice.before(rest));
            }
            assert_eq!(shape(&queue), whole, "{records}");
            assert_eq!(queue.giving_way, [1, 2, 5, 6, 7]);
            assert_eq!(queue.records.count, 5);
            assert_eq!(queue.next_deadline_us(), Some(100));
        }
    }

    #[test]
    fn a_slice_is_bounded() {
        let lens = |records, len| {
            let mut queue = queue();
            let mut lens = Vec::new();
            while !queue.is_empty() {
                lens.push(queue.take(records, len).records.len());
            }
            lens
        };
        assert_eq!(lens(2, 1_000), [2, 2, 1]);
        assert_eq!(lens(9, 30), [3, 2]);
        // One record is always taken.
        assert_eq!(lens(9, 5), [1, 1, 1, 1, 1]);
        assert_eq!(lens(9, 1_000), [5]);
    }

    #[test]
    fn a_gap_that_is_too_long_is_taken_alone() {
        let mut queue = Queue::default();
        for number in 1..=MAX_DECLARED {
            queue.push_gap(number, FULL);
        }
        assert!(!queue.has_long_gap() && queue.take_long_gap().is_none());
        queue.push_gap(MAX_DECLARED + 1, FULL);
        assert!(queue.has_long_gap());
        queue.push(queued(MAX_DECLARED + 2, Policy::Block));
        assert_eq!(queue.take_long_gap().map(|gap| gap.len()), Some(MAX_DECLARED + 1));
        assert_eq!(queue.take(10, 100).first, MAX_DECLARED + 2);
    }
}
