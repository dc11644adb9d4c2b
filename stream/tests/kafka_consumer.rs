//! A producer and a consumer in processes of their own, with real brokers between them, killed again and again: whatever was
//! acknowledged has one effect.

#![allow(clippy::print_stdout, reason = "it is read, or says what was found")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod broker;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use broker::world::{self, Application, Names, NoLetters};
use dashstream_stream::consumer::ConsumerAccount;
use dashstream_stream::producer::Answer;
use dashstream_stream::transport::kafka::Group;
use fastrand::Rng;

fn kills() -> u64 {
    if world::long() { 500 } else { 25 }
}

/// Says of each record that is there, `there EPOCH LANE NUMBER`.
async fn produce(folder: &Path, names: &Names) {
    let producer = world::open_producer(folder, names).await;
    let epoch = producer.found().epoch;
    let lanes = [producer.lane("acme", Some(0)).await.unwrap(), producer.lane("acme", Some(1)).await.unwrap()];
    for number in 0_usize.. {
        let lane = lanes[number / 5 % 2];
        for _ in 0..number % 30 {
            producer.offer(lane, world::record()).await.unwrap();
        }
        let (sequence, answer) = producer.send(lane, world::record()).await.unwrap();
        assert_eq!(answer, Answer::Persisted);
        let mut out = std::io::stdout().lock();
        writeln!(out, "there {epoch} {lane} {sequence}").unwrap();
        out.flush().unwrap();
    }
}

/// As a reader that keeps its partitions over a restart.
async fn consume(names: &Names, instance: &str, until: impl Future<Output = ()>) -> ConsumerAccount {
    let group = Group { instance: Some(instance.to_owned()), ..Group::new(&names.group) };
    let application = Application(names.effects.clone());
    let mut consumer = world::reader(names, group, instance, NoLetters, application).await;
    consumer.run(until).await.unwrap();
    consumer.account().clone()
}

/// The process that is killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it is no test: the one below starts it, and kills it"]
async fn the_process() {
    let (folder, names, task) = world::told();
    if task == "produce" {
        produce(&folder, &names).await;
    } else {
        consume(&names, "reader", std::future::pending()).await;
    }
}

// KAF-009, CON-007
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_pair_gives_each_record_one_effect() {
    let folder = tempfile::tempdir().unwrap();
    let names = Names::fresh(2).await;
    let mut rng = Rng::with_seed(23);
    let mut lines = Vec::new();
    let start = |task| world::start(folder.path(), &names, task);
    let mut pair = [start("produce"), start("consume")];
    for _ in 0..kills() {
        std::thread::sleep(Duration::from_millis(rng.u64(50..900)));
        let which = rng.usize(..2);
        let next = start(["produce", "consume"][which]);
        // One at a time has the folder, and the name.
        lines.extend(world::kill(std::mem::replace(&mut pair[which], next)));
        if which == 0 {
            // The one that found the folder taken has ended.
            world::kill(std::mem::replace(&mut pair[0], start("produce")));
        }
    }
    let [producer, consumer] = pair;
    lines.extend(world::kill(producer));
    world::kill(consumer);
    let said: BTreeSet<_> = world::there(&lines).collect();
    // What was left is sent, and everything is read.
    let last = world::open_producer(folder.path(), &names).await;
    let epochs = last.found().epoch;
    last.close(Duration::from_secs(30)).await.unwrap();
    let account = consume(&names, "reader", world::is_read(&names)).await;
    assert!(account.adds_up(), "{account:?}");
    let effects = world::effects(&names).await;
    assert!(effects.values().all(|times| *times == 1), "something has two effects");
    let books = world::books(&names.topic).await;
    let lost: Vec<_> = said.iter().filter(|number| !books.records.contains_key(number)).collect();
    assert!(lost.is_empty(), "something that was said to be there is not: {lost:?}");
    let missing: Vec<_> = said.iter().filter(|number| !effects.contains_key(&world::key(**number))).collect();
    assert!(missing.is_empty(), "something that was said to be there has no effect: {missing:?}");
    assert_eq!(books.lost, 0);
    println!("{} records said to be there, {} effects, in {epochs} epochs", said.len(), effects.len());
    assert!(said.len() as u64 > kills(), "{} records in {epochs} epochs", said.len());
}
