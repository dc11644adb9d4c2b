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
        let target = if live { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} vectors, {elapsed} {msg}") {
            bar.set_style(style);
        }
        Self { bar }
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
