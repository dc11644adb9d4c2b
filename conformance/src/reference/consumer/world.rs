//! What is around a consumer and outlives it: the log, the application, and whether dead letters can be saved.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dashstream_stream::transport::{Event, Message, Position};
use dashstream_vectors::{AppAnswer, ConsumerEvent};

/// All who are around a consumer have it.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared(Arc<Mutex<World>>);

/// What is around a consumer.
#[derive(Debug, Default)]
pub(super) struct World {
    log: BTreeMap<u32, Vec<Entry>>,
    /// What happened in this step.
    pub(super) events: Vec<ConsumerEvent>,
    /// Saving a dead letter fails.
    pub(super) letters_fail: bool,
    /// What the source has to say of partitions, before any message.
    pub(super) news: VecDeque<Event>,
    /// Why partitions stand that will not go on by themselves.
    pub(super) stands: BTreeMap<u32, Stand>,
    /// The consumer is to end.
    pub(super) stop: bool,
    /// The consumer has nothing left to do.
    pub(super) at_rest: bool,
}

/// Why a partition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// At a frame that this reader does not support.
    Frame,
    /// A dead letter could not be saved.
    Letter,
}

/// A message of the log.
#[derive(Debug)]
struct Entry {
    message: Message,
    answers: VecDeque<AppAnswer>,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    pub(super) fn append(&mut self, partition: u32, message: Message, answers: &[AppAnswer]) {
        let answers = answers.iter().copied().collect();
        self.log.entry(partition).or_default().push(Entry { message, answers });
    }

    fn entry(&mut self, position: Position) -> Option<&mut Entry> {
        self.log.get_mut(&position.partition)?.get_mut(usize::try_from(position.offset).ok()?)
    }

    pub(super) fn message(&mut self, position: Position) -> Option<Message> {
        self.entry(position).map(|entry| entry.message.clone())
    }

    /// What the application says this time.
    pub(super) fn next_answer(&mut self, position: Position) -> AppAnswer {
        self.entry(position).and_then(|entry| entry.answers.pop_front()).unwrap_or(AppAnswer::Take)
    }

    /// The consumer that was there is not: what was said to it and of it is void.
    pub(super) fn without_consumer(&mut self) {
        self.news.clear();
        self.stands.clear();
        self.stop = false;
    }

    /// Whether a partition that is paused stays so until a step changes that.
    pub(super) fn stands(&self, partition: u32) -> bool {
        match self.stands.get(&partition) {
            Some(Stand::Frame) => true,
            Some(Stand::Letter) => self.letters_fail,
            // The application has asked for another try.
            None => false,
        }
    }
}
