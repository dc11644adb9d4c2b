//! `dashstream checkpoints`: states of threads on a disk.

mod args;
mod diff;
mod json;
mod ls;
mod repair;
mod show;
mod verify;

use std::io::Write;

use clap::{Args, Subcommand};

use crate::exit::{Failure, Verdict};

const EXAMPLES: &str = "Examples:
  dashstream checkpoints ls store
  dashstream checkpoints show store --thread conversation-7
  dashstream checkpoints diff store --thread conversation-7 1 3
  dashstream checkpoints verify store
  dashstream checkpoints repair store";

/// Lists checkpoints, shows one or what two differ in, looks whether all are whole, and sets aside what is not
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckpointsArgs {
    #[command(subcommand)]
    command: CheckpointsCommand,
}

#[derive(Debug, Subcommand)]
enum CheckpointsCommand {
    Ls(ls::LsArgs),
    Show(show::ShowArgs),
    Diff(diff::DiffArgs),
    Verify(verify::VerifyArgs),
    Repair(repair::RepairArgs),
}

/// Runs the command.
pub(crate) fn run(args: &CheckpointsArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<Verdict, Failure> {
    match &args.command {
        CheckpointsCommand::Ls(args) => ls::run(args, out, err),
        CheckpointsCommand::Show(args) => show::run(args, out),
        CheckpointsCommand::Diff(args) => diff::run(args, out),
        CheckpointsCommand::Verify(args) => verify::run(args, out),
        CheckpointsCommand::Repair(args) => repair::run(args, out),
    }
}
