//! Consumers that end in every way, one after another, and a last one to which nothing happens.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use arbitrary::Unstructured;
use dashstream_codec::laws::Broken;

use super::around::{FakeSource, FakeState, Shared};
use super::book::Book;
use super::log::{Entry, Kind, PARTITIONS, TENANT, log};
use crate::consumer::{Consumer, ConsumerConfig, MemState};
use crate::laws::{hold, possible};
use crate::transport::mem::MemTopic;
use crate::transport::{Position, Sink as _};

const HOUR: Duration = Duration::from_secs(3_600);

/// What is there however consumers end.
struct World {
    topic: MemTopic,
    state: MemState,
    script: Shared,
    unsupported: Vec<Position>,
}

pub(super) async fn all(u: &mut Unstructured<'_>) -> Result<(), Broken> {
    let world = World::new(log(u)?);
    for _ in 0..u.int_in_range(0..=4).unwrap_or(0) {
        let config = world.config(u);
        world.script.lock().next_life(u);
        world.life(u, config).await?;
    }
    world.script.lock().all_is_well();
    world.last().await
}

impl World {
    fn new(parts: Vec<Vec<Entry>>) -> Self {
        let topic = MemTopic::new(PARTITIONS);
        let mut unsupported = Vec::new();
        for (partition, part) in (0..).zip(&parts) {
            for (offset, entry) in (0..).zip(part) {
                // In memory a message is there at once.
                drop(topic.send(partition, entry.message.clone(), Instant::now() + HOUR));
                unsupported.extend((entry.kind == Kind::Unsupported).then_some(Position { partition, offset }));
            }
        }
        Self { topic, state: MemState::default(), script: Shared::new(Book::new(parts)), unsupported }
    }

    /// Each life has a configuration of its own.
    fn config(&self, u: &mut Unstructured<'_>) -> ConsumerConfig {
        let mut pass = BTreeSet::new();
        for position in &self.unsupported {
            if u.ratio(1, 2).unwrap_or(false) {
                pass.insert(*position);
            }
        }
        ConsumerConfig {
            tenant: Some(TENANT.to_owned()),
            commit_frames: u.int_in_range(1..=6).unwrap_or(1),
            commit_us: 1_000 * u.int_in_range(1..=1_000).unwrap_or(1),
            max_lanes: u.int_in_range(1..=4).unwrap_or(1),
            attempts: u.int_in_range(1..=5).unwrap_or(1),
            pass,
            ..ConsumerConfig::default()
        }
    }

    fn consumer(&self, config: ConsumerConfig) -> Consumer<FakeSource, FakeState, Shared, Shared> {
        let source = FakeSource::new(self.topic.source(), self.script.clone());
        let state = FakeState(self.state.clone(), self.script.clone());
        Consumer::new(source, state, self.script.clone(), self.script.clone(), config)
    }

    /// A consumer that is cut off now and then, and told to work again.
    async fn life(&self, u: &mut Unstructured<'_>, config: ConsumerConfig) -> Result<(), Broken> {
        let mut consumer = self.consumer(config);
        for _ in 0..u.int_in_range(1..=3).unwrap_or(1) {
            let cut = Duration::from_millis(u.int_in_range(0..=4_000).unwrap_or(0));
            // What ends it is no fault: it was told to fail.
            let ended = tokio::select! {
                _ = consumer.run(tokio::time::sleep(HOUR)) => true,
                () = tokio::time::sleep(cut) => false,
            };
            self.holds()?;
            if ended {
                let account = consumer.account();
                hold(account.adds_up(), "every message is one thing", || format!("{account:?}"))?;
            }
        }
        Ok(())
    }

    fn holds(&self) -> Result<(), Broken> {
        let mut script = self.script.lock();
        script.book.broken.take().map_or(Ok(()), Err)?;
        script.book.once()
    }

    /// Nothing fails any more, and all is read to its end.
    async fn last(&self) -> Result<(), Broken> {
        let pass = self.unsupported.iter().copied().collect();
        let config = ConsumerConfig { tenant: Some(TENANT.to_owned()), pass, ..ConsumerConfig::default() };
        let mut consumer = self.consumer(config);
        let result = consumer.run(tokio::time::sleep(HOUR)).await;
        possible("it works where nothing fails", result)?;
        self.holds()?;
        let account = consumer.account();
        let waits = account.waiting + account.stopped + account.abandoned;
        hold(account.adds_up() && waits == 0, "every message is done with", || format!("{account:?}"))?;
        let script = self.script.lock();
        for (partition, part) in (0..).zip(script.book.parts()) {
            let next = self.state.next(partition).unwrap_or(0);
            let what = || format!("{next} of {} in {partition}", part.len());
            hold(next == part.len() as u64, "all is committed", what)?;
        }
        Ok(())
    }
}
