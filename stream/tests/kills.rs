//! A producer in a process of its own, killed again and again: whatever it said was there, is there, once.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use dashstream_codec::ledger::{Ledger, Observation};
use dashstream_codec::owned::Record;
use dashstream_codec::{Decoder, FlushPolicy, ReadOptions};
use dashstream_disk::RealDisk;
use dashstream_stream::producer::{Answer, Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::spool::SpoolConfig;
use dashstream_stream::transport::file::{FileConfig, FileSink, FileSource};
use dashstream_stream::transport::{Content, Event, From, Source as _};
use fastrand::Rng;

/// Where the process works.
const FOLDER: &str = "DASHSTREAM_KILLS_FOLDER";
const CONFIG: FileConfig = FileConfig { partitions: 1, segment_len: 100_000, poll_ms: 1 };

fn kills() -> u64 {
    if std::env::var("DASHSTREAM_LONG").is_ok_and(|long| long == "1") { 500 } else { 25 }
}

fn open(folder: &Path) -> Producer {
    let sink = FileSink::open(&folder.join("topic"), &CONFIG).unwrap();
    let flush = FlushPolicy { max_records: 20, max_age_us: 500, ..FlushPolicy::default() };
    let producer = ProducerConfig { flush, backoff_us: 1_000, ..ProducerConfig::default() };
    // So short that segments come and go.
    let spool = SpoolConfig { segment_len: 2_000, ..SpoolConfig::default() };
    let setup = ProducerSetup { producer, spool, ..ProducerSetup::default() };
    Producer::open(RealDisk, &folder.join("producer"), sink, setup).unwrap()
}

/// The process that is killed: it says of each record that is there, `epoch lane number`.
#[test]
#[ignore = "it is no test: the one below starts it, and kills it"]
fn the_process() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let producer = open(&folder);
        let epoch = producer.found().epoch;
        let lanes = [producer.lane("acme", None).await.unwrap(), producer.lane("umbrella", None).await.unwrap()];
        for number in 0_usize.. {
            // Each lane is silent for a while, so that nothing of it is left in the spool.
            let lane = lanes[number / 12 % 2];
            let record = || Record { kind: 5, ..Record::default() };
            // Many that nobody waits for, and one that is waited for.
            for _ in 0..number % 30 {
                producer.offer(lane, record()).await.unwrap();
            }
            let (sequence, answer) = producer.send(lane, record()).await.unwrap();
            assert_eq!(answer, Answer::Persisted);
            let mut out = std::io::stdout().lock();
            writeln!(out, "there {epoch} {lane} {sequence}").unwrap();
            out.flush().unwrap();
        }
    });
}

/// Starts the process, kills it after a while, and returns what it said was there.
fn live_and_die(folder: &Path, after: Duration) -> Vec<(u32, u32, u64)> {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(process.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let said = out.lines().map_while(Result::ok).filter_map(|line| {
            let words: Vec<u64> =
                line.strip_prefix("there ")?.split(' ').filter_map(|word| word.parse().ok()).collect();
            // A line that was cut short says nothing.
            let [epoch, lane, sequence] = words[..] else { return None };
            Some((u32::try_from(epoch).ok()?, u32::try_from(lane).ok()?, sequence))
        });
        said.collect()
    });
    std::thread::sleep(after);
    process.kill().unwrap();
    process.wait().unwrap();
    reader.join().unwrap()
}

#[tokio::test]
async fn a_killed_producer_keeps_what_it_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = Rng::with_seed(7);
    let mut said = BTreeSet::new();
    for _ in 0..kills() {
        // Now and then before it has opened anything.
        said.extend(live_and_die(folder.path(), Duration::from_micros(rng.u64(2_000..120_000))));
    }
    let last = open(folder.path());
    let epochs = last.found().epoch;
    last.close(Duration::from_secs(30)).await.unwrap();
    let (mut ledger, mut decoder) = (Ledger::new(), Decoder::new());
    let (mut verdicts, mut effects): (BTreeSet<_>, BTreeMap<_, u32>) = (BTreeSet::new(), BTreeMap::new());
    let mut source = FileSource::open(&folder.path().join("topic"), &CONFIG);
    source.next().await.unwrap();
    source.seek(0, From::Start).await.unwrap();
    while let Ok(event) = tokio::time::timeout(Duration::from_millis(300), source.next()).await {
        let Event::Message(received) = event.unwrap() else { panic!("no message") };
        let message = match received.content {
            Content::Message(message) => message,
            // What was being written when it was killed.
            Content::Damage { at_end, code, .. } => {
                assert!(at_end, "{code:?} in the midst of a segment");
                continue;
            }
        };
        let batch = decoder.decode_value(message.value.as_deref(), &ReadOptions::default()).unwrap();
        let found = ledger.observe(&Observation::of_batch(&batch));
        verdicts.extend(found.iter().map(|verdict| verdict.name()));
        if found.iter().any(|verdict| verdict.name() == "DUPLICATE") {
            continue;
        }
        for record in batch.records() {
            let record = record.accepted().unwrap();
            *effects.entry((batch.prelude().epoch, batch.prelude().lane, record.sequence)).or_default() += 1;
        }
    }
    assert!(said.iter().all(|record| effects.contains_key(record)), "something that was said to be there is not");
    assert!(effects.values().all(|times| *times == 1), "something has two effects");
    let lost: u64 = ledger.accounts().map(|entry| entry.account.lost()).sum();
    assert_eq!(lost, 0);
    assert!(verdicts.is_subset(&BTreeSet::from(["DUPLICATE"])), "{verdicts:?}");
    assert!(
        said.len() as u64 > kills() && u64::from(epochs) > kills() / 2,
        "{} records in {epochs} epochs",
        said.len()
    );
}
