//! Writing the state of a run's thread.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod outlet;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::view;
use dashstream_codec::{Decoder, FlushPolicy, ReadOptions};
use dashstream_diff::{Follower, Hash, Step};
use dashstream_disk::SimDisk;
use dashstream_stream::producer::{Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::transport::mem::MemTopic;
use dashstream_stream::transport::{Cause, Message, Outcome, Sending, Sink};
use dashstream_stream::writer::{self, Run, RunContext, StateError, WriteError};
use fastrand::Rng;
use outlet::Collected;
use serde_json::{Value, json};

fn run(outlet: &Collected) -> Run {
    Run::new(RunContext { thread: Some("t-1".to_owned()), ..RunContext::of("run") }, outlet.clone())
}

/// Follows a record; the state where it is a new one.
fn follow(follower: &mut Follower, payload: &Payload) -> Option<Value> {
    match payload {
        Payload::StateDiff(diff) => follower.diff(&diff.as_view()).unwrap(),
        Payload::StateSnapshot(piece) if follower.snapshot(&piece.as_view()).unwrap() == Step::Piece => return None,
        Payload::StateSnapshot(_) => {}
        other => panic!("{other:?}"),
    }
    follower.state().cloned()
}

/// `S` for a whole state, `D` for a diff.
fn kinds(records: &[Record]) -> String {
    let letter = |record: &Record| if matches!(record.payload, Payload::StateDiff(_)) { 'D' } else { 'S' };
    records.iter().map(letter).collect()
}

/// Changes a state in some way.
fn change(state: &mut Value, rng: &mut Rng) {
    let messages = state["messages"].as_array_mut().unwrap();
    let message = |rng: &mut Rng| json!({"role": "user", "text": "x".repeat(rng.usize(1..60)), "number": rng.u32(..)});
    match rng.u8(..6) {
        0 | 1 => messages.push(message(rng)),
        2 => messages.insert(0, message(rng)),
        3 => drop(messages.pop()),
        4 => state["next"] = json!(rng.u8(..3)),
        _ => {}
    }
}

#[tokio::test]
async fn what_a_run_writes_of_its_state_a_follower_has() {
    let outlet = Collected::default();
    let run = run(&outlet);
    let mut rng = Rng::with_seed(6);
    let mut state =
        json!({"messages": [{"role": "system", "text": "do what you can, and say what you did"}], "next": 0});
    let mut follower = Follower::new();
    let mut seen = 0;
    writer::run(run, async {
        for number in 0..400 {
            change(&mut state, &mut rng);
            // All writers of a run have the same state.
            let node = writer::current().unwrap().with_node(format!("{}", number % 3));
            let last = writer::scope(node, async { writer::state(&state).await.unwrap() }).await;
            let records = outlet.records();
            assert_eq!(last, records.len() as u64);
            let of_thread = |record: &Record| record.thread.as_deref() == Some("t-1") && record.time_us > 0;
            assert!(records.iter().all(of_thread) && records.last().unwrap().node.is_some());
            let states: Vec<_> = records[seen..].iter().filter_map(|one| follow(&mut follower, &one.payload)).collect();
            assert_eq!(states, [state.clone()], "state {number}");
            seen = records.len();
        }
    })
    .await;
    let kinds = kinds(&outlet.records());
    // Who comes late waits no longer than for 100 diffs.
    assert!(kinds.starts_with('S') && kinds.matches('D').count() > 300, "{kinds}");
    assert!(kinds.split('S').all(|diffs| diffs.len() <= 100), "{kinds}");
    assert!(matches!(writer::state(&state).await, Err(StateError::Write(WriteError::OutsideScope))));
}

#[tokio::test]
async fn a_large_state_is_written_in_pieces_one_after_another() {
    let outlet = Collected::default();
    let run = run(&outlet);
    let texts: Vec<String> = (0..4).map(|number| format!("{number}").repeat(9_000_000)).collect();
    let (one, other) = (run.writer(), run.writer());
    // At the same time: the pieces of one do not lie among those of another.
    let (first, second) = tokio::join!(one.state(&texts[..2]), other.state(&texts[2..]));
    assert!(first.unwrap() > 1 && second.unwrap() > 2);
    let mut follower = Follower::new();
    let states: Vec<Value> = outlet.records().iter().filter_map(|one| follow(&mut follower, &one.payload)).collect();
    assert_eq!(states, [json!(texts[..2]), json!(texts[2..])]);
}

#[tokio::test]
async fn a_state_that_was_lost_makes_the_next_one_whole() {
    let outlet = Collected::default();
    let (run, state) = (run(&outlet), |number: u32| json!({"text": "what stays as it is".repeat(9), "number": number}));
    let writer = run.writer();
    writer.state(&state(0)).await.unwrap();
    writer.state(&state(1)).await.unwrap();
    // The lane has lost something since.
    outlet.lost.fetch_add(1, Ordering::Relaxed);
    writer.state(&state(2)).await.unwrap();
    writer.state(&state(3)).await.unwrap();
    assert_eq!(kinds(&outlet.records()), "SDSD");

    // A write that is cancelled.
    let outlet = Collected::closed();
    let run = self::run(&outlet);
    let writer = run.writer();
    outlet.room.add_permits(1);
    writer.state(&state(0)).await.unwrap();
    let cancelled = tokio::time::timeout(Duration::from_millis(5), writer.state(&state(1))).await;
    assert!(cancelled.is_err());
    outlet.open();
    writer.state(&state(2)).await.unwrap();
    writer.state(&state(3)).await.unwrap();
    assert_eq!(kinds(&outlet.records()), "SSD");
    // One that is refused.
    let refused = Refuses { outlet: outlet.clone(), next: Arc::new(Mutex::new(VecDeque::from([false, true, false]))) };
    let run = Run::new(RunContext::of("other"), refused);
    let writer = run.writer();
    writer.state(&state(0)).await.unwrap();
    assert!(matches!(writer.state(&state(1)).await, Err(StateError::Write(WriteError::Offer(_)))));
    writer.state(&state(2)).await.unwrap();
    assert_eq!(kinds(&outlet.records()), "SSDSS");
}

/// Refuses now and then.
struct Refuses {
    outlet: Collected,
    next: Arc<Mutex<VecDeque<bool>>>,
}

impl writer::Outlet for Refuses {
    fn offer(&self, record: Record) -> writer::Offering<'_> {
        if self.next.lock().unwrap().pop_front() == Some(true) {
            return Box::pin(async { Err(dashstream_stream::producer::OfferError::Refused { lane: 0 }) });
        }
        self.outlet.offer(record)
    }

    fn lost_states(&self) -> u64 {
        0
    }
}

#[tokio::test]
async fn a_state_that_cannot_be_serialized_writes_nothing() {
    struct Bad;
    impl serde::Serialize for Bad {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not today"))
        }
    }
    let outlet = Collected::default();
    let run = run(&outlet);
    let writer = run.writer();
    let text = "what stays as it is".repeat(9);
    writer.state(&json!([text, 1])).await.unwrap();
    let error = writer.state(&Bad).await.unwrap_err();
    assert!(matches!(error, StateError::Serialize(_)) && error.to_string().contains("not today"), "{error}");
    assert!(matches!(writer.state(&[f64::NAN]).await, Err(StateError::Serialize(_))));
    assert_eq!((outlet.records().len(), run.writer().counts().begun), (1, 1));
    writer.state(&json!([text, 2])).await.unwrap();
    let records = outlet.records();
    assert_eq!(kinds(&records), "SD");
    let Payload::StateDiff(diff) = &records[1].payload else { panic!("no diff") };
    assert_eq!(diff.base_hash, Hash::of(&json!([text, 1])).unwrap().as_bytes());
}

/// A topic that has no room while it is closed, and gives an answer of its own to the first message then.
#[derive(Clone)]
struct Scripted {
    topic: MemTopic,
    closed: Arc<AtomicBool>,
    first: Arc<Mutex<Option<Outcome>>>,
}

impl Sink for Scripted {
    fn partitions(&self) -> u32 {
        1
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        let full = self.closed.load(Ordering::Relaxed).then_some(Outcome::NotPersisted(Cause::Full));
        let Some(outcome) = full.or_else(|| self.first.lock().unwrap().take()) else {
            return self.topic.send(partition, message, deadline);
        };
        let (reply, sending) = Sending::pending();
        reply.tell(outcome);
        sending
    }
}

/// The records of states in a topic, in the order of their numbers.
fn states(topic: &MemTopic) -> Vec<Record> {
    let mut decoder = Decoder::new();
    let mut records = std::collections::BTreeMap::new();
    for message in topic.messages(0) {
        let batch = decoder.decode_value(message.value.as_deref(), &ReadOptions::default()).unwrap();
        for record in batch.records() {
            let record = record.accepted().unwrap();
            if matches!(record.view, view::Payload::StateDiff(_) | view::Payload::StateSnapshot(_)) {
                records.insert(record.sequence, record.to_owned());
            }
        }
    }
    records.into_values().collect()
}

#[tokio::test]
async fn what_a_lane_loses_its_run_makes_good() {
    let refused = Outcome::NotPersisted(Cause::Refused("too large".to_owned()));
    let unknown = Outcome::PossiblyPersisted(Cause::Deadline);
    // What becomes of the frame with the first state; and what of the four states is there, and how.
    let cases: [(&str, Option<Outcome>, bool, u64, &str); 4] = [
        ("nothing is lost", None, false, 0, "SDDD"),
        ("the first frame is refused", Some(refused), false, 1, "SDD"),
        ("nobody knows about the first frame", Some(unknown), false, 1, "SSDD"),
        ("the second state waits for too long", None, true, 1, "SSD"),
    ];
    for (case, first, closed, lost, expected) in cases {
        let topic = MemTopic::new(1);
        let (closed, first) = (Arc::new(AtomicBool::new(closed)), Arc::new(Mutex::new(first)));
        let flush = FlushPolicy { max_records: 50, max_age_us: 1_000, ..FlushPolicy::default() };
        let config = ProducerConfig {
            deadline_us: 60_000,
            backoff_us: 4_000,
            max_backoff_us: 8_000,
            ..ProducerConfig::default()
        };
        let setup = ProducerSetup { producer: ProducerConfig { flush, ..config }, ..ProducerSetup::default() };
        let sink = Scripted { topic: topic.clone(), closed: Arc::clone(&closed), first };
        let producer = Producer::open(SimDisk::new(), Path::new("/producer"), sink, setup).unwrap();
        let lane = producer.lane("acme", None).await.unwrap();
        let handle = producer.handle(lane);
        let run = Run::new(RunContext { thread: Some("t-1".to_owned()), ..RunContext::of("run") }, handle.clone());
        let (writer, state) = (run.writer(), |number: u32| json!({"text": "what stays".repeat(9), "number": number}));
        writer.state(&state(0)).await.unwrap();
        let settled = async || {
            while handle.lost_states() < lost {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let settled = async || tokio::time::timeout(Duration::from_secs(20), settled()).await.expect(case);
        // What becomes of the first frame is known before the second state is written; or the second one is lost behind it.
        while closed.load(Ordering::Relaxed) && producer.account().in_flight == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if !closed.load(Ordering::Relaxed) {
            settled().await;
        }
        writer.state(&state(1)).await.unwrap();
        settled().await;
        closed.store(false, Ordering::Relaxed);
        for number in [2, 3] {
            writer.state(&state(number)).await.unwrap();
        }
        assert_eq!(handle.lost_states(), lost, "{case}");
        let account = producer.close(Duration::from_secs(20)).await.unwrap();
        assert!(account.adds_up(), "{case}");
        let records = states(&topic);
        assert_eq!(kinds(&records), expected, "{case}");
        let mut follower = Follower::new();
        let followed: Vec<_> = records.iter().filter_map(|one| follow(&mut follower, &one.payload)).collect();
        assert_eq!(followed.last(), Some(&state(3)), "{case}");
    }
}
