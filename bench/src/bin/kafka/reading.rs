//! Reading what our producer has sent: by the library alone, by it and the codec, and by our consumer, which judges each frame, keeps its
//! ledger, and commits both with the group's offset.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dashstream_bench::error::Error;
use dashstream_codec::{Decoder, ReadOptions};
use dashstream_stream::consumer::{
    Consumer, ConsumerConfig, Delivery, Effect, Failure, HandleError, Handler, KafkaState, Letters,
};
use dashstream_stream::transport::kafka::{Group, KafkaCommitsConfig, KafkaSource, KafkaSourceConfig};
use rdkafka::Message as _;
use rdkafka::Offset;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio::sync::Notify;

use crate::brokers::Brokers;
use crate::report::Run;
use crate::work::Work;

const PATIENCE: Duration = Duration::from_secs(30);

/// Time is taken from the first message on, so that nobody pays for connections.
pub(crate) fn plain(brokers: &Brokers, topic: &str, work: &Work, decoder: Option<Decoder>) -> Result<Run, Error> {
    tokio::task::block_in_place(|| read(brokers, topic, work.records.len(), decoder))
}

fn read(brokers: &Brokers, topic: &str, events: usize, mut decoder: Option<Decoder>) -> Result<Run, Error> {
    let mut settings = brokers.client();
    settings.set("group.id", "bench-alone").set("enable.auto.commit", "false").set("isolation.level", "read_committed");
    settings.set("fetch.wait.max.ms", "100").set("queued.max.messages.kbytes", "8192");
    settings.set("fetch.queue.backoff.ms", "10");
    let consumer: BaseConsumer = settings.create().map_err(Error::library)?;
    let (_, end) = consumer.fetch_watermarks(topic, 0, PATIENCE).map_err(Error::library)?;
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, 0, Offset::Beginning).map_err(Error::library)?;
    consumer.assign(&list).map_err(Error::library)?;
    let (mut begin, mut seen) = (None, 0_u64);
    loop {
        let message = consumer.poll(PATIENCE).ok_or_else(|| Error::Library("no message came".to_owned()))?;
        let message = message.map_err(Error::library)?;
        let begin = begin.get_or_insert_with(Instant::now);
        let bytes = message.payload().unwrap_or_default();
        match &mut decoder {
            None => seen += bytes.len() as u64,
            Some(decoder) => {
                let batch = decoder.decode(bytes, &ReadOptions::default())?;
                let mut records = batch.records();
                while let Some(result) = records.advance() {
                    seen += result.accepted()?.sequence;
                }
            }
        }
        if message.offset() + 1 >= end {
            std::hint::black_box(seen);
            return Ok(Run { elapsed: begin.elapsed(), events, latencies: Vec::new() });
        }
    }
}

/// Looks at every record.
struct Count {
    begin: Option<Instant>,
    wanted: usize,
    counted: usize,
    seen: u64,
    done: Arc<Notify>,
}

impl Handler for Count {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        self.begin.get_or_insert_with(Instant::now);
        for (_, result) in delivery.records() {
            self.counted += 1;
            self.seen += result.record.sequence;
        }
        if self.counted >= self.wanted {
            self.done.notify_one();
        }
        Ok(Vec::new())
    }
}

struct NoLetters;

impl Letters for NoLetters {
    async fn save(&mut self, failure: &Failure) -> Result<(), String> {
        Err(failure.why.code().to_owned())
    }
}

/// Our consumer.
pub(crate) async fn ours(brokers: &Brokers, topic: &str, work: &Work, commit_frames: u32) -> Result<Run, Error> {
    let wanted = work.records.len();
    let config = KafkaSourceConfig::new(topic, Some(Group::new(format!("{topic}-{commit_frames}"))));
    let source = KafkaSource::connect(&brokers.config(), &config).await.map_err(Error::library)?;
    let group = source.group().ok_or_else(|| Error::Library("no group".to_owned()))?;
    let state = KafkaState::new(group, KafkaCommitsConfig::new("bench"));
    let config = ConsumerConfig { commit_frames, ..ConsumerConfig::default() };
    let done = Arc::new(Notify::new());
    // EPOCH_START, EPOCH_END and the one that went before are records too.
    let count = Count { begin: None, wanted: wanted + 3, counted: 0, seen: 0, done: Arc::clone(&done) };
    let mut consumer = Consumer::new(source, state, NoLetters, count, config);
    let read = tokio::time::timeout(PATIENCE * 2, consumer.run(done.notified())).await;
    let account =
        || Error::Library(format!("not all came: {:?}, {} records", consumer.account(), consumer.handler().counted));
    read.map_err(|_| account())?.map_err(Error::library)?;
    let begin = consumer.handler().begin.ok_or(Error::Empty)?;
    std::hint::black_box(consumer.handler().seen);
    Ok(Run { elapsed: begin.elapsed(), events: wanted, latencies: Vec::new() })
}
