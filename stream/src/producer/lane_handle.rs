//! A lane of a producer, for those who only offer records to it.

use std::fmt;
use std::sync::Arc;

use dashstream_codec::RecordInput;
use dashstream_codec::owned::Record;
use dashstream_codec::view::Payload;

use super::config::Policy;
use super::error::OfferError;
use super::shared::Shared;
use super::terms::Terms;

/// Offers records to one lane. It may outlive its producer, and then says that it is closed.
#[derive(Clone)]
pub struct LaneHandle {
    pub(super) shared: Arc<Shared>,
    pub(super) lane: u32,
}

impl LaneHandle {
    /// The number of the lane.
    #[must_use]
    pub const fn lane(&self) -> u32 {
        self.lane
    }

    /// Offers a record, as [`Producer::offer`](super::Producer::offer) does. Where the future is dropped before it has ended, the
    /// record was not taken.
    ///
    /// # Errors
    /// [`OfferError`].
    pub async fn offer(&self, record: Record) -> Result<u64, OfferError> {
        self.shared.offer(self.lane, &record, Terms::default()).await
    }

    /// Offers a record that its owner keeps, as [`Producer::offer_lent`](super::Producer::offer_lent) does.
    ///
    /// # Errors
    /// [`OfferError`].
    pub async fn offer_lent(
        &self,
        record: &RecordInput<'_>,
        payload: &Payload<'_>,
        policy: Option<Policy>,
    ) -> Result<u64, OfferError> {
        self.shared.offer_lent(self.lane, record, payload, Terms { policy, ..Terms::default() }).await
    }

    /// How many StateDiff and StateSnapshot records the lane has taken and dropped since, and how many frames were refused or may be lost,
    /// whatever was in them. Who tells states by what has changed sends the next as a whole when it has risen (DIF-044).
    #[must_use]
    pub fn lost_states(&self) -> u64 {
        self.shared.lock().core.lost_states(self.lane)
    }
}

impl fmt::Debug for LaneHandle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("LaneHandle").field("lane", &self.lane).finish_non_exhaustive()
    }
}
