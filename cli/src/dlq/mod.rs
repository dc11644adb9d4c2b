//! `dashstream dlq`: dead letters.

mod args;
mod content;
mod json;
mod ls;
mod place;
mod replay;
mod show;
mod text;
mod topic;

use std::io::Write;

use clap::{Args, Subcommand};

use crate::exit::{Failure, Verdict};

const EXAMPLES: &str = "Examples:
  dashstream dlq ls --from file:letters
  dashstream dlq show 16c317d9ed15d4cb1fdd361210cdee1e --from file:letters
  dashstream dlq replay --from file:letters --to file:topics/events

With Kafka (`--features kafka`), letters may be in a topic, and be sent to one:
  dashstream dlq ls --from kafka://localhost:9092/events-dead
  dashstream dlq replay --from kafka://localhost:9092/events-dead --counts replays --to kafka://localhost:9092/events --yes";

/// Lists dead letters, shows one, and sends them again
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DlqArgs {
    #[command(subcommand)]
    command: DlqCommand,
}

#[derive(Debug, Subcommand)]
enum DlqCommand {
    Ls(ls::LsArgs),
    Show(show::ShowArgs),
    Replay(replay::ReplayArgs),
}

/// Runs the command.
pub(crate) fn run(args: &DlqArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<Verdict, Failure> {
    match &args.command {
        DlqCommand::Ls(args) => ls::run(args, out, err),
        DlqCommand::Show(args) => show::run(args, out),
        DlqCommand::Replay(args) => replay::run(args, out, err),
    }
}
