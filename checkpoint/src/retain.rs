//! Removing old checkpoints.

use std::collections::BTreeSet;

use dashstream_disk::{Disk, DiskError};

use crate::StoreError;
use crate::catalog::Catalog;
use crate::name::SegmentName;
use crate::thread::{Env, Thread};
use crate::view::{Names, View};

/// Removes the segments in which nothing is needed any more; returns how many they were.
pub(crate) fn run<D: Disk>(env: &Env<D>, thread: &mut Thread<D>, keep: usize) -> Result<usize, StoreError> {
    let names = Names::read(&env.disk, &thread.folder)?.segments;
    let open = thread.open.as_ref().map(|segment| segment.name.segment);
    if names.iter().all(|name| Some(name.segment) == open) {
        return Ok(0);
    }
    // Put back below; where something fails, it is read again.
    let mut catalog = thread.take_catalog(env, &names)?;
    let view = View { disk: &env.disk, folder: &thread.folder.clone() };
    let kept = kept(&view, thread, &names, &catalog, keep.max(1));
    let needed: BTreeSet<u32> = catalog
        .entries
        .iter()
        .filter(|entry| kept.contains(&entry.summary.generation))
        .map(|entry| entry.segment)
        .collect();
    let mut gone = Vec::new();
    for name in names.iter().filter(|name| Some(name.segment) != open && !needed.contains(&name.segment)) {
        // CKP-008: it may be damaged since the catalog was read.
        let now = Catalog::read(&env.disk, &thread.folder, &[*name])?;
        if now.acknowledged_damage().is_some() {
            continue;
        }
        let path = thread.folder.join(name.to_string());
        env.disk.remove(&path).map_err(DiskError::of("remove", &path))?;
        gone.push(name.segment);
    }
    catalog.entries.retain(|entry| !gone.contains(&entry.segment));
    thread.put_back(catalog);
    Ok(gone.len())
}

/// The newest whole checkpoints, and what they are diffs of.
// CKP-008
fn kept<D: Disk>(
    view: &View<'_, D>,
    thread: &mut Thread<D>,
    names: &[SegmentName],
    catalog: &Catalog,
    keep: usize,
) -> BTreeSet<u64> {
    let all = catalog.checkpoints();
    let mut kept = BTreeSet::new();
    let mut whole = 0;
    for (generation, entry) in all.iter().rev() {
        if whole == keep {
            break;
        }
        kept.insert(*generation);
        if thread.proven.contains(generation) || view.entry(names, entry).is_ok() {
            thread.proven.insert(*generation);
            whole += 1;
        }
    }
    let mut open: Vec<u64> = kept.iter().copied().collect();
    while let Some(generation) = open.pop() {
        let base = all.get(&generation).and_then(|entry| entry.summary.base);
        if let Some(base) = base.filter(|base| kept.insert(*base)) {
            open.push(base);
        }
    }
    kept
}
