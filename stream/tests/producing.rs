//! A producer with its thread, its folder and a transport.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dashstream_codec::ledger::{Ledger, Observation};
use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::{Decoder, FlushPolicy, ReadOptions, view};
use dashstream_disk::{Disk, Fault, SimDisk, Survival};
use dashstream_stream::identity::Opened;
use dashstream_stream::producer::{
    Answer, DropReason, OfferError, Policy, Producer, ProducerConfig, ProducerError, ProducerSetup, Taken,
};
use dashstream_stream::spool::{Spool, SpoolConfig};
use dashstream_stream::transport::mem::MemTopic;
use dashstream_stream::transport::{Cause, Message, Outcome, Sending, Sink};
use fastrand::Rng;

const FOLDER: &str = "/producer";

fn setup() -> ProducerSetup {
    let flush = FlushPolicy { max_records: 50, max_age_us: 5_000, ..FlushPolicy::default() };
    let producer = ProducerConfig { flush, backoff_us: 2_000, max_backoff_us: 20_000, ..ProducerConfig::default() };
    ProducerSetup { producer, ..ProducerSetup::default() }
}

fn open(disk: &SimDisk, sink: impl Sink, setup: ProducerSetup) -> Producer {
    Producer::open(disk.clone(), Path::new(FOLDER), sink, setup).unwrap()
}

fn event() -> Record {
    Record { kind: 5, thread: Some("t-1".to_owned()), ..Record::default() }
}

fn token() -> Record {
    let payload = Payload::from(view::TokenChunk { text: b"token", ..Default::default() }.to_owned());
    Record { payload, ..Record::default() }
}

/// What somebody who reads the topic finds: numbers seen, declared and lost, and the verdicts.
fn read(topic: &MemTopic) -> (u64, u64, u64, BTreeSet<&'static str>) {
    let mut ledger = Ledger::new();
    let mut decoder = Decoder::new();
    let mut verdicts = BTreeSet::new();
    for message in topic.messages(0) {
        let batch = decoder.decode_value(message.value.as_deref(), &ReadOptions::default()).unwrap();
        verdicts.extend(ledger.observe(&Observation::of_batch(&batch)).iter().map(|verdict| verdict.name()));
    }
    verdicts.extend(ledger.finish().iter().map(|_| "TAIL_UNKNOWN"));
    let sum = |count: fn(&dashstream_codec::ledger::Account) -> u64| {
        ledger.accounts().map(|entry| count(entry.account)).sum::<u64>()
    };
    (sum(|one| one.seen()), sum(|one| one.declared()), sum(|one| one.lost()), verdicts)
}

/// A topic whose acknowledgements get lost, that refuses for a while, and is slow.
#[derive(Clone)]
struct Flaky(MemTopic, Arc<Mutex<Rng>>);

impl Sink for Flaky {
    fn partitions(&self) -> u32 {
        1
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        let luck = self.1.lock().unwrap().u8(..10);
        let (reply, sending) = Sending::pending();
        match luck {
            // It is there, and nobody says so.
            0 => {
                drop(self.0.send(partition, message, deadline));
                reply.tell(Outcome::PossiblyPersisted(Cause::Deadline));
            }
            1 => {
                drop(self.0.send(partition, message, deadline));
                drop(reply);
            }
            2 => reply.tell(Outcome::PossiblyPersisted(Cause::Deadline)),
            3 | 4 => reply.tell(Outcome::NotPersisted(Cause::Full)),
            _ => return self.0.send(partition, message, deadline),
        }
        sending
    }
}

/// A topic that never answers.
struct Stalled(Mutex<Vec<dashstream_stream::transport::Reply>>);

impl Sink for Stalled {
    fn partitions(&self) -> u32 {
        1
    }

    fn send(&self, _: u32, _: Message, _: Instant) -> Sending {
        let (reply, sending) = Sending::pending();
        self.0.lock().unwrap().push(reply);
        sending
    }
}

/// A topic that looks at what the disk has of each frame that comes.
struct Careful {
    topic: MemTopic,
    disk: SimDisk,
    /// Frames that were sent before they were durable, and those behind which others had been appended that were not.
    early: Arc<AtomicUsize>,
    beside: Arc<AtomicUsize>,
}

/// The frames in the spool.
fn spooled(disk: SimDisk) -> Vec<Vec<u8>> {
    let mut spool = Spool::open(disk, &Path::new(FOLDER).join("spool"), SpoolConfig::default()).unwrap();
    spool.left().into_iter().flat_map(|number| spool.take_left(number).unwrap()).map(|(_, bytes)| bytes).collect()
}

impl Sink for Careful {
    fn partitions(&self) -> u32 {
        1
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        let (appended, durable) =
            (spooled(self.disk.copied()), spooled(self.disk.copied().after_power_loss(Survival::Nothing)));
        let is_durable = durable.iter().any(|frame| Some(frame) == message.value.as_ref());
        self.early.fetch_add(usize::from(!is_durable), Ordering::Relaxed);
        self.beside.fetch_add(usize::from(appended.len() > durable.len()), Ordering::Relaxed);
        self.topic.send(partition, message, deadline)
    }
}

/// SEQ-005
#[tokio::test]
async fn nothing_is_sent_before_it_is_durable_and_nothing_waits_for_the_disk_but_that() {
    let (disk, topic) = (SimDisk::new().with_slow_syncs(Duration::from_millis(3)), MemTopic::new(1));
    let (early, beside) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let sink =
        Careful { topic: topic.clone(), disk: disk.clone(), early: Arc::clone(&early), beside: Arc::clone(&beside) };
    let mut setup = setup();
    setup.producer.flush.max_records = 5;
    let producer = open(&disk, sink, setup);
    let lane = producer.lane("acme", None).await.unwrap();
    for _ in 0..120 {
        for _ in 0..5 {
            producer.offer(lane, event()).await.unwrap();
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    let account = producer.close(Duration::from_secs(20)).await.unwrap();
    assert_eq!(account.acknowledged, 600);
    assert_eq!(read(&topic), (602, 0, 0, BTreeSet::new()));
    assert_eq!(early.load(Ordering::Relaxed), 0);
    // Frames are sealed and appended while those before them are made durable.
    assert!(beside.load(Ordering::Relaxed) > 0, "{beside:?} of {} frames", topic.messages(0).len());
}

#[tokio::test]
async fn what_is_offered_arrives_and_the_books_agree() {
    let (disk, topic) = (SimDisk::new(), MemTopic::new(1));
    let producer = open(&disk, topic.clone(), setup());
    assert_eq!((producer.found().identity, producer.found().epoch), (Opened::New, 1));
    let lanes = [producer.lane("acme", Some(0)).await.unwrap(), producer.lane("umbrella", Some(0)).await.unwrap()];
    assert_eq!(lanes, [0, 1]);
    assert_eq!(producer.lane("acme", Some(0)).await.unwrap(), 0, "a lane is there once");
    for number in 0..5_000 {
        let sequence = producer.offer(lanes[number % 2], event()).await.unwrap();
        assert_eq!(sequence, number as u64 / 2 + 2);
    }
    let account = producer.close(Duration::from_secs(20)).await.unwrap();
    assert!(account.adds_up());
    assert_eq!((account.offered, account.acknowledged), (5_000, 5_000));
    // EPOCH_START and EPOCH_END of two lanes.
    assert_eq!(read(&topic), (5_004, 0, 0, BTreeSet::new()));
    assert!(disk.list(&Path::new(FOLDER).join("spool")).unwrap().is_empty());
}

#[tokio::test]
async fn who_waits_is_told() {
    let (disk, topic) = (SimDisk::new(), MemTopic::new(1));
    let producer = open(&disk, topic.clone(), setup());
    let lane = producer.lane("acme", None).await.unwrap();
    assert_eq!(producer.send(lane, event()).await.unwrap(), (2, Answer::Persisted));
    let long = Record { thread: Some("t".repeat(2_000)), ..event() };
    // What cannot be encoded is known at once, as what there is no room for is.
    let refused = producer.send(lane, long).await;
    let invalid = matches!(refused, Err(OfferError::Dropped { sequence: 3, reason: DropReason::Invalid }));
    assert!(invalid, "{refused:?}");
    assert!(matches!(producer.offer(7, event()).await, Err(OfferError::Refused { lane: 7 })));
    producer.close(Duration::from_secs(20)).await.unwrap();
    // The beginning, the record, and the end; it declares the other one, or a heartbeat does, where there was time for one.
    let (seen, declared, lost, verdicts) = read(&topic);
    assert!((3..=4).contains(&seen), "{seen}");
    assert_eq!((declared, lost, verdicts), (1, 0, BTreeSet::new()));
}

#[tokio::test]
async fn lost_acknowledgements_and_refusals_double_and_lose_nothing() {
    for seed in 0..20 {
        let (disk, topic) = (SimDisk::new(), MemTopic::new(1));
        let sink = Flaky(topic.clone(), Arc::new(Mutex::new(Rng::with_seed(seed))));
        let mut offered = 0;
        for life in 1..=3 {
            let producer = open(&disk, sink.clone(), setup());
            assert_eq!(producer.found().epoch, life);
            let lane = producer.lane("acme", None).await.unwrap();
            for _ in 0..700 {
                producer.offer(lane, event()).await.unwrap();
                offered += 1;
            }
            let account = producer.close(Duration::from_secs(20)).await.unwrap();
            assert_eq!((account.acknowledged, account.offered), (700, 700), "seed {seed}: {account:?}");
        }
        let (seen, declared, lost, verdicts) = read(&topic);
        assert_eq!((seen, declared, lost), (offered + 6, 0, 0), "seed {seed}");
        let may = BTreeSet::from(["DUPLICATE", "GAP", "LATE"]);
        assert!(verdicts.is_subset(&may), "seed {seed}: {verdicts:?}");
    }
}

#[tokio::test]
async fn what_was_sealed_is_sent_by_the_next_life() {
    let (disk, topic) = (SimDisk::new(), MemTopic::new(1));
    let mut full_frames = setup();
    full_frames.producer.flush.max_age_us = 10_000_000;
    let producer = open(&disk, Stalled(Mutex::default()), full_frames);
    let lane = producer.lane("acme", None).await.unwrap();
    for _ in 0..300 {
        producer.offer(lane, event()).await.unwrap();
    }
    let begin = Instant::now();
    let account = producer.close(Duration::from_millis(100)).await.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    // One frame is under way, for it has the lane's beginning; all else is dropped, and declared by a frame that is kept.
    assert_eq!((account.in_flight, account.dropped[&DropReason::Shutdown]), (49, 251), "{account:?}");
    assert_eq!(read(&topic), (0, 0, 0, BTreeSet::new()));
    let producer = open(&disk, topic.clone(), setup());
    assert_eq!((producer.found().left, producer.found().identity), (1, Opened::Continued));
    producer.offer(lane, event()).await.unwrap();
    producer.close(Duration::from_secs(20)).await.unwrap();
    // 49 and EPOCH_START, EPOCH_END; and one record of the next epoch with its two.
    assert_eq!(read(&topic), (49 + 2 + 3, 251, 0, BTreeSet::new()));
}

#[tokio::test]
async fn a_producer_that_is_dropped_or_dies_is_continued() {
    for dies in [false, true] {
        let (mut disk, topic) = (SimDisk::new(), MemTopic::new(1));
        let mut acknowledged = 0;
        for epoch in 1..=4 {
            let producer = open(&disk, topic.clone(), setup());
            assert_eq!(producer.found().epoch, epoch);
            let lane = producer.lane("acme", None).await.unwrap();
            for _ in 0..60 {
                producer.offer(lane, event()).await.unwrap();
            }
            assert_eq!(producer.send(lane, event()).await.unwrap().1, Answer::Persisted);
            acknowledged += 61;
            if dies {
                // The power goes under it.
                disk = disk.after_power_loss(Survival::Some(u64::from(epoch)));
            } else {
                drop(producer);
                let lock = Path::new(FOLDER).join("LOCK");
                while disk.lock(&lock).unwrap().is_none() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        }
        let producer = open(&disk, topic.clone(), setup());
        producer.close(Duration::from_secs(20)).await.unwrap();
        let (seen, _, lost, verdicts) = read(&topic);
        assert_eq!(lost, 0, "{dies}");
        assert!(seen >= acknowledged, "{dies}: {seen}");
        let may: BTreeSet<_> = BTreeSet::from(["DUPLICATE", "TAIL_UNKNOWN"]);
        assert!(verdicts.is_subset(&may), "{dies}: {verdicts:?}");
    }
}

#[tokio::test]
async fn a_full_queue_drops_tokens_and_makes_others_wait_no_longer_than_they_said() {
    let mut setup = setup();
    (setup.producer.max_queued, setup.producer.deadline_us) = (100, 300_000);
    let disk = SimDisk::new();
    let producer = open(&disk, Stalled(Mutex::default()), setup);
    let lane = producer.lane("acme", None).await.unwrap();
    for _ in 0..1_000 {
        producer.offer(lane, token()).await.unwrap();
    }
    assert!(producer.account().dropped[&DropReason::QueueFull] >= 800, "{:?}", producer.account());
    for _ in 0..100 {
        producer.offer(lane, event()).await.unwrap();
    }
    let begin = Instant::now();
    // Until the deadline of those before it, or its own.
    let told = producer.offer_as(lane, event(), Policy::Block).await;
    let late = begin.elapsed().saturating_sub(Duration::from_millis(300));
    assert!(late < Duration::from_millis(250), "{late:?} after the deadline: {told:?}");
    let dropped = producer.offer_as(lane, token(), Policy::DropNewest).await;
    assert!(matches!(dropped, Ok(_) | Err(OfferError::Dropped { reason: DropReason::QueueFull, .. })), "{dropped:?}");
    assert!(producer.account().adds_up());
}

#[tokio::test]
async fn a_spool_that_fails_stops_the_producer() {
    let whole = SimDisk::new();
    let producer = open(&whole, MemTopic::new(1), setup());
    producer.lane("acme", None).await.unwrap();
    let at = whole.operations();
    // The segment, its header, its first entry, and the sync of these.
    let disk = SimDisk::new().with_fault(at + 3, Fault::Fails(ErrorKind::Other));
    let topic = MemTopic::new(1);
    let producer = open(&disk, topic.clone(), setup());
    let lane = producer.lane("acme", None).await.unwrap();
    let (_, answer) = producer.send(lane, event()).await.unwrap();
    assert_eq!(answer, Answer::PossiblyPersisted);
    assert!(topic.messages(0).is_empty(), "what is not durable is not sent");
    let stopped = producer.offer(lane, event()).await.unwrap_err();
    assert!(matches!(&stopped, OfferError::Stopped(ProducerError::Spool(_))), "{stopped:?}");
    assert!(stopped.to_string().contains("could not sync"), "{stopped}");
    assert!(matches!(producer.lane("other", None).await, Err(ProducerError::Spool(_))));
    assert!(matches!(producer.close(Duration::from_secs(5)).await, Err(ProducerError::Spool(_))));
}

#[tokio::test]
async fn a_stalled_transport_holds_up_nobody_else() {
    let disk = SimDisk::new();
    let producer = Arc::new(open(&disk, Stalled(Mutex::default()), setup()));
    let lane = producer.lane("acme", None).await.unwrap();
    let ticker = tokio::spawn(async {
        let mut latest = Duration::ZERO;
        for _ in 0..100 {
            let begin = Instant::now();
            tokio::time::sleep(Duration::from_millis(5)).await;
            latest = latest.max(begin.elapsed().saturating_sub(Duration::from_millis(5)));
        }
        latest
    });
    for number in 0..100_000 {
        producer.offer_as(lane, token(), Policy::DropOldest).await.unwrap();
        if number % 100 == 0 {
            tokio::task::yield_now().await;
        }
    }
    let latest = ticker.await.unwrap();
    assert!(latest < Duration::from_millis(250), "a ticker was {latest:?} late");
    let account = producer.account();
    assert!(account.adds_up() && account.offered == 100_000, "{account:?}");
}

// SEQ-008
#[tokio::test]
async fn a_lane_stays_with_its_tenant_and_partition() {
    let (disk, topic) = (SimDisk::new(), MemTopic::new(2));
    let pairs = [("acme", Some(0)), ("acme", Some(1)), ("acme", None), ("umbrella", Some(0))];
    let mut lanes = Vec::new();
    for life in 0..3 {
        let producer = open(&disk, topic.clone(), setup());
        let mut now = Vec::new();
        for (tenant, partition) in pairs {
            let lane = producer.lane(tenant, partition).await.unwrap();
            producer.send(lane, event()).await.unwrap();
            now.push(lane);
        }
        assert_eq!(now.iter().collect::<BTreeSet<_>>().len(), pairs.len(), "each has a number of its own");
        assert!(life == 0 || now == lanes, "and keeps it: {lanes:?} {now:?}");
        lanes = now;
        producer.close(Duration::from_secs(30)).await.unwrap();
    }
    let mut ledger = Ledger::new();
    let mut decoder = Decoder::new();
    for partition in 0..2 {
        for message in topic.messages(partition) {
            let batch = decoder.decode_value(message.value.as_deref(), &ReadOptions::default()).unwrap();
            let observation = Observation { partition: Some(partition), ..Observation::of_batch(&batch) };
            assert_eq!(ledger.observe(&observation), [], "{:?}", batch.prelude());
        }
    }
}

/// Records that are lent have the same numbers as those that are given, on whichever thread, and those that cannot be encoded are dropped.
#[tokio::test]
async fn what_is_lent_is_what_is_given() {
    let (disk, topic) = (SimDisk::new(), MemTopic::new(1));
    let mut setup = setup();
    setup.producer.max_queued = 40;
    let producer = Arc::new(open(&disk, topic.clone(), setup));
    let lane = producer.lane("acme", None).await.unwrap();
    let (shared, handle) = (Arc::clone(&producer), producer.handle(lane));
    let lends = async move {
        let (event, token) = (event(), token());
        let offered = shared.offer_lent(lane, &event.as_input(), &event.payload.as_view(), None).await;
        assert_eq!(offered.unwrap(), 2);
        let offered = handle.offer_lent(&token.as_input(), &token.payload.as_view(), Some(Policy::Block)).await;
        assert_eq!(offered.unwrap(), 3);
        // More than there is room for: each waits, and none is dropped but the one that is too long.
        let mut all = vec![event; 1_000];
        all[500].thread = Some("t".repeat(2_000));
        let taken = shared.offer_all(lane, &all, Some(Policy::Block)).await.unwrap();
        assert_eq!(taken, Taken { queued: 999, dropped: 1 });
        let nobody = shared.offer_all(7, &all, None).await;
        assert!(matches!(nobody, Err(OfferError::Refused { lane: 7 })), "{nobody:?}");
        assert_eq!(shared.offer_all(7, &[], None).await.unwrap(), Taken::default());
    };
    tokio::spawn(lends).await.unwrap();
    let account = Arc::into_inner(producer).unwrap().close(Duration::from_secs(20)).await.unwrap();
    assert_eq!((account.acknowledged, account.dropped[&DropReason::Invalid]), (1_001, 1), "{account:?}");
    assert_eq!(read(&topic), (1_001 + 2, 1, 0, BTreeSet::new()));
}
