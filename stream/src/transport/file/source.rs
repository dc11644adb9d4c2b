//! Receiving from a topic of files.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use dashstream_disk::{Disk, RealDisk};
use tokio::task::{JoinHandle, spawn_blocking};

use super::super::{Event, From, Received, Source, TransportError};
use super::layout::{FileConfig, partition_folder};
use super::place::Place;

/// Receives from a topic of files. Files are read by the runtime's pool for calls that block.
#[derive(Debug)]
pub struct FileSource<D: Disk + Clone = RealDisk> {
    queues: Vec<Queue>,
    poll: Duration,
    /// The partition that was asked last, so that each gets its turn.
    turn: usize,
    assigned: bool,
    hand: Hand<D>,
}

#[derive(Debug, Default)]
struct Queue {
    received: VecDeque<Received>,
    paused: bool,
}

/// Who has the places: this task, or a call that blocks. A call that is not waited for to its end ends all the same.
#[derive(Debug)]
enum Hand<D: Disk + Clone> {
    Here(Vec<Place<D>>),
    There(JoinHandle<Done<D>>),
    /// A call has taken them with it.
    Lost,
}

/// What a call that blocks brings back.
#[derive(Debug)]
struct Done<D: Disk + Clone> {
    places: Vec<Place<D>>,
    received: Vec<Received>,
    error: Option<TransportError>,
}

impl FileSource<RealDisk> {
    /// Opens a topic for reading. It need not be there yet.
    #[must_use]
    pub fn open(topic: &Path, config: &FileConfig) -> Self {
        Self::open_on(RealDisk, topic, config)
    }
}

impl<D: Disk + Clone> FileSource<D> {
    /// The same on a disk of one's own.
    #[must_use]
    pub fn open_on(disk: D, topic: &Path, config: &FileConfig) -> Self {
        let partitions = 0..config.partitions();
        let places =
            partitions.clone().map(|one| Place::new(disk.clone(), partition_folder(topic, one), one)).collect();
        Self {
            queues: partitions.map(|_| Queue::default()).collect(),
            poll: Duration::from_millis(config.poll_ms),
            turn: 0,
            assigned: false,
            hand: Hand::Here(places),
        }
    }

    /// Lets the pool do something with the places, once they are here, and waits for it.
    async fn call(
        &mut self,
        job: impl FnOnce(&mut Vec<Place<D>>) -> (Vec<Received>, Option<TransportError>) + Send + 'static,
    ) -> Result<bool, TransportError> {
        // A call that somebody did not wait for.
        self.back().await?;
        if let Hand::Here(mut places) = std::mem::replace(&mut self.hand, Hand::Lost) {
            self.hand = Hand::There(spawn_blocking(move || {
                let (received, error) = job(&mut places);
                Done { places, received, error }
            }));
        }
        self.back().await
    }

    /// Waits until the places are here; says whether something came with them.
    async fn back(&mut self) -> Result<bool, TransportError> {
        let Hand::There(call) = &mut self.hand else { return Ok(false) };
        let Ok(done) = call.await else {
            self.hand = Hand::Lost;
            return Err(TransportError::System { why: "a thread that reads has ended".to_owned() });
        };
        let some = !done.received.is_empty();
        self.hand = Hand::Here(done.places);
        for received in done.received {
            if let Some(queue) = self.queue(received.position.partition) {
                queue.received.push_back(received);
            }
        }
        done.error.map_or(Ok(some), Err)
    }

    fn queue(&mut self, partition: u32) -> Option<&mut Queue> {
        self.queues.get_mut(usize::try_from(partition).ok()?)
    }

    /// The next message of the partitions that are not paused, each in its turn.
    fn take(&mut self) -> Option<Received> {
        for _ in 0..self.queues.len() {
            self.turn = (self.turn + 1) % self.queues.len();
            let queue = self.queues.get_mut(self.turn).filter(|queue| !queue.paused);
            if let Some(received) = queue.and_then(|queue| queue.received.pop_front()) {
                return Some(received);
            }
        }
        None
    }
}

impl<D: Disk + Clone> Source for FileSource<D> {
    async fn seek(&mut self, partition: u32, from: From) -> Result<(), TransportError> {
        let partitions = u32::try_from(self.queues.len()).unwrap_or(u32::MAX);
        let index = usize::try_from(partition).unwrap_or(usize::MAX);
        if index >= self.queues.len() {
            return Err(TransportError::NoPartition { partition, partitions });
        }
        self.call(move |places| {
            let sought = places.get_mut(index).map(|place| place.seek(from));
            (Vec::new(), sought.and_then(Result::err))
        })
        .await?;
        if let Some(queue) = self.queue(partition) {
            queue.received.clear();
        }
        Ok(())
    }

    async fn next(&mut self) -> Result<Event, TransportError> {
        if !self.assigned {
            self.assigned = true;
            return Ok(Event::Assigned((0..u32::try_from(self.queues.len()).unwrap_or(u32::MAX)).collect()));
        }
        loop {
            if let Some(received) = self.take() {
                return Ok(Event::Message(received));
            }
            let hungry: Vec<bool> =
                self.queues.iter().map(|queue| queue.received.is_empty() && !queue.paused).collect();
            let got = self.call(move |places| read(places, &hungry)).await?;
            if !got {
                tokio::time::sleep(self.poll).await;
            }
        }
    }

    fn pause(&mut self, partition: u32) {
        if let Some(queue) = self.queue(partition) {
            queue.paused = true;
        }
    }

    fn resume(&mut self, partition: u32) {
        if let Some(queue) = self.queue(partition) {
            queue.paused = false;
        }
    }
}

/// Reads a piece of each partition that wants one.
fn read<D: Disk + Clone>(places: &mut [Place<D>], hungry: &[bool]) -> (Vec<Received>, Option<TransportError>) {
    let mut received = Vec::new();
    for (place, _) in places.iter_mut().zip(hungry).filter(|(_, hungry)| **hungry) {
        match place.read() {
            Ok(more) => received.extend(more),
            Err(error) => return (received, Some(error)),
        }
    }
    (received, None)
}
