//! A message on its way through the consumer.

use std::collections::VecDeque;

use dashstream_codec::ledger::Verdict;
use tokio::time::Instant;

use super::failure::Failure;
use super::handler::Effect;
use super::part::Before;
use super::standing::Standing;
use crate::deadletter::ReplayKey;
use crate::transport::{Message, Position};

/// A message that is not done with.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) message: Message,
    pub(super) progress: Progress,
}

/// How far a message is.
#[derive(Debug)]
pub(super) struct Progress {
    pub(super) position: Position,
    pub(super) next: u64,
    /// What is to be handed over, if something is.
    pub(super) hand: Option<Hand>,
    /// What is to be saved.
    pub(super) letters: VecDeque<Failure>,
    /// Its lanes before it, in case that others are committed before this is done.
    pub(super) before: Before,
    /// As what it is counted when it is done with.
    pub(super) count: Count,
    /// What the application has answered with.
    pub(super) effects: Vec<Effect>,
    /// Whose replay it is.
    pub(super) replay: Option<ReplayKey>,
    /// How often the same was tried without success.
    pub(super) tries: u32,
    /// Time of the first failure, in microseconds since 1970-01-01T00:00:00Z; 0: there was none.
    pub(super) first_failure_us: u64,
    /// When it is tried again.
    pub(super) try_at: Option<Instant>,
    /// Why the application asks for the end.
    pub(super) stop: Option<String>,
}

/// How a frame is handed over.
#[derive(Clone, Debug)]
pub(super) struct Hand {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) standing: Standing,
    pub(super) may_repeat: bool,
}

/// As what a message is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    New,
    Unknown,
    Replayed,
    Duplicate,
    RepeatedReplay,
    Rejected(&'static str),
    Damaged,
}

/// Where a message is, when all was done that can be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is done with.
    Done,
    /// It has to wait.
    Wait,
    /// The application asks for the end.
    Stop,
}

impl Progress {
    pub(super) const fn new(position: Position, next: u64, count: Count) -> Self {
        Self {
            position,
            next,
            hand: None,
            letters: VecDeque::new(),
            before: Vec::new(),
            count,
            effects: Vec::new(),
            replay: None,
            tries: 0,
            first_failure_us: 0,
            try_at: None,
            stop: None,
        }
    }
}
