//! Closed accounting: every vector that was selected has exactly one outcome.

use serde::{Deserialize, Serialize};

/// What became of a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every delivery got the expected answer.
    Pass,
    /// An answer was another.
    Fail,
    /// It needs a capability that the testee did not declare.
    Skip,
    /// The testee ended.
    Crash,
    /// The testee did not answer in time.
    Timeout,
    /// What the testee said is no answer.
    Protocol,
    /// The run ended before it.
    NotRun,
}

impl Outcome {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 7] =
        [Self::Pass, Self::Fail, Self::Skip, Self::Crash, Self::Timeout, Self::Protocol, Self::NotRun];

    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skip => "skip",
            Self::Crash => "crash",
            Self::Timeout => "timeout",
            Self::Protocol => "protocol",
            Self::NotRun => "not-run",
        }
    }

    /// Whether the testee was asked.
    #[must_use]
    pub const fn executed(self) -> bool {
        !matches!(self, Self::Skip | Self::NotRun)
    }
}

/// How many vectors had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Vectors that were selected.
    pub total: usize,
    /// See [`Outcome::Pass`].
    pub pass: usize,
    /// See [`Outcome::Fail`].
    pub fail: usize,
    /// See [`Outcome::Skip`].
    pub skip: usize,
    /// See [`Outcome::Crash`].
    pub crash: usize,
    /// See [`Outcome::Timeout`].
    pub timeout: usize,
    /// See [`Outcome::Protocol`].
    pub protocol: usize,
    /// See [`Outcome::NotRun`].
    #[serde(rename = "not-run")]
    pub not_run: usize,
}

impl Counts {
    /// Nothing yet of `total` vectors.
    #[must_use]
    pub fn of(total: usize) -> Self {
        Self { total, ..Self::default() }
    }

    /// The outcomes of a whole selection.
    #[must_use]
    pub fn all(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            counts.total += 1;
            counts.add(outcome);
        }
        counts
    }

    /// Counts one outcome.
    pub fn add(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Pass => &mut self.pass,
            Outcome::Fail => &mut self.fail,
            Outcome::Skip => &mut self.skip,
            Outcome::Crash => &mut self.crash,
            Outcome::Timeout => &mut self.timeout,
            Outcome::Protocol => &mut self.protocol,
            Outcome::NotRun => &mut self.not_run,
        } += 1;
    }

    /// How many had this outcome.
    #[must_use]
    pub const fn get(&self, outcome: Outcome) -> usize {
        match outcome {
            Outcome::Pass => self.pass,
            Outcome::Fail => self.fail,
            Outcome::Skip => self.skip,
            Outcome::Crash => self.crash,
            Outcome::Timeout => self.timeout,
            Outcome::Protocol => self.protocol,
            Outcome::NotRun => self.not_run,
        }
    }

    /// Vectors that the testee was asked about.
    #[must_use]
    pub const fn executed(&self) -> usize {
        self.pass + self.fail + self.crash + self.timeout + self.protocol
    }

    /// Whether every vector has an outcome and none has two.
    #[must_use]
    pub const fn close(&self) -> bool {
        self.executed() + self.skip + self.not_run == self.total
    }

    /// The outcomes that occurred, but for `pass`: `3 fail, 1 crash`.
    #[must_use]
    pub fn others(&self) -> String {
        let others = Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Pass && self.get(*outcome) > 0);
        others.map(|outcome| format!("{} {}", self.get(outcome), outcome.name())).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_counted_once() {
        for outcome in Outcome::ALL {
            let counts = Counts::all([outcome, Outcome::Pass]);
            assert!(counts.close(), "{outcome:?}");
            assert_eq!(counts.total, 2);
            assert_eq!(counts.executed(), 1 + usize::from(outcome.executed()));
        }
    }

    #[test]
    fn a_vector_without_an_outcome_or_with_two_shows() {
        let mut counts = Counts::of(2);
        counts.add(Outcome::Pass);
        assert!(!counts.close());
        counts.add(Outcome::Skip);
        assert!(counts.close());
        counts.add(Outcome::Fail);
        assert!(!counts.close());
    }

    #[test]
    fn others_lists_what_is_not_pass() {
        let counts = Counts::all([Outcome::Pass, Outcome::Fail, Outcome::Fail, Outcome::NotRun]);
        assert_eq!(counts.others(), "2 fail, 1 not-run");
    }
}
