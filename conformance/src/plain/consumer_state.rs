//! What a consumer knows of a partition: once as it is durable, and once as it is after what was confirmed.

use super::consumer_replay::Replay;
use super::gate::Gate;
use super::ledger::Ledger;
use std::collections::BTreeSet;

/// The state of a partition, as of an offset. It is committed as a whole (CON-007).
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// The offset to go on with.
    pub next: u64,
    /// The ledger after everything before `next`.
    pub ledger: Ledger,
    /// The replays before `next`.
    pub replays: BTreeSet<Replay>,
    /// Offsets whose effects are there.
    pub effects: Vec<u64>,
    /// Frames from `next` on that may have been handed over.
    pub marks: u64,
}

impl State {
    /// The state at the beginning.
    pub(super) fn new(gate: Gate) -> Self {
        Self { ledger: Ledger { gate, ..Ledger::default() }, ..Self::default() }
    }
}
