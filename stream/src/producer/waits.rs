//! Somebody waits for what becomes of a record.

use tokio::sync::oneshot;

use super::shared::Shared;
use super::terms::Answer;

/// A ticket, and the answer that it is for. Whether that has come or not, nothing is left of it with the producer when this is gone: who
/// waits may be refused, or stop waiting at any time.
#[derive(Debug)]
pub(super) struct Waits<'s> {
    shared: &'s Shared,
    ticket: u64,
    told: oneshot::Receiver<Answer>,
}

impl<'s> Waits<'s> {
    pub(super) fn new(shared: &'s Shared) -> Self {
        let (ticket, told) = shared.lock().ticket();
        Self { shared, ticket, told }
    }

    pub(super) const fn ticket(&self) -> u64 {
        self.ticket
    }

    pub(super) async fn answer(mut self) -> Answer {
        // Nobody answers any more where the producer has stopped: its next life may send it.
        (&mut self.told).await.unwrap_or(Answer::PossiblyPersisted)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.shared.lock().waiting.remove(&self.ticket);
    }
}
