//! Finding checkpoints without reading every segment. A name tells the newest checkpoint that is acknowledged in it, so a segment of a
//! lower generation has no higher one, but for what lies behind its acknowledged bytes.

use std::collections::BTreeMap;

use dashstream_disk::Disk;

use crate::StoreError;
use crate::catalog::Catalog;
use crate::model::{Checkpoint, Query, Summary};
use crate::name::SegmentName;
use crate::view::View;

/// The highest generation that may be in a segment.
fn highest(names: &[SegmentName], name: SegmentName) -> u64 {
    if names.last() == Some(&name) { u64::MAX } else { name.generation }
}

/// Segments that may have a generation from `lowest` on, those of the lowest generations first.
fn with(names: &[SegmentName], lowest: u64) -> Vec<SegmentName> {
    let mut some: Vec<_> = names.iter().copied().filter(|name| highest(names, *name) >= lowest).collect();
    some.sort_by_key(|name| (highest(names, *name), name.segment));
    some
}

/// The checkpoint of a generation; an error where it may be among what is damaged.
pub(crate) fn get<D: Disk>(
    view: &View<'_, D>,
    names: &[SegmentName],
    generation: u64,
) -> Result<Option<Checkpoint>, StoreError> {
    let mut all = Catalog::default();
    for name in with(names, generation) {
        let mut catalog = Catalog::read(view.disk, view.folder, &[name])?;
        if catalog.checkpoints().contains_key(&generation) {
            return view.get(&[name], &catalog, |summary| summary.generation == generation);
        }
        all.damage.append(&mut catalog.damage);
    }
    // What lies behind the acknowledged bytes of a segment was written again in another one (CKP-011), which may be damaged by now.
    for name in names.iter().filter(|name| highest(names, **name) < generation) {
        if view.bytes(*name, 0, 0)?.1 > name.end {
            let catalog = Catalog::read(view.disk, view.folder, &[*name])?;
            if catalog.checkpoints().contains_key(&generation) {
                return view.get(&[*name], &catalog, |summary| summary.generation == generation);
            }
        }
    }
    view.get(names, &all, |_| false)
}

/// Summaries that a query takes, the newest first. Segments are read until those that are left have older ones only.
pub(crate) fn list<D: Disk>(
    view: &View<'_, D>,
    names: &[SegmentName],
    query: &Query,
) -> Result<Vec<Summary>, StoreError> {
    let limit = query.limit.unwrap_or(usize::MAX);
    let mut taken: BTreeMap<u64, Summary> = BTreeMap::new();
    for name in with(names, 0).into_iter().rev() {
        if taken.keys().rev().nth(limit.saturating_sub(1)).is_some_and(|oldest| *oldest > highest(names, name)) {
            break;
        }
        let catalog = Catalog::read(view.disk, view.folder, &[name])?;
        let entries = catalog.checkpoints().into_values();
        taken.extend(
            entries
                .filter(|entry| query.takes(&entry.summary))
                .map(|entry| (entry.summary.generation, entry.summary.clone())),
        );
    }
    Ok(taken.into_values().rev().take(limit).collect())
}
