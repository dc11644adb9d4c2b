//! The client library alone.

use std::fs::File;
use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dashstream_bench::error::Error;
use rdkafka::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer};

use crate::brokers::Brokers;
use crate::report::Run;
use crate::work::{PACE, RECORDS, Sealer, Shape, Work};

/// Frames that are made durable together: as many as our producer seals at a time.
const KEPT_AT_A_TIME: usize = 8;

/// Hears of acknowledgements.
#[derive(Default)]
struct Heard {
    acknowledged: AtomicU64,
    failed: AtomicU64,
    latencies: Mutex<Vec<Duration>>,
}

impl ClientContext for Heard {}

impl ProducerContext for Heard {
    /// When a message was given to the library.
    type DeliveryOpaque = Box<Instant>;

    fn delivery(&self, result: &DeliveryResult<'_>, given: Box<Instant>) {
        let count = if result.is_ok() { &self.acknowledged } else { &self.failed };
        count.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut latencies) = self.latencies.lock() {
            latencies.push(given.elapsed());
        }
    }
}

/// With the settings of [`dashstream_stream::transport::kafka::KafkaSink`], and as much room in its queue as our producer has.
fn producer(brokers: &Brokers, linger_ms: u32) -> Result<ThreadedProducer<Heard>, Error> {
    let mut settings = brokers.client();
    settings.set("acks", "all");
    settings.set("enable.idempotence", "true");
    settings.set("max.in.flight.requests.per.connection", "5");
    settings.set("compression.codec", "none");
    settings.set("linger.ms", linger_ms.to_string());
    settings.set("message.max.bytes", "16777216");
    settings.create_with_context(Heard::default()).map_err(Error::library)
}

fn give(producer: &ThreadedProducer<Heard>, topic: &str, bytes: &[u8]) -> Result<(), Error> {
    let record = BaseRecord::<(), [u8], _>::with_opaque_to(topic, Box::new(Instant::now())).payload(bytes).partition(0);
    let mut given = producer.send(record);
    while let Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), record)) = given {
        std::thread::sleep(Duration::from_micros(200));
        given = producer.send(record);
    }
    given.map_err(|(error, _)| Error::library(error))
}

/// Everything that goes before time is taken.
fn warm(producer: &ThreadedProducer<Heard>, topic: &str) -> Result<(), Error> {
    give(producer, topic, b"warm")?;
    producer.flush(Duration::from_secs(30)).map_err(Error::library)?;
    if let Ok(mut latencies) = producer.context().latencies.lock() {
        latencies.clear();
    }
    Ok(())
}

/// When all is acknowledged.
fn finish(producer: &ThreadedProducer<Heard>, begin: Instant, messages: usize, events: usize) -> Result<Run, Error> {
    let heard = producer.context();
    while heard.acknowledged.load(Ordering::Relaxed) < 1 + messages as u64 {
        if heard.failed.load(Ordering::Relaxed) > 0 {
            return Err(Error::Library("a message was not acknowledged".to_owned()));
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    let elapsed = begin.elapsed();
    let latencies = heard.latencies.lock().map_err(Error::library)?.clone();
    Ok(Run { elapsed, events, latencies })
}

/// Sends what is sealed already.
pub(crate) async fn send(brokers: &Brokers, topic: &str, shape: Shape, work: &Work) -> Result<Run, Error> {
    let producer = producer(brokers, shape.linger_ms())?;
    let messages = work.messages(shape);
    tokio::task::block_in_place(|| {
        warm(&producer, topic)?;
        let begin = Instant::now();
        for (index, bytes) in (1..).zip(messages) {
            give(&producer, topic, bytes)?;
            if shape == Shape::Paced {
                std::thread::sleep((begin + PACE * index).saturating_duration_since(Instant::now()));
            }
        }
        let events = if shape == Shape::Events { messages.len() } else { messages.len() * RECORDS };
        finish(&producer, begin, messages.len(), events)
    })
}

/// Seals and sends, one after the other. Where frames are kept, some at a time are durable in the file before they are sent, as they are
/// with our producer.
pub(crate) async fn seal_and_send(
    brokers: &Brokers,
    topic: &str,
    shape: Shape,
    work: &Work,
    mut kept: Option<File>,
) -> Result<Run, Error> {
    let producer = producer(brokers, shape.linger_ms())?;
    let records = work.records(shape);
    let in_frame = if shape == Shape::Events { 1 } else { RECORDS };
    let at_a_time = if kept.is_some() { KEPT_AT_A_TIME } else { 1 };
    tokio::task::block_in_place(|| {
        warm(&producer, topic)?;
        let mut sealer = Sealer::new()?;
        let begin = Instant::now();
        for some in records.chunks(in_frame * at_a_time) {
            let frames: Vec<_> = some.chunks(in_frame).map(|records| sealer.seal(records)).collect::<Result<_, _>>()?;
            if let Some(file) = &mut kept {
                frames.iter().try_for_each(|frame| file.write_all(frame))?;
                file.sync_data()?;
            }
            frames.iter().try_for_each(|frame| give(&producer, topic, frame))?;
        }
        finish(&producer, begin, records.len().div_ceil(in_frame), records.len())
    })
}
