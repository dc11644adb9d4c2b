//! The application.

use std::future::Future;

use dashstream_codec::ledger::Verdict;
use dashstream_codec::{Batch, Error, RecordResult};

use super::standing::Standing;
use crate::deadletter::ReplayKey;
use crate::transport::{Header, Position};

/// A frame that is handed over.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// Where it was read.
    pub position: Position,
    /// The frame.
    pub batch: &'a Batch<'a>,
    /// What the ledger says. None for most frames, and for replays.
    pub verdicts: &'a [Verdict],
    /// [`Standing::New`] or [`Standing::Unknown`].
    pub standing: Standing,
    /// Whether it may have been handed over before, without having been committed (CON-008).
    pub may_repeat: bool,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// Whose replay it is, where it is one (CON-013).
    pub replay: Option<&'a ReplayKey>,
    /// Headers of its message. They are for tools (KAF-006).
    pub headers: &'a [Header],
}

impl<'a> Delivery<'a> {
    /// The records that are handed over, with their 1-based index in the frame: all that were accepted, or the one that is replayed.
    // CON-001
    pub fn records(&self) -> impl Iterator<Item = (u32, RecordResult<'_>)> + use<'_, 'a> {
        let only = self.replay.map_or(0, |replay| replay.record);
        (1..)
            .zip(self.batch.records())
            .filter(move |(index, result)| result.error.is_none() && (only == 0 || *index == only))
    }
}

/// Something that the application wants done with the commit, in one step with it (CON-007).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Where to: a table of the file state, a topic of Kafka.
    pub to: String,
    /// Key.
    pub key: Vec<u8>,
    /// Value; `None` deletes the key.
    pub value: Option<Vec<u8>>,
}

/// Why the application did not take a frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// Try again after a while.
    #[error("{0}")]
    Again(String),
    /// It will never take it: it is saved as a dead letter.
    #[error("{0}")]
    Reject(String),
    /// The consumer is to end. The frame is not passed.
    #[error("{0}")]
    Stop(String),
}

impl HandleError {
    /// A name of few, for metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Again(_) => "again",
            Self::Reject(_) => "rejected",
            Self::Stop(_) => "stop",
        }
    }
}

/// A partition that stands at a frame which this reader does not support (CON-005).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The frame.
    pub position: Position,
    /// Why.
    pub error: Error,
}

/// Takes frames.
pub trait Handler: Send + 'static {
    /// Takes a frame. With `Ok` it is confirmed; what is returned is committed with it. What the application does by itself in here may
    /// be repeated: [`Delivery::may_repeat`] says when.
    ///
    /// # Errors
    /// [`HandleError`].
    fn handle(&mut self, delivery: Delivery<'_>) -> impl Future<Output = Result<Vec<Effect>, HandleError>> + Send;

    /// A frame that the ledger knows (CON-003), or a replay that was handed over before (CON-013), is suppressed.
    fn suppressed(&mut self, position: Position) {
        let _ = position;
    }

    /// A partition has stopped.
    fn stopped(&mut self, stopped: Stopped) {
        let _ = stopped;
    }
}
