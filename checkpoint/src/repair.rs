//! Looking at a whole thread, and setting aside what is damaged.

use std::io::ErrorKind;
use std::path::Path;

use dashstream_disk::{Disk, DiskError, DiskFile as _, Mode};

use crate::StoreError;
use crate::catalog::{Catalog, damage, folder_name};
use crate::error::{Damage, Flaw};
use crate::key::ThreadKey;
use crate::name::{SegmentName, is_temporary};
use crate::scan::{Bad, Found, Scanned, scan_named};
use crate::segment::{Failed, HEADER, Segment};
use crate::thread::Env;
use crate::view::{Names, View};

/// What a file is called until it is whole.
const ASIDE: &str = "tmp-aside";

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
    let catalog = Catalog::read(disk, folder, names.live())?;
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
    let named = scanned.found.iter().any(|one| one.is(name.generation));
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
            replace(env, folder, broken, &mut done)?;
        }
    }
    Ok(done)
}

// CKP-007
fn replace<D: Disk>(env: &Env<D>, folder: &Path, broken: Broken, done: &mut Vec<Repair>) -> Result<(), Failed> {
    let Broken { repair, bytes, scanned } = broken;
    let (disk, name) = (&env.disk, repair.segment);
    let kept = Kept::of(disk, folder, name, (bytes, scanned.found)).map_err(Failed::harmless)?;
    let in_the_way = kept.in_the_way.map(|other| look(disk, folder, other)).transpose().map_err(Failed::harmless)?;
    set_aside(disk, folder, &repair)?;
    done.push(repair);
    if let Some(other) = in_the_way.flatten() {
        set_aside(disk, folder, &other.repair)?;
        done.push(other.repair);
    }
    disk.sync_folder(folder).map_err(DiskError::of("sync", folder)).map_err(Failed::poisons)?;
    let mut taken = None;
    if kept.name.end > HEADER {
        let new = Segment::create(disk, folder, name.segment, &env.config.tenant, env.config.encoder, |filling| {
            kept.all().try_for_each(|(bytes, found)| filling.copy(HEADER, bytes, found))
        })?;
        taken = Some(new.name);
    }
    // Where the header alone is damaged, what is kept gets the name of the damaged one, and takes its place.
    if taken != Some(name) {
        let path = folder.join(name.to_string());
        disk.remove(&path).map_err(DiskError::of("remove", &path)).map_err(Failed::poisons)?;
        disk.sync_folder(folder).map_err(DiskError::of("sync", folder)).map_err(Failed::poisons)?;
    }
    Ok(())
}

/// What is kept of a segment.
struct Kept {
    /// The name that it gets.
    name: SegmentName,
    /// Another segment of that name. All that is whole in it is among what is kept.
    in_the_way: Option<SegmentName>,
    /// Bytes behind a header, and what is whole in them.
    sources: Vec<(Vec<u8>, Vec<Found>)>,
}

impl Kept {
    /// What is whole in a damaged segment. Where the name of that is another segment's, what is whole in that one is kept with it: it
    /// is taken over by the copy, or left beside one of another name.
    fn of<D: Disk>(
        disk: &D,
        folder: &Path,
        damaged: SegmentName,
        whole: (Vec<u8>, Vec<Found>),
    ) -> Result<Self, StoreError> {
        let names = Names::read(disk, folder)?.segments;
        let begin = SegmentName { segment: damaged.segment, generation: 0, start: 0, end: HEADER };
        let mut kept = Self { name: begin, in_the_way: None, sources: Vec::new() };
        let mut more = whole;
        loop {
            kept.name = more.1.iter().fold(kept.name, |name, found| found.grown(name));
            kept.sources.push(more);
            let free = [begin, damaged].contains(&kept.name) || !names.contains(&kept.name);
            if free {
                return Ok(kept);
            }
            let (header, _, bytes) = View { disk, folder }.bytes(kept.name, HEADER, u64::MAX)?;
            let mut found = scan_named(&header, HEADER, &bytes, &folder_name(folder), kept.name).found;
            found.retain(|one| kept.all().all(|(_, other)| !one.same(other)));
            if found.is_empty() {
                kept.in_the_way = Some(kept.name);
                return Ok(kept);
            }
            more = (bytes, found);
        }
    }

    /// What is kept, each with the bytes that it lies in.
    fn all(&self) -> impl Iterator<Item = (&[u8], &Found)> {
        self.sources.iter().flat_map(|(bytes, found)| found.iter().map(move |found| (bytes.as_slice(), found)))
    }
}

/// Writes what is damaged to another file, and why to a file beside it. Neither is written over another one.
fn set_aside<D: Disk>(disk: &D, folder: &Path, repair: &Repair) -> Result<(), Failed> {
    let name = repair.segment;
    let path = folder.join(name.to_string());
    let bytes = disk.read(&path).map_err(DiskError::of("read", &path)).map_err(Failed::harmless)?;
    let mut number = 1;
    while taken(disk, &folder.join(name.quarantined(number)), &bytes).map_err(Failed::harmless)? {
        number += 1;
    }
    let text: String = repair.damage.iter().map(|damage| format!("{damage}\n")).collect();
    write(disk, &folder.join(name.reason(number)), text.as_bytes())?;
    write(disk, &folder.join(name.quarantined(number)), &bytes)
}

/// Whether there is a file with other bytes.
fn taken<D: Disk>(disk: &D, path: &Path, bytes: &[u8]) -> Result<bool, StoreError> {
    match disk.read(path) {
        Ok(there) => Ok(there != bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(DiskError::of("read", path)(error).into()),
    }
}

/// Writes a file that is whole wherever it has this name. The name is not durable yet.
fn write<D: Disk>(disk: &D, path: &Path, bytes: &[u8]) -> Result<(), Failed> {
    let temporary = path.with_file_name(ASIDE);
    let written = disk.open(&temporary, Mode::Write).and_then(|mut file| {
        file.set_len(0)?;
        file.write_at(0, bytes)?;
        Ok(file)
    });
    let mut file = written.map_err(DiskError::of("write", &temporary)).map_err(Failed::harmless)?;
    file.sync().map_err(DiskError::of("sync", &temporary)).map_err(Failed::poisons)?;
    disk.rename(&temporary, path).map_err(DiskError::of("rename", &temporary)).map_err(Failed::harmless)
}
