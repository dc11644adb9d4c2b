//! Arguments of `dashstream fuzz`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::args::{Colour, SessionArgs};

/// Puts cases that nobody wrote down to an implementation, and compares its answers with the reference's
///
/// A case is made from accepted vectors by seeded changes: damaged fields, columns, payloads and bodies, most of
/// them under right CRCs; files with holes; frames in disorder. The answer has to be that of the reference codec
/// and of the plain implementation: the same code at the same byte, or the same content. The program to test is
/// reached as by `conform` (conformance/README.md).
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct FuzzArgs {
    /// The program to test, as one shell command: --testee "python3 testee.py"
    #[arg(long, value_name = "COMMAND")]
    pub testee: String,

    /// What all cases follow from [default: drawn at random, and printed]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Stop when the testee was asked about so many cases [default: 10000, or without end where --time is given]
    #[arg(long, value_name = "N")]
    pub cases: Option<u64>,

    /// Stop after so many seconds
    #[arg(long, value_name = "SECONDS")]
    pub time: Option<u64>,

    /// Only the case of this number, from 0
    #[arg(long, value_name = "K", requires = "seed", conflicts_with_all = ["cases", "time"])]
    pub case: Option<u64>,

    /// Only these operations [default: those that the testee declares]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub ops: Vec<Op>,

    /// Stop after so many cases that disagree; 0: never
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub max_disagreements: usize,

    /// Write each case that disagrees there, made small: its bytes, a dump, and the question as a line
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,

    /// Questions that making one case small may take; 0: cases are shown as they are
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub shrink: usize,

    /// Write the result as JSON, and nothing else
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    #[allow(missing_docs, reason = "clap would take a text here for the help of the whole command")]
    pub session: SessionArgs,

    /// The repository, with spec/ and vectors/ [default: found from the working folder upwards]
    #[arg(long, value_name = "FOLDER")]
    pub root: Option<PathBuf>,

    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
}

/// What a testee can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Op {
    /// Decode one frame.
    Decode,
    /// Read a file of frames.
    File,
    /// Keep the account of lanes.
    Ledger,
}

impl Op {
    /// Its name in the protocol.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::File => "file",
            Self::Ledger => "ledger",
        }
    }
}

const AFTER_HELP: &str = "\
Examples:
  dashstream fuzz --testee \"python3 my_testee.py\"
  dashstream fuzz --testee \"python3 my_testee.py\" --time 60 --out findings
  dashstream fuzz --testee ./my-testee --ops decode --cases 500 --seed 7
  dashstream fuzz --testee ./my-testee --seed 7 --case 471

Exit codes:
  0  the testee agrees with the reference in every case that it was asked about
  1  it does not, or it misbehaved
  2  wrong usage
  3  the vectors cannot be loaded, or what was found not be written
  4  the testee cannot be started, or speaks another protocol
  5  nothing was asked
  6  the codec and the plain implementation differ: a fault of ours, please report it";
