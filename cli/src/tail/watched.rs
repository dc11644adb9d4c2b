//! A source that is watched: when something came last, and when all is read that was there.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dashstream_stream::transport::{Event, From, Source, TransportError};
use tokio::time::{Instant, sleep, sleep_until};

use super::screen::Shared;
use crate::places::AnySource;

/// After so long without a message what is held back is shown.
const CAUGHT_UP: Duration = Duration::from_millis(300);

/// A source that is watched.
#[derive(Debug)]
pub(super) struct Watched {
    inner: AnySource,
    screen: Shared,
    last: Arc<Mutex<Instant>>,
    came: bool,
}

impl Watched {
    pub(super) fn new(inner: AnySource, screen: Shared) -> Self {
        Self { inner, screen, last: Arc::new(Mutex::new(Instant::now())), came: false }
    }

    /// Ends when nothing came for so long; never where no time is given.
    pub(super) fn idle(&self, limit: Option<Duration>) -> impl Future<Output = ()> + use<> {
        let last = Arc::clone(&self.last);
        async move {
            let Some(limit) = limit else { return std::future::pending().await };
            loop {
                let until = *last.lock().unwrap_or_else(PoisonError::into_inner) + limit;
                if Instant::now() >= until {
                    return;
                }
                sleep_until(until).await;
            }
        }
    }

    /// The source itself.
    #[cfg(feature = "kafka")]
    pub(super) fn into_inner(self) -> AnySource {
        self.inner
    }

    fn touch(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

impl Source for Watched {
    async fn seek(&mut self, partition: u32, from: From) -> Result<(), TransportError> {
        self.inner.seek(partition, from).await
    }

    async fn next(&mut self) -> Result<Event, TransportError> {
        // What was done with the last message took its time.
        if std::mem::take(&mut self.came) {
            self.touch();
        }
        let event = loop {
            tokio::select! {
                biased;
                event = self.inner.next() => break event?,
                () = sleep(CAUGHT_UP), if self.screen.is_held() => self.screen.lock().flush_ring(),
            }
        };
        self.came = true;
        self.touch();
        Ok(event)
    }

    fn pause(&mut self, partition: u32) {
        self.inner.pause(partition);
    }

    fn resume(&mut self, partition: u32) {
        self.inner.resume(partition);
    }

    fn release(&mut self) {
        self.inner.release();
    }
}
