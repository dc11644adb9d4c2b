//! How a consumer works.

use std::collections::BTreeSet;

use dashstream_codec::Limits;
use dashstream_codec::ledger::Bounds;

use crate::transport::Position;

/// How a consumer works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerConfig {
    /// The tenant that all frames have to have (CON-012); `None`: any.
    pub tenant: Option<String>,
    /// Limits of what is read. The default is what the format allows.
    pub limits: Limits,
    /// What is remembered of a lane (CON-011). The default is 256 counted ranges and 64 missing ranges of an epoch, and 4 epochs.
    pub bounds: Bounds,
    /// Lanes of a partition that are held in memory, 1 or more; the others are asked of the state again. The default is 10,000.
    pub max_lanes: usize,
    /// Frames of a partition that are handed over between two commits at the most, 1 or more: so many may be repeated. The default
    /// is 100.
    pub commit_frames: u32,
    /// Microseconds after which what is confirmed is committed. The default is 1 s.
    pub commit_us: u64,
    /// How often the application is asked about a frame before it is given up (CON-009), 1 or more. The default is 10.
    pub attempts: u32,
    /// Microseconds before something is tried again, at the most, the first time; twice as many each time. The default is 100 ms.
    pub backoff_us: u64,
    /// The most that it comes to. The default is 10 s.
    pub max_backoff_us: u64,
    /// Unsupported frames that the operator lets pass (CON-005). Each is saved as a dead letter.
    pub pass: BTreeSet<Position>,
}

impl Default for ConsumerConfig {
    fn default() -> Self {
        Self {
            tenant: None,
            limits: Limits::default(),
            bounds: Bounds { counted: 256, missing: 64, epochs: 4, nonces: 64 },
            max_lanes: 10_000,
            commit_frames: 100,
            commit_us: 1_000_000,
            attempts: 10,
            backoff_us: 100_000,
            max_backoff_us: 10_000_000,
            pass: BTreeSet::new(),
        }
    }
}

impl ConsumerConfig {
    /// The bounds, not below those of CON-011.
    pub(super) fn checked_bounds(&self) -> Bounds {
        let Bounds { counted, missing, epochs, nonces } = self.bounds;
        // CON-011
        Bounds { counted: counted.max(64), missing: missing.max(64), epochs: epochs.max(2), nonces: nonces.max(2) }
    }
}
