//! The command `dashstream matrix`.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use dashstream_vectors::Set;

use super::args::MatrixArgs;
use super::contents::{Contents, collect};
use super::model::{ContentsRow, Matrix, State};
use super::pairs::{Plan, Ran};
use super::sides::{Side, entries, start};
use super::terminal;
use crate::conform::quoted;
use crate::process::Program;
use crate::report::model::now;
use crate::report::site::write_matrix;
use crate::report::terminal::{BAD, Console};
use crate::root;
use crate::runner::filter;

/// Why the command ends as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Every pair is equal, but for those that are excluded by name.
    Ok = 0,
    /// A pair is not, or a testee misbehaved.
    Differs = 1,
    /// Wrong usage.
    Usage = 2,
    /// Something cannot be read, or the report not be written.
    NoVectors = 3,
    /// A pair was not run.
    NotRun = 4,
    /// Nothing was compared.
    Nothing = 5,
}

/// Why nothing was run, or nothing can be told.
struct Stop {
    exit: Exit,
    text: String,
}

/// Runs the command on the process's own standard output. `reference` starts the reference testee.
#[must_use]
pub fn matrix(args: &MatrixArgs, reference: &Program) -> ExitCode {
    let mut out = io::stdout();
    let live = io::stdout().is_terminal() && io::stderr().is_terminal() && !args.json;
    let mut console = Console { out: &mut out, colour: args.color.wanted() && !args.json, live };
    ExitCode::from(matrix_to(args, reference, &mut console) as u8)
}

/// Runs the command and writes to `console`.
pub fn matrix_to(args: &MatrixArgs, reference: &Program, console: &mut Console<'_>) -> Exit {
    match try_matrix(args, reference, console) {
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

fn try_matrix(args: &MatrixArgs, reference: &Program, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let begin = Instant::now();
    let unread = |text: String| Stop { exit: Exit::NoVectors, text };
    let root = match &args.root {
        Some(root) if root::is_root(root) => root.clone(),
        Some(root) => return Err(unread(format!("{} has no spec/registry", root.display()))),
        None => root::find().ok_or_else(|| unread("no repository here: give --root".to_owned()))?,
    };
    let folder = tempfile::tempdir().map_err(|error| unread(format!("no temporary folder: {error}")))?;
    let entries = entries(args, &root, reference, folder.path())
        .map_err(|(unread, text)| Stop { exit: if unread { Exit::NoVectors } else { Exit::Usage }, text })?;
    let names: Vec<&str> = entries.iter().map(|one| one.name.as_str()).collect();
    let excluded = excluded(args, &names).map_err(|text| Stop { exit: Exit::Usage, text })?;
    let (set, contents) = load(args, &root)?;
    let (sides, complaints): (Vec<Side>, Vec<Vec<String>>) = entries.into_iter().map(start).unzip();
    let plan = Plan {
        sides: &sides,
        contents: &contents.all,
        excluded: &excluded,
        jobs: args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
        live: console.live,
    };
    let mut ran = plan.run();
    ran.complaints.extend(complaints.into_iter().flatten());
    ran.complaints.sort_unstable();
    ran.complaints.dedup();
    let mut matrix = found(args, &set, contents, ran);
    matrix.milliseconds = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    let exit = exit(&matrix);
    matrix.exit = exit as u8;
    matrix.verdict = verdict(&matrix);
    tell(args, &matrix, console).map_err(|error| unread(error.to_string()))?;
    Ok(exit)
}

/// The pairs that are excluded by name.
fn excluded(args: &MatrixArgs, names: &[&str]) -> Result<BTreeSet<(String, String)>, String> {
    let pair = |text: &String| {
        let known = |(encoder, decoder): &(&str, &str)| names.contains(encoder) && names.contains(decoder);
        let (encoder, decoder) = text.split_once(':').filter(known).ok_or_else(|| {
            format!("--exclude takes ENCODER:DECODER, and not {text}; there are: {}", names.join(", "))
        })?;
        Ok((encoder.to_owned(), decoder.to_owned()))
    };
    args.exclude.iter().map(pair).collect()
}

/// The vectors, and the contents that the filters leave.
fn load(args: &MatrixArgs, root: &Path) -> Result<(Set, Contents), Stop> {
    let unread = |text: String| Stop { exit: Exit::NoVectors, text };
    let set = dashstream_vectors::load(&root.join("vectors"))
        .map_err(|error| unread(format!("the vectors cannot be loaded: {error}")))?;
    let contents = collect(&set, &args.input, &args.filter).map_err(unread)?;
    let names: Vec<&str> = contents.names.iter().map(String::as_str).collect();
    if let Some(glob) = filter::useless(&args.filter, &names) {
        return Err(Stop { exit: Exit::Usage, text: format!("no content matches the filter {glob}") });
    }
    Ok((set, contents))
}

fn found(args: &MatrixArgs, set: &Set, contents: Contents, ran: Ran) -> Matrix {
    let show = |path: &PathBuf| path.display().to_string();
    Matrix {
        exit: 0,
        verdict: String::new(),
        replay: replay(args),
        filtered: !args.filter.is_empty(),
        manifest_digest: set.manifest_digest.clone(),
        contents: ContentsRow {
            of_vectors: contents.of_vectors,
            of_files: contents.all.len() - contents.of_vectors,
            files: args.input.iter().map(show).collect(),
            left_out: contents.left_out,
        },
        sides: ran.sides,
        without: args.without.clone(),
        pairs: ran.pairs,
        complaints: ran.complaints,
        milliseconds: 0,
        finished: now(),
    }
}

/// The command without its filters.
fn replay(args: &MatrixArgs) -> String {
    let inputs: Vec<String> = args.input.iter().map(|path| path.display().to_string()).collect();
    let mut line = "dashstream matrix".to_owned();
    for (option, values) in
        [("testee", &args.testee), ("without", &args.without), ("exclude", &args.exclude), ("input", &inputs)]
    {
        line.extend(values.iter().map(|value| format!(" --{option} {}", quoted(value))));
    }
    if args.session.oneshot {
        line.push_str(" --oneshot");
    }
    line
}

fn exit(matrix: &Matrix) -> Exit {
    let (equal, differ) = (matrix.count(State::Equal), matrix.count(State::Differs));
    if differ > 0 || !matrix.complaints.is_empty() {
        Exit::Differs
    } else if matrix.count(State::NotRun) > 0 {
        Exit::NotRun
    } else if equal == 0 || matrix.contents.total() == 0 {
        Exit::Nothing
    } else {
        Exit::Ok
    }
}

/// The last line.
fn verdict(matrix: &Matrix) -> String {
    let excluded = matrix.count(State::Excluded);
    let equal = matrix.count(State::Equal);
    let filtered = if matrix.filtered { ", filtered" } else { "" };
    let mut line = format!("matrix{filtered}: {equal} of {} pairs equal", matrix.pairs.len() - excluded);
    let mut add = |count: usize, what: &str| {
        if count > 0 {
            line.push_str(&format!(", {count} {what}"));
        }
    };
    add(matrix.count(State::Differs), "differ");
    add(matrix.count(State::NotRun), "not run");
    add(excluded, "excluded by name");
    if !matrix.without.is_empty() {
        line.push_str(&format!(", without {}", matrix.without.join(", ")));
    }
    if !matrix.complaints.is_empty() {
        line.push_str("; a testee misbehaved");
    }
    line
}

fn tell(args: &MatrixArgs, matrix: &Matrix, console: &mut Console<'_>) -> io::Result<()> {
    let page = args.report.as_ref().map(|folder| {
        write_matrix(matrix.clone(), folder)
            .map_err(|error| io::Error::other(format!("the report cannot be written to {}: {error}", folder.display())))
    });
    let page = page.transpose()?;
    if args.json {
        console.line(&serde_json::to_string(matrix)?)?;
        return console.out.flush();
    }
    terminal::render(matrix, page.as_deref(), console)
}
