//! A topic as a folder.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use dashstream_codec::ReadOptions;
use dashstream_codec::file::FileReport;

use super::Reach;
use crate::exit::Failure;

/// How many partitions a topic of files has; 0 where there is none.
pub(crate) fn partitions_of(topic: &Path) -> u32 {
    let there = |partition: &u32| topic.join(partition.to_string()).is_dir();
    let count = (0..u32::MAX).take_while(there).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The segments of a partition with their numbers, in their order; none where there is no folder.
pub(crate) fn segments_of(topic: &Path, partition: u32) -> Result<Vec<(u32, PathBuf)>, Failure> {
    let folder = topic.join(partition.to_string());
    let name = folder.display().to_string();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure::io(name)(error)),
    };
    let mut segments = Vec::new();
    for entry in entries {
        let path = entry.map_err(Failure::io(&*name))?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        if let Some(number) = number.filter(|_| path.extension().is_some_and(|extension| extension == "dsf")) {
            segments.push((number, path));
        }
    }
    segments.sort();
    Ok(segments)
}

/// Where partitions are so many frames before their ends. A partition with fewer begins at its first.
pub(super) fn before_the_end(topic: &Path, partitions: u32, back: u64) -> Result<Vec<Reach>, Failure> {
    let mut places = Vec::new();
    for partition in 0..partitions {
        let (mut left, mut reach) = (back, Reach { partition, begin: None, last: None });
        for (segment, path) in segments_of(topic, partition)?.into_iter().rev() {
            let bytes = fs::read(&path).map_err(Failure::io(path.display().to_string()))?;
            let accepted = FileReport::of(&bytes, ReadOptions::default()).accepted;
            let count = accepted.len() as u64;
            let offset = |at: u64| u64::from(segment) << 32 | at;
            reach.last = reach.last.or(accepted.last().map(|entry| offset(entry.start)));
            if left > count || (left == count && left > 0) {
                left -= count;
                if left == 0 {
                    reach.begin = Some(offset(0));
                    break;
                }
                continue;
            }
            // Where frames end, and not where the file does: one may be being written.
            let at = match usize::try_from(count - left).ok().and_then(|index| accepted.get(index)) {
                Some(entry) => entry.start,
                None => accepted.last().map_or(0, |entry| entry.end),
            };
            reach.begin = Some(offset(at));
            break;
        }
        places.push(reach);
    }
    Ok(places)
}
