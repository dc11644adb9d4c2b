//! The offers of a script, and what was answered for them.

use dashstream_vectors::{OfferOutcome, ProducerExpect, ProducerSettings};

use super::Findings;
use super::facts::Facts;
use super::sent::Frames;
use crate::protocol::OutcomeLine;

/// A record that was offered.
#[derive(Debug)]
struct Offer {
    /// The place of its lane in the settings.
    lane: u32,
    /// Which producer of the script it was offered to.
    life: usize,
    at_ms: u64,
    /// Its producer is there.
    alive: bool,
    answer: Option<OfferOutcome>,
    /// The frame that has it.
    frame: Option<usize>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Offers {
    all: Vec<Offer>,
}

impl Offers {
    pub(super) fn offer(&mut self, lane: u32, life: usize, count: u32, at_ms: u64) {
        for _ in 0..count {
            self.all.push(Offer { lane, life, at_ms, alive: true, answer: None, frame: None });
        }
    }

    /// How many offers to a producer of the script are not persisted.
    pub(super) fn not_persisted(&self, life: usize) -> u64 {
        let is = |offer: &&Offer| offer.life == life && offer.answer == Some(OfferOutcome::NotPersisted);
        self.all.iter().filter(is).count() as u64
    }

    /// SEQ-001, SEQ-008, KAF-002: the offers in a new frame, which gets the number `frame`.
    pub(super) fn place(
        &mut self,
        path: &str,
        partition: u32,
        facts: &Facts,
        settings: &ProducerSettings,
        frame: usize,
        found: &mut Findings,
    ) {
        for record in facts.records.iter().filter(|record| !record.is_control()) {
            let offer = record.offer().and_then(|offer| self.all.get_mut(usize::try_from(offer).ok()?));
            let Some(offer) = offer else {
                let got = format!("another one at number {}", record.number);
                found.breaks("SEQ-002", path, "records that were offered", got);
                continue;
            };
            if offer.frame.replace(frame).is_some() {
                let got = format!("a record once more, at number {}", record.number);
                found.breaks("SEQ-001", path, "one number for each record", got);
            }
            let Some(lane) = settings.lanes.get(offer.lane as usize) else { continue };
            if lane.tenant != facts.tenant {
                found.breaks("SEQ-008", path, &format!("tenant {}", lane.tenant), &facts.tenant);
            }
            if lane.partition != partition {
                let expected = format!("partition {}", lane.partition);
                found.breaks("KAF-002", path, &expected, format!("partition {partition}"));
            }
        }
    }

    /// SEQ-014, SEQ-015: an answer.
    pub(super) fn answer(&mut self, path: &str, line: OutcomeLine, frames: &Frames, found: &mut Findings) {
        let offer = usize::try_from(line.offer).ok().and_then(|offer| self.all.get_mut(offer));
        let Some(offer) = offer else {
            return found.breaks("SEQ-014", path, "answers for what was offered", line.offer.to_string());
        };
        if line.outcome == OfferOutcome::None || offer.answer.is_some() {
            let got = format!("{} for offer {}", line.outcome.name(), line.offer);
            found.breaks("SEQ-014", path, "one answer", got);
        }
        let acknowledged = |frame| frames.get(frame).is_some_and(|frame| frame.acknowledged);
        let wrong = match line.outcome {
            OfferOutcome::Persisted => !offer.frame.is_some_and(acknowledged),
            OfferOutcome::NotPersisted => offer.frame.is_some_and(|frame| frames.may_be(frame)),
            OfferOutcome::PossiblyPersisted | OfferOutcome::None => false,
        };
        if wrong {
            let got = format!("{} for offer {}", line.outcome.name(), line.offer);
            found.breaks("SEQ-015", path, "what is known", got);
        }
        offer.answer = Some(line.outcome);
    }

    /// SEQ-014: what has passed its deadline is answered for.
    pub(super) fn expired(&self, path: &str, now_ms: u64, deadline_ms: u64, found: &mut Findings) {
        let late = |offer: &Offer| offer.alive && offer.answer.is_none() && now_ms - offer.at_ms > deadline_ms;
        self.unanswered(path, "an answer by the deadline", late, found);
    }

    /// SEQ-014: who has ended has answered.
    pub(super) fn closed(&mut self, path: &str, found: &mut Findings) {
        self.unanswered(path, "an answer before the end", |offer| offer.alive && offer.answer.is_none(), found);
        self.crashed();
    }

    fn unanswered(&self, path: &str, expected: &str, is: impl Fn(&Offer) -> bool, found: &mut Findings) {
        if let Some(offer) = self.all.iter().position(is) {
            found.breaks("SEQ-014", path, expected, format!("none for offer {offer}"));
        }
    }

    pub(super) fn crashed(&mut self) {
        for offer in &mut self.all {
            offer.alive = false;
        }
    }

    /// The answers that the vector expects, and what no answer may contradict.
    pub(super) fn end(&self, expect: &ProducerExpect, frames: &Frames, found: &mut Findings) {
        let expected = expect.outcomes.iter().flat_map(|range| (0..range.count).map(|_| range.outcomes.as_slice()));
        for (number, (offer, expected)) in self.all.iter().zip(expected).enumerate() {
            let got = offer.answer.unwrap_or(OfferOutcome::None);
            let path = format!("offers[{number}]");
            if !expected.contains(&got) {
                let expected: Vec<&str> = expected.iter().map(|outcome| outcome.name()).collect();
                found.breaks("SEQ-014", &path, &expected.join(" or "), got.name());
            }
            // SEQ-015
            let stored = offer.frame.and_then(|frame| frames.get(frame)).is_some_and(|frame| frame.stored);
            if stored && got == OfferOutcome::NotPersisted {
                found.breaks("SEQ-015", &path, "what is not_persisted is not there", "it is stored");
            }
        }
    }
}
