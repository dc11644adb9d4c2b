//! Brokers that do what they are asked, and whose answers get lost.

#![allow(clippy::print_stdout, reason = "it is read, or says what was found")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod broker;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use broker::proxy::{Fate, Proxy};
use broker::world::{self, Application, Names, NoLetters};
use dashstream_disk::RealDisk;
use dashstream_stream::producer::{Answer, Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::transport::kafka::{Group, KafkaSink, KafkaSinkConfig};
use dashstream_stream::transport::{Message, Outcome, Sink as _};
use fastrand::Rng;
use tokio::sync::Mutex;

/// There is one proxy at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

async fn connect(topic: &str) -> KafkaSink {
    KafkaSink::connect(&Proxy::brokers(), &KafkaSinkConfig::new(topic)).await.unwrap()
}

// KAF-011
#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_answer_is_lost_is_not_said_to_be_nowhere() {
    let _alone = ALONE.lock().await;
    let topic = broker::topic(1).await;
    // The first half comes through in the end; the rest does not within its time.
    let (always, mut number) = (Arc::new(AtomicBool::new(false)), 0);
    let all = Arc::clone(&always);
    let proxy = Proxy::start(move || {
        number += 1;
        if number % 3 == 0 || all.load(Ordering::Relaxed) { Fate::AnswerLost } else { Fate::Answered }
    });
    let sink = connect(&topic).await;
    let mut told = BTreeMap::new();
    for number in 0..16_u32 {
        always.store(number >= 12, Ordering::Relaxed);
        let message = Message { value: Some(number.to_le_bytes().to_vec()), ..Message::default() };
        let within = Duration::from_millis(if number < 12 { 10_000 } else { 700 });
        match sink.send(0, message, Instant::now() + within).await {
            Outcome::Persisted(position) => told.insert(number, Some(position)),
            Outcome::PossiblyPersisted(_) => told.insert(number, None),
            other @ Outcome::NotPersisted(_) => panic!("{number}: {other:?}"),
        };
    }
    assert!(told.iter().all(|(number, said)| said.is_some() == (*number < 12)), "{told:?}");
    assert!(proxy.answers_lost() >= 5, "{} answers lost", proxy.answers_lost());
    proxy.heal();
    let mut times = BTreeMap::<u32, u32>::new();
    for (position, message) in world::everything(&topic).await {
        let number = u32::from_le_bytes(message.value.unwrap().try_into().unwrap());
        *times.entry(number).or_default() += 1;
        assert!(told[&number].is_none_or(|said| said == position), "{number} is at {position:?}: {told:?}");
    }
    // The library tries the same message again under the same number, which brokers know.
    assert!(times.len() == 16 && times.values().all(|times| *times == 1), "{times:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_whose_acknowledgement_is_lost_has_one_effect() {
    let _alone = ALONE.lock().await;
    let (names, folder) = (Names::fresh(2).await, tempfile::tempdir().unwrap());
    let mut rng = Rng::with_seed(31);
    let proxy = Proxy::start(move || match rng.u32(..10) {
        0 | 1 => Fate::AnswerLost,
        2 => Fate::CutAfter,
        3 => Fate::CutBefore,
        _ => Fate::Answered,
    });
    // So short that many are answered before it is known what became of their frames, with which the library goes on.
    let ProducerSetup { producer, .. } = world::setup();
    let setup = ProducerSetup {
        producer: ProducerConfig { deadline_us: 300_000, max_backoff_us: 400_000, ..producer },
        ..world::setup()
    };
    let producer =
        Producer::open(RealDisk, &folder.path().join("producer"), connect(&names.topic).await, setup).unwrap();
    let lanes = [producer.lane("acme", Some(0)).await.unwrap(), producer.lane("acme", Some(1)).await.unwrap()];
    let (mut persisted, mut not, mut possibly) = (BTreeSet::new(), BTreeSet::new(), 0);
    let (begin, lost) = (Instant::now(), if world::long() { 150 } else { 8 });
    for number in 0_usize.. {
        let lane = lanes[number % 2];
        for _ in 0..number % 7 {
            // What there is no room for in time is dropped, and declared.
            drop(producer.offer(lane, world::record()).await);
        }
        let (sequence, answer) = producer.send(lane, world::record()).await.unwrap();
        match answer {
            Answer::Persisted => drop(persisted.insert(world::key((1, lane, sequence)))),
            Answer::PossiblyPersisted => possibly += 1,
            Answer::NotPersisted(_) => drop(not.insert(world::key((1, lane, sequence)))),
        }
        if proxy.answers_lost() >= lost && possibly > 2 && persisted.len() > 4 {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(60 + 2 * lost), "{} answers lost", proxy.answers_lost());
    }
    proxy.heal();
    let account = producer.close(Duration::from_secs(30)).await.unwrap();
    let dropped: u64 = account.dropped.values().sum();
    assert!(account.adds_up() && account.acknowledged + dropped == account.offered, "{account:?}");
    let mut reader =
        world::reader(&names, Group::new(&names.group), "one", NoLetters, Application(names.effects.clone())).await;
    reader.run(world::is_read(&names)).await.unwrap();
    let read = reader.account().clone();
    assert!(read.adds_up() && read.unknown == 0, "{read:?}");
    let (effects, books) = (world::effects(&names).await, world::books(&names.topic).await);
    println!(
        "{} answers lost, {} persisted, {possibly} possibly, {} not; {account:?}; {:?}",
        proxy.answers_lost(),
        persisted.len(),
        not.len(),
        books.verdicts
    );
    assert!(effects.values().all(|times| *times == 1), "something has two effects");
    assert!(persisted.iter().all(|key| effects.contains_key(key)), "something acknowledged has none");
    assert!(not.iter().all(|key| !effects.contains_key(key)), "something has one that was said to be nowhere");
    assert_eq!(effects.len() as u64, account.acknowledged + books.control);
    assert_eq!((books.records.len() as u64, books.declared, books.lost), (account.acknowledged, dropped, 0));
    // SEQ-018: no frame was given up while the library had it, so each is there once, and where it belongs.
    assert!(books.verdicts.is_empty() && read.duplicates == 0, "{:?}", books.verdicts);
}
