//! Readers that share a topic.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod broker;

use std::time::Duration;

use dashstream_stream::transport::kafka::{Group, KafkaSink, KafkaSinkConfig, KafkaSource, KafkaSourceConfig};
use dashstream_stream::transport::{Event, From, Message, Sink as _, Source, TransportError};

async fn join(topic: &str, group: &Group) -> KafkaSource {
    KafkaSource::connect(&broker::brokers(), &KafkaSourceConfig::new(topic, Some(group.clone()))).await.unwrap()
}

/// The next event, which is to come.
async fn event(source: &mut KafkaSource) -> Event {
    tokio::time::timeout(Duration::from_secs(30), source.next()).await.unwrap().unwrap()
}

/// The next event of one reader, while another one is asked for events that do not come.
async fn event_while_silent(source: &mut KafkaSource, silent: &mut KafkaSource) -> Event {
    tokio::select! {
        event = event(source) => event,
        other = silent.next() => panic!("{other:?}"),
    }
}

fn partitions(event: &Event) -> Vec<u32> {
    let (Event::Assigned(all) | Event::Revoked(all) | Event::Lost(all)) = event else { panic!("{event:?}") };
    all.clone()
}

async fn what_is_revoked_waits(cooperative: bool) {
    let topic = broker::topic(2).await;
    // With a sign of life every half second, so that three seconds without a change say something.
    let session_timeout = Duration::from_secs(6);
    let group = Group { cooperative, session_timeout, ..Group::new(broker::fresh("group")) };
    let mut first = join(&topic, &group).await;
    let assigned = event(&mut first).await;
    assert!(matches!(assigned, Event::Assigned(_)));
    assert_eq!(partitions(&assigned), [0, 1]);
    let mut second = join(&topic, &group).await;
    let revoked = tokio::select! {
        event = event(&mut first) => event,
        other = second.next() => panic!("{other:?}"),
    };
    assert!(matches!(revoked, Event::Revoked(_)), "{revoked:?}");
    // The eager protocol takes all, and gives some back.
    assert_eq!(partitions(&revoked).len(), if cooperative { 1 } else { 2 });
    // However often both are asked, the other one gets nothing before it is let go of.
    let wait = tokio::time::timeout(Duration::from_secs(3), event_while_silent(&mut second, &mut first)).await;
    assert!(wait.is_err(), "{wait:?}");
    first.release();
    let given = tokio::select! {
        event = event(&mut second) => event,
        // The eager protocol gives this one its part of it.
        other = async {
            if !cooperative {
                assert_eq!(partitions(&event(&mut first).await).len(), 1);
            }
            first.next().await
        } => panic!("{other:?}"),
    };
    assert!(matches!(given, Event::Assigned(_)), "{given:?}");
    assert_eq!(partitions(&given).len(), 1);
    let of_second = *partitions(&given).first().unwrap();
    assert!(partitions(&revoked).contains(&of_second));
    // What is another one's can be neither sought nor read.
    second.seek(of_second, From::Start).await.unwrap();
    let error = first.seek(of_second, From::Start).await.unwrap_err();
    assert!(matches!(error, TransportError::Kafka { .. }), "{error}");
    first.close().await;
    let rest = loop {
        let event = event(&mut second).await;
        match &event {
            Event::Revoked(_) => second.release(),
            Event::Assigned(all) if all.contains(&(1 - of_second)) => break event,
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(rest, Event::Assigned(_)));
}

#[tokio::test]
async fn what_is_revoked_waits_for_its_reader_cooperative() {
    what_is_revoked_waits(true).await;
}

#[tokio::test]
async fn what_is_revoked_waits_for_its_reader_eager() {
    what_is_revoked_waits(false).await;
}

#[tokio::test]
async fn a_reader_with_a_name_keeps_its_partitions_over_a_restart() {
    let topic = broker::topic(2).await;
    let id = broker::fresh("group");
    let named = |name: &str| Group {
        instance: Some(name.to_owned()),
        session_timeout: Duration::from_secs(20),
        ..Group::new(id.clone())
    };
    let mut first = join(&topic, &named("first")).await;
    assert_eq!(partitions(&event(&mut first).await), [0, 1]);
    let mut second = join(&topic, &named("second")).await;
    let revoked = tokio::select! {
        event = event(&mut first) => event,
        other = second.next() => panic!("{other:?}"),
    };
    first.release();
    let assigned = event_while_silent(&mut second, &mut first).await;
    assert_eq!(partitions(&assigned), partitions(&revoked));
    second.close().await;
    let mut second = join(&topic, &named("second")).await;
    let again = event_while_silent(&mut second, &mut first).await;
    assert!(matches!(again, Event::Assigned(_)), "{again:?}");
    assert_eq!(partitions(&again), partitions(&assigned));
}

#[tokio::test]
async fn a_reader_that_was_taken_for_dead_is_told() {
    let topic = broker::topic(1).await;
    let short = Duration::from_millis(2000);
    let group = Group { session_timeout: short, poll_timeout: short, ..Group::new(broker::fresh("group")) };
    let mut first = join(&topic, &group).await;
    assert_eq!(partitions(&event(&mut first).await), [0]);
    let mut second = join(&topic, &group).await;
    // Nobody asks the first one for anything.
    let assigned = event(&mut second).await;
    assert!(matches!(assigned, Event::Assigned(_)), "{assigned:?}");
    let lost = event_while_silent(&mut first, &mut second).await;
    assert!(matches!(&lost, Event::Lost(all) if all == &[0]), "{lost:?}");
}

#[tokio::test]
async fn a_reader_of_a_group_says_from_where_it_reads() {
    let topic = broker::topic(1).await;
    let sink = KafkaSink::connect(&broker::brokers(), &KafkaSinkConfig::new(&topic)).await.unwrap();
    for number in 0..3_u8 {
        let message = Message { value: Some(vec![number]), ..Message::default() };
        assert!(sink.send(0, message, broker::later()).await.is_persisted());
    }
    let mut source = join(&topic, &Group::new(broker::fresh("group"))).await;
    assert_eq!(partitions(&event(&mut source).await), [0]);
    assert!(tokio::time::timeout(Duration::from_millis(700), source.next()).await.is_err());
    source.seek(0, From::Offset(2)).await.unwrap();
    let Event::Message(received) = event(&mut source).await else { panic!("no message") };
    assert_eq!((received.position.offset, received.next), (2, 3));
}

#[tokio::test]
async fn a_reader_that_was_never_asked_leaves_as_well() {
    let topic = broker::topic(2).await;
    let group = Group { session_timeout: Duration::from_secs(2), ..Group::new(broker::fresh("group")) };
    for closes in [false, true] {
        let never = join(&topic, &group).await;
        // It is given partitions behind its back.
        tokio::time::sleep(Duration::from_secs(1)).await;
        if closes {
            never.close().await;
        } else {
            drop(never);
        }
        let mut other = join(&topic, &group).await;
        assert_eq!(partitions(&event(&mut other).await), [0, 1]);
        other.close().await;
    }
}
