//! The index of a thread: a cache of what its segments hold. It is never synced and never believed about what it does not match.

use std::collections::BTreeMap;
use std::path::Path;

use dashstream_codec::crc32c;
use dashstream_disk::{Disk, DiskFile, Mode};

use crate::catalog::Entry;

/// Its name in the folder.
pub(crate) const NAME: &str = "index";
const TEMPORARY: &str = "tmp-index";

/// Its entries by sync marker, in order; those that cannot be read are left out.
pub(crate) fn read<D: Disk>(disk: &D, folder: &Path) -> BTreeMap<String, Vec<Entry>> {
    let bytes = disk.read(&folder.join(NAME)).unwrap_or_default();
    let mut found: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in bytes.split(|byte| *byte == b'\n').filter_map(parse) {
        found.entry(entry.marker.clone()).or_default().push(entry);
    }
    found
}

fn parse(line: &[u8]) -> Option<Entry> {
    let (crc, json) = line.split_at_checked(9)?;
    let crc = std::str::from_utf8(crc).ok()?.strip_suffix(' ')?;
    (u32::from_str_radix(crc, 16).ok()? == crc32c(json)).then_some(())?;
    serde_json::from_slice(json).ok()
}

fn line(entry: &Entry) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(entry).ok()?;
    let mut line = format!("{:08x} ", crc32c(&json)).into_bytes();
    line.extend_from_slice(&json);
    line.push(b'\n');
    Some(line)
}

/// The index as it is appended to.
#[derive(Debug)]
pub(crate) struct Index<F> {
    file: F,
    len: u64,
}

impl<F: DiskFile> Index<F> {
    /// Opens the index behind what is in it; `None` where it cannot be, and the store goes without.
    pub(crate) fn open<D: Disk<File = F>>(disk: &D, folder: &Path) -> Option<Self> {
        let file = disk.open(&folder.join(NAME), Mode::Write).ok()?;
        let len = file.len().ok()?;
        Some(Self { file, len })
    }

    /// Writes it anew.
    pub(crate) fn renew<'e, D: Disk<File = F>>(
        disk: &D,
        folder: &Path,
        entries: impl Iterator<Item = &'e Entry>,
    ) -> Option<Self> {
        let bytes: Vec<u8> = entries.filter_map(line).flatten().collect();
        let temporary = folder.join(TEMPORARY);
        let mut file = disk.open(&temporary, Mode::Write).ok()?;
        file.set_len(0).ok()?;
        file.write_at(0, &bytes).ok()?;
        disk.rename(&temporary, &folder.join(NAME)).ok()?;
        Some(Self { file, len: bytes.len() as u64 })
    }

    /// Adds an entry; false where that failed.
    pub(crate) fn add(&mut self, entry: &Entry) -> bool {
        let Some(mut line) = line(entry) else { return false };
        if self.len > 0 {
            // Whatever was torn before it ends here.
            line.insert(0, b'\n');
        }
        let done = self.file.write_at(self.len, &line).is_ok();
        self.len += line.len() as u64;
        done
    }
}
