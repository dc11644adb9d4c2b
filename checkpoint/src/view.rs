//! Reading a thread's folder. Writers and readers look at it in the same way.

use std::io::ErrorKind;
use std::path::Path;

use dashstream_disk::{Disk, DiskError, DiskFile, Mode};

use crate::StoreError;
use crate::catalog::{Catalog, Entry, damage, folder_name};
use crate::delete::TOMBSTONE;
use crate::error::Flaw;
use crate::key::ThreadKey;
use crate::model::{Checkpoint, PendingWrite, Query, Recovered, Summary};
use crate::name::SegmentName;
use crate::scan::{Bad, Found, scan};
use crate::segment::HEADER;

/// The files of a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) segments: Vec<SegmentName>,
    pub(crate) quarantined: Vec<SegmentName>,
    pub(crate) others: Vec<String>,
    /// The thread is deleted, but for what is left of its files.
    pub(crate) deleted: bool,
}

impl Names {
    /// What is in a folder; nothing where there is no folder.
    pub(crate) fn read<D: Disk>(disk: &D, folder: &Path) -> Result<Self, StoreError> {
        let names = match disk.list(folder) {
            Ok(names) => names,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(DiskError::of("list", folder)(error).into()),
        };
        let mut found = Self { deleted: names.iter().any(|name| name == TOMBSTONE), ..Self::default() };
        for name in names {
            if let Some(segment) = SegmentName::parse(&name) {
                found.segments.push(segment);
            } else if let Some(segment) = SegmentName::parse_quarantined(&name) {
                found.quarantined.push(segment);
            } else {
                found.others.push(name);
            }
        }
        found.segments.sort_unstable();
        Ok(found)
    }

    /// The segments of a thread that is not deleted.
    pub(crate) fn live(&self) -> &[SegmentName] {
        if self.deleted { &[] } else { &self.segments }
    }
}

/// A thread's folder.
#[derive(Debug)]
pub(crate) struct View<'a, D> {
    pub(crate) disk: &'a D,
    pub(crate) folder: &'a Path,
}

impl<D: Disk> View<'_, D> {
    /// The newest checkpoint.
    pub(crate) fn latest(&self, names: &[SegmentName]) -> Result<Option<Checkpoint>, StoreError> {
        // CKP-004
        let named = names.iter().filter(|name| name.start > 0).max_by_key(|name| (name.generation, name.segment));
        let known = named.map_or(0, |name| name.generation);
        if let Some(behind) = self.behind(names, known)? {
            return Ok(Some(behind));
        }
        let Some(name) = named else { return Ok(None) };
        self.read(*name, name.start, name.end, |found| found.is(known))
            .map(|found| Some(found.into_checkpoint()))
            .map_err(|mut error| {
                if let StoreError::Damaged(damage) = &mut error {
                    damage.generation = Some(known);
                }
                error
            })
    }

    /// A whole checkpoint of a generation or above it that lies behind the acknowledged bytes of the last segment.
    fn behind(&self, names: &[SegmentName], known: u64) -> Result<Option<Checkpoint>, StoreError> {
        let Some(last) = names.last() else { return Ok(None) };
        let (header, len, bytes) = self.bytes(*last, last.end, u64::MAX)?;
        if len <= last.end {
            return Ok(None);
        }
        let found = scan(&header, last.end, &bytes, &folder_name(self.folder), true).found;
        let newer = found.into_iter().filter(|found| found.write.is_none() && found.summary.generation >= known);
        Ok(newer.max_by_key(|found| found.summary.generation).map(Found::into_checkpoint))
    }

    /// Header, length and some bytes of a segment.
    pub(crate) fn bytes(&self, name: SegmentName, from: u64, to: u64) -> Result<(Vec<u8>, u64, Vec<u8>), StoreError> {
        let path = self.folder.join(name.to_string());
        let failed = |error| DiskError::of("read", &path)(error);
        let mut file = self.disk.open(&path, Mode::Read).map_err(failed)?;
        let header = file.read_range(0, HEADER).map_err(failed)?;
        let len = file.len().map_err(failed)?;
        let to = to.min(len);
        let bytes = if from < to { file.read_range(from, to).map_err(failed)? } else { Vec::new() };
        Ok((header, len, bytes))
    }

    /// What is wanted of what lies between two bytes.
    fn read(
        &self,
        name: SegmentName,
        start: u64,
        end: u64,
        wanted: impl Fn(&Found) -> bool,
    ) -> Result<Found, StoreError> {
        let (header, len, bytes) = self.bytes(name, start, end)?;
        let scanned = scan(&header, start, &bytes, &folder_name(self.folder), true);
        let bad = scanned.bad.into_iter().find(|bad| bad.end > start);
        if let Some(found) = scanned.found.into_iter().find(wanted) {
            return Ok(found);
        }
        let missing = Bad { start, end, flaw: Flaw::Missing, generation: None };
        let bad = Bad::cut(len, end).or(bad).unwrap_or(missing);
        Err(StoreError::Damaged(damage(&self.folder.join(name.to_string()), name, bad)))
    }

    /// Reads what the catalog tells of.
    pub(crate) fn entry(&self, names: &[SegmentName], entry: &Entry) -> Result<Found, StoreError> {
        let mut failed = StoreError::NoCheckpoint { generation: entry.summary.generation };
        // A repair that was cut short leaves two of one number.
        for name in names.iter().filter(|name| name.segment == entry.segment) {
            match self.entry_in(*name, entry) {
                Err(StoreError::Damaged(mut damage)) => {
                    damage.generation = Some(entry.summary.generation);
                    failed = StoreError::Damaged(damage);
                }
                found => return found,
            }
        }
        Err(failed)
    }

    fn entry_in(&self, name: SegmentName, entry: &Entry) -> Result<Found, StoreError> {
        let same = |found: &Found| found.summary == entry.summary && found.write == entry.write;
        self.read(name, entry.at, entry.end, same)
    }

    /// Which thread it is, by the first thing in it that is whole.
    pub(crate) fn identify(&self, names: &[SegmentName]) -> Result<Option<ThreadKey>, StoreError> {
        for name in names.iter().rev() {
            let from = if name.start > 0 { name.start } else { HEADER };
            for (from, to) in [(from, name.end), (HEADER, u64::MAX)] {
                let (header, _, bytes) = self.bytes(*name, from, to)?;
                let found = scan(&header, from, &bytes, &folder_name(self.folder), false).found;
                if let Some(first) = found.into_iter().next() {
                    return Ok(Some(first.key));
                }
            }
        }
        Ok(None)
    }

    /// The checkpoint that is wanted, the newest of them; an error where it may be among what is damaged.
    pub(crate) fn get(
        &self,
        names: &[SegmentName],
        catalog: &Catalog,
        wanted: impl Fn(&Summary) -> bool,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let all = catalog.checkpoints();
        match all.values().rev().find(|entry| wanted(&entry.summary)) {
            Some(entry) => Ok(Some(self.entry(names, entry)?.into_checkpoint())),
            None => match catalog.acknowledged_damage() {
                Some(damage) => Err(StoreError::Damaged(damage.clone())),
                None => Ok(None),
            },
        }
    }

    /// The whole checkpoint of the highest generation, and all damage.
    pub(crate) fn newest_whole(&self, names: &[SegmentName]) -> Result<Recovered, StoreError> {
        // CKP-005
        let catalog = Catalog::read(self.disk, self.folder, names)?;
        let newest = catalog.checkpoints().into_values().next_back().cloned();
        let checkpoint = newest.map(|entry| self.entry(names, &entry)).transpose()?.map(Found::into_checkpoint);
        Ok(Recovered { checkpoint, damage: catalog.damage })
    }

    /// The pending writes of a checkpoint, by task and index.
    pub(crate) fn writes(
        &self,
        names: &[SegmentName],
        catalog: &Catalog,
        generation: u64,
    ) -> Result<Vec<PendingWrite>, StoreError> {
        if let Some(damage) = catalog.acknowledged_damage() {
            return Err(StoreError::Damaged(damage.clone()));
        }
        let mut kept = std::collections::BTreeMap::new();
        for entry in catalog.entries.iter().filter(|entry| entry.summary.generation == generation) {
            let Some(write) = &entry.write else { continue };
            let place = (write.task.clone(), write.index);
            if write.index < 0 || !kept.contains_key(&place) {
                kept.insert(place, entry);
            }
        }
        kept.into_values().map(|entry| Ok(pending(self.entry(names, entry)?))).collect()
    }
}

/// Summaries that a query takes.
pub(crate) fn list(catalog: &Catalog, query: &Query) -> Vec<Summary> {
    let all = catalog.checkpoints();
    let taken = all.values().rev().map(|entry| &entry.summary).filter(|summary| query.takes(summary));
    taken.take(query.limit.unwrap_or(usize::MAX)).cloned().collect()
}

fn pending(found: Found) -> PendingWrite {
    let (task, index, channel) =
        found.write.map_or_else(Default::default, |write| (write.task, write.index, write.channel));
    PendingWrite { task, index, channel, content_type: found.summary.content_type, bytes: found.bytes }
}
