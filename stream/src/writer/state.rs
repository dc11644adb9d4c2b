//! The state of a run's thread, from state to state.

use dashstream_codec::owned::{Payload, Record};
use dashstream_diff::{SerializeError, Tracker, TrackerConfig, Update};
use serde::Serialize;
use tokio::sync::{Mutex, MutexGuard};

use super::error::WriteError;
use super::handle::RunWriter;

/// After so many diffs in a row the whole state is written, so that whoever comes late waits no longer.
const MAX_DIFFS: u32 = 100;

/// Why a state was not written, or not wholly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// It cannot be serialized, or has no canonical form. Nothing was written, and the next state is compared with the one before it
    /// (DIF-042).
    #[error(transparent)]
    Serialize(#[from] SerializeError),
    /// One of its records was not taken. The next state is written as a whole (DIF-044).
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What is known to have been written of the state of a run's thread.
#[derive(Debug, Default)]
pub(super) struct States(Mutex<Written>);

#[derive(Debug, Default)]
struct Written {
    /// `None`: nothing, or nobody knows.
    tracker: Option<Tracker>,
    /// What the outlet had lost before that was written.
    lost: u64,
}

impl States {
    /// Waits until no other state is being written. Nothing is known to have been written until [`Writing::done`] is called.
    async fn begin(&self, lost: impl FnOnce() -> u64) -> Writing<'_> {
        let mut written = self.0.lock().await;
        // Asked for first: what is lost while the state is being written is noticed by the next one.
        let lost = lost();
        let known = written.tracker.take().filter(|_| written.lost == lost);
        let tracker = known.unwrap_or_else(|| Tracker::new(config()));
        Writing { written, tracker, lost }
    }
}

/// A state is being written. Where it is dropped before it is done, the next one is written as a whole.
struct Writing<'s> {
    written: MutexGuard<'s, Written>,
    tracker: Tracker,
    lost: u64,
}

impl Writing<'_> {
    fn done(mut self) {
        *self.written = Written { tracker: Some(self.tracker), lost: self.lost };
    }
}

fn config() -> TrackerConfig {
    let mut config = TrackerConfig::default();
    config.max_diffs = Some(MAX_DIFFS);
    config
}

impl RunWriter {
    /// Writes the state that the run's thread has now: what has changed since the last one that was written, or the whole of it, in one
    /// record or several, where that is smaller or needed (`spec/diffs.md`). All writers of the run have one state, and states are written
    /// one after another. Returns the number of the last record.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn state<T: Serialize + ?Sized>(&self, state: &T) -> Result<u64, StateError> {
        let mut writing = self.life.states.begin(|| self.life.lost_states()).await;
        let update = match writing.tracker.update(state) {
            Ok(update) => update,
            Err(error) => {
                writing.done();
                return Err(error.into());
            }
        };
        let payloads: Vec<Payload> = match update {
            Update::Diff(diff) => vec![Payload::StateDiff(diff)],
            Update::Snapshot(pieces) => pieces.into_iter().map(Payload::StateSnapshot).collect(),
        };
        let mut last = 0;
        for payload in payloads {
            last = self.emit(Record { payload, ..Record::default() }).await?;
        }
        writing.done();
        Ok(last)
    }
}
