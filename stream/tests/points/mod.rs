//! Named points at which a process of the tests dies, around what it works with. Nothing of it is in the product.

#![allow(clippy::print_stdout, reason = "it is read, or says what was found")]
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use dashstream_disk::{Disk, DiskFile, Mode, Syncer};
use dashstream_stream::consumer::{
    Begun, Commit, CommitError, Delivery, Effect, Failure, HandleError, Handler, LaneKey, Letters, State,
};
use dashstream_stream::deadletter::ReplayKey;
use dashstream_stream::transport::{Destination, Event, From, Message, Outcome, Sending, Sink, Source, TransportError};

/// Counts how often each point is passed, and dies at one, as `kill -9` would have it: nothing is cleaned up.
#[derive(Clone, Default)]
pub(crate) struct Points(Arc<Inner>);

#[derive(Default)]
struct Inner {
    dies: Option<(String, u64)>,
    passed: Mutex<BTreeMap<String, u64>>,
}

impl fmt::Debug for Points {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Points").field(&self.0.dies).finish()
    }
}

impl Points {
    /// Dies where a point is passed for the so many-th time: `COUNT NAME`; nowhere, where that is empty.
    pub(crate) fn new(dies: &str) -> Self {
        let dies = dies.split_once(' ').map(|(count, name)| (name.to_owned(), count.parse().unwrap()));
        Self(Arc::new(Inner { dies, passed: Mutex::default() }))
    }

    pub(crate) fn pass(&self, name: impl Into<String>) {
        let name = name.into();
        let mut passed = self.0.passed.lock().unwrap();
        let count = passed.entry(name.clone()).or_default();
        *count += 1;
        if self.0.dies.as_ref().is_some_and(|(dies, at)| *dies == name && at == count) {
            std::process::abort();
        }
    }

    /// How often a point was passed.
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.0.passed.lock().unwrap().get(name).copied().unwrap_or_default()
    }

    /// Does something between two points.
    fn around<T>(&self, what: &str, run: impl FnOnce() -> T) -> T {
        self.pass(format!("before {what}"));
        let done = run();
        self.pass(format!("after {what}"));
        done
    }

    async fn around_async<T>(&self, what: &str, run: impl Future<Output = T>) -> T {
        self.pass(format!("before {what}"));
        let done = run.await;
        self.pass(format!("after {what}"));
        done
    }

    /// Lines `passed COUNT NAME`.
    pub(crate) fn print(&self) {
        for (name, count) in &*self.0.passed.lock().unwrap() {
            println!("passed {count} {name}");
        }
    }
}

/// What [`Points::print`] has said.
pub(crate) fn passed(lines: &[String]) -> BTreeMap<String, u64> {
    let of = |line: &String| {
        let (count, name) = line.strip_prefix("passed ")?.split_once(' ')?;
        Some((name.to_owned(), count.parse().unwrap()))
    };
    lines.iter().filter_map(of).collect()
}

/// A disk, or a file of it: each change has a point before and one behind it, named by the folder.
#[derive(Clone, Debug)]
pub(crate) struct PointDisk<D>(pub(crate) D, pub(crate) Points);

#[derive(Debug)]
pub(crate) struct PointFile<F> {
    file: F,
    folder: String,
    points: Points,
}

fn folder(path: &Path) -> String {
    path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned()
}

impl<D: Disk> Disk for PointDisk<D> {
    type File = PointFile<D::File>;
    type Lock = D::Lock;

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        self.1.around("a folder is made", || self.0.create_folder(folder))
    }

    fn open(&self, path: &Path, mode: Mode) -> io::Result<Self::File> {
        let folder = folder(path);
        let open = || self.0.open(path, mode);
        let file = if mode == Mode::Read { open()? } else { self.1.around(&format!("{folder} opens"), open)? };
        Ok(PointFile { file, folder, points: self.1.clone() })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.1.around(&format!("{} renames", folder(from)), || self.0.rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.1.around(&format!("{} removes", folder(path)), || self.0.remove(path))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.0.list(folder)
    }

    fn folders(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.0.folders(folder)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.1.around(&format!("{name} syncs its names"), || self.0.sync_folder(folder))
    }

    fn lock(&self, path: &Path) -> io::Result<Option<D::Lock>> {
        self.1.around(&format!("{} is locked", folder(path)), || self.0.lock(path))
    }
}

impl<F: DiskFile> DiskFile for PointFile<F> {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read_at(&mut self, at: u64, out: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(at, out)
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.points.pass(format!("before {} writes", self.folder));
        // A write may be cut off wherever it is.
        let half = bytes.len() / 2;
        self.file.write_at(at, &bytes[..half])?;
        self.points.pass(format!("while {} writes", self.folder));
        self.file.write_at(at + half as u64, &bytes[half..])?;
        self.points.pass(format!("after {} writes", self.folder));
        Ok(())
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.points.around(&format!("{} is cut", self.folder), || self.file.set_len(len))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.points.around(&format!("{} syncs", self.folder), || self.file.sync())
    }

    fn syncer(&self) -> io::Result<Syncer> {
        let (points, name) = (self.points.clone(), format!("{} syncs", self.folder));
        let mut syncer = self.file.syncer()?;
        Ok(Syncer::new(move || points.around(&name, || syncer.sync())))
    }
}

/// A sink of frames or of letters. There is a point between an acknowledgement and who waits for it.
#[derive(Debug)]
pub(crate) struct PointSink<S> {
    pub(crate) sink: S,
    /// What is sent.
    pub(crate) what: &'static str,
    pub(crate) points: Points,
}

impl<S: Sink> Sink for PointSink<S> {
    fn partitions(&self) -> u32 {
        self.sink.partitions()
    }

    fn destination(&self) -> Destination {
        self.sink.destination()
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        let (what, points) = (self.what, self.points.clone());
        let inner = points.around(&format!("{what} is sent"), || self.sink.send(partition, message, deadline));
        let (reply, sending) = Sending::pending();
        tokio::spawn(async move {
            let outcome = inner.await;
            if let Outcome::Persisted(_) = outcome {
                points.pass(format!("after {what} is acknowledged"));
            }
            reply.tell(outcome);
        });
        sending
    }
}

/// What a consumer works with.
pub(crate) struct Pointed<T>(pub(crate) T, pub(crate) Points);

impl<S: Source> Source for Pointed<S> {
    async fn seek(&mut self, partition: u32, from: From) -> Result<(), TransportError> {
        self.1.around_async("a place is sought", self.0.seek(partition, from)).await
    }

    async fn next(&mut self) -> Result<Event, TransportError> {
        let event = self.0.next().await?;
        let name = match event {
            Event::Assigned(_) => "after partitions are assigned",
            Event::Message(_) => "after a message is received",
            Event::Revoked(_) | Event::Lost(_) => "after partitions are taken away",
        };
        self.1.pass(name);
        Ok(event)
    }

    fn pause(&mut self, partition: u32) {
        self.0.pause(partition);
    }

    fn resume(&mut self, partition: u32) {
        self.0.resume(partition);
    }

    fn release(&mut self) {
        self.1.around("partitions are let go of", || self.0.release());
    }
}

impl<T: State> State for Pointed<T> {
    async fn begin(&mut self, partition: u32, marks: u32) -> Result<Begun, CommitError> {
        self.1.around_async("a partition is begun", self.0.begin(partition, marks)).await
    }

    async fn lane(&mut self, partition: u32, lane: LaneKey) -> Result<Option<Vec<u8>>, CommitError> {
        self.1.around_async("a lane is asked for", self.0.lane(partition, lane)).await
    }

    async fn replayed(&mut self, partition: u32, replay: &ReplayKey) -> Result<bool, CommitError> {
        self.0.replayed(partition, replay).await
    }

    async fn commit(&mut self, commit: Commit) -> Result<(), CommitError> {
        // Effects without letters, or an offset alone, are commits too.
        self.1.around_async("a commit", self.0.commit(commit)).await
    }

    fn end(&mut self, partition: u32) {
        self.0.end(partition);
    }
}

impl<H: Handler> Handler for Pointed<H> {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        self.1.around_async("a frame is handled", self.0.handle(delivery)).await
    }
}

impl<L: Letters> Letters for Pointed<L> {
    async fn save(&mut self, failure: &Failure) -> Result<(), String> {
        self.1.around_async("a letter is saved", self.0.save(failure)).await
    }
}
