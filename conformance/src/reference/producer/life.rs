//! One life of a producer: what `Producer` does with a thread and a clock, done step by step.

use std::collections::BTreeSet;
use std::path::Path;

use dashstream_disk::RealDisk;
use dashstream_stream::producer::{Answer, Core, Durable, Offered, Policy, ProducerSetup, ToSend, Told};
use dashstream_vectors::{Does, LaneSettings, OfferOutcome};

use super::ProducerTrouble;
use super::destination::Destination;
use super::waiting::{Ended, Offer, Waiting};
use crate::protocol::{Base64, OutcomeLine, ProducerStepReport, SentFrame};

/// A producer that is open.
#[derive(Debug)]
pub(super) struct Life {
    core: Core,
    durable: Durable<RealDisk>,
    /// The numbers of the lanes of the settings.
    lanes: Vec<u32>,
    destination: Destination,
    waiting: Waiting,
    /// Offers that wait for their answers.
    open: BTreeSet<u64>,
    pub(super) report: ProducerStepReport,
}

impl Life {
    /// Opens what the folder keeps. `seed` is for the jitter of retries.
    pub(super) fn open(
        folder: &Path,
        setup: ProducerSetup,
        lanes: &[LaneSettings],
        does: Does,
        seed: u64,
    ) -> Result<Self, ProducerTrouble> {
        let (mut durable, mut core, _) = Durable::open(RealDisk, folder, setup, seed)?;
        let mut numbers = Vec::with_capacity(lanes.len());
        for LaneSettings { tenant, partition } in lanes {
            let number = match durable.lane(tenant, Some(*partition)) {
                Some(number) => number,
                None => durable.add_lane(tenant, Some(*partition))?,
            };
            durable.tell_lane(&mut core, number);
            numbers.push(number);
        }
        Ok(Self {
            core,
            durable,
            lanes: numbers,
            destination: Destination::new(does),
            waiting: Waiting::default(),
            open: BTreeSet::new(),
            report: ProducerStepReport::default(),
        })
    }

    /// When something happens by itself, at the earliest.
    pub(super) fn next_us(&self) -> Option<u64> {
        self.core.next_us().into_iter().chain(self.waiting.next_us()).min()
    }

    /// Whether a frame is to be tried again that the destination has not seen since it does what it does now.
    pub(super) fn is_awaited(&self) -> bool {
        self.destination.is_awaited()
    }

    /// Offers a record to the lane of this place in the settings.
    pub(super) fn offer(&mut self, place: u32, mut offer: Offer, now_us: u64) -> Result<(), ProducerTrouble> {
        let lane = usize::try_from(place).ok().and_then(|place| self.lanes.get(place));
        let lane = *lane.ok_or(ProducerTrouble::NoLane(place))?;
        self.open.extend(offer.terms.ticket);
        if offer.terms.policy == Some(Policy::Block) && self.waiting.waits(lane) {
            offer.terms.deadline_us = Some(now_us.saturating_add(self.core.config().deadline_us));
            self.waiting.push(lane, offer);
            return Ok(());
        }
        match offer.make(&mut self.core, lane, now_us) {
            Offered::Queued(_) | Offered::Dropped(..) => {}
            Offered::Full { .. } => self.waiting.push(lane, offer),
            Offered::Refused => self.refused(offer.terms.ticket),
        }
        Ok(())
    }

    /// The destination does something else.
    pub(super) fn change(&mut self, does: Does, now_us: u64) {
        for (frame, tried) in self.destination.change(does) {
            self.core.outcome(frame, tried, now_us);
        }
    }

    /// Does all that there is to do now.
    pub(super) fn act(&mut self, now_us: u64) -> Result<(), ProducerTrouble> {
        loop {
            while self.core.left() == 0
                && let Some(left) = self.durable.next_left()?
            {
                self.durable.add_left(&mut self.core, left);
            }
            let mut told = Vec::new();
            self.durable.ask(&mut self.core, now_us, |one| told.push(one));
            for one in &told {
                if let Told::Answer(ticket, answer) = one {
                    self.answered(*ticket, outcome(*answer));
                }
            }
            let to_send = self.durable.keep()?;
            for frame in &to_send {
                self.send(frame, now_us);
            }
            self.durable.reclaim()?;
            let ended = self.waiting.try_again(&mut self.core, now_us);
            for one in &ended {
                if let Ended::Refused(ticket) = one {
                    self.refused(*ticket);
                }
            }
            if told.is_empty() && to_send.is_empty() && ended.is_empty() {
                return Ok(());
            }
        }
    }

    fn send(&mut self, to_send: &ToSend, now_us: u64) {
        let partition = to_send.partition.unwrap_or(0);
        let sent = SentFrame { partition, frame: Base64(to_send.bytes.to_vec()) };
        if self.report.sent.last() != Some(&sent) {
            self.report.sent.push(sent);
        }
        if let Some(tried) = self.destination.take(to_send) {
            self.core.outcome(to_send.frame, tried, now_us);
        }
    }

    /// Takes no more records, and comes to an end.
    pub(super) const fn end(&mut self) {
        self.core.end();
    }

    /// Whether it has come to its end.
    pub(super) fn is_idle(&self) -> bool {
        self.durable.has_given_left() && self.core.is_idle()
    }

    /// There is no more time: what waits is kept for the next life, and whoever waits for an answer is told that nobody knows.
    pub(super) fn abandon(&mut self, now_us: u64) -> Result<(), ProducerTrouble> {
        self.core.abandon();
        self.act(now_us)?;
        self.durable.end()?;
        for offer in std::mem::take(&mut self.open) {
            self.answered(offer, OfferOutcome::PossiblyPersisted);
        }
        Ok(())
    }

    /// An offer that was not taken has no number.
    fn refused(&mut self, ticket: Option<u64>) {
        if let Some(offer) = ticket {
            self.answered(offer, OfferOutcome::NotPersisted);
        }
    }

    fn answered(&mut self, offer: u64, outcome: OfferOutcome) {
        self.open.remove(&offer);
        self.report.outcomes.push(OutcomeLine { offer, outcome });
    }
}

const fn outcome(answer: Answer) -> OfferOutcome {
    match answer {
        Answer::Persisted => OfferOutcome::Persisted,
        Answer::NotPersisted(_) => OfferOutcome::NotPersisted,
        Answer::PossiblyPersisted => OfferOutcome::PossiblyPersisted,
    }
}
