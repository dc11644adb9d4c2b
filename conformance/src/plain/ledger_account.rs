//! One account of the ledger: the numbers first..last of one lane and epoch.

use super::gate::Gate;

/// A range of a counted frame.
#[derive(Clone, Debug)]
pub struct Counted {
    /// First number.
    pub a: u128,
    /// Last number.
    pub z: u128,
    /// Whether the frame was accepted.
    pub readable: bool,
    /// Its body_crc.
    pub body_crc: u64,
    /// Its record_count.
    pub record_count: u64,
    /// The body_crc of the frame that it took the place of.
    pub redacted: Option<u64>,
}

/// How an epoch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Not known.
    Open,
    /// EPOCH_END or LANE_END was seen.
    Ended,
    /// A later EPOCH_START told the last number.
    Closed,
}

impl Tail {
    /// The word of the report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ended => "ended",
            Self::Closed => "closed",
        }
    }
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// First number of the account.
    pub first: u128,
    /// Last number of the account; first - 1 where there is none.
    pub last: u128,
    /// Records of accepted frames.
    pub seen: u128,
    /// Numbers that were declared dropped.
    pub declared: u128,
    /// Records of rejected frames.
    pub unreadable: u128,
    /// Ranges of counted frames.
    pub counted: Vec<Counted>,
    /// Ranges of missing numbers, apart from one another.
    pub missing: Vec<(u128, u128)>,
    /// How the epoch ended.
    pub tail: Tail,
}

/// Whether two ranges have a number in common.
#[must_use]
pub(super) fn meet(a: (u128, u128), b: (u128, u128)) -> bool {
    a.0 <= b.1 && b.0 <= a.1
}

impl Account {
    /// An account that begins at `first` and holds nothing.
    #[must_use]
    pub fn new(first: u128) -> Self {
        Self {
            first,
            last: first - 1,
            seen: 0,
            declared: 0,
            unreadable: 0,
            counted: Vec::new(),
            missing: Vec::new(),
            tail: Tail::Open,
        }
    }

    /// Numbers that nothing covers and nothing declared.
    #[must_use]
    pub fn lost(&self, gate: &Gate) -> u128 {
        // LOSS-001
        if gate.strict("LOSS-001") {
            return (self.last + 1).saturating_sub(self.first).saturating_sub(self.seen);
        }
        self.missing.iter().map(|(a, z)| z - a + 1).sum()
    }

    /// The numbers last + 1..`to` become missing, and `to` the last. Gives how many they are.
    pub fn miss_to(&mut self, to: u128) -> u128 {
        let from = self.last + 1;
        if to >= from {
            self.missing.push((from, to));
        }
        self.last = to;
        (to + 1).saturating_sub(from)
    }

    /// Takes the numbers of a range out of the missing ones. Gives the parts that were missing.
    pub fn fill(&mut self, range: (u128, u128)) -> Vec<(u128, u128)> {
        let mut left = Vec::new();
        let mut filled = Vec::new();
        for (a, z) in self.missing.clone() {
            if !meet((a, z), range) {
                left.push((a, z));
                continue;
            }
            let (from, to) = (a.max(range.0), z.min(range.1));
            filled.push((from, to));
            if a < from {
                left.push((a, from - 1));
            }
            if to < z {
                left.push((to + 1, z));
            }
        }
        left.sort_unstable();
        self.missing = left;
        filled
    }
}
