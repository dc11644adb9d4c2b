//! The frames of a script, and what became of them at the destination.

use std::collections::BTreeMap;

use dashstream_vectors::Does;

use super::Findings;
use super::facts::{Facts, Place};

/// A frame that was sent.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) bytes: Vec<u8>,
    pub(super) partition: u32,
    pub(super) facts: Facts,
    /// It was said to be stored.
    pub(super) acknowledged: bool,
    /// It is stored, or its producer cannot know that it is not.
    pub(super) may_be: bool,
    /// It is stored.
    pub(super) stored: bool,
    /// The state that has it is gone.
    pub(super) released: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Frames {
    all: Vec<Frame>,
    by_bytes: BTreeMap<Vec<u8>, usize>,
    /// Ranges of numbers, by their first.
    ranges: BTreeMap<Place, BTreeMap<u64, u64>>,
    /// Numbers of records that end an epoch or a lane.
    ends: BTreeMap<Place, u64>,
    /// Tenant and partition of each lane of a producer.
    lanes: BTreeMap<(String, u64), (String, u32)>,
    held: Vec<usize>,
    /// What the destination has, in its order.
    stored: Vec<usize>,
}

impl Frames {
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        self.by_bytes.get(bytes).copied()
    }

    pub(super) fn get(&self, frame: usize) -> Option<&Frame> {
        self.all.get(frame)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Frame)> {
        self.all.iter().enumerate()
    }

    /// Frames in the order in which they were stored; some several times.
    pub(super) fn stored(&self) -> impl Iterator<Item = &Frame> {
        self.stored.iter().filter_map(|frame| self.all.get(*frame))
    }

    /// The number of the next new frame.
    pub(super) fn next(&self) -> usize {
        self.all.len()
    }

    /// SEQ-008, KAF-002: a lane keeps its tenant and partition.
    pub(super) fn check_lane(&mut self, path: &str, partition: u32, facts: &Facts, found: &mut Findings) {
        let key = (facts.place.producer.clone(), facts.place.lane);
        let (tenant, there) = self.lanes.entry(key).or_insert_with(|| (facts.tenant.clone(), partition));
        if *tenant != facts.tenant {
            found.breaks("SEQ-008", path, &format!("tenant {tenant}, as the lane had before"), &facts.tenant);
        }
        if *there != partition {
            let expected = format!("partition {there}, as the lane had before");
            found.breaks("KAF-002", path, &expected, format!("partition {partition}"));
        }
    }

    /// SEQ-001, SEQ-007, WRT-006: the numbers of a new frame.
    pub(super) fn check_numbers(&mut self, path: &str, facts: &Facts, found: &mut Findings) {
        let ranges = self.ranges.entry(facts.place.clone()).or_default();
        if let Some((first, last)) = ranges.range(..=facts.last).next_back().filter(|(_, last)| **last >= facts.first) {
            let got = format!("numbers {} to {} in other bytes than {first} to {last}", facts.first, facts.last);
            if *first == facts.first {
                found.breaks("WRT-006", path, "the frame as it was sealed", got);
            } else {
                found.breaks("SEQ-001", path, "numbers that were not given before", got);
            }
        }
        ranges.insert(facts.first, facts.last);
        let end = self.ends.get(&facts.place).copied().or_else(|| facts.end());
        if let Some(end) = end {
            if facts.last > end {
                let got = format!("numbers to {} behind the end at {end}", facts.last);
                found.breaks("SEQ-007", path, "no number behind the end", got);
            }
            self.ends.insert(facts.place.clone(), end);
        }
    }

    /// Whether the lane has ended in this epoch.
    pub(super) fn has_ended(&self, place: &Place) -> bool {
        self.ends.contains_key(place)
    }

    pub(super) fn add(&mut self, bytes: &[u8], partition: u32, facts: Facts) -> usize {
        let frame = self.all.len();
        self.by_bytes.insert(bytes.to_vec(), frame);
        let bytes = bytes.to_vec();
        let [acknowledged, may_be, stored, released] = [false; 4];
        self.all.push(Frame { bytes, partition, facts, acknowledged, may_be, stored, released });
        frame
    }

    /// The destination is given a frame.
    pub(super) fn deliver(&mut self, frame: usize, does: Does) {
        let Some(sent) = self.all.get_mut(frame) else { return };
        sent.may_be |= !matches!(does, Does::Refuse | Does::Hold);
        sent.acknowledged |= does == Does::Accept;
        match does {
            Does::Accept | Does::Keep => {
                sent.stored = true;
                self.stored.push(frame);
            }
            Does::Hold => self.held.push(frame),
            Does::Refuse | Does::Lose => {}
        }
    }

    /// What is held is dealt with.
    pub(super) fn let_go(&mut self, does: Does) {
        for frame in std::mem::take(&mut self.held) {
            self.deliver(frame, does);
        }
    }

    /// What is held is gone.
    pub(super) fn drop_held(&mut self) {
        for frame in std::mem::take(&mut self.held) {
            self.deliver(frame, Does::Lose);
        }
    }

    /// Whether a producer cannot say that the frame is not there.
    pub(super) fn may_be(&self, frame: usize) -> bool {
        self.held.contains(&frame) || self.all.get(frame).is_some_and(|frame| frame.may_be)
    }

    /// The state that has the frames is gone.
    pub(super) fn release(&mut self) {
        for frame in &mut self.all {
            frame.released = true;
        }
    }

    /// SEQ-009
    pub(super) fn check_late(&self, found: &mut Findings) {
        for declares in &self.all {
            for (first, count) in declares.facts.late() {
                let same = |frame: &&Frame| frame.may_be && frame.facts.place == declares.facts.place;
                let both = self.all.iter().filter(same).find_map(|frame| frame.facts.has_one_of(first, count));
                if let Some(number) = both {
                    let path = format!("LATE_DROPS of {count} from {first}");
                    found.breaks("SEQ-009", &path, "numbers that nothing was sent with", number.to_string());
                }
            }
        }
    }
}
