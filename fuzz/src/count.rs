//! What a target has executed: counts that a run adds up and prints.

use std::time::Duration;

use dashstream_codec::Code;
use dashstream_codec::laws::{Depth, Seen};
use serde_json::{Map, Value, json};

use crate::measure::Cost;

/// Counts of one process.
#[derive(Clone, Debug)]
pub struct Counts {
    /// Inputs that were executed.
    pub executions: u64,
    /// Of them, those that were rejected after all CRCs had been found right.
    pub behind: u64,
    /// Of them, those with an accepted frame.
    pub accepted: u64,
    /// How often each code was given, by its number.
    pub codes: Vec<u64>,
    /// The input that took most heap for what it was entitled to: heap, entitled.
    pub heap: (u64, u64),
    /// The input that took most time for a byte: nanoseconds, bytes of the input and of its body.
    pub time: (u64, u64),
}

impl Default for Counts {
    fn default() -> Self {
        Self { executions: 0, behind: 0, accepted: 0, codes: vec![0; 64], heap: (0, 1), time: (0, 1) }
    }
}

impl Counts {
    /// Counts an execution.
    pub fn add(&mut self, seen: &Seen) {
        self.executions += 1;
        match seen.depth {
            Depth::Before => {}
            Depth::Behind => self.behind += 1,
            Depth::Accepted => self.accepted += 1,
        }
        for code in seen.codes.iter() {
            if let Some(count) = self.codes.get_mut(code.number() as usize) {
                *count += 1;
            }
        }
    }

    /// Whether reading an input of so many bytes in `time` is the slowest so far.
    #[must_use]
    pub fn is_slowest(&self, time: Duration, bytes: u64) -> bool {
        let (worst, of) = self.time;
        nanos(time).saturating_mul(of) > worst.saturating_mul(bytes)
    }

    /// Takes note of what an input cost.
    pub fn cost(&mut self, cost: &Cost, bytes: u64) {
        let (worst, of) = self.heap;
        if cost.heap.saturating_mul(of) > worst.saturating_mul(cost.entitled) {
            self.heap = (cost.heap, cost.entitled);
        }
        if self.is_slowest(cost.time, bytes) {
            self.time = (nanos(cost.time), bytes);
        }
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let count = |code: &Code| self.codes.get(code.number() as usize).copied().unwrap_or(0);
        let codes: Map<String, Value> = Code::ALL
            .iter()
            .filter(|code| count(code) > 0)
            .map(|code| (code.name().to_owned(), count(code).into()))
            .collect();
        let Self { executions, behind, accepted, heap, time, .. } = self;
        json!({
            "executions": executions, "behind": behind, "accepted": accepted, "codes": codes, "heap": heap, "time": time,
        })
        .to_string()
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
