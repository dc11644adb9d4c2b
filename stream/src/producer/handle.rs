//! A producer, as its users have it.

use std::path::Path;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use dashstream_codec::owned::Record;
use dashstream_codec::view::Payload;
use dashstream_codec::{EncoderConfig, RecordInput};
use dashstream_disk::Disk;
use tokio::sync::{mpsc, oneshot};

use super::account::Account;
use super::config::{Policy, ProducerConfig};
use super::durable::Durable;
use super::error::{OfferError, ProducerError};
use super::lane_handle::LaneHandle;
use super::offer_shared::Taken;
use super::run::{Command, Driver};
use super::shared::Shared;
use super::terms::{Answer, Terms};
use super::waits::Waits;
use crate::identity::Opened;
use crate::observe::ProducerObserver;
use crate::spool::{Damage, SpoolConfig};
use crate::transport::Sink;

/// How a producer is set up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProducerSetup {
    /// What it does with records.
    pub producer: ProducerConfig,
    /// What it keeps of frames.
    pub spool: SpoolConfig,
    /// How it encodes them.
    pub encoder: EncoderConfig,
}

/// Sends records to a topic, and keeps what it promises across restarts. It has a thread of its own, so that what blocks
/// there holds up nobody else.
#[derive(Debug)]
pub struct Producer {
    shared: Arc<Shared>,
    commands: mpsc::UnboundedSender<Command>,
    thread: Option<JoinHandle<()>>,
    found: Found,
}

/// What the opening of a producer found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The producer's id.
    pub producer_id: [u8; 16],
    /// The epoch that has begun.
    pub epoch: u32,
    /// Of its identity.
    pub identity: Opened,
    /// Of its spool: bytes in which no frame could be read.
    pub damage: Vec<Damage>,
    /// Segments with frames that an earlier life has left, which are sent first.
    pub left: usize,
}

impl Producer {
    /// Opens a producer, which keeps its identity and its spool in a folder. Blocks.
    ///
    /// # Errors
    /// [`ProducerError`].
    pub fn open<S: Sink, D: Disk + Clone>(
        disk: D,
        folder: &Path,
        sink: S,
        setup: ProducerSetup,
    ) -> Result<Self, ProducerError> {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).map_err(|error| ProducerError::System(error.to_string()))?;
        let (durable, core, found) = Durable::open(disk, folder, setup, u64::from_le_bytes(seed))?;
        let shared = Arc::new(Shared::new(core));
        let (commands, waiting) = mpsc::unbounded_channel();
        let patience = Duration::from_micros(setup.producer.deadline_us);
        let observer = ProducerObserver::new(sink.destination(), &found, patience);
        let driver = Driver { shared: Arc::clone(&shared), sink, durable, observer, commands: waiting, syncing: None };
        let thread = start(driver)?;
        Ok(Self { shared, commands, thread: Some(thread), found })
    }

    /// What the opening found.
    #[must_use]
    pub const fn found(&self) -> &Found {
        &self.found
    }

    /// The lane of a tenant and a partition: the one that there is, or a new one, whose number is durable when this returns.
    ///
    /// # Errors
    /// [`ProducerError`].
    pub async fn lane(&self, tenant: &str, partition: Option<u32>) -> Result<u32, ProducerError> {
        let (reply, told) = oneshot::channel();
        self.ask(Command::Lane { tenant: tenant.to_owned(), partition, reply })?;
        told.await.map_err(|_| self.why())?
    }

    /// Offers a record to a lane, and waits for room where its policy is to wait, until its deadline. Returns its number; nothing is
    /// known then but that it is queued.
    ///
    /// # Errors
    /// [`OfferError`].
    pub async fn offer(&self, lane: u32, record: Record) -> Result<u64, OfferError> {
        self.shared.offer(lane, &record, Terms::default()).await
    }

    /// Offers a record and waits until it is known what became of it, until its deadline.
    ///
    /// # Errors
    /// [`OfferError`]: among others [`OfferError::Dropped`], for want of room or because it cannot be encoded, which is known at once. What is
    /// dropped after it was queued is [`Answer::NotPersisted`].
    pub async fn send(&self, lane: u32, record: Record) -> Result<(u64, Answer), OfferError> {
        let waits = Waits::new(&self.shared);
        let terms = Terms { ticket: Some(waits.ticket()), ..Terms::default() };
        let sequence = self.shared.offer(lane, &record, terms).await?;
        Ok((sequence, waits.answer().await))
    }

    /// Offers a record with a policy of its own.
    ///
    /// # Errors
    /// [`OfferError`].
    pub async fn offer_as(&self, lane: u32, record: Record, policy: Policy) -> Result<u64, OfferError> {
        self.shared.offer(lane, &record, Terms { policy: Some(policy), ..Terms::default() }).await
    }

    /// Offers a record that its owner keeps, as [`Self::offer`] does: it is encoded at once, and nothing is allocated for it alone.
    /// `record.sequence` and `record.payload` are not looked at. Where no policy is given it is that of the kind.
    ///
    /// # Errors
    /// [`OfferError`].
    pub async fn offer_lent(
        &self,
        lane: u32,
        record: &RecordInput<'_>,
        payload: &Payload<'_>,
        policy: Option<Policy>,
    ) -> Result<u64, OfferError> {
        self.shared.offer_lent(lane, record, payload, Terms { policy, ..Terms::default() }).await
    }

    /// Offers many records, in their order, each as [`Self::offer_lent`] does, with fewer locks and looks at the clock. One that is dropped does
    /// not end it. Where the future is dropped before it has ended, some were taken.
    ///
    /// # Errors
    /// [`OfferError::Refused`] and [`OfferError::Stopped`]: those before were taken.
    pub async fn offer_all(&self, lane: u32, records: &[Record], policy: Option<Policy>) -> Result<Taken, OfferError> {
        self.shared.offer_all(lane, records, Terms { policy, ..Terms::default() }).await
    }

    /// A lane to offer records to, for those who do not have the producer.
    #[must_use]
    pub fn handle(&self, lane: u32) -> LaneHandle {
        LaneHandle { shared: Arc::clone(&self.shared), lane }
    }

    /// What became of the records so far.
    #[must_use]
    pub fn account(&self) -> Account {
        self.shared.lock().core.account().clone()
    }

    /// Takes no more records, sends what waits, and ends every lane. What is not acknowledged within the time is kept in the spool, and
    /// sent by the next producer that opens the folder; what was not sealed by then is dropped and declared.
    ///
    /// # Errors
    /// [`ProducerError`] where something could not be kept.
    pub async fn close(mut self, within: Duration) -> Result<Account, ProducerError> {
        let (reply, told) = oneshot::channel();
        self.ask(Command::Close { deadline: Instant::now() + within, reply })?;
        let account = told.await.map_err(|_| self.why())?;
        self.join();
        account
    }

    fn ask(&self, command: Command) -> Result<(), ProducerError> {
        self.commands.send(command).map_err(|_| self.why())
    }

    fn why(&self) -> ProducerError {
        self.shared.lock().stopped.clone().unwrap_or(ProducerError::Closed)
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has left its spool as a crash would.
            drop(thread.join());
        }
    }
}

fn start<S: Sink, D: Disk + Clone>(driver: Driver<S, D>) -> Result<JoinHandle<()>, ProducerError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| ProducerError::System(error.to_string()))?;
    let thread = Builder::new().name("dashstream-producer".to_owned()).spawn(move || runtime.block_on(driver.run()));
    thread.map_err(|error| ProducerError::System(error.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use std::future::poll_fn;
    use std::task::Poll;

    use dashstream_disk::SimDisk;

    use super::*;
    use crate::transport::mem::MemTopic;

    #[tokio::test]
    async fn nothing_is_left_of_who_waited() {
        let (disk, topic, folder) = (SimDisk::new(), MemTopic::new(1), Path::new("/producer"));
        let producer = Producer::open(disk, folder, topic, ProducerSetup::default()).unwrap();
        let lane = producer.lane("acme", None).await.unwrap();
        let left = || producer.shared.lock().waiting.len();
        let record = || Record { kind: 5, ..Record::default() };
        assert!(matches!(producer.send(lane + 1, record()).await, Err(OfferError::Refused { .. })));
        assert_eq!(left(), 0);
        // Who stops to wait has waited for something: the ticket was there.
        let mut sent = Box::pin(producer.send(lane, record()));
        assert!(poll_fn(|context| Poll::Ready(sent.as_mut().poll(context).is_pending())).await);
        assert_eq!(left(), 1);
        drop(sent);
        assert_eq!(left(), 0);
        assert_eq!(producer.send(lane, record()).await.unwrap().1, Answer::Persisted);
        assert_eq!(left(), 0);
    }
}
