//! How the program ends: what can go wrong, and the exit codes.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

/// The exit codes, for `--help`; the same table is in README.md.
pub(crate) const TABLE: &str = "\
Exit codes:
  0  done, and the data is good
  1  the data is bad: rejected, damaged, lost, or not in the form that was asked for
  2  wrong usage
  3  a file could not be read or written

`conform`, `fuzz` and `matrix` have codes of their own; see their --help.";

/// What a command found out about the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing is wrong with it.
    Good,
    /// Something is; the command has said what.
    Bad,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Good => Self::SUCCESS,
            Verdict::Bad => Self::from(1),
        }
    }
}

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The data is bad. The text names the file or line, and code, offset and requirement where there are any.
    #[error("{0}")]
    Data(String),
    /// The arguments do not make sense.
    #[error("{0}")]
    Usage(String),
    /// A file, or standard input, could not be read or written.
    #[error("{place}: {source}")]
    Io {
        /// What was being read or written.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// Standard output or standard error could not be written.
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// The failure of reading or writing `place`.
    pub(crate) fn io(place: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let place = place.into();
        move |source| Self::Io { place, source }
    }

    /// Bad data, with the name of the file that it is in.
    pub(crate) fn within(self, name: &str) -> Self {
        match self {
            Self::Data(text) => Self::Data(format!("{name}: {text}")),
            other => other,
        }
    }

    fn code(&self) -> u8 {
        match self {
            Self::Data(_) => 1,
            Self::Usage(_) => 2,
            Self::Io { .. } | Self::Output(_) => 3,
        }
    }

    /// Whether whoever was reading our output has had enough, as `head` does.
    fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == ErrorKind::BrokenPipe)
    }
}

/// Says on `err` why a command stopped, where it did, and gives the exit code.
pub(crate) fn finish(outcome: Result<ExitCode, Failure>, err: &mut dyn Write) -> ExitCode {
    match outcome {
        Ok(code) => code,
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            let style = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
            // Where even that cannot be written, the exit code is all there is left to say.
            let _ = writeln!(err, "{style}error:{style:#} {failure}");
            ExitCode::from(failure.code())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_the_same_table() {
        let readme = include_str!("../README.md");
        for line in TABLE.lines().filter(|line| line.starts_with("  ")) {
            let (code, meaning) = line.trim().split_once("  ").unwrap();
            assert!(readme.contains(&format!("| {code} | {meaning} |")), "README.md lacks {code}: {meaning}");
        }
    }

    #[test]
    fn a_broken_pipe_is_quiet() {
        let mut err = Vec::new();
        let failure = Failure::Output(ErrorKind::BrokenPipe.into());
        assert_eq!(finish(Err(failure), &mut err), ExitCode::SUCCESS);
        assert!(err.is_empty());
    }
}
