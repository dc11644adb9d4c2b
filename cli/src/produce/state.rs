//! The folder of a producer.

use std::fs;
use std::path::{Path, PathBuf};

use dashstream_codec::ReadOptions;
use dashstream_codec::file::FileReport;

use crate::exit::Failure;
use crate::places::Place;

/// Where a producer keeps itself: as it was told, or beside its topic.
pub(super) fn folder(given: Option<&Path>, to: &Place) -> Result<PathBuf, Failure> {
    if let Some(folder) = given {
        return Ok(folder.to_path_buf());
    }
    match to {
        Place::File(topic) => {
            let mut name = topic.file_name().unwrap_or_default().to_owned();
            name.push(".producer");
            Ok(topic.with_file_name(name))
        }
        Place::Kafka { .. } => Err(Failure::Usage(
            "--state FOLDER is needed with Kafka: there the producer keeps who it is and what is not acknowledged"
                .to_owned(),
        )),
    }
}

/// How many frames are in the spool of a producer that is closed. What cannot be read counts as none: the next opening says so.
pub(crate) fn kept(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder.join("spool")) else { return 0 };
    let segments = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    let frames = segments.filter_map(|path| fs::read(path).ok()).map(|bytes| {
        // A file without frames has a header at the most.
        FileReport::of(&bytes, ReadOptions::default()).accepted.len() as u64
    });
    frames.sum()
}
