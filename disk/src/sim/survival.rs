//! What is left when the power goes.

use fastrand::Rng;

use super::file::{Change, Inode};

/// What has survived a loss of power, of all that was not made durable. What was made durable has always survived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survival {
    /// Nothing of it.
    Nothing,
    /// All of it.
    Everything,
    /// Of each file some writes, whole or torn at some byte, in no order; of each folder the first few changes. Which, follows from
    /// the seed.
    Some(u64),
    /// The same, but of each folder some changes, in no order: as where nothing keeps them in order.
    Reordered(u64),
}

impl Survival {
    /// Both ends, and so many in between.
    pub fn all(seeds: u64) -> impl Iterator<Item = Self> {
        [Self::Nothing, Self::Everything].into_iter().chain((0..seeds).map(Self::Some))
    }

    pub(super) fn rng(self) -> Rng {
        Rng::with_seed(match self {
            Self::Some(seed) | Self::Reordered(seed) => seed,
            Self::Nothing | Self::Everything => 0,
        })
    }

    /// The bytes of a file.
    pub(super) fn bytes(self, file: &Inode, rng: &mut Rng) -> Vec<u8> {
        let mut bytes = file.durable().to_vec();
        for change in file.pending() {
            match self {
                Self::Nothing => {}
                Self::Everything => change.apply(&mut bytes),
                Self::Some(_) | Self::Reordered(_) => {
                    tear(change, rng).iter().for_each(|change| change.apply(&mut bytes))
                }
            }
        }
        bytes
    }

    /// Which of so many changes to the names of a folder.
    pub(super) fn names(self, pending: usize, rng: &mut Rng) -> Vec<bool> {
        match self {
            Self::Nothing => vec![false; pending],
            Self::Everything => vec![true; pending],
            Self::Some(_) => {
                let kept = rng.usize(..=pending);
                (0..pending).map(|at| at < kept).collect()
            }
            Self::Reordered(_) => (0..pending).map(|_| rng.bool()).collect(),
        }
    }
}

/// What is left of a change: all, nothing, or of a write a piece, with or without the length that the whole would have given.
fn tear(change: &Change, rng: &mut Rng) -> Vec<Change> {
    match (change, rng.u8(..4)) {
        (_, 0) => Vec::new(),
        (Change::Write { at, bytes }, 1) => {
            let (kept, _) = bytes.split_at(rng.usize(..=bytes.len()));
            vec![Change::Write { at: *at, bytes: kept.to_vec() }]
        }
        (Change::Write { at, bytes }, 2) => {
            // The end reached the disk, and what is before it is what was there.
            let from = rng.usize(..=bytes.len());
            let (_, kept) = bytes.split_at(from);
            vec![Change::Write { at: at + from, bytes: kept.to_vec() }]
        }
        _ => vec![change.clone()],
    }
}
