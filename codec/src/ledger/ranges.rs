//! Sets of sequence numbers, kept as ranges that do not touch what is not in them.

use std::collections::BTreeMap;

/// Disjoint inclusive ranges, by their first number. Every operation but [`Ranges::take`] is
/// logarithmic; `take` is so for each range that it meets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    /// Adds first..=last, of which no number is in the set yet.
    pub(super) fn insert(&mut self, first: u64, last: u64) {
        if first <= last {
            self.0.insert(first, last);
        }
    }

    /// Takes first..=last out where it lies wholly inside one range, and says whether it does.
    pub(super) fn split(&mut self, first: u64, last: u64) -> bool {
        let Some((&begin, &end)) = self.0.range(..=first).next_back() else { return false };
        if end < last {
            return false;
        }
        self.0.remove(&begin);
        self.keep_around(begin, end, first, last);
        true
    }

    /// Takes every number of first..=last out and returns what was in the set, as ascending ranges.
    pub(super) fn take(&mut self, first: u64, last: u64) -> Vec<(u64, u64)> {
        let mut taken = Vec::new();
        while let Some((&begin, &end)) = self.0.range(..=last).next_back() {
            if end < first {
                break;
            }
            self.0.remove(&begin);
            self.keep_around(begin, end, first, last);
            taken.push((begin.max(first), end.min(last)));
        }
        taken.reverse();
        taken
    }

    /// Puts back what of begin..=end lies before first or after last.
    fn keep_around(&mut self, begin: u64, end: u64, first: u64, last: u64) {
        if begin < first {
            self.0.insert(begin, first - 1);
        }
        if last < end {
            self.0.insert(last + 1, end);
        }
    }

    /// Whether a number of first..=last is in the set.
    pub(super) fn touches(&self, first: u64, last: u64) -> bool {
        self.0.range(..=last).next_back().is_some_and(|(_, &end)| end >= first)
    }

    /// Takes the lowest ranges out until there are at most `keep`; the last number that went, where one did.
    pub(super) fn forget(&mut self, keep: usize) -> Option<u64> {
        let mut gone = None;
        while self.0.len() > keep {
            gone = self.0.pop_first().map(|(_, last)| last);
        }
        gone
    }

    /// The ranges in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.0.iter().map(|(&first, &last)| (first, last))
    }
}

#[cfg(test)]
mod tests {
    use super::Ranges;

    fn ranges(list: &[(u64, u64)]) -> Ranges {
        let mut set = Ranges::default();
        for &(first, last) in list {
            set.insert(first, last);
        }
        set
    }

    #[test]
    fn an_empty_range_is_not_inserted() {
        assert_eq!(ranges(&[(5, 4)]), Ranges::default());
    }

    #[test]
    fn split_wants_one_range() {
        let mut set = ranges(&[(3, 5), (6, 9)]);
        assert!(!set.split(5, 6));
        assert!(!set.split(2, 3));
        assert!(set.split(4, 4));
        assert!(set.split(6, 9));
        assert_eq!(set, ranges(&[(3, 3), (5, 5)]));
    }

    #[test]
    fn take_cuts_the_outer_ranges() {
        let mut set = ranges(&[(1, 2), (4, 6), (8, 9), (11, 20)]);
        assert_eq!(set.take(5, 12), [(5, 6), (8, 9), (11, 12)]);
        assert_eq!(set, ranges(&[(1, 2), (4, 4), (13, 20)]));
        assert_eq!(set.take(5, 12), []);
    }
}
