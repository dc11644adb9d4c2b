//! The consumer's loop.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dashstream_codec::ledger::Verdict;
use dashstream_codec::{Batch, Decoder, Prelude, ReadOptions};
use fastrand::Rng;
use tokio::time::Instant;

use super::account::ConsumerAccount;
use super::config::ConsumerConfig;
use super::error::{CommitError, ConsumerError};
use super::failure::{Failure, Letters, Stage, Why};
use super::handler::{Delivery, HandleError, Handler, Stopped};
use super::judge::{Judge, Judged, lane_of, replay_of};
use super::part::Part;
use super::state::{LaneKey, Replay, State};
use super::work::{Count, Hand, Progress, Step, Work};
use crate::backoff::Backoff;
use crate::observe::{ConsumerMetrics, Place};
use crate::transport::{Content, Event, From, Message, Position, Received, Source, TransportError};

/// Reads a topic and hands over what is new in it.
#[derive(Debug)]
pub struct Consumer<S, T, L, H> {
    source: S,
    state: T,
    letters: L,
    handler: H,
    config: ConsumerConfig,
    account: ConsumerAccount,
    parts: BTreeMap<u32, Part>,
    decoder: Decoder,
    rng: Rng,
    metrics: Option<ConsumerMetrics>,
    /// A call of `run` has begun and not come to its end, or to a bad one.
    running: bool,
}

impl<S: Source, T: State, L: Letters, H: Handler> Consumer<S, T, L, H> {
    /// A consumer that has read nothing yet.
    #[must_use]
    pub fn new(source: S, state: T, letters: L, handler: H, config: ConsumerConfig) -> Self {
        Self {
            source,
            state,
            letters,
            handler,
            config,
            account: ConsumerAccount::default(),
            parts: BTreeMap::new(),
            decoder: Decoder::new(),
            rng: Rng::new(),
            metrics: None,
            running: false,
        }
    }

    /// Tells operators what it sees (`spec/observability.md`).
    #[must_use]
    pub fn observed(mut self, metrics: ConsumerMetrics) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// What became of the messages so far.
    #[must_use]
    pub const fn account(&self) -> &ConsumerAccount {
        &self.account
    }

    /// The application.
    #[must_use]
    pub const fn handler(&self) -> &H {
        &self.handler
    }

    /// The source, to be closed as it wants it. What was not committed is given again.
    #[must_use]
    pub fn into_source(self) -> S {
        self.source
    }

    /// Where dead letters go.
    #[must_use]
    pub const fn letters(&self) -> &L {
        &self.letters
    }

    /// Works until `stop` ends. What is confirmed is committed then. Where the future is dropped before, nothing that was not committed
    /// counts, and another call begins again from what was.
    ///
    /// # Errors
    /// [`ConsumerError`]: what was confirmed before was committed, as far as it could be.
    pub async fn run(&mut self, stop: impl Future<Output = ()>) -> Result<(), ConsumerError> {
        if std::mem::replace(&mut self.running, true) {
            self.account.abandon_rest();
            self.begin_again().await?;
        }
        let result = self.work(stop).await;
        // What was in hand when it failed has no place: it will be given again, and another call begins again too.
        self.account.abandon_rest();
        self.running = matches!(result, Err(ConsumerError::State(_) | ConsumerError::Source(_)));
        result
    }

    async fn work(&mut self, stop: impl Future<Output = ()>) -> Result<(), ConsumerError> {
        tokio::pin!(stop);
        let mut failures = 0;
        loop {
            let wake = self.wake();
            let event = tokio::select! {
                biased;
                () = &mut stop => return self.commit_all().await,
                () = sleep_until(wake) => {
                    self.on_time().await?;
                    continue;
                }
                event = self.source.next() => event,
            };
            match event {
                Ok(event) => {
                    failures = 0;
                    if let Err(error) = self.event(event).await {
                        // What waits stays uncommitted; what was confirmed does not.
                        drop(self.commit_all().await);
                        return Err(error);
                    }
                }
                Err(error) => {
                    failures += 1;
                    self.source_failed(error, failures).await?;
                }
            }
        }
    }

    async fn source_failed(&mut self, error: TransportError, failures: u32) -> Result<(), ConsumerError> {
        if failures >= self.config.attempts {
            drop(self.commit_all().await);
            return Err(error.into());
        }
        let pause = self.backoff(failures);
        tokio::time::sleep(pause).await;
        Ok(())
    }

    fn backoff(&mut self, tries: u32) -> Duration {
        let backoff = Backoff { first_us: self.config.backoff_us, most_us: self.config.max_backoff_us };
        Duration::from_micros(backoff.draw_us(tries, &mut self.rng))
    }

    /// When something is to be done, whatever comes.
    fn wake(&self) -> Option<Instant> {
        let try_at = |part: &Part| part.waiting.as_ref().and_then(|work| work.progress.try_at);
        let held = self.metrics.as_ref().and_then(ConsumerMetrics::next);
        self.parts.values().flat_map(|part| [part.commit_at, try_at(part)]).chain([held]).flatten().min()
    }

    /// Commits and tries again what is due.
    async fn on_time(&mut self) -> Result<(), ConsumerError> {
        let now = Instant::now();
        if let Some(metrics) = self.metrics.as_ref().filter(|metrics| metrics.next().is_some_and(|at| at <= now)) {
            metrics.tick();
        }
        let partitions: Vec<u32> = self.parts.keys().copied().collect();
        for partition in partitions {
            let Some(part) = self.parts.get_mut(&partition) else { continue };
            if part.waiting.as_ref().is_some_and(|work| work.progress.try_at.is_some_and(|at| at <= now))
                && let Some(work) = part.waiting.take()
            {
                self.account.waiting -= 1;
                self.source.resume(partition);
                self.again(work).await?;
            }
            if self.parts.get(&partition).is_some_and(|part| part.commit_at.is_some_and(|at| at <= now)) {
                self.commit(partition).await?;
            }
        }
        Ok(())
    }

    async fn event(&mut self, event: Event) -> Result<(), ConsumerError> {
        match event {
            Event::Assigned(partitions) => {
                for partition in partitions {
                    self.begin(partition).await?;
                }
                Ok(())
            }
            Event::Revoked(partitions) => {
                for partition in partitions {
                    self.revoked(partition).await?;
                }
                // KAF-012
                self.source.release();
                Ok(())
            }
            // KAF-013: another one has it already, and would be given what this one still commits.
            Event::Lost(partitions) => {
                for partition in partitions {
                    self.forget(partition);
                    self.state.end(partition);
                }
                Ok(())
            }
            Event::Message(received) => self.take(received).await,
        }
    }

    /// Begins with a partition where the last commit says.
    async fn begin(&mut self, partition: u32) -> Result<(), ConsumerError> {
        let mut tries = 0;
        let marks = self.config.commit_frames.max(1);
        let begun = loop {
            match self.state.begin(partition, marks).await {
                Ok(begun) => break begun,
                Err(CommitError::Again(_)) if tries + 1 < self.config.attempts => tries += 1,
                Err(error) => return Err(error.into()),
            }
            let pause = self.backoff(tries);
            tokio::time::sleep(pause).await;
        };
        self.forget(partition);
        self.source.seek(partition, begun.next.map_or(From::Start, From::Offset)).await?;
        self.source.resume(partition);
        let part = Part::new(partition, self.config.checked_bounds(), begun.marks);
        self.parts.insert(partition, part);
        Ok(())
    }

    // CON-010
    async fn revoked(&mut self, partition: u32) -> Result<(), ConsumerError> {
        let marks = self.config.commit_frames.max(1);
        // Where that fails, whoever has the partition now is given again what was not committed.
        if let Some(commit) = self.parts.get_mut(&partition).and_then(|part| part.take_commit(marks)) {
            match self.state.commit(commit).await {
                Ok(()) => self.account.commits += 1,
                Err(_) => self.account.failed_commits += 1,
            }
        }
        self.forget(partition);
        self.state.end(partition);
        Ok(())
    }

    /// Lets go of a partition, and of what is not done with in it.
    fn forget(&mut self, partition: u32) {
        let Some(part) = self.parts.remove(&partition) else { return };
        if part.waiting.is_some() {
            self.account.waiting -= 1;
            self.account.abandoned += 1;
        }
        if part.stopped {
            self.account.stopped -= 1;
            self.account.abandoned += 1;
        }
    }

    async fn commit_all(&mut self) -> Result<(), ConsumerError> {
        let partitions: Vec<u32> = self.parts.keys().copied().collect();
        for partition in partitions {
            self.commit(partition).await?;
        }
        Ok(())
    }

    /// Commits what is confirmed of a partition. `false`: nobody knows, and all partitions have begun again.
    // CON-007, KAF-009
    async fn commit(&mut self, partition: u32) -> Result<bool, ConsumerError> {
        let marks = self.config.commit_frames.max(1);
        let Some(commit) = self.parts.get_mut(&partition).and_then(|part| part.take_commit(marks)) else {
            return Ok(true);
        };
        match self.state.commit(commit).await {
            Ok(()) => {
                self.account.commits += 1;
                if let Some(part) = self.parts.get_mut(&partition) {
                    self.account.evicted += part.evict(self.config.max_lanes.max(1));
                }
                Ok(true)
            }
            Err(CommitError::Again(_)) => {
                self.account.failed_commits += 1;
                self.begin_again().await?;
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A commit has failed, or nobody knows: the state tells where to go on. What is in memory is of no use any more.
    async fn begin_again(&mut self) -> Result<(), ConsumerError> {
        let pause = self.backoff(1);
        tokio::time::sleep(pause).await;
        let partitions: Vec<u32> = self.parts.keys().copied().collect();
        for partition in partitions {
            self.begin(partition).await?;
        }
        Ok(())
    }

    async fn take(&mut self, received: Received) -> Result<(), ConsumerError> {
        let Received { position, next, content } = received;
        let partition = position.partition;
        self.account.messages += 1;
        // A message of a partition that was revoked, or that stands, is given again.
        if self.parts.get(&partition).is_none_or(|part| part.stopped || part.waiting.is_some()) {
            return self.abandon();
        }
        match content {
            Content::Message(message) => self.message(message, position, next).await,
            Content::Damage { bytes, code, rejected, .. } => {
                for frame in &rejected {
                    let lane = LaneKey::of(&frame.prelude);
                    if frame.prelude.is_countable() && !self.load(partition, lane, frame.prelude.epoch).await? {
                        return self.abandon();
                    }
                }
                let Some(mut judge) = self.judge(partition) else { return Ok(()) };
                let mut progress = judge.damage(bytes, code, &rejected, position, next);
                let step = self.advance(&Message::default(), &mut progress, None).await;
                self.ended(Work { message: Message::default(), progress }, step).await
            }
        }
    }

    fn judge(&mut self, partition: u32) -> Option<Judge<'_>> {
        let Self { config, account, parts, .. } = self;
        Some(Judge { config, account, part: parts.get_mut(&partition)?, now_us: now_us() })
    }

    /// Asks the state for a lane that is not in memory. `false`: all partitions have begun again, and the message will be given again.
    async fn load(&mut self, partition: u32, lane: LaneKey, epoch: u32) -> Result<bool, ConsumerError> {
        if !self.parts.get(&partition).is_some_and(|part| part.wants(lane)) {
            return Ok(true);
        }
        // Changed lanes cannot be put away: there is never more than a commit's worth of them.
        if self.parts.get(&partition).is_some_and(|part| part.lanes() >= self.config.max_lanes.max(1))
            && !self.commit(partition).await?
        {
            return Ok(false);
        }
        let kept = match self.state.lane(partition, lane).await {
            Ok(kept) => kept,
            Err(error) => return self.state_failed(error).await,
        };
        if let (Some(bytes), Some(part)) = (kept, self.parts.get_mut(&partition))
            && !part.put(lane, &bytes, epoch)
        {
            self.account.lanes_lost += 1;
        }
        Ok(true)
    }

    /// The state could not be read: all partitions begin again, where that may help.
    async fn state_failed<R: Default>(&mut self, error: CommitError) -> Result<R, ConsumerError> {
        let CommitError::Again(_) = error else { return Err(error.into()) };
        self.begin_again().await?;
        Ok(R::default())
    }

    async fn message(&mut self, message: Message, position: Position, next: u64) -> Result<(), ConsumerError> {
        let partition = position.partition;
        let replay = replay_of(&message);
        if let Some((lane, epoch)) = lane_of(&message).filter(|_| replay.is_none())
            && !self.load(partition, lane, epoch).await?
        {
            return self.abandon();
        }
        let repeated = match &replay {
            Some(replay) => match self.has_replayed(partition, replay).await? {
                Some(repeated) => repeated,
                None => return self.abandon(),
            },
            None => false,
        };
        let mut decoder = std::mem::take(&mut self.decoder);
        let Some(mut judge) = self.judge(partition) else { return Ok(()) };
        let judged = judge.message(&mut decoder, &message, position, next);
        let (step, progress) = match judged {
            Judged::Unsupported(error) => {
                self.decoder = decoder;
                return self.stop_at(Stopped { position, error }).await;
            }
            // CON-013
            Judged::Frame(_, progress) | Judged::Rejected(progress) if repeated => (
                Step::Done,
                Progress { hand: None, letters: [].into(), count: Count::RepeatedReplay, replay: None, ..progress },
            ),
            Judged::Frame(batch, mut progress) => {
                if let Some(metrics) = &self.metrics {
                    see_frame(metrics, &batch, &progress);
                }
                (self.advance(&message, &mut progress, Some(&batch)).await, progress)
            }
            Judged::Rejected(mut progress) => (self.advance(&message, &mut progress, None).await, progress),
        };
        self.decoder = decoder;
        self.ended(Work { message, progress }, step).await
    }

    /// Whether a replay has had its effect. `None`: all partitions have begun again.
    async fn has_replayed(&mut self, partition: u32, replay: &Replay) -> Result<Option<bool>, ConsumerError> {
        if self.parts.get(&partition).is_some_and(|part| part.has_replayed(replay)) {
            return Ok(Some(true));
        }
        match self.state.replayed(partition, replay).await {
            Ok(replayed) => Ok(Some(replayed)),
            Err(error) => self.state_failed(error).await,
        }
    }

    /// The message will be given again.
    fn abandon(&mut self) -> Result<(), ConsumerError> {
        self.account.abandoned += 1;
        Ok(())
    }

    // CON-005
    async fn stop_at(&mut self, stopped: Stopped) -> Result<(), ConsumerError> {
        let partition = stopped.position.partition;
        if let Some(part) = self.parts.get_mut(&partition) {
            part.stopped = true;
            self.account.stopped += 1;
        }
        self.source.pause(partition);
        self.handler.stopped(stopped);
        self.commit(partition).await?;
        Ok(())
    }

    /// Tries a message again that had to wait.
    async fn again(&mut self, work: Work) -> Result<(), ConsumerError> {
        let Work { message, mut progress } = work;
        progress.try_at = None;
        let mut decoder = std::mem::take(&mut self.decoder);
        let options = ReadOptions { limits: self.config.limits, tenant: None };
        let batch = match &progress.hand {
            Some(_) => decoder.decode_value(message.value.as_deref(), &options).ok(),
            None => None,
        };
        let step = self.advance(&message, &mut progress, batch.as_ref()).await;
        drop(batch);
        self.decoder = decoder;
        self.ended(Work { message, progress }, step).await
    }

    /// Saves and hands over what is left of a message.
    async fn advance(&mut self, message: &Message, progress: &mut Progress, batch: Option<&Batch<'_>>) -> Step {
        loop {
            // CON-006: what is rejected is saved first.
            while let Some(letter) = progress.letters.front_mut() {
                letter.attempt = letter.attempt.max(progress.tries);
                if self.letters.save(letter).await.is_err() {
                    return wait(progress);
                }
                if let Some(metrics) = &self.metrics {
                    see_letter(metrics, letter);
                }
                progress.letters.pop_front();
                progress.tries = 0;
            }
            let (Some(hand), Some(batch)) = (&progress.hand, batch) else { return Step::Done };
            let delivery = Delivery {
                position: progress.position,
                batch,
                verdicts: &hand.verdicts,
                standing: hand.standing,
                may_repeat: hand.may_repeat || progress.tries > 0,
                attempt: progress.tries + 1,
                replay: progress.replay.as_ref(),
                headers: &message.headers,
            };
            let (begin, place) = (Instant::now(), Place::of(progress.position, Some(*batch.prelude())));
            let handled = self.handler.handle(delivery).await;
            if let Some(metrics) = &self.metrics {
                let error = handled.as_ref().err().map(HandleError::name);
                metrics.delivered(&place);
                metrics.processed(&place, begin.elapsed(), error);
            }
            let why = match handled {
                Ok(effects) => {
                    progress.effects = effects;
                    progress.hand = None;
                    return Step::Done;
                }
                Err(HandleError::Stop(why)) => {
                    // CON-008: it is handed over again where this consumer is told to go on.
                    progress.hand = progress.hand.take().map(|hand| Hand { may_repeat: true, ..hand });
                    progress.stop = Some(why);
                    return Step::Stop;
                }
                // CON-009
                Err(HandleError::Again(_)) if progress.tries + 1 < self.config.attempts => return wait(progress),
                Err(HandleError::Again(why) | HandleError::Reject(why)) => why,
            };
            self.give_up(message, progress, why);
        }
    }

    // CON-015
    fn give_up(&mut self, message: &Message, progress: &mut Progress, why: String) {
        self.account.given_up += 1;
        progress.hand = None;
        let now_us = now_us();
        let first = if progress.first_failure_us == 0 { now_us } else { progress.first_failure_us };
        progress.letters.push_back(Failure {
            position: progress.position,
            message: message.clone(),
            rejected: Vec::new(),
            stage: Stage::Handle,
            why: Why::Application(why),
            record: progress.replay.as_ref().map_or(0, |replay| replay.record),
            attempt: progress.tries + 1,
            first_failure_us: first,
            last_failure_us: now_us,
        });
        progress.tries = 0;
    }

    /// What is done with is confirmed; what is not waits.
    async fn ended(&mut self, mut work: Work, step: Step) -> Result<(), ConsumerError> {
        let partition = work.progress.position.partition;
        let pause = self.backoff(work.progress.tries);
        let Some(part) = self.parts.get_mut(&partition) else { return Ok(()) };
        if step != Step::Done {
            work.progress.try_at = Some(Instant::now() + pause);
            let stop = work.progress.stop.take();
            // What is committed from now on knows nothing of it (CON-007).
            part.waiting = Some(work);
            self.account.waiting += 1;
            self.source.pause(partition);
            return stop.map_or(Ok(()), |why| Err(ConsumerError::Application(why)));
        }
        let Progress { next, effects, replay, count, hand: _, .. } = work.progress;
        let commit_at = Instant::now() + Duration::from_micros(self.config.commit_us);
        part.confirm(next, effects, replay, commit_at);
        let due = part.handed >= self.config.commit_frames.max(1);
        self.count(count);
        if due {
            self.commit(partition).await?;
        }
        Ok(())
    }

    fn count(&mut self, count: Count) {
        let account = &mut self.account;
        match count {
            Count::New => account.new += 1,
            Count::Unknown => account.unknown += 1,
            Count::Replayed => account.replayed += 1,
            Count::Duplicate => account.duplicates += 1,
            Count::RepeatedReplay => account.repeated_replays += 1,
            Count::Rejected(code) => *account.rejected.entry(code).or_default() += 1,
            Count::Damaged => account.damaged += 1,
        }
    }
}

/// What operators see of a frame that was accepted.
fn see_frame(metrics: &ConsumerMetrics, batch: &Batch<'_>, progress: &Progress) {
    let (place, records) = (Place::of(progress.position, Some(*batch.prelude())), batch.len() as u64);
    let verdicts = progress.hand.as_ref().map_or(&[Verdict::Duplicate][..], |hand| &hand.verdicts);
    metrics.frame(&place, verdicts);
    match progress.count {
        Count::Duplicate => metrics.duplicates(records),
        Count::Unknown => metrics.dedup_unknown(&place, records),
        _ => {}
    }
}

/// What operators see of what could not be processed.
fn see_letter(metrics: &ConsumerMetrics, letter: &Failure) {
    let prelude = letter.message.value.as_deref().and_then(|value| Prelude::read(value).ok());
    let place = Place::of(letter.position, prelude);
    match &letter.why {
        Why::Reader(error) => metrics.rejected(&place, error.code),
        Why::Skipped(code) => metrics.rejected(&place, *code),
        Why::Application(_) => {}
    }
    metrics.dead_letter(&place, letter.stage.name(), letter.why.code());
}

fn wait(progress: &mut Progress) -> Step {
    progress.tries = progress.tries.saturating_add(1);
    if progress.first_failure_us == 0 {
        progress.first_failure_us = now_us();
    }
    Step::Wait
}

fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake).await,
        None => std::future::pending().await,
    }
}
