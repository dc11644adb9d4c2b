//! What became of the messages.

use std::collections::BTreeMap;

/// What became of the messages that a consumer has taken since it was started. At any moment
///
/// ```text
/// messages = new + unknown + replayed + duplicates + repeated replays + rejected + damaged + waiting + stopped
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsumerAccount {
    /// Messages and damaged ranges that the source gave.
    pub messages: u64,
    /// Frames that were done with and that the ledger had counted.
    pub new: u64,
    /// Frames that were done with, and of which it is not known whether they had been before (CON-004).
    pub unknown: u64,
    /// Frames of the two above that may have been handed over before (CON-008).
    pub marked: u64,
    /// Frames that the ledger knew: suppressed (CON-003).
    pub duplicates: u64,
    /// Replays of dead letters that were handed over (CON-013).
    pub replayed: u64,
    /// Replays of dead letters that had been handed over before: suppressed.
    pub repeated_replays: u64,
    /// Frames that were rejected, each in a dead letter now, by code.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Ranges of files without a frame, each in a dead letter now.
    pub damaged: u64,
    /// Records that were rejected, each in a dead letter now. Their frames are counted above.
    pub records_rejected: u64,
    /// Frames that the application rejected or failed with too often, each in a dead letter now. They are among `new`, `unknown` and `replayed`.
    pub given_up: u64,
    /// Verdicts on frames, by name.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Messages that are not done with: the application or the dead letters are to be tried again.
    pub waiting: u64,
    /// Messages that a reader of today does not understand, at which their partitions stand (CON-005).
    pub stopped: u64,
    /// Messages that were given up with their partitions, and will be given again.
    pub abandoned: u64,
    /// Commits that were made.
    pub commits: u64,
    /// Commits that failed: all partitions began again from what was committed.
    pub failed_commits: u64,
    /// Lanes that were put away because there were too many.
    pub evicted: u64,
    /// Lanes whose kept state could not be used: their frames are `unknown` (CON-017).
    pub lanes_lost: u64,
}

impl ConsumerAccount {
    /// Whether it adds up.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.messages == self.accounted()
    }

    /// What was being done when it was cut off will be given again.
    pub(super) fn abandon_rest(&mut self) {
        self.abandoned += self.messages.saturating_sub(self.accounted());
    }

    fn accounted(&self) -> u64 {
        let rejected: u64 = self.rejected.values().sum();
        let ended =
            self.new + self.unknown + self.replayed + self.duplicates + self.repeated_replays + rejected + self.damaged;
        ended + self.waiting + self.stopped + self.abandoned
    }
}
