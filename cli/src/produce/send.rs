//! Offers what is read to the producer.

use std::collections::HashMap;
use std::io::Write;
use std::time::Duration;

use dashstream_codec::crc32c;
use dashstream_stream::producer::{Account, OfferError, Policy, Producer};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::{MissedTickBehavior, interval};

use super::{ProduceArgs, input};
use crate::exit::Failure;
use crate::interrupt::Interrupts;
use crate::io::Source;
use crate::term::{DIM, grouped};

/// How often the numbers on a terminal change.
const TICK: Duration = Duration::from_millis(200);

/// How it ended.
#[derive(Debug)]
pub(super) struct End {
    /// What became of the events.
    pub(super) account: Account,
    /// What ended it before the input did.
    pub(super) failure: Option<Failure>,
}

/// A producer and what is read for it.
#[derive(Debug)]
pub(super) struct Sender {
    producer: Producer,
    paths: Vec<Source>,
    tenant: Option<String>,
    partition: Option<u32>,
    partitions: u32,
    /// The input waits for room.
    block: bool,
    deadline: Duration,
    lanes: HashMap<String, u32>,
}

impl Sender {
    pub(super) fn new(producer: Producer, args: &ProduceArgs, block: bool, partitions: u32) -> Self {
        Self {
            producer,
            paths: args.paths.clone(),
            tenant: args.tenant.clone(),
            partition: args.partition,
            partitions,
            block,
            deadline: args.deadline,
            lanes: HashMap::new(),
        }
    }

    /// Sends all that is read, and waits until it is known what became of it.
    pub(super) async fn run(mut self, err: &mut dyn Write) -> End {
        let bar = bar();
        let mut interrupts = Interrupts::new();
        let mut failure = self.read(&bar, &mut interrupts).await.err();
        let before = self.producer.account();
        let Self { producer, deadline, .. } = self;
        let closing = producer.close(deadline);
        tokio::pin!(closing);
        let closed = loop {
            tokio::select! {
                closed = &mut closing => break Some(closed),
                () = interrupts.next() => break None,
                () = tokio::time::sleep(TICK) => bar.tick(),
            }
        };
        bar.finish_and_clear();
        let account = match closed {
            Some(Ok(account)) => account,
            Some(Err(error)) => {
                failure
                    .get_or_insert(Failure::Io { place: "producer".to_owned(), source: std::io::Error::other(error) });
                before
            }
            None => {
                // Nobody may be reading it.
                let _ = writeln!(err, "{DIM}interrupted twice: it is not waited for what is under way{DIM:#}");
                before
            }
        };
        End { account, failure }
    }

    /// Offers events until there are no more, or somebody has had enough.
    async fn read(&mut self, bar: &ProgressBar, interrupts: &mut Interrupts) -> Result<(), Failure> {
        let mut events = input::start(self.paths.clone(), self.tenant.clone())?;
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let read = tokio::select! {
                biased;
                () = interrupts.next() => return Ok(()),
                _ = tick.tick() => {
                    self.show(bar);
                    continue;
                }
                read = events.recv() => read,
            };
            let Some(read) = read else { return Ok(()) };
            let input::Read { tenant, record } = read?;
            let lane = self.lane(tenant).await?;
            let offered = if self.block {
                self.wait(self.producer.offer_as(lane, record, Policy::Block), bar, interrupts).await
            } else {
                self.wait(self.producer.offer(lane, record), bar, interrupts).await
            };
            match offered {
                // What was dropped is in the account.
                Some(Ok(_) | Err(OfferError::Dropped { .. })) => {}
                Some(Err(error)) => {
                    return Err(Failure::Io { place: "producer".to_owned(), source: std::io::Error::other(error) });
                }
                None => return Ok(()),
            }
        }
    }

    /// Waits for room, with numbers that go on. `None`: somebody has had enough; the record was not taken.
    async fn wait<T>(
        &self,
        offer: impl Future<Output = T>,
        bar: &ProgressBar,
        interrupts: &mut Interrupts,
    ) -> Option<T> {
        tokio::pin!(offer);
        loop {
            tokio::select! {
                biased;
                done = &mut offer => return Some(done),
                () = interrupts.next() => return None,
                () = tokio::time::sleep(TICK) => self.show(bar),
            }
        }
    }

    async fn lane(&mut self, tenant: String) -> Result<u32, Failure> {
        if let Some(lane) = self.lanes.get(&tenant) {
            return Ok(*lane);
        }
        let hashed = crc32c(tenant.as_bytes()).checked_rem(self.partitions).unwrap_or(0);
        let partition = self.partition.unwrap_or(hashed);
        if partition >= self.partitions {
            let there = self.partitions;
            return Err(Failure::Usage(format!("--partition: there is no partition {partition}: there are {there}")));
        }
        let lane = self.producer.lane(&tenant, Some(partition)).await;
        let lane =
            lane.map_err(|error| Failure::Io { place: "producer".to_owned(), source: std::io::Error::other(error) })?;
        self.lanes.insert(tenant, lane);
        Ok(lane)
    }

    fn show(&self, bar: &ProgressBar) {
        if bar.is_hidden() {
            return;
        }
        let account = self.producer.account();
        let dropped: u64 = account.dropped.values().sum();
        let mut text = format!("{} offered, {} acknowledged", grouped(account.offered), grouped(account.acknowledged));
        if dropped > 0 {
            text.push_str(&format!(", {} dropped", grouped(dropped)));
        }
        bar.set_position(account.acknowledged);
        bar.set_message(text);
    }
}

/// Counts, on a terminal. How much is to come is not known.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, {per_sec}") {
        bar.set_style(style);
    }
    bar
}
