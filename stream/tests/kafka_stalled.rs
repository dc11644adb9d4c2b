//! A broker that says nothing for ten seconds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod broker;
mod stall;

use std::time::Duration;

use broker::{books, world};
use rdkafka::admin::{NewTopic, TopicReplication};
use stall::{burst, check, is_the_process, run_the_process};

/// The broker that is paused.
const BROKER: u32 = 2;

#[tokio::test]
#[ignore = "it is no test: the one below starts it"]
async fn the_process() {
    if !is_the_process() {
        return;
    }
    let name = broker::fresh("topic");
    let new = NewTopic::new(&name, 1, TopicReplication::Variable(&[&[2]]));
    broker::make_topic(&new.set("min.insync.replicas", "1")).await;
    let (stop, go) = (|| broker::broker("pause", BROKER), || broker::broker("continue", BROKER));
    let account = burst(world::sink(&name).await, Duration::from_secs(10), stop, go).await;
    check(&account, world::everything(&name).await);
}

/// Lets the broker go on, also when the test has failed.
struct Back;

impl Drop for Back {
    fn drop(&mut self) {
        broker::broker("continue", BROKER);
    }
}

#[test]
fn a_burst_on_a_stalled_broker_needs_no_more_than_its_queue() {
    assert_eq!(broker::known()["BROKERS"], "3", "this needs three brokers: stream/kafka/up --brokers 3");
    let _back = Back;
    run_the_process();
}
