//! A disk that has failed.

use std::io;
use std::path::{Path, PathBuf};

/// What could not be done, with which file, and why.
#[derive(Debug, thiserror::Error)]
#[error("could not {doing} {}: {source}", path.display())]
pub struct DiskError {
    /// What was tried.
    pub doing: &'static str,
    /// With which file or folder.
    pub path: PathBuf,
    /// How it failed.
    pub source: io::Error,
}

impl DiskError {
    /// Makes an error of the file system one of these, for `map_err`.
    pub fn of(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self { doing, path, source }
    }
}
