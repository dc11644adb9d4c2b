//! The ledger: steps 1 to 3, and the end of the input. Steps 4, 10 and 11 are the lane's, 5 to 9 the
//! account's.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::account::Account;
use super::bounds::Bounds;
use super::lane::Lane;
use super::observation::Observation;
use super::state::{LaneState, StateError};
use super::verdict::Verdict;

/// The accounts of every lane that a reader has seen.
///
/// An observation costs the logarithm of the number of lanes and of the ranges in its account; memory
/// grows with the frames counted, never with the numbers that they cover.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// First boot_nonce of each (producer_id, epoch).
    nonces: BTreeMap<([u8; 16], u32), [u8; 8]>,
    /// By producer_id and lane.
    lanes: BTreeMap<([u8; 16], u32), Lane>,
    bounds: Bounds,
}

/// One account, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct AccountEntry<'a> {
    /// The producer.
    pub producer_id: [u8; 16],
    /// The lane.
    pub lane: u32,
    /// The epoch.
    pub epoch: u32,
    /// The numbers.
    pub account: &'a Account,
}

/// A lane of which nothing tells how its current epoch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnknownTail {
    /// The producer.
    pub producer_id: [u8; 16],
    /// The lane.
    pub lane: u32,
    /// Its current epoch.
    pub epoch: u32,
}

impl UnknownTail {
    /// TAIL_UNKNOWN with the epoch.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        Verdict::TailUnknown(self.epoch)
    }
}

impl Ledger {
    /// A ledger that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A ledger that forgets what goes beyond these bounds.
    // LOSS-021
    #[must_use]
    pub fn with_bounds(bounds: Bounds) -> Self {
        Self { bounds, ..Self::default() }
    }

    /// What is known of a lane, to be kept elsewhere; `None` where it was never seen.
    #[must_use]
    pub fn lane_state(&self, producer_id: [u8; 16], lane: u32) -> Option<LaneState> {
        let nonce = |epoch| self.nonces.get(&(producer_id, epoch)).copied();
        let state = self.lanes.get(&(producer_id, lane))?.state(nonce);
        Some(LaneState { producer_id: producer_id.to_vec(), lane, ..state })
    }

    /// Puts a lane back as it was kept, in place of what is known of it.
    ///
    /// # Errors
    /// [`StateError`]: no ledger gave this. Nothing has changed then.
    pub fn restore(&mut self, state: &LaneState) -> Result<(), StateError> {
        let producer_id = <[u8; 16]>::try_from(state.producer_id.as_slice()).map_err(|_| StateError::Length)?;
        let lane = Lane::of_state(state)?;
        let nonces = state.epochs.iter().map(|epoch| Ok((epoch.epoch, epoch.nonce()?)));
        for (epoch, nonce) in nonces.collect::<Result<Vec<_>, StateError>>()? {
            if let Some(nonce) = nonce {
                self.nonces.entry((producer_id, epoch)).or_insert(nonce);
            }
        }
        self.lanes.insert((producer_id, state.lane), lane);
        Ok(())
    }

    /// Takes a lane out, as if it had never been seen: who keeps its state can [`Self::restore`] it. The nonces of its producer go
    /// with the last lane of it.
    pub fn remove(&mut self, producer_id: [u8; 16], lane: u32) {
        self.lanes.remove(&(producer_id, lane));
        if self.lanes.range((producer_id, 0)..=(producer_id, u32::MAX)).next().is_none() {
            self.nonces.retain(|(producer, _), _| *producer != producer_id);
        }
    }

    /// Whether a lane is known.
    #[must_use]
    pub fn knows(&self, producer_id: [u8; 16], lane: u32) -> bool {
        self.lanes.contains_key(&(producer_id, lane))
    }

    /// Takes the next frame and returns the verdicts on it, in order: none for most frames.
    pub fn observe(&mut self, frame: &Observation<'_>) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        // LOSS-016
        if frame.is_countable()
            && let Err(stop) = self.steps(frame, &mut verdicts)
        {
            verdicts.push(stop);
        }
        if self.bounds.nonces < usize::MAX {
            self.forget_nonces(frame.producer_id);
        }
        verdicts
    }

    /// All steps. An error is the verdict that stopped the frame.
    fn steps(&mut self, frame: &Observation<'_>, verdicts: &mut Vec<Verdict>) -> Result<(), Verdict> {
        self.fork_by_nonce(frame)?;
        // LOSS-020
        let lane = match self.lanes.entry((frame.producer_id, frame.lane)) {
            Entry::Occupied(lane) => lane.into_mut(),
            Entry::Vacant(place) => place.insert(Lane::begin(frame, verdicts)),
        };
        let result = lane.observe(frame, verdicts);
        lane.forget(&self.bounds);
        result
    }

    /// Forgets the nonces of a producer's oldest epochs.
    // LOSS-021
    fn forget_nonces(&mut self, producer_id: [u8; 16]) {
        let of_producer = (producer_id, 0)..=(producer_id, u32::MAX);
        while self.nonces.range(of_producer.clone()).nth(self.bounds.nonces.max(1)).is_some() {
            let Some(oldest) = self.nonces.range(of_producer.clone()).next().map(|(&key, _)| key) else { return };
            self.nonces.remove(&oldest);
        }
    }

    /// Step 1. One boot_nonce for each producer and epoch.
    fn fork_by_nonce(&mut self, frame: &Observation<'_>) -> Result<(), Verdict> {
        let Some(facts) = &frame.accepted else { return Ok(()) };
        let first = *self.nonces.entry((frame.producer_id, frame.epoch)).or_insert(facts.boot_nonce);
        // LOSS-002
        if first == facts.boot_nonce { Ok(()) } else { Err(Verdict::Fork) }
    }

    /// Every account, by producer_id, lane and epoch in ascending order.
    pub fn accounts(&self) -> impl Iterator<Item = AccountEntry<'_>> {
        self.lanes.iter().flat_map(|(&(producer_id, lane), state)| {
            state.accounts().map(move |(epoch, account)| AccountEntry { producer_id, lane, epoch, account })
        })
    }

    /// The end of the input: the lanes whose current epoch has an open tail, by producer_id and lane.
    /// The ledger may go on afterwards.
    // LOSS-008
    #[must_use]
    pub fn finish(&self) -> Vec<UnknownTail> {
        self.lanes
            .iter()
            .filter_map(|(&(producer_id, lane), state)| {
                Some(UnknownTail { producer_id, lane, epoch: state.unknown_tail()? })
            })
            .collect()
    }
}
