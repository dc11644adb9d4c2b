//! Offers that wait for room.

use std::collections::VecDeque;

use dashstream_stream::producer::{Core, Offer, Offered};

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
        self.0.iter().filter_map(|(_, offer)| offer.deadline_us).min()
    }

    /// Offers them again: of each lane in their order, and whoever is late in any case.
    pub(super) fn try_again(&mut self, core: &mut Core, now_us: u64) -> Vec<Ended> {
        let (mut ended, mut full) = (Vec::new(), Self::default());
        for (lane, offer) in std::mem::take(&mut self.0) {
            let is_late = offer.deadline_us.is_some_and(|deadline_us| deadline_us <= now_us);
            if full.waits(lane) && !is_late {
                full.push(lane, offer);
                continue;
            }
            match core.offer(lane, offer, now_us) {
                Offered::Queued(_) | Offered::Dropped(..) => ended.push(Ended::Taken),
                Offered::Full(offer) => full.push(lane, *offer),
                Offered::Refused(offer) => ended.push(Ended::Refused(offer.ticket)),
            }
        }
        *self = full;
        ended
    }
}
