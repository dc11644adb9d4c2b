//! A topic in memory that says nothing for a while.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod books;
mod stall;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dashstream_stream::transport::mem::MemTopic;
use dashstream_stream::transport::{Message, Position, Reply, Sending, Sink};
use stall::{burst, check, is_the_process, run_the_process};

/// What is told of later.
type Held = Vec<(Message, Reply)>;

/// Keeps what it is given while it is shut, and passes it on and says so when it is opened.
#[derive(Clone)]
struct Gate {
    topic: MemTopic,
    /// `None`: it is open.
    held: Arc<Mutex<Option<Held>>>,
}

impl Sink for Gate {
    fn partitions(&self) -> u32 {
        1
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        let mut held = self.held.lock().unwrap();
        let Some(held) = held.as_mut() else { return self.topic.send(partition, message, deadline) };
        let (reply, sending) = Sending::pending();
        held.push((message, reply));
        sending
    }
}

#[tokio::test]
#[ignore = "it is no test: the one below starts it"]
async fn the_process() {
    if !is_the_process() {
        return;
    }
    let within = Duration::from_secs(60);
    let gate = Gate { topic: MemTopic::new(1), held: Arc::default() };
    let stop = || *gate.held.lock().unwrap() = Some(Vec::new());
    let go = || {
        // What comes meanwhile waits for those that came before it.
        let mut held = gate.held.lock().unwrap();
        for (message, reply) in held.take().unwrap() {
            let sending = gate.topic.send(0, message, Instant::now() + within);
            tokio::spawn(async move { reply.tell(sending.await) });
        }
    };
    let account = burst(gate.clone(), Duration::from_secs(4), stop, go).await;
    let messages = gate.topic.messages(0).into_iter().zip(0..);
    check(&account, messages.map(|(message, offset)| (Position { partition: 0, offset }, message)));
}

#[test]
fn a_burst_on_a_stalled_topic_needs_no_more_than_its_queue() {
    run_the_process();
}
