//! A bar on a terminal; nothing elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::runner::account::Outcome;
use crate::runner::one::VectorResult;

/// How far a run has come.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Of `total` vectors; shown where a person watches.
    #[must_use]
    pub(crate) fn new(total: usize, live: bool) -> Self {
        Self::of("vectors", Some(total as u64), live)
    }

    /// Of `total` things, or of nobody knows how many; shown where a person watches.
    #[must_use]
    pub(crate) fn of(things: &str, total: Option<u64>, live: bool) -> Self {
        let target = if live { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(total, target);
        let far = if total.is_some() { "{bar:40} {pos} of {len}" } else { "{pos}" };
        if let Ok(style) = ProgressStyle::with_template(&format!("{far} {things}, {{elapsed}} {{msg}}")) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// So many of them, of which so many were found to be wrong.
    pub(crate) fn at(&self, count: u64, wrong: usize) {
        self.bar.set_position(count);
        if wrong > 0 {
            self.bar.set_message(format!("{wrong} disagree"));
        }
    }

    /// One vector more.
    pub(crate) fn note(&self, result: &VectorResult) {
        if !matches!(result.outcome, Outcome::Pass | Outcome::Skip) {
            self.bar.set_message(format!("{} {}", result.outcome.name(), result.id));
        }
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
