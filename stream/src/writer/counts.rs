//! What became of the writes of a run.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::WriteError;

/// What became of every write that was begun in a run. At any moment
///
/// ```text
/// begun = accepted + refused + foreign + ended + cancelled + waiting
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Writes that were begun.
    pub begun: u64,
    /// Records that have a number, and wait to be sealed.
    pub accepted: u64,
    /// Records that the producer has refused or dropped.
    pub refused: u64,
    /// Records that named another run or thread.
    pub foreign: u64,
    /// Writes after the end of the run.
    pub ended: u64,
    /// Writes whose future was dropped before the record was taken.
    pub cancelled: u64,
    /// Writes that wait for room.
    pub waiting: u64,
}

impl Counts {
    /// Whether it adds up.
    #[must_use]
    pub const fn adds_up(&self) -> bool {
        let Self { begun, accepted, refused, foreign, ended, cancelled, waiting } = *self;
        begun == accepted + refused + foreign + ended + cancelled + waiting
    }
}

/// The counts of a run that goes on.
#[derive(Debug, Default)]
pub(super) struct Counter(Mutex<Counts>);

impl Counter {
    pub(super) fn counts(&self) -> Counts {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a write that begins.
    pub(super) fn begin(&self) -> Write<'_> {
        let mut counts = self.lock();
        counts.begun += 1;
        counts.waiting += 1;
        Write(Some(self))
    }
}

/// A write that was begun. One that is dropped was cancelled.
#[derive(Debug)]
pub(super) struct Write<'c>(Option<&'c Counter>);

impl Write<'_> {
    /// Counts how it ended.
    pub(super) fn end(mut self, result: &Result<u64, WriteError>) {
        let Some(counter) = self.0.take() else { return };
        let mut counts = counter.lock();
        counts.waiting -= 1;
        *match result {
            Ok(_) => &mut counts.accepted,
            Err(WriteError::Foreign { .. }) => &mut counts.foreign,
            Err(WriteError::Ended) => &mut counts.ended,
            Err(WriteError::Offer(_) | WriteError::OutsideScope) => &mut counts.refused,
        } += 1;
    }
}

impl Drop for Write<'_> {
    fn drop(&mut self) {
        if let Some(counter) = self.0 {
            let mut counts = counter.lock();
            counts.waiting -= 1;
            counts.cancelled += 1;
        }
    }
}
