//! A lane of a producer, for those who only offer records to it.

use std::fmt;
use std::sync::Arc;

use dashstream_codec::owned::Record;

use super::error::OfferError;
use super::shared::Shared;
use super::terms::{Offer, Offered};

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
        self.shared.offer(self.lane, Offer { record, ..Offer::default() }).await
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

impl Shared {
    /// Offers a record, and waits for room where its policy is to wait, until its deadline.
    pub(super) async fn offer(&self, lane: u32, mut offer: Offer) -> Result<u64, OfferError> {
        loop {
            // Asked for before the queue is looked at, so that no room is missed.
            let room = self.room.notified();
            let now_us = self.now_us();
            let (offered, stirred) = {
                let mut state = self.lock();
                if let Some(error) = &state.stopped {
                    return Err(OfferError::Stopped(error.clone()));
                }
                let offered = state.core.offer(lane, offer, now_us);
                (offered, state.core.take_stirred())
            };
            // Waking the thread for each record would take longer than all else that is done with it.
            if stirred {
                self.work.notify_one();
            }
            match offered {
                Offered::Queued(sequence) => return Ok(sequence),
                Offered::Dropped(sequence, reason) => {
                    // It is to be declared.
                    self.work.notify_one();
                    return Err(OfferError::Dropped { sequence, reason });
                }
                Offered::Refused(_) => return Err(OfferError::Refused { lane }),
                Offered::Full(back) => offer = *back,
            }
            let until = tokio::time::Instant::from_std(self.instant(offer.deadline_us.unwrap_or(now_us)));
            drop(tokio::time::timeout_at(until, room).await);
        }
    }
}
