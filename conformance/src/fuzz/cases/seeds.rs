//! What cases are made from: the vectors that a reader accepts.

use dashstream_vectors::{Case, DecodeExpect, FileExpect, Set, Vector};

use crate::protocol::Arrival;

/// Bytes and records up to which a frame is changed often; larger ones take long, and most say the same.
const SMALL: u64 = 4096;
const FEW: u64 = 1000;
/// Bytes up to which a frame or a file is used at all: what fits a line.
const MOST: u64 = 1 << 18;

/// The accepted frames, files and sequences of frames among the vectors, in the order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Seeds {
    /// Small frames.
    pub(super) frames: Vec<Vec<u8>>,
    /// Frames of many bytes or records.
    pub(super) large: Vec<Vec<u8>>,
    /// Files that are read, damaged ones too.
    pub(super) files: Vec<Vec<u8>>,
    /// What ledgers are told.
    pub(super) arrivals: Vec<Vec<Arrival>>,
}

impl Seeds {
    /// The seeds of a set of vectors.
    #[must_use]
    pub fn of(set: &Set) -> Self {
        let mut vectors: Vec<&Vector> = set.vectors.iter().collect();
        vectors.sort_by(|a, b| a.id.cmp(&b.id));
        let mut seeds = Self::default();
        vectors.into_iter().for_each(|vector| seeds.take(vector));
        seeds
    }

    /// Number of all of them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frames.len() + self.large.len() + self.files.len() + self.arrivals.len()
    }

    /// Whether there are no frames to begin with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    fn take(&mut self, vector: &Vector) {
        match &vector.case {
            Case::Decode(case) if matches!(case.expect, DecodeExpect::Accepted { .. }) => {
                let Some(bytes) = case.bytes.as_ref().filter(|bytes| bytes.len() <= MOST) else { return };
                let bytes = bytes.to_vec();
                let is_small = bytes.len() as u64 <= SMALL && records(&bytes) <= FEW;
                if is_small { &mut self.frames } else { &mut self.large }.push(bytes);
            }
            Case::File(case) if matches!(case.expect, FileExpect::Read { .. }) && case.bytes.len() <= SMALL => {
                self.files.push(case.bytes.to_vec());
            }
            Case::Ledger(case) if case.frames.iter().all(|frame| frame.bytes.len() <= SMALL) => {
                let arrival = |frame: &dashstream_vectors::LedgerFrame| Arrival {
                    frame: frame.bytes.to_vec(),
                    partition: frame.partition,
                };
                self.arrivals.push(case.frames.iter().map(arrival).collect());
            }
            _ => {}
        }
    }
}

fn records(frame: &[u8]) -> u64 {
    frame.get(28..30).and_then(|two| two.try_into().ok()).map_or(0, |two| u64::from(u16::from_le_bytes(two)))
}
