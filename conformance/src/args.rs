//! Arguments of `dashstream conform`, and those that it shares with `dashstream fuzz`.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::process::{Budgets, Program};
use crate::session::Settings;

/// Puts an implementation through the conformance vectors
///
/// The implementation is a program that reads JSON Lines on its standard input and answers on its
/// standard output (conformance/README.md). Without --testee it is the reference codec.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct ConformArgs {
    /// The program to test, as one shell command: --testee "python3 testee.py"
    #[arg(long, value_name = "COMMAND")]
    pub testee: Option<String>,

    /// The profile: reader, writer, ledger, file, producer, consumer, diff, store, or all
    #[arg(long, value_name = "NAME", default_value = "all")]
    pub profile: String,

    /// Only vectors whose id matches this glob; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub filter: Vec<String>,

    /// Only deliveries whose name matches this glob, such as whole or cut@17; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub delivery: Vec<String>,

    /// List the selected vectors and run nothing
    #[arg(long)]
    pub list: bool,

    /// Testees that run side by side [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,

    #[command(flatten)]
    #[allow(missing_docs, reason = "clap would take a text here for the help of the whole command")]
    pub session: SessionArgs,

    /// Stop after so many vectors that did not pass; 0: never
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub max_failures: usize,

    /// The exact list of known failures: one id a line; a listed vector that passes fails the run
    #[arg(long, value_name = "FILE")]
    pub known_failures: Option<PathBuf>,

    /// Write the report there: pages (begin at report.html), report.json, report.md, junit.xml and badge.svg [default:
    /// target/conformance for a whole run of the reference codec, nowhere otherwise]
    #[arg(long, value_name = "FOLDER")]
    pub report: Option<PathBuf>,

    /// The repository, with spec/ and vectors/ [default: found from the working folder upwards]
    #[arg(long, value_name = "FOLDER")]
    pub root: Option<PathBuf>,

    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
}

/// How a testee is run, and what it may use.
#[derive(Args, Clone, Debug)]
pub struct SessionArgs {
    /// Start a process for each question
    #[arg(long)]
    pub oneshot: bool,

    /// Milliseconds for one answer
    #[arg(long, value_name = "MS", default_value_t = 10_000)]
    pub timeout: u64,

    /// Milliseconds to start and say hello, and to end
    #[arg(long, value_name = "MS", default_value_t = 30_000)]
    pub start_timeout: u64,

    /// Address space of a testee in MiB, on Unix; 0: no limit
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    pub memory: u64,

    /// Longest answer in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    pub max_output: usize,
}

impl SessionArgs {
    /// The settings of a session with this testee, with large input in `folder`.
    #[must_use]
    pub fn settings(&self, program: Program, folder: &Path) -> Settings {
        let budgets = Budgets {
            answer: Duration::from_millis(self.timeout),
            start: Duration::from_millis(self.start_timeout),
            memory_mib: self.memory,
            output: self.max_output.saturating_mul(1024 * 1024),
        };
        Settings { program, budgets, oneshot: self.oneshot, folder: folder.to_path_buf() }
    }
}

impl Colour {
    /// Whether text on standard output is to be coloured.
    #[must_use]
    pub fn wanted(self) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

const AFTER_HELP: &str = "\
Examples:
  dashstream conform
  dashstream conform --testee \"python3 my_testee.py\" --profile reader
  dashstream conform --filter 'pre-*' --report report
  dashstream conform --filter 'body-00?-*' --list

Exit codes:
  0  every vector that was executed passed, or every one that did not is a known failure
  1  a vector did not pass, or the testee misbehaved
  2  wrong usage
  3  the vectors or the specification cannot be loaded
  4  the testee cannot be started, or speaks another protocol
  5  no vector was executed
  6  the list of known failures is wrong";
