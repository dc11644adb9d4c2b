//! Sending letters again.

use std::time::Duration;

use dashstream_disk::Disk;

use super::failure::Stage;
use super::folder::{Folder, FolderError};
use super::id::LetterId;
use super::letter::Letter;
use super::name::LetterName;
use crate::transport::{Outcome, Sink};

/// How often a letter is sent again where nothing else is said (DLQ-008).
pub const MAX_REPLAYS: u32 = 3;

/// Which letters. What is empty asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// With one of these ids.
    pub ids: Vec<LetterId>,
    /// With one of these codes, by their names.
    pub codes: Vec<String>,
    /// Of one of these stages.
    pub stages: Vec<Stage>,
    /// From one of these topics.
    pub topics: Vec<String>,
    /// Of one of these tenants. Letters that do not know theirs are not among them.
    pub tenants: Vec<String>,
}

impl Filter {
    /// Whether a letter is one of them.
    #[must_use]
    pub fn takes(&self, letter: &Letter) -> bool {
        fn among<T: PartialEq>(asked: &[T], is: impl Fn(&T) -> bool) -> bool {
            asked.is_empty() || asked.iter().any(is)
        }
        let tenant = letter.owner.as_ref().map(|owner| owner.tenant.as_str());
        among(&self.ids, |id| *id == letter.id())
            && among(&self.codes, |code| code == letter.failure.reason.name())
            && among(&self.stages, |stage| *stage == letter.failure.stage)
            && among(&self.topics, |topic| *topic == letter.topic)
            && among(&self.tenants, |asked| tenant == Some(asked))
    }
}

/// What is to be done with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The letter.
    pub name: LetterName,
    /// What.
    pub planned: Planned,
}

/// What is to be done with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// It is sent to this partition, the one that it was read from, for this time.
    Send {
        /// The partition.
        partition: u32,
        /// For which time, from 1.
        attempt: u32,
    },
    /// It is not sent.
    Skip(Skip),
}

/// Why a letter is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Skip {
    /// It was sent as often as may be.
    #[error("sent {replays} times already, where {most} may be")]
    Exhausted {
        /// How often.
        replays: u32,
        /// How often it may be.
        most: u32,
    },
    /// It is a damaged range of a file, and no message.
    #[error("a damaged range of a file is no message")]
    Damage,
    /// The topic has no such partition.
    #[error("there is no partition {partition}: there are {partitions}")]
    NoPartition {
        /// The partition that it was read from.
        partition: u32,
        /// How many there are.
        partitions: u32,
    },
}

/// Says what is to be done with the letters that the filter takes, for a topic of so many partitions. Nothing is done.
// DLQ-008
#[must_use]
pub fn plan(letters: &[(LetterName, Letter)], filter: &Filter, partitions: u32, max_replays: u32) -> Vec<Step> {
    let letters = letters.iter().filter(|(_, letter)| filter.takes(letter));
    letters.map(|(name, letter)| Step { name: *name, planned: planned(letter, partitions, max_replays) }).collect()
}

fn planned(letter: &Letter, partitions: u32, most: u32) -> Planned {
    let partition = letter.position.partition;
    if letter.failure.stage == Stage::Damage {
        Planned::Skip(Skip::Damage)
    } else if letter.replays >= most {
        Planned::Skip(Skip::Exhausted { replays: letter.replays, most })
    } else if partition >= partitions {
        Planned::Skip(Skip::NoPartition { partition, partitions })
    } else {
        Planned::Send { partition, attempt: letter.replays.saturating_add(1) }
    }
}

/// What became of a letter.
#[derive(Debug)]
pub enum Replayed {
    /// It was sent, or could not be.
    Sent {
        /// For which time.
        attempt: u32,
        /// What became of the message.
        outcome: Outcome,
    },
    /// It was not sent.
    Skipped(Skip),
    /// It was not sent: it could not be counted.
    NotCounted(FolderError),
}

/// Does what was planned for a letter, by what the letter says now: it is counted durably, and then sent. It stays in its folder. Blocks
/// while it counts.
// DLQ-008
pub async fn replay<S: Sink, D: Disk>(
    folder: &mut Folder<D>,
    sink: &S,
    name: LetterName,
    max_replays: u32,
    timeout: Duration,
) -> Replayed {
    let planned = folder.read(name).map(|letter| planned(&letter, sink.partitions(), max_replays));
    let partition = match planned {
        Ok(Planned::Send { partition, .. }) => partition,
        Ok(Planned::Skip(skip)) => return Replayed::Skipped(skip),
        Err(error) => return Replayed::NotCounted(error),
    };
    let letter = match folder.count_replay(name) {
        Ok(letter) => letter,
        Err(error) => return Replayed::NotCounted(error),
    };
    let attempt = letter.replays;
    let outcome = sink.send(partition, letter.replayed(attempt), std::time::Instant::now() + timeout).await;
    Replayed::Sent { attempt, outcome }
}
