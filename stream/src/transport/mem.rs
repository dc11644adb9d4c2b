//! A topic in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::watch;

use super::{
    Cause, Content, Destination, Event, From, Message, Outcome, Position, Received, Sending, Sink, Source,
    TransportError,
};

/// A topic that lives as long as one of its clones. An offset is the index of a message in its partition.
#[derive(Clone, Debug)]
pub struct MemTopic {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    partitions: Vec<Mutex<Vec<Message>>>,
    /// How many messages there are in all: readers wait for the next one.
    count: watch::Sender<u64>,
}

/// Reads a [`MemTopic`].
#[derive(Debug)]
pub struct MemSource {
    topic: MemTopic,
    count: watch::Receiver<u64>,
    places: Vec<Place>,
    /// The partition that was asked last, so that each gets its turn.
    turn: usize,
    assigned: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// `None`: nobody said from where to read.
    next: Option<u64>,
    paused: bool,
}

impl MemTopic {
    /// An empty topic of so many partitions; 0 is 1.
    #[must_use]
    pub fn new(partitions: u32) -> Self {
        let partitions = (0..partitions.max(1)).map(|_| Mutex::default()).collect();
        Self { shared: Arc::new(Shared { partitions, count: watch::Sender::new(0) }) }
    }

    /// The messages of a partition; none where there is no such partition.
    #[must_use]
    pub fn messages(&self, partition: u32) -> Vec<Message> {
        self.partition(partition).map(|messages| messages.clone()).unwrap_or_default()
    }

    /// A reader of all partitions.
    #[must_use]
    pub fn source(&self) -> MemSource {
        let places = vec![Place::default(); self.shared.partitions.len()];
        MemSource { topic: self.clone(), count: self.shared.count.subscribe(), places, turn: 0, assigned: false }
    }

    fn partition(&self, partition: u32) -> Result<MutexGuard<'_, Vec<Message>>, TransportError> {
        let index = usize::try_from(partition).unwrap_or(usize::MAX);
        let messages = self.shared.partitions.get(index);
        let messages = messages.ok_or(TransportError::NoPartition { partition, partitions: self.partitions() })?;
        Ok(messages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Sink for MemTopic {
    fn destination(&self) -> Destination {
        Destination { system: "dashstream_mem", ..Destination::default() }
    }

    fn partitions(&self) -> u32 {
        u32::try_from(self.shared.partitions.len()).unwrap_or(u32::MAX)
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        if Instant::now() > deadline {
            return Sending::done(Outcome::NotPersisted(Cause::Deadline));
        }
        let mut messages = match self.partition(partition) {
            Ok(messages) => messages,
            Err(error) => return Sending::done(Outcome::NotPersisted(Cause::Refused(error.to_string()))),
        };
        let offset = messages.len() as u64;
        messages.push(message);
        drop(messages);
        self.shared.count.send_modify(|count| *count += 1);
        Sending::done(Outcome::Persisted(Position { partition, offset }))
    }
}

impl MemSource {
    fn place(&mut self, partition: u32) -> Option<&mut Place> {
        self.places.get_mut(usize::try_from(partition).ok()?)
    }

    /// The next message of the partitions that are read, each in its turn.
    fn take(&mut self) -> Option<Received> {
        for _ in 0..self.places.len() {
            self.turn = (self.turn + 1) % self.places.len();
            let partition = u32::try_from(self.turn).ok()?;
            let place = *self.places.get(self.turn)?;
            let Some(offset) = place.next.filter(|_| !place.paused) else { continue };
            let message = self.topic.partition(partition).ok()?.get(usize::try_from(offset).ok()?).cloned();
            if let Some(message) = message {
                let next = offset + 1;
                self.place(partition)?.next = Some(next);
                let position = Position { partition, offset };
                return Some(Received { position, next, content: Content::Message(message) });
            }
        }
        None
    }
}

impl Source for MemSource {
    async fn seek(&mut self, partition: u32, from: From) -> Result<(), TransportError> {
        let len = self.topic.partition(partition)?.len() as u64;
        let offset = match from {
            From::Start => 0,
            From::Offset(offset) if offset <= len => offset,
            From::Offset(offset) => return Err(TransportError::NoOffset { position: Position { partition, offset } }),
        };
        if let Some(place) = self.place(partition) {
            place.next = Some(offset);
        }
        Ok(())
    }

    async fn next(&mut self) -> Result<Event, TransportError> {
        if !self.assigned {
            self.assigned = true;
            return Ok(Event::Assigned((0..self.topic.partitions()).collect()));
        }
        loop {
            self.count.mark_unchanged();
            if let Some(received) = self.take() {
                return Ok(Event::Message(received));
            }
            // The topic is held here too, so that there is always one who could send.
            drop(self.count.changed().await);
        }
    }

    fn pause(&mut self, partition: u32) {
        if let Some(place) = self.place(partition) {
            place.paused = true;
        }
    }

    fn resume(&mut self, partition: u32) {
        if let Some(place) = self.place(partition) {
            place.paused = false;
        }
    }
}
