//! The state of a producer, as a folder that is copied and deleted as a whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The state, and its copy.
#[derive(Debug)]
pub(super) struct Folder(TempDir);

impl Folder {
    pub(super) fn new() -> io::Result<Self> {
        tempfile::tempdir().map(Self)
    }

    pub(super) fn state(&self) -> PathBuf {
        self.0.path().join("state")
    }

    fn copy(&self) -> PathBuf {
        self.0.path().join("copy")
    }

    pub(super) fn forget(&self) -> io::Result<()> {
        remove(&self.state())
    }

    pub(super) fn save(&self) -> io::Result<()> {
        replace(&self.copy(), &self.state())
    }

    pub(super) fn restore(&self) -> io::Result<()> {
        replace(&self.state(), &self.copy())
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    if folder.exists() { fs::remove_dir_all(folder) } else { Ok(()) }
}

/// Puts one in the place of the other. A state that is not there has a copy that is not there.
fn replace(folder: &Path, by: &Path) -> io::Result<()> {
    remove(folder)?;
    if by.exists() { copy(by, folder) } else { Ok(()) }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
