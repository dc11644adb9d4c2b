//! Frames that were sealed.

use std::sync::Arc;

use super::slot::Slot;

/// A sealed frame, until its outcome is known.
#[derive(Debug)]
pub(super) struct Flight {
    /// The lane, where it is one of this epoch; `None` for a frame that an earlier life has left.
    pub(super) lane: Option<u32>,
    pub(super) partition: Option<u32>,
    pub(super) bytes: Arc<[u8]>,
    /// Its range.
    pub(super) first: u64,
    pub(super) last: u64,
    /// How many numbers of it have no record.
    pub(super) declared: u64,
    /// Records that were offered, without those of the producer's own.
    pub(super) records: u64,
    /// Who waits, until when.
    pub(super) waiting: Vec<(u64, u64)>,
    pub(super) tries: u32,
    pub(super) state: State,
    /// Some try may have been successful.
    pub(super) possibly: bool,
}

/// What is known of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is to be sent from then on.
    Due(u64),
    /// It is being sent.
    Sent,
}

/// Those who wait for records, with their deadlines.
pub(super) fn waiting(slots: &[Slot]) -> Vec<(u64, u64)> {
    slots.iter().filter_map(|slot| Some((slot.ticket?, slot.deadline_us?))).collect()
}
