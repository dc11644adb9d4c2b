//! What a consumer knows of a partition.

use std::collections::{BTreeMap, BTreeSet};

use dashstream_codec::ledger::{Bounds, LaneState, Ledger, Observation, Verdict};
use prost::Message as _;
use tokio::time::Instant;

use super::handler::Effect;
use super::state::{Commit, LaneKey};
use super::work::Work;
use crate::deadletter::ReplayKey;

/// A partition that is this consumer's.
#[derive(Debug)]
pub(super) struct Part {
    partition: u32,
    ledger: Ledger,
    /// Lanes in memory by when they were last used, and the other way round.
    by_use: BTreeMap<u64, LaneKey>,
    used: BTreeMap<LaneKey, u64>,
    tick: u64,
    /// Lanes that have changed since the last commit.
    changed: BTreeSet<LaneKey>,
    /// Lanes in memory of which an earlier state was lost (CON-017).
    doubted: BTreeSet<LaneKey>,
    /// Behind what is confirmed, where that is not committed.
    confirmed: Option<u64>,
    effects: Vec<Effect>,
    replays: Vec<ReplayKey>,
    /// Frames that were handed over since the last commit.
    pub(super) handed: u32,
    /// Frames that are still to be marked as repetitions (CON-008).
    pub(super) to_mark: u32,
    /// When what is confirmed is to be committed.
    pub(super) commit_at: Option<Instant>,
    /// What is not done with: nothing more is read until it is.
    pub(super) waiting: Option<Work>,
    /// It stands at a frame that is not supported (CON-005).
    pub(super) stopped: bool,
}

/// Stands behind the fields of a lane's state, in the same message.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
struct Doubt {
    /// An earlier state of the lane was lost.
    #[prost(bool, tag = "100")]
    doubted: bool,
}

/// A lane as it was before a message.
pub(super) type Before = Vec<(LaneKey, Option<LaneState>)>;

impl Part {
    pub(super) fn new(partition: u32, bounds: Bounds, to_mark: u32) -> Self {
        Self {
            partition,
            ledger: Ledger::with_bounds(bounds),
            by_use: BTreeMap::new(),
            used: BTreeMap::new(),
            tick: 0,
            changed: BTreeSet::new(),
            doubted: BTreeSet::new(),
            confirmed: None,
            effects: Vec::new(),
            replays: Vec::new(),
            handed: 0,
            to_mark,
            commit_at: None,
            waiting: None,
            stopped: false,
        }
    }

    /// Whether a lane has to be asked of the state before a frame of it is observed.
    pub(super) fn wants(&self, lane: LaneKey) -> bool {
        !self.ledger.knows(lane.producer_id, lane.lane)
    }

    /// A lane as the state has it. `false`: it is of no use, and the frames of the lane are unknown from now on.
    pub(super) fn put(&mut self, lane: LaneKey, bytes: &[u8]) -> bool {
        let state = LaneState::decode(bytes).ok().filter(|state| {
            state.producer_id == lane.producer_id && state.lane == lane.lane && self.ledger.restore(state).is_ok()
        });
        if state.is_none() || Doubt::decode(bytes).is_ok_and(|doubt| doubt.doubted) {
            self.doubted.insert(lane);
        }
        state.is_some()
    }

    /// Whether what was known of a lane is lost, so that nobody can say what was seen.
    // CON-017
    pub(super) fn doubts(&self, lane: LaneKey) -> bool {
        self.doubted.contains(&lane)
    }

    /// Lets the ledger see a frame (CON-002), and says what the lane was before.
    pub(super) fn observe(&mut self, frame: &Observation<'_>, before: &mut Before) -> Vec<Verdict> {
        let lane = LaneKey { producer_id: frame.producer_id, lane: frame.lane };
        before.push((lane, self.ledger.lane_state(lane.producer_id, lane.lane)));
        let verdicts = self.ledger.observe(frame);
        self.touch(lane);
        self.changed.insert(lane);
        verdicts
    }

    fn touch(&mut self, lane: LaneKey) {
        self.tick += 1;
        if let Some(old) = self.used.insert(lane, self.tick) {
            self.by_use.remove(&old);
        }
        self.by_use.insert(self.tick, lane);
    }

    /// How many lanes are in memory.
    pub(super) fn lanes(&self) -> usize {
        self.used.len()
    }

    /// Puts the lanes away that were not used for the longest time and are committed, until there are at most so many; says how many.
    pub(super) fn evict(&mut self, keep: usize) -> u64 {
        let mut evicted = 0;
        while self.used.len() > keep {
            let Some((&tick, &lane)) = self.by_use.iter().find(|(_, lane)| !self.changed.contains(lane)) else { break };
            self.by_use.remove(&tick);
            self.used.remove(&lane);
            self.doubted.remove(&lane);
            self.ledger.remove(lane.producer_id, lane.lane);
            evicted += 1;
        }
        evicted
    }

    /// A message is done with.
    pub(super) fn confirm(&mut self, next: u64, effects: Vec<Effect>, replay: Option<ReplayKey>, commit_at: Instant) {
        self.confirmed = Some(next);
        self.effects.extend(effects);
        self.replays.extend(replay);
        self.commit_at.get_or_insert(commit_at);
    }

    /// Whether a replay has had its effect since the last commit.
    pub(super) fn has_replayed(&self, replay: &ReplayKey) -> bool {
        self.replays.contains(replay)
    }

    fn kept(&self, lane: LaneKey, state: &LaneState) -> Vec<u8> {
        let mut bytes = state.encode_to_vec();
        bytes.extend(Doubt { doubted: self.doubts(lane) }.encode_to_vec());
        bytes
    }

    /// What is to be committed, if something is: what lies before the message that waits, and nothing of that.
    ///
    /// `marks` is how many frames are handed over between two commits at the most.
    // CON-007
    pub(super) fn take_commit(&mut self, marks: u32) -> Option<Commit> {
        let next = self.confirmed.take()?;
        let waits: &[_] = self.waiting.as_ref().map_or(&[], |work| &work.progress.before);
        let state = |lane: &LaneKey| match waits.iter().find(|(other, _)| other == lane) {
            Some((_, before)) => before.clone(),
            None => self.ledger.lane_state(lane.producer_id, lane.lane),
        };
        let lanes = self.changed.iter().filter_map(|lane| Some((*lane, self.kept(*lane, &state(lane)?)))).collect();
        // A lane of what waits has still to be committed as it is now.
        self.changed.retain(|lane| waits.iter().any(|(other, _)| other == lane));
        self.commit_at = None;
        // CON-008: what waits may have been handed over, and has had its mark.
        let waits = u32::from(self.waiting.is_some());
        self.handed = waits;
        Some(Commit {
            partition: self.partition,
            next,
            lanes,
            replays: std::mem::take(&mut self.replays),
            effects: std::mem::take(&mut self.effects),
            marks: marks.max(self.to_mark.saturating_add(waits)),
        })
    }
}
