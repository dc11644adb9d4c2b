//! The `dashstream` command: frames on the command line.

mod batches;
mod commands;
mod events;
mod exit;
mod inspect;
mod io;
mod random;
mod reading;
mod term;
mod verify;
mod writing;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use commands::{completions, export, import, legacy};
use exit::{Failure, Verdict};

/// Reads, writes, checks and follows DashStream frames.
#[derive(Debug, Parser)]
#[command(name = "dashstream", version, about, after_help = exit::TABLE, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Inspect(inspect::InspectArgs),
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    Verify(verify::VerifyArgs),
    Legacy(legacy::LegacyArgs),
    Completions(completions::CompletionsArgs),
}

fn main() -> ExitCode {
    let mut out = std::io::BufWriter::new(anstream::AutoStream::auto(std::io::stdout()));
    let mut err = anstream::AutoStream::auto(std::io::stderr());
    let outcome = match Cli::try_parse() {
        Ok(cli) => run(&cli, &mut out, &mut err),
        Err(error) => return usage(&error),
    };
    // What was found out is worth nothing to its reader where it cannot be written.
    let flushed = out.flush().map_err(Failure::Output);
    exit::finish(outcome.and_then(|verdict| flushed.map(|()| verdict)), &mut err)
}

fn run(cli: &Cli, out: &mut dyn Write, err: &mut dyn Write) -> Result<Verdict, Failure> {
    match &cli.command {
        Command::Inspect(args) => inspect::run(args, out),
        Command::Import(args) => import::run(args, out, err),
        Command::Export(args) => export::run(args, err),
        Command::Verify(args) => verify::run(args, out),
        Command::Legacy(args) => legacy::run(args, err),
        Command::Completions(args) => completions::run(args, out),
    }
}

/// Prints help, version, or what is wrong with the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    // Where that cannot be written, the exit code is all there is left to say.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}
