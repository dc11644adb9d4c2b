//! What every transport has to do, whichever it is. Each transport has a test file that puts itself to it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dashstream_stream::transport::{
    Cause, Content, Event, From, Message, Outcome, Position, Received, Sink, Source, TransportError,
};

use crate::common;

/// Makes a sink of two partitions and a source beside it.
pub(crate) trait Topic {
    type Sink: Sink;
    type Source: Source;
    async fn sink(&self) -> Self::Sink;
    async fn source(&self) -> Self::Source;
}

/// One test for each thing that a transport has to do. `$topic` makes a topic that nobody else has.
macro_rules! suite {
    ($name:ident, $topic:expr) => {
        suite! { $name, $topic,
            messages_come_in_order_and_whole
            nothing_comes_before_it_was_said_from_where
            a_reader_goes_on_where_it_says
            what_is_sent_later_is_waited_for
            a_future_that_is_dropped_loses_nothing
            a_paused_partition_waits
            what_cannot_be_sent_is_said_and_never_there
            many_senders_keep_their_order
            places_that_are_not_there_are_refused
        }
    };
    ($name:ident, $topic:expr, $($test:ident)*) => {
        mod $name {
            #[allow(unused_imports, reason = "what makes the topic")]
            use super::*;

            $(#[tokio::test]
            async fn $test() {
                crate::suite::$test($topic).await;
            })*
        }
    };
}
pub(crate) use suite;

fn later() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

/// A frame that says its number.
fn message(number: u64) -> Message {
    Message { value: Some(common::frame([3; 16], 1, 0, [7; 8], number, 1)), ..Message::default() }
}

async fn persist(sink: &impl Sink, partition: u32, number: u64) -> Position {
    match sink.send(partition, message(number), later()).await {
        Outcome::Persisted(position) => position,
        other => panic!("{other:?}"),
    }
}

async fn assigned(source: &mut impl Source) {
    let Event::Assigned(partitions) = source.next().await.unwrap() else { panic!("nothing was assigned") };
    assert_eq!(partitions, [0, 1]);
}

/// A source that reads both partitions from their start.
async fn reading<T: Topic>(topic: &T) -> T::Source {
    let mut source = topic.source().await;
    assigned(&mut source).await;
    source.seek(0, From::Start).await.unwrap();
    source.seek(1, From::Start).await.unwrap();
    source
}

async fn receive(source: &mut impl Source) -> Received {
    let event = tokio::time::timeout(Duration::from_secs(20), source.next()).await;
    let Ok(Ok(Event::Message(received))) = event else { panic!("{event:?}") };
    received
}

/// Whether nothing comes for a while.
async fn silent(source: &mut impl Source) -> bool {
    tokio::time::timeout(Duration::from_millis(60), source.next()).await.is_err()
}

fn value(received: &Received) -> &[u8] {
    let Content::Message(message) = &received.content else { panic!("{received:?}") };
    message.value.as_deref().unwrap()
}

pub(crate) async fn messages_come_in_order_and_whole(topic: impl Topic) {
    let sink = topic.sink().await;
    assert_eq!(sink.partitions(), 2);
    let mut sent: BTreeMap<u32, Vec<(Position, u64)>> = BTreeMap::new();
    for number in 1..=40 {
        let partition = u32::from(number % 3 == 0);
        sent.entry(partition).or_default().push((persist(&sink, partition, number).await, number));
    }
    let mut source = reading(&topic).await;
    let mut got: BTreeMap<u32, Vec<(Position, u64)>> = BTreeMap::new();
    for _ in 0..40 {
        let received = receive(&mut source).await;
        let place = got.entry(received.position.partition).or_default();
        let number = sent[&received.position.partition][place.len()].1;
        assert_eq!(value(&received), message(number).value.unwrap());
        assert!(received.next > received.position.offset);
        place.push((received.position, number));
    }
    assert_eq!(got, sent);
    assert!(sent.values().all(|all| all.is_sorted_by(|a, b| a.0 < b.0)));
    assert!(silent(&mut source).await);
}

pub(crate) async fn nothing_comes_before_it_was_said_from_where(topic: impl Topic) {
    let sink = topic.sink().await;
    persist(&sink, 0, 1).await;
    persist(&sink, 1, 2).await;
    let mut source = topic.source().await;
    assigned(&mut source).await;
    assert!(silent(&mut source).await);
    source.seek(1, From::Start).await.unwrap();
    assert_eq!(receive(&mut source).await.position.partition, 1);
    assert!(silent(&mut source).await);
}

pub(crate) async fn a_reader_goes_on_where_it_says(topic: impl Topic) {
    let sink = topic.sink().await;
    for number in 1..=30 {
        persist(&sink, 0, number).await;
    }
    let mut first = reading(&topic).await;
    let mut all = Vec::new();
    for _ in 0..30 {
        all.push(receive(&mut first).await);
    }
    // From each message, from behind each, in a new reader and in this one.
    for at in 0..30 {
        let mut source = topic.source().await;
        assigned(&mut source).await;
        source.seek(0, From::Offset(all[at].position.offset)).await.unwrap();
        assert_eq!(receive(&mut source).await, all[at]);
        source.seek(0, From::Offset(all[at].next)).await.unwrap();
        match all.get(at + 1) {
            Some(next) => assert_eq!(&receive(&mut source).await, next),
            None => assert!(silent(&mut source).await),
        }
        first.seek(0, From::Offset(all[at].position.offset)).await.unwrap();
        assert_eq!(receive(&mut first).await, all[at]);
    }
    let end = all[29].next;
    first.seek(0, From::Offset(end)).await.unwrap();
    persist(&sink, 0, 31).await;
    assert_eq!(value(&receive(&mut first).await), message(31).value.unwrap());
}

pub(crate) async fn what_is_sent_later_is_waited_for(topic: impl Topic) {
    let mut source = reading(&topic).await;
    assert!(silent(&mut source).await);
    let sink = topic.sink().await;
    for number in 1..=20 {
        let position = persist(&sink, 1, number).await;
        assert_eq!(receive(&mut source).await.position, position);
    }
}

pub(crate) async fn a_future_that_is_dropped_loses_nothing(topic: impl Topic) {
    let sink = Arc::new(topic.sink().await);
    let sending = Arc::clone(&sink);
    let sender = tokio::spawn(async move {
        for number in 1..=200 {
            persist(&*sending, 0, number).await;
            tokio::time::sleep(Duration::from_micros(300)).await;
        }
    });
    let mut source = reading(&topic).await;
    let mut number = 0;
    let mut dropped = 0;
    while number < 200 {
        match tokio::time::timeout(Duration::from_micros(200), source.next()).await {
            Err(_) => dropped += 1,
            Ok(event) => {
                let Ok(Event::Message(received)) = event else { panic!("{event:?}") };
                number += 1;
                assert_eq!(value(&received), message(number).value.unwrap());
            }
        }
        assert!(dropped < 100_000, "only {number} have come");
    }
    assert!(dropped > 0);
    sender.await.unwrap();
}

pub(crate) async fn a_paused_partition_waits(topic: impl Topic) {
    let sink = topic.sink().await;
    let mut source = reading(&topic).await;
    source.pause(0);
    for number in 1..=5 {
        persist(&sink, 0, number).await;
        persist(&sink, 1, number).await;
    }
    for _ in 0..5 {
        assert_eq!(receive(&mut source).await.position.partition, 1);
    }
    assert!(silent(&mut source).await);
    source.resume(0);
    source.pause(1);
    persist(&sink, 1, 6).await;
    for number in 1..=5 {
        let received = receive(&mut source).await;
        assert_eq!((received.position.partition, value(&received)), (0, &*message(number).value.unwrap()));
    }
    assert!(silent(&mut source).await);
    source.resume(1);
    assert_eq!(receive(&mut source).await.position.partition, 1);
    // A partition that is not there is nobody's.
    source.pause(2);
    source.resume(7);
}

pub(crate) async fn what_cannot_be_sent_is_said_and_never_there(topic: impl Topic) {
    let sink = topic.sink().await;
    let past = Instant::now().checked_sub(Duration::from_millis(1)).unwrap();
    let late = sink.send(0, message(1), past).await;
    assert!(matches!(late, Outcome::NotPersisted(Cause::Deadline)), "{late:?}");
    let nowhere = sink.send(2, message(2), later()).await;
    let Outcome::NotPersisted(Cause::Refused(why)) = nowhere else { panic!("{nowhere:?}") };
    assert_eq!(why, "there is no partition 2: there are 2");
    persist(&sink, 0, 3).await;
    let mut source = reading(&topic).await;
    assert_eq!(value(&receive(&mut source).await), message(3).value.unwrap());
    assert!(silent(&mut source).await);
}

pub(crate) async fn many_senders_keep_their_order(topic: impl Topic) {
    let sink = Arc::new(topic.sink().await);
    let senders = (0..4_u64).map(|sender| {
        let sink = Arc::clone(&sink);
        tokio::spawn(async move {
            // Given one behind the other, and waited for afterwards; one in ten by nobody.
            let all: Vec<_> = (0..100).map(|n| (n, sink.send(0, message(sender * 1000 + n + 1), later()))).collect();
            for (n, sending) in all {
                if n % 10 == 0 {
                    drop(sending);
                } else {
                    assert!(sending.await.is_persisted());
                }
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.unwrap();
    }
    let mut source = reading(&topic).await;
    let mut next = [0_u64; 4];
    for _ in 0..400 {
        let received = receive(&mut source).await;
        let number = dashstream_codec::Prelude::read(value(&received)).unwrap().base_sequence - 1;
        let sender = usize::try_from(number / 1000).unwrap();
        assert_eq!(number % 1000, next[sender]);
        next[sender] += 1;
    }
    assert_eq!(next, [100; 4]);
}

pub(crate) async fn places_that_are_not_there_are_refused(topic: impl Topic) {
    let sink = topic.sink().await;
    persist(&sink, 0, 1).await;
    let mut source = reading(&topic).await;
    let error = source.seek(5, From::Start).await.unwrap_err();
    assert!(matches!(error, TransportError::NoPartition { partition: 5, partitions: 2 }), "{error}");
    let error = source.seek(0, From::Offset(77 << 32)).await.unwrap_err();
    let TransportError::NoOffset { position } = error else { panic!("{error}") };
    assert_eq!((position.partition, position.offset), (0, 77 << 32));
    // What was refused has changed nothing.
    assert_eq!(value(&receive(&mut source).await), message(1).value.unwrap());
}
