//! State in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::CommitError;
use super::state::{Begun, Commit, LaneKey, State};
use crate::deadletter::ReplayKey;

/// State that lives as long as one of its clones: for tests, and for readers that begin anew each time.
#[derive(Clone, Debug, Default)]
pub struct MemState(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    next: BTreeMap<u32, u64>,
    marks: BTreeMap<u32, u32>,
    lanes: BTreeMap<(u32, LaneKey), Vec<u8>>,
    replays: BTreeMap<(u32, ReplayKey), ()>,
    effects: BTreeMap<(String, Vec<u8>), Vec<u8>>,
    /// Each effect, in the order of the commits.
    log: Vec<super::handler::Effect>,
}

impl MemState {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a partition goes on.
    #[must_use]
    pub fn next(&self, partition: u32) -> Option<u64> {
        self.kept().next.get(&partition).copied()
    }

    /// The value of a key.
    #[must_use]
    pub fn effect(&self, to: &str, key: &[u8]) -> Option<Vec<u8>> {
        self.kept().effects.get(&(to.to_owned(), key.to_vec())).cloned()
    }

    /// Every effect that was committed, in order.
    #[must_use]
    pub fn effects(&self) -> Vec<super::handler::Effect> {
        self.kept().log.clone()
    }

    /// The committed state of a lane.
    #[must_use]
    pub fn lane_bytes(&self, partition: u32, lane: LaneKey) -> Option<Vec<u8>> {
        self.kept().lanes.get(&(partition, lane)).cloned()
    }

    /// Puts something in the place of a lane's state.
    pub fn set_lane(&self, partition: u32, lane: LaneKey, bytes: Vec<u8>) {
        self.kept().lanes.insert((partition, lane), bytes);
    }
}

impl State for MemState {
    async fn begin(&mut self, partition: u32, marks: u32) -> Result<Begun, CommitError> {
        let mut kept = self.kept();
        let next = kept.next.get(&partition).copied();
        let kept = kept.marks.entry(partition).or_default();
        *kept = marks.max(*kept);
        Ok(Begun { next, marks: *kept })
    }

    async fn lane(&mut self, partition: u32, lane: LaneKey) -> Result<Option<Vec<u8>>, CommitError> {
        Ok(self.lane_bytes(partition, lane))
    }

    async fn replayed(&mut self, partition: u32, replay: &ReplayKey) -> Result<bool, CommitError> {
        Ok(self.kept().replays.contains_key(&(partition, *replay)))
    }

    async fn commit(&mut self, commit: Commit) -> Result<(), CommitError> {
        let mut kept = self.kept();
        let Commit { partition, next, lanes, replays, effects, marks } = commit;
        kept.next.insert(partition, next);
        kept.marks.insert(partition, marks);
        kept.lanes.extend(lanes.into_iter().map(|(lane, bytes)| ((partition, lane), bytes)));
        kept.replays.extend(replays.into_iter().map(|replay| ((partition, replay), ())));
        for effect in effects {
            kept.log.push(effect.clone());
            let place = (effect.to, effect.key);
            match effect.value {
                Some(value) => drop(kept.effects.insert(place, value)),
                None => drop(kept.effects.remove(&place)),
            }
        }
        Ok(())
    }

    fn end(&mut self, _partition: u32) {}
}
