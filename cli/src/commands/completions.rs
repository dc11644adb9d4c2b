//! `dashstream completions`: completions for a shell.

use std::io::Write;

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use crate::Cli;
use crate::exit::{Failure, Verdict};

/// Prints completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:
  dashstream completions bash > ~/.local/share/bash-completion/completions/dashstream")]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Runs the command.
pub(crate) fn run(args: &CompletionsArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut shown(), "dashstream", &mut script);
    out.write_all(&script)?;
    Ok(Verdict::Good)
}

/// The program without its hidden commands, which the scripts would complete.
fn shown() -> Command {
    let all = Cli::command();
    let shown = all.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    Command::new("dashstream").version("").subcommands(shown)
}
