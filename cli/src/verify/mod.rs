//! `dashstream verify`: what is there, what is damaged, what is missing.

mod json;
pub(crate) mod report;
mod text;

use std::io::Write;
use std::ops::ControlFlow;

use clap::Args;

use crate::exit::{Failure, Verdict};
use crate::io::Source;
use crate::reading::read_file;
use crate::term;
use report::Report;

/// Reads a whole file of frames, and says what is there, what is damaged and what is missing
///
/// For each lane: the numbers that were seen, declared dropped, unreadable and lost, which add up to the range of the
/// lane. The exit code is 1 where anything is damaged, lost or not known to be complete.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream verify events.dsf
  dashstream verify events.dsf --json | jq .accounts")]
pub(crate) struct VerifyArgs {
    /// A file of frames, or `-` for standard input
    #[arg(default_value = "-")]
    path: Source,
    /// Prints the report as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: &VerifyArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let (mut reader, bar) = term::with_progress(args.path.open()?, args.path.len());
    let mut report = Report::default();
    read_file(&args.path, &mut *reader, &mut |event| {
        report.see(&event);
        Ok(ControlFlow::Continue(()))
    })?;
    bar.finish_and_clear();
    if args.json {
        writeln!(out, "{:#}", json::report(&report))?;
    } else {
        text::report(out, &report)?;
    }
    Ok(if report.is_clean() { Verdict::Good } else { Verdict::Bad })
}
