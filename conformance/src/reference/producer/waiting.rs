//! Offers that wait for room.

use std::collections::VecDeque;

use dashstream_stream::producer::{Core, Offer, Offered};

/// Offers that found no room, in their order.
#[derive(Debug, Default)]
pub(super) struct Waiting(VecDeque<Waiter>);

/// An offer that waits.
#[derive(Debug)]
struct Waiter {
    lane: u32,
    offer: Offer,
    give_up_us: u64,
}

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
        self.0.iter().any(|waiter| waiter.lane == lane)
    }

    pub(super) fn push(&mut self, lane: u32, offer: Offer, give_up_us: u64) {
        self.0.push_back(Waiter { lane, offer, give_up_us });
    }

    /// When the next one gives up.
    pub(super) fn next_us(&self) -> Option<u64> {
        self.0.iter().map(|waiter| waiter.give_up_us).min()
    }

    /// Offers them again.
    pub(super) fn try_again(&mut self, core: &mut Core, now_us: u64) -> Vec<Ended> {
        let (mut ended, mut full) = (Vec::new(), Self::default());
        for Waiter { lane, offer, give_up_us } in std::mem::take(&mut self.0) {
            let offered =
                if full.waits(lane) { Offered::Full(Box::new(offer)) } else { core.offer(lane, offer, now_us) };
            let offered = match offered {
                Offered::Full(offer) if now_us >= give_up_us => core.give_up(lane, &offer, now_us),
                offered => offered,
            };
            match offered {
                Offered::Queued(_) | Offered::Dropped(..) => ended.push(Ended::Taken),
                Offered::Full(offer) => full.push(lane, *offer, give_up_us),
                Offered::Refused(offer) => ended.push(Ended::Refused(offer.ticket)),
            }
        }
        *self = full;
        ended
    }
}
