//! One vector: all its deliveries, until one of them does not pass.

use std::time::{Duration, Instant};

use dashstream_vectors::{Case, Vector};

use super::account::Outcome;
use super::compare::Difference;
use super::expect::Expectation;
use super::filter;
use super::judge::{Judge, describe};
use super::oracle::Oracle;
use super::plan::{Plan, Shape, missing};
use super::sides::Sides;
use crate::process::Failure;
use crate::protocol::{Answer, Hello, Question};
use crate::report::hex;
use crate::session::Testee;

/// What became of one vector.
#[derive(Clone, Debug)]
pub struct VectorResult {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The folder it is in.
    pub area: String,
    /// The requirements that it tests.
    pub requirements: Vec<String>,
    /// What the testee was asked to do.
    pub operation: &'static str,
    /// `valid`, `lint` or `invalid`.
    pub class: &'static str,
    /// The codes that it expects, of the frame, of records and of ranges in a file.
    pub codes: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// What is expected of the whole input, in one line.
    pub expected: String,
    /// Why it was skipped or not run.
    pub reason: Option<String>,
    /// Deliveries that were made.
    pub deliveries: usize,
    /// The delivery that did not pass.
    pub trouble: Option<Trouble>,
    /// What is allowed and not recommended.
    pub warnings: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

/// A delivery that did not pass.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// Its name, as `--delivery` takes it.
    pub delivery: String,
    /// What was expected, in one line.
    pub expected: String,
    /// What came, in one line.
    pub got: String,
    /// Where the two differ.
    pub differences: Vec<Difference>,
    /// The input around the place in question.
    pub hex: Option<String>,
    /// Both sides as JSON, where there is an answer.
    pub sides: Option<Sides>,
    /// The last of what the testee wrote to stderr.
    pub stderr: String,
}

impl VectorResult {
    /// The result of a vector about which the testee was not asked.
    #[must_use]
    pub fn without_answer(vector: &Vector, outcome: Outcome, reason: String) -> Self {
        Self { outcome, reason: Some(reason), ..Self::blank(vector) }
    }

    fn blank(vector: &Vector) -> Self {
        let (_, expectation) = Plan::new(vector, false).delivery(Shape::Whole);
        Self {
            expected: expectation.to_string(),
            id: vector.id.clone(),
            title: vector.title.clone(),
            area: vector.area.clone(),
            requirements: vector.requirements.clone(),
            operation: vector.operation.name(),
            class: vector.class.name(),
            codes: crate::codes::expected(vector),
            outcome: Outcome::Pass,
            reason: None,
            deliveries: 0,
            trouble: None,
            warnings: Vec::new(),
            took: Duration::ZERO,
        }
    }
}

/// Examines one testee.
#[derive(Clone, Copy, Debug)]
pub struct Examiner<'a> {
    hello: &'a Hello,
    judge: Judge<'a>,
    deliveries: &'a [String],
}

impl<'a> Examiner<'a> {
    /// Examines the testee that said this, in the deliveries that the globs name.
    #[must_use]
    pub const fn new(hello: &'a Hello, oracle: &'a dyn Oracle, deliveries: &'a [String]) -> Self {
        Self { hello, judge: Judge::new(hello, oracle), deliveries }
    }

    /// Asks about one vector and judges the answers.
    pub fn examine(&self, testee: &mut dyn Testee, vector: &Vector) -> VectorResult {
        let begin = Instant::now();
        let missing = missing(vector, self.hello);
        if !missing.is_empty() {
            return VectorResult::without_answer(vector, Outcome::Skip, format!("needs {}", missing.join(", ")));
        }
        let mut result = VectorResult::blank(vector);
        let plan = Plan::new(vector, self.hello.can("incremental"));
        for shape in plan.shapes() {
            let name = shape.to_string();
            if !filter::selected(self.deliveries, &name) {
                continue;
            }
            let (question, expectation) = plan.delivery(*shape);
            result.deliveries += 1;
            self.deliver(testee, vector, &name, &question, &expectation, &mut result);
            if result.outcome != Outcome::Pass {
                break;
            }
        }
        if result.deliveries == 0 {
            result.outcome = Outcome::NotRun;
            result.reason = Some("it has none of the deliveries that were asked for".to_owned());
        }
        result.took = begin.elapsed();
        result
    }

    fn deliver(
        &self,
        testee: &mut dyn Testee,
        vector: &Vector,
        name: &str,
        question: &Question,
        expectation: &Expectation<'_>,
        result: &mut VectorResult,
    ) {
        let trouble = |got: String, differences: Vec<Difference>, stderr: String, answer: Option<&Answer>| Trouble {
            delivery: name.to_owned(),
            expected: expectation.to_string(),
            got,
            differences,
            hex: dump(vector, question, expectation, answer),
            sides: answer.map(|answer| self.judge.sides(expectation, answer)),
            stderr,
        };
        match testee.ask(question) {
            Ok(answer) => {
                let found = self.judge.judge(question, expectation, &answer);
                result.warnings.extend(found.warnings);
                if !found.differences.is_empty() {
                    result.outcome = Outcome::Fail;
                    result.trouble = Some(trouble(describe(&answer), found.differences, String::new(), Some(&answer)));
                }
            }
            Err(broken) => {
                result.outcome = match broken.failure {
                    Failure::Crash(_) => Outcome::Crash,
                    Failure::Timeout(_) => Outcome::Timeout,
                    Failure::Protocol(_) => Outcome::Protocol,
                };
                let got = broken.failure.text().to_owned();
                result.trouble = Some(trouble(got, Vec::new(), broken.stderr, None));
            }
        }
    }
}

/// The bytes that the answer is about, around the place that is in question.
fn dump(vector: &Vector, question: &Question, expected: &Expectation<'_>, answer: Option<&Answer>) -> Option<String> {
    let got = match answer {
        Some(Answer::Refused(refusal)) => refusal.offset.map(|offset| (refusal.code.as_str(), offset)),
        _ => None,
    };
    match (question, &vector.case) {
        (Question::Decode(question), _) => {
            let frame = question.frame.as_deref()?;
            let place = match expected {
                Expectation::Rejected { code, offset, .. } => Some((*code, *offset)),
                _ => got,
            };
            Some(hex::frame(frame, place.and_then(|(code, offset)| hex::place_in_frame(frame, code, offset))))
        }
        (Question::File { file, .. }, Case::File(_)) => {
            let place = match (expected, answer) {
                (Expectation::FileRefused { offset, .. }, _) => Some(*offset),
                (Expectation::File(expected), Some(Answer::File(report))) => expected.parts_from(report),
                _ => got.map(|(_, offset)| offset),
            };
            Some(hex::file(file, place.and_then(|at| usize::try_from(at).ok())))
        }
        _ => match answer {
            Some(Answer::Encoded(frame)) => Some(hex::frame(frame, None)),
            _ => None,
        },
    }
}
