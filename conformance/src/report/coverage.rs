//! Coverage by requirement: what a run says of each.

use serde::{Deserialize, Serialize};

use super::model::RequirementRow;
use crate::runner::account::Outcome;
use crate::runner::one::VectorResult;
use crate::spec::{Means, Requirement};

/// What a run says of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A vector that lists it did not pass.
    Failed,
    /// Every vector of this run that lists it passed.
    Passed,
    /// Some of its vectors passed, the others were skipped or not run.
    Partly,
    /// All of its vectors were skipped or not run.
    Skipped,
    /// This run has no vector that lists it.
    NotSelected,
    /// It is proved by a test of this repository, not by vectors.
    ByTest,
    /// It is reviewed, not tested.
    ByReview,
    /// Its role is not implemented yet.
    Pending,
}

impl State {
    /// All of them, in the order of reports: what is wrong comes first.
    pub const ALL: [Self; 8] = [
        Self::Failed,
        Self::Partly,
        Self::Skipped,
        Self::Passed,
        Self::ByTest,
        Self::ByReview,
        Self::NotSelected,
        Self::Pending,
    ];

    /// Its name in `report.json` and in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Passed => "passed",
            Self::Partly => "partly",
            Self::Skipped => "skipped",
            Self::NotSelected => "not-selected",
            Self::ByTest => "by-test",
            Self::ByReview => "by-review",
            Self::Pending => "pending",
        }
    }

    /// For a person.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Passed => "passed",
            Self::Partly => "passed in part",
            Self::Skipped => "skipped",
            Self::NotSelected => "not in this run",
            Self::ByTest => "by a test",
            Self::ByReview => "by review",
            Self::Pending => "pending",
        }
    }
}

/// One requirement and the vectors of the run that list it.
pub(super) fn row(requirement: &Requirement, results: &[VectorResult]) -> RequirementRow {
    let listing: Vec<&VectorResult> =
        results.iter().filter(|result| result.requirements.contains(&requirement.id)).collect();
    let outcomes: Vec<Outcome> = listing.iter().map(|result| result.outcome).collect();
    RequirementRow {
        id: requirement.id.clone(),
        role: requirement.role.clone(),
        keyword: requirement.keyword.name().to_owned(),
        text: requirement.text.clone(),
        file: requirement.file.clone(),
        line: requirement.line,
        means: requirement.means.name().to_owned(),
        proof: match &requirement.means {
            Means::Test(name) => name.clone(),
            Means::Review(reason) => reason.clone(),
            _ => String::new(),
        },
        state: state(&requirement.means, &outcomes),
        vectors: listing.iter().map(|result| result.id.clone()).collect(),
        passed: outcomes.iter().filter(|outcome| **outcome == Outcome::Pass).count(),
    }
}

fn state(means: &Means, outcomes: &[Outcome]) -> State {
    let passed = outcomes.iter().filter(|outcome| **outcome == Outcome::Pass).count();
    let failed = outcomes.iter().any(|outcome| outcome.executed() && *outcome != Outcome::Pass);
    match means {
        _ if failed => State::Failed,
        Means::Test(_) => State::ByTest,
        Means::Review(_) => State::ByReview,
        Means::Pending => State::Pending,
        _ if outcomes.is_empty() => State::NotSelected,
        _ if passed == outcomes.len() => State::Passed,
        _ if passed == 0 => State::Skipped,
        _ => State::Partly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_json() {
        for state in State::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
    }

    #[test]
    fn states() {
        use Outcome::{Crash, Fail, NotRun, Pass, Skip};
        let vector = |outcomes: &[Outcome]| state(&Means::Vector, outcomes);
        assert_eq!(vector(&[Pass, Pass]), State::Passed);
        assert_eq!(vector(&[Pass, Skip]), State::Partly);
        assert_eq!(vector(&[Skip, NotRun]), State::Skipped);
        assert_eq!(vector(&[]), State::NotSelected);
        assert_eq!(vector(&[Pass, Fail]), State::Failed);
        assert_eq!(vector(&[Crash]), State::Failed);
        assert_eq!(state(&Means::Pending, &[]), State::Pending);
        assert_eq!(state(&Means::Test("x".into()), &[Pass]), State::ByTest);
        assert_eq!(state(&Means::Review("x".into()), &[Fail]), State::Failed);
    }
}
