//! An outlet that keeps what it is given.

#![allow(dead_code, reason = "each file of tests uses some of it")]

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, UnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use dashstream_codec::owned::Record;
use dashstream_stream::writer::{Offering, Outlet};
use tokio::sync::Semaphore;

/// Keeps the records of all its clones, in the order in which they were taken.
#[derive(Clone, Debug)]
pub(crate) struct Collected {
    records: Arc<Mutex<Vec<Record>>>,
    pub(crate) room: Arc<Semaphore>,
    /// What it says that it has lost.
    pub(crate) lost: Arc<AtomicU64>,
}

impl Default for Collected {
    fn default() -> Self {
        let room = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        Self { records: Arc::default(), room, lost: Arc::default() }
    }
}

impl Collected {
    /// One without room, until it is opened.
    pub(crate) fn closed() -> Self {
        Self { room: Arc::new(Semaphore::new(0)), ..Self::default() }
    }

    pub(crate) fn open(&self) {
        self.room.add_permits(1_000);
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        self.records.lock().unwrap().clone()
    }
}

impl Outlet for Collected {
    fn offer(&self, record: Record) -> Offering<'_> {
        Box::pin(async move {
            self.room.acquire().await.unwrap().forget();
            let mut records = self.records.lock().unwrap();
            records.push(record);
            Ok(records.len() as u64)
        })
    }

    fn lost_states(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

/// What a future comes to, or its panic.
pub(crate) async fn caught<F: Future + UnwindSafe>(future: F) -> std::thread::Result<F::Output> {
    let mut future = Box::pin(future);
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}
