//! Many runs on few threads, with panics, cancellations and time-outs.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod outlet;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::view;
use dashstream_proto::kinds;
use dashstream_stream::producer::{DropReason, OfferError};
use dashstream_stream::writer::{self, Counts, Offering, Outlet, Run, RunContext, RunWriter, WriteError};
use fastrand::Rng;
use outlet::caught;

const RUNS: usize = 64;
const THREADS: usize = 4;

/// What all runs write to: slow now and then, refuses now and then.
#[derive(Clone, Default)]
struct Rough {
    records: Arc<Mutex<Vec<Record>>>,
    rng: Arc<Mutex<Rng>>,
}

impl Outlet for Rough {
    fn offer(&self, record: Record) -> Offering<'_> {
        Box::pin(async move {
            let luck = self.rng.lock().unwrap().u8(..20);
            match luck {
                0..4 => tokio::time::sleep(Duration::from_micros(200)).await,
                4..12 => tokio::task::yield_now().await,
                12 => return Err(OfferError::Dropped { sequence: 0, reason: DropReason::QueueFull }),
                _ => {}
            }
            let mut records = self.records.lock().unwrap();
            records.push(record);
            Ok(records.len() as u64)
        })
    }

    fn lost_states(&self) -> u64 {
        0
    }
}

/// What the code of a run knows of its writes.
#[derive(Default)]
struct Seen {
    attempts: AtomicU64,
    accepted: AtomicU64,
    errors: AtomicU64,
}

impl Seen {
    /// Writes a record that says for itself which run it belongs to.
    async fn emit(&self, run: usize) {
        let text = run.to_string();
        let payload = Payload::from(view::TokenChunk { text: text.as_bytes(), ..Default::default() }.to_owned());
        let write = writer::emit(Record { kind: kinds::TOKEN_CHUNK, payload, ..Record::default() });
        self.attempts.fetch_add(1, Ordering::Relaxed);
        match write.await {
            Ok(_) => self.accepted.fetch_add(1, Ordering::Relaxed),
            Err(error) => {
                assert!(matches!(error, WriteError::Offer(_) | WriteError::Ended), "run {run}: {error}");
                self.errors.fetch_add(1, Ordering::Relaxed)
            }
        };
    }
}

/// Some steps of a run: writes, nodes inside nodes, tasks, panics, cancellations.
fn steps(run: usize, seed: u64, depth: u32, seen: Arc<Seen>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let mut rng = Rng::with_seed(seed);
        for step in 0..rng.u32(2..8) {
            seen.emit(run).await;
            let inner = |rng: &mut Rng| steps(run, rng.u64(..), depth + 1, Arc::clone(&seen));
            let node = |inner| writer::scope(writer::current().unwrap().with_node(format!("{depth}-{step}")), inner);
            match rng.u8(..10) {
                _ if depth == 3 => tokio::task::yield_now().await,
                0 | 1 => node(inner(&mut rng)).await,
                2 => drop(caught(AssertUnwindSafe(node(inner(&mut rng)))).await),
                3 => drop(tokio::time::timeout(Duration::from_micros(rng.u64(..400)), node(inner(&mut rng))).await),
                4 => drop(writer::spawn(inner(&mut rng)).await),
                5 => {
                    let task = writer::spawn(node(inner(&mut rng)));
                    tokio::time::sleep(Duration::from_micros(rng.u64(..300))).await;
                    task.abort();
                    // Whatever it came to, it is over.
                    drop(task.await);
                }
                6 => {
                    // The first of two that ends drops the other half-way.
                    let (one, other) = (inner(&mut rng), node(inner(&mut rng)));
                    tokio::select! { () = one => {} () = other => {} }
                }
                7 if rng.bool() => panic!("storm"),
                _ => tokio::task::yield_now().await,
            }
            seen.emit(run).await;
        }
    })
}

/// A run from beginning to end, and somebody who goes on writing.
async fn whole(number: usize, seed: u64, outlet: Rough) -> (RunWriter, Arc<Seen>) {
    let mut rng = Rng::with_seed(seed);
    let owner = Run::new(RunContext::of(format!("run-{number}")), outlet);
    let (kept, seen) = (owner.writer(), Arc::new(Seen::default()));
    let run = writer::run(owner, steps(number, rng.u64(..), 0, Arc::clone(&seen)));
    match rng.u8(..4) {
        0 => {
            let within = Duration::from_micros(rng.u64(..3_000));
            drop(caught(AssertUnwindSafe(tokio::time::timeout(within, run))).await);
        }
        1 => {
            let task = tokio::spawn(run);
            tokio::time::sleep(Duration::from_micros(rng.u64(..3_000))).await;
            task.abort();
            drop(task.await);
        }
        2 => drop(caught(AssertUnwindSafe(run)).await),
        _ => drop(tokio::spawn(run).await),
    }
    assert!(matches!(writer::current(), Err(WriteError::OutsideScope)), "run {number} has left its scope behind");
    assert!(kept.has_ended());
    writer::scope(kept.clone(), seen.emit(number)).await;
    (kept, seen)
}

fn storm(seed: u64) -> Counts {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_time().build().unwrap();
    let outlet = Rough { rng: Arc::new(Mutex::new(Rng::with_seed(seed))), ..Rough::default() };
    let before = writer::outside();
    let runs = runtime.block_on(async {
        let start = |number| tokio::spawn(whole(number, seed * 1_000 + number as u64, outlet.clone()));
        let tasks: Vec<_> = (0..RUNS).map(start).collect();
        let mut runs = Vec::new();
        for task in tasks {
            runs.push(task.await.unwrap());
        }
        runs
    });
    // Tasks that outlived their parents are gone with the runtime.
    drop(runtime);
    let mut landed: BTreeMap<String, u64> = BTreeMap::new();
    for record in outlet.records.lock().unwrap().iter() {
        let Payload::TokenChunk(chunk) = &record.payload else { panic!("{record:?}") };
        let of = String::from_utf8(chunk.text.clone()).unwrap();
        assert_eq!(record.run.as_deref(), Some(format!("run-{of}").as_str()), "seed {seed}: an event of another run");
        *landed.entry(of).or_default() += 1;
    }
    let mut sum = Counts::default();
    for (number, (kept, seen)) in runs.iter().enumerate() {
        let counts = kept.counts();
        let [attempts, accepted, errors] =
            [&seen.attempts, &seen.accepted, &seen.errors].map(|one| one.load(Ordering::Relaxed));
        assert!(counts.adds_up() && counts.waiting == 0, "seed {seed}, run {number}: {counts:?}");
        // What was accepted is there, and nothing else is.
        assert_eq!(
            counts.accepted,
            landed.get(&number.to_string()).copied().unwrap_or_default(),
            "seed {seed}, run {number}"
        );
        assert_eq!((counts.begun, counts.accepted), (attempts, accepted), "seed {seed}, run {number}: {counts:?}");
        assert_eq!(counts.refused + counts.ended, errors, "seed {seed}, run {number}: {counts:?}");
        assert!(counts.ended >= 1, "seed {seed}, run {number}: {counts:?}");
        sum.begun += counts.begun;
        sum.accepted += counts.accepted;
        sum.refused += counts.refused;
        sum.ended += counts.ended;
        sum.cancelled += counts.cancelled;
    }
    assert_eq!(writer::outside(), before, "seed {seed}: a write outside of any scope");
    sum
}

#[test]
fn no_event_lands_in_another_run() {
    // The panics of the storm are meant; what the test itself says is not to drown in them.
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload().downcast_ref::<&str>() != Some(&"storm") {
            usual(panic);
        }
    }));
    for seed in 0..20 {
        let sum = storm(seed);
        // Something of everything has happened.
        assert!(sum.accepted > 1_000 && sum.refused > 20 && sum.cancelled > 20, "seed {seed}: {sum:?}");
        assert!(sum.ended >= RUNS as u64, "seed {seed}: {sum:?}");
    }
}
