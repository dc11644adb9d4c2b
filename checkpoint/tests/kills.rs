//! A store in a process of its own, killed again and again: whatever it acknowledged is there.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use dashstream_checkpoint::{Draft, PendingWrite, Store, StoreConfig, ThreadKey};
use dashstream_disk::RealDisk;
use fastrand::Rng;

/// Where the process works.
const FOLDER: &str = "DASHSTREAM_KILLS_FOLDER";

fn kills() -> u64 {
    if std::env::var("DASHSTREAM_LONG").is_ok_and(|long| long == "1") { 500 } else { 25 }
}

fn open(folder: &Path) -> Store<RealDisk> {
    // So short that segments come and go, and states of several frames.
    let config = StoreConfig { segment_len: 20_000, chunk_len: 3_000, keep_last: Some(4), ..StoreConfig::default() };
    Store::open(RealDisk, folder, config).unwrap()
}

fn threads() -> [ThreadKey; 3] {
    [("a", ""), ("a", "inner"), ("b", "")].map(|(thread, namespace)| ThreadKey::new(thread, namespace).unwrap())
}

fn state(number: u64) -> Vec<u8> {
    let len = if number.is_multiple_of(7) { 11_000 } else { 100 };
    number.to_le_bytes().into_iter().cycle().take(len).collect()
}

/// The process that is killed: it says of each checkpoint that is there, `thread generation number`.
#[test]
#[ignore = "it is no test: the one below starts it, and kills it"]
fn the_process() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let mut store = open(&folder);
    for number in 0_u64.. {
        let thread = usize::try_from(number % 3).unwrap();
        let key = &threads()[thread];
        let generation = store.put(key, Draft::default(), &state(number)).unwrap().generation;
        let mut out = std::io::stdout().lock();
        writeln!(out, "there {thread} {generation} {number}").unwrap();
        out.flush().unwrap();
        if number % 5 == 0 {
            let write =
                PendingWrite { task: "t".into(), channel: "c".into(), bytes: state(number), ..PendingWrite::default() };
            store.put_writes(key, generation, &[write]).unwrap();
        }
    }
}

/// Starts the process, kills it after a while, and returns what it said was there.
fn live_and_die(folder: &Path, after: Duration) -> Vec<[u64; 3]> {
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
            <[u64; 3]>::try_from(words).ok()
        });
        said.collect::<Vec<_>>()
    });
    std::thread::sleep(after);
    process.kill().unwrap();
    process.wait().unwrap();
    reader.join().unwrap()
}

#[test]
fn a_killed_store_keeps_what_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = Rng::with_seed(11);
    let mut newest: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    let (mut said, mut newer) = (0, 0);
    for kill in 0..kills() {
        // Now and then before it has opened anything.
        for [thread, generation, number] in live_and_die(folder.path(), Duration::from_micros(rng.u64(2_000..60_000))) {
            // The last line may have lost its last digits.
            newest.insert(thread, (generation, number));
            said += 1;
        }
        let mut store = open(folder.path());
        for (thread, key) in (0..).zip(threads()) {
            let found = store.latest(&key).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
            let Some((generation, number)) = newest.get(&thread) else { continue };
            let found = found.unwrap_or_else(|| panic!("kill {kill}: thread {thread} is lost"));
            assert!(found.summary.generation >= *generation, "kill {kill}: an older one");
            if found.summary.generation == *generation {
                assert!(found.bytes == state(*number), "kill {kill}: another one");
            } else {
                newer += 1;
            }
        }
        let damage: Vec<_> = store.verify().unwrap().into_iter().flat_map(|report| report.damage).collect();
        assert!(damage.iter().all(|damage| !damage.acknowledged), "kill {kill}: {damage:?}");
    }
    assert!(said > kills(), "{said} checkpoints, {newer} newer than was said");
}
