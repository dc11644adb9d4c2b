//! Puts DashStream and other formats side by side, and prints the tables.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use dashstream_bench::corpus::{self, Corpus, Options};
use dashstream_bench::error::Error;
use dashstream_bench::lineup::{self, Twins};
use dashstream_bench::measure::measure;
use dashstream_bench::report::{Bodies, Run, json, markdown, names, plot};
use dashstream_bench::subject::Subject;
use dashstream_bench::{limits, peers};

const EXAMPLES: &str = "\
Examples:
  dashstream-bench                                      a generated corpus, 41 rounds; some minutes
  dashstream-bench --quick                              the tables in well under a minute, with more noise
  dashstream-bench --corpus runs.jsonl.gz               the events of a file that `dashstream import` takes
  dashstream-bench --only DashStream --only limit       ours and the limits alone
  dashstream-bench --json run.json --plot run.svg       for programs, and to look at

Exit codes: 0 measured, whatever the goals; 1 a side did not give back what it was given, or a file was bad;
2 wrong usage.";

/// Puts DashStream and other formats side by side: in one process, on one corpus, in interleaved rounds. Prints
/// Markdown.
#[derive(Debug, Parser)]
#[command(name = "dashstream-bench", after_help = EXAMPLES)]
struct Arguments {
    /// JSON Lines of agent events, plain or gzip; without it, events are generated.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["events", "seed", "non_ascii"])]
    corpus: Option<PathBuf>,
    /// How many events are generated.
    #[arg(long, value_name = "COUNT", default_value_t = Options::default().events, value_parser = positive)]
    events: usize,
    /// Another seed, another corpus.
    #[arg(long, value_name = "SEED", default_value_t = Options::default().seed)]
    seed: u64,
    /// Generates texts in many scripts.
    #[arg(long)]
    non_ascii: bool,
    /// Rounds [default: 41, with --quick 7].
    #[arg(long, value_name = "COUNT", value_parser = positive)]
    rounds: Option<usize>,
    /// Fewer rounds, and frames of 1,000 and 10,000 records alone.
    #[arg(long)]
    quick: bool,
    /// Only those whose names contain this; may be given more than once.
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Writes all numbers as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draws bytes and time by records a frame.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("has to be 1 or more".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err("is not a number".to_owned()),
    }
}

/// Records in a frame.
const SIZES: [usize; 5] = [1, 10, 100, 1_000, 10_000];
const QUICK_SIZES: [usize; 2] = [1_000, 10_000];
/// Shorter frames have a turn in some rounds only: they would take nearly all of the time, and no goal is about them.
const RARE_BELOW: usize = 100;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of the pipe has had enough.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "dashstream-bench: {error}");
            if matches!(error, Error::Nobody) { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), Error> {
    let options = Options { events: arguments.events, seed: arguments.seed, non_ascii: arguments.non_ascii };
    let (corpus, twins) = match &arguments.corpus {
        Some(path) => (corpus::load(path)?, None),
        None if options.non_ascii => (corpus::generate(&options), None),
        None => (corpus::generate(&options), Some(Twins::new(&options))),
    };
    let sizes = if arguments.quick { QUICK_SIZES.to_vec() } else { SIZES.to_vec() };
    let rounds = arguments.rounds.unwrap_or(if arguments.quick { 7 } else { 41 });
    let mut subjects = lineup(&corpus, &sizes)?;
    if let Some(twins) = &twins {
        subjects.extend(twins.subjects()?);
    }
    let only = &arguments.only;
    subjects.retain(|subject| only.is_empty() || only.iter().any(|text| subject.name().contains(text.as_str())));
    if subjects.is_empty() {
        return Err(Error::Nobody);
    }
    let is_rare = |subject: &dyn Subject| subject.records() < RARE_BELOW && subject.name() != names::ANCESTOR;
    let measured = measure(&mut subjects, rounds, is_rare)?;
    let bodies = sizes.iter().map(|size| bodies(&corpus, *size)).collect::<Result<_, _>>()?;
    let run = Run { corpus: corpus.name.clone(), sizes, rounds, measured, bodies };
    if let Some(path) = &arguments.json {
        save(path, &format!("{:#}\n", json(&run)))?;
    }
    if let Some(path) = &arguments.plot {
        save(path, &plot(&run).map_err(Error::library)?)?;
    }
    out.write_all(markdown(&run).map_err(Error::library)?.as_bytes())?;
    Ok(out.flush()?)
}

fn lineup<'e>(corpus: &'e Corpus, sizes: &[usize]) -> Result<Vec<Box<dyn Subject + 'e>>, Error> {
    let mut subjects = Vec::new();
    for size in sizes {
        subjects.extend(lineup::ours(corpus, *size)?);
    }
    subjects.push(peers::ancestor(corpus)?);
    for size in sizes {
        subjects.extend(peers::subjects(corpus, *size)?);
    }
    for size in sizes {
        subjects.extend(lineup::limits(corpus, *size)?);
    }
    Ok(subjects)
}

fn bodies(corpus: &Corpus, records: usize) -> Result<Bodies, Error> {
    let bodies = limits::bodies(corpus, records)?;
    let lengths = || bodies.iter().map(|body| body.len() as u64);
    let an_event = lengths().sum::<u64>() as f64 / corpus.events.len() as f64;
    Ok(Bodies { records, an_event, largest: lengths().max().unwrap_or_default() })
}

fn save(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|source| Error::File { path: path.to_owned(), source })
}
