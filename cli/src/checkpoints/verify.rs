//! `dashstream checkpoints verify`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use dashstream_checkpoint::ThreadReport;

use super::args::{failure, reader};
use super::json;
use crate::exit::{Failure, Verdict};
use crate::term::{BAD, DOUBTFUL, GOOD, NAME, counted, printable};

/// Reads every byte of a store, and says what is whole and what is damaged
///
/// Nothing is changed. The exit code is 1 where anything is damaged that was acknowledged. What was being written when the power went
/// is said, and is no damage.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream checkpoints verify store
  dashstream checkpoints verify store --json | jq .damage")]
pub(super) struct VerifyArgs {
    /// The store's folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Prints JSON, one line for each thread
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &VerifyArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::Good;
    for report in reader(&args.folder)?.verify().map_err(failure)? {
        if report.newest_is_damaged || report.damage.iter().any(|damage| damage.acknowledged) {
            verdict = Verdict::Bad;
        }
        if args.json {
            writeln!(out, "{}", json::report(&report))?;
        } else {
            text(out, &report)?;
        }
    }
    Ok(verdict)
}

fn text(out: &mut dyn Write, report: &ThreadReport) -> Result<(), Failure> {
    let name = report.key.as_ref().map_or_else(
        || report.folder.clone(),
        |key| match key.namespace() {
            "" => printable(key.thread()),
            namespace => format!("{} / {}", printable(key.thread()), printable(namespace)),
        },
    );
    let whole = counted((report.checkpoints as u64, "whole checkpoint"));
    let writes = counted((report.writes as u64, "pending write"));
    write!(out, "{NAME}{name}{NAME:#}  {GOOD}{whole}{GOOD:#}, {writes}")?;
    if !report.quarantined.is_empty() {
        write!(out, ", {DOUBTFUL}{}{DOUBTFUL:#} set aside", counted((report.quarantined.len() as u64, "segment")))?;
    }
    writeln!(out)?;
    for damage in &report.damage {
        if damage.acknowledged {
            writeln!(out, "  {BAD}damaged{BAD:#} {damage}")?;
        } else {
            writeln!(out, "  {DOUBTFUL}not acknowledged{DOUBTFUL:#} {damage}")?;
        }
    }
    if report.newest_is_damaged {
        let newest = report.newest.map_or_else(|| "none".to_owned(), |newest| newest.to_string());
        writeln!(out, "  {BAD}the newest checkpoint is damaged{BAD:#}; the newest that is whole: {newest}")?;
    }
    Ok(())
}
