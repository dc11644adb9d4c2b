//! Which checkpoints a thread has, and where they are.

use std::collections::BTreeMap;
use std::path::Path;

use dashstream_disk::Disk;

use crate::StoreError;
use crate::error::Damage;
use crate::model::Summary;
use crate::name::SegmentName;
use crate::scan::{Bad, Found, WriteOf, scan_named};
use crate::segment::HEADER;
use crate::view::View;

/// A checkpoint or a pending write, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The segment.
    pub(crate) segment: u32,
    /// First byte.
    pub(crate) at: u64,
    /// First byte after it.
    pub(crate) end: u64,
    pub(crate) summary: Summary,
    pub(crate) write: Option<WriteOf>,
}

impl Entry {
    /// What was found in a segment.
    pub(crate) fn of(found: Found, name: SegmentName) -> Self {
        Self { segment: name.segment, at: found.at, end: found.end, summary: found.summary, write: found.write }
    }
}

/// What a thread has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    /// In the order of segments and bytes.
    pub(crate) entries: Vec<Entry>,
    pub(crate) damage: Vec<Damage>,
}

impl Catalog {
    /// Reads what there is in segments, and believes nothing else (CKP-006).
    pub(crate) fn read<D: Disk>(disk: &D, folder: &Path, names: &[SegmentName]) -> Result<Self, StoreError> {
        let mut catalog = Self::default();
        for name in names {
            catalog.add(&View { disk, folder }, *name)?;
        }
        Ok(catalog)
    }

    /// Reads what there is in another segment.
    fn add<D: Disk>(&mut self, view: &View<'_, D>, name: SegmentName) -> Result<(), StoreError> {
        let (header, len, bytes) = view.bytes(name, HEADER, u64::MAX)?;
        let scanned = scan_named(&header, HEADER, &bytes, &folder_name(view.folder), name);
        self.entries.extend(scanned.found.into_iter().map(|found| Entry::of(found, name)));
        let path = view.folder.join(name.to_string());
        let bad = scanned.bad.into_iter().chain(Bad::cut(len, name.end));
        self.damage.extend(bad.map(|bad| damage(&path, name, bad)));
        Ok(())
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

/// The name of a folder.
pub(crate) fn folder_name(folder: &Path) -> String {
    folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
}
