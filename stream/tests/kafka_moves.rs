//! Readers of one group in processes of their own, one of which is killed with all that it has, or falls asleep, and comes back.

#![allow(clippy::print_stdout, reason = "it is read, or says what was found")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod broker;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use broker::world::{self, Application, Names, NoLetters, Number, Reader};
use dashstream_codec::ledger::{LaneState, Ledger};
use dashstream_stream::consumer::{
    CommitError, Consumer, ConsumerError, Delivery, Effect, HandleError, Handler, LaneKey, Letters, State as _,
};
use dashstream_stream::deadletter::{ConsumerLetters, Keeper, KeeperConfig};
use dashstream_stream::producer::{Account, Answer};
use dashstream_stream::transport::kafka::{Group, KafkaCommitsConfig};
use fastrand::Rng;
use prost::Message as _;

const PARTITIONS: u32 = 4;

/// The brokers take a reader for dead after so long.
const SESSION: Duration = Duration::from_secs(3);

/// So long the others wait for the transaction that it has left behind.
const PATIENCE: Duration = Duration::from_secs(4);

async fn reader<L: Letters, H: Handler>(names: &Names, name: &str, letters: L, handler: H) -> Reader<L, H> {
    let commits = KafkaCommitsConfig { patience: PATIENCE, ..KafkaCommitsConfig::new(name) };
    let (source, state) = world::source_and_state(names, group(names), commits).await;
    Consumer::new(source, state, letters, handler, world::config())
}

fn group(names: &Names) -> Group {
    Group { session_timeout: SESSION, ..Group::new(&names.group) }
}

/// Says of each frame which partition it is of.
struct Saying(Application);

impl Handler for Saying {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        println!("got {}", delivery.position.partition);
        self.0.handle(delivery).await
    }
}

/// A reader. One that was taken for dead begins anew.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it is no test: the one below starts it, and kills it"]
async fn the_process() {
    let (folder, names, name) = world::told();
    let letters = Some(world::sink(&names.letters).await);
    let keeper = Arc::new(Keeper::open(&folder, letters, KeeperConfig::default()).await.unwrap());
    loop {
        let letters =
            ConsumerLetters { keeper: Arc::clone(&keeper), topic: names.topic.clone(), group: names.group.clone() };
        let handler = Saying(Application(names.effects.clone()));
        let mut reader = reader(&names, &name, letters, handler).await;
        let ended = reader.run(tokio::time::sleep(Duration::from_secs(3_600))).await.unwrap_err();
        assert!(reader.account().adds_up(), "{:?}", reader.account());
        assert!(matches!(ended, ConsumerError::State(CommitError::Gone(_))), "{ended}");
        println!("gone");
    }
}

/// A reader in a process of its own, and when it got something of each partition.
struct Peer {
    process: Child,
    folder: PathBuf,
    got: Arc<Mutex<BTreeMap<u32, Instant>>>,
}

impl Peer {
    fn start(folder: &Path, names: &Names, name: &str) -> Self {
        let folder = folder.join(name);
        let mut process = world::start(&folder, names, name);
        let (out, got) = (BufReader::new(process.stdout.take().unwrap()), Arc::<Mutex<BTreeMap<_, _>>>::default());
        let gets = Arc::clone(&got);
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if let Some(partition) = line.strip_prefix("got ") {
                    gets.lock().unwrap().insert(partition.parse().unwrap(), Instant::now());
                }
            }
        });
        Self { process, folder, got }
    }

    /// The partitions that it has got something of, since then.
    fn since(&self, when: Instant) -> BTreeSet<u32> {
        self.got.lock().unwrap().iter().filter(|(_, at)| **at > when).map(|(partition, _)| *partition).collect()
    }

    fn signal(&self, what: &str) {
        let done = Command::new("kill").args([what, &self.process.id().to_string()]).status().unwrap();
        assert!(done.success(), "{what}");
    }

    /// It is gone, and all that it had.
    fn kill(self) {
        let folder = self.folder.clone();
        drop(self);
        std::fs::remove_dir_all(folder).unwrap();
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn wait_until(what: &str, is: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is() {
        assert!(begin.elapsed() < Duration::from_secs(180), "{what} takes too long");
        std::thread::sleep(Duration::from_millis(20));
    }
    println!("{what} within {:?}", begin.elapsed());
}

/// Both get something, and everything comes to one of them.
fn both(one: &Peer, other: &Peer) {
    let begin = Instant::now();
    wait_until("a fair share", || {
        let [one, other] = [one, other].map(|peer| peer.since(begin.max(Instant::now() - Duration::from_millis(500))));
        !one.is_empty()
            && !other.is_empty()
            && one.is_disjoint(&other)
            && one.len() + other.len() == PARTITIONS as usize
    });
}

/// One gets everything.
fn all(peer: &Peer) {
    let begin = Instant::now();
    wait_until("what one alone gets", || peer.since(begin).len() == PARTITIONS as usize);
}

/// Sends records to all partitions until it is told to end. Returns what was said to be there.
async fn traffic(folder: &Path, names: &Names, ends: &AtomicBool) -> (Account, [u8; 16], BTreeSet<Number>) {
    let producer = world::open_producer(folder, names).await;
    let (epoch, id) = (producer.found().epoch, producer.found().producer_id);
    let (mut lanes, mut said) = (Vec::new(), BTreeSet::new());
    for partition in 0..PARTITIONS {
        lanes.push(producer.lane("acme", Some(partition)).await.unwrap());
    }
    while !ends.load(Ordering::Relaxed) {
        for lane in &lanes {
            producer.offer(*lane, world::record()).await.unwrap();
            let (sequence, answer) = producer.send(*lane, world::record()).await.unwrap();
            assert_eq!(answer, Answer::Persisted);
            said.insert((epoch, *lane, sequence));
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    (producer.close(Duration::from_secs(30)).await.unwrap(), id, said)
}

/// What the consumers' own ledger says, as they have kept it: numbers seen, and lost.
async fn kept(names: &Names, producer_id: [u8; 16]) -> (u64, u64) {
    let (_source, mut state) = world::source_and_state(names, group(names), KafkaCommitsConfig::new("auditor")).await;
    let mut ledger = Ledger::new();
    for partition in 0..PARTITIONS {
        state.begin(partition, 0).await.unwrap();
        for lane in 0..PARTITIONS {
            if let Some(bytes) = state.lane(partition, LaneKey { producer_id, lane }).await.unwrap() {
                ledger.restore(&LaneState::decode(bytes.as_slice()).unwrap()).unwrap();
            }
        }
    }
    assert!(ledger.accounts().all(|entry| entry.account.identity_holds()));
    ledger.accounts().fold((0, 0), |(seen, lost), entry| (seen + entry.account.seen(), lost + entry.account.lost()))
}

/// What happens to one of two readers, while the other one works.
fn rounds(folder: &Path, names: &Names) {
    let mut rng = Rng::with_seed(61);
    let start = |name| Peer::start(folder, names, name);
    let mut peers = VecDeque::from([("a", start("a")), ("b", start("b"))]);
    for round in 0..if world::long() { 24 } else { 3 } {
        both(&peers[0].1, &peers[1].1);
        std::thread::sleep(Duration::from_millis(rng.u64(..400)));
        let (name, peer) = peers.pop_front().unwrap();
        let back = match round % 3 {
            // What it has in hand is another one's when it wakes.
            2 => {
                peer.signal("-STOP");
                all(&peers[0].1);
                peer.signal("-CONT");
                peer
            }
            // It is back before anybody misses it.
            1 => {
                peer.kill();
                start(name)
            }
            _ => {
                peer.kill();
                all(&peers[0].1);
                start(name)
            }
        };
        peers.push_back((name, back));
    }
    both(&peers[0].1, &peers[1].1);
}

// KAF-009, KAF-012, KAF-013, CON-007
#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_reader_had_goes_on_without_it() {
    assert_eq!(broker::known()["BROKERS"], "3", "this needs three brokers: stream/kafka/up --brokers 3");
    let names = Names::fresh(i32::try_from(PARTITIONS).unwrap()).await;
    let (folder, ends) = (tempfile::tempdir().unwrap(), Arc::new(AtomicBool::new(false)));
    let sender = {
        let (folder, names, ends) = (folder.path().join("sender"), names.clone(), Arc::clone(&ends));
        tokio::spawn(async move { traffic(&folder, &names, &ends).await })
    };
    {
        let (folder, names) = (folder.path().to_owned(), names.clone());
        tokio::task::spawn_blocking(move || rounds(&folder, &names)).await.unwrap();
    }
    ends.store(true, Ordering::Relaxed);
    let (account, producer_id, said) = sender.await.unwrap();
    assert!(account.adds_up() && account.acknowledged == account.offered, "{account:?}");
    println!("{} records", account.offered);
    // With the beginning and the end of each lane.
    let records = account.offered + 2 * u64::from(PARTITIONS);
    // The last one reads what is left, when it has the partitions of those who were killed.
    let mut last = reader(&names, "last", NoLetters, Application(names.effects.clone())).await;
    last.run(world::is_read(&names)).await.unwrap();
    let read = last.account();
    assert!(read.adds_up() && read.unknown == 0, "{read:?}");
    drop(last);
    let effects = world::effects(&names).await;
    assert!(effects.values().all(|times| *times == 1), "something has two effects");
    let missing: Vec<_> = said.iter().filter(|number| !effects.contains_key(&world::key(**number))).collect();
    assert!(missing.is_empty(), "something acknowledged has none: {missing:?}");
    assert_eq!(effects.len() as u64, records);
    assert_eq!(kept(&names, producer_id).await, (records, 0));
    let books = world::books(&names.topic).await;
    assert_eq!((books.records.len() as u64, books.lost, books.verdicts.len()), (account.offered, 0, 0));
}
