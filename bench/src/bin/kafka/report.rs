//! What was measured, as a table of ratios.

use std::io::Write;
use std::time::Duration;

use dashstream_bench::error::Error;
use dashstream_bench::measure::Spread;

/// What ours does in a second, by what another does, at the least: about a third of the least that was measured, for a machine that does
/// much else gives each side another share of itself. What it holds off is a thing that waits where it should not.
const THRESHOLDS: [(&str, &str, f64); 5] = [
    ("frames of 1,000", "plain, sealing and keeping", 0.26),
    ("frames of 1,000", "plain, sealing", 0.22),
    ("a frame of 1,000 every 10 ms", "plain", 0.9),
    ("single events, 20 ms of linger", "plain, sealing", 2.4),
    ("reading", "plain, decoding", 0.08),
];

/// One turn of one side.
pub(crate) struct Run {
    pub(crate) elapsed: Duration,
    /// Events that were sent and acknowledged, or read.
    pub(crate) events: usize,
    /// From the offer to the acknowledgement.
    pub(crate) latencies: Vec<Duration>,
}

impl Run {
    fn events_a_second(&self) -> f64 {
        self.events as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that so many in a hundred are not above, in milliseconds.
    fn latency_ms(&self, percent: usize) -> Option<f64> {
        let mut sorted = self.latencies.clone();
        sorted.sort();
        let latency = sorted.get((sorted.len() * percent / 100).min(sorted.len().checked_sub(1)?))?;
        Some(latency.as_secs_f64() * 1e3)
    }
}

/// All turns.
#[derive(Default)]
pub(crate) struct Report {
    /// What, who, and the turns, in the order in which they were first seen.
    rows: Vec<(&'static str, &'static str, Vec<Run>)>,
}

impl Report {
    pub(crate) fn add(&mut self, what: &'static str, who: &'static str, run: Run) {
        match self.rows.iter_mut().find(|(a, b, _)| (*a, *b) == (what, who)) {
            Some((_, _, runs)) => runs.push(run),
            None => self.rows.push((what, who, vec![run])),
        }
    }

    fn of(&self, what: &str, who: &str) -> &[Run] {
        self.rows.iter().find(|(a, b, _)| (*a, *b) == (what, who)).map_or(&[], |(_, _, runs)| runs)
    }

    /// What ours does in a second, by what another does in the same round.
    fn ratio(&self, what: &str, who: &str) -> Spread {
        let pairs = self.of(what, "ours").iter().zip(self.of(what, who));
        Spread::of(pairs.map(|(ours, other)| ours.events_a_second() / other.events_a_second()))
    }

    /// Prints the tables; `false` where a threshold is to be kept and is not.
    pub(crate) fn print(&self, out: &mut dyn Write, gate: bool) -> Result<bool, Error> {
        writeln!(out, "| what | who | events a second | p50 ms | p99 ms | ours by it |\n|---|---|--:|--:|--:|--:|")?;
        for (what, who, runs) in &self.rows {
            let a_second = Spread::of(runs.iter().map(Run::events_a_second)).median;
            let latency = |percent| {
                let of = Spread::of(runs.iter().filter_map(|run| run.latency_ms(percent))).median;
                if of > 0.0 { format!("{of:.1}") } else { String::new() }
            };
            let (p50, p99, Spread { median, min, max }) = (latency(50), latency(99), self.ratio(what, who));
            writeln!(out, "| {what} | {who} | {a_second:.0} | {p50} | {p99} | {median:.2} ({min:.2}..{max:.2}) |")?;
        }
        let mut passed = true;
        for (what, who, at_least) in THRESHOLDS.into_iter().filter(|_| gate) {
            let Spread { median, min, max } = self.ratio(what, who);
            let holds = median >= at_least;
            passed &= holds;
            let verdict = if holds { "holds" } else { "BROKEN" };
            writeln!(out, "\n{what}, ours by {who}: {median:.2} ({min:.2}..{max:.2}), at least {at_least}: {verdict}")?;
        }
        Ok(passed)
    }
}
