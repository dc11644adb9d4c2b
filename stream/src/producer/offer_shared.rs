//! Records are offered by those who share a producer with its thread.

use dashstream_codec::RecordInput;
use dashstream_codec::owned::Record;
use dashstream_codec::view::Payload;

use super::core::Core;
use super::error::OfferError;
use super::shared::Shared;
use super::terms::{Offered, Terms};

/// Records that are offered under one lock at the most, so that nobody waits long for it.
const AT_ONCE: usize = 64;

/// What became of many records that were offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Records that were queued.
    pub queued: u64,
    /// Records that had a number and were dropped at once, which the lane declares. Why is in the account.
    pub dropped: u64,
}

impl Shared {
    /// Offers a record, and waits for room where its policy is to wait, until its deadline.
    pub(super) async fn offer(&self, lane: u32, record: &Record, terms: Terms) -> Result<u64, OfferError> {
        self.offer_lent(lane, &record.as_input(), &record.payload.as_view(), terms).await
    }

    /// The same for a record that is lent.
    pub(super) async fn offer_lent(
        &self,
        lane: u32,
        record: &RecordInput<'_>,
        payload: &Payload<'_>,
        mut terms: Terms,
    ) -> Result<u64, OfferError> {
        loop {
            // Asked for before the queue is looked at, so that no room is missed.
            let room = self.room.notified();
            let now_us = self.now_us();
            match self.with_core(|core| core.offer(lane, record, payload, &terms, now_us))? {
                Offered::Queued(sequence) => return Ok(sequence),
                Offered::Dropped(sequence, reason) => return Err(OfferError::Dropped { sequence, reason }),
                Offered::Refused => return Err(OfferError::Refused { lane }),
                Offered::Full { deadline_us } => {
                    terms.deadline_us = Some(deadline_us);
                    let until = tokio::time::Instant::from_std(self.instant(deadline_us));
                    drop(tokio::time::timeout_at(until, room).await);
                }
            }
        }
    }

    /// Offers records one after the other, of which each waits for room where its policy is to wait.
    pub(super) async fn offer_all(&self, lane: u32, records: &[Record], terms: Terms) -> Result<Taken, OfferError> {
        let (mut taken, mut records) = (Taken::default(), records.iter());
        while !records.as_slice().is_empty() {
            let now_us = self.now_us();
            let some = records.by_ref().take(AT_ONCE);
            let full = self.with_core(|core| offer_some(core, lane, some, &terms, now_us, &mut taken))??;
            let Some((record, deadline_us)) = full else { continue };
            let terms = Terms { deadline_us: Some(deadline_us), ..terms };
            match self.offer(lane, record, terms).await {
                Ok(_) => taken.queued += 1,
                Err(OfferError::Dropped { .. }) => taken.dropped += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }

    /// Does something with the core, and wakes the thread where that is to look at it: for each record that would take longer than all else
    /// that is done with it.
    fn with_core<T>(&self, act: impl FnOnce(&mut Core) -> T) -> Result<T, OfferError> {
        let mut state = self.lock();
        if let Some(error) = &state.stopped {
            return Err(OfferError::Stopped(error.clone()));
        }
        let done = act(&mut state.core);
        let stirred = state.core.take_stirred();
        drop(state);
        if stirred {
            self.work.notify_one();
        }
        Ok(done)
    }
}

/// Offers records until there is no other, or no room: then it returns the one for which there is none, and when nobody waits for it any more.
fn offer_some<'r>(
    core: &mut Core,
    lane: u32,
    records: impl Iterator<Item = &'r Record>,
    terms: &Terms,
    now_us: u64,
    taken: &mut Taken,
) -> Result<Option<(&'r Record, u64)>, OfferError> {
    for record in records {
        match core.offer(lane, &record.as_input(), &record.payload.as_view(), terms, now_us) {
            Offered::Queued(_) => taken.queued += 1,
            Offered::Dropped(..) => taken.dropped += 1,
            Offered::Full { deadline_us } => return Ok(Some((record, deadline_us))),
            Offered::Refused => return Err(OfferError::Refused { lane }),
        }
    }
    Ok(None)
}
