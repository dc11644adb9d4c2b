//! A run: cases until there were enough, and what was found.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::cases::Seeds;
use super::fuzzer::{Disagreement, Fuzzer, Outcome};
use super::shrink::{shrink, size};
use crate::protocol::Hello;
use crate::runner::{MOST_FAILED_STARTS, canary, ending};
use crate::session::{Session, Settings, StartError};

/// How far to go.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// What the cases follow from.
    pub seed: u64,
    /// The first case.
    pub first: u64,
    /// Cases to ask about; `None`: no end.
    pub cases: Option<u64>,
    /// Cases to make, asked about or not; `None`: no end.
    pub made: Option<u64>,
    /// Time to take.
    pub time: Option<Duration>,
    /// Operations to ask for; none: all.
    pub ops: Vec<&'static str>,
    /// Cases that disagree before the end; 0: no end.
    pub disagreements: usize,
    /// Questions for making one case small.
    pub shrink: usize,
}

/// A case that disagrees, as it was and made small.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Number of the case.
    pub number: u64,
    /// Bytes of the case before it was made small.
    pub size_before: usize,
    /// The case made small, and what is wrong with the answer to it.
    pub small: Disagreement,
}

/// What a run found.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// Cases that were asked about, by operation.
    pub asked: BTreeMap<String, u64>,
    /// Frames in them.
    pub frames: u64,
    /// Cases that were not, by what the testee did not declare.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Answers that differ from the references', as ZST-018 allows.
    pub open: u64,
    /// Answers that are wrong.
    pub disagreements: Vec<Finding>,
    /// Cases on which the references differ.
    pub ours: Vec<Finding>,
    /// What is wrong with the testee apart from any case.
    pub complaints: Vec<String>,
    /// The testee could not be started again.
    pub lost: bool,
    /// How long it took.
    pub took: Duration,
}

impl Ran {
    /// Cases that were asked about.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.asked.values().sum()
    }
}

/// The most time for making one case small.
const SHRINK_TIME: Duration = Duration::from_secs(20);
/// So many cases in a row that could not be asked about, and none that could: there are none.
const MOST_SKIPPED: u64 = 100_000;

/// Starts the testee and asks who it is.
///
/// # Errors
/// It cannot be started, or speaks another protocol.
pub fn start(settings: Settings, ops: &[&'static str]) -> Result<(Session, Hello), StartError> {
    let (session, mut hello) = Session::start(settings)?;
    if !ops.is_empty() {
        let is_op = |name: &str| matches!(name, "decode" | "file" | "ledger");
        hello.capabilities.retain(|name| !is_op(name) || ops.contains(&name.as_str()));
    }
    Ok((session, hello))
}

/// Runs cases. `watch` sees how many were asked about.
pub fn run(seeds: &Seeds, mut session: Session, hello: Hello, bounds: &Bounds, watch: &dyn Fn(u64, usize)) -> Ran {
    let begin = Instant::now();
    let mut ran = Ran::default();
    ran.complaints.extend(canary(&mut session).err());
    let nothing = !["decode", "file", "ledger"].iter().any(|op| hello.can(op));
    let mut fuzzer = Fuzzer::new(seeds, bounds.seed, hello);
    let mut failed_starts = 0;
    for number in bounds.first.. {
        if nothing || is_over(bounds, number, &ran, begin) {
            break;
        }
        let case = fuzzer.case(number);
        let outcome = fuzzer.judge(&mut session, &case);
        failed_starts = if session.failed_to_start() { failed_starts + 1 } else { 0 };
        if !matches!(outcome, Outcome::Skipped(_)) {
            *ran.asked.entry(case.question.op().to_owned()).or_default() += 1;
            ran.frames += case.frames;
        }
        match outcome {
            Outcome::Agrees => {}
            Outcome::Open => ran.open += 1,
            Outcome::Skipped(capability) => *ran.skipped.entry(capability).or_default() += 1,
            Outcome::Disagrees(found) => {
                ran.disagreements.push(make_small(&mut fuzzer, &mut session, found, bounds.shrink));
            }
            Outcome::Ours(found) => ran.ours.push(make_small(&mut fuzzer, &mut session, found, bounds.shrink)),
        }
        watch(ran.total(), ran.disagreements.len());
        if failed_starts >= MOST_FAILED_STARTS {
            ran.lost = true;
            break;
        }
    }
    ran.complaints.extend(ending(&mut session).err());
    ran.took = begin.elapsed();
    ran
}

fn is_over(bounds: &Bounds, number: u64, ran: &Ran, begin: Instant) -> bool {
    let enough = |most: Option<u64>, count: u64| most.is_some_and(|most| count >= most);
    let found = ran.disagreements.len() + ran.ours.len();
    enough(bounds.cases, ran.total())
        || enough(bounds.made, number - bounds.first)
        || bounds.time.is_some_and(|time| begin.elapsed() >= time)
        || (bounds.disagreements > 0 && found >= bounds.disagreements)
        || (ran.total() == 0 && number - bounds.first >= MOST_SKIPPED)
}

/// Makes a case small, as long as the same is wrong with it.
fn make_small(fuzzer: &mut Fuzzer<'_>, session: &mut Session, found: Disagreement, questions: usize) -> Finding {
    let (number, size_before) = (found.case.number, size(&found.case));
    // Where each try means to wait for nothing, there is no time for tries.
    let mut left = if found.kind == "timeout" { 0 } else { questions };
    let begin = Instant::now();
    let mut small = found.clone();
    let mut still = |case: &super::cases::Case| {
        if left == 0 || begin.elapsed() > SHRINK_TIME {
            return false;
        }
        left -= 1;
        match fuzzer.judge(session, case) {
            Outcome::Disagrees(now) | Outcome::Ours(now) if now.kind == found.kind => {
                small = now;
                true
            }
            _ => false,
        }
    };
    let case = shrink(found.case.clone(), &mut still);
    if small.case != case {
        small.case = case;
    }
    Finding { number, size_before, small }
}
