//! A source that is watched: when something came last, and when all is read that was there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dashstream_stream::transport::{Event, From, Position, Source, TransportError};
use tokio::time::{Instant, sleep_until};

use super::screen::Shared;

/// After so long without a message of those that are awaited what is held back is shown: offsets of Kafka may have no message.
const PATIENCE: Duration = Duration::from_secs(10);

/// A source that is watched.
#[derive(Debug)]
pub(super) struct Watched<S> {
    inner: S,
    screen: Shared,
    /// Offsets of the last frames that were there at the beginning, by partition, as long as they have not come.
    awaited: BTreeMap<u32, u64>,
    /// When a message of their partitions came last.
    came_on: Instant,
    last: Arc<Mutex<Instant>>,
    came: bool,
}

impl<S> Watched<S> {
    pub(super) fn new(inner: S, screen: Shared, awaited: BTreeMap<u32, u64>) -> Self {
        Self {
            inner,
            screen,
            awaited,
            came_on: Instant::now(),
            last: Arc::new(Mutex::new(Instant::now())),
            came: false,
        }
    }

    /// Ends when nothing came for so long; never where no time is given.
    pub(super) fn idle(&self, limit: Option<Duration>) -> impl Future<Output = ()> + use<S> {
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
    pub(super) fn into_inner(self) -> S {
        self.inner
    }

    fn touch(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

impl<S: Source> Source for Watched<S> {
    async fn seek(&mut self, partition: u32, from: From) -> Result<(), TransportError> {
        self.inner.seek(partition, from).await
    }

    async fn next(&mut self) -> Result<Event, TransportError> {
        // What was done with the last message took its time.
        if std::mem::take(&mut self.came) {
            self.touch();
        }
        // And it has been shown.
        let patience = self.came_on + PATIENCE;
        if self.awaited.is_empty() || Instant::now() >= patience {
            self.screen.lock().flush_ring();
        }
        let event = loop {
            tokio::select! {
                biased;
                event = self.inner.next() => break event?,
                () = sleep_until(patience), if self.screen.is_held() => self.screen.lock().flush_ring(),
            }
        };
        if let Event::Message(message) = &event {
            let Position { partition, offset } = message.position;
            if let Some(last) = self.awaited.get(&partition) {
                self.came_on = Instant::now();
                if *last <= offset {
                    self.awaited.remove(&partition);
                }
            }
        }
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

#[cfg(test)]
mod tests {
    use dashstream_stream::transport::{Content, Message, Received};

    use clap::Parser as _;

    use super::*;
    use crate::tail::TailArgs;
    use crate::tail::screen::Screen;

    /// Messages of partition 0, with a second before each, and nothing more.
    struct Slow(u64);

    impl Source for Slow {
        async fn seek(&mut self, _: u32, _: From) -> Result<(), TransportError> {
            Ok(())
        }

        async fn next(&mut self) -> Result<Event, TransportError> {
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.0 += 1;
            let (position, next) = (Position { partition: 0, offset: self.0 }, self.0 + 1);
            Ok(Event::Message(Received { position, next, content: Content::Message(Message::default()) }))
        }

        fn pause(&mut self, _: u32) {}

        fn resume(&mut self, _: u32) {}

        fn release(&mut self) {}
    }

    #[derive(clap::Parser)]
    struct Args {
        #[command(flatten)]
        tail: TailArgs,
    }

    fn watched(awaited: &[(u32, u64)]) -> Watched<Slow> {
        let args = Args::parse_from(["tail", "--from", "file:topic", "--last", "1"]);
        Watched::new(Slow(0), Shared::new(Screen::new(&args.tail)), awaited.iter().copied().collect())
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_records_are_held_back_until_all_that_was_there_is_shown() {
        let mut watched = watched(&[(0, 2)]);
        for _ in 0..2 {
            watched.next().await.unwrap();
            assert!(watched.screen.is_held());
        }
        watched.next().await.unwrap();
        assert!(!watched.screen.is_held());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever_for_an_offset_without_a_message() {
        let mut watched = watched(&[(1, 2)]);
        let begun = Instant::now();
        while watched.screen.is_held() {
            watched.next().await.unwrap();
            assert!(begun.elapsed() < PATIENCE * 2);
        }
        assert!(begun.elapsed() >= PATIENCE);
    }
}
