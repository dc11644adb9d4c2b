//! The ledger: what was seen, what was declared dropped, what could not be read, and what is lost
//! (spec/loss.md).
//!
//! A pure state machine: [`Ledger::observe`] takes one [`Observation`] for each frame, in the order in
//! which a reader found them, and answers with the verdicts on it. Nothing here reads bytes, clocks or
//! files.

mod account;
mod counted;
mod from_frame;
mod lane;
mod observation;
mod ranges;
mod steps;
mod verdict;

pub use account::{Account, Tail};
pub use observation::{AcceptedFacts, Control, Observation};
pub use steps::{AccountEntry, Ledger, UnknownTail};
pub use verdict::Verdict;
