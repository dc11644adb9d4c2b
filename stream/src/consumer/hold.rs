//! The partitions that are a consumer's: where each begins, what is committed of it, and how it ends.

use super::error::{CommitError, ConsumerError};
use super::failure::Letters;
use super::handler::Handler;
use super::part::Part;
use super::run::Consumer;
use super::state::{LaneKey, State};
use crate::deadletter::ReplayKey;
use crate::transport::{From, Source};

impl<S: Source, T: State, L: Letters, H: Handler> Consumer<S, T, L, H> {
    /// Begins with a partition where the last commit says.
    pub(super) async fn begin(&mut self, partition: u32) -> Result<(), ConsumerError> {
        let mut tries = 0;
        let marks = self.config.commit_frames.max(1);
        let begun = loop {
            match self.state.begin(partition, marks).await {
                Ok(begun) => break begun,
                Err(CommitError::Again(_)) if tries + 1 < self.config.attempts => tries += 1,
                Err(error) => return Err(error.into()),
            }
            let pause = self.backoff(tries);
            tokio::time::sleep(pause).await;
        };
        self.forget(partition);
        self.source.seek(partition, begun.next.map_or(From::Start, From::Offset)).await?;
        self.source.resume(partition);
        let part = Part::new(partition, self.config.checked_bounds(), begun.marks);
        self.parts.insert(partition, part);
        Ok(())
    }

    // CON-010
    pub(super) async fn revoked(&mut self, partition: u32) -> Result<(), ConsumerError> {
        let marks = self.config.commit_frames.max(1);
        // Where that fails, whoever has the partition now is given again what was not committed.
        if let Some(commit) = self.parts.get_mut(&partition).and_then(|part| part.take_commit(marks)) {
            match self.state.commit(commit).await {
                Ok(()) => self.account.commits += 1,
                Err(_) => self.account.failed_commits += 1,
            }
        }
        self.let_go(partition);
        Ok(())
    }

    /// The partition is another one's.
    pub(super) fn let_go(&mut self, partition: u32) {
        self.assigned.remove(&partition);
        self.forget(partition);
        self.state.end(partition);
    }

    /// Lets go of a partition, and of what is not done with in it.
    fn forget(&mut self, partition: u32) {
        let Some(part) = self.parts.remove(&partition) else { return };
        if part.waiting.is_some() {
            self.account.waiting -= 1;
            self.account.abandoned += 1;
        }
        if part.stopped {
            self.account.stopped -= 1;
            self.account.abandoned += 1;
        }
    }

    pub(super) async fn commit_all(&mut self) -> Result<(), ConsumerError> {
        let partitions: Vec<u32> = self.parts.keys().copied().collect();
        for partition in partitions {
            self.commit(partition).await?;
        }
        Ok(())
    }

    /// Commits what is confirmed of a partition. `false`: nobody knows, and all partitions have begun again.
    // CON-007, KAF-009
    pub(super) async fn commit(&mut self, partition: u32) -> Result<bool, ConsumerError> {
        let marks = self.config.commit_frames.max(1);
        let Some(commit) = self.parts.get_mut(&partition).and_then(|part| part.take_commit(marks)) else {
            return Ok(true);
        };
        match self.state.commit(commit).await {
            Ok(()) => {
                self.account.commits += 1;
                if let Some(part) = self.parts.get_mut(&partition) {
                    self.account.evicted += part.evict(self.config.max_lanes.max(1));
                }
                Ok(true)
            }
            Err(CommitError::Again(_)) => {
                self.account.failed_commits += 1;
                self.begin_again().await?;
                Ok(false)
            }
            Err(error) => {
                self.stale = true;
                Err(error.into())
            }
        }
    }

    /// A commit has failed, or nobody knows: the state tells where to go on. What is in memory is of no use any more.
    pub(super) async fn begin_again(&mut self) -> Result<(), ConsumerError> {
        // Where that fails too, whoever goes on after all does so from here.
        self.stale = true;
        let pause = self.backoff(1);
        tokio::time::sleep(pause).await;
        for partition in self.assigned.clone() {
            self.begin(partition).await?;
        }
        self.stale = false;
        Ok(())
    }

    /// Asks the state for a lane that is not in memory. `false`: all partitions have begun again, and the message will be given again.
    pub(super) async fn load(&mut self, partition: u32, lane: LaneKey) -> Result<bool, ConsumerError> {
        if !self.parts.get(&partition).is_some_and(|part| part.wants(lane)) {
            return Ok(true);
        }
        // Changed lanes cannot be put away: there is never more than a commit's worth of them.
        if self.parts.get(&partition).is_some_and(|part| part.lanes() >= self.config.max_lanes.max(1))
            && !self.commit(partition).await?
        {
            return Ok(false);
        }
        let kept = match self.state.lane(partition, lane).await {
            Ok(kept) => kept,
            Err(error) => return self.state_failed(error).await,
        };
        if let (Some(bytes), Some(part)) = (kept, self.parts.get_mut(&partition))
            && !part.put(lane, &bytes)
        {
            self.account.lanes_lost += 1;
        }
        Ok(true)
    }

    /// The state could not be read: all partitions begin again, where that may help.
    pub(super) async fn state_failed<R: Default>(&mut self, error: CommitError) -> Result<R, ConsumerError> {
        let CommitError::Again(_) = error else { return Err(error.into()) };
        self.begin_again().await?;
        Ok(R::default())
    }

    /// Whether a replay has had its effect. `None`: all partitions have begun again.
    pub(super) async fn has_replayed(
        &mut self,
        partition: u32,
        replay: &ReplayKey,
    ) -> Result<Option<bool>, ConsumerError> {
        if self.parts.get(&partition).is_some_and(|part| part.has_replayed(replay)) {
            return Ok(Some(true));
        }
        match self.state.replayed(partition, replay).await {
            Ok(replayed) => Ok(Some(replayed)),
            Err(error) => self.state_failed(error).await,
        }
    }
}
