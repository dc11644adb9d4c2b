//! Offers that wait for room.

use std::collections::VecDeque;

use dashstream_codec::owned::Record;
use dashstream_stream::producer::{Core, Offered, Terms};

/// A record, and how it is offered.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) record: Record,
    pub(super) terms: Terms,
}

impl Offer {
    /// Offers it. One that finds no room has its deadline from then on.
    pub(super) fn make(&mut self, core: &mut Core, lane: u32, now_us: u64) -> Offered {
        let Self { record, terms } = self;
        let offered = core.offer(lane, &record.as_input(), &record.payload.as_view(), terms, now_us);
        if let Offered::Full { deadline_us } = offered {
            terms.deadline_us = Some(deadline_us);
        }
        offered
    }
}

/// Offers that found no room, in their order, with their lanes. Each has its deadline.
#[derive(Debug, Default)]
pub(super) struct Waiting(VecDeque<(u32, Offer)>);

/// What became of an offer that waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The producer has it, and will answer for it.
    Taken,
    /// The producer takes nothing any more: the number of the offer.
    Refused(Option<u64>),
}

impl Waiting {
    /// Whether somebody waits in a lane: who comes later waits behind.
    pub(super) fn waits(&self, lane: u32) -> bool {
        self.0.iter().any(|(other, _)| *other == lane)
    }

    pub(super) fn push(&mut self, lane: u32, offer: Offer) {
        self.0.push_back((lane, offer));
    }

    /// When the next one gives up.
    pub(super) fn next_us(&self) -> Option<u64> {
        self.0.iter().filter_map(|(_, offer)| offer.terms.deadline_us).min()
    }

    /// Offers them again: of each lane in their order, and whoever is late in any case.
    pub(super) fn try_again(&mut self, core: &mut Core, now_us: u64) -> Vec<Ended> {
        let (mut ended, mut full) = (Vec::new(), Self::default());
        for (lane, mut offer) in std::mem::take(&mut self.0) {
            let is_late = offer.terms.deadline_us.is_some_and(|deadline_us| deadline_us <= now_us);
            if full.waits(lane) && !is_late {
                full.push(lane, offer);
                continue;
            }
            match offer.make(core, lane, now_us) {
                Offered::Queued(_) | Offered::Dropped(..) => ended.push(Ended::Taken),
                Offered::Full { .. } => full.push(lane, offer),
                Offered::Refused => ended.push(Ended::Refused(offer.terms.ticket)),
            }
        }
        *self = full;
        ended
    }
}
