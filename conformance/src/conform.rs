//! The command `dashstream conform`.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use dashstream_vectors::{Set, Vector};

use crate::args::ConformArgs;
use crate::plain_oracle::PlainOracle;
use crate::process::Program;
use crate::progress::Progress;
use crate::report::model::{Context, Report};
use crate::report::site::write_run;
use crate::report::terminal;
use crate::report::terminal::{BAD, Console, DIM, DOUBTFUL, GOOD};
use crate::root;
use crate::runner::account::Outcome;
use crate::runner::filter;
use crate::runner::known::KnownFailures;
use crate::runner::plan::Plan;
use crate::runner::{Run, RunSettings, run};
use crate::spec::{Profile, error_codes, profiles, requirements};

/// Why the command ends as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Every vector that was executed passed, or every one that did not is a known failure.
    Ok = 0,
    /// A vector did not pass, or the testee misbehaved.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// The vectors or the specification cannot be loaded.
    NoVectors = 3,
    /// The testee cannot be started, or speaks another protocol.
    NoTestee = 4,
    /// No vector was executed.
    NothingExecuted = 5,
    /// The list of known failures is wrong.
    KnownFailures = 6,
}

impl Exit {
    /// The number that the process ends with.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why nothing was run.
#[derive(Clone, Debug)]
pub struct Stop {
    /// What the command ends with.
    pub exit: Exit,
    /// What to tell.
    pub text: String,
}

fn stop<T>(exit: Exit, text: impl Into<String>) -> Result<T, Stop> {
    Err(Stop { exit, text: text.into() })
}

/// Runs the command on the process's own standard output. `reference` starts the reference testee.
#[must_use]
pub fn conform(args: &ConformArgs, reference: &Program) -> ExitCode {
    let terminal = io::stdout().is_terminal();
    let mut out = io::stdout();
    let mut console =
        Console { out: &mut out, colour: args.color.wanted(), live: terminal && io::stderr().is_terminal() };
    conform_to(args, reference, &mut console).into()
}

/// Runs the command and writes to `console`.
pub fn conform_to(args: &ConformArgs, reference: &Program, console: &mut Console<'_>) -> Exit {
    match try_conform(args, reference, console) {
        Ok(exit) => exit,
        Err(Stop { exit, text }) => {
            let word = console.paint(BAD, "error:");
            // Where the output is gone there is nobody to tell.
            let _nobody = console.line(&format!("{word} {text}"));
            exit
        }
    }
}

/// What is run, and from where.
struct Suite {
    root: PathBuf,
    set: Set,
    profiles: Vec<Profile>,
}

fn try_conform(args: &ConformArgs, reference: &Program, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let suite = load(args)?;
    let known = known_failures(args)?;
    let selected = select(args, &suite)?;
    if args.list {
        return list(&selected, console).or_else(|error| stop(Exit::Failed, error.to_string()));
    }
    let folder = tempfile::tempdir().or_else(|error| stop(Exit::NoTestee, format!("no temporary folder: {error}")))?;
    let program = args.testee.clone().map_or_else(|| reference.clone(), Program::Shell);
    let settings = settings(args, program, folder.path());
    let progress = Progress::new(selected.len(), console.live);
    let ran = run(&selected, &settings, &PlainOracle, &|result| progress.note(result));
    progress.end();
    let ran = match ran {
        Ok(ran) => ran,
        Err(error) => {
            return stop(
                Exit::NoTestee,
                format!("the testee `{}` says no hello: {error}", settings.session.program.text()),
            );
        }
    };
    let outcomes: BTreeMap<&str, Outcome> = ran.results.iter().map(|one| (one.id.as_str(), one.outcome)).collect();
    let complaints =
        known.complaints(|id| suite.set.vectors.iter().any(|vector| vector.id == id), |id| outcomes.get(id).copied());
    let (exit, verdict) = verdict(args, &ran, &known, &complaints);
    let replay = replay(args);
    let requirements = requirements(&suite.root);
    let codes = error_codes(&suite.root).or_else(|problem| stop(Exit::NoVectors, problem.to_string()))?;
    let command = settings.session.program.text();
    let context = Context {
        profile: &args.profile,
        filtered: filtered(args),
        command: &command,
        replay: &replay,
        manifest_digest: &suite.set.manifest_digest,
        set: suite.set.vectors.len(),
        requirements: &requirements,
        profiles: &suite.profiles,
        codes: &codes,
        known: &known,
    };
    let report = Report::new(&ran, &context, verdict.clone(), exit.code());
    tell(args, &suite, &report, &complaints, exit, console).or_else(|error| stop(Exit::Failed, error.to_string()))?;
    Ok(exit)
}

fn load(args: &ConformArgs) -> Result<Suite, Stop> {
    let root = match &args.root {
        Some(root) if root::is_root(root) => root.clone(),
        Some(root) => return stop(Exit::NoVectors, format!("{} has no spec/registry", root.display())),
        None => root::find().map_or_else(|| stop(Exit::NoVectors, "no repository here: give --root"), Ok)?,
    };
    let set = dashstream_vectors::load(&root.join("vectors"))
        .or_else(|error| stop(Exit::NoVectors, format!("the vectors cannot be loaded: {error}")))?;
    let profiles = profiles(&root).or_else(|problem| stop(Exit::NoVectors, problem.to_string()))?;
    Ok(Suite { root, set, profiles })
}

fn known_failures(args: &ConformArgs) -> Result<KnownFailures, Stop> {
    let Some(path) = &args.known_failures else { return Ok(KnownFailures::default()) };
    let wrong = |why: String| Stop { exit: Exit::KnownFailures, text: format!("{}: {why}", path.display()) };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    KnownFailures::parse(&text).map_err(wrong)
}

/// The vectors of the profile that the filters leave.
fn select<'s>(args: &ConformArgs, suite: &'s Suite) -> Result<Vec<&'s Vector>, Stop> {
    let mut selected: Vec<&Vector> = suite.set.vectors.iter().collect();
    if args.profile != "all" {
        let Some(profile) = suite.profiles.iter().find(|profile| profile.name == args.profile) else {
            let names: Vec<&str> = suite.profiles.iter().map(|profile| profile.name.as_str()).collect();
            return stop(
                Exit::Usage,
                format!("no profile is named {}; there are: all, {}", args.profile, names.join(", ")),
            );
        };
        selected.retain(|vector| vector.operation.name() == profile.operation);
    }
    let names: Vec<&str> = selected.iter().map(|vector| vector.id.as_str()).collect();
    if let Some(glob) = filter::useless(&args.filter, &names) {
        return stop(Exit::Usage, format!("no vector of profile {} matches the filter {glob}", args.profile));
    }
    selected.retain(|vector| filter::selected(&args.filter, &vector.id));
    if !args.delivery.is_empty() {
        let delivered = |vector: &&Vector| {
            let plan = Plan::new(vector, true);
            plan.shapes().iter().any(|shape| filter::selected(&args.delivery, &shape.to_string()))
        };
        selected.retain(delivered);
    }
    if selected.is_empty() {
        return stop(Exit::NothingExecuted, "no vector is left: nothing is executed");
    }
    Ok(selected)
}

fn filtered(args: &ConformArgs) -> bool {
    !args.filter.is_empty() || !args.delivery.is_empty()
}

fn list(selected: &[&Vector], console: &mut Console<'_>) -> io::Result<Exit> {
    for vector in selected {
        let dim = console.paint(DIM, &vector.requirements.join(", "));
        console.line(&format!("{}  {}  {dim}", vector.id, vector.title))?;
    }
    console.line(&format!("{} vectors", selected.len()))?;
    Ok(Exit::Ok)
}

fn settings(args: &ConformArgs, program: Program, folder: &Path) -> RunSettings {
    RunSettings {
        session: args.session.settings(program, folder),
        jobs: args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
        deliveries: args.delivery.clone(),
        max_failures: args.max_failures,
    }
}

/// What goes before the filters in a line that replays a delivery.
fn replay(args: &ConformArgs) -> String {
    let mut line = "dashstream conform".to_owned();
    if let Some(testee) = &args.testee {
        line.push_str(&format!(" --testee {}", quoted(testee)));
    }
    if args.session.oneshot {
        line.push_str(" --oneshot");
    }
    line
}

/// A word for a POSIX shell.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// How the run ends, and its last line.
fn verdict(args: &ConformArgs, ran: &Run, known: &KnownFailures, complaints: &[String]) -> (Exit, String) {
    let counts = &ran.counts;
    let mut profile = format!("profile {}", args.profile);
    if filtered(args) {
        profile.push_str(", filtered");
    }
    let mut why = vec![counts.others()];
    why.extend((!ran.complaints.is_empty()).then(|| "the testee misbehaved".to_owned()));
    why.extend((!counts.close()).then(|| "the account does not close".to_owned()));
    why.extend((!complaints.is_empty()).then(|| "the list of known failures is wrong".to_owned()));
    why.retain(|part| !part.is_empty());
    let not = |exit: Exit| {
        let why = why.join("; ");
        (exit, format!("not conformant: {profile}, {} of {} passed ({why})", counts.pass, counts.total))
    };
    if counts.executed() == 0 {
        return not(Exit::NothingExecuted);
    }
    if !complaints.is_empty() {
        return not(Exit::KnownFailures);
    }
    if ran.conformant() {
        let executed = counts.executed();
        return match counts.skip {
            0 => (Exit::Ok, format!("conformant: {profile}, {executed} of {} executed", counts.total)),
            skipped => (
                Exit::Ok,
                format!(
                    "conformant as far as declared: {profile}, {executed} of {} executed, {skipped} skipped",
                    counts.total
                ),
            ),
        };
    }
    let excused = |one: &crate::runner::one::VectorResult| {
        matches!(one.outcome, Outcome::Pass | Outcome::Skip) || (one.outcome.executed() && known.contains(&one.id))
    };
    if ran.complaints.is_empty() && counts.close() && ran.results.iter().all(excused) {
        let (_, line) = not(Exit::Ok);
        return (Exit::Ok, format!("{line}: exactly the known failures"));
    }
    not(Exit::Failed)
}

fn tell(
    args: &ConformArgs,
    suite: &Suite,
    report: &Report,
    complaints: &[String],
    exit: Exit,
    console: &mut Console<'_>,
) -> io::Result<()> {
    terminal::render(report, console)?;
    for complaint in complaints {
        let word = console.paint(BAD, "KNOWN FAILURES");
        console.line(&format!("{word} {complaint}"))?;
    }
    let whole_reference = args.testee.is_none() && !filtered(args) && args.profile == "all";
    let folder = args.report.clone().or_else(|| whole_reference.then(|| suite.root.join("target/conformance")));
    if let Some(folder) = folder {
        let page = write_run(report, &suite.set.vectors, &folder, console.live).map_err(|error| {
            io::Error::other(format!("the report cannot be written to {}: {error}", folder.display()))
        })?;
        console.line(&format!("report    {}", page.display()))?;
    }
    let style = match exit {
        Exit::Ok if report.conformant && report.counts.skip == 0 => GOOD,
        Exit::Ok => DOUBTFUL,
        _ => BAD,
    };
    let last = console.paint(style, &report.verdict);
    console.line(&last)?;
    console.out.flush()
}
