//! What has to wait, and who does not wait with it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dashstream_stream::consumer::HandleError;
use dashstream_stream::transport::{Event, From, Received, Source, TransportError};

use crate::frames::frame;
use crate::rig::Rig;

fn again() -> Result<(), HandleError> {
    Err(HandleError::Again("not now".to_owned()))
}

// CON-009
#[tokio::test(start_paused = true)]
async fn a_rejection_by_the_application_is_a_dead_letter() {
    let mut rig = Rig::new(1);
    rig.config.attempts = 3;
    rig.put(0, (1..5).map(|number| frame(number, 1).message()));
    let reject = Err(HandleError::Reject("never".to_owned()));
    rig.script().handle = [again(), again(), Ok(()), again(), again(), again(), reject].into();
    let account = rig.run_well().await;
    assert_eq!(rig.numbers(), [1, 1, 1, 2, 2, 2, 3, 4]);
    assert_eq!(rig.script().seen.iter().map(|one| one.attempt).collect::<Vec<_>>(), [1, 2, 3, 1, 2, 3, 1, 1]);
    assert_eq!(rig.letters(), [(1, "handle", "APPLICATION", 0), (2, "handle", "APPLICATION", 0)]);
    let saved = rig.script().saved.clone();
    assert_eq!(saved.iter().map(|one| one.attempt).collect::<Vec<_>>(), [3, 1]);
    assert!(saved.iter().all(|one| 0 < one.first_failure_us && one.first_failure_us <= one.last_failure_us));
    assert_eq!((account.new, account.given_up, account.waiting), (4, 2, 0));
    assert_eq!(rig.state.effects().len(), 2, "what was given up has none");
}

#[tokio::test(start_paused = true)]
async fn a_partition_that_waits_holds_up_no_other() {
    let mut rig = Rig::new(2);
    rig.config.attempts = u32::MAX;
    rig.put(0, [frame(1, 1).damaged(), frame(2, 1).message()]);
    rig.put(1, (1..4).map(|number| frame(number, 1).lane(1).message()));
    // For ever, as far as this hour is concerned.
    rig.script().save = std::iter::repeat_n(false, 100_000).collect();
    let account = rig.run_well().await;
    assert_eq!(rig.numbers(), [1, 2, 3]);
    assert_eq!((rig.state.next(0), rig.state.next(1), account.waiting), (None, Some(3), 1));
    assert!(rig.script().saved.is_empty());
    // It is tried again and again, but not without pause.
    let tries = 100_000 - rig.script().save.len();
    assert!((360..5_000).contains(&tries), "{tries}");
}

// CON-010
#[tokio::test(start_paused = true)]
async fn a_revoked_partition_is_committed_and_forgotten() {
    let rig = Rig::new(2);
    rig.put(0, (1..4).map(|number| frame(number, 1).message()));
    rig.put(1, (1..4).map(|number| frame(number, 1).lane(1).message()));
    rig.script().handle = [Ok(()), Ok(()), Ok(()), again()].into();
    let state = rig.state.clone();
    let saved = Arc::new(Mutex::new(None));
    let release = {
        let saved = Arc::clone(&saved);
        Box::new(move || *saved.lock().unwrap() = Some(state.next(0)))
    };
    let inner = rig.topic.source();
    let mut source = Rebalancing { inner, given: 0, revoke_at: 4, ended: false, lost: false, release };
    // Partition 0 goes while its second message waits.
    source.seek(0, From::Start).await.unwrap();
    let mut consumer = rig.consumer_of(source);
    consumer.run(tokio::time::sleep(Duration::from_secs(60))).await.unwrap();
    let account = consumer.account().clone();
    assert!(account.adds_up(), "{account:?}");
    let (revoked, kept) = (rig.state.next(0), rig.state.next(1));
    // KAF-012: when it was let go of, all that was saved of it was saved.
    assert_eq!(*saved.lock().unwrap(), Some(revoked));
    assert_eq!(kept, Some(3));
    let done = rig.script().seen.iter().filter(|one| one.partition == 0 && one.attempt == 1).count() as u64;
    assert!(revoked.is_some_and(|next| next <= done), "{revoked:?} of {done}");
    // Whoever has it next is given all the rest, and nothing twice that was committed.
    let account = rig.run_well().await;
    assert_eq!(account.duplicates, 0);
    assert_eq!(rig.state.effects().len(), 6);
}

// KAF-013
#[tokio::test(start_paused = true)]
async fn nothing_is_saved_of_a_partition_that_is_lost() {
    let rig = Rig::new(1);
    rig.put(0, (1..4).map(|number| frame(number, 1).message()));
    let inner = rig.topic.source();
    let release = Box::new(|| panic!("there is nothing to let go of"));
    let source = Rebalancing { inner, given: 0, revoke_at: 2, ended: false, lost: true, release };
    let mut consumer = rig.consumer_of(source);
    consumer.run(tokio::time::sleep(Duration::from_secs(60))).await.unwrap();
    assert_eq!(rig.script().seen.len(), 2);
    assert_eq!(rig.state.next(0), None);
    assert_eq!(rig.state.effects().len(), 0);
}

/// A source that loses partition 0 after some messages.
struct Rebalancing<S> {
    inner: S,
    given: u32,
    revoke_at: u32,
    ended: bool,
    /// Whether another reader has it already.
    lost: bool,
    release: Box<dyn Fn() + Send + Sync>,
}

impl<S: Source> Source for Rebalancing<S> {
    async fn seek(&mut self, partition: u32, from: From) -> Result<(), TransportError> {
        self.inner.seek(partition, from).await
    }

    async fn next(&mut self) -> Result<Event, TransportError> {
        if self.given == self.revoke_at && !self.ended {
            self.ended = true;
            return Ok(if self.lost { Event::Lost(vec![0]) } else { Event::Revoked(vec![0]) });
        }
        loop {
            let event = self.inner.next().await?;
            self.given += u32::from(matches!(event, Event::Message(_)));
            match event {
                Event::Message(Received { position, .. }) if self.ended && position.partition == 0 => {}
                event => return Ok(event),
            }
        }
    }

    fn pause(&mut self, partition: u32) {
        self.inner.pause(partition);
    }

    fn resume(&mut self, partition: u32) {
        self.inner.resume(partition);
    }

    fn release(&mut self) {
        (self.release)();
    }
}

impl Rig {
    fn consumer_of<S: Source>(
        &self,
        source: S,
    ) -> dashstream_stream::consumer::Consumer<S, crate::rig::FakeState, crate::rig::Shared, crate::rig::Shared> {
        let (state, letters, handler) = self.fakes();
        dashstream_stream::consumer::Consumer::new(source, state, letters, handler, self.config.clone())
    }
}

// CON-014
#[tokio::test(start_paused = true)]
async fn a_slow_application_holds_the_source_back() {
    let rig = Rig::new(1);
    rig.put(0, (1..1_001).map(|number| frame(number, 1).message()));
    rig.script().slow = Duration::from_secs(100);
    let account = rig.run_well().await;
    let taken = rig.script().seen.len() as u64;
    assert!((35..40).contains(&taken), "{taken}");
    assert!(account.messages <= taken + 1, "{account:?}");
}

// CON-008
#[tokio::test(start_paused = true)]
async fn what_the_application_stopped_at_is_marked_when_it_comes_again() {
    let mut rig = Rig::new(1);
    rig.config.commit_frames = 1;
    rig.put(0, [frame(1, 1).message(), frame(2, 1).message()]);
    rig.script().handle = [Ok(()), Err(HandleError::Stop("enough".to_owned()))].into();
    let mut consumer = rig.consumer();
    assert!(consumer.run(std::future::pending()).await.is_err());
    consumer.run(tokio::time::sleep(Duration::from_secs(60))).await.unwrap();
    // The first one takes the only mark there is: nobody knows who had the partition before.
    let marks: Vec<_> = rig.script().seen.iter().map(|seen| (seen.sequence, seen.may_repeat)).collect();
    assert_eq!(marks, [(1, true), (2, false), (2, true)]);
    assert!(consumer.account().adds_up());
}
