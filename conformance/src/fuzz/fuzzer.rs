//! One case after another: what the references say, what the testee says, and whether that is the same.

use super::cases::{Case, Cases, Seeds, missing};
use super::references::{References, Said};
use super::verdict::{compare, is_open};
use crate::process::Failure;
use crate::protocol::{Answer, Hello, Question};
use crate::runner::compare::Difference;
use crate::runner::judge::describe;
use crate::session::{Broken, Testee};

/// What became of one case.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The answer is right.
    Agrees,
    /// The answer is another, and both may be given (ZST-018).
    Open,
    /// The testee was not asked: it did not declare this.
    Skipped(&'static str),
    /// The answer is wrong, or there is none.
    Disagrees(Disagreement),
    /// The references differ, so nobody can be judged: a finding against them.
    Ours(Disagreement),
}

/// A case, and two answers to it that are not the same.
#[derive(Clone, Debug)]
pub struct Disagreement {
    /// The case.
    pub case: Case,
    /// What is right, in one line.
    pub expected: String,
    /// What came, in one line.
    pub got: String,
    /// Where the two differ; none where there is no answer.
    pub differences: Vec<Difference>,
    /// What makes two disagreements the same.
    pub kind: String,
    /// The last of what the testee wrote to stderr.
    pub stderr: String,
}

/// Asks about cases.
#[derive(Debug)]
pub struct Fuzzer<'s> {
    cases: Cases<'s>,
    references: References,
    hello: Hello,
}

impl<'s> Fuzzer<'s> {
    /// For the testee that said this.
    #[must_use]
    pub fn new(seeds: &'s Seeds, seed: u64, hello: Hello) -> Self {
        Self { cases: Cases::new(seeds, seed), references: References::new(), hello }
    }

    /// Case `number`, as it is put to this testee.
    pub fn case(&mut self, number: u64) -> Case {
        let mut case = self.cases.make(number);
        let whole = !self.hello.can("incremental");
        match &mut case.question {
            Question::Decode(question) if whole => question.pieces = None,
            Question::File { pieces, .. } if whole => *pieces = None,
            _ => {}
        }
        case
    }

    /// Asks about one case and judges the answer.
    pub fn judge(&mut self, testee: &mut dyn Testee, case: &Case) -> Outcome {
        if let Some(capability) = missing(&case.question, &self.hello) {
            return Outcome::Skipped(capability);
        }
        let said = self.references.ask(case);
        if let Said::Differ { codec, plain, differences } = said {
            return Outcome::Ours(differ(case, &plain, &codec, differences));
        }
        match testee.ask(&case.question) {
            Ok(answer) => self.compare(case, &said, &answer),
            Err(broken) => Outcome::Disagrees(no_answer(case, &said, broken)),
        }
    }

    /// Compares an answer with what the references say of a case on which they agree.
    #[must_use]
    pub fn compare(&self, case: &Case, said: &Said, answer: &Answer) -> Outcome {
        let right = match said {
            Said::Agree(right) => std::slice::from_ref(right),
            Said::Open(both) => both,
            Said::Differ { .. } => return Outcome::Open,
        };
        let mut first = None;
        for right in right {
            let differences = compare(&self.hello, &case.question, right, answer);
            if differences.is_empty() {
                return Outcome::Agrees;
            }
            if is_open(case, right, answer) {
                return Outcome::Open;
            }
            first.get_or_insert_with(|| differ(case, right, answer, differences));
        }
        first.map_or(Outcome::Open, Outcome::Disagrees)
    }
}

fn differ(case: &Case, right: &Answer, got: &Answer, differences: Vec<Difference>) -> Disagreement {
    let kind = differences.first().map(kind_of).unwrap_or_default();
    let (expected, got) = (describe(right), describe(got));
    Disagreement { case: case.clone(), expected, got, differences, kind, stderr: String::new() }
}

/// Places in lists and in bytes do not matter: the same mistake shows at others in a smaller input.
fn kind_of(difference: &Difference) -> String {
    let Difference { path, expected, got } = difference;
    let text = match path.as_str() {
        "error.code" | "answer" => format!("{path} {expected} {got}"),
        _ => path.clone(),
    };
    text.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

fn no_answer(case: &Case, said: &Said, broken: Broken) -> Disagreement {
    let (Said::Agree(right) | Said::Open([right, _]) | Said::Differ { plain: right, .. }) = said;
    let kind = match &broken.failure {
        Failure::Crash(_) => "crash",
        Failure::Timeout(_) => "timeout",
        Failure::Protocol(_) => "protocol",
    };
    Disagreement {
        case: case.clone(),
        expected: describe(right),
        got: broken.failure.text().to_owned(),
        differences: Vec::new(),
        kind: kind.to_owned(),
        stderr: broken.stderr,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::plain::Plain;
    use crate::plain_oracle::PlainTestee;
    use crate::protocol::CAPABILITIES;

    #[test]
    fn nobody_is_blamed_where_the_references_differ() {
        let seeds = Seeds::of(&dashstream_vectors::load(&dashstream_vectors::default_root().unwrap()).unwrap());
        let hello =
            Hello { capabilities: CAPABILITIES.iter().map(|name| (*name).to_owned()).collect(), ..Hello::default() };
        let mut fuzzer = Fuzzer::new(&seeds, 1, hello);
        fuzzer.references = References::with(Plain::mutant("META-001").unwrap());
        let mut testee = PlainTestee::new(Plain::new(), PathBuf::new());
        let mut ours = 0;
        // Which case shows it depends on the vectors, whose number grows.
        for number in 0..20_000 {
            if ours > 0 && number >= 400 {
                break;
            }
            let case = fuzzer.case(number);
            match fuzzer.judge(&mut testee, &case) {
                Outcome::Ours(found) => {
                    assert_eq!(found.case, case);
                    assert!(found.got.starts_with("METADATA_FIELD"), "the codec is right: {}", found.got);
                    ours += 1;
                }
                Outcome::Agrees | Outcome::Open => {}
                other => panic!("case {number}: {other:?}"),
            }
        }
        assert!(ours > 0, "the mutant shows");
    }
}
