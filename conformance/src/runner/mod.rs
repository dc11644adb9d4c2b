//! Running vectors against a testee.

pub mod account;
pub mod compare;
mod consumer;
mod cuts;
pub mod expect;
pub mod filter;
pub mod judge;
pub mod known;
pub mod one;
pub mod oracle;
pub mod plan;
mod producer;
pub mod sides;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use dashstream_vectors::Vector;

use self::account::{Counts, Outcome};
use self::one::{Examiner, VectorResult};
use self::oracle::Oracle;
use crate::protocol::{Answer, Hello, Question};
use crate::session::{Broken, Session, Settings, StartError, Testee as _};

/// How often in a row a testee may fail to start again before the run ends.
pub(crate) const MOST_FAILED_STARTS: usize = 3;

/// How to run.
#[derive(Clone, Debug)]
pub struct RunSettings {
    /// How to run the testee.
    pub session: Settings,
    /// How many testees run side by side.
    pub jobs: usize,
    /// Globs over names of deliveries; none: all of them.
    pub deliveries: Vec<String>,
    /// After so many vectors that did not pass the rest is not run; 0: never.
    pub max_failures: usize,
}

/// What a run found.
#[derive(Clone, Debug)]
pub struct Run {
    /// Who the testee is.
    pub hello: Hello,
    /// The outcomes, counted.
    pub counts: Counts,
    /// One for each selected vector, in the order of the selection.
    pub results: Vec<VectorResult>,
    /// What is wrong with the testee apart from any vector: it knows an operation that does not exist,
    /// or does not end with its input.
    pub complaints: Vec<String>,
    /// Deliveries that were made.
    pub deliveries: usize,
    /// How long it took.
    pub took: Duration,
}

impl Run {
    /// Whether every vector that was executed passed, at least one was, and nothing else is wrong.
    #[must_use]
    pub fn conformant(&self) -> bool {
        self.complaints.is_empty()
            && self.counts.pass > 0
            && self.counts.close()
            && self.counts.pass + self.counts.skip == self.counts.total
    }
}

/// Runs the vectors. `watch` sees every result as it comes, in any order.
///
/// # Errors
/// The testee cannot be started, or speaks another protocol.
pub fn run(
    vectors: &[&Vector],
    settings: &RunSettings,
    oracle: &dyn Oracle,
    watch: &(dyn Fn(&VectorResult) + Sync),
) -> Result<Run, StartError> {
    let begin = Instant::now();
    let (mut first, hello) = Session::start(settings.session.clone())?;
    let mut complaints: Vec<String> = canary(&mut first).err().into_iter().collect();
    let shared = Shared {
        vectors,
        settings,
        examiner: Examiner::new(&hello, oracle, &settings.deliveries),
        watch,
        next: AtomicUsize::new(0),
        failures: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        done: Mutex::new(Vec::new()),
        complaints: Mutex::new(Vec::new()),
    };
    std::thread::scope(|scope| {
        for _ in 1..settings.jobs.max(1) {
            let another = first.sibling();
            scope.spawn(|| shared.work(another));
        }
        shared.work(first);
    });
    complaints.extend(shared.complaints.into_inner().unwrap_or_else(PoisonError::into_inner));
    complaints.sort_unstable();
    complaints.dedup();
    let results = in_order(vectors, shared.done.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(Run {
        counts: Counts::all(results.iter().map(|result| result.outcome)),
        deliveries: results.iter().map(|result| result.deliveries).sum(),
        results,
        complaints,
        hello,
        took: begin.elapsed(),
    })
}

/// Asks for an operation that nobody knows. Without this, a testee that says yes to everything would have
/// to be found by its wrong answers.
pub(crate) fn canary(session: &mut Session) -> Result<(), String> {
    let op = "canary-of-no-meaning";
    let wrong = |what: String| format!("asked for the operation `{op}`, the testee should answer unsupported: {what}");
    match session.ask(&Question::Unknown(op.to_owned())) {
        Ok(Answer::Unsupported(_)) => Ok(()),
        Ok(answer) => Err(wrong(judge::describe(&answer))),
        Err(broken) => Err(wrong(broken.failure.text().to_owned())),
    }
}

/// Ends the input of a testee, which has to end with 0 then.
pub(crate) fn ending(session: &mut Session) -> Result<(), String> {
    let told = |Broken { failure, .. }: Broken| {
        format!("at the end of its input the testee should end with 0: {}", failure.text())
    };
    session.close().map_err(told)
}

struct Shared<'a> {
    vectors: &'a [&'a Vector],
    settings: &'a RunSettings,
    examiner: Examiner<'a>,
    watch: &'a (dyn Fn(&VectorResult) + Sync),
    next: AtomicUsize,
    failures: AtomicUsize,
    stop: AtomicBool,
    done: Mutex<Vec<(usize, VectorResult)>>,
    complaints: Mutex<Vec<String>>,
}

impl Shared<'_> {
    fn work(&self, mut session: Session) {
        let mut failed_starts = 0;
        while !self.stop.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(vector) = self.vectors.get(index) else { break };
            let result = self.examiner.examine(&mut session, vector);
            failed_starts = if session.failed_to_start() { failed_starts + 1 } else { 0 };
            self.note(&result, failed_starts);
            (self.watch)(&result);
            self.done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
        if let Err(complaint) = ending(&mut session) {
            self.complaints.lock().unwrap_or_else(PoisonError::into_inner).push(complaint);
        }
    }

    fn note(&self, result: &VectorResult, failed_starts: usize) {
        let failures = match result.outcome {
            Outcome::Pass | Outcome::Skip => self.failures.load(Ordering::Relaxed),
            _ => self.failures.fetch_add(1, Ordering::Relaxed) + 1,
        };
        let too_many = self.settings.max_failures > 0 && failures >= self.settings.max_failures;
        if too_many || failed_starts >= MOST_FAILED_STARTS {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

/// One result for each vector: those that no worker came to were not run.
fn in_order(vectors: &[&Vector], mut done: Vec<(usize, VectorResult)>) -> Vec<VectorResult> {
    done.sort_by_key(|(index, _)| *index);
    let mut done = done.into_iter().peekable();
    let mut all = Vec::with_capacity(vectors.len());
    for (index, vector) in vectors.iter().enumerate() {
        match done.next_if(|(at, _)| *at == index) {
            Some((_, result)) => all.push(result),
            None => {
                all.push(VectorResult::without_answer(vector, Outcome::NotRun, "the run ended before it".to_owned()))
            }
        }
    }
    all
}
