//! Step by step.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use dashstream_stream::consumer::{Consumer, ConsumerConfig, ConsumerError, MemState};
use dashstream_stream::transport::{Event, Header, Message, Position};
use dashstream_vectors::{ConsumerEvent, ConsumerSettings, LogMessage, Place};
use tokio::runtime::{Builder, Runtime};

use super::ConsumerTrouble;
use super::around::offset_of;
use super::source::LogSource;
use super::world::Shared;
use crate::protocol::Base64;

/// More partitions than any script has.
const MAX_PARTITIONS: u32 = 1_000;
/// So long that nobody sees the end of it: what is committed, is committed by steps.
const NEVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// After this, something is wrong.
const PATIENCE: Duration = Duration::from_secs(20);

type Reader = Consumer<LogSource, MemState, Shared, Shared>;
/// A consumer whose `run` has ended, and how.
type Ended = (Box<Reader>, Result<(), ConsumerError>);
/// A call of `run`, that gives the consumer back.
type Running = Pin<Box<dyn Future<Output = Ended>>>;

/// A script that is being played.
pub(super) struct Script {
    runtime: Runtime,
    partitions: u32,
    config: ConsumerConfig,
    world: Shared,
    state: MemState,
    running: Option<Running>,
}

impl fmt::Debug for Script {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Script").field("world", &self.world).finish_non_exhaustive()
    }
}

impl Script {
    pub(super) fn new(settings: &ConsumerSettings) -> Result<Self, ConsumerTrouble> {
        let ConsumerSettings { partitions, uncommitted, attempts, ref tenant } = *settings;
        if partitions > MAX_PARTITIONS {
            return Err(ConsumerTrouble::Partitions(partitions));
        }
        let config = ConsumerConfig {
            tenant: tenant.clone(),
            commit_frames: uncommitted,
            commit_us: u64::try_from(NEVER.as_micros()).unwrap_or(u64::MAX),
            attempts,
            backoff_us: 1_000,
            max_backoff_us: 1_000,
            ..ConsumerConfig::default()
        };
        let runtime = Builder::new_current_thread().enable_time().build()?;
        let (world, state) = (Shared::default(), MemState::default());
        Ok(Self { runtime, partitions, config, world, state, running: None })
    }

    /// What happened since this was asked.
    pub(super) fn events(&self) -> Vec<ConsumerEvent> {
        std::mem::take(&mut self.world.lock().events)
    }

    pub(super) fn start(&mut self, pass: &[Place], uncommitted: Option<u32>) -> Result<(), ConsumerTrouble> {
        self.crash();
        let pass = pass.iter().map(|Place { partition, offset }| Position { partition: *partition, offset: *offset });
        let commit_frames = uncommitted.unwrap_or(self.config.commit_frames);
        let config = ConsumerConfig { commit_frames, pass: pass.collect(), ..self.config.clone() };
        let world = || self.world.clone();
        let consumer = Consumer::new(LogSource::new(world()), self.state.clone(), world(), world(), config);
        self.world.lock().news.push_back(Event::Assigned((0..self.partitions).collect()));
        self.run(Box::new(consumer));
        self.rest()
    }

    pub(super) fn message(&mut self, message: &LogMessage<Base64>) -> Result<(), ConsumerTrouble> {
        let LogMessage { partition, bytes, headers, answers } = message;
        self.known(*partition)?;
        let header = |name: &str, value: &str| Header { name: name.to_owned(), value: Some(value.into()) };
        let headers = headers.iter().map(|one| header(&one.name, &one.value)).collect();
        let value = bytes.as_ref().map(|Base64(bytes)| bytes.clone());
        self.world.lock().append(*partition, Message { value, headers, ..Message::default() }, answers);
        self.rest()
    }

    /// `run` ends as it does where it is told to, and is called again.
    pub(super) fn commit(&mut self) -> Result<(), ConsumerTrouble> {
        let consumer = self.end()?;
        self.run(consumer);
        self.rest()?;
        self.tell_all();
        Ok(())
    }

    pub(super) fn crash(&mut self) {
        self.running = None;
        self.world.lock().without_consumer();
    }

    pub(super) fn stop(&mut self) -> Result<(), ConsumerTrouble> {
        drop(self.end()?);
        self.crash();
        self.tell_all();
        Ok(())
    }

    pub(super) fn revoke(&mut self, partition: u32) -> Result<(), ConsumerTrouble> {
        self.news(partition, Event::Revoked(vec![partition]))?;
        self.tell(partition);
        Ok(())
    }

    pub(super) fn lose(&mut self, partition: u32) -> Result<(), ConsumerTrouble> {
        self.news(partition, Event::Lost(vec![partition]))?;
        self.tell(partition);
        Ok(())
    }

    pub(super) fn assign(&mut self, partition: u32) -> Result<(), ConsumerTrouble> {
        self.news(partition, Event::Assigned(vec![partition]))
    }

    pub(super) fn letters(&mut self, fail: bool) -> Result<(), ConsumerTrouble> {
        self.world.lock().letters_fail = fail;
        self.rest()
    }

    const fn known(&self, partition: u32) -> Result<(), ConsumerTrouble> {
        if partition < self.partitions { Ok(()) } else { Err(ConsumerTrouble::NoPartition(partition)) }
    }

    fn news(&mut self, partition: u32, event: Event) -> Result<(), ConsumerTrouble> {
        self.known(partition)?;
        if self.running.is_none() {
            return Err(ConsumerTrouble::NoConsumer);
        }
        self.world.lock().news.push_back(event);
        self.rest()
    }

    fn run(&mut self, mut consumer: Box<Reader>) {
        let world = self.world.clone();
        let stop = poll_fn(move |_| if world.lock().stop { Poll::Ready(()) } else { Poll::Pending });
        self.running = Some(Box::pin(async move {
            let result = consumer.run(stop).await;
            (consumer, result)
        }));
    }

    /// Lets the consumer work until there is nothing left to do.
    fn rest(&mut self) -> Result<(), ConsumerTrouble> {
        match self.drive()? {
            None => Ok(()),
            Some((_, ended)) => ended.map_err(ConsumerTrouble::Ended).and(Err(ConsumerTrouble::EndedWell)),
        }
    }

    /// Lets it end.
    fn end(&mut self) -> Result<Box<Reader>, ConsumerTrouble> {
        self.world.lock().stop = true;
        let ended = self.drive()?;
        self.world.lock().stop = false;
        let (consumer, result) = ended.ok_or(ConsumerTrouble::NoConsumer)?;
        result?;
        Ok(consumer)
    }

    /// Polls the consumer until it is at rest, or has ended. Between that and the next step it is not polled.
    fn drive(&mut self) -> Result<Option<Ended>, ConsumerTrouble> {
        let Self { runtime, world, running, .. } = self;
        let Some(run) = running.as_mut() else { return Ok(None) };
        world.lock().at_rest = false;
        let done = runtime.block_on(async {
            let driven = poll_fn(|context| match run.as_mut().poll(context) {
                Poll::Ready(ended) => Poll::Ready(Some(ended)),
                Poll::Pending if world.lock().at_rest => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            });
            tokio::time::timeout(PATIENCE, driven).await
        });
        let ended = done.map_err(|_| ConsumerTrouble::Restless)?;
        if ended.is_some() {
            *running = None;
        }
        Ok(ended)
    }

    fn tell_all(&self) {
        for partition in 0..self.partitions {
            self.tell(partition);
        }
    }

    /// What is durable of a partition.
    fn tell(&self, partition: u32) {
        let effects = self.state.effects().iter().filter_map(|effect| offset_of(effect, partition)).collect();
        let next = self.state.next(partition).unwrap_or(0);
        self.world.lock().events.push(ConsumerEvent::Committed { partition, next, effects });
    }
}
