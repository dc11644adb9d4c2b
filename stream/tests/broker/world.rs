//! What tests of processes with brokers between them share: a producer, an application with effects, processes, and what is there
//! in the end.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dashstream_codec::FlushPolicy;
use dashstream_codec::owned::Record;
use dashstream_disk::{Disk, RealDisk};
use dashstream_stream::consumer::{
    Consumer, ConsumerConfig, Delivery, Effect, Failure, HandleError, Handler, KafkaState, Letters,
};
use dashstream_stream::producer::{Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::transport::kafka::{
    Group, KafkaCommitsConfig, KafkaSink, KafkaSinkConfig, KafkaSource, KafkaSourceConfig,
};
use dashstream_stream::transport::{Content, Event, From, Message, Position, Sink, Source as _};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaResult;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

pub(crate) use super::books::{Books, Number};

/// Where a process works, with which names, and what it is to do.
const FOLDER: &str = "DASHSTREAM_PROCESS_FOLDER";
const NAMES: &str = "DASHSTREAM_PROCESS_NAMES";
const TASK: &str = "DASHSTREAM_PROCESS_TASK";

/// Whether the long counts are wanted.
pub(crate) fn long() -> bool {
    std::env::var("DASHSTREAM_LONG").is_ok_and(|long| long == "1")
}

/// A topic, the topic of the effects, the topic of dead letters, and a group that nobody else has.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) topic: String,
    pub(crate) effects: String,
    pub(crate) letters: String,
    pub(crate) group: String,
}

impl Names {
    pub(crate) async fn fresh(partitions: i32) -> Self {
        let topic = || super::topic(partitions);
        Self { topic: topic().await, effects: topic().await, letters: topic().await, group: super::fresh("group") }
    }
}

/// What a process was told, where it is one: its folder, its names, and its task.
pub(crate) fn told() -> (PathBuf, Names, String) {
    let of = |name| std::env::var(name).unwrap();
    let names: Vec<_> = of(NAMES).split(' ').map(str::to_owned).collect();
    let [topic, effects, letters, group] = names.try_into().unwrap();
    (of(FOLDER).into(), Names { topic, effects, letters, group }, of(TASK))
}

/// A process of the tests that runs `the_process` of this file.
pub(crate) fn start(folder: &Path, names: &Names, task: &str) -> Child {
    let Names { topic, effects, letters, group } = names;
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .env(NAMES, format!("{topic} {effects} {letters} {group}"))
        .env(TASK, task)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a process has said, until it ended.
pub(crate) fn said(process: &mut Child) -> Vec<String> {
    BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok).collect()
}

/// Kills a process, and returns what it said.
pub(crate) fn kill(mut process: Child) -> Vec<String> {
    process.kill().unwrap();
    let said = said(&mut process);
    process.wait().unwrap();
    said
}

/// The records that a producer has said are there, by lines `there EPOCH LANE NUMBER`.
pub(crate) fn there(lines: &[String]) -> impl Iterator<Item = Number> {
    lines.iter().filter_map(|line| {
        let words: Vec<u64> = line.strip_prefix("there ")?.split(' ').filter_map(|word| word.parse().ok()).collect();
        // A line that was cut short says nothing.
        let [epoch, lane, number] = words[..] else { return None };
        Some((u32::try_from(epoch).ok()?, u32::try_from(lane).ok()?, number))
    })
}

pub(crate) fn setup() -> ProducerSetup {
    let flush = FlushPolicy { max_records: 20, max_age_us: 2_000, ..FlushPolicy::default() };
    ProducerSetup { producer: ProducerConfig { flush, ..ProducerConfig::default() }, ..ProducerSetup::default() }
}

pub(crate) async fn sink(topic: &str) -> KafkaSink {
    KafkaSink::connect(&super::brokers(), &KafkaSinkConfig::new(topic)).await.unwrap()
}

pub(crate) async fn open_producer(folder: &Path, names: &Names) -> Producer {
    open_producer_on(RealDisk, sink(&names.topic).await, folder)
}

pub(crate) fn open_producer_on(disk: impl Disk + Clone, sink: impl Sink, folder: &Path) -> Producer {
    Producer::open(disk, &folder.join("producer"), sink, setup()).unwrap()
}

pub(crate) fn record() -> Record {
    Record { kind: 5, ..Record::default() }
}

/// The key of the effect of a record.
pub(crate) fn key((epoch, lane, number): Number) -> Vec<u8> {
    format!("{epoch} {lane} {number}").into_bytes()
}

/// Returns an effect for each record that it is given.
pub(crate) struct Application(pub(crate) String);

impl Handler for Application {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        let prelude = delivery.batch.prelude();
        let effect = |number| Effect {
            to: self.0.clone(),
            key: key((prelude.epoch, prelude.lane, number)),
            value: Some(vec![1]),
        };
        Ok(delivery.records().map(|(_, result)| effect(result.record.sequence)).collect())
    }
}

/// For where nothing is wrong.
pub(crate) struct NoLetters;

impl Letters for NoLetters {
    async fn save(&mut self, failure: &Failure) -> Result<(), String> {
        panic!("nothing is wrong here: {failure:?}");
    }
}

pub(crate) type Reader<L, H> = Consumer<KafkaSource, KafkaState, L, H>;

/// A reader of the group, whose state is kept under a name.
pub(crate) async fn reader<L: Letters, H: Handler>(
    names: &Names,
    group: Group,
    name: &str,
    letters: L,
    handler: H,
) -> Reader<L, H> {
    let (source, state) = source_and_state(names, group, KafkaCommitsConfig::new(name)).await;
    Consumer::new(source, state, letters, handler, config())
}

pub(crate) async fn source_and_state(
    names: &Names,
    group: Group,
    commits: KafkaCommitsConfig,
) -> (KafkaSource, KafkaState) {
    let config = KafkaSourceConfig::new(&names.topic, Some(group));
    let source = KafkaSource::connect(&super::brokers(), &config).await.unwrap();
    let state = KafkaState::new(source.group().unwrap(), commits);
    (source, state)
}

pub(crate) fn config() -> ConsumerConfig {
    ConsumerConfig { commit_frames: 7, commit_us: 20_000, ..ConsumerConfig::default() }
}

/// Waits until the group is at the end of every partition, however long that takes: whoever waits too long is stuck.
pub(crate) async fn is_read(names: &Names) {
    let (topic, group) = (names.topic.clone(), names.group.clone());
    let waits = tokio::task::spawn_blocking(move || {
        let (begin, wait) = (Instant::now(), Duration::from_secs(10));
        let brokers = &super::known()["PLAINTEXT"];
        // It asks for the group and is not in it.
        let asks: BaseConsumer =
            ClientConfig::new().set("bootstrap.servers", brokers).set("group.id", group).create().unwrap();
        while !is_at_the_end(&asks, &topic, wait).unwrap_or(false) {
            assert!(begin.elapsed() < Duration::from_secs(900), "it does not come to an end");
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    waits.await.unwrap();
}

fn is_at_the_end(asks: &BaseConsumer, topic: &str, wait: Duration) -> KafkaResult<bool> {
    let count = asks.fetch_metadata(Some(topic), wait)?.topics()[0].partitions().len();
    let mut all = TopicPartitionList::new();
    all.add_partition_range(topic, 0, i32::try_from(count).unwrap() - 1);
    for one in asks.committed_offsets(all, wait)?.elements() {
        let (low, end) = asks.fetch_watermarks(topic, one.partition(), wait)?;
        if low < end && one.offset() != Offset::Offset(end) {
            return Ok(false);
        }
    }
    Ok(count > 0)
}

/// Every message of a topic that a reader sees that does not see what was aborted.
pub(crate) async fn everything(topic: &str) -> Vec<(Position, Message)> {
    let mut source = KafkaSource::connect(&super::brokers(), &KafkaSourceConfig::new(topic, None)).await.unwrap();
    let mut all = Vec::new();
    // Marks of transactions have offsets too: only silence says that there is no more.
    while let Ok(event) = tokio::time::timeout(Duration::from_secs(4), source.next()).await {
        match event.unwrap() {
            Event::Assigned(partitions) => {
                for partition in partitions {
                    source.seek(partition, From::Start).await.unwrap();
                }
            }
            Event::Message(received) => {
                let Content::Message(message) = received.content else { panic!("damage in Kafka") };
                all.push((received.position, message));
            }
            other => panic!("{other:?}"),
        }
    }
    all
}

/// How often each effect is there.
pub(crate) async fn effects(names: &Names) -> BTreeMap<Vec<u8>, u32> {
    let mut found = BTreeMap::new();
    for (_, message) in everything(&names.effects).await {
        *found.entry(message.key.unwrap()).or_default() += 1;
    }
    found
}

/// What the ledger says of all that is in a topic.
pub(crate) async fn books(topic: &str) -> Books {
    Books::of(everything(topic).await)
}
