//! A producer and a consumer that die at each of the points that have a name, with real brokers between them.

#![allow(clippy::print_stdout, reason = "it is read, or says what was found")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod broker;
mod points;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use broker::world::{self, Application, Names};
use dashstream_disk::RealDisk;
use dashstream_stream::consumer::{Consumer, Delivery, Effect, HandleError, Handler};
use dashstream_stream::deadletter::{ConsumerLetters, Keeper, KeeperConfig, Letter};
use dashstream_stream::producer::{Answer, Producer, ProducerSetup};
use dashstream_stream::spool::SpoolConfig;
use dashstream_stream::transport::kafka::{Group, KafkaCommitsConfig, KafkaSink};
use dashstream_stream::transport::{Cause, Message, Outcome, Position, Sending, Sink};
use fastrand::Rng;
use points::{PointDisk, PointSink, Pointed, Points, passed};

/// The process that dies. It is told what it is, how often it is to pass a point, and which.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it is no test: those below start it, and it dies"]
async fn the_process() {
    let (folder, names, task) = world::told();
    let (what, dies) = task.split_once(' ').unwrap();
    let points = Points::new(dies);
    if what == "produce" {
        produce(&folder, &names, &points).await;
    } else {
        // Where it is to die nowhere, it ends by itself.
        let until = async {
            if dies.is_empty() {
                everything_happens(&points).await;
            } else {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        };
        consume(&folder, &names, &points, until).await;
    }
    points.print();
}

/// Some frames, commits and letters, however long a busy machine takes for them.
async fn everything_happens(points: &Points) {
    let all = ["after a frame is handled", "after a commit", "after a letter is acknowledged"];
    let begin = Instant::now();
    while all.iter().any(|name| points.count(name) < 5) {
        assert!(begin.elapsed() < Duration::from_secs(80), "{points:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits for a process; `None`: it has died where it was told to. Else what it said.
fn wait(mut process: Child, lines: &mut Vec<String>) -> bool {
    let begin = Instant::now();
    let status = loop {
        match process.try_wait().unwrap() {
            Some(status) => break status,
            None if begin.elapsed() > Duration::from_secs(90) => {
                process.kill().unwrap();
                panic!("it does not end");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    lines.extend(world::said(&mut process));
    // What fails in it is no death of this kind.
    let died = std::os::unix::process::ExitStatusExt::signal(&status).is_some();
    assert!(died || status.success(), "{status}");
    died
}

/// Lets processes die at every point that one of them passes, which lives to say so. Returns what they said.
fn die_everywhere(folder: &Path, names: &Names, what: &str, seed: u64) -> Vec<String> {
    let (mut rng, mut lines, mut deaths, begin) = (Rng::with_seed(seed), Vec::new(), 0, Instant::now());
    assert!(!wait(world::start(folder, names, &format!("{what} ")), &mut lines));
    let all = passed(&lines);
    let times = if world::long() { 12 } else { 1 };
    // What the folder of letters does is shown with a disk that loses its power.
    for (name, passed) in all.iter().filter(|(name, _)| world::long() || !name.contains(" letters ")) {
        let mut reached = false;
        for _ in 0..times {
            let count = rng.u64(1..=(passed / 2).clamp(1, 40));
            reached |= wait(world::start(folder, names, &format!("{what} {count} {name}")), &mut lines);
        }
        // Another life need not come there as often.
        reached = reached || wait(world::start(folder, names, &format!("{what} 1 {name}")), &mut lines);
        assert!(reached, "nobody dies {name}, which was passed {passed} times");
        deaths += 1;
    }
    println!("{what}: {deaths} of {} points, within {:?}", all.len(), begin.elapsed());
    lines
}

fn open(folder: &Path, sink: KafkaSink, points: &Points) -> Producer {
    let sink = PointSink { sink, what: "a frame", points: points.clone() };
    // So short that segments come and go.
    let spool = SpoolConfig { segment_len: 2_000, ..SpoolConfig::default() };
    let setup = ProducerSetup { spool, ..world::setup() };
    Producer::open(PointDisk(RealDisk, points.clone()), &folder.join("producer"), sink, setup).unwrap()
}

/// Says of each record that is there, `there EPOCH LANE NUMBER`, and comes to an end.
async fn produce(folder: &Path, names: &Names, points: &Points) {
    let producer = open(folder, world::sink(&names.topic).await, points);
    let epoch = producer.found().epoch;
    // One more in each life, so that the identity is written to.
    let tenant = format!("acme-{}", epoch % 40);
    let lanes = [producer.lane("acme", Some(0)).await.unwrap(), producer.lane(&tenant, Some(1)).await.unwrap()];
    for number in 0..60 {
        let lane = lanes[number % 2];
        for _ in 0..number % 11 {
            producer.offer(lane, world::record()).await.unwrap();
        }
        let (sequence, answer) = producer.send(lane, world::record()).await.unwrap();
        assert_eq!(answer, Answer::Persisted);
        let mut out = std::io::stdout().lock();
        writeln!(out, "there {epoch} {lane} {sequence}").unwrap();
        out.flush().unwrap();
    }
    let account = producer.close(Duration::from_secs(30)).await.unwrap();
    assert!(account.adds_up() && account.acknowledged == account.offered, "{account:?}");
}

// SEQ-003, SEQ-005, SEQ-006
#[tokio::test(flavor = "multi_thread")]
async fn a_producer_may_die_at_every_point() {
    let (folder, names) = (tempfile::tempdir().unwrap(), Names::fresh(2).await);
    let lines = {
        let (folder, names) = (folder.path().to_owned(), names.clone());
        tokio::task::spawn_blocking(move || die_everywhere(&folder, &names, "produce", 51)).await.unwrap()
    };
    let last = open(folder.path(), world::sink(&names.topic).await, &Points::default());
    last.close(Duration::from_secs(30)).await.unwrap();
    let books = world::books(&names.topic).await;
    assert!(books.records.values().all(|times| *times == 1), "something is there twice");
    let said: BTreeSet<_> = world::there(&lines).collect();
    let missing: Vec<_> = said.iter().filter(|number| !books.records.contains_key(number)).collect();
    assert!(missing.is_empty(), "something that was said to be there is not: {missing:?}");
    assert_eq!((books.lost, books.declared), (0, 0));
    // What a life had not ended, the next one tells.
    let known = ["DUPLICATE", "TAIL_UNKNOWN", "EPOCH_MISSING"];
    assert!(books.verdicts.keys().all(|name| known.contains(name)), "{:?}", books.verdicts);
    assert!(
        books.verdicts.contains_key("DUPLICATE") && said.len() > 100,
        "{} records, {:?}",
        said.len(),
        books.verdicts
    );
}

/// Returns an effect for each record, and writes a line of its own for each that is not part of any commit.
struct Logging {
    effects: Application,
    log: std::fs::File,
}

impl Handler for Logging {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        let effects = self.effects.handle(delivery).await?;
        let mut lines = Vec::new();
        for effect in &effects {
            writeln!(lines, "{} {}", String::from_utf8_lossy(&effect.key), delivery.may_repeat).unwrap();
        }
        self.log.write_all(&lines).map_err(|error| HandleError::Stop(error.to_string()))?;
        Ok(effects)
    }
}

/// A topic of letters that fails now and then, so that some of them go through the folder.
struct Blips(KafkaSink, AtomicU32);

impl Sink for Blips {
    fn partitions(&self) -> u32 {
        self.0.partitions()
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        if self.1.fetch_add(1, Ordering::Relaxed).is_multiple_of(3) {
            let why = std::io::Error::other("a blip");
            return Sending::done(Outcome::NotPersisted(Cause::Io(why)));
        }
        self.0.send(partition, message, deadline)
    }
}

async fn consume(folder: &Path, names: &Names, points: &Points, until: impl Future<Output = ()>) {
    let (source, state) = {
        let group = Group { instance: Some("reader".to_owned()), ..Group::new(&names.group) };
        world::source_and_state(names, group, KafkaCommitsConfig::new("reader")).await
    };
    let sink = Blips(world::sink(&names.letters).await, AtomicU32::new(0));
    let sink = PointSink { sink, what: "a letter", points: points.clone() };
    let config = KeeperConfig { tries: 1, backoff_us: 1_000, max_backoff_us: 10_000, ..KeeperConfig::default() };
    let disk = PointDisk(RealDisk, points.clone());
    let keeper = Keeper::open_on(disk, &folder.join("letters"), Some(sink), config, 5).await.unwrap();
    let keeper = Arc::new(keeper);
    let letters =
        ConsumerLetters { keeper: Arc::clone(&keeper), topic: names.topic.clone(), group: names.group.clone() };
    let log = OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap();
    let handler = Logging { effects: Application(names.effects.clone()), log };
    let with = |points: &Points| points.clone();
    let mut consumer = Consumer::new(
        Pointed(source, with(points)),
        Pointed(state, with(points)),
        Pointed(letters, with(points)),
        Pointed(handler, with(points)),
        world::config(),
    );
    consumer.run(until).await.unwrap();
    let account = consumer.account();
    assert!(account.adds_up() && account.unknown == 0, "{account:?}");
    // What is left in the folder is sent.
    let until = Instant::now() + Duration::from_secs(10);
    while keeper.waiting() > 0 && Instant::now() < until {
        keeper.tick().await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Sends frames, and now and then something that is none, until it is told to end. Returns how many records there are, with those of the
/// producer itself, and where that is which is no frame.
async fn traffic(folder: &Path, names: &Names, ends: &AtomicBool) -> (u64, BTreeSet<Position>) {
    let producer = world::open_producer(folder, names).await;
    let bad = world::sink(&names.topic).await;
    let lanes = [producer.lane("acme", Some(0)).await.unwrap(), producer.lane("acme", Some(1)).await.unwrap()];
    let mut positions = BTreeSet::new();
    for number in 0_u32.. {
        for lane in lanes {
            producer.offer(lane, world::record()).await.unwrap();
        }
        if number % 10 == 0 {
            let message = Message { value: Some(format!("no frame {number}").into_bytes()), ..Message::default() };
            let outcome = bad.send(number / 10 % 2, message, broker::later()).await;
            let Outcome::Persisted(position) = outcome else { panic!("{outcome:?}") };
            positions.insert(position);
        }
        tokio::time::sleep(Duration::from_millis(70)).await;
        if ends.load(Ordering::Relaxed) {
            break;
        }
    }
    let account = producer.close(Duration::from_secs(30)).await.unwrap();
    assert!(account.adds_up() && account.acknowledged == account.offered, "{account:?}");
    (account.offered + 2 * lanes.len() as u64, positions)
}

// CON-006, CON-007, CON-008, KAF-008, KAF-009
#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_may_die_at_every_point() {
    let (folder, names, ends) = (tempfile::tempdir().unwrap(), Names::fresh(2).await, Arc::new(AtomicBool::new(false)));
    let sender = {
        let (folder, names, ends) = (folder.path().join("sender"), names.clone(), Arc::clone(&ends));
        tokio::spawn(async move { traffic(&folder, &names, &ends).await })
    };
    {
        let (folder, names) = (folder.path().to_owned(), names.clone());
        tokio::task::spawn_blocking(move || die_everywhere(&folder, &names, "consume", 52)).await.unwrap();
    }
    ends.store(true, Ordering::Relaxed);
    let (records, bad) = sender.await.unwrap();
    consume(folder.path(), &names, &Points::default(), world::is_read(&names)).await;

    let effects = world::effects(&names).await;
    assert!(effects.values().all(|times| *times == 1), "something has two effects");
    assert_eq!(effects.len() as u64, records);
    // Letters may be there twice: they are the same.
    let mut letters = BTreeMap::new();
    for (_, message) in world::everything(&names.letters).await {
        let letter = Letter::from_message(&message).unwrap();
        let same = letters.entry(letter.position).or_insert_with(|| (letter.id(), letter.message.clone()));
        assert_eq!(*same, (letter.id(), letter.message));
    }
    assert_eq!(letters.into_keys().collect::<BTreeSet<_>>(), bad);
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    let (mut seen, mut repeated) = (BTreeSet::new(), 0);
    for line in log.lines() {
        let (record, marked) = line.rsplit_once(' ').unwrap();
        if !seen.insert(record) {
            repeated += 1;
            assert_eq!(marked, "true", "{line}");
        }
    }
    assert_eq!(seen.len() as u64, records);
    assert!(repeated > 0, "nobody died between a frame and its commit");
}
