//! Sending to a topic of files.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Instant;

use dashstream_disk::{Disk, RealDisk};

use super::super::outcome::{Cause, Outcome, Reply};
use super::super::{Destination, Message, Sending, Sink, TransportError};
use super::layout::{FileConfig, partition_folder};
use super::writer::Writer;

/// Bytes after which no further message is written together with those before it.
const BATCH_LEN: usize = 4 << 20;

/// Sends to a topic of files. Each partition has a thread that writes; they end, with all that was given to them, when this is
/// dropped.
#[derive(Debug)]
pub struct FileSink {
    name: String,
    partitions: Vec<Partition>,
}

#[derive(Debug)]
struct Partition {
    /// Taken when the thread has to end.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    message: Message,
    deadline: Instant,
    reply: Reply,
}

impl FileSink {
    /// Opens a topic for writing; its folder is made where it is not there. Blocks.
    ///
    /// # Errors
    /// [`TransportError::InUse`] where another writer has it, [`TransportError::Io`], [`TransportError::System`].
    pub fn open(topic: &Path, config: &FileConfig) -> Result<Self, TransportError> {
        Self::open_on(RealDisk, topic, config)
    }

    /// The same on a disk of one's own.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_on<D: Disk + Clone>(disk: D, topic: &Path, config: &FileConfig) -> Result<Self, TransportError>
    where
        D::File: Send,
    {
        let mut partitions = Vec::new();
        for partition in 0..config.partitions() {
            let writer = Writer::open(disk.clone(), &partition_folder(topic, partition), partition, config)?;
            let (jobs, waiting) = channel();
            let named = Builder::new().name(format!("dashstream-file-{partition}"));
            let thread = named.spawn(move || run(writer, &waiting));
            let thread = thread.map_err(|error| TransportError::System { why: error.to_string() })?;
            partitions.push(Partition { jobs: Some(jobs), thread: Some(thread) });
        }
        let name = topic.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, partitions })
    }
}

impl Sink for FileSink {
    fn destination(&self) -> Destination {
        Destination { system: "dashstream_file", name: self.name.clone() }
    }

    fn partitions(&self) -> u32 {
        u32::try_from(self.partitions.len()).unwrap_or(u32::MAX)
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        let index = usize::try_from(partition).unwrap_or(usize::MAX);
        let Some(to) = self.partitions.get(index) else {
            let error = TransportError::NoPartition { partition, partitions: self.partitions() };
            return Sending::done(Outcome::NotPersisted(Cause::Refused(error.to_string())));
        };
        let (reply, sending) = Sending::pending();
        let job = Job { message, deadline, reply };
        match to.jobs.as_ref().map(|jobs| jobs.send(job)) {
            Some(Ok(())) => sending,
            // The thread is gone, and with it whatever it was given.
            _ => Sending::done(Outcome::NotPersisted(Cause::Closed)),
        }
    }
}

impl Drop for FileSink {
    fn drop(&mut self) {
        for partition in &mut self.partitions {
            drop(partition.jobs.take());
        }
        for thread in self.partitions.iter_mut().filter_map(|partition| partition.thread.take()) {
            // A thread that panicked has dropped its replies, which says enough.
            drop(thread.join());
        }
    }
}

/// Writes what comes, all that waits at a time, until nobody can send any more.
fn run<D: Disk>(mut writer: Writer<D>, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut len = 0;
        let (mut messages, mut replies) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(Job { message, deadline, reply }) = next {
            if Instant::now() > deadline {
                reply.tell(Outcome::NotPersisted(Cause::Deadline));
            } else {
                len += message.value.as_ref().map_or(0, Vec::len);
                messages.push(message);
                replies.push(reply);
            }
            next = if len < BATCH_LEN { waiting.try_recv().ok() } else { None };
        }
        for (reply, outcome) in replies.into_iter().zip(writer.write(&messages)) {
            reply.tell(outcome);
        }
    }
}
