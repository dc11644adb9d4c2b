//! Looking at a whole thread, and setting aside what is damaged.

use std::path::Path;

use dashstream_disk::{Disk, DiskError, DiskFile as _, Mode};

use crate::StoreError;
use crate::catalog::{Catalog, damage, folder_name};
use crate::error::{Damage, Flaw};
use crate::key::ThreadKey;
use crate::name::{SegmentName, is_temporary};
use crate::scan::{Bad, Scanned, scan_named};
use crate::segment::{Failed, HEADER, Segment};
use crate::thread::Env;
use crate::view::{Names, View};

/// What a thread's folder holds.
#[derive(Clone, Debug, Default)]
pub struct ThreadReport {
    /// Name of the folder.
    pub folder: String,
    /// Which thread it is; `None` where nothing in it tells.
    pub key: Option<ThreadKey>,
    /// Segments.
    pub segments: Vec<SegmentName>,
    /// Segments that were set aside earlier.
    pub quarantined: Vec<SegmentName>,
    /// Whole checkpoints.
    pub checkpoints: usize,
    /// Whole pending writes.
    pub writes: usize,
    /// The highest generation of a whole checkpoint; `None`: there is none.
    pub newest: Option<u64>,
    /// What is not whole.
    pub damage: Vec<Damage>,
    /// The newest checkpoint, as the names tell, is not whole: without repair nobody gets it.
    pub newest_is_damaged: bool,
}

/// What a repair does, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Name of the thread's folder.
    pub folder: String,
    /// The segment that is set aside.
    pub segment: SegmentName,
    /// Whole checkpoints and pending writes of it, which are kept in another segment.
    pub kept: usize,
    /// Why.
    pub damage: Vec<Damage>,
}

/// Reads everything in a thread's folder.
pub(crate) fn report<D: Disk>(disk: &D, folder: &Path) -> Result<ThreadReport, StoreError> {
    let names = Names::read(disk, folder)?;
    let catalog = Catalog::read(disk, folder, names.live(), false)?;
    let view = View { disk, folder };
    let latest = view.latest(names.live());
    let checkpoints = catalog.checkpoints();
    Ok(ThreadReport {
        folder: folder_name(folder),
        key: view.identify(names.live())?,
        newest: checkpoints.keys().next_back().copied(),
        checkpoints: checkpoints.len(),
        writes: catalog.entries.iter().filter(|entry| entry.write.is_some()).count(),
        newest_is_damaged: matches!(latest, Err(StoreError::Damaged(_))),
        damage: catalog.damage.clone(),
        segments: names.live().to_vec(),
        quarantined: names.quarantined,
    })
}

/// A segment that is to be set aside.
struct Broken {
    repair: Repair,
    bytes: Vec<u8>,
    scanned: Scanned,
}

/// What is to be set aside in a thread's folder.
pub(crate) fn plan<D: Disk>(disk: &D, folder: &Path) -> Result<Vec<Repair>, StoreError> {
    let names = Names::read(disk, folder)?;
    let broken = names.live().iter().filter_map(|name| look(disk, folder, *name).transpose());
    broken.map(|broken| broken.map(|broken| broken.repair)).collect()
}

fn look<D: Disk>(disk: &D, folder: &Path, name: SegmentName) -> Result<Option<Broken>, StoreError> {
    let (header, len, bytes) = View { disk, folder }.bytes(name, HEADER, u64::MAX)?;
    let scanned = scan_named(&header, HEADER, &bytes, &folder_name(folder), name);
    let path = folder.join(name.to_string());
    let bad = scanned.bad.iter().copied().chain(Bad::cut(len, name.end));
    let mut found: Vec<Damage> = bad.map(|bad| damage(&path, name, bad)).collect();
    let named = scanned.found.iter().any(|one| one.write.is_none() && one.summary.generation == name.generation);
    if name.start > 0 && !named && found.iter().all(|damage| !damage.acknowledged) {
        let missing = Bad { start: name.start, end: name.end, flaw: Flaw::Missing, generation: Some(name.generation) };
        found.push(damage(&path, name, missing));
    }
    if found.iter().all(|damage| !damage.acknowledged) {
        return Ok(None);
    }
    let repair = Repair { folder: folder_name(folder), segment: name, kept: scanned.found.len(), damage: found };
    Ok(Some(Broken { repair, bytes, scanned }))
}

/// Sets aside what is damaged in a thread's folder.
pub(crate) fn apply<D: Disk>(env: &Env<D>, folder: &Path) -> Result<Vec<Repair>, Failed> {
    let names = Names::read(&env.disk, folder).map_err(Failed::harmless)?;
    for name in names.others.iter().filter(|name| is_temporary(name)) {
        let path = folder.join(name);
        env.disk.remove(&path).map_err(DiskError::of("remove", &path)).map_err(Failed::harmless)?;
    }
    let mut done = Vec::new();
    for name in names.live() {
        if let Some(broken) = look(&env.disk, folder, *name).map_err(Failed::harmless)? {
            set_aside(env, folder, &broken)?;
            done.push(broken.repair);
        }
    }
    Ok(done)
}

// CKP-007
fn set_aside<D: Disk>(env: &Env<D>, folder: &Path, broken: &Broken) -> Result<(), Failed> {
    let Broken { repair, bytes, scanned } = broken;
    let (disk, name) = (&env.disk, repair.segment);
    let path = folder.join(name.to_string());
    let text: String = repair.damage.iter().map(|damage| format!("{damage}\n")).collect();
    write(disk, &folder.join(name.reason()), text.as_bytes())?;
    let old = disk.read(&path).map_err(DiskError::of("read", &path)).map_err(Failed::harmless)?;
    write(disk, &folder.join(name.quarantined()), &old)?;
    disk.sync_folder(folder).map_err(DiskError::of("sync", folder)).map_err(Failed::poisons)?;
    // Where the header alone is damaged, what is kept gets the name of the damaged one, and takes its place.
    let mut taken = None;
    if !scanned.found.is_empty() {
        let kept = Segment::create(disk, folder, name.segment, &env.config.tenant, env.config.encoder, |filling| {
            scanned.found.iter().try_for_each(|found| filling.copy(HEADER, bytes, found))
        })?;
        taken = Some(kept.name);
    }
    if taken != Some(name) {
        disk.remove(&path).map_err(DiskError::of("remove", &path)).map_err(Failed::poisons)?;
        disk.sync_folder(folder).map_err(DiskError::of("sync", folder)).map_err(Failed::poisons)?;
    }
    Ok(())
}

/// Writes a file, durably but for its name.
fn write<D: Disk>(disk: &D, path: &Path, bytes: &[u8]) -> Result<(), Failed> {
    let written = disk.open(path, Mode::Write).and_then(|mut file| {
        file.set_len(0)?;
        file.write_at(0, bytes)?;
        Ok(file)
    });
    let mut file = written.map_err(DiskError::of("write", path)).map_err(Failed::harmless)?;
    file.sync().map_err(DiskError::of("sync", path)).map_err(Failed::poisons)
}
