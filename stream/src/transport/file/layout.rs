//! Where the files of a topic are, and what their offsets mean.

use std::io;
use std::path::{Path, PathBuf};

use dashstream_disk::{Disk, DiskError};

use super::super::TransportError;

/// How a topic is written and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileConfig {
    /// Partitions; 0 is 1. A reader and a writer have to say the same.
    pub partitions: u32,
    /// Bytes of a segment after which the next one is begun, 2^31 at the most. The default is 64 MiB.
    pub segment_len: u64,
    /// Milliseconds after which a reader that is at the end looks again. The default is 20.
    pub poll_ms: u64,
}

impl Default for FileConfig {
    fn default() -> Self {
        Self { partitions: 1, segment_len: 64 << 20, poll_ms: 20 }
    }
}

impl FileConfig {
    pub(super) fn partitions(&self) -> u32 {
        self.partitions.max(1)
    }
}

/// A byte of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Byte {
    pub(super) segment: u32,
    pub(super) at: u32,
}

impl Byte {
    /// `None` where the byte of a segment is not below 2^32, which no segment has.
    pub(super) fn new(segment: u32, at: u64) -> Option<Self> {
        Some(Self { segment, at: u32::try_from(at).ok()? })
    }

    pub(super) fn offset(self) -> u64 {
        u64::from(self.segment) << 32 | u64::from(self.at)
    }

    pub(super) fn of(offset: u64) -> Self {
        let half = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or(u32::MAX);
        Self { segment: half(offset >> 32), at: half(offset) }
    }
}

pub(super) fn partition_folder(topic: &Path, partition: u32) -> PathBuf {
    topic.join(partition.to_string())
}

pub(super) fn segment_path(folder: &Path, segment: u32) -> PathBuf {
    folder.join(format!("{segment:08}.dsf"))
}

fn segment_of(name: &str) -> Option<u32> {
    let segment = name.strip_suffix(".dsf")?.parse().ok()?;
    (segment_path(Path::new(""), segment) == Path::new(name)).then_some(segment)
}

/// The segments of a partition, in order; none where there is no folder.
pub(super) fn segments<D: Disk>(disk: &D, folder: &Path) -> Result<Vec<u32>, TransportError> {
    let names = match disk.list(folder) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(DiskError::of("list", folder)(error).into()),
    };
    let mut segments: Vec<u32> = names.iter().filter_map(|name| segment_of(name)).collect();
    segments.sort_unstable();
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_a_segment_and_a_byte() {
        for (segment, at, offset) in [(0, 0, 0), (0, 28, 28), (1, 0, 1 << 32), (u32::MAX, u32::MAX, u64::MAX)] {
            let byte = Byte { segment, at };
            assert_eq!(byte.offset(), offset);
            assert_eq!(Byte::of(offset), byte);
        }
        assert_eq!(Byte::new(1, 1 << 32), None);
        assert_eq!(Byte::new(1, 5), Some(Byte { segment: 1, at: 5 }));
    }

    #[test]
    fn segments_have_names() {
        assert_eq!(segment_path(Path::new("t/0"), 7), Path::new("t/0/00000007.dsf"));
        for segment in [0, 7, 99_999_999, 100_000_000, u32::MAX] {
            let path = segment_path(Path::new("t"), segment);
            assert_eq!(path.file_name().and_then(|name| name.to_str()).and_then(segment_of), Some(segment));
        }
        for other in ["7.dsf", "00000007", "LOCK", ".dsf", "+0000007.dsf", "4294967296.dsf"] {
            assert_eq!(segment_of(other), None, "{other}");
        }
    }
}
