//! What the users of a producer and its thread have in common.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::{Notify, oneshot};

use super::core::Core;
use super::error::ProducerError;
use super::terms::Answer;

/// The core, those who wait for it, and the time.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// The thread has something to look at.
    pub(super) work: Notify,
    /// There may be room in a queue, or the producer has stopped.
    pub(super) room: Notify,
    begin: Instant,
    begin_us: u64,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) core: Core,
    pub(super) waiting: HashMap<u64, oneshot::Sender<Answer>>,
    pub(super) next_ticket: u64,
    /// Why nothing is sent any more.
    pub(super) stopped: Option<ProducerError>,
}

impl Shared {
    pub(super) fn new(core: Core) -> Self {
        let begin_us = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
        Self {
            state: Mutex::new(State { core, waiting: HashMap::new(), next_ticket: 0, stopped: None }),
            work: Notify::new(),
            room: Notify::new(),
            begin: Instant::now(),
            begin_us: u64::try_from(begin_us).unwrap_or(u64::MAX),
        }
    }

    /// Microseconds since 1970, from a clock that does not go back.
    pub(super) fn now_us(&self) -> u64 {
        let elapsed = u64::try_from(self.begin.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.begin_us.saturating_add(elapsed)
    }

    /// The moment of such a time.
    pub(super) fn instant(&self, at_us: u64) -> Instant {
        self.begin + std::time::Duration::from_micros(at_us.saturating_sub(self.begin_us))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is sent any more: all who wait are told that nobody knows.
    pub(super) fn stop(&self, error: ProducerError) {
        let mut state = self.lock();
        state.stopped.get_or_insert(error);
        state.waiting.clear();
        drop(state);
        self.room.notify_waiters();
    }
}

impl State {
    /// A ticket for somebody who wants to know.
    pub(super) fn ticket(&mut self) -> (u64, oneshot::Receiver<Answer>) {
        let (tell, told) = oneshot::channel();
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.waiting.insert(ticket, tell);
        (ticket, told)
    }
}
