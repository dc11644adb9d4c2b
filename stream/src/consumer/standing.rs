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
        let one = |verdict: &Verdict| match verdict {
            // CON-003
            Verdict::Duplicate => Self::Duplicate,
            // CON-004
            Verdict::Overlap | Verdict::StaleEpoch | Verdict::Fork | Verdict::AfterEnd | Verdict::Forgotten => {
                Self::Unknown
            }
            Verdict::Baseline(_)
            | Verdict::Gap(_)
            | Verdict::EpochMissing(_)
            | Verdict::TailUnknown(_)
            | Verdict::Late(_)
            | Verdict::LaneMoved => Self::New,
        };
        // The verdict that stops a frame is the last one.
        verdicts.last().map_or(Self::New, one)
    }
}
