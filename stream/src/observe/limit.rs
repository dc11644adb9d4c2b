//! Warnings that repeat.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

/// Lets the first few of a kind through in each period, and says afterwards how many it has held back.
#[derive(Debug)]
pub struct Limiter {
    first: u32,
    period: Duration,
    windows: BTreeMap<&'static str, Window>,
}

/// A period in which something of a kind has happened.
#[derive(Debug)]
struct Window {
    end: Instant,
    said: u32,
    suppressed: u64,
}

impl Limiter {
    /// Lets `first` of each kind through in a period, which begins with the first of them.
    #[must_use]
    pub const fn new(first: u32, period: Duration) -> Self {
        Self { first, period, windows: BTreeMap::new() }
    }

    /// Whether one of this kind is said. Ask [`Self::due`] before.
    pub fn admit(&mut self, kind: &'static str, now: Instant) -> bool {
        let end = now + self.period;
        let window = self.windows.entry(kind).or_insert(Window { end, said: 0, suppressed: 0 });
        if window.said < self.first {
            window.said += 1;
            return true;
        }
        window.suppressed += 1;
        false
    }

    /// Ends the periods that are over: the kinds of which something was held back in them, and how many.
    pub fn due(&mut self, now: Instant) -> Vec<(&'static str, u64)> {
        self.end(|window| window.end <= now)
    }

    /// Ends every period.
    pub fn finish(&mut self) -> Vec<(&'static str, u64)> {
        self.end(|_| true)
    }

    fn end(&mut self, ends: impl Fn(&Window) -> bool) -> Vec<(&'static str, u64)> {
        let mut held = Vec::new();
        self.windows.retain(|kind, window| {
            let ends = ends(window);
            if ends && window.suppressed > 0 {
                held.push((*kind, window.suppressed));
            }
            !ends
        });
        held
    }

    /// When there is something to say for [`Self::due`].
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        self.windows.values().filter(|window| window.suppressed > 0).map(|window| window.end).min()
    }
}

impl Default for Limiter {
    /// Five in ten seconds.
    fn default() -> Self {
        Self::new(5, Duration::from_secs(10))
    }
}
