//! `dashstream dlq ls`.

use std::io::Write;

use clap::Args;

use super::args::Which;
use super::{json, place, text};
use crate::exit::{Failure, Verdict};
use crate::term::counted;

/// Lists dead letters, those that failed first in front
///
/// Nothing is changed, and who saves letters there is not in the way. A file that has changed since it was a letter is said
/// on standard error, and the exit code is 1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream dlq ls --from file:letters
  dashstream dlq ls --from file:letters --stage judge --tenant acme
  dashstream dlq ls --from file:letters --code BODY_CRC --json | jq -r .id")]
pub(super) struct LsArgs {
    #[command(flatten)]
    which: Which,
    /// Prints JSON, one line for each letter
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &LsArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<Verdict, Failure> {
    let listing = args.which.from.read(&args.which.security)?;
    let filter = args.which.filter();
    let mut count = 0;
    for (name, letter) in listing.letters.iter().filter(|(_, letter)| filter.takes(letter)) {
        count += 1;
        if args.json {
            writeln!(out, "{}", json::letter(*name, letter))?;
        } else {
            text::line(out, *name, letter)?;
        }
    }
    if !args.json {
        writeln!(out, "{}", counted((count, "letter")))?;
    }
    place::complain(&listing.damaged, err)
}
