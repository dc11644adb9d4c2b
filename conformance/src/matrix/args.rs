//! Arguments of `dashstream matrix`.

use std::path::PathBuf;

use clap::Args;

use crate::args::{Colour, SessionArgs};

/// Puts every encoder to every decoder, and compares what comes back with what was asked for
///
/// The reference (rust) and each port of ports/ports.toml encode the contents of all vectors in every codec; each of them
/// decodes all the frames, its own among them. conformance/README.md says what equal means. The last line counts the pairs.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct MatrixArgs {
    /// One implementation more, as a testee: --testee "mine=python3 my_testee.py"; may be given several times
    #[arg(long, value_name = "NAME=COMMAND")]
    pub testee: Vec<String>,

    /// Leave an implementation out, as encoder and as decoder; may be given several times
    #[arg(long, value_name = "NAME")]
    pub without: Vec<String>,

    /// Leave one pair out; may be given several times
    #[arg(long, value_name = "ENCODER:DECODER")]
    pub exclude: Vec<String>,

    /// The frames of this file too, such as `dashstream import` makes them; may be given several times
    #[arg(long, value_name = "FILE")]
    pub input: Vec<PathBuf>,

    /// Only contents whose name matches this glob; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub filter: Vec<String>,

    /// Processes of each implementation that run side by side [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,

    /// Write matrix.html, matrix.md and matrix.json there, beside the report of `conform` where there is one
    #[arg(long, value_name = "FOLDER")]
    pub report: Option<PathBuf>,

    /// Write the result as JSON, and nothing else
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    #[allow(missing_docs, reason = "clap would take a text here for the help of the whole command")]
    pub session: SessionArgs,

    /// The repository, with spec/, vectors/ and ports/ [default: found from the working folder upwards]
    #[arg(long, value_name = "FOLDER")]
    pub root: Option<PathBuf>,

    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
}

const AFTER_HELP: &str = "\
Examples:
  ports/setup && dashstream matrix --report report
  dashstream matrix --testee \"mine=python3 my_testee.py\" --input events.dsf
  dashstream matrix --without typescript --exclude python:rust
  dashstream matrix --filter 'kind-*' --json

Exit codes:
  0  every pair is equal, but for those that are excluded by name
  1  a pair is not, or a testee misbehaved
  2  wrong usage
  3  the vectors, the list of ports or an input cannot be read, or the report not be written
  4  a pair was not run: a testee is missing, does not start or lacks a capability
  5  nothing was compared";
