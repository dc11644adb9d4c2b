//! Which checkpoints a thread has, and where they are.

use std::collections::BTreeMap;
use std::path::Path;

use dashstream_disk::{Disk, DiskError, DiskFile, Mode};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::error::Damage;
use crate::index;
use crate::model::Summary;
use crate::name::SegmentName;
use crate::scan::{Bad, Scanned, WriteOf, scan_named};
use crate::segment::HEADER;

/// A checkpoint or a pending write, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The sync marker of the segment.
    pub(crate) marker: String,
    /// First byte.
    pub(crate) at: u64,
    /// First byte after it.
    pub(crate) end: u64,
    pub(crate) summary: Summary,
    pub(crate) write: Option<WriteOf>,
    /// The segment, which the index does not say.
    #[serde(skip)]
    pub(crate) segment: u32,
}

/// What a thread has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    /// In the order of segments and bytes.
    pub(crate) entries: Vec<Entry>,
    pub(crate) damage: Vec<Damage>,
    /// Whether the index had all of it.
    pub(crate) indexed: bool,
}

impl Catalog {
    /// Reads what there is. With `index`, what that says is taken for what it says it of.
    pub(crate) fn read<D: Disk>(
        disk: &D,
        folder: &Path,
        names: &[SegmentName],
        with_index: bool,
    ) -> Result<Self, StoreError> {
        let mut lines = if with_index { index::read(disk, folder) } else { BTreeMap::new() };
        let mut catalog = Self { indexed: true, ..Self::default() };
        for name in names {
            catalog.segment(disk, folder, *name, &mut lines)?;
        }
        Ok(catalog)
    }

    fn segment<D: Disk>(
        &mut self,
        disk: &D,
        folder: &Path,
        name: SegmentName,
        lines: &mut BTreeMap<String, Vec<Entry>>,
    ) -> Result<(), StoreError> {
        let path = folder.join(name.to_string());
        let failed = |error| DiskError::of("read", &path)(error);
        let mut file = disk.open(&path, Mode::Read).map_err(failed)?;
        let header = file.read_range(0, HEADER).map_err(failed)?;
        let len = file.len().map_err(failed)?;
        let marker = marker_of(&header);
        // CKP-006
        let mut from = HEADER;
        for entry in lines.remove(&marker).unwrap_or_default() {
            if entry.at == from && entry.end > entry.at && entry.end <= name.end.min(len) {
                from = entry.end;
                self.entries.push(Entry { segment: name.segment, ..entry });
            }
        }
        if from >= len && from >= name.end {
            return Ok(());
        }
        self.indexed = false;
        let bytes = file.read_range(from, len.max(from)).map_err(failed)?;
        let scanned = scan_named(&header, from, &bytes, &folder_name(folder), name);
        self.add(&path, name, &marker, len, scanned);
        Ok(())
    }

    fn add(&mut self, path: &Path, name: SegmentName, marker: &str, len: u64, scanned: Scanned) {
        let entries = scanned.found.into_iter().map(|found| Entry {
            marker: marker.to_owned(),
            at: found.at,
            end: found.end,
            summary: found.summary,
            write: found.write,
            segment: name.segment,
        });
        self.entries.extend(entries);
        let bad = scanned.bad.into_iter().chain(Bad::cut(len, name.end));
        self.damage.extend(bad.map(|bad| damage(path, name, bad)));
    }

    /// The newest place of each checkpoint, by generation. Where two segments have one, both have the same.
    pub(crate) fn checkpoints(&self) -> BTreeMap<u64, &Entry> {
        let checkpoints = self.entries.iter().filter(|entry| entry.write.is_none());
        checkpoints.map(|entry| (entry.summary.generation, entry)).collect()
    }

    /// The first damage of what was acknowledged.
    pub(crate) fn acknowledged_damage(&self) -> Option<&Damage> {
        self.damage.iter().find(|damage| damage.acknowledged)
    }
}

/// What is wrong with a segment.
pub(crate) fn damage(path: &Path, name: SegmentName, bad: Bad) -> Damage {
    let Bad { start, end, flaw, generation } = bad;
    Damage { path: path.to_path_buf(), start, end, flaw, generation, acknowledged: start < name.end }
}

/// A sync marker, as the index has it.
pub(crate) fn marker_of(header: &[u8]) -> String {
    hex::encode(header.get(8..24).unwrap_or_default())
}

/// The name of a folder.
pub(crate) fn folder_name(folder: &Path) -> String {
    folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
}
