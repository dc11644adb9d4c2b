//! What a consumer remembers across restarts, and where.

use std::future::Future;

use dashstream_codec::Prelude;

use super::error::CommitError;
use super::handler::Effect;
use crate::deadletter::ReplayKey;

/// A lane of a producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LaneKey {
    /// The producer.
    pub producer_id: [u8; 16],
    /// The lane.
    pub lane: u32,
}

impl LaneKey {
    /// The lane of a frame.
    #[must_use]
    pub const fn of(prelude: &Prelude) -> Self {
        Self { producer_id: prelude.producer_id, lane: prelude.lane }
    }

    /// 20 bytes: producer_id, and the lane, big-endian.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 20] {
        let mut bytes = [0; 20];
        let (id, lane) = bytes.split_at_mut(16);
        id.copy_from_slice(&self.producer_id);
        lane.copy_from_slice(&self.lane.to_be_bytes());
        bytes
    }
}

/// What is committed in one step (CON-007): all of it, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// The partition.
    pub partition: u32,
    /// Where to go on.
    pub next: u64,
    /// Lanes that have changed, with their new state.
    pub lanes: Vec<(LaneKey, Vec<u8>)>,
    /// Replays that have had their effect.
    pub replays: Vec<ReplayKey>,
    /// What the application has answered with, in its order.
    pub effects: Vec<Effect>,
    /// How many frames behind `next` whoever goes on there has to mark (CON-008).
    pub marks: u32,
}

/// Where a partition goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// The `next` of the last commit, if there was one.
    pub next: Option<u64>,
    /// How many frames from there on may have been handed over before (CON-008).
    pub marks: u32,
}

/// Where a consumer's state lives. An application that keeps its effects in a database of its own implements this there, and has
/// them committed with the state.
pub trait State: Send + 'static {
    /// Begins with a partition, and says where to go on. Whoever had the partition before can commit nothing more. The number of frames
    /// to mark is the larger of what was kept and `marks`, and is kept durably when this returns.
    ///
    /// # Errors
    /// [`CommitError`].
    fn begin(&mut self, partition: u32, marks: u32) -> impl Future<Output = Result<Begun, CommitError>> + Send;

    /// The last committed state of a lane.
    ///
    /// # Errors
    /// [`CommitError`].
    fn lane(
        &mut self,
        partition: u32,
        lane: LaneKey,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, CommitError>> + Send;

    /// Whether a replay was committed.
    ///
    /// # Errors
    /// [`CommitError`].
    fn replayed(
        &mut self,
        partition: u32,
        replay: &ReplayKey,
    ) -> impl Future<Output = Result<bool, CommitError>> + Send;

    /// Commits, in one atomic and durable step.
    ///
    /// # Errors
    /// [`CommitError`]: it may have been committed or not; [`Self::begin`] tells.
    fn commit(&mut self, commit: Commit) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// The partition is somebody else's from now on.
    fn end(&mut self, partition: u32);
}
