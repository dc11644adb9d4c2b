//! A producer whose frames go to Kafka.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod broker;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use dashstream_codec::ledger::{Ledger, Observation};
use dashstream_codec::owned::Record;
use dashstream_codec::{Decoder, FlushPolicy, ReadOptions};
use dashstream_disk::SimDisk;
use dashstream_stream::producer::{Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::transport::kafka::{KafkaSink, KafkaSinkConfig, KafkaSource, KafkaSourceConfig};
use dashstream_stream::transport::{Content, Event, From, Source as _};

#[tokio::test(flavor = "multi_thread")]
async fn the_frames_of_a_lane_are_in_one_partition() {
    const RECORDS: usize = 400;
    let topic = broker::topic(3).await;
    let sink = KafkaSink::connect(&broker::brokers(), &KafkaSinkConfig::new(&topic)).await.unwrap();
    let flush = FlushPolicy { max_records: 20, max_age_us: 5_000, ..FlushPolicy::default() };
    let producer = ProducerConfig { flush, ..ProducerConfig::default() };
    let setup = ProducerSetup { producer, ..ProducerSetup::default() };
    let producer = Producer::open(SimDisk::new(), Path::new("/producer"), sink, setup).unwrap();
    let mut lanes = BTreeMap::new();
    for partition in 0..3 {
        for tenant in ["acme", "umbrella"] {
            lanes.insert(producer.lane(tenant, Some(partition)).await.unwrap(), partition);
        }
    }
    for number in 0..RECORDS {
        for lane in lanes.keys() {
            let record = Record { kind: 5, thread: Some(format!("t-{}", number % 7)), ..Record::default() };
            producer.offer(*lane, record).await.unwrap();
        }
    }
    producer.close(Duration::from_secs(30)).await.unwrap();

    let mut source = KafkaSource::connect(&broker::brokers(), &KafkaSourceConfig::new(&topic, None)).await.unwrap();
    assert!(matches!(source.next().await.unwrap(), Event::Assigned(_)));
    for partition in 0..3 {
        source.seek(partition, From::Start).await.unwrap();
    }
    let (mut decoder, mut ledger) = (Decoder::new(), Ledger::new());
    let mut found: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    while let Ok(event) = tokio::time::timeout(Duration::from_secs(2), source.next()).await {
        let Event::Message(received) = event.unwrap() else { panic!("no message") };
        let Content::Message(message) = received.content else { panic!("damage in Kafka") };
        let batch = decoder.decode_value(message.value.as_deref(), &ReadOptions::default()).unwrap();
        let observation = Observation::of_batch(&batch);
        found.entry(batch.prelude().lane).or_default().insert(received.position.partition);
        let verdicts: Vec<_> = ledger.observe(&observation).iter().map(|verdict| verdict.name()).collect();
        assert!(verdicts.iter().all(|name| *name == "EPOCH_STARTED" || *name == "FIRST_SEEN"), "{verdicts:?}");
    }
    let expected = lanes.into_iter().map(|(lane, partition)| (lane, BTreeSet::from([partition]))).collect();
    assert_eq!(found, expected);
    let seen: u64 = ledger.accounts().map(|entry| entry.account.seen()).sum();
    let lost: u64 = ledger.accounts().map(|entry| entry.account.lost()).sum();
    // Each lane has its beginning and its end besides.
    assert_eq!((seen, lost), (6 * (RECORDS as u64 + 2), 0));
}
