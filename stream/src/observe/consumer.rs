//! What is seen of a consumer.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dashstream_codec::ledger::Verdict;
use dashstream_codec::{Code, Prelude, Scope};
use metrics::Label;
use tokio::time::Instant;
use tracing::{error, trace, warn};

use super::limit::Limiter;
use super::producer::float;
use super::{and, label, labels, names};
use crate::transport::{Destination, Position};

const TARGET: &str = "dashstream::consumer";

/// What a consumer tells of itself. It keeps nothing but what its warnings need.
#[derive(Debug)]
pub struct ConsumerMetrics {
    topic: String,
    group: String,
    labels: Vec<Label>,
    limiter: Mutex<Limiter>,
}

/// What an event is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Where the message lies.
    pub position: Position,
    /// Whose frame it is, where that can be read.
    pub prelude: Option<Prelude>,
}

impl Place {
    /// A frame at a position.
    #[must_use]
    pub const fn of(position: Position, prelude: Option<Prelude>) -> Self {
        Self { position, prelude }
    }
}

/// An event about a place. The fields are the same for all (OBS-003).
macro_rules! say {
    ($level:ident, $self:expr, $place:expr, $code:expr, $text:literal $(, $field:ident)*) => {{
        let Place { position, prelude } = $place;
        let producer = prelude.map(|prelude| hex::encode(prelude.producer_id));
        $level!(target: TARGET, topic = $self.topic, group = $self.group, partition = position.partition,
            offset = position.offset, code = $code, producer, epoch = prelude.map(|prelude| prelude.epoch),
            lane = prelude.map(|prelude| prelude.lane), first = prelude.map(|prelude| prelude.base_sequence),
            $($field,)* $text);
    }};
}

impl ConsumerMetrics {
    /// Of a group that reads a topic.
    #[must_use]
    pub fn new(destination: &Destination, group: &str) -> Self {
        let labels = and(&labels(destination), [label(names::GROUP, group.to_owned())]);
        let (topic, group) = (destination.name.clone(), group.to_owned());
        Self { topic, group, labels, limiter: Mutex::default() }
    }

    fn with<const N: usize>(&self, others: [Label; N]) -> Vec<Label> {
        and(&self.labels, others)
    }

    /// A message was given to the application.
    pub fn delivered(&self, place: &Place) {
        let partition = label(names::PARTITION, place.position.partition.to_string());
        names::CONSUMED.counter(self.with([partition, label(names::OPERATION, "process")])).increment(1);
        say!(trace, self, place, None::<&str>, "a frame is given to the application");
    }

    /// The application is done with a message; `error` is why it could not process it, a name of few.
    pub fn processed(&self, place: &Place, took: Duration, error: Option<&'static str>) {
        let partition = label(names::PARTITION, place.position.partition.to_string());
        let mut labels = self.with([partition, label(names::OPERATION, "process")]);
        labels.extend(error.map(|error| label(names::ERROR, error)));
        names::PROCESS_DURATION.histogram(labels).record(took);
        if let Some(code) = error.filter(|code| self.says(code)) {
            say!(warn, self, place, code, "the application could not process a message");
        }
    }

    /// A frame was accepted, and this is what the ledger says of it. Gaps are added to what is lost, and what is late taken off
    /// it: tell [`Self::lost`] of what a LATE_DROPS declares.
    pub fn frame(&self, place: &Place, verdicts: &[Verdict]) {
        if verdicts.is_empty() {
            names::FRAMES.counter(self.with([label(names::VERDICT, "none")])).increment(1);
        }
        for verdict in verdicts {
            let (code, arg) = (verdict.name(), verdict.arg());
            names::FRAMES.counter(self.with([label(names::VERDICT, code)])).increment(1);
            // A duplicate or a first sight is nothing to worry about.
            let usual = matches!(verdict, Verdict::Duplicate | Verdict::Baseline(_) | Verdict::Late(_));
            if usual {
                say!(trace, self, place, code, "a verdict of the ledger", arg);
            } else if self.says(code) {
                say!(warn, self, place, code, "a verdict of the ledger", arg);
            }
        }
    }

    /// A frame, a record or a stretch of a file was rejected.
    pub fn rejected(&self, place: &Place, code: Code) {
        let scope = code.scope();
        let labels = self.with([label(names::SCOPE, scope.name()), label(names::ERROR, code.name())]);
        names::REJECTED.counter(labels).increment(1);
        if self.says(code.name()) {
            let what = match scope {
                Scope::Record => "record",
                Scope::Frame | Scope::File | Scope::Writer => "frame",
            };
            say!(warn, self, place, code.name(), "it was rejected", what);
        }
    }

    /// So many records were there before, and are not given to the application.
    pub fn duplicates(&self, records: u64) {
        names::DUPLICATES.counter(self.labels.clone()).increment(records);
    }

    /// How many numbers are lost, and how many were before.
    pub fn lost(&self, now: u64, before: u64) {
        let gauge = names::LOST.gauge(self.labels.clone());
        if now > before { gauge.increment(float(now - before)) } else { gauge.decrement(float(before - now)) }
    }

    /// A message was put into the dead-letter queue. `stage` is where it failed, a name of few, and `code` why.
    pub fn dead_letter(&self, place: &Place, stage: &'static str, code: &'static str) {
        let labels = self.with([label(names::STAGE, stage), label(names::ERROR, code)]);
        names::DEAD_LETTERS.counter(labels).increment(1);
        if self.says(code) {
            say!(error, self, place, code, "a message is a dead letter", stage);
        }
    }

    /// So many records were given to the application without knowing whether they were there before.
    pub fn dedup_unknown(&self, place: &Place, records: u64) {
        names::DEDUP_UNKNOWN.counter(self.labels.clone()).increment(records);
        if self.says("dedup_unknown") {
            say!(warn, self, place, "dedup_unknown", "it is not known whether records were there before", records);
        }
    }

    /// How many messages of a partition are there and were not read.
    pub fn lag(&self, partition: u32, messages: u64) {
        names::LAG.gauge(self.with([label(names::PARTITION, partition.to_string())])).set(float(messages));
    }

    /// Says how many warnings were held back in periods that are over. Call it when [`Self::next`] comes.
    pub fn tick(&self) {
        let held = self.limiter().due(Instant::now());
        self.held(held);
    }

    /// When there is something to say by itself.
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        self.limiter().next()
    }

    fn limiter(&self) -> MutexGuard<'_, Limiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// OBS-004
    fn says(&self, code: &'static str) -> bool {
        self.tick();
        self.limiter().admit(code, Instant::now())
    }

    fn held(&self, held: Vec<(&'static str, u64)>) {
        for (code, suppressed) in held {
            warn!(target: TARGET, topic = self.topic, group = self.group, code, suppressed, "the same happened again");
        }
    }
}

impl Drop for ConsumerMetrics {
    fn drop(&mut self) {
        let held = self.limiter().finish();
        self.held(held);
    }
}
