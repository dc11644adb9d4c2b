//! What the verdicts say about handing a frame over.

use dashstream_codec::ledger::Verdict;

/// Whether a frame has been here before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It has not.
    New,
    /// Nobody knows: the ledger has not counted it (CON-004).
    Unknown,
    /// It has: it is suppressed (CON-003).
    Duplicate,
}

impl Standing {
    /// What the verdicts on an accepted frame say.
    #[must_use]
    pub fn of(verdicts: &[Verdict]) -> Self {
        // The verdict that stops a frame is the last one.
        match verdicts.last() {
            // CON-003
            Some(Verdict::Duplicate) => Self::Duplicate,
            // CON-004
            Some(verdict) if verdict.stops() => Self::Unknown,
            _ => Self::New,
        }
    }
}
