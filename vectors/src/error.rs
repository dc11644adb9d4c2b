use std::fmt;
use std::path::{Path, PathBuf};

/// Why a set of vectors cannot be used. It always names the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// The file or folder that is wrong.
    pub path: PathBuf,
    /// What is wrong with it.
    pub message: String,
}

impl LoadError {
    pub(crate) fn new(path: &Path, message: impl fmt::Display) -> Self {
        Self { path: path.to_path_buf(), message: message.to_string() }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for LoadError {}
