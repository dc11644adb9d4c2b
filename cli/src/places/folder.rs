//! A topic as a folder.

use std::path::Path;

/// How many partitions a topic of files has; 0 where there is none.
pub(crate) fn partitions_of(topic: &Path) -> u32 {
    let there = |partition: &u32| topic.join(partition.to_string()).is_dir();
    let count = (0..u32::MAX).take_while(there).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}
