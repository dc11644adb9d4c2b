//! The product's store, looked at by its reader.

use std::collections::BTreeMap;
use std::path::Path;

use dashstream_checkpoint::{Checkpoint, Damage, Query, Reader, Repair, StoreError, ThreadReport};
use dashstream_disk::RealDisk;
use dashstream_vectors::{StoreCheckpoint, StoreDamage, StoreFile, StoreRepair, StoreThread};
use sha2::{Digest as _, Sha256};

use crate::protocol::{Base64, StoreQuestion, StoreReport};

/// Why a store could not be looked at.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookError {
    /// The files could not be written.
    #[error("the store cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// The store's own error, which damage is not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file that lies elsewhere.
    #[error("{0} is not in the store")]
    Outside(String),
}

pub(super) fn look(question: &StoreQuestion) -> Result<StoreReport, LookError> {
    let folder = tempfile::tempdir()?;
    for file in &question.files {
        write(folder.path(), file)?;
    }
    let reader = Reader::new(RealDisk, folder.path().to_path_buf());
    let mut repairs: BTreeMap<String, Vec<StoreRepair>> = BTreeMap::new();
    for Repair { folder, segment, kept, .. } in reader.plan_repair()? {
        repairs.entry(folder).or_default().push(StoreRepair { file: segment.to_string(), kept: kept as u64 });
    }
    let reports = reader.verify()?;
    let threads = reports.iter().map(|report| {
        let repair = repairs.remove(&report.folder).unwrap_or_default();
        thread(&reader, report, repair)
    });
    Ok(StoreReport { threads: threads.collect::<Result<_, _>>()? })
}

fn write(store: &Path, file: &StoreFile<Base64>) -> Result<(), LookError> {
    if !file.is_inside() {
        return Err(LookError::Outside(file.path.clone()));
    }
    let path = store.join(&file.path);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(std::fs::write(path, &file.bytes.0)?)
}

fn thread(
    reader: &Reader<RealDisk>,
    report: &ThreadReport,
    repair: Vec<StoreRepair>,
) -> Result<StoreThread, StoreError> {
    let mut damage: Vec<StoreDamage> = report.damage.iter().map(damage_of).collect();
    damage.sort_unstable();
    let mut thread = StoreThread { folder: report.folder.clone(), damage, repair, ..StoreThread::default() };
    // The reader is asked by thread. Where nothing tells which it is, nothing can be asked for.
    let Some(key) = &report.key else { return Ok(thread) };
    thread.thread = Some(key.thread().to_owned());
    thread.namespace = Some(key.namespace().to_owned()).filter(|namespace| !namespace.is_empty());
    match reader.latest(key) {
        Ok(newest) => thread.newest = newest.as_ref().map(checkpoint_of),
        Err(StoreError::Damaged(damage)) => thread.error = Some(damage_of(&damage)),
        Err(error) => return Err(error),
    }
    thread.whole = reader.newest_whole(key)?.checkpoint.map(|whole| whole.summary.generation);
    for summary in reader.list(key, &Query::default())? {
        match reader.get(key, summary.generation) {
            Ok(found) => thread.checkpoints.extend(found.map(|found| found.summary.generation)),
            Err(StoreError::Damaged(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(thread)
}

fn checkpoint_of(checkpoint: &Checkpoint) -> StoreCheckpoint {
    StoreCheckpoint {
        generation: checkpoint.summary.generation,
        id: checkpoint.summary.id.clone(),
        sha256: hex::encode(Sha256::digest(&checkpoint.bytes)),
    }
}

fn damage_of(damage: &Damage) -> StoreDamage {
    StoreDamage {
        file: damage.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        start: damage.start,
        end: damage.end,
        code: damage.flaw.name().to_owned(),
        generation: damage.generation,
    }
}
