//! Which store and which thread.

use std::path::{Path, PathBuf};

use clap::Args;
use dashstream_checkpoint::{Reader, StoreError, ThreadKey};
use dashstream_disk::RealDisk;

use crate::exit::Failure;

/// The thread that a command is about.
#[derive(Debug, Args)]
pub(super) struct Thread {
    /// The thread's id
    #[arg(long, value_name = "ID")]
    thread: String,
    /// The namespace in the thread
    #[arg(long, value_name = "NAME", default_value = "")]
    namespace: String,
}

impl Thread {
    pub(super) fn key(&self) -> Result<ThreadKey, Failure> {
        key(&self.thread, &self.namespace)
    }
}

pub(super) fn key(thread: &str, namespace: &str) -> Result<ThreadKey, Failure> {
    ThreadKey::new(thread, namespace).map_err(|error| Failure::Usage(error.to_string()))
}

/// A store that is looked at, and is there.
pub(super) fn reader(folder: &Path) -> Result<Reader<RealDisk>, Failure> {
    std::fs::read_dir(folder).map_err(Failure::io(folder.display().to_string()))?;
    Ok(Reader::new(RealDisk, PathBuf::from(folder)))
}

/// What a store says: that data is bad, or that something cannot be read.
pub(super) fn failure(error: StoreError) -> Failure {
    match error {
        StoreError::Io(error) => {
            Failure::Io { place: format!("could not {} {}", error.doing, error.path.display()), source: error.source }
        }
        StoreError::InUse { .. } => Failure::Usage(error.to_string()),
        error => Failure::Data(error.to_string()),
    }
}
