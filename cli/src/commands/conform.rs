//! The commands of `dashstream-conformance`: the arguments and exit codes of `conform` and `kill-matrix` are its own.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use dashstream_conformance::args::ConformArgs;
use dashstream_conformance::kill::{KillArgs, kill};
use dashstream_conformance::matrix::args::MatrixArgs;
use dashstream_conformance::plain::{self, Plain};
use dashstream_conformance::process::Program;
use dashstream_conformance::{bad, conform, faults, matrix, reference, root, spec};

use super::named_tests;
use crate::exit::{Failure, Verdict};

/// Puts specification and tables of the repository to the proof: every requirement, code and vector, and what is final
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  nothing is missing
  1  something is
  2  wrong usage
  3  there is no repository here, or it could not be read")]
pub(crate) struct GateArgs {
    /// Writes the tables of the specification anew where they differ from the registries
    #[arg(long)]
    write: bool,
    /// Makes final what is new: adds it to spec/frozen and vectors/frozen, where nothing is missing
    #[arg(long, conflicts_with = "write")]
    freeze: bool,
}

/// Lists the faults of the earlier format, and the tests that show them answered
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  the table is in order, and with --run every test of it ran and passed
  1  it is not, or a test did not run or failed
  2  wrong usage
  3  there is no repository here, or cargo could not be started")]
pub(crate) struct FaultsArgs {
    /// Runs the tests by `cargo test`
    #[arg(long)]
    run: bool,

    /// What tests have printed, a line for each of them, in place of running them
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "run")]
    printed: Vec<PathBuf>,
}

/// Answers the conformance runner on standard input and output
#[derive(Debug, Args)]
pub(crate) struct TesteeArgs {
    #[command(subcommand)]
    testee: Testee,
}

#[derive(Debug, Subcommand)]
enum Testee {
    /// The reference codec
    Reference,
    /// The plain implementation
    Plain,
    /// The plain implementation with one rule changed
    Mutant {
        /// Id of the mutant
        id: String,
    },
    /// A testee that the runner has to find out
    Bad {
        /// Name of the testee
        name: String,
    },
}

/// Runs the vectors.
pub(crate) fn run(args: &ConformArgs) -> ExitCode {
    conform::conform(args, &this(&["testee", "reference"]))
}

/// Puts every encoder to every decoder.
pub(crate) fn matrix(args: &MatrixArgs) -> ExitCode {
    matrix::command::matrix(args, &this(&["testee", "reference"]))
}

/// Runs the kill matrix.
pub(crate) fn kill_matrix(args: &KillArgs) -> ExitCode {
    kill(args, &|name| this(&["testee", "bad", name]))
}

/// This program with other arguments.
fn this(arguments: &[&str]) -> Program {
    let program = std::env::current_exe().map_or_else(|_| OsString::from("dashstream"), PathBuf::into_os_string);
    Program::Words(std::iter::once(program).chain(arguments.iter().map(OsString::from)).collect())
}

/// Serves until standard input ends.
pub(crate) fn testee(args: &TesteeArgs) -> Result<ExitCode, Failure> {
    let (input, output) = (io::stdin().lock(), io::stdout().lock());
    match &args.testee {
        Testee::Reference => reference::serve(input, output)?,
        Testee::Plain => plain::testee::serve(Plain::new(), input, output)?,
        Testee::Mutant { id } => {
            let mutant = Plain::mutant(id).ok_or_else(|| Failure::Usage(format!("no mutant is named {id}")))?;
            plain::testee::serve(mutant, input, output)?;
        }
        Testee::Bad { name } => {
            let testee = bad::find(name).ok_or_else(|| Failure::Usage(format!("no bad testee is named {name}")))?;
            return Ok(bad::serve(testee, input, output)?.into());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the gate.
pub(crate) fn gate(args: &GateArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let root = repository()?;
    let report = if args.freeze { spec::freeze(&root) } else { spec::gate(&root, args.write) };
    writeln!(out, "{report}")?;
    Ok(if report.holds() { Verdict::Good } else { Verdict::Bad })
}

/// Lists the faults, and runs their tests where asked.
pub(crate) fn list_faults(args: &FaultsArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let root = repository()?;
    let faults = faults::faults(&root);
    let mut good = faults.holds();
    writeln!(out, "{faults}")?;
    if args.run || !args.printed.is_empty() {
        let outcomes = match args.printed.as_slice() {
            [] => named_tests::run(&root, &faults.tests())?,
            files => named_tests::read(files, &faults.tests())?,
        };
        for (name, outcome) in &outcomes {
            writeln!(out, "{name}: {outcome}")?;
        }
        let passed = |name: &String| outcomes.get(name) == Some(&named_tests::Outcome::Passed);
        good &= outcomes.keys().all(passed);
        let shown = faults.rows.iter().filter(|row| row.shown && row.tests.iter().all(passed));
        writeln!(out, "faults: {} of {} shown, by tests that ran and passed", shown.count(), faults.rows.len())?;
    }
    Ok(if good { Verdict::Good } else { Verdict::Bad })
}

fn repository() -> Result<PathBuf, Failure> {
    root::find().ok_or_else(|| Failure::Io {
        place: "the folder with spec/ and vectors/".to_owned(),
        source: io::Error::from(io::ErrorKind::NotFound),
    })
}
