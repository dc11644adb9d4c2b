//! The account of one epoch of one lane, and the steps that concern it alone.

use super::counted::CountedRanges;
use super::observation::Observation;
use super::ranges::Ranges;
use super::verdict::Verdict;

/// How much is known of the end of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tail {
    /// More may have followed.
    Open,
    /// EPOCH_END or LANE_END was seen.
    Ended,
    /// A later EPOCH_START told the last number.
    Closed,
}

impl Tail {
    /// `open`, `ended` or `closed`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ended => "ended",
            Self::Closed => "closed",
        }
    }
}

/// Where a frame that was not stopped goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// On to the step that follows.
    On,
    /// To step 9: the frame fills missing numbers.
    Count,
    /// To step 10: its range was counted before.
    Lane,
}

/// The numbers first..last of one epoch of one lane: each of them is seen, declared, unreadable or lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) seen: u64,
    pub(super) declared: u64,
    pub(super) unreadable: u64,
    pub(super) lost: u64,
    pub(super) tail: Tail,
    /// Counted ranges below were forgotten; 0: none.
    pub(super) counted_from: u64,
    /// Missing ranges below were forgotten; 0: none.
    pub(super) missing_from: u64,
    pub(super) counted: CountedRanges,
    pub(super) missing: Ranges,
}

impl Account {
    /// An account that knows no number yet and begins at `first`, 1 or more.
    pub(super) fn begin(first: u64) -> Self {
        Self {
            first,
            last: first.saturating_sub(1),
            seen: 0,
            declared: 0,
            unreadable: 0,
            lost: 0,
            tail: Tail::Open,
            counted_from: 0,
            missing_from: 0,
            counted: CountedRanges::default(),
            missing: Ranges::default(),
        }
    }

    /// The account of an epoch of which only the last number is known: 1..=last are missing.
    pub(super) fn missing(last: u64) -> Self {
        let mut account = Self::begin(1);
        account.lose_up_to(last);
        account.tail = Tail::Closed;
        account
    }

    /// First sequence number that the account covers.
    #[must_use]
    pub const fn first(&self) -> u64 {
        self.first
    }

    /// Last sequence number that the account covers.
    #[must_use]
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// Records of accepted frames, control records and rejected records included.
    #[must_use]
    pub const fn seen(&self) -> u64 {
        self.seen
    }

    /// Numbers that were declared dropped.
    #[must_use]
    pub const fn declared(&self) -> u64 {
        self.declared
    }

    /// Records of countable frames that were rejected.
    #[must_use]
    pub const fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Numbers that no counted frame covers and nothing declared.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    /// How much is known of the end of the epoch.
    #[must_use]
    pub const fn tail(&self) -> Tail {
        self.tail
    }

    /// The numbers that are lost, as ascending inclusive ranges, without those that were forgotten.
    pub fn missing_ranges(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.missing.iter()
    }

    /// Whether seen + declared + unreadable + lost = last - first + 1. True after every frame; a test
    /// or a debugger may ask.
    // LOSS-001
    #[must_use]
    pub const fn identity_holds(&self) -> bool {
        let parts = self.seen as u128 + self.declared as u128 + self.unreadable as u128 + self.lost as u128;
        parts + self.first as u128 == self.last as u128 + 1
    }

    /// Step 5. The frame's range is one that was counted.
    pub(super) fn known_range(
        &mut self,
        frame: &Observation<'_>,
        verdicts: &mut Vec<Verdict>,
    ) -> Result<Next, Verdict> {
        let Some(range) = self.counted.same(frame) else { return Ok(Next::On) };
        // LOSS-010
        if !range.is_same_content(frame) {
            return Err(Verdict::Fork);
        }
        // LOSS-011
        if !range.readable && frame.accepted.is_some() {
            range.read(frame);
            let records = u64::from(frame.record_count);
            self.unreadable = self.unreadable.saturating_sub(records);
            self.seen = self.seen.saturating_add(records);
            verdicts.push(Verdict::Late(records));
            return Ok(Next::Lane);
        }
        // LOSS-009
        Err(Verdict::Duplicate)
    }

    /// Step 6. The frame lies before the BASELINE.
    pub(super) fn before(&self, frame: &Observation<'_>) -> Result<(), Verdict> {
        if frame.last() < self.first { Err(Verdict::StaleEpoch) } else { Ok(()) }
    }

    /// Step 7. The frame begins among the numbers that are known: it fills missing ones, or is not counted.
    pub(super) fn inside(&mut self, frame: &Observation<'_>, verdicts: &mut Vec<Verdict>) -> Result<Next, Verdict> {
        if frame.base_sequence > self.last {
            return Ok(Next::On);
        }
        // LOSS-021
        if frame.base_sequence < self.missing_from {
            return Err(Verdict::Forgotten);
        }
        if !self.missing.split(frame.base_sequence, frame.last()) {
            return Err(self.covered(frame));
        }
        // LOSS-013
        self.lost = self.lost.saturating_sub(frame.span());
        verdicts.push(Verdict::Late(u64::from(frame.record_count)));
        Ok(Next::Count)
    }

    /// Step 7, where the frame's range lies in no missing one.
    fn covered(&self, frame: &Observation<'_>) -> Verdict {
        let (first, last) = (frame.base_sequence, frame.last());
        // LOSS-021: all its numbers were counted, by ranges that were forgotten.
        if first >= self.first && last < self.counted_from && !self.missing.touches(first, last) {
            return Verdict::Duplicate;
        }
        // LOSS-012
        Verdict::Overlap
    }

    /// Forgets the lowest ranges, so that at most so many are kept.
    pub(super) fn forget(&mut self, counted: usize, missing: usize) {
        let (gone, unread) = self.counted.forget(counted);
        if let Some(last) = gone {
            self.counted_from = self.counted_from.max(last.saturating_add(1));
        }
        // A frame that was never read may still come (LOSS-011): it is no duplicate.
        for last in [unread, self.missing.forget(missing)].into_iter().flatten() {
            self.missing_from = self.missing_from.max(last.saturating_add(1));
        }
    }

    /// Step 8. The frame goes on after the last number.
    pub(super) fn forward(
        &mut self,
        frame: &Observation<'_>,
        lane_ended: bool,
        verdicts: &mut Vec<Verdict>,
    ) -> Result<(), Verdict> {
        // LOSS-019
        if self.tail == Tail::Ended || lane_ended {
            return Err(Verdict::AfterEnd);
        }
        // LOSS-014
        let gap = self.lose_up_to(frame.base_sequence.saturating_sub(1));
        if gap > 0 {
            verdicts.push(Verdict::Gap(gap));
        }
        self.last = frame.last();
        Ok(())
    }

    /// Step 9. Counts the frame.
    pub(super) fn count(&mut self, frame: &Observation<'_>) {
        let records = u64::from(frame.record_count);
        // LOSS-015
        match frame.accepted {
            Some(_) => self.seen = self.seen.saturating_add(records),
            None => self.unreadable = self.unreadable.saturating_add(records),
        }
        self.declared = self.declared.saturating_add(u64::from(frame.drop_count));
        self.counted.insert(frame);
    }

    /// Makes the numbers after the last one up to `last` missing, and says how many they are.
    pub(super) fn lose_up_to(&mut self, last: u64) -> u64 {
        let Some(gap) = last.checked_sub(self.last) else { return 0 };
        self.missing.insert(self.last.saturating_add(1), last);
        self.lost = self.lost.saturating_add(gap);
        self.last = last;
        gap
    }

    /// Step 11, LATE_DROPS: the missing numbers of first..first + count - 1 become declared.
    // LOSS-018
    pub(super) fn declare(&mut self, first: u64, count: u64) {
        let Some(last) = count.checked_sub(1).map(|more| first.saturating_add(more)) else { return };
        for (begin, end) in self.missing.take(first, last) {
            let numbers = (end - begin).saturating_add(1);
            self.lost = self.lost.saturating_sub(numbers);
            self.declared = self.declared.saturating_add(numbers);
        }
    }

    /// A record of the epoch said that nothing follows it.
    pub(super) fn end(&mut self) {
        self.tail = Tail::Ended;
    }

    /// A later epoch told the last number.
    pub(super) fn close(&mut self) {
        if self.tail == Tail::Open {
            self.tail = Tail::Closed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Account;

    #[test]
    fn an_account_that_does_not_add_up_is_told() {
        let good = Account::missing(7);
        assert!(good.identity_holds());
        let changes: [fn(&mut Account); 6] = [
            |account| account.seen += 1,
            |account| account.declared += 1,
            |account| account.unreadable += 1,
            |account| account.lost -= 1,
            |account| account.first += 1,
            |account| account.last += 1,
        ];
        for change in changes {
            let mut account = good.clone();
            change(&mut account);
            assert!(!account.identity_holds(), "{account:?}");
        }
    }
}
