//! The `dashstream` command: frames on the command line.

mod batches;
mod checkpoints;
mod commands;
mod demo;
mod dlq;
mod doctor;
mod events;
mod exit;
mod inspect;
mod interrupt;
mod io;
mod lines;
mod metrics;
mod places;
mod produce;
mod random;
mod reading;
mod tail;
mod term;
mod verify;
mod writing;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use commands::{completions, conform, decode, encode, export, import, legacy};
use dashstream_conformance::args::ConformArgs;
use dashstream_conformance::fuzz::args::FuzzArgs;
use dashstream_conformance::fuzz::command::fuzz;
use dashstream_conformance::kill::KillArgs;
use dashstream_conformance::matrix::args::MatrixArgs;
use exit::Failure;

const EXAMPLES: &str = "Examples:
  dashstream import events.jsonl.gz -o events.dsf
  dashstream verify events.dsf
  dashstream inspect events.dsf --frames 1";

/// Reads, writes, checks and follows DashStream frames.
#[derive(Debug, Parser)]
#[command(name = "dashstream", version, about, after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE), disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Inspect(inspect::InspectArgs),
    Decode(decode::DecodeArgs),
    Encode(encode::EncodeArgs),
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    Verify(verify::VerifyArgs),
    Produce(produce::ProduceArgs),
    Tail(tail::TailArgs),
    Doctor(doctor::DoctorArgs),
    Dlq(dlq::DlqArgs),
    Checkpoints(checkpoints::CheckpointsArgs),
    Legacy(legacy::LegacyArgs),
    Completions(completions::CompletionsArgs),
    Conform(Box<ConformArgs>),
    Fuzz(Box<FuzzArgs>),
    Matrix(Box<MatrixArgs>),
    #[command(hide = true)]
    DemoAgent(demo::AgentArgs),
    #[command(hide = true)]
    Gate(conform::GateArgs),
    #[command(hide = true)]
    KillMatrix(KillArgs),
    #[command(hide = true)]
    Faults(conform::FaultsArgs),
    #[command(hide = true)]
    Testee(conform::TesteeArgs),
}

fn main() -> ExitCode {
    let mut out = std::io::BufWriter::new(anstream::AutoStream::auto(std::io::stdout()));
    let mut err = anstream::AutoStream::auto(std::io::stderr());
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let outcome = run(&cli.command, &mut out, &mut err);
    // What was found out is worth nothing to its reader where it cannot be written.
    let flushed = out.flush().map_err(Failure::Output);
    exit::finish(outcome.and_then(|code| flushed.map(|()| code)), &mut err)
}

fn run(command: &Command, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitCode, Failure> {
    let verdict = match command {
        Command::Demo(args) => demo::run(args, out, err),
        Command::DemoAgent(args) => demo::play(args, out),
        Command::Inspect(args) => inspect::run(args, out),
        Command::Decode(args) => decode::run(args, err),
        Command::Encode(args) => encode::run(args, err),
        Command::Import(args) => import::run(args, out, err),
        Command::Export(args) => export::run(args, err),
        Command::Verify(args) => verify::run(args, out),
        Command::Produce(args) => produce::run(args, out, err),
        Command::Doctor(args) => doctor::run(args, out),
        Command::Tail(args) => tail::run(args, err),
        Command::Dlq(args) => dlq::run(args, out, err),
        Command::Checkpoints(args) => checkpoints::run(args, out, err),
        Command::Legacy(args) => legacy::run(args, err),
        Command::Completions(args) => completions::run(args, out),
        Command::Gate(args) => conform::gate(args, out),
        Command::Faults(args) => conform::list_faults(args, out),
        Command::Conform(args) => return Ok(conform::run(args)),
        Command::Fuzz(args) => return Ok(fuzz(args)),
        Command::Matrix(args) => return Ok(conform::matrix(args)),
        Command::KillMatrix(args) => return Ok(conform::kill_matrix(args)),
        Command::Testee(args) => return conform::testee(args),
    }?;
    Ok(verdict.into())
}

/// Prints help, version, or what is wrong with the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    // Where that cannot be written, the exit code is all there is left to say.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}
