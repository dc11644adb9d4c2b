//! What became of the records.

use std::collections::BTreeMap;

use super::config::DropReason;

/// What became of every record that was offered and numbered. At any moment
///
/// ```text
/// offered = acknowledged + in flight + queued + dropped (by reason) + possibly persisted
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Records that have got a number, control records left out.
    pub offered: u64,
    /// Records of frames that are where they have to be.
    pub acknowledged: u64,
    /// Records of frames that were sealed, and of which it is not known that they are or may be there.
    pub in_flight: u64,
    /// Records that wait to be sealed.
    pub queued: u64,
    /// Records of frames that may be there: they are sent again until it is known, or refused, and then it stays open.
    pub possibly_persisted: u64,
    /// Records that were dropped. Each was declared, or will be with the next frame of its lane.
    pub dropped: BTreeMap<DropReason, u64>,
    /// Numbers that LATE_DROPS records have declared, those of control records and of records that were declared before among them:
    /// it is no part of the sum.
    pub late_drops: u64,
}

impl Account {
    /// Whether it adds up.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let dropped: u64 = self.dropped.values().sum();
        self.offered == self.acknowledged + self.in_flight + self.queued + self.possibly_persisted + dropped
    }

    pub(super) fn drop_queued(&mut self, reason: DropReason, count: u64) {
        self.queued -= count;
        *self.dropped.entry(reason).or_default() += count;
    }
}
