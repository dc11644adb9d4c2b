//! The kill matrix: the suite tests itself. Every bad testee has to be found out, every mutant of the plain
//! implementation has to be killed by a vector that lists the requirement it breaks, and every invalid
//! vector has to kill a mutant.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use dashstream_vectors::{Case, Class, StateStep, Vector};

use crate::bad::{BAD, Bad};
use crate::conform::Exit;
use crate::plain::{MutantInfo, Plain};
use crate::plain_oracle::{PlainOracle, PlainTestee};
use crate::process::{Budgets, Program};
use crate::protocol::{Answer, Hello, Question};
use crate::report::terminal::{BAD as RED, Console, GOOD};
use crate::root;
use crate::runner::account::Outcome;
use crate::runner::one::Examiner;
use crate::runner::{RunSettings, run};
use crate::session::{Settings, Testee as _};

/// Bytes up to which a vector is tried on every mutant, where it has to be; longer ones on those of requirements that they list.
const SMALL: u64 = 4096;
/// Vectors that a bad testee is asked about.
const ASKED: usize = 12;

/// Run the kill matrix: show that the suite finds bad testees and mutants.
#[derive(Args, Clone, Debug)]
pub struct KillArgs {
    /// The repository, with spec/ and vectors/ [default: found from the working folder upwards]
    #[arg(long, value_name = "FOLDER")]
    pub root: Option<PathBuf>,

    /// Only what goes wrong, and the last line
    #[arg(long)]
    pub quiet: bool,
}

/// What became of one bad testee.
#[derive(Clone, Debug)]
struct Found {
    bad: &'static Bad,
    how: Option<String>,
}

/// What became of one mutant.
#[derive(Clone, Debug)]
struct Killed {
    mutant: MutantInfo,
    /// Vectors that kill it and list its requirement.
    listed: Vec<String>,
    /// Where there is none, other vectors that kill it.
    others: Vec<String>,
}

/// Runs the command on the process's own standard output. `bad` starts the bad testee of a name.
#[must_use]
pub fn kill(args: &KillArgs, bad: &(dyn Fn(&str) -> Program + Sync)) -> ExitCode {
    let mut out = io::stdout();
    let colour = io::IsTerminal::is_terminal(&io::stdout());
    let mut console = Console { out: &mut out, colour, live: false };
    match kill_to(args, bad, &mut console) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => Exit::Failed.into(),
        Err(text) => {
            let _nobody = console.line(&format!("error: {text}"));
            Exit::NoVectors.into()
        }
    }
}

/// Runs the matrix and writes to `console`; whether nothing survived.
///
/// # Errors
/// The vectors cannot be loaded, or the text not be written.
pub fn kill_to(
    args: &KillArgs,
    bad: &(dyn Fn(&str) -> Program + Sync),
    console: &mut Console<'_>,
) -> Result<bool, String> {
    let root = args.root.clone().or_else(root::find).ok_or("no repository here: give --root")?;
    let set = dashstream_vectors::load(&root.join("vectors")).map_err(|error| error.to_string())?;
    let mut problems = Vec::new();
    let said = |error: io::Error| error.to_string();

    let found = bad_testees(&set.vectors, bad)?;
    for one in &found {
        let how = one.how.as_deref().unwrap_or("NOT FOUND OUT");
        if !args.quiet {
            console.line(&format!("bad    {:<16} {how:<34} {}", one.bad.name, one.bad.what)).map_err(said)?;
        }
        if one.how.is_none() {
            problems.push(format!("the bad testee {} is not found out: it {}", one.bad.name, one.bad.what));
        }
    }
    problems.extend(unmutated(&set.vectors)?);
    let killed = mutants(&set.vectors)?;
    for one in &killed {
        if !args.quiet {
            console.line(&row(one)).map_err(said)?;
        }
        problems.extend(survived(one));
    }
    let (idle, invalid) = idle(&set.vectors, &killed)?;
    problems.extend(idle);
    for problem in &problems {
        let word = console.paint(RED, "SURVIVED");
        console.line(&format!("{word} {problem}")).map_err(said)?;
    }
    let dead = killed.iter().filter(|one| survived(one).is_none()).count();
    let out = found.iter().filter(|one| one.how.is_some()).count();
    let text = format!(
        "kill: {out} of {} bad testees found out, {dead} of {} mutants killed by vectors of their requirement, {} problems, {invalid} invalid vectors",
        found.len(),
        killed.len(),
        problems.len(),
    );
    let last = console.paint(if problems.is_empty() { GOOD } else { RED }, &text);
    console.line(&last).map_err(said)?;
    Ok(problems.is_empty())
}

fn row(one: &Killed) -> String {
    let count = format!("killed by {}", one.listed.len());
    format!("mutant {:<16} {:<9} {count:<14} {}", one.mutant.id, one.mutant.requirement, one.mutant.what)
}

fn survived(one: &Killed) -> Option<String> {
    let Killed { mutant, listed, others } = one;
    match (listed.as_slice(), others.as_slice()) {
        ([], []) => Some(format!("mutant {}, which {}: no vector kills it", mutant.id, mutant.what)),
        ([], others) => Some(format!(
            "mutant {}, which {}: killed by {}, but by no vector that lists {}",
            mutant.id,
            mutant.what,
            others.iter().take(3).cloned().collect::<Vec<_>>().join(", "),
            mutant.requirement
        )),
        _ => None,
    }
}

/// Runs every bad testee through pipes, with small budgets.
fn bad_testees(vectors: &[Vector], program: &(dyn Fn(&str) -> Program + Sync)) -> Result<Vec<Found>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let small: Vec<&Vector> = vectors.iter().filter(|vector| size(vector) <= SMALL).collect();
    let step = (small.len() / ASKED).max(1);
    let asked: Vec<&Vector> = small.into_iter().step_by(step).collect();
    // Most of them wait for a budget to run out, so they do not compete for processors.
    Ok(in_parallel(BAD, 8, |bad| {
        let how = found_out(bad, &asked, &settings(program(bad.name), folder.path().to_path_buf()));
        Found { bad, how }
    }))
}

/// What `work` makes of each, on so many threads, in their order.
fn in_parallel<'i, I: Sync, R: Send>(items: &'i [I], threads: usize, work: impl Fn(&'i I) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let one_after_another = || {
        while let Some((index, item)) = items.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed)) {
            let result = work(item);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(one_after_another);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn settings(program: Program, folder: PathBuf) -> RunSettings {
    let budgets = Budgets {
        answer: Duration::from_millis(2000),
        start: Duration::from_secs(10),
        memory_mib: 1024,
        output: 1024 * 1024,
    };
    RunSettings {
        session: Settings { program, budgets, oneshot: false, folder },
        jobs: 1,
        deliveries: vec!["whole".to_owned()],
        max_failures: 3,
    }
}

/// How the runner finds a bad testee out; `None`: not, or not as it should.
fn found_out(bad: &Bad, asked: &[&Vector], settings: &RunSettings) -> Option<String> {
    let ran = match run(asked, settings, &PlainOracle, &|_| {}) {
        Ok(ran) => ran,
        // Only that of another protocol is to be turned away at once.
        Err(error) => return (bad.name == "other-protocol").then(|| first_line(&error.to_string())),
    };
    if ran.conformant() {
        return None;
    }
    match bad.outcome {
        Some(outcome) if ran.counts.get(outcome) > 0 => Some(ran.counts.others()),
        None if ran.results.iter().all(|one| matches!(one.outcome, Outcome::Pass | Outcome::Skip)) => {
            ran.complaints.first().map(|complaint| first_line(complaint))
        }
        _ => None,
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(80).collect()
}

/// The plain implementation itself passes, or the matrix would say nothing.
fn unmutated(vectors: &[Vector]) -> Result<Vec<String>, String> {
    let small: Vec<&Vector> = vectors.iter().collect();
    let failing = killing(Plain::new(), &small, &["whole".to_owned()])?;
    Ok(failing.into_iter().map(|id| format!("the plain implementation itself does not pass {id}")).collect())
}

/// The vectors that a version of the plain implementation does not pass.
fn killing(plain: Plain, vectors: &[&Vector], deliveries: &[String]) -> Result<Vec<String>, String> {
    // Inputs never go through files here, so the folder is never used.
    let mut testee = PlainTestee::new(plain, PathBuf::new());
    let hello = match testee.ask(&Question::Hello) {
        Ok(Answer::Hello(hello)) => Hello { capabilities: all_capabilities(), ..hello },
        other => return Err(format!("the plain implementation says no hello: {other:?}")),
    };
    let examiner = Examiner::new(&hello, &PlainOracle, deliveries);
    let mut ids = Vec::new();
    for vector in vectors {
        let result = examiner.examine(&mut testee, vector);
        if !matches!(result.outcome, Outcome::Pass | Outcome::NotRun) {
            ids.push(result.id);
        }
    }
    Ok(ids)
}

fn all_capabilities() -> Vec<String> {
    crate::protocol::CAPABILITIES.iter().map(|name| (*name).to_owned()).collect()
}

/// Tries every mutant.
fn mutants(vectors: &[Vector]) -> Result<Vec<Killed>, String> {
    in_parallel(&Plain::mutants(), processors(), |mutant| one_mutant(*mutant, vectors)).into_iter().collect()
}

fn one_mutant(mutant: MutantInfo, vectors: &[Vector]) -> Result<Killed, String> {
    let plain = Plain::with(mutant.mutation);
    let lists = |vector: &&Vector| vector.requirements.iter().any(|id| id == mutant.requirement);
    let (listing, others): (Vec<&Vector>, Vec<&Vector>) = vectors.iter().partition(lists);
    let [small, large]: [Vec<&Vector>; 2] = by_size(listing);
    // Large ones, and pieces, where they alone can show it.
    let whole = ["whole".to_owned()];
    let mut listed = killing(plain, &small, &whole)?;
    if listed.is_empty() {
        listed = killing(plain, &large, &whole)?;
    }
    if listed.is_empty() {
        listed = killing(plain, &[small, large].concat(), &["bytes", "random-*"].map(str::to_owned))?;
    }
    let [others, _] = by_size(others);
    let others = if listed.is_empty() { killing(plain, &others, &whole)? } else { Vec::new() };
    Ok(Killed { mutant, listed, others })
}

/// The small ones and the large ones.
fn by_size(vectors: Vec<&Vector>) -> [Vec<&Vector>; 2] {
    let (small, large) = vectors.into_iter().partition(|vector| size(vector) <= SMALL);
    [small, large]
}

fn size(vector: &Vector) -> u64 {
    match &vector.case {
        Case::Decode(case) => case.bytes.as_ref().map_or(0, dashstream_vectors::HexBytes::len),
        Case::Encode(case) => case.repeat_records.unwrap_or_default(),
        Case::File(case) => case.bytes.len(),
        Case::Producer(case) => case.expect.outcomes.iter().map(|range| range.count).sum(),
        Case::Diff(case) => case.steps.iter().map(growth).max().unwrap_or_default(),
        Case::Store(case) => case.files.iter().map(|file| file.bytes.len()).sum(),
        Case::Ledger(_) | Case::Consumer(_) => 0,
    }
}

/// What the copies of a diff can make of one byte: each may double the state.
fn growth(step: &StateStep) -> u64 {
    let StateStep::Diff(diff) = step else { return 0 };
    let copies = diff.ops.iter().filter(|op| op.op == 5).count();
    u32::try_from(copies).ok().and_then(|copies| 1u64.checked_shl(copies)).unwrap_or(u64::MAX)
}

/// Invalid vectors that kill no mutant, and the number of invalid vectors.
fn idle(vectors: &[Vector], killed: &[Killed]) -> Result<(Vec<String>, usize), String> {
    let killers: BTreeSet<&String> = killed.iter().flat_map(|one| one.listed.iter().chain(&one.others)).collect();
    let invalid: Vec<&Vector> = vectors.iter().filter(|vector| vector.class == Class::Invalid).collect();
    let left: Vec<&Vector> = invalid.iter().copied().filter(|vector| !killers.contains(&vector.id)).collect();
    let mut idle = Vec::new();
    for (vector, kills) in left.iter().zip(in_parallel(&left, processors(), |vector| kills_any(vector))) {
        if !kills? {
            idle.push(format!("the invalid vector {} kills no mutant", vector.id));
        }
    }
    Ok((idle, invalid.len()))
}

/// Whether a vector kills a mutant, be it, where it is small, one of a requirement that it does not list.
fn kills_any(vector: &Vector) -> Result<bool, String> {
    let is_small = size(vector) <= SMALL;
    let lists = |mutant: &MutantInfo| vector.requirements.iter().any(|id| id == mutant.requirement);
    for mutant in Plain::mutants().into_iter().filter(|mutant| is_small || lists(mutant)) {
        if !killing(Plain::with(mutant.mutation), &[vector], &["whole".to_owned()])?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
