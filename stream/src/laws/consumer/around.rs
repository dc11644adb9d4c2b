//! What is around a consumer, and fails as it is told: source, state, letters and application.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arbitrary::Unstructured;

use super::book::Book;
use crate::consumer::{
    Begun, Commit, CommitError, Delivery, Effect, Failure, HandleError, Handler, LaneKey, Letters, MemState, State,
};
use crate::deadletter::ReplayKey;
use crate::transport::mem::MemSource;
use crate::transport::{Event, From, Source, TransportError};

/// What is to happen at the next calls; nothing bad where nothing is left.
#[derive(Debug, Default)]
pub(super) struct Script {
    handle: VecDeque<u8>,
    save: VecDeque<u8>,
    commit: VecDeque<u8>,
    state: VecDeque<u8>,
    source: VecDeque<u8>,
    slow: Duration,
    pub(super) book: Book,
}

impl Script {
    /// What happens in one life of a consumer.
    pub(super) fn next_life(&mut self, u: &mut Unstructured<'_>) {
        let mut some = |most: usize| -> VecDeque<u8> {
            let count = u.int_in_range(0..=most).unwrap_or(0);
            (0..count).map_while(|_| u.arbitrary().ok()).collect()
        };
        (self.handle, self.save, self.commit) = (some(30), some(10), some(8));
        (self.state, self.source) = (some(8), some(30));
        self.slow = Duration::from_millis(u.int_in_range(0..=200).unwrap_or(0));
    }

    pub(super) fn all_is_well(&mut self) {
        *self = Self { book: std::mem::take(&mut self.book), ..Self::default() };
    }
}

/// A script that all of them share.
#[derive(Clone, Debug)]
pub(super) struct Shared(Arc<Mutex<Script>>);

impl Shared {
    pub(super) fn new(book: Book) -> Self {
        Self(Arc::new(Mutex::new(Script { book, ..Script::default() })))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handler for Shared {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        let (effects, slow) = {
            let mut script = self.lock();
            (script.book.handed_over(&delivery), script.slow)
        };
        tokio::time::sleep(slow).await;
        let mut script = self.lock();
        match script.handle.pop_front().unwrap_or(255) {
            0..32 => Err(HandleError::Again("not now".to_owned())),
            32..48 => Err(HandleError::Reject("never".to_owned())),
            48..60 => Err(HandleError::Stop("enough".to_owned())),
            _ => {
                script.book.confirmed(delivery.position);
                Ok(effects)
            }
        }
    }
}

impl Letters for Shared {
    async fn save(&mut self, failure: &Failure) -> Result<(), String> {
        let mut script = self.lock();
        if script.save.pop_front().unwrap_or(255) < 100 {
            return Err("there is no room".to_owned());
        }
        script.book.saved(failure);
        Ok(())
    }
}

/// A state that lives on.
#[derive(Clone, Debug)]
pub(super) struct FakeState(pub(super) MemState, pub(super) Shared);

impl FakeState {
    fn fails(&self) -> Result<(), CommitError> {
        let fails = self.1.lock().state.pop_front().unwrap_or(255) < 40;
        if fails { Err(CommitError::Again("not now".to_owned())) } else { Ok(()) }
    }
}

impl State for FakeState {
    async fn begin(&mut self, partition: u32, marks: u32) -> Result<Begun, CommitError> {
        self.fails()?;
        self.0.begin(partition, marks).await
    }

    async fn lane(&mut self, partition: u32, lane: LaneKey) -> Result<Option<Vec<u8>>, CommitError> {
        self.fails()?;
        self.0.lane(partition, lane).await
    }

    async fn replayed(&mut self, partition: u32, replay: &ReplayKey) -> Result<bool, CommitError> {
        self.fails()?;
        self.0.replayed(partition, replay).await
    }

    async fn commit(&mut self, commit: Commit) -> Result<(), CommitError> {
        let failure = self.1.lock().commit.pop_front().unwrap_or(255);
        if failure < 50 {
            return Err(CommitError::Again("nothing was committed".to_owned()));
        }
        let from = self.0.next(commit.partition).unwrap_or(0);
        self.1.lock().book.committed(from, &commit);
        self.0.commit(commit).await?;
        if failure < 100 { Err(CommitError::Again("it was committed".to_owned())) } else { Ok(()) }
    }

    fn end(&mut self, partition: u32) {
        self.0.end(partition);
    }
}

/// A source that takes a partition away now and then, and gives it back, or fails.
#[derive(Debug)]
pub(super) struct FakeSource {
    inner: MemSource,
    script: Shared,
    /// The partition that was taken away.
    taken: Option<u32>,
    /// A partition of which nothing is given, whatever else is said.
    begun: bool,
}

impl FakeSource {
    pub(super) const fn new(inner: MemSource, script: Shared) -> Self {
        Self { inner, script, taken: None, begun: false }
    }
}

impl Source for FakeSource {
    async fn seek(&mut self, partition: u32, from: From) -> Result<(), TransportError> {
        self.inner.seek(partition, from).await
    }

    async fn next(&mut self) -> Result<Event, TransportError> {
        if self.begun {
            if let Some(partition) = self.taken.take() {
                return Ok(Event::Assigned(vec![partition]));
            }
            let what = self.script.lock().source.pop_front().unwrap_or(255);
            match what {
                0..10 => return Err(TransportError::System { why: "not now".to_owned() }),
                10..40 => {
                    let partition = u32::from(what) % super::log::PARTITIONS;
                    self.inner.pause(partition);
                    self.taken = Some(partition);
                    return Ok(Event::Revoked(vec![partition]));
                }
                _ => {}
            }
        }
        let event = self.inner.next().await;
        self.begun = true;
        event
    }

    fn pause(&mut self, partition: u32) {
        self.inner.pause(partition);
    }

    fn resume(&mut self, partition: u32) {
        self.inner.resume(partition);
    }
}
