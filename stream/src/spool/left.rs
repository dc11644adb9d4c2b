//! What an earlier life has left in a segment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dashstream_codec::file::FileReport;
use dashstream_codec::{Code, Prelude, ReadOptions};

use crate::identity::Previous;

/// Bytes of a spool in which no frame can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The segment.
    pub path: PathBuf,
    /// First byte.
    pub start: u64,
    /// First byte after the range.
    pub end: u64,
    /// Why.
    pub code: Code,
    /// Whether no frame follows it. Then it is, as a rule, what was being written when the power went: it was not durable, so it
    /// was not sent.
    pub at_end: bool,
}

/// A lane of a producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LaneKey {
    /// The producer.
    pub producer_id: [u8; 16],
    /// Its lane.
    pub lane: u32,
}

/// For each lane where it stood last.
pub type Lasts = BTreeMap<LaneKey, Previous>;

/// Notes where a frame ends.
pub(super) fn note(lasts: &mut Lasts, prelude: &Prelude) {
    let key = LaneKey { producer_id: prelude.producer_id, lane: prelude.lane };
    let last = Previous { epoch: prelude.epoch, last_sequence: prelude.last_sequence() };
    let known = lasts.entry(key).or_default();
    *known = last.max(*known);
}

/// A segment that was read.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Where its frames are.
    pub(super) frames: Vec<std::ops::Range<usize>>,
    pub(super) lasts: Lasts,
    pub(super) damage: Vec<Damage>,
}

impl Left {
    pub(super) fn of(path: &Path, bytes: &[u8]) -> Self {
        let report = FileReport::of(bytes, ReadOptions::default());
        let mut left = Self::default();
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        for entry in &report.accepted {
            let range = place(entry.frame)..place(entry.end);
            if let Some(Ok(prelude)) = bytes.get(range.clone()).map(Prelude::read) {
                note(&mut left.lasts, &prelude);
                left.frames.push(range);
            }
        }
        // What is damaged may have been sent: its numbers are used.
        for rejected in report.rejected.iter().filter(|rejected| rejected.prelude.is_countable()) {
            note(&mut left.lasts, &rejected.prelude);
        }
        let last = report.accepted.last().map_or(0, |entry| entry.end);
        let damage = report.skipped.iter().map(|range| Damage {
            path: path.to_path_buf(),
            start: range.start,
            end: range.end,
            code: range.code,
            at_end: range.start >= last,
        });
        left.damage.extend(damage);
        left
    }
}
