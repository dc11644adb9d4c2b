//! The report as data: `report.json` is this, and the other forms are made from it.

use serde::{Deserialize, Serialize};

use super::coverage;
use crate::protocol::PROTOCOL;
use crate::runner::Run;
use crate::runner::account::{Counts, Outcome};
use crate::runner::one::VectorResult;
use crate::runner::sides::Sides;
use crate::spec::{ErrorCode, Profile, Requirement};

/// Version of the form of `report.json`.
pub const FORMAT: u32 = 2;

/// A whole report. `conformance/report.schema.json` is its schema.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Version of this form, [`FORMAT`].
    pub format: u32,
    /// The run's last line.
    pub verdict: String,
    /// Whether every vector that was executed passed and nothing else is wrong.
    pub conformant: bool,
    /// What the command ends with.
    pub exit_code: u8,
    /// The profile that was asked for.
    pub profile: String,
    /// Whether only some vectors or deliveries of the profile were asked for.
    pub filtered: bool,
    /// When the run ended, in UTC, as in RFC 3339.
    pub finished: String,
    /// Who was tested.
    pub testee: TesteeRow,
    /// With what.
    pub suite: SuiteRow,
    /// The outcomes, counted.
    pub counts: Counts,
    /// Deliveries that were made.
    pub deliveries: usize,
    /// How long the run took.
    pub milliseconds: u64,
    /// What is wrong apart from any vector.
    pub complaints: Vec<String>,
    /// The outcomes by profile.
    pub profiles: Vec<ProfileRow>,
    /// The outcomes by expected error code.
    pub codes: Vec<CodeRow>,
    /// The outcomes by requirement.
    pub requirements: Vec<RequirementRow>,
    /// Every vector that was selected.
    pub vectors: Vec<VectorRow>,
}

/// Who was tested.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TesteeRow {
    /// Name of the implementation.
    pub implementation: String,
    /// Its version.
    pub version: String,
    /// The language it is written in.
    pub language: String,
    /// What it says it can do.
    pub capabilities: Vec<String>,
    /// How it was started.
    pub command: String,
    /// The command of this run without its filters: with `--filter ID` behind it, it runs one vector.
    pub replay: String,
}

/// With what it was tested.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SuiteRow {
    /// Version of the runner.
    pub version: String,
    /// Version of the protocol.
    pub protocol: u32,
    /// SHA-256 of the vectors' `SHA256SUMS`.
    pub manifest_digest: String,
    /// Number of vectors in the set, selected or not.
    pub vectors: usize,
}

/// The outcomes of one profile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProfileRow {
    /// Its name.
    pub name: String,
    /// What it means.
    pub text: String,
    /// The outcomes of its vectors.
    pub counts: Counts,
}

/// The outcomes of the vectors that expect one code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodeRow {
    /// Its name.
    pub code: String,
    /// `frame`, `record`, `writer` or `file`.
    pub scope: String,
    /// What it means.
    pub text: String,
    /// The outcomes.
    pub counts: Counts,
}

/// One requirement and what is known of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequirementRow {
    /// Its id.
    pub id: String,
    /// Who has to satisfy it.
    pub role: String,
    /// Its keyword.
    pub keyword: String,
    /// Its text.
    pub text: String,
    /// The file it is in.
    pub file: String,
    /// The line it begins in, from 1.
    pub line: usize,
    /// What shows that it is satisfied: `vector`, `scenario`, `test`, `review`, `pending`.
    pub means: String,
    /// Name of the test, or reason of the review.
    pub proof: String,
    /// What this run says of it.
    pub state: coverage::State,
    /// Vectors of this run that list it.
    pub vectors: Vec<String>,
    /// How many of them passed.
    pub passed: usize,
}

/// One vector.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VectorRow {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The folder it is in.
    pub area: String,
    /// What the testee was asked to do.
    pub operation: String,
    /// The profiles that it belongs to.
    pub profiles: Vec<String>,
    /// `valid`, `lint` or `invalid`.
    pub class: String,
    /// The requirements that it tests.
    pub requirements: Vec<String>,
    /// The error codes that it expects.
    pub codes: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether it is on the list of known failures.
    pub known_failure: bool,
    /// Why it was skipped or not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is expected of the whole input.
    pub expected: String,
    /// Deliveries that were made.
    pub deliveries: usize,
    /// How long it took.
    pub milliseconds: u64,
    /// What is allowed and not recommended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The delivery that did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<TroubleRow>,
}

/// A delivery that did not pass.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TroubleRow {
    /// Its name.
    pub delivery: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
    /// Where the two differ.
    pub differences: Vec<DifferenceRow>,
    /// The input around the place in question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hex: Option<String>,
    /// Both sides as JSON, for the pages.
    #[serde(skip)]
    pub sides: Option<Sides>,
    /// The last of the testee's stderr.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stderr: String,
    /// The command that makes only this delivery.
    pub replay: String,
}

/// One place where answer and expectation differ.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DifferenceRow {
    /// Where.
    pub path: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub got: String,
}

/// What the model is made from, apart from the run.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The profile that was asked for.
    pub profile: &'a str,
    /// Whether filters were given.
    pub filtered: bool,
    /// The command of the testee, for a person.
    pub command: &'a str,
    /// What goes before the filters in a line that replays a delivery.
    pub replay: &'a str,
    /// Digest of the set of vectors.
    pub manifest_digest: &'a str,
    /// Number of vectors in the set.
    pub set: usize,
    /// The requirements of the specification.
    pub requirements: &'a [Requirement],
    /// The registry of profiles.
    pub profiles: &'a [Profile],
    /// The registry of errors.
    pub codes: &'a [ErrorCode],
    /// Whether a vector is a known failure.
    pub known: &'a dyn Known,
}

/// Knows which vectors fail.
pub trait Known: std::fmt::Debug {
    /// Whether the vector is on the list.
    fn is_known(&self, id: &str) -> bool;
}

impl Known for crate::runner::known::KnownFailures {
    fn is_known(&self, id: &str) -> bool {
        self.contains(id)
    }
}

impl Report {
    /// The report on a run. `verdict` is its last line, `exit_code` what the command ends with.
    #[must_use]
    pub fn new(run: &Run, context: &Context<'_>, verdict: String, exit_code: u8) -> Self {
        let count = |belongs: &dyn Fn(&VectorResult) -> bool| {
            Counts::all(run.results.iter().filter(|result| belongs(result)).map(|result| result.outcome))
        };
        let profile = |profile: &Profile| ProfileRow {
            name: profile.name.clone(),
            text: profile.text.clone(),
            counts: count(&|result| result.operation == profile.operation),
        };
        let code = |code: &ErrorCode| CodeRow {
            code: code.code.clone(),
            scope: code.scope.clone(),
            text: code.text.clone(),
            counts: count(&|result| result.codes.contains(&code.code)),
        };
        Self {
            format: FORMAT,
            conformant: run.conformant(),
            verdict,
            exit_code,
            profile: context.profile.to_owned(),
            filtered: context.filtered,
            finished: now(),
            testee: TesteeRow {
                implementation: run.hello.implementation.clone(),
                version: run.hello.version.clone(),
                language: run.hello.language.clone(),
                capabilities: run.hello.capabilities.clone(),
                command: context.command.to_owned(),
                replay: context.replay.to_owned(),
            },
            suite: SuiteRow {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                protocol: PROTOCOL,
                manifest_digest: context.manifest_digest.to_owned(),
                vectors: context.set,
            },
            counts: run.counts,
            deliveries: run.deliveries,
            milliseconds: millis(run.took),
            complaints: run.complaints.clone(),
            profiles: context.profiles.iter().map(profile).collect(),
            codes: context.codes.iter().map(code).collect(),
            requirements: context.requirements.iter().map(|one| coverage::row(one, &run.results)).collect(),
            vectors: run.results.iter().map(|result| vector(result, context)).collect(),
        }
    }
}

fn vector(result: &VectorResult, context: &Context<'_>) -> VectorRow {
    let trouble = result.trouble.as_ref().map(|trouble| TroubleRow {
        delivery: trouble.delivery.clone(),
        expected: trouble.expected.clone(),
        got: trouble.got.clone(),
        differences: trouble
            .differences
            .iter()
            .map(|one| DifferenceRow { path: one.path.clone(), expected: one.expected.clone(), got: one.got.clone() })
            .collect(),
        hex: trouble.hex.clone(),
        sides: trouble.sides.clone(),
        stderr: trouble.stderr.clone(),
        replay: format!("{} --filter {} --delivery {}", context.replay, result.id, trouble.delivery),
    });
    let belongs = context.profiles.iter().filter(|profile| profile.operation == result.operation);
    VectorRow {
        id: result.id.clone(),
        title: result.title.clone(),
        area: result.area.clone(),
        operation: result.operation.to_owned(),
        profiles: belongs.map(|profile| profile.name.clone()).collect(),
        class: result.class.to_owned(),
        requirements: result.requirements.clone(),
        codes: result.codes.clone(),
        outcome: result.outcome,
        known_failure: context.known.is_known(&result.id),
        reason: result.reason.clone(),
        expected: result.expected.clone(),
        deliveries: result.deliveries,
        milliseconds: millis(result.took),
        warnings: result.warnings.clone(),
        trouble,
    }
}

fn millis(took: std::time::Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// The time of day in UTC, to the second.
pub(crate) fn now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format_time(since.as_secs())
}

/// Seconds since 1970 as a date. Years are counted from March, so that the leap day is the last.
fn format_time(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::format_time;

    #[test]
    fn dates() {
        assert_eq!(format_time(0), "1970-01-01T00:00:00Z");
        assert_eq!(format_time(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(format_time(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(format_time(1_767_225_599), "2025-12-31T23:59:59Z");
    }
}
