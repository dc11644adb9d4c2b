//! How long a run takes records.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{PoisonError, RwLock};
use std::task::Poll;

use dashstream_codec::owned::Record;
use tokio::sync::Notify;

use super::counts::Counter;
use super::error::WriteError;
use super::outlet::Outlet;
use super::state::States;

/// What all the writers of a run have in common.
pub(super) struct Life {
    outlet: Box<dyn Outlet>,
    pub(super) counter: Counter,
    pub(super) states: States,
    ended: RwLock<bool>,
    /// Wakes those who wait for room when the run ends.
    end: Notify,
}

impl Life {
    pub(super) fn new(outlet: impl Outlet) -> Self {
        let outlet = Box::new(outlet);
        let (counter, states) = (Counter::default(), States::default());
        Self { outlet, counter, states, ended: RwLock::new(false), end: Notify::new() }
    }

    pub(super) fn has_ended(&self) -> bool {
        *self.ended.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes nothing any more.
    pub(super) fn end(&self) {
        *self.ended.write().unwrap_or_else(PoisonError::into_inner) = true;
        self.end.notify_waiters();
    }

    /// Records of states that were taken and are lost, or may be.
    pub(super) fn lost_states(&self) -> u64 {
        self.outlet.lost_states()
    }

    /// Offers a record for as long as the run goes on.
    pub(super) async fn offer(&self, record: Record) -> Result<u64, WriteError> {
        let mut end = pin!(self.end.notified());
        let (mut record, mut offering) = (Some(record), None);
        poll_fn(|context| {
            // WRS-003: held while the outlet is asked, so that nothing is taken when `end` has returned.
            let ended = self.ended.read().unwrap_or_else(PoisonError::into_inner);
            if *ended {
                return Poll::Ready(Err(WriteError::Ended));
            }
            // Only to be woken.
            let _ = end.as_mut().poll(context);
            let offering = offering.get_or_insert_with(|| self.outlet.offer(record.take().unwrap_or_default()));
            offering.as_mut().poll(context).map_err(WriteError::Offer)
        })
        .await
    }
}
