//! The store beside SQLite (WAL, synchronous=FULL), doing the same work in one run.
//!
//! ```sh
//! cargo run --profile dist -p dashstream-bench --no-default-features --features checkpoints --bin checkpoints -- FOLDER [CHECKPOINTS]
//! ```
//!
//! Puts take turns, one here and one there, so that both see the same machine. Then a store of many checkpoints is opened: until the
//! newest of its thread is read, all are listed, the newest ones are, and one in the middle is read.

#![allow(clippy::print_stdout, reason = "it says what it has measured")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use dashstream_checkpoint::{Draft, Query, Store, StoreConfig, ThreadKey};
use dashstream_disk::RealDisk;
use rusqlite::{Connection, params};

fn timed<T>(times: &mut Vec<Duration>, run: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = run();
    times.push(began.elapsed());
    done
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

fn mean(times: &[Duration]) -> f64 {
    times.iter().sum::<Duration>().as_secs_f64() * 1e3 / f64::from(u32::try_from(times.len()).unwrap_or(1))
}

fn bytes(len: usize, seed: u64) -> Vec<u8> {
    let mut rng = fastrand::Rng::with_seed(seed);
    (0..len).map(|_| rng.u8(..)).collect()
}

fn measure(folder: &Path, len: usize, count: usize) -> Result<(), Box<dyn Error>> {
    let key = ThreadKey::new("thread", "")?;
    let mut store = Store::open(RealDisk, &folder.join(format!("store-{len}")), StoreConfig::default())?;
    let db = Connection::open(folder.join(format!("{len}.db")))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute("create table c (thread text, generation integer, state blob, primary key (thread, generation))", [])?;
    let (mut ours, mut theirs, mut our_gets, mut their_gets) = (vec![], vec![], vec![], vec![]);
    for number in 0..count {
        let state = bytes(len, number as u64);
        timed(&mut ours, || store.put(&key, Draft::default(), &state))?;
        let mut insert = db.prepare_cached("insert into c values (?, ?, ?)")?;
        timed(&mut theirs, || insert.execute(params!["thread", number, state]))?;
        let got = timed(&mut our_gets, || store.latest(&key))?.ok_or("there is one")?;
        let mut select = db.prepare_cached("select state from c where thread = ? order by generation desc limit 1")?;
        let other: Vec<u8> = timed(&mut their_gets, || select.query_row(["thread"], |row| row.get(0)))?;
        assert!(got.bytes == state && other == state, "both give what was put");
    }
    for (what, ours, theirs) in [("put", &mut ours, &mut theirs), ("get latest", &mut our_gets, &mut their_gets)] {
        let (our_mean, their_mean) = (mean(ours), mean(theirs));
        let (our_median, their_median) = (median(ours), median(theirs));
        println!(
            "{len:>8} bytes, {what:<10}  ours {our_median:.4} ms (mean {our_mean:.4})  SQLite {their_median:.4} ms (mean {their_mean:.4})  throughput x{:.2} (mean x{:.2})",
            their_median / our_median,
            their_mean / our_mean
        );
    }
    Ok(())
}

fn opening(folder: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    let key = ThreadKey::new("thread", "")?;
    let path = folder.join("many");
    let mut store = Store::open(RealDisk, &path, StoreConfig::default())?;
    let state = bytes(256, 7);
    for _ in 0..count {
        store.put(&key, Draft::default(), &state)?;
    }
    drop(store);
    for _ in 0..3 {
        let began = Instant::now();
        let mut store = Store::open(RealDisk, &path, StoreConfig::default())?;
        let newest = store.latest(&key)?.ok_or("there is one")?;
        let opened = began.elapsed();
        let reader = store.reader();
        let began = Instant::now();
        let listed = reader.list(&key, &Query::default())?.len();
        let all = began.elapsed();
        let began = Instant::now();
        let some = reader.list(&key, &Query { limit: Some(10), ..Query::default() })?.len();
        let newest_listed = began.elapsed();
        let began = Instant::now();
        let middle = reader.get(&key, count.div_ceil(2))?.ok_or("there is one")?;
        println!(
            "{count} checkpoints: opened, and the newest ({}) read, after {:.2} ms; {listed} listed in {:.0} ms, the newest {some} in {:.1} ms; number {} read in {:.1} ms",
            newest.summary.generation,
            opened.as_secs_f64() * 1e3,
            all.as_secs_f64() * 1e3,
            newest_listed.as_secs_f64() * 1e3,
            middle.summary.generation,
            began.elapsed().as_secs_f64() * 1e3,
        );
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("say a folder")?);
    let count = arguments.next().map_or(Ok(100_000), |count| count.parse())?;
    std::fs::create_dir_all(&folder)?;
    for (len, count) in [(1 << 10, 1_000), (64 << 10, 400), (1 << 20, 100)] {
        measure(&folder, len, count)?;
    }
    opening(&folder, count)
}
