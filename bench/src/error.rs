//! What can go wrong.

use std::fmt::Display;
use std::path::PathBuf;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The output could not be written.
    #[error("output: {0}")]
    Output(#[from] std::io::Error),
    /// A line of the corpus is not an event.
    #[error("{}, line {line}: {problem}", path.display())]
    Corpus {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The corpus has no events.
    #[error("the corpus is empty")]
    Empty,
    /// There is nobody to measure.
    #[error("nobody's name contains what --only asks for")]
    Nobody,
    /// The codec refused to write.
    #[error(transparent)]
    Encode(#[from] dashstream_codec::EncodeError),
    /// The codec refused to read.
    #[error(transparent)]
    Decode(#[from] dashstream_codec::Error),
    /// A peer's library refused.
    #[error("{0}")]
    Library(String),
    /// What was read is not what was written.
    #[error("event {index}: {problem}")]
    Different {
        /// Place of the event in the corpus, from 0.
        index: usize,
        /// What is different.
        problem: String,
    },
    /// Another error, and whom it met.
    #[error("{name}, {records} a frame: {source}")]
    Subject {
        /// Who was measured.
        name: String,
        /// Records in a frame.
        records: usize,
        /// The error.
        source: Box<Error>,
    },
    /// No subject of that name was measured.
    #[error("{name}, {records} a frame: not measured")]
    NotMeasured {
        /// The name.
        name: String,
        /// Records in a frame.
        records: usize,
    },
}

impl Error {
    /// What a library says.
    pub fn library(error: impl Display) -> Self {
        Self::Library(error.to_string())
    }

    /// The same error, with the name of whom it met.
    #[must_use]
    pub fn of(self, name: &str, records: usize) -> Self {
        Self::Subject { name: name.to_owned(), records, source: Box::new(self) }
    }
}
