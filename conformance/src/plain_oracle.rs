//! The plain implementation as the judge's oracle, and as a testee in this process.

use std::path::PathBuf;

use crate::plain::ledger::Input;
use crate::plain::{Fault, Limits, Plain};
use crate::process::Failure;
use crate::protocol::{Answer, Arrival, InlineLimit, LedgerReport, Question, Refusal};
use crate::runner::oracle::{Oracle, Reading};
use crate::session::{Broken, Testee};

/// Decodes with the plain implementation.
#[derive(Clone, Copy, Debug)]
pub struct PlainOracle;

impl Oracle for PlainOracle {
    fn decode(&self, frame: &[u8]) -> Result<Reading, Refusal> {
        let decoded = Plain::new().read(Some(frame), Limits::default(), None).map_err(|fault| refusal(&fault))?;
        let lints = crate::plain::lints::in_order(&decoded.lints).into_iter().map(str::to_owned).collect();
        Ok(Reading { frame: decoded.json(), lints })
    }

    fn ledger(&self, arrivals: &[Arrival]) -> LedgerReport {
        let input =
            |arrival: &Arrival| Input { frame: arrival.frame.clone(), partition: arrival.partition.map(u64::from) };
        let inputs: Vec<Input> = arrivals.iter().map(input).collect();
        // What the plain implementation writes is in the protocol's form, as its tests hold it to.
        serde_json::from_value(Plain::new().ledger(&inputs)).unwrap_or_default()
    }
}

/// A fault as the protocol says it.
#[must_use]
pub fn refusal(fault: &Fault) -> Refusal {
    Refusal { code: fault.code.to_owned(), offset: Some(fault.offset), released: Some(0), message: None }
}

/// The plain implementation, or a mutant of it, asked in this process by the same lines as through pipes.
#[derive(Debug)]
pub struct PlainTestee {
    plain: Plain,
    folder: PathBuf,
    id: u64,
}

impl PlainTestee {
    /// Large input goes through files in `folder`.
    #[must_use]
    pub const fn new(plain: Plain, folder: PathBuf) -> Self {
        Self { plain, folder, id: 0 }
    }
}

impl Testee for PlainTestee {
    fn ask(&mut self, question: &Question) -> Result<Answer, Broken> {
        let broken = |failure| Broken { failure, stderr: String::new() };
        let id = self.id;
        self.id += 1;
        // Here everything fits a line: only other processes need files.
        let limit = InlineLimit { bytes: usize::MAX, folder: &self.folder };
        let line = question.to_line(id, limit).map_err(|error| broken(Failure::Protocol(error.to_string())))?;
        let answer = crate::plain::testee::answer(self.plain, &line).to_string();
        Answer::from_line(&answer, id, question).map_err(|why| broken(Failure::Protocol(why)))
    }
}
