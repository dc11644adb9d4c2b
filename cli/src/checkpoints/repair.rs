//! `dashstream checkpoints repair`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use dashstream_checkpoint::{Store, StoreConfig};
use dashstream_disk::RealDisk;

use super::args::{failure, reader};
use super::json;
use crate::exit::{Failure, Verdict};
use crate::term::{BAD, DIM, GOOD, counted};

/// Sets aside segments with damage, and keeps what is whole in them; without `--yes` it only says what it would do
///
/// Afterwards the newest checkpoint of a thread is the newest that is whole. A damaged segment stays beside it, with `.quarantined` behind
/// its name and the reason in a file. Who writes to the store has to be stopped. The exit code is 1 where it was only said what would
/// be done, and that is something.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  dashstream checkpoints repair store
  dashstream checkpoints repair store --yes
  dashstream checkpoints repair store --json | jq .kept")]
pub(super) struct RepairArgs {
    /// The store's folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Does it
    #[arg(long)]
    yes: bool,
    /// Prints JSON, one line for each segment
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &RepairArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let reader = reader(&args.folder)?;
    let repairs = if args.yes {
        let store = Store::open(RealDisk, &args.folder, StoreConfig::default());
        store.and_then(|mut store| store.repair()).map_err(failure)?
    } else {
        reader.plan_repair().map_err(failure)?
    };
    for repair in &repairs {
        if args.json {
            writeln!(out, "{}", json::repair(repair))?;
            continue;
        }
        let kept = counted((repair.kept as u64, "record"));
        writeln!(out, "{BAD}{}{BAD:#} {DIM}in {}{DIM:#}: {kept} whole and kept", repair.segment, repair.folder)?;
        for damage in &repair.damage {
            writeln!(out, "  {damage}")?;
        }
    }
    if !args.json {
        let what = counted((repairs.len() as u64, "segment"));
        match (args.yes, repairs.is_empty()) {
            (_, true) => writeln!(out, "{GOOD}nothing is to be repaired{GOOD:#}")?,
            (true, false) => writeln!(out, "{what} set aside")?,
            (false, false) => writeln!(out, "{what} would be set aside: --yes does it")?,
        }
    }
    Ok(if args.yes || repairs.is_empty() { Verdict::Good } else { Verdict::Bad })
}
