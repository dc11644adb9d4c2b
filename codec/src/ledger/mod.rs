//! The ledger: what was seen, what was declared dropped, what could not be read, and what is lost
//! (spec/loss.md).
//!
//! A pure state machine: [`Ledger::observe`] takes one [`Observation`] for each frame, in the order in
//! which a reader found them, and answers with the verdicts on it. Nothing here reads bytes, clocks or
//! files.

mod account;
mod bounds;
mod counted;
mod from_frame;
mod lane;
mod observation;
mod ranges;
mod state;
mod steps;
mod verdict;

pub use account::{Account, Tail};
pub use bounds::Bounds;
pub use observation::{AcceptedFacts, Control, Observation};
pub use state::{CountedState, EpochState, LaneState, StateError};
pub use steps::{AccountEntry, Ledger, UnknownTail};
pub use verdict::Verdict;
