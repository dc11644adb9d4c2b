//! What is seen of a producer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use dashstream_codec::Prelude;
use metrics::Label;
use tokio::time::Instant;
use tracing::{debug, error, info, trace, warn};

use super::limit::Limiter;
use super::{and, label, labels, names};
use crate::producer::{Account, Found, FrameId, ProducerError};
use crate::transport::{Cause, Destination, Outcome};

const TARGET: &str = "dashstream::producer";

/// How often it is looked for frames of which nothing is heard.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Watches a producer from its thread. Numbers are differences of its account, so they add up as the account does (OBS-002).
#[derive(Debug)]
pub(crate) struct ProducerObserver {
    topic: String,
    labels: Vec<Label>,
    producer: String,
    seen: Account,
    frames: HashMap<FrameId, Frame>,
    /// For how long it is no wonder that nothing is heard of a frame.
    patience: Duration,
    looked: Instant,
    limiter: Limiter,
}

/// A frame that is under way.
#[derive(Debug)]
struct Frame {
    partition: u32,
    prelude: Prelude,
    /// When it was sent last.
    since: Instant,
    /// When it was said last that nothing is heard of it, or it was sent.
    said: Instant,
    tries: u32,
}

impl ProducerObserver {
    pub(crate) fn new(destination: Destination, found: &Found, patience: Duration) -> Self {
        let producer = hex::encode(found.producer_id);
        let (labels, topic) = (labels(&destination), destination.name);
        let (epoch, left) = (found.epoch, found.left);
        info!(target: TARGET, topic, producer, epoch, left, identity = ?found.identity, "a producer was opened");
        for damage in &found.damage {
            warn!(target: TARGET, topic, producer, epoch, code = damage.code.name(), offset = damage.start,
                file = %damage.path.display(), "a segment of the spool is damaged");
        }
        let (seen, frames, looked) = (Account::default(), HashMap::new(), Instant::now());
        Self { topic, labels, producer, seen, frames, patience, looked, limiter: Limiter::default() }
    }

    /// A lane was added.
    pub(crate) fn lane(&self, lane: u32, partition: Option<u32>) {
        debug!(target: TARGET, topic = self.topic, producer = self.producer, lane, partition, "a lane was added");
    }

    /// A frame is given to the transport.
    pub(crate) fn sent(&mut self, id: FrameId, partition: u32, bytes: &[u8]) {
        let now = Instant::now();
        let frame = match self.frames.entry(id) {
            Entry::Occupied(frame) => frame.into_mut(),
            Entry::Vacant(place) => {
                // What was sealed here can be read.
                let Ok(prelude) = Prelude::read(bytes) else { return };
                place.insert(Frame { partition, prelude, since: now, said: now, tries: 0 })
            }
        };
        (frame.since, frame.said, frame.tries) = (now, now, frame.tries.saturating_add(1));
        let Frame { prelude, tries, .. } = frame;
        if *tries > 1 {
            names::RETRIES.counter(self.labels.clone()).increment(1);
        }
        trace!(target: TARGET, topic = self.topic, partition, producer = %hex::encode(prelude.producer_id),
            epoch = prelude.epoch, lane = prelude.lane, first = prelude.base_sequence, records = prelude.record_count,
            len = bytes.len(), tries, "a frame is sent");
    }

    /// It is known what became of a try.
    pub(crate) fn outcome(&mut self, id: FrameId, outcome: &Outcome) {
        let now = Instant::now();
        let Some(frame) = self.frames.get(&id) else { return };
        let cause = match outcome {
            Outcome::Persisted(_) => None,
            Outcome::NotPersisted(cause) | Outcome::PossiblyPersisted(cause) => Some(cause),
        };
        let code = cause.map(Cause::name);
        let partition = label(names::PARTITION, frame.partition.to_string());
        let what = [partition, label(names::OPERATION, "send")].into_iter();
        let labels = and(&self.labels, what.chain(code.map(|code| label(names::ERROR, code))));
        names::OPERATION_DURATION.histogram(labels.clone()).record(now - frame.since);
        names::SENT.counter(labels).increment(1);
        let Frame { partition, prelude, tries, .. } = frame;
        let (partition, tries, producer) = (*partition, *tries, hex::encode(prelude.producer_id));
        let (epoch, lane, first, last) = (prelude.epoch, prelude.lane, prelude.base_sequence, prelude.last_sequence());
        let topic = self.topic.clone();
        let (Some(code), Some(cause)) = (code, cause) else {
            let offset = if let Outcome::Persisted(position) = outcome { Some(position.offset) } else { None };
            trace!(target: TARGET, topic, partition, offset, producer, epoch, lane, first, last, tries, "a frame is there");
            return;
        };
        if !self.says(code, now) {
            return;
        }
        let possibly = matches!(outcome, Outcome::PossiblyPersisted(_));
        // A frame that is refused for good is dropped, unless it may be there.
        if matches!(outcome, Outcome::NotPersisted(Cause::Refused(_))) {
            error!(target: TARGET, topic, partition, code, error = %cause, producer, epoch, lane, first, last, tries,
                "a frame was refused for good");
        } else {
            warn!(target: TARGET, topic, partition, code, error = %cause, possibly, producer, epoch, lane, first, last, tries,
                "a frame could not be sent and will be sent again");
        }
    }

    /// OBS-009: tells of frames that the transport has had for long.
    pub(crate) fn look(&mut self) {
        let now = Instant::now();
        if now - self.looked < LOOK_EVERY {
            return;
        }
        self.looked = now;
        let silent = self.frames.iter().filter(|(_, frame)| now - frame.said >= self.patience);
        let mut silent: Vec<FrameId> = silent.map(|(id, _)| *id).collect();
        silent.sort_unstable();
        for id in silent {
            self.tell_of_silence(id, now);
        }
    }

    fn tell_of_silence(&mut self, id: FrameId, now: Instant) {
        let Some(frame) = self.frames.get_mut(&id) else { return };
        frame.said = now;
        let Frame { partition, prelude, tries, .. } = *frame;
        if !self.says(Cause::Deadline.name(), now) {
            return;
        }
        warn!(target: TARGET, topic = self.topic, partition, code = Cause::Deadline.name(), error = %Cause::Deadline,
            possibly = true, producer = hex::encode(prelude.producer_id), epoch = prelude.epoch, lane = prelude.lane,
            first = prelude.base_sequence, last = prelude.last_sequence(), tries,
            "it is not known what became of a frame, and it is waited for");
    }

    /// A frame is where it has to be, or will not be sent again.
    pub(crate) fn forget(&mut self, id: FrameId) {
        self.frames.remove(&id);
    }

    /// What became of the records so far.
    pub(crate) fn account(&mut self, account: &Account) {
        let now = Instant::now();
        let seen = std::mem::replace(&mut self.seen, account.clone());
        let counters = [
            (&names::OFFERED, account.offered, seen.offered),
            (&names::ACKNOWLEDGED, account.acknowledged, seen.acknowledged),
            (&names::LATE_DROPS, account.late_drops, seen.late_drops),
        ];
        for (metric, now, before) in counters.into_iter().filter(|(_, now, before)| now > before) {
            metric.counter(self.labels.clone()).increment(now - before);
        }
        let gauges = [
            (&names::QUEUED, account.queued, seen.queued),
            (&names::IN_FLIGHT, account.in_flight, seen.in_flight),
            (&names::POSSIBLY_PERSISTED, account.possibly_persisted, seen.possibly_persisted),
        ];
        for (metric, now, before) in gauges {
            change(metric, &self.labels, now, before);
        }
        for (reason, count) in &account.dropped {
            let more = count - seen.dropped.get(reason).copied().unwrap_or_default();
            if more == 0 {
                continue;
            }
            let reason = reason.name();
            names::DROPPED.counter(and(&self.labels, [label(names::REASON, reason)])).increment(more);
            if self.says(reason, now) {
                warn!(target: TARGET, topic = self.topic, producer = self.producer, code = reason, records = more,
                    "records were dropped");
            }
        }
        self.say_held(now);
    }

    /// The producer has stopped before its time.
    pub(crate) fn stopped(&self, error: &ProducerError) {
        error!(target: TARGET, topic = self.topic, producer = self.producer, error = %error, "the producer has stopped");
    }

    /// When there is something to say by itself.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.limiter.next()
    }

    /// OBS-004
    fn says(&mut self, code: &'static str, now: Instant) -> bool {
        self.say_held(now);
        self.limiter.admit(code, now)
    }

    fn say_held(&mut self, now: Instant) {
        let held = self.limiter.due(now);
        self.held(held);
    }

    fn held(&self, held: Vec<(&'static str, u64)>) {
        for (code, suppressed) in held {
            warn!(target: TARGET, topic = self.topic, producer = self.producer, code, suppressed, "the same happened again");
        }
    }
}

/// Raises or lowers a gauge.
fn change(metric: &names::Metric, labels: &[Label], now: u64, before: u64) {
    if now != before {
        let gauge = metric.gauge(labels.to_vec());
        if now > before { gauge.increment(float(now - before)) } else { gauge.decrement(float(before - now)) }
    }
}

/// Counts of records are below 2^53, as their numbers are.
#[allow(clippy::cast_precision_loss, reason = "a gauge is a double")]
pub(super) const fn float(count: u64) -> f64 {
    count as f64
}

impl Drop for ProducerObserver {
    /// Nothing is under way in a producer that has gone: what is open is left to its next life.
    fn drop(&mut self) {
        let held = self.limiter.finish();
        self.held(held);
        let open = [
            (&names::QUEUED, self.seen.queued, "queued"),
            (&names::IN_FLIGHT, self.seen.in_flight, "in_flight"),
            (&names::POSSIBLY_PERSISTED, self.seen.possibly_persisted, "possibly_persisted"),
        ];
        for (metric, count, state) in open.into_iter().filter(|(_, count, _)| *count > 0) {
            change(metric, &self.labels, 0, count);
            names::LEFT.counter(and(&self.labels, [label(names::STATE, state)])).increment(count);
        }
        let Account { offered, acknowledged, queued, in_flight, possibly_persisted, .. } = self.seen;
        let dropped: u64 = self.seen.dropped.values().sum();
        info!(target: TARGET, topic = self.topic, producer = self.producer, offered, acknowledged, queued, in_flight,
            possibly_persisted, dropped, "a producer has ended");
    }
}
