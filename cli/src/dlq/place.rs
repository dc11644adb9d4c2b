//! Where letters are, and where they go.

use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use dashstream_disk::RealDisk;
use dashstream_stream::deadletter::{Damaged, Folder, FolderError, Letter, Listing, Step};
use dashstream_stream::transport::Sink as _;

use super::topic;
use crate::exit::{Failure, Verdict};
use crate::places::{AnySink, Place, SecurityArgs, partitions_of};

/// Where letters are: a folder of files, or a topic of Kafka.
#[derive(Clone, Debug)]
pub(super) struct Letters(Place);

impl FromStr for Letters {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

impl Letters {
    /// Looks at all of them; nothing is changed.
    pub(super) fn read(&self, security: &SecurityArgs) -> Result<Listing, Failure> {
        match &self.0 {
            Place::File(folder) => Listing::of(&RealDisk, folder).map_err(folder_failure),
            Place::Kafka { .. } => topic::read(&self.0, security),
        }
    }

    /// The same, with how often each was sent: letters of a topic are counted elsewhere.
    pub(super) fn counted(&self, counts: Option<&Path>, security: &SecurityArgs) -> Result<Listing, Failure> {
        let mut listing = self.read(security)?;
        if let Some(folder) = counts.filter(|folder| folder.is_dir()) {
            let copies = Listing::of(&RealDisk, folder).map_err(folder_failure)?;
            for (_, letter) in &mut listing.letters {
                let same = |(_, copy): &&(_, Letter)| copy.id() == letter.id() && copy.message == letter.message;
                let sent = copies.letters.iter().find(same).map_or(0, |(_, copy)| copy.replays);
                letter.replays = letter.replays.max(sent);
            }
        }
        Ok(listing)
    }

    /// Opens them, to count what is done with them. A topic cannot be counted in.
    pub(super) fn open(&self) -> Result<Folder<RealDisk>, Failure> {
        match &self.0 {
            Place::File(folder) => Folder::open(RealDisk, folder).map_err(folder_failure),
            Place::Kafka { .. } => Err(Failure::Usage(NO_COUNTS.to_owned())),
        }
    }

    /// What is wrong with where letters are and where they are counted.
    pub(super) fn usage(&self, counts: Option<&Path>, yes: bool) -> Option<Failure> {
        match (&self.0, counts) {
            (Place::File(_), Some(_)) => {
                Some(Failure::Usage("--counts is for letters in a topic: a folder counts them itself".to_owned()))
            }
            (Place::Kafka { .. }, None) if yes => Some(Failure::Usage(NO_COUNTS.to_owned())),
            _ => None,
        }
    }
}

const NO_COUNTS: &str = "letters in a topic cannot be counted there: --counts FOLDER keeps how often each was sent";

/// Copies of the letters that there is something to do with, in a folder that counts what is done, and goes on with what it has counted.
// DLQ-008
pub(super) fn copies(folder: &Path, listing: &Listing, steps: &mut [Step]) -> Result<Folder<RealDisk>, Failure> {
    let mut folder = Folder::open(RealDisk, folder).map_err(folder_failure)?;
    for step in steps {
        if let Some((_, letter)) = listing.letters.iter().find(|(name, _)| *name == step.name) {
            step.name = folder.save(letter).map_err(folder_failure)?;
        }
    }
    Ok(folder)
}

/// A topic that letters are sent to.
#[derive(Clone, Debug)]
pub(super) struct Topic(Place);

impl FromStr for Topic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

impl Topic {
    /// Its name, as letters have it: without folders.
    pub(super) fn name(&self) -> String {
        match &self.0 {
            Place::File(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            Place::Kafka { topic, .. } => topic.clone(),
        }
    }

    /// What one has to know before one sends something there.
    pub(super) const fn caution(&self) -> &'static str {
        match self.0 {
            Place::File(_) => {
                "a topic of files keeps no headers: who reads it takes a replay for a duplicate of what was counted before"
            }
            Place::Kafka { .. } => {
                "every group that reads the topic gets a replay, those that had the message without trouble too"
            }
        }
    }

    /// Opens it for writing. There is no guess at the partitions of a topic that is not there.
    pub(super) async fn open(&self, security: &SecurityArgs) -> Result<AnySink, Failure> {
        if let Place::File(path) = &self.0
            && partitions_of(path) == 0
        {
            return Err(Failure::io(path.display().to_string())(io::Error::other("no topic: it has no partition 0")));
        }
        AnySink::open(&self.0, None, security).await
    }

    /// How many partitions there are.
    pub(super) async fn partitions(&self, security: &SecurityArgs) -> Result<u32, Failure> {
        match &self.0 {
            // Whoever opens it for writing is in the way of others.
            Place::File(path) if partitions_of(path) > 0 => Ok(partitions_of(path)),
            _ => Ok(self.open(security).await?.partitions()),
        }
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
