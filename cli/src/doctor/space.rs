//! Room on the disk.

use std::path::Path;

use super::finding::Finding;

/// What a producer keeps at the most when brokers are away for long.
const SPOOL: u64 = 1 << 30;
/// Below this something is about to fail.
const LITTLE: u64 = 64 << 20;

/// How much room there is where a folder is; nothing where the system does not say.
pub(super) fn look(folder: &Path) -> Option<Finding> {
    Some(judge(free(folder)?))
}

fn judge(free: u64) -> Finding {
    let what = format!("{} MiB free", crate::term::grouped(free >> 20));
    if free < LITTLE {
        Finding::wrong(what, "make room: what cannot be written is not sent")
    } else if free < SPOOL {
        Finding::doubtful(what, "a producer keeps up to 1,024 MiB of what is not acknowledged")
    } else {
        Finding::good(what)
    }
}

#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(folder).ok()?;
    told.f_bavail.checked_mul(told.f_frsize)
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn little_room_is_said() {
        let level = |free| judge(free).level;
        assert_eq!(
            [level(1 << 30), level((1 << 30) - 1), level(1 << 26), level((1 << 26) - 1)],
            [Level::Good, Level::Doubtful, Level::Doubtful, Level::Wrong]
        );
        #[cfg(unix)]
        assert!(free(Path::new(".")).is_some());
        assert!(look(Path::new("no such folder")).is_none());
    }
}
