//! The store for asynchronous code, on a disk that takes its time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use dashstream_checkpoint::{AsyncStore, Draft, PendingWrite, Query, StoreConfig, StoreError, ThreadKey};
use dashstream_disk::{Disk, DiskFile, Mode, RealDisk, RealFile, SimDisk, Syncer};

/// How long the disk takes for each sync, for opening and for listing.
const SLOW: Duration = Duration::from_secs(2);

#[derive(Clone, Debug)]
struct SlowDisk;

#[derive(Debug)]
struct SlowFile(RealFile);

impl Disk for SlowDisk {
    type File = SlowFile;
    type Lock = std::fs::File;

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        RealDisk.create_folder(folder)
    }

    fn open(&self, path: &Path, mode: Mode) -> io::Result<SlowFile> {
        RealDisk.open(path, mode).map(SlowFile)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        std::thread::sleep(SLOW);
        RealDisk.list(folder)
    }

    fn folders(&self, folder: &Path) -> io::Result<Vec<String>> {
        RealDisk.folders(folder)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        RealDisk.sync_folder(folder)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<std::fs::File>> {
        std::thread::sleep(SLOW);
        RealDisk.lock(path)
    }
}

impl DiskFile for SlowFile {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read_at(&mut self, at: u64, out: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(at, out)
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(at, bytes)
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        std::thread::sleep(SLOW);
        self.0.sync()
    }

    fn syncer(&self) -> io::Result<Syncer> {
        let mut syncer = self.0.syncer()?;
        Ok(Syncer::new(move || {
            std::thread::sleep(SLOW);
            syncer.sync()
        }))
    }
}

/// What a ticker of 5 ms was late for at the most, while something ran.
async fn lateness(run: impl Future<Output = ()>) -> Duration {
    let ticker = async {
        let mut most = Duration::ZERO;
        loop {
            let due = Instant::now() + Duration::from_millis(5);
            tokio::time::sleep_until(due.into()).await;
            most = most.max(due.elapsed());
            LATEST.set(most);
        }
    };
    tokio::select! {
        () = run => {}
        () = ticker => {}
    }
    LATEST.take()
}

thread_local! {
    static LATEST: std::cell::Cell<Duration> = const { std::cell::Cell::new(Duration::ZERO) };
}

#[tokio::test]
async fn a_slow_disk_holds_up_nobody() {
    let mut late = Vec::new();
    // The machine may have much else to do.
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let began = Instant::now();
        let store = AsyncStore::new(SlowDisk, folder.path().join("store"), StoreConfig::default());
        assert!(!folder.path().join("store").exists(), "nothing is touched before it is opened");
        let key = ThreadKey::new("t", "").unwrap();
        let run = async {
            store.open().await.unwrap();
            let summary = store.put_state(&key, Draft::default(), &7).await.unwrap();
            assert_eq!(summary.generation, 1);
            assert_eq!(store.latest(&key).await.unwrap().unwrap().state::<u8>().unwrap(), 7);
        };
        late.push(lateness(run).await);
        assert!(began.elapsed() > 3 * SLOW, "the disk was slow");
        if late.iter().any(|late| *late < Duration::from_millis(20)) {
            return;
        }
    }
    panic!("late by {late:?}");
}

#[tokio::test]
async fn calls_are_done_in_their_order_and_whoever_waits() {
    let disk = SimDisk::new();
    let store = AsyncStore::new(disk.clone(), "/store".into(), StoreConfig::default());
    let key = ThreadKey::new("t", "n").unwrap();
    assert!(matches!(store.latest(&key).await, Err(StoreError::NotOpen)));
    assert_eq!(disk.operations(), 0);
    store.open().await.unwrap();
    let puts = (0..20_u64).map(|number| {
        let (store, key) = (store.clone(), key.clone());
        async move { store.put_state(&key, Draft::default(), &number).await.unwrap().generation }
    });
    let tasks: Vec<_> = puts.map(tokio::spawn).collect();
    for (number, task) in (1..).zip(tasks) {
        assert_eq!(task.await.unwrap(), number);
    }
    // A call that nobody waits for any more.
    let given_up = tokio::time::timeout(Duration::ZERO, store.put_state(&key, Draft::default(), &99_u64)).await;
    let newest = store.latest(&key).await.unwrap().unwrap().state::<u64>().unwrap();
    assert!(newest == 99 || (newest == 19 && given_up.is_err()));
    let write = PendingWrite { task: "a".into(), channel: "c".into(), ..PendingWrite::default() };
    store.put_writes(&key, 3, vec![write.clone()]).await.unwrap();
    assert_eq!(store.writes(&key, 3).await.unwrap(), [write]);
    let list = store.list(&key, Query { limit: Some(2), ..Query::default() }).await.unwrap();
    assert_eq!(store.get_by_id(&key, &list[1].id).await.unwrap().unwrap().summary, list[1]);
    assert_eq!(store.get(&key, 5).await.unwrap().unwrap().state::<u64>().unwrap(), 4);
    assert!(store.newest_whole(&key).await.unwrap().damage.is_empty());
    assert!(store.repair().await.unwrap().is_empty());
    store.delete_thread("t").await.unwrap();
    assert!(store.latest(&key).await.unwrap().is_none());
    store.close().await.unwrap();
    assert!(matches!(store.delete_thread("t").await, Err(StoreError::NotOpen)));
}
