//! A consumer, and around it what fails as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dashstream_stream::consumer::{
    Begun, Commit, CommitError, Consumer, ConsumerAccount, ConsumerConfig, ConsumerError, Delivery, Effect, Failure,
    HandleError, Handler, LaneKey, Letters, MemState, Standing, State, Stopped,
};
use dashstream_stream::deadletter::ReplayKey;
use dashstream_stream::transport::mem::{MemSource, MemTopic};
use dashstream_stream::transport::{Message, Sink};

/// A record that the application was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) partition: u32,
    pub(crate) offset: u64,
    pub(crate) lane: u32,
    pub(crate) epoch: u32,
    pub(crate) sequence: u64,
    pub(crate) standing: Standing,
    pub(crate) may_repeat: bool,
    pub(crate) attempt: u32,
    pub(crate) replay: bool,
    pub(crate) verdicts: Vec<String>,
}

/// What is to happen at the next calls, and what has happened.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// What the application answers; `Ok` when there is nothing left.
    pub(crate) handle: VecDeque<Result<(), HandleError>>,
    /// What comes of a commit: `None` it works; otherwise whether it was committed all the same.
    pub(crate) commit: VecDeque<Option<bool>>,
    /// Whether the state says where a partition begins; it does when there is nothing left.
    pub(crate) begin: VecDeque<bool>,
    /// Whether a dead letter can be saved; it can when there is nothing left.
    pub(crate) save: VecDeque<bool>,
    pub(crate) seen: Vec<Seen>,
    pub(crate) saved: Vec<Failure>,
    pub(crate) stopped: Vec<Stopped>,
    pub(crate) commits: Vec<Commit>,
    /// Everything in its order: `seen 5`, `saved 5`, `commit 6`.
    pub(crate) log: Vec<String>,
    /// How long the application takes.
    pub(crate) slow: Duration,
    /// Lanes that were asked of the state.
    pub(crate) asked: u32,
}

/// A topic, a state that lives on, and a script.
#[derive(Clone, Debug)]
pub(crate) struct Rig {
    pub(crate) topic: MemTopic,
    pub(crate) state: MemState,
    pub(crate) script: Arc<Mutex<Script>>,
    pub(crate) config: ConsumerConfig,
}

pub(crate) struct Shared(Arc<Mutex<Script>>);
pub(crate) struct FakeState(MemState, Arc<Mutex<Script>>);

impl Rig {
    pub(crate) fn new(partitions: u32) -> Self {
        Self {
            topic: MemTopic::new(partitions),
            state: MemState::default(),
            script: Arc::default(),
            config: ConsumerConfig::default(),
        }
    }

    pub(crate) fn put(&self, partition: u32, messages: impl IntoIterator<Item = Message>) {
        for message in messages {
            drop(self.topic.send(partition, message, Instant::now() + Duration::from_secs(3_600)));
        }
    }

    pub(crate) fn fakes(&self) -> (FakeState, Shared, Shared) {
        let state = FakeState(self.state.clone(), Arc::clone(&self.script));
        (state, Shared(Arc::clone(&self.script)), Shared(Arc::clone(&self.script)))
    }

    pub(crate) fn consumer(&self) -> Consumer<MemSource, FakeState, Shared, Shared> {
        let (state, letters, handler) = self.fakes();
        Consumer::new(self.topic.source(), state, letters, handler, self.config.clone())
    }

    /// Works for an hour of a clock that only stands still while something is done.
    pub(crate) async fn run(&self) -> (ConsumerAccount, Result<(), ConsumerError>) {
        let mut consumer = self.consumer();
        let result = consumer.run(tokio::time::sleep(Duration::from_secs(3_600))).await;
        let account = consumer.account().clone();
        assert!(account.adds_up(), "{account:?}");
        (account, result)
    }

    pub(crate) async fn run_well(&self) -> ConsumerAccount {
        let (account, result) = self.run().await;
        result.unwrap();
        account
    }

    pub(crate) fn script(&self) -> std::sync::MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    /// Sequence numbers that were seen, in order.
    pub(crate) fn numbers(&self) -> Vec<u64> {
        self.script().seen.iter().map(|seen| seen.sequence).collect()
    }

    /// What was saved: offset, stage and code, and index of the record.
    pub(crate) fn letters(&self) -> Vec<(u64, &'static str, &'static str, u32)> {
        let script = self.script();
        script.saved.iter().map(|one| (one.position.offset, one.stage.name(), one.why.code(), one.record)).collect()
    }
}

impl Handler for Shared {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        let prelude = *delivery.batch.prelude();
        let mut effects = Vec::new();
        let slow = self.0.lock().unwrap().slow;
        {
            let mut script = self.0.lock().unwrap();
            for (_, result) in delivery.records() {
                let sequence = result.record.sequence;
                script.seen.push(Seen {
                    partition: delivery.position.partition,
                    offset: delivery.position.offset,
                    lane: prelude.lane,
                    epoch: prelude.epoch,
                    sequence,
                    standing: delivery.standing,
                    may_repeat: delivery.may_repeat,
                    attempt: delivery.attempt,
                    replay: delivery.replay.is_some(),
                    verdicts: delivery.verdicts.iter().map(ToString::to_string).collect(),
                });
                let key = format!("{}/{}/{sequence}", prelude.lane, prelude.epoch);
                effects.push(Effect { to: "seen".to_owned(), key: key.into_bytes(), value: Some(vec![1]) });
            }
            script.log.push(format!("seen {}", delivery.position.offset));
        }
        tokio::time::sleep(slow).await;
        self.0.lock().unwrap().handle.pop_front().unwrap_or(Ok(())).map(|()| effects)
    }

    fn stopped(&mut self, stopped: Stopped) {
        self.0.lock().unwrap().stopped.push(stopped);
    }
}

impl Letters for Shared {
    async fn save(&mut self, failure: &Failure) -> Result<(), String> {
        let mut script = self.0.lock().unwrap();
        if !script.save.pop_front().unwrap_or(true) {
            return Err("there is no room".to_owned());
        }
        script.saved.push(failure.clone());
        script.log.push(format!("saved {}", failure.position.offset));
        Ok(())
    }
}

impl State for FakeState {
    async fn begin(&mut self, partition: u32, marks: u32) -> Result<Begun, CommitError> {
        if !self.1.lock().unwrap().begin.pop_front().unwrap_or(true) {
            return Err(CommitError::Again("nobody answers".to_owned()));
        }
        self.0.begin(partition, marks).await
    }

    async fn lane(&mut self, partition: u32, lane: LaneKey) -> Result<Option<Vec<u8>>, CommitError> {
        self.1.lock().unwrap().asked += 1;
        self.0.lane(partition, lane).await
    }

    async fn replayed(&mut self, partition: u32, replay: &ReplayKey) -> Result<bool, CommitError> {
        self.0.replayed(partition, replay).await
    }

    async fn commit(&mut self, commit: Commit) -> Result<(), CommitError> {
        let failure = self.1.lock().unwrap().commit.pop_front().flatten();
        if failure == Some(false) {
            return Err(CommitError::Again("nothing was committed".to_owned()));
        }
        {
            let mut script = self.1.lock().unwrap();
            script.log.push(format!("commit {}", commit.next));
            script.commits.push(commit.clone());
        }
        self.0.commit(commit).await?;
        if failure.is_some() { Err(CommitError::Again("it was committed".to_owned())) } else { Ok(()) }
    }

    fn end(&mut self, partition: u32) {
        self.0.end(partition);
    }
}
