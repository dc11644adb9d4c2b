//! Where frames go, and where they come from.
//!
//! A [`Sink`] takes messages for partitions and says of each what became of it; a [`Source`] gives the messages of partitions in
//! their order, again and again from wherever it is told to. Three transports are both: [`mem`] for tests, [`file`](mod@file) for
//! one machine, and `kafka` (a feature of this crate). One suite of tests holds them all to what is written here.

mod destination;
pub mod file;
#[cfg(feature = "kafka")]
pub mod kafka;
pub mod mem;
mod message;
mod outcome;

use std::future::Future;
use std::path::PathBuf;
use std::time::Instant;

use dashstream_disk::DiskError;
pub use destination::Destination;
pub use message::{Content, Header, Message, Position, Received, RejectedFrame};
pub use outcome::{Cause, Outcome, Reply, Sending};

/// Takes messages.
pub trait Sink: Send + Sync + 'static {
    /// How many partitions there are, 1 or more; they are numbered from 0.
    fn partitions(&self) -> u32;

    /// What metrics and events call it.
    fn destination(&self) -> Destination {
        Destination::default()
    }

    /// Gives a message to a partition. It takes its place behind those that were given before when this is called, not when
    /// the future is polled; the future ends with what became of it, and need not be polled for the message to be sent.
    ///
    /// A message whose turn comes after the deadline is not sent ([`Cause::Deadline`]). One that is being sent is not called
    /// back: who cannot wait for its outcome drops the future, and takes it for possibly persisted.
    ///
    /// What ends as [`Outcome::NotPersisted`] will never be there; what ends as [`Outcome::PossiblyPersisted`] may be
    /// there, or come to be there later.
    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending;
}

/// Gives messages.
pub trait Source: Send + 'static {
    /// Says from where on a partition is read. Nothing is given of a partition for which this was not said.
    ///
    /// # Errors
    /// [`TransportError`]: there is no such partition, or no message begins at this offset.
    fn seek(&mut self, partition: u32, from: From) -> impl Future<Output = Result<(), TransportError>> + Send;

    /// The next event. Waits until there is one; a future that is dropped loses nothing.
    ///
    /// # Errors
    /// [`TransportError`]. The source can be asked again.
    fn next(&mut self) -> impl Future<Output = Result<Event, TransportError>> + Send;

    /// Gives nothing of a partition until [`Self::resume`]; what it has keeps its place.
    fn pause(&mut self, partition: u32);

    /// Gives what comes of a partition again.
    fn resume(&mut self, partition: u32);

    /// Lets go of the partitions that [`Event::Revoked`] has named: what was to be saved of them is saved. Until then no other
    /// reader gets them. What nobody has asked for is let go of already: there is nothing to do on transports that never ask.
    fn release(&mut self) {}
}

/// A place to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The first message that is there.
    Start,
    /// A message, or the place behind the last one: the `next` of a [`Received`].
    Offset(u64),
}

/// What a source gives.
#[derive(Debug)]
pub enum Event {
    /// These partitions are this reader's from now on. It has to say from where it reads them.
    Assigned(Vec<u32>),
    /// These partitions are to be another reader's. Nothing comes of them any more; the other one waits until this reader has saved
    /// what it has done and says so by [`Source::release`].
    Revoked(Vec<u32>),
    /// These partitions are another reader's already: this one was taken for dead. What it has not saved it cannot save any more.
    Lost(Vec<u32>),
    /// A message of a partition.
    Message(Received),
}

/// Why a transport could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// There is no such partition.
    #[error("there is no partition {partition}: there are {partitions}")]
    NoPartition {
        /// The number.
        partition: u32,
        /// How many there are.
        partitions: u32,
    },
    /// No message begins there.
    #[error("no message of partition {} begins at {}", position.partition, position.offset)]
    NoOffset {
        /// The place.
        position: Position,
    },
    /// Somebody else writes to it.
    #[error("somebody else writes there: {} is locked", path.display())]
    InUse {
        /// The lock.
        path: PathBuf,
    },
    /// The file system has failed.
    #[error(transparent)]
    Io(#[from] DiskError),
    /// It cannot be used like this.
    #[error(transparent)]
    Security(#[from] crate::security::SecurityError),
    /// A broker and this client do not trust each other's certificates, or the broker has another name.
    #[error("the connection is not secure: {why}")]
    Tls {
        /// What the library said.
        why: String,
    },
    /// A broker does not believe that this client is who it says.
    #[error("refused by a broker: {why}")]
    Authentication {
        /// What the library said.
        why: String,
    },
    /// There is no such topic.
    #[error("there is no topic {topic:?}")]
    NoTopic {
        /// Its name.
        topic: String,
    },
    /// The client of Kafka has failed.
    #[error("could not {doing}: {why}")]
    Kafka {
        /// What was tried.
        doing: &'static str,
        /// What the library said.
        why: String,
    },
    /// The system gave no random bytes, or no thread.
    #[error("the system refuses: {why}")]
    System {
        /// What it said.
        why: String,
    },
}
