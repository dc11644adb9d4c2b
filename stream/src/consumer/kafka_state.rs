//! State in Kafka.

use std::collections::BTreeMap;

use super::error::CommitError;
use super::state::{Begun, Commit, LaneKey, State};
use crate::deadletter::ReplayKey;
use crate::transport::Message;
use crate::transport::kafka::{self, KafkaCommits, KafkaCommitsConfig, KafkaGroup};

/// State in a compacted topic, saved in one transaction of Kafka with the group's offset (KAF-009), so that whoever has the partition next
/// finds it, on whatever machine. What is known of the partitions that this consumer has is held in memory besides.
///
/// An [`Effect`](super::Effect) is a message to the topic of its name, into the partition of the same number, in the same
/// transaction: who reads that topic with `read_committed` sees it once.
///
/// Before the first commit of a partition nothing is kept of how many frames are to be marked (CON-008): consumers of one group are to have the
/// same setting until then.
#[derive(Debug)]
pub struct KafkaState {
    group: KafkaGroup,
    config: KafkaCommitsConfig,
    /// `None`: it has to be opened.
    commits: Option<KafkaCommits>,
    parts: BTreeMap<u32, BTreeMap<Vec<u8>, Vec<u8>>>,
}

/// The key under which the number of frames to mark is kept.
const MARKS: &[u8] = b"marks";

fn lane_key(lane: LaneKey) -> Vec<u8> {
    [b"lane/".as_slice(), &lane.to_bytes()].concat()
}

fn replay_key(replay: &ReplayKey) -> Vec<u8> {
    format!("replay/{replay}").into_bytes()
}

impl KafkaState {
    /// The state of a group, as the reader of the configuration's name keeps it. Asks nobody yet.
    #[must_use]
    pub const fn new(group: KafkaGroup, config: KafkaCommitsConfig) -> Self {
        Self { group, config, commits: None, parts: BTreeMap::new() }
    }

    async fn commits(&mut self) -> Result<&KafkaCommits, CommitError> {
        let commits = match self.commits.take() {
            Some(commits) => commits,
            None => KafkaCommits::open(&self.group, &self.config).await.map_err(|error| self.failed(&error))?,
        };
        Ok(self.commits.insert(commits))
    }

    fn failed(&mut self, error: &kafka::CommitError) -> CommitError {
        match error {
            kafka::CommitError::Aborted { .. } | kafka::CommitError::Transport(_) => {
                CommitError::Again(error.to_string())
            }
            kafka::CommitError::Fenced { .. } => CommitError::Gone(error.to_string()),
            // It is opened again, and tells then.
            _ => {
                self.commits = None;
                CommitError::Again(error.to_string())
            }
        }
    }

    fn kept(&self, partition: u32, key: &[u8]) -> Option<&Vec<u8>> {
        self.parts.get(&partition)?.get(key)
    }
}

impl State for KafkaState {
    async fn begin(&mut self, partition: u32, marks: u32) -> Result<Begun, CommitError> {
        let loaded = self.commits().await?.load(partition).await;
        let loaded = loaded.map_err(|error| self.failed(&error))?;
        let kept = loaded.state.get(MARKS).and_then(|bytes| <[u8; 4]>::try_from(bytes.as_slice()).ok());
        let kept = kept.map_or(0, u32::from_be_bytes);
        self.parts.insert(partition, loaded.state);
        let begun = Begun { next: loaded.next, marks: marks.max(kept) };
        if let Some(next) = loaded.next.filter(|_| marks > kept) {
            self.commit(Commit { partition, next, marks, ..Commit::default() }).await?;
        }
        Ok(begun)
    }

    async fn lane(&mut self, partition: u32, lane: LaneKey) -> Result<Option<Vec<u8>>, CommitError> {
        Ok(self.kept(partition, &lane_key(lane)).cloned())
    }

    async fn replayed(&mut self, partition: u32, replay: &ReplayKey) -> Result<bool, CommitError> {
        Ok(self.kept(partition, &replay_key(replay)).is_some())
    }

    // KAF-009
    async fn commit(&mut self, commit: Commit) -> Result<(), CommitError> {
        let Commit { partition, next, lanes, replays, effects, marks } = commit;
        let mut state: Vec<_> = lanes.into_iter().map(|(lane, bytes)| (lane_key(lane), Some(bytes))).collect();
        state.extend(replays.iter().map(|replay| (replay_key(replay), Some(Vec::new()))));
        state.push((MARKS.to_vec(), Some(marks.to_be_bytes().to_vec())));
        let messages = effects.into_iter().map(|effect| {
            (effect.to, partition, Message { key: Some(effect.key), value: effect.value, ..Message::default() })
        });
        let saved = kafka::Commit { partition, next, state: state.clone(), messages: messages.collect() };
        self.commits().await?.commit(saved).await.map_err(|error| self.failed(&error))?;
        let kept = self.parts.entry(partition).or_default();
        kept.extend(state.into_iter().filter_map(|(key, value)| Some((key, value?))));
        Ok(())
    }

    fn end(&mut self, partition: u32) {
        self.parts.remove(&partition);
    }
}
