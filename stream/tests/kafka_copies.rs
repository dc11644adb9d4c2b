//! Two producers that are alive and have the same state, for somebody has copied its folder.

#![allow(clippy::print_stdout, reason = "it is read, or says what was found")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod broker;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use broker::world::{self, Names, NoLetters};
use dashstream_codec::owned::Record;
use dashstream_stream::consumer::{Delivery, Effect, HandleError, Handler, Standing};
use dashstream_stream::producer::{Answer, Producer};
use dashstream_stream::transport::kafka::Group;
use fastrand::Rng;

/// What happens, in this order: `a` and `b` open their producers, `A` and `B` send, `x` and `y` close them, `c` copies the folder of the
/// first for the second. The last word is how a consumer hears of it.
const HISTORIES: [(&str, &str); 9] = [
    // Both begin the epoch that follows.
    ("aAxcaAbBAB", "FORK"),
    ("aAxcbBaABA", "FORK"),
    // Before anything was sent.
    ("axcaAbBA", "FORK"),
    // One goes on with the epoch that the other has ended.
    ("aAcbBA", "STALE_EPOCH"),
    ("aAcbBybBAx", "STALE_EPOCH"),
    ("aAcbBxaAB", "FORK STALE_EPOCH"),
    // One begins an epoch that the other has had, or has skipped, or does not know of.
    ("aAxcaAxaAbBA", "FORK"),
    ("aAxcbybBaA", "STALE_EPOCH"),
    ("aAxcbBybBaxaxaAB", "FORK STALE_EPOCH"),
];

/// A frame, as the application got it.
#[derive(Debug)]
struct Frame {
    epoch: u32,
    nonce: Vec<u8>,
    standing: Standing,
    verdicts: Vec<&'static str>,
    /// What the records say of themselves.
    records: Vec<String>,
}

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<BTreeMap<u32, Vec<Frame>>>>);

impl Seen {
    /// Waits until so many records were seen, or nothing comes any more, and a little longer.
    async fn all(&self, wanted: usize) {
        let count = || self.0.lock().unwrap().values().flatten().map(|frame| frame.records.len()).sum::<usize>();
        let (mut before, mut since) = (0, Instant::now());
        while before < wanted && since.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if count() > before {
                (before, since) = (count(), Instant::now());
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

impl Handler for Seen {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        let name = |record: &dashstream_codec::Record<'_>| record.thread.map(str::to_owned);
        let frame = Frame {
            epoch: delivery.batch.prelude().epoch,
            nonce: delivery.batch.metadata().boot_nonce().to_vec(),
            standing: delivery.standing,
            verdicts: delivery.verdicts.iter().map(|verdict| verdict.name()).collect(),
            records: delivery.records().filter_map(|(_, result)| name(&result.record)).collect(),
        };
        self.0.lock().unwrap().entry(delivery.position.partition).or_default().push(frame);
        Ok(Vec::new())
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to)
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Two folders, the producers that are alive in them, and the names of the records that they have sent.
struct Pair<'n> {
    names: &'n Names,
    partition: u32,
    folders: [PathBuf; 2],
    alive: [Option<Producer>; 2],
    sent: Vec<String>,
    /// Who has sent since there was a copy.
    since: BTreeSet<usize>,
}

impl Pair<'_> {
    async fn happens(&mut self, what: char) {
        match what {
            'a' | 'b' => {
                let which = usize::from(what == 'b');
                self.alive[which] = Some(world::open_producer(&self.folders[which], self.names).await);
            }
            'A' | 'B' => self.send(usize::from(what == 'B')).await,
            'x' | 'y' => {
                let producer = self.alive[usize::from(what == 'y')].take().unwrap();
                let account = producer.close(Duration::from_secs(30)).await.unwrap();
                assert!(account.adds_up() && account.acknowledged == account.offered, "{account:?}");
            }
            _ => copy(&self.folders[0], &self.folders[1]),
        }
    }

    async fn send(&mut self, which: usize) {
        let producer = self.alive[which].as_ref().unwrap();
        let lane = producer.lane("acme", Some(self.partition)).await.unwrap();
        // As many from both, so that their numbers are the same.
        for last in [false, false, true] {
            let name = format!("{} of {which}", self.sent.len());
            let record = Record { thread: Some(name.clone()), ..world::record() };
            if last {
                assert_eq!(producer.send(lane, record).await.unwrap().1, Answer::Persisted);
            } else {
                producer.offer(lane, record).await.unwrap();
            }
            self.sent.push(name);
        }
        if self.folders[1].exists() {
            self.since.insert(which);
        }
    }
}

/// An order of events that may be.
fn history(rng: &mut Rng) -> String {
    let (mut all, mut alive) = ("aA".to_owned(), [true, false]);
    if rng.bool() {
        all.push('x');
        alive[0] = false;
    }
    all.push('c');
    for _ in 0..rng.usize(4..12) {
        let which = rng.usize(..2);
        let (open, sends, close) = [('a', 'A', 'x'), ('b', 'B', 'y')][which];
        if !alive[which] {
            all.push(open);
            alive[which] = true;
        }
        all.push(sends);
        if rng.u8(..3) == 0 {
            all.push(close);
            alive[which] = false;
        }
    }
    all
}

/// What is wrong with what the consumer was told.
fn check(history: &str, pair: &Pair<'_>, frames: &[Frame]) -> BTreeSet<&'static str> {
    let mut times = BTreeMap::<&str, u32>::new();
    frames.iter().flat_map(|frame| &frame.records).for_each(|name| *times.entry(name).or_default() += 1);
    assert!(times.values().all(|times| *times == 1), "{history}: twice: {times:?}");
    assert!(pair.sent.iter().all(|name| times.contains_key(name.as_str())), "{history}: suppressed: {times:?}");
    // What is taken for new in an epoch comes from one producer.
    let mut nonces = BTreeMap::<u32, BTreeSet<&[u8]>>::new();
    for frame in frames.iter().filter(|frame| frame.standing == Standing::New) {
        nonces.entry(frame.epoch).or_default().insert(&frame.nonce);
    }
    assert!(nonces.values().all(|nonces| nonces.len() == 1), "{history}: merged: {frames:?}");
    let heard = ["FORK", "STALE_EPOCH", "OVERLAP", "AFTER_END"];
    let heard = frames.iter().flat_map(|frame| &frame.verdicts).filter(|name| heard.contains(name)).copied();
    let heard: BTreeSet<_> = heard.collect();
    assert!(pair.since.len() < 2 || !heard.is_empty(), "{history}: nobody noticed: {frames:?}");
    heard
}

// SEQ-003, LOSS-002
#[tokio::test(flavor = "multi_thread")]
async fn a_copied_state_is_noticed_and_nothing_is_merged() {
    let mut rng = Rng::with_seed(41);
    let random = (0..if world::long() { 60 } else { 6 }).map(|_| (history(&mut rng), None));
    let told = HISTORIES.iter().map(|(history, heard)| ((*history).to_owned(), Some(*heard)));
    let all: Vec<_> = told.chain(random).collect();
    let (names, folder) = (Names::fresh(i32::try_from(all.len()).unwrap()).await, tempfile::tempdir().unwrap());
    let mut pairs = Vec::new();
    for (partition, (history, _)) in (0..).zip(&all) {
        let folders = ["a", "b"].map(|which| folder.path().join(format!("{partition}{which}")));
        let (alive, sent, since) = ([None, None], Vec::new(), BTreeSet::new());
        let mut pair = Pair { names: &names, partition, folders, alive, sent, since };
        for what in history.chars() {
            pair.happens(what).await;
        }
        for which in ['x', 'y'] {
            if pair.alive[usize::from(which == 'y')].is_some() {
                pair.happens(which).await;
            }
        }
        pairs.push(pair);
    }
    let seen = Seen::default();
    let mut reader = world::reader(&names, Group::new(&names.group), "one", NoLetters, seen.clone()).await;
    let wanted: usize = pairs.iter().map(|pair| pair.sent.len()).sum();
    reader.run(seen.all(wanted)).await.unwrap();
    assert!(reader.account().adds_up(), "{:?}", reader.account());
    let mut seen = seen.0.lock().unwrap();
    for ((history, heard), pair) in all.iter().zip(&pairs) {
        let found = check(history, pair, &seen.remove(&pair.partition).unwrap_or_default());
        let found = found.into_iter().collect::<Vec<_>>().join(" ");
        println!("{history}: {found}");
        assert!(heard.is_none_or(|heard| heard == found), "{history}: {found}");
    }
}
