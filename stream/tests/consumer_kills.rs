//! A consumer in a process of its own, killed again and again: each record has one effect, and what was handed over twice was
//! marked.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use dashstream_codec::FlushPolicy;
use dashstream_codec::owned::Record;
use dashstream_disk::RealDisk;
use dashstream_stream::consumer::{
    Consumer, ConsumerAccount, ConsumerConfig, Delivery, Effect, Failure, FileState, HandleError, Handler, Letters,
};
use dashstream_stream::producer::{Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::transport::file::{FileConfig, FileSink, FileSource};
use fastrand::Rng;

/// Where the process works.
const FOLDER: &str = "DASHSTREAM_CONSUMER_KILLS_FOLDER";
const CONFIG: FileConfig = FileConfig { partitions: 2, segment_len: 100_000, poll_ms: 1 };

fn kills() -> u64 {
    if std::env::var("DASHSTREAM_LONG").is_ok_and(|long| long == "1") { 500 } else { 25 }
}

/// Writes a line for each record that it is given, and returns an effect for it whose key no other life has.
struct Application {
    log: std::fs::File,
    life: u32,
}

impl Handler for Application {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        let prelude = delivery.batch.prelude();
        let mut effects = Vec::new();
        let mut lines = Vec::new();
        for (_, result) in delivery.records() {
            let key = format!("{} {} {}", prelude.lane, prelude.epoch, result.record.sequence);
            writeln!(lines, "{key} {}", delivery.may_repeat).unwrap();
            let key = format!("{key} {} {}", self.life, delivery.position.offset).into_bytes();
            effects.push(Effect { to: "seen".to_owned(), key, value: Some(Vec::new()) });
        }
        self.log.write_all(&lines).map_err(|error| HandleError::Stop(error.to_string()))?;
        Ok(effects)
    }
}

struct NoLetters;

impl Letters for NoLetters {
    async fn save(&mut self, failure: &Failure) -> Result<(), String> {
        panic!("nothing is wrong here: {failure:?}");
    }
}

async fn consume(folder: &Path, within: Duration) -> ConsumerAccount {
    let state = FileState::open(&folder.join("state")).unwrap();
    let log = OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap();
    let source = FileSource::open(&folder.join("topic"), &CONFIG);
    let config = ConsumerConfig { commit_frames: 7, commit_us: 20_000, ..ConsumerConfig::default() };
    let mut consumer = Consumer::new(source, state, NoLetters, Application { log, life: std::process::id() }, config);
    consumer.run(tokio::time::sleep(within)).await.unwrap();
    consumer.account().clone()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

/// The process that is killed.
#[test]
#[ignore = "it is no test: the one below starts it, and kills it"]
fn the_process() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    drop(runtime().block_on(consume(&folder, Duration::from_secs(600))));
}

fn live_and_die(folder: &Path, after: Duration) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process", "--ignored"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Sends records until the consumers are done with dying.
fn produce(folder: PathBuf, until: std::sync::mpsc::Receiver<()>) -> u64 {
    let sink = FileSink::open(&folder.join("topic"), &CONFIG).unwrap();
    let flush = FlushPolicy { max_records: 5, max_age_us: 500, ..FlushPolicy::default() };
    let setup =
        ProducerSetup { producer: ProducerConfig { flush, ..ProducerConfig::default() }, ..ProducerSetup::default() };
    let producer = Producer::open(RealDisk, &folder.join("producer"), sink, setup).unwrap();
    runtime().block_on(async {
        let lanes = [producer.lane("acme", Some(0)).await.unwrap(), producer.lane("acme", Some(1)).await.unwrap()];
        for number in 0_usize.. {
            producer.offer(lanes[number % 2], Record { kind: 5, ..Record::default() }).await.unwrap();
            if number % 50 == 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            if until.try_recv().is_ok() {
                break;
            }
        }
        let account = producer.close(Duration::from_secs(30)).await.unwrap();
        assert!(account.adds_up() && account.offered == account.acknowledged, "{account:?}");
        account.offered
    })
}

#[test]
fn a_killed_consumer_gives_each_record_one_effect() {
    let folder = tempfile::tempdir().unwrap();
    let (stop, until) = std::sync::mpsc::channel();
    let sender = std::thread::spawn({
        let folder = folder.path().to_owned();
        move || produce(folder, until)
    });
    let mut rng = Rng::with_seed(11);
    for _ in 0..kills() {
        live_and_die(folder.path(), Duration::from_micros(rng.u64(2_000..150_000)));
    }
    stop.send(()).unwrap();
    let offered = sender.join().unwrap();
    // Until there is nothing more to be given.
    loop {
        let account = runtime().block_on(consume(folder.path(), Duration::from_secs(2)));
        assert!(account.adds_up(), "{account:?}");
        if account.messages == 0 {
            break;
        }
    }

    let state = FileState::open(&folder.path().join("state")).unwrap();
    let mut effects = BTreeMap::<Vec<u8>, u32>::new();
    for (key, _) in state.effects("seen").unwrap() {
        let record: Vec<_> = key.split(|byte| *byte == b' ').take(3).map(<[u8]>::to_vec).collect();
        *effects.entry(record.join(&b' ')).or_default() += 1;
    }
    assert!(effects.values().all(|times| *times == 1), "something has two effects");
    // Control records have their effect as well: the beginning and the end of two lanes.
    assert_eq!(effects.len() as u64, offered + 4);

    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    let (mut seen, mut repeated) = (BTreeSet::new(), 0);
    for line in log.lines() {
        let (record, marked) = line.rsplit_once(' ').unwrap();
        if !seen.insert(record) {
            repeated += 1;
            assert_eq!(marked, "true", "{line}");
        }
    }
    assert_eq!(seen.len() as u64, offered + 4);
    assert!(repeated > 0, "no kill came between a hand-over and its commit");
}
