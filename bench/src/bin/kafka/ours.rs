//! Our producer, end to end: from the offer of a record to its acknowledgement, with its spool on the disk.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use dashstream_bench::error::Error;
use dashstream_codec::FlushPolicy;
use dashstream_codec::owned::Record;
use dashstream_disk::RealDisk;
use dashstream_proto::kinds;
use dashstream_stream::producer::{Answer, Policy, Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::transport::kafka::{KafkaSink, KafkaSinkConfig};
use tokio::task::JoinSet;

use crate::brokers::Brokers;
use crate::report::Run;
use crate::work::{PACE, RECORDS, Shape, Work, encoder};

async fn open(brokers: &Brokers, topic: &str, folder: &std::path::Path, linger_us: u64) -> Result<Producer, Error> {
    let sink = KafkaSink::connect(&brokers.config(), &KafkaSinkConfig::new(topic)).await.map_err(Error::library)?;
    let flush = FlushPolicy { max_records: RECORDS, max_len: 4 << 20, max_age_us: linger_us };
    let producer = ProducerConfig { flush, ..ProducerConfig::default() };
    let setup = ProducerSetup { producer, encoder: encoder(), ..ProducerSetup::default() };
    let folder = folder.to_owned();
    let opened = tokio::task::spawn_blocking(move || Producer::open(RealDisk, &folder, sink, setup)).await;
    opened.map_err(Error::library)?.map_err(Error::library)
}

/// Sends a record, and says how long that took.
async fn timed(producer: Arc<Producer>, lane: u32, record: Record) -> Result<Duration, Error> {
    let begin = Instant::now();
    match producer.send(lane, record).await.map_err(Error::library)? {
        (_, Answer::Persisted) => Ok(begin.elapsed()),
        (sequence, answer) => Err(Error::Library(format!("record {sequence}: {answer:?}"))),
    }
}

/// Sends all records of a shape.
pub(crate) async fn send(brokers: &Brokers, topic: &str, shape: Shape, work: &Work) -> Result<Run, Error> {
    let folder = tempfile::tempdir()?;
    let linger_us = if shape == Shape::Events { 20_000 } else { FlushPolicy::default().max_age_us };
    let producer = Arc::new(open(brokers, topic, folder.path(), linger_us).await?);
    let lane = producer.lane("acme", Some(0)).await.map_err(Error::library)?;
    timed(Arc::clone(&producer), lane, Record { kind: kinds::NODE_START, ..Record::default() }).await?;
    let records = work.records(shape);
    let count = records.len();
    let begin = Instant::now();
    let latencies = offer(&producer, lane, shape, records).await?;
    let elapsed = begin.elapsed();
    let producer = Arc::into_inner(producer).ok_or_else(|| Error::Library("somebody has the producer".to_owned()))?;
    let account = producer.close(Duration::from_secs(30)).await.map_err(Error::library)?;
    if account.acknowledged != 1 + count as u64 {
        return Err(Error::Library(format!("not all is acknowledged: {account:?}")));
    }
    Ok(Run { elapsed, events: count, latencies })
}

/// Offers them, lent as they are: a thousand at once where so many are there, or one after the other. The last one of a thousand is waited
/// for.
async fn offer(producer: &Arc<Producer>, lane: u32, shape: Shape, records: &[Record]) -> Result<Vec<Duration>, Error> {
    let (begin, mut sends, mut number, mut latencies) = (Instant::now(), JoinSet::new(), 0, Vec::new());
    for records in records.chunks(RECORDS) {
        let Some((last, records)) = records.split_last() else { continue };
        match shape {
            Shape::Events => one_by_one(producer, lane, records).await?,
            Shape::Frames | Shape::Paced => at_once(producer, lane, records).await?,
        }
        // It is offered before the next one; the answer is waited for beside.
        let mut send = Box::pin(timed(Arc::clone(producer), lane, last.clone()));
        match poll_once(&mut send).await {
            Poll::Ready(done) => latencies.push(done?),
            Poll::Pending => drop(sends.spawn(send)),
        }
        number += 1;
        if shape == Shape::Paced {
            tokio::time::sleep_until((begin + PACE * number).into()).await;
        }
    }
    while let Some(done) = sends.join_next().await {
        latencies.push(done.map_err(Error::library)??);
    }
    Ok(latencies)
}

async fn one_by_one(producer: &Producer, lane: u32, records: &[Record]) -> Result<(), Error> {
    for record in records {
        let (input, payload) = (record.as_input(), record.payload.as_view());
        producer.offer_lent(lane, &input, &payload, Some(Policy::Block)).await.map_err(Error::library)?;
    }
    Ok(())
}

async fn at_once(producer: &Producer, lane: u32, records: &[Record]) -> Result<(), Error> {
    let taken = producer.offer_all(lane, records, Some(Policy::Block)).await.map_err(Error::library)?;
    if taken.dropped > 0 {
        return Err(Error::Library(format!("{taken:?}")));
    }
    Ok(())
}

/// Asks a future once.
async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context))).await
}
