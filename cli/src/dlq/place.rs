//! Where letters are, and where they go.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use dashstream_disk::RealDisk;
use dashstream_stream::deadletter::{Damaged, Folder, FolderError, Listing};
use dashstream_stream::transport::TransportError;
use dashstream_stream::transport::file::{FileConfig, FileSink};

use crate::exit::{Failure, Verdict};

/// Where letters are.
#[derive(Clone, Debug)]
pub(super) enum Letters {
    /// In a folder of files.
    File(PathBuf),
}

impl FromStr for Letters {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        file(text).map(Self::File).ok_or_else(|| "has to be file:FOLDER".to_owned())
    }
}

impl Letters {
    /// Looks at all of them; nothing is changed.
    pub(super) fn read(&self) -> Result<Listing, Failure> {
        let Self::File(folder) = self;
        Listing::of(&RealDisk, folder).map_err(folder_failure)
    }

    /// Opens them, to count what is done with them.
    pub(super) fn open(&self) -> Result<Folder<RealDisk>, Failure> {
        let Self::File(folder) = self;
        Folder::open(RealDisk, folder).map_err(folder_failure)
    }
}

/// A topic that letters are sent to.
#[derive(Clone, Debug)]
pub(super) enum Topic {
    /// A folder of files of frames.
    File(PathBuf),
}

impl FromStr for Topic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = file(text).filter(|path| path.file_name().is_some());
        path.map(Self::File).ok_or_else(|| "has to be file:TOPIC".to_owned())
    }
}

impl Topic {
    /// Its name, as letters have it: without folders.
    pub(super) fn name(&self) -> String {
        let Self::File(path) = self;
        path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// What one has to know before one sends something there.
    pub(super) const fn caution(&self) -> &'static str {
        let Self::File(_) = self;
        "a topic of files keeps no headers: who reads it takes a replay for a duplicate of what was counted before"
    }

    /// How many partitions there are. There is no guess at those of a topic that is not there.
    pub(super) fn partitions(&self) -> Result<u32, Failure> {
        let Self::File(path) = self;
        let there = |partition: &u32| path.join(partition.to_string()).is_dir();
        match (0..u32::MAX).take_while(there).count() {
            0 => Err(Failure::io(path.display().to_string())(io::Error::other("no topic: it has no partition 0"))),
            count => Ok(u32::try_from(count).unwrap_or(u32::MAX)),
        }
    }

    /// Opens it for writing.
    pub(super) fn open(&self, partitions: u32) -> Result<FileSink, Failure> {
        let Self::File(path) = self;
        FileSink::open(path, &FileConfig { partitions, ..FileConfig::default() }).map_err(|error| match error {
            TransportError::Io(error) => failed(&error.path, error.source),
            other => failed(path, io::Error::other(other.to_string())),
        })
    }
}

/// Says which files have changed since they were letters.
pub(super) fn complain(damaged: &[Damaged], err: &mut dyn Write) -> Result<Verdict, Failure> {
    for one in damaged {
        writeln!(err, "{}: {}", one.path.display(), one.error)?;
    }
    Ok(if damaged.is_empty() { Verdict::Good } else { Verdict::Bad })
}

/// What to do with an error of a folder of letters.
fn folder_failure(error: FolderError) -> Failure {
    match error {
        FolderError::Io(error) => failed(&error.path, error.source),
        FolderError::InUse { path } => failed(&path, io::Error::other("somebody else has these letters")),
        other => Failure::Data(other.to_string()),
    }
}

fn failed(path: &Path, source: io::Error) -> Failure {
    Failure::io(path.display().to_string())(source)
}

fn file(text: &str) -> Option<PathBuf> {
    text.strip_prefix("file:").filter(|path| !path.is_empty()).map(PathBuf::from)
}
