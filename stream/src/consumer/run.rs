//! The consumer's loop.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;

use dashstream_codec::Decoder;
use fastrand::Rng;
use tokio::time::Instant;

use super::account::ConsumerAccount;
use super::config::ConsumerConfig;
use super::error::ConsumerError;
use super::failure::Letters;
use super::handler::Handler;
use super::part::Part;
use super::state::State;
use crate::backoff::Backoff;
use crate::observe::ConsumerMetrics;
use crate::transport::{Event, Source, TransportError};

/// Reads a topic and hands over what is new in it.
#[derive(Debug)]
pub struct Consumer<S, T, L, H> {
    pub(super) source: S,
    pub(super) state: T,
    pub(super) letters: L,
    pub(super) handler: H,
    pub(super) config: ConsumerConfig,
    pub(super) account: ConsumerAccount,
    /// The partitions that are this consumer's, those with which it could not begin yet among them.
    pub(super) assigned: BTreeSet<u32>,
    pub(super) parts: BTreeMap<u32, Part>,
    pub(super) decoder: Decoder,
    rng: Rng,
    pub(super) metrics: Option<ConsumerMetrics>,
    /// A call of `run` has begun and not come to its end, or to a bad one.
    running: bool,
    /// What is in memory is of no use: a commit has failed, or the state, and not all partitions have begun again since.
    pub(super) stale: bool,
}

impl<S: Source, T: State, L: Letters, H: Handler> Consumer<S, T, L, H> {
    /// A consumer that has read nothing yet.
    #[must_use]
    pub fn new(source: S, state: T, letters: L, handler: H, config: ConsumerConfig) -> Self {
        Self {
            source,
            state,
            letters,
            handler,
            config,
            account: ConsumerAccount::default(),
            assigned: BTreeSet::new(),
            parts: BTreeMap::new(),
            decoder: Decoder::new(),
            rng: Rng::new(),
            metrics: None,
            running: false,
            stale: false,
        }
    }

    /// Tells operators what it sees (`spec/observability.md`).
    #[must_use]
    pub fn observed(mut self, metrics: ConsumerMetrics) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// What became of the messages so far.
    #[must_use]
    pub const fn account(&self) -> &ConsumerAccount {
        &self.account
    }

    /// The application.
    #[must_use]
    pub const fn handler(&self) -> &H {
        &self.handler
    }

    /// The source, to be closed as it wants it. What was not committed is given again.
    #[must_use]
    pub fn into_source(self) -> S {
        self.source
    }

    /// Where dead letters go.
    #[must_use]
    pub const fn letters(&self) -> &L {
        &self.letters
    }

    /// Works until `stop` ends. What is confirmed is committed then. Where the future is dropped before, nothing that was not committed
    /// counts, and another call begins again from what was.
    ///
    /// # Errors
    /// [`ConsumerError`]: what was confirmed before was committed, as far as it could be.
    pub async fn run(&mut self, stop: impl Future<Output = ()>) -> Result<(), ConsumerError> {
        if std::mem::replace(&mut self.running, true) || self.stale {
            self.account.abandon_rest();
            self.begin_again().await?;
        }
        let result = self.work(stop).await;
        // What was in hand when it failed has no place: it will be given again, and another call begins again too.
        self.account.abandon_rest();
        self.running = matches!(result, Err(ConsumerError::State(_) | ConsumerError::Source(_)));
        result
    }

    async fn work(&mut self, stop: impl Future<Output = ()>) -> Result<(), ConsumerError> {
        tokio::pin!(stop);
        let mut failures = 0;
        loop {
            let wake = self.wake();
            let event = tokio::select! {
                biased;
                () = &mut stop => return self.commit_all().await,
                () = sleep_until(wake) => {
                    self.on_time().await?;
                    continue;
                }
                event = self.source.next() => event,
            };
            match event {
                Ok(event) => {
                    failures = 0;
                    if let Err(error) = self.event(event).await {
                        // What waits stays uncommitted; what was confirmed does not.
                        drop(self.commit_all().await);
                        return Err(error);
                    }
                }
                Err(error) => {
                    failures += 1;
                    self.source_failed(error, failures).await?;
                }
            }
        }
    }

    async fn source_failed(&mut self, error: TransportError, failures: u32) -> Result<(), ConsumerError> {
        if failures >= self.config.attempts {
            drop(self.commit_all().await);
            return Err(error.into());
        }
        let pause = self.backoff(failures);
        tokio::time::sleep(pause).await;
        Ok(())
    }

    pub(super) fn backoff(&mut self, tries: u32) -> Duration {
        let backoff = Backoff { first_us: self.config.backoff_us, most_us: self.config.max_backoff_us };
        Duration::from_micros(backoff.draw_us(tries, &mut self.rng))
    }

    /// When something is to be done, whatever comes.
    fn wake(&self) -> Option<Instant> {
        let try_at = |part: &Part| part.waiting.as_ref().and_then(|work| work.progress.try_at);
        let held = self.metrics.as_ref().and_then(ConsumerMetrics::next);
        self.parts.values().flat_map(|part| [part.commit_at, try_at(part)]).chain([held]).flatten().min()
    }

    /// Commits and tries again what is due.
    async fn on_time(&mut self) -> Result<(), ConsumerError> {
        let now = Instant::now();
        if let Some(metrics) = self.metrics.as_ref().filter(|metrics| metrics.next().is_some_and(|at| at <= now)) {
            metrics.tick();
        }
        let partitions: Vec<u32> = self.parts.keys().copied().collect();
        for partition in partitions {
            let Some(part) = self.parts.get_mut(&partition) else { continue };
            if part.waiting.as_ref().is_some_and(|work| work.progress.try_at.is_some_and(|at| at <= now))
                && let Some(work) = part.waiting.take()
            {
                self.account.waiting -= 1;
                self.source.resume(partition);
                self.again(work).await?;
            }
            if self.parts.get(&partition).is_some_and(|part| part.commit_at.is_some_and(|at| at <= now)) {
                self.commit(partition).await?;
            }
        }
        Ok(())
    }

    async fn event(&mut self, event: Event) -> Result<(), ConsumerError> {
        match event {
            Event::Assigned(partitions) => {
                // All of them, before one fails: the source names them once.
                self.assigned.extend(&partitions);
                for partition in partitions {
                    self.begin(partition).await?;
                }
                Ok(())
            }
            Event::Revoked(partitions) => {
                for partition in partitions {
                    self.revoked(partition).await?;
                }
                // KAF-012
                self.source.release();
                Ok(())
            }
            // KAF-013: another one has it already, and would be given what this one still commits.
            Event::Lost(partitions) => {
                for partition in partitions {
                    self.let_go(partition);
                }
                Ok(())
            }
            Event::Message(received) => self.take(received).await,
        }
    }
}

async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake).await,
        None => std::future::pending().await,
    }
}
