//! A burst of records while what they are sent to says nothing. It has a process of its own, whose memory is looked at.

#![allow(clippy::print_stdout, reason = "it is read, or says what was found")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use dashstream_codec::FlushPolicy;
use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::view;
use dashstream_disk::RealDisk;
use dashstream_stream::producer::{Account, Answer, Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::transport::{Message, Position, Sink};

use crate::books::Books;

/// How many records are offered, and how many bytes each is.
const RECORDS: u64 = 100_000;
const RECORD_LEN: usize = 1_000;
/// What the queue may hold.
const QUEUE_LEN: usize = 16 << 20;
/// Frames that may be under way, and records of each.
const IN_FLIGHT: usize = 32;
const FRAME_RECORDS: usize = 100;
/// What they may need: once as they are kept, and once as the transport has them.
const UNDER_WAY: u64 = 2 * (IN_FLIGHT * FRAME_RECORDS * RECORD_LEN) as u64;
/// What else the process may come to need: what a queue needs besides the bytes of the records, and what the allocator keeps. The records that
/// are offered are more than twice as much as all of it together.
const BESIDES: u64 = UNDER_WAY + (12 << 20);
/// How late a ticker of the same runtime may be.
const LATE: Duration = Duration::from_millis(50);
const TICK: Duration = Duration::from_millis(5);

/// Runs `the_process` of this file, which is to succeed.
pub(crate) fn run_the_process() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "the_process", "--ignored", "--nocapture"]).env("DASHSTREAM_STALL_PROCESS", "1");
    assert!(command.status().unwrap().success());
}

/// Whether this is the process, and not somebody who runs everything that is ignored.
pub(crate) fn is_the_process() -> bool {
    std::env::var_os("DASHSTREAM_STALL_PROCESS").is_some()
}

/// Bytes of memory that this process has.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Looks at something every few milliseconds, and returns the most that was seen.
struct Watch<T> {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<T>,
}

impl<T: Ord + Copy + Send + 'static> Watch<T> {
    fn start(first: T, look: impl Fn() -> T + Send + 'static) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            let mut most = first;
            while !until.load(Ordering::Relaxed) {
                most = most.max(look());
            }
            most
        });
        Self { ended, thread }
    }

    fn end(self) -> T {
        self.ended.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

fn late(since: Instant) -> Duration {
    since.elapsed().saturating_sub(TICK)
}

/// One in a hundred has to wait for room and is not given up for others; all others give way.
fn record(number: u64) -> Record {
    if number.is_multiple_of(100) {
        return Record { kind: 5, ..Record::default() };
    }
    let text = vec![b'0' + u8::try_from(number % 10).unwrap(); RECORD_LEN];
    Record {
        payload: Payload::from(view::TokenChunk { text: &text, ..Default::default() }.to_owned()),
        ..Record::default()
    }
}

fn open(sink: impl Sink, folder: &std::path::Path) -> Producer {
    // Those who wait are answered before the stall ends.
    let flush = FlushPolicy { max_records: FRAME_RECORDS, max_age_us: 2_000, ..FlushPolicy::default() };
    let producer = ProducerConfig {
        flush,
        max_queued_len: QUEUE_LEN,
        in_flight: IN_FLIGHT,
        deadline_us: 1_500_000,
        ..ProducerConfig::default()
    };
    Producer::open(RealDisk, folder, sink, ProducerSetup { producer, ..ProducerSetup::default() }).unwrap()
}

/// Offers the records, evenly, while nothing is answered between `stop` and `go`. Returns what became of them, and what the first that was sent
/// afterwards was told.
pub(crate) async fn burst(sink: impl Sink, within: Duration, stop: impl FnOnce(), go: impl FnOnce()) -> Account {
    let folder = tempfile::tempdir().unwrap();
    let producer = open(sink, folder.path());
    let lane = producer.lane("acme", Some(0)).await.unwrap();
    assert_eq!(producer.send(lane, record(0)).await.unwrap().1, Answer::Persisted);
    stop();
    let before = resident();
    let most = Watch::start(before, || {
        std::thread::sleep(TICK);
        resident()
    });
    // What the machine itself is late, for a thread that does nothing else.
    let machine = Watch::start(Duration::ZERO, || {
        let begin = Instant::now();
        std::thread::sleep(TICK);
        late(begin)
    });
    let (ended, begin) = (Arc::new(AtomicBool::new(false)), Instant::now());
    let until = Arc::clone(&ended);
    let ticker = tokio::spawn(async move {
        let mut latest = Duration::ZERO;
        while !until.load(Ordering::Relaxed) {
            let begin = Instant::now();
            tokio::time::sleep(TICK).await;
            latest = latest.max(late(begin));
        }
        latest
    });
    let mut refused = 0;
    for number in 1..RECORDS {
        refused += u64::from(producer.offer(lane, record(number)).await.is_err());
        if number.is_multiple_of(100) {
            let due = within.mul_f64(number as f64 / RECORDS as f64);
            tokio::time::sleep(due.saturating_sub(begin.elapsed())).await;
        }
    }
    tokio::time::sleep(within.saturating_sub(begin.elapsed())).await;
    let account = producer.account();
    let (most, machine) = (most.end() - before, machine.end());
    ended.store(true, Ordering::Relaxed);
    let latest = ticker.await.unwrap();
    println!(
        "{} KiB before, {} KiB more; {latest:?} late, the machine {machine:?}; {account:?}",
        before >> 10,
        most >> 10
    );
    assert!(account.adds_up() && account.offered == RECORDS, "{account:?}");
    assert!(account.acknowledged <= 1 && refused == 0, "it was no stall: {account:?}");
    assert!(most < QUEUE_LEN as u64 + BESIDES, "{most} bytes more");
    // Twice, for the two were not late at the same moments.
    assert!(latest < LATE + 2 * machine, "a ticker was {latest:?} late, the machine {machine:?}");
    go();
    let account = producer.close(Duration::from_secs(60)).await.unwrap();
    assert!(account.adds_up(), "{account:?}");
    account
}

/// Whoever reads the topic finds the same.
pub(crate) fn check(account: &Account, messages: impl IntoIterator<Item = (Position, Message)>) {
    let books = Books::of(messages);
    let dropped: u64 = account.dropped.values().sum();
    println!("{account:?}; {} records, {} declared, {:?}", books.records.len(), books.declared, books.verdicts);
    assert_eq!((account.acknowledged + dropped, account.offered), (RECORDS, RECORDS));
    assert_eq!((books.records.len() as u64, books.declared, books.lost), (account.acknowledged, dropped, 0));
    assert!(books.records.values().all(|times| *times == 1));
    assert!(dropped > RECORDS / 2 && account.acknowledged > 1_000, "{account:?}");
    // A hole that is too long for a frame to declare is a gap until LATE_DROPS declares it.
    assert!(books.verdicts.keys().all(|name| *name == "GAP"), "{:?}", books.verdicts);
}
