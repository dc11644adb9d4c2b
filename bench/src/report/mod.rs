//! Reports of a run: tables and goals in Markdown, the same as JSON, and a plot.

mod goals;
mod json;
mod plot;
mod table;

use crate::measure::Measured;

pub use goals::{Goal, goals, names};
pub use json::json;
pub use plot::plot;
pub use table::markdown;

/// What a report is made of.
#[derive(Clone, Debug)]
pub struct Run {
    /// Name of the corpus.
    pub corpus: String,
    /// Lengths of frames that were measured, in records.
    pub sizes: Vec<usize>,
    /// Rounds.
    pub rounds: usize,
    /// Everybody, in the order of tables.
    pub measured: Vec<Measured>,
    /// Our bodies, for each length of frames.
    pub bodies: Vec<Bodies>,
}

/// Our bodies before compression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bodies {
    /// Records in a frame at most.
    pub records: usize,
    /// Bytes an event.
    pub an_event: f64,
    /// Bytes of the largest.
    pub largest: u64,
}
