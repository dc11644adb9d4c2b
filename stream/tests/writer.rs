//! Writing from inside runs.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod outlet;

use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use dashstream_codec::owned::Record;
use dashstream_proto::kinds;
use dashstream_stream::producer::{OfferError, Producer, ProducerError, ProducerSetup};
use dashstream_stream::writer::{self, Counts, Field, Run, RunContext, RunWriter, WriteError};
use outlet::{Collected, caught};
use tokio::sync::Notify;

fn event() -> Record {
    Record { kind: kinds::NODE_START, ..Record::default() }
}

fn run(name: &str, outlet: &Collected) -> Run {
    let context = RunContext { thread: Some("t-1".to_owned()), ..RunContext::of(name) };
    Run::new(context, outlet.clone())
}

fn current() -> Option<String> {
    let writer = writer::current().ok()?;
    let node = writer.context().node.clone().unwrap_or_default();
    Some(format!("{}/{node}", writer.context().run))
}

#[tokio::test]
async fn scopes_nest_and_are_restored() {
    let outlet = Collected::default();
    let other = run("other", &outlet);
    assert_eq!(current(), None);
    writer::run(run("one", &outlet), async {
        assert_eq!(current().unwrap(), "one/");
        let node = writer::current().unwrap().with_node("plan");
        writer::scope(node.clone(), async {
            writer::emit(event()).await.unwrap();
            writer::scope(other.writer(), async { writer::emit(event()).await.unwrap() }).await;
            tokio::task::yield_now().await;
            assert_eq!(current().unwrap(), "one/plan");
        })
        .await;
        assert_eq!(current().unwrap(), "one/");
        // A panic.
        let panicked = caught(AssertUnwindSafe(writer::scope(node.clone(), async {
            tokio::task::yield_now().await;
            panic!("inside")
        })));
        assert!(panicked.await.is_err());
        assert_eq!(current().unwrap(), "one/");
        // A time-out, a future that is dropped half-way, and one that is never polled.
        let timed = tokio::time::timeout(Duration::from_millis(1), writer::scope(node.clone(), pending::<()>()));
        assert!(timed.await.is_err());
        assert_eq!(current().unwrap(), "one/");
        {
            let mut half = std::pin::pin!(writer::scope(node.clone(), pending::<()>()));
            tokio::select! { biased; () = &mut half => {} () = async {} => {} }
            assert_eq!(current().unwrap(), "one/");
        }
        drop(writer::scope(node, async {}));
        assert_eq!(current().unwrap(), "one/");
        writer::emit(event()).await.unwrap();
    })
    .await;
    assert_eq!(current(), None);
    let of = |record: &Record| (record.run.clone().unwrap(), record.node.clone().unwrap_or_default());
    let places: Vec<_> = outlet.records().iter().map(of).collect();
    let place = |run: &str, node: &str| (run.to_owned(), node.to_owned());
    assert_eq!(places, [place("one", "plan"), place("other", ""), place("one", "")]);
}

/// Ends a run in some way; gives a writer of it that lives on.
async fn ended(how: &str, outlet: &Collected) -> RunWriter {
    let run = run(how, outlet);
    let writer = run.writer();
    match how {
        "drop" => drop(run),
        "owner" => drop(run.end()),
        "writer" => {
            writer.with_node("n").end();
            // The owner has nothing to add.
            drop(run);
        }
        "return" => writer::run(run, async {}).await,
        "panic" => drop(caught(AssertUnwindSafe(writer::run(run, async { panic!("inside") }))).await),
        "time-out" => drop(tokio::time::timeout(Duration::from_millis(1), writer::run(run, pending::<()>())).await),
        "unpolled" => drop(writer::run(run, async {})),
        "abort" => {
            let task = tokio::spawn(writer::run(run, pending::<()>()));
            tokio::task::yield_now().await;
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        }
        _ => panic!("{how}"),
    }
    writer
}

#[tokio::test]
async fn after_its_end_a_run_takes_nothing() {
    for how in ["drop", "owner", "writer", "return", "panic", "time-out", "unpolled", "abort"] {
        let outlet = Collected::default();
        let writer = ended(how, &outlet).await;
        assert!(writer.has_ended(), "{how}");
        let foreign = Record { run: Some("another".to_owned()), ..event() };
        for (writer, record) in [(writer.clone(), event()), (writer.with_node("n"), event()), (writer.clone(), foreign)]
        {
            let refused = writer.emit(record).await;
            assert!(matches!(refused, Err(WriteError::Ended)), "{how}: {refused:?}");
        }
        // A scope of a writer whose run has ended does not bring it back.
        let refused = writer::scope(writer.clone(), writer::emit(event())).await;
        assert!(matches!(refused, Err(WriteError::Ended)), "{how}: {refused:?}");
        assert_eq!(writer.counts(), Counts { begun: 4, ended: 4, ..Counts::default() }, "{how}");
        assert!(outlet.records().is_empty());
    }
}

#[tokio::test]
async fn who_waits_for_room_at_the_end_is_refused() {
    let outlet = Collected::closed();
    let owner = run("one", &outlet);
    let writer = owner.writer();
    let waiting: Vec<_> = (0..3).map(|_| tokio::spawn(writer::scope(owner.writer(), writer::emit(event())))).collect();
    let cancelled = tokio::time::timeout(Duration::from_millis(5), writer.emit(event())).await;
    assert!(cancelled.is_err());
    assert_eq!(writer.counts(), Counts { begun: 4, waiting: 3, cancelled: 1, ..Counts::default() });
    drop(owner);
    for task in waiting {
        let told = tokio::time::timeout(Duration::from_secs(10), task).await.unwrap();
        assert!(matches!(told.unwrap(), Err(WriteError::Ended)));
    }
    outlet.open();
    assert_eq!(writer.counts(), Counts { begun: 4, ended: 3, cancelled: 1, ..Counts::default() });
    assert!(outlet.records().is_empty());
}

#[tokio::test]
async fn a_task_that_is_spawned_carries_the_scope() {
    let outlet = Collected::default();
    let late = Arc::new(Notify::new());
    let owner = run("one", &outlet);
    let kept = owner.writer();
    let (too_late,) = writer::run(owner, async {
        writer::spawn(async { writer::emit(event()).await.unwrap() }).await.unwrap();
        writer::scope(writer::current().unwrap().with_node("plan"), async {
            let deep = writer::spawn(async { writer::spawn(writer::emit(event())).await.unwrap() });
            deep.await.unwrap().unwrap();
            let blocking = writer::spawn_blocking(|| {
                let runtime = tokio::runtime::Handle::current();
                (current(), runtime.block_on(writer::emit(event())))
            });
            let (at, written) = blocking.await.unwrap();
            assert_eq!((at.unwrap().as_str(), written.is_ok()), ("one/plan", true));
        })
        .await;
        let late = Arc::clone(&late);
        (writer::spawn(async move {
            late.notified().await;
            writer::emit(event()).await
        }),)
    })
    .await;
    late.notify_one();
    // It has not kept the run alive.
    assert!(matches!(too_late.await.unwrap(), Err(WriteError::Ended)));
    let nodes: Vec<_> = outlet.records().into_iter().map(|record| record.node).collect();
    assert_eq!(nodes, [None, Some("plan".to_owned()), Some("plan".to_owned())]);
    assert_eq!(kept.counts(), Counts { begun: 4, accepted: 3, ended: 1, ..Counts::default() });
}

#[tokio::test]
async fn a_record_gets_what_it_does_not_say() {
    let outlet = Collected::default();
    let context = RunContext {
        thread: Some("t-1".to_owned()),
        trace_id: Some([1; 16]),
        span_id: Some([2; 8]),
        ..RunContext::of("one")
    };
    let owner = Run::new(context, outlet.clone());
    let writer = owner.writer().with_node("plan").with_task("1").with_span([3; 8]);
    let before_us = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros();
    writer.emit(event()).await.unwrap();
    let own = Record {
        time_us: 7,
        node: Some("act".to_owned()),
        task: Some("2".to_owned()),
        run: Some("one".to_owned()),
        thread: Some("t-1".to_owned()),
        trace_id: Some([4; 16]),
        span_id: Some([5; 8]),
        ..event()
    };
    writer.emit(own.clone()).await.unwrap();
    // A node of its own has none of another's tasks.
    writer.with_node("next").emit(event()).await.unwrap();
    owner.writer().emit(event()).await.unwrap();
    let records = outlet.records();
    assert!(u128::from(records[0].time_us) >= before_us, "{}", records[0].time_us);
    let first = Record {
        kind: kinds::NODE_START,
        time_us: records[0].time_us,
        run: Some("one".to_owned()),
        thread: Some("t-1".to_owned()),
        node: Some("plan".to_owned()),
        task: Some("1".to_owned()),
        trace_id: Some([1; 16]),
        span_id: Some([3; 8]),
        ..Record::default()
    };
    assert_eq!(records[0], first);
    assert_eq!(records[1], own);
    assert_eq!((records[2].node.as_deref(), records[2].task.as_deref()), (Some("next"), None));
    assert_eq!((records[3].node.as_deref(), records[3].span_id), (None, Some([2; 8])));
}

#[tokio::test]
async fn a_record_of_another_run_is_refused() {
    let outlet = Collected::default();
    let owner = run("one", &outlet);
    let elsewhere = [
        (Record { run: Some("two".to_owned()), ..event() }, Field::Run),
        (Record { thread: Some("t-2".to_owned()), ..event() }, Field::Thread),
    ];
    for (record, differs) in elsewhere {
        let refused = owner.writer().emit(record).await;
        assert!(matches!(&refused, Err(WriteError::Foreign { field }) if *field == differs), "{refused:?}");
    }
    // A run without a thread is in none.
    let threadless = Run::new(RunContext::of("two"), outlet.clone());
    let record = Record { thread: Some("t-1".to_owned()), ..event() };
    assert!(matches!(threadless.writer().emit(record).await, Err(WriteError::Foreign { field: Field::Thread })));
    assert_eq!(owner.end(), Counts { begun: 2, foreign: 2, ..Counts::default() });
    assert!(outlet.records().is_empty());
}

#[tokio::test]
async fn a_write_outside_of_any_scope_is_a_counted_error() {
    // No other test of this file writes outside of a scope.
    let outlet = Collected::default();
    let before = writer::outside();
    assert!(matches!(writer::emit(event()).await, Err(WriteError::OutsideScope)));
    assert!(matches!(writer::current(), Err(WriteError::OutsideScope)));
    let carried = writer::carry(writer::emit(event()));
    let (carried, spawned) = writer::run(run("one", &outlet), async {
        // A task that nobody has given the scope, and one that was made outside of it.
        (carried.await, tokio::spawn(writer::emit(event())).await.unwrap())
    })
    .await;
    assert!(matches!((carried, spawned), (Err(WriteError::OutsideScope), Err(WriteError::OutsideScope))));
    let spawned = writer::spawn(writer::emit(event())).await.unwrap();
    assert!(matches!(spawned, Err(WriteError::OutsideScope)));
    assert_eq!(writer::outside() - before, 4);
    assert!(outlet.records().is_empty());
}

#[tokio::test]
async fn a_run_writes_to_its_lane_and_may_outlive_the_producer() {
    let (disk, topic) = (dashstream_disk::SimDisk::new(), dashstream_stream::transport::mem::MemTopic::new(1));
    let folder = std::path::Path::new("/producer");
    let producer = Producer::open(disk, folder, topic.clone(), ProducerSetup::default()).unwrap();
    let owner = Run::open(&producer, "acme", None, RunContext::of("one")).await.unwrap();
    let writer = owner.writer();
    // EPOCH_START has number 1.
    assert_eq!(writer::scope(owner.writer(), writer::emit(event())).await.unwrap(), 2);
    let account = producer.close(Duration::from_secs(20)).await.unwrap();
    assert_eq!((account.offered, account.acknowledged), (1, 1));
    let refused = writer.emit(event()).await;
    assert!(matches!(refused, Err(WriteError::Offer(OfferError::Stopped(ProducerError::Closed)))), "{refused:?}");
    assert_eq!(owner.end(), Counts { begun: 2, accepted: 1, refused: 1, ..Counts::default() });
    let mut decoder = dashstream_codec::Decoder::new();
    let message = &topic.messages(0)[0];
    let batch = decoder.decode_value(message.value.as_deref(), &Default::default()).unwrap();
    let runs: Vec<_> = batch.records().map(|result| result.accepted().unwrap().run.map(str::to_owned)).collect();
    // With EPOCH_START and EPOCH_END.
    assert_eq!(runs, [None, Some("one".to_owned()), None]);
}
