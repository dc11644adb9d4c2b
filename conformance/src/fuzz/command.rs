//! The command `dashstream fuzz`.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::time::Duration;

use dashstream_vectors::Set;

use super::args::FuzzArgs;
use super::cases::Seeds;
use super::report::{self, Told};
use super::run::{Bounds, Ran, run, start};
use crate::conform::quoted;
use crate::process::Program;
use crate::progress::Progress;
use crate::report::terminal::{BAD, Console};
use crate::root;

/// Cases to ask about where nothing else is said.
const CASES: u64 = 10_000;

/// Why the command ends as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The testee agrees.
    Ok = 0,
    /// It does not, or it misbehaved.
    Disagrees = 1,
    /// Wrong usage.
    Usage = 2,
    /// The vectors cannot be loaded, or what was found not be written.
    NoVectors = 3,
    /// The testee cannot be started, or speaks another protocol.
    NoTestee = 4,
    /// Nothing was asked.
    NothingAsked = 5,
    /// The references differ.
    Ours = 6,
}

/// Why nothing was run, or nothing can be told.
struct Stop {
    exit: Exit,
    text: String,
}

/// Runs the command on the process's own standard output.
#[must_use]
pub fn fuzz(args: &FuzzArgs) -> ExitCode {
    let mut out = io::stdout();
    let live = io::stdout().is_terminal() && io::stderr().is_terminal() && !args.json;
    let mut console = Console { out: &mut out, colour: args.color.wanted() && !args.json, live };
    ExitCode::from(fuzz_to(args, &mut console) as u8)
}

/// Runs the command and writes to `console`.
pub fn fuzz_to(args: &FuzzArgs, console: &mut Console<'_>) -> Exit {
    match try_fuzz(args, console) {
        Ok(exit) => exit,
        Err(Stop { exit, text }) => {
            let word = console.paint(BAD, "error:");
            let line = match args.json {
                true => serde_json::json!({ "exit": exit as u8, "error": text }).to_string(),
                false => format!("{word} {text}"),
            };
            // Where the output is gone there is nobody to tell.
            let _nobody = console.line(&line);
            exit
        }
    }
}

fn try_fuzz(args: &FuzzArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let (set, seeds) = load(args)?;
    let bounds = bounds(args);
    let folder = tempfile::tempdir()
        .map_err(|error| Stop { exit: Exit::NoTestee, text: format!("no temporary folder: {error}") })?;
    let settings = args.session.settings(Program::Shell(args.testee.clone()), folder.path());
    let (session, hello) = start(settings, &bounds.ops).map_err(|error| Stop {
        exit: Exit::NoTestee,
        text: format!("the testee `{}` says no hello: {error}", args.testee),
    })?;
    let replay = replay(args, bounds.seed);
    let told =
        Told { args, seed: bounds.seed, seeds: &seeds, hello: &hello, digest: &set.manifest_digest, replay: &replay };
    let wrong = |error: io::Error| Stop { exit: Exit::NoVectors, text: error.to_string() };
    report::head(&told, console).map_err(wrong)?;
    let progress = Progress::of("cases", bounds.cases.filter(|_| bounds.time.is_none()), console.live);
    let ran = run(&seeds, session, hello.clone(), &bounds, &|asked, found| progress.at(asked, found));
    progress.end();
    let exit = exit(&ran);
    report::findings(&told, &ran, exit, console).map_err(wrong)?;
    Ok(exit)
}

fn load(args: &FuzzArgs) -> Result<(Set, Seeds), Stop> {
    let stop = |text: String| Stop { exit: Exit::NoVectors, text };
    let root =
        args.root.clone().or_else(root::find).ok_or_else(|| stop("no repository here: give --root".to_owned()))?;
    if !root::is_root(&root) {
        return Err(stop(format!("{} has no spec/registry", root.display())));
    }
    let set = dashstream_vectors::load(&root.join("vectors"))
        .map_err(|error| stop(format!("the vectors cannot be loaded: {error}")))?;
    let seeds = Seeds::of(&set);
    if seeds.is_empty() {
        return Err(stop("there are no accepted vectors to begin with".to_owned()));
    }
    Ok((set, seeds))
}

fn bounds(args: &FuzzArgs) -> Bounds {
    let alone = args.case.map(|_| 1);
    let cases = if args.time.is_some() { args.cases } else { Some(args.cases.unwrap_or(CASES)) };
    Bounds {
        // A number that is easily copied.
        seed: args.seed.unwrap_or_else(|| RandomState::new().build_hasher().finish() >> 32),
        first: args.case.unwrap_or_default(),
        cases: alone.or(cases),
        made: alone,
        time: args.time.map(Duration::from_secs),
        ops: args.ops.iter().map(|op| op.name()).collect(),
        disagreements: args.max_disagreements,
        shrink: args.shrink,
    }
}

/// The line that replays a case, without its number.
fn replay(args: &FuzzArgs, seed: u64) -> String {
    let oneshot = if args.session.oneshot { " --oneshot" } else { "" };
    format!("dashstream fuzz --testee {}{oneshot} --seed {seed} --case", quoted(&args.testee))
}

fn exit(ran: &Ran) -> Exit {
    if !ran.disagreements.is_empty() || !ran.complaints.is_empty() {
        Exit::Disagrees
    } else if ran.lost {
        Exit::NoTestee
    } else if !ran.ours.is_empty() {
        Exit::Ours
    } else if ran.total() == 0 {
        Exit::NothingAsked
    } else {
        Exit::Ok
    }
}
