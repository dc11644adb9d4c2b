//! A producer and a consumer in processes of their own, with real brokers between them, killed again and again: whatever was
//! acknowledged has one effect.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod broker;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dashstream_codec::FlushPolicy;
use dashstream_codec::owned::Record;
use dashstream_disk::RealDisk;
use dashstream_stream::consumer::{
    Consumer, ConsumerAccount, ConsumerConfig, Delivery, Effect, Failure, HandleError, Handler, KafkaState, Letters,
};
use dashstream_stream::producer::{Answer, Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::transport::kafka::{
    Group, KafkaCommitsConfig, KafkaSink, KafkaSinkConfig, KafkaSource, KafkaSourceConfig,
};
use dashstream_stream::transport::{Content, Event, From, Source as _};
use fastrand::Rng;

/// Where the processes work, and what they are to do there.
const FOLDER: &str = "DASHSTREAM_KAFKA_KILLS_FOLDER";
const NAMES: &str = "DASHSTREAM_KAFKA_KILLS_NAMES";

fn kills() -> u64 {
    if std::env::var("DASHSTREAM_LONG").is_ok_and(|long| long == "1") { 500 } else { 25 }
}

/// A topic, the topic of the effects, and a group that nobody else has.
#[derive(Clone)]
struct Names {
    topic: String,
    effects: String,
    group: String,
}

impl Names {
    fn of_environment() -> Self {
        let all = std::env::var(NAMES).unwrap();
        let names: Vec<_> = all.split(' ').map(str::to_owned).collect();
        let [topic, effects, group] = names.try_into().unwrap();
        Self { topic, effects, group }
    }
}

async fn open_producer(folder: &Path, names: &Names) -> Producer {
    let sink = KafkaSink::connect(&broker::brokers(), &KafkaSinkConfig::new(&names.topic)).await.unwrap();
    let flush = FlushPolicy { max_records: 20, max_age_us: 2_000, ..FlushPolicy::default() };
    let producer = ProducerConfig { flush, ..ProducerConfig::default() };
    let setup = ProducerSetup { producer, ..ProducerSetup::default() };
    Producer::open(RealDisk, &folder.join("producer"), sink, setup).unwrap()
}

/// Says of each record that is there, `there EPOCH LANE NUMBER`.
async fn produce(folder: &Path, names: &Names) {
    let producer = open_producer(folder, names).await;
    let epoch = producer.found().epoch;
    let lanes = [producer.lane("acme", Some(0)).await.unwrap(), producer.lane("acme", Some(1)).await.unwrap()];
    for number in 0_usize.. {
        let lane = lanes[number / 5 % 2];
        for _ in 0..number % 30 {
            producer.offer(lane, Record { kind: 5, ..Record::default() }).await.unwrap();
        }
        let (sequence, answer) = producer.send(lane, Record { kind: 5, ..Record::default() }).await.unwrap();
        assert_eq!(answer, Answer::Persisted);
        let mut out = std::io::stdout().lock();
        writeln!(out, "there {epoch} {lane} {sequence}").unwrap();
        out.flush().unwrap();
    }
}

/// Returns an effect for each record that it is given.
struct Application(String);

impl Handler for Application {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        let prelude = delivery.batch.prelude();
        let effect = |sequence| Effect {
            to: self.0.clone(),
            key: format!("{} {} {sequence}", prelude.epoch, prelude.lane).into_bytes(),
            value: Some(vec![1]),
        };
        Ok(delivery.records().map(|(_, result)| effect(result.record.sequence)).collect())
    }
}

struct NoLetters;

impl Letters for NoLetters {
    async fn save(&mut self, failure: &Failure) -> Result<(), String> {
        panic!("nothing is wrong here: {failure:?}");
    }
}

/// As a reader that keeps its partitions over a restart.
async fn consume(names: &Names, instance: &str, within: Duration) -> ConsumerAccount {
    let group = Group { instance: Some(instance.to_owned()), ..Group::new(&names.group) };
    let config = KafkaSourceConfig::new(&names.topic, Some(group));
    let source = KafkaSource::connect(&broker::brokers(), &config).await.unwrap();
    let state = KafkaState::new(source.group().unwrap(), KafkaCommitsConfig::new(instance));
    let config = ConsumerConfig { commit_frames: 7, commit_us: 20_000, ..ConsumerConfig::default() };
    let mut consumer = Consumer::new(source, state, NoLetters, Application(names.effects.clone()), config);
    consumer.run(tokio::time::sleep(within)).await.unwrap();
    consumer.account().clone()
}

/// The process that is killed: the producer where it is told so, else the consumer.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it is no test: the one below starts it, and kills it"]
async fn the_process() {
    let (folder, names) = (PathBuf::from(std::env::var_os(FOLDER).unwrap()), Names::of_environment());
    if std::env::var_os("DASHSTREAM_KAFKA_KILLS_PRODUCE").is_some() {
        produce(&folder, &names).await;
    } else {
        consume(&names, "reader", Duration::from_secs(3_600)).await;
    }
}

fn start(folder: &Path, names: &Names, produce: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "the_process", "--ignored", "--nocapture"]).env(FOLDER, folder);
    command.env(NAMES, format!("{} {} {}", names.topic, names.effects, names.group));
    if produce {
        command.env("DASHSTREAM_KAFKA_KILLS_PRODUCE", "1");
    }
    command.stdout(Stdio::piped()).spawn().unwrap()
}

/// Kills a process, and returns what it said.
fn kill(mut process: Child) -> Vec<(u32, u32, u64)> {
    process.kill().unwrap();
    let out = BufReader::new(process.stdout.take().unwrap());
    let said = out.lines().map_while(Result::ok).filter_map(|line| {
        let words: Vec<u64> = line.strip_prefix("there ")?.split(' ').filter_map(|word| word.parse().ok()).collect();
        // A line that was cut short says nothing.
        let [epoch, lane, sequence] = words[..] else { return None };
        Some((u32::try_from(epoch).ok()?, u32::try_from(lane).ok()?, sequence))
    });
    let said = said.collect();
    process.wait().unwrap();
    said
}

/// How often each effect is there, for a reader that sees only what was committed.
async fn effects(names: &Names) -> BTreeMap<Vec<u8>, u32> {
    let config = KafkaSourceConfig::new(&names.effects, None);
    let mut source = KafkaSource::connect(&broker::brokers(), &config).await.unwrap();
    let mut found = BTreeMap::new();
    while let Ok(event) = tokio::time::timeout(Duration::from_secs(4), source.next()).await {
        match event.unwrap() {
            Event::Assigned(partitions) => {
                for partition in partitions {
                    source.seek(partition, From::Start).await.unwrap();
                }
            }
            Event::Message(received) => {
                let Content::Message(message) = received.content else { panic!("damage in Kafka") };
                *found.entry(message.key.unwrap()).or_default() += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    found
}

// KAF-009, CON-007
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_pair_gives_each_record_one_effect() {
    let folder = tempfile::tempdir().unwrap();
    let names = Names { topic: broker::topic(2).await, effects: broker::topic(2).await, group: broker::fresh("group") };
    let mut rng = Rng::with_seed(23);
    let mut said = BTreeSet::new();
    let mut pair = [start(folder.path(), &names, true), start(folder.path(), &names, false)];
    for _ in 0..kills() {
        std::thread::sleep(Duration::from_millis(rng.u64(50..900)));
        let which = rng.usize(..2);
        let next = start(folder.path(), &names, which == 0);
        // One at a time has the folder, and the name.
        said.extend(kill(std::mem::replace(&mut pair[which], next)));
        if which == 0 {
            // The one that found the folder taken has ended.
            kill(std::mem::replace(&mut pair[0], start(folder.path(), &names, true)));
        }
    }
    let [producer, consumer] = pair;
    said.extend(kill(producer));
    kill(consumer);
    // What was left is sent, and everything is read.
    let last = open_producer(folder.path(), &names).await;
    let epochs = last.found().epoch;
    last.close(Duration::from_secs(30)).await.unwrap();
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        let account = consume(&names, "reader", Duration::from_secs(8)).await;
        assert!(account.adds_up(), "{account:?}");
        if account.messages == 0 {
            break;
        }
        assert!(Instant::now() < until, "it does not come to an end: {account:?}");
    }
    let effects = effects(&names).await;
    assert!(effects.values().all(|times| *times == 1), "something has two effects");
    let missing = said
        .iter()
        .filter(|(epoch, lane, number)| !effects.contains_key(format!("{epoch} {lane} {number}").as_bytes()));
    assert_eq!(missing.count(), 0, "something that was said to be there has none");
    assert!(said.len() as u64 > kills(), "{} records in {epochs} epochs", said.len());
}
