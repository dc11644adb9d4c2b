//! What could not be processed is saved, what is new is handed over, and what is done with is confirmed (steps 4 and 5 of
//! `spec/consumer.md`).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dashstream_codec::ledger::Verdict;
use dashstream_codec::{Batch, Prelude};
use tokio::time::Instant;

use super::error::ConsumerError;
use super::failure::{Failure, Letters, Stage, Why};
use super::handler::{Delivery, HandleError, Handler};
use super::run::Consumer;
use super::state::State;
use super::work::{Count, Hand, Progress, Step, Work};
use crate::observe::{ConsumerMetrics, Place};
use crate::transport::{Message, Source};

impl<S: Source, T: State, L: Letters, H: Handler> Consumer<S, T, L, H> {
    /// Saves and hands over what is left of a message.
    pub(super) async fn advance(
        &mut self,
        message: &Message,
        progress: &mut Progress,
        batch: Option<&Batch<'_>>,
    ) -> Step {
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
    pub(super) async fn ended(&mut self, mut work: Work, step: Step) -> Result<(), ConsumerError> {
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
        let Progress { position, next, effects, replay, count, .. } = work.progress;
        let commit_at = Instant::now() + Duration::from_micros(self.config.commit_us);
        part.confirm(next, effects, replay, commit_at);
        let due = part.handed >= self.config.commit_frames.max(1);
        self.count(count);
        if matches!(count, Count::Duplicate | Count::RepeatedReplay) {
            self.handler.suppressed(position);
        }
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
pub(super) fn see_frame(metrics: &ConsumerMetrics, batch: &Batch<'_>, progress: &Progress) {
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

pub(super) fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
