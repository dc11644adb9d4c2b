//! A record that waits, but for what it says.

use super::config::Policy;

/// What the producer has to know of a record that waits; the record itself is encoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) sequence: u64,
    /// Bytes that it counts for.
    pub(super) len: usize,
    pub(super) policy: Policy,
    /// It tells of a state, which others are told against.
    pub(super) is_state: bool,
    pub(super) offered_us: u64,
    /// When nobody waits for it any more; `None` for records of the producer's own.
    pub(super) deadline_us: Option<u64>,
    /// Who wants to know what becomes of it.
    pub(super) ticket: Option<u64>,
}

impl Slot {
    /// Whether it is one of the producer's own, which are not in the account and are not dropped.
    pub(super) const fn is_control(&self) -> bool {
        self.deadline_us.is_none()
    }
}
