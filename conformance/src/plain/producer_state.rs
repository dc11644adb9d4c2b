//! What a producer keeps in durable storage.

use std::collections::VecDeque;

/// The state. What is sealed is in it before it is sent, and until it is acknowledged.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Drawn when there was no state (SEQ-016).
    pub producer_id: Vec<u8>,
    /// The last epoch that was begun (SEQ-003).
    pub epoch: u64,
    /// The lanes, as in the settings.
    pub lanes: Vec<LaneState>,
}

/// What is durable of a lane.
#[derive(Clone, Debug, Default)]
pub(super) struct LaneState {
    /// The last epoch in which the lane carried records; 0: none.
    pub epoch: u64,
    /// The last number of it that a sealed frame covers.
    pub last: u64,
    /// Frames that are not acknowledged, in their order.
    pub left: VecDeque<Frame>,
}

/// A sealed frame.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// Tells it from all others of the script.
    pub id: u64,
    /// Where it goes.
    pub partition: u32,
    /// Its epoch.
    pub epoch: u64,
    /// Its first number.
    pub first: u64,
    /// Its last number.
    pub last: u64,
    /// What is sent, however often (WRT-006).
    pub bytes: Vec<u8>,
}
