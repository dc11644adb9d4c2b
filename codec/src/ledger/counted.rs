//! The ranges of an account that frames were counted for.

use std::collections::BTreeMap;

use super::observation::Observation;

/// One counted range. Neighbours are never joined: each frame has to be known again (step 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Last number of the range.
    pub(super) last: u64,
    pub(super) record_count: u16,
    /// Whether a frame of this range was accepted.
    pub(super) readable: bool,
    /// body_crc of the frame that was counted.
    pub(super) body_crc: u32,
    /// original_body_crc, where that frame was a redaction.
    pub(super) original: Option<u32>,
}

impl Counted {
    /// Whether the frame is the one that was counted, or one of the two is a redaction of the other, or
    /// both are of a third.
    pub(super) fn is_same_content(&self, frame: &Observation<'_>) -> bool {
        let redaction = frame.redaction();
        self.body_crc == frame.body_crc
            || redaction == Some(self.body_crc)
            || self.original == Some(frame.body_crc)
            || (redaction.is_some() && redaction == self.original)
    }

    /// The frame was unreadable and has arrived intact, or erased.
    pub(super) fn read(&mut self, frame: &Observation<'_>) {
        self.readable = true;
        self.body_crc = frame.body_crc;
        self.original = frame.redaction();
    }
}

/// Counted ranges by their first number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CountedRanges(BTreeMap<u64, Counted>);

impl CountedRanges {
    /// The range that has the frame's first number, last number and record_count.
    pub(super) fn same(&mut self, frame: &Observation<'_>) -> Option<&mut Counted> {
        self.0
            .get_mut(&frame.base_sequence)
            .filter(|range| range.last == frame.last() && range.record_count == frame.record_count)
    }

    /// Takes the lowest ranges out until there are at most `keep`: the last number that went, and the last one that went without
    /// having been read.
    pub(super) fn forget(&mut self, keep: usize) -> (Option<u64>, Option<u64>) {
        let (mut gone, mut unread) = (None, None);
        while self.0.len() > keep
            && let Some((_, range)) = self.0.pop_first()
        {
            gone = Some(range.last);
            if !range.readable {
                unread = gone;
            }
        }
        (gone, unread)
    }

    /// The ranges with their first numbers, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Counted)> {
        self.0.iter().map(|(&first, range)| (first, range))
    }

    /// Puts a range back that was there before.
    pub(super) fn put(&mut self, first: u64, range: Counted) {
        self.0.insert(first, range);
    }

    /// Adds the frame's range, of which no number is counted yet.
    pub(super) fn insert(&mut self, frame: &Observation<'_>) {
        let range = Counted {
            last: frame.last(),
            record_count: frame.record_count,
            readable: frame.accepted.is_some(),
            body_crc: frame.body_crc,
            original: frame.redaction(),
        };
        self.0.insert(frame.base_sequence, range);
    }
}
