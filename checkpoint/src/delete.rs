//! Deleting a thread.

use std::path::Path;

use dashstream_disk::{Disk, DiskError, DiskFile, Mode};

use crate::StoreError;

/// Where it stands in a folder, nothing else in it counts.
pub(crate) const TOMBSTONE: &str = "DELETED";

/// Deletes all files of a thread.
// CKP-012
pub(crate) fn delete<D: Disk>(disk: &D, folder: &Path) -> Result<(), StoreError> {
    let path = folder.join(TOMBSTONE);
    let mut file = disk.open(&path, Mode::Write).map_err(DiskError::of("make", &path))?;
    file.sync().map_err(DiskError::of("sync", &path))?;
    disk.sync_folder(folder).map_err(DiskError::of("sync", folder))?;
    finish(disk, folder)
}

/// Removes what is left of a thread that was deleted.
pub(crate) fn finish<D: Disk>(disk: &D, folder: &Path) -> Result<(), StoreError> {
    let names = disk.list(folder).map_err(DiskError::of("list", folder))?;
    let remove = |name: &str| {
        let path = folder.join(name);
        disk.remove(&path).map_err(DiskError::of("remove", &path))
    };
    names.iter().filter(|name| *name != TOMBSTONE).try_for_each(|name| remove(name))?;
    // None of them may come back when the tombstone is gone.
    disk.sync_folder(folder).map_err(DiskError::of("sync", folder))?;
    remove(TOMBSTONE)?;
    disk.sync_folder(folder).map_err(DiskError::of("sync", folder))?;
    Ok(())
}
