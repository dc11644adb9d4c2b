//! A store that is written to.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use dashstream_codec::EncoderConfig;
use dashstream_disk::{Disk, DiskError};
use serde::Serialize;

use crate::key::{ThreadKey, is_folder};
use crate::model::{Checkpoint, Draft, PendingWrite, Query, Recovered, Summary};
use crate::reader::Reader;
use crate::repair::{self, Repair, ThreadReport};
use crate::segment::Failed;
use crate::thread::{Env, Thread};
use crate::view::{Names, View, list};
use crate::{StoreError, delete, retain};

/// Media type of a state that serde has written.
const JSON: &str = "application/json";
/// Threads that are held open at the most; each has an open file.
const MAX_THREADS: usize = 256;

/// How a store writes.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// Tenant of the frames, 1 to 255 bytes.
    pub tenant: String,
    /// Bytes of a segment after which the next one is begun. The default is 8 MiB.
    pub segment_len: u64,
    /// Bytes of a state in one frame, 1 to 4 MiB. The default is 1 MiB.
    pub chunk_len: usize,
    /// How many of the newest whole checkpoints of a thread are kept, at least 1; `None`: all.
    pub keep_last: Option<usize>,
    /// How frames are compressed. The default is not at all.
    pub encoder: EncoderConfig,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            tenant: "default".to_owned(),
            segment_len: 8 << 20,
            chunk_len: 1 << 20,
            keep_last: None,
            encoder: EncoderConfig::default(),
        }
    }
}

/// A store that is open for writing. There is one at a time for a folder.
#[derive(Debug)]
pub struct Store<D: Disk> {
    env: Env<D>,
    threads: HashMap<ThreadKey, Thread<D>>,
    poisoned: bool,
    _lock: D::Lock,
}

impl<D: Disk + Clone> Store<D> {
    /// Opens the store in a folder, which is made where it is not there. No thread is looked at before it is asked for. Blocks.
    ///
    /// # Errors
    /// [`StoreError::InUse`] where another store writes to the folder, [`StoreError::Io`].
    pub fn open(disk: D, folder: &Path, config: StoreConfig) -> Result<Self, StoreError> {
        disk.create_folder(folder).map_err(DiskError::of("make", folder))?;
        // CKP-002
        let path = folder.join("LOCK");
        let lock = disk.lock(&path).map_err(DiskError::of("lock", &path))?;
        let lock = lock.ok_or(StoreError::InUse { path })?;
        let env = Env { disk, folder: folder.to_path_buf(), config };
        Ok(Self { env, threads: HashMap::new(), poisoned: false, _lock: lock })
    }

    fn thread(&mut self, key: &ThreadKey) -> Result<(&Env<D>, &mut Thread<D>, &mut bool), StoreError> {
        self.alive()?;
        if !self.threads.contains_key(key) {
            if self.threads.len() >= MAX_THREADS {
                self.threads.clear();
            }
            let loaded = Thread::load(&self.env, key);
            let thread = loaded.map_err(|failed| self.failed(failed))?;
            self.threads.insert(key.clone(), thread);
        }
        match self.threads.get_mut(key) {
            Some(thread) => Ok((&self.env, thread, &mut self.poisoned)),
            None => Err(StoreError::NotOpen),
        }
    }

    const fn alive(&self) -> Result<(), StoreError> {
        if self.poisoned { Err(StoreError::Poisoned) } else { Ok(()) }
    }

    fn failed(&mut self, failed: Failed) -> StoreError {
        poison(&mut self.poisoned, failed)
    }

    /// Puts a checkpoint. When this returns it is durable. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`], after which the checkpoint may be there where it was an error of a sync, and is not where it was not;
    /// [`StoreError::Poisoned`], [`StoreError::IdLen`], [`StoreError::Reserved`], [`StoreError::NoCheckpoint`], [`StoreError::Encode`],
    /// [`StoreError::Random`], [`StoreError::Exhausted`].
    pub fn put(&mut self, key: &ThreadKey, draft: Draft, bytes: &[u8]) -> Result<Summary, StoreError> {
        let (env, thread, poisoned) = self.thread(key)?;
        thread.put(env, draft, bytes).map_err(|failed| poison(poisoned, failed))
    }

    /// Puts a state as JSON. A draft without a media type gets `application/json`. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Json`] where the state cannot be written, with which nothing is put; and those of [`Self::put`].
    pub fn put_state(&mut self, key: &ThreadKey, draft: Draft, state: &impl Serialize) -> Result<Summary, StoreError> {
        let bytes = serde_json::to_vec(state)?;
        self.put(key, as_json(draft), &bytes)
    }

    /// Puts pending writes of a checkpoint, all of them or none. When this returns they are durable. Blocks.
    ///
    /// # Errors
    /// [`StoreError::NoCheckpoint`] where there is no checkpoint of that generation, and those of [`Self::put`].
    pub fn put_writes(&mut self, key: &ThreadKey, generation: u64, writes: &[PendingWrite]) -> Result<(), StoreError> {
        let (names, env, thread) = self.look(key)?;
        let catalog = thread.catalog(env, names.live())?;
        let id = catalog.checkpoints().get(&generation).map(|entry| entry.summary.id.clone());
        let id = id.ok_or(StoreError::NoCheckpoint { generation })?;
        let (env, thread, poisoned) = self.thread(key)?;
        thread.put_writes(env, &id, generation, writes).map_err(|failed| poison(poisoned, failed))
    }

    /// A thread, and the files that it has now.
    fn look(&mut self, key: &ThreadKey) -> Result<(Names, &Env<D>, &mut Thread<D>), StoreError> {
        let (env, thread, _) = self.thread(key)?;
        Ok((Names::read(&env.disk, &thread.folder)?, env, thread))
    }

    /// The newest checkpoint; `None` where there is none. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where the newest that was acknowledged is not whole: never an older one in its place. See
    /// [`Self::newest_whole`]. [`StoreError::Io`], [`StoreError::Poisoned`].
    pub fn latest(&mut self, key: &ThreadKey) -> Result<Option<Checkpoint>, StoreError> {
        let (_, thread, _) = self.thread(key)?;
        if let Some(newest) = thread.latest() {
            return Ok(Some(newest));
        }
        let (names, env, thread) = self.look(key)?;
        View { disk: &env.disk, folder: &thread.folder }.latest(names.live())
    }

    /// The whole checkpoint of the highest generation, and all that is damaged. It reads the whole thread. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Poisoned`].
    pub fn newest_whole(&mut self, key: &ThreadKey) -> Result<Recovered, StoreError> {
        let (names, env, thread) = self.look(key)?;
        View { disk: &env.disk, folder: &thread.folder }.newest_whole(names.live())
    }

    /// The checkpoint of a generation; `None` where there is none. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where it is damaged, or may be among what is; [`StoreError::Io`], [`StoreError::Poisoned`].
    pub fn get(&mut self, key: &ThreadKey, generation: u64) -> Result<Option<Checkpoint>, StoreError> {
        self.find(key, |summary| summary.generation == generation)
    }

    /// The newest checkpoint of an id; `None` where there is none. Blocks.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn get_by_id(&mut self, key: &ThreadKey, id: &str) -> Result<Option<Checkpoint>, StoreError> {
        self.find(key, |summary| summary.id == id)
    }

    fn find(&mut self, key: &ThreadKey, wanted: impl Fn(&Summary) -> bool) -> Result<Option<Checkpoint>, StoreError> {
        let (names, env, thread) = self.look(key)?;
        let folder = thread.folder.clone();
        let catalog = thread.catalog(env, names.live())?;
        View { disk: &env.disk, folder: &folder }.get(names.live(), catalog, wanted)
    }

    /// What is known of checkpoints, the newest first. It is not looked whether their states are whole. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Poisoned`].
    pub fn list(&mut self, key: &ThreadKey, query: &Query) -> Result<Vec<Summary>, StoreError> {
        let (names, env, thread) = self.look(key)?;
        Ok(list(thread.catalog(env, names.live())?, query))
    }

    /// The pending writes of a checkpoint, by task and index. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where one may be among what is damaged; [`StoreError::Io`], [`StoreError::Poisoned`].
    pub fn writes(&mut self, key: &ThreadKey, generation: u64) -> Result<Vec<PendingWrite>, StoreError> {
        let (names, env, thread) = self.look(key)?;
        let folder = thread.folder.clone();
        let catalog = thread.catalog(env, names.live())?;
        View { disk: &env.disk, folder: &folder }.writes(names.live(), catalog, generation)
    }

    /// Removes the segments of a thread in which nothing is needed for its newest whole checkpoints; returns how many. `keep` is at
    /// least 1. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Poisoned`].
    pub fn retain(&mut self, key: &ThreadKey, keep: usize) -> Result<usize, StoreError> {
        let (env, thread, _) = self.thread(key)?;
        retain::run(env, thread, keep)
    }

    /// Deletes a thread in all its namespaces, with what was set aside of it. Where this fails, it is there or deleted as a whole, but
    /// some namespaces may be there and others not. Blocks.
    ///
    /// # Errors
    /// [`StoreError::IdLen`], [`StoreError::Io`], after which the store has to be opened again, [`StoreError::Poisoned`].
    pub fn delete_thread(&mut self, thread: &str) -> Result<(), StoreError> {
        self.alive()?;
        ThreadKey::new(thread, "")?;
        self.threads.retain(|key, _| key.thread() != thread);
        let folders = self.env.disk.folders(&self.env.folder).map_err(DiskError::of("list", &self.env.folder))?;
        for folder in folders.iter().filter(|folder| ThreadKey::is_folder_of(folder, thread)) {
            let deleted = delete::delete(&self.env.disk, &self.env.folder.join(folder));
            deleted.map_err(|error| self.failed(Failed::poisons(error)))?;
        }
        Ok(())
    }

    /// Reads every byte of every thread. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn verify(&self) -> Result<Vec<ThreadReport>, StoreError> {
        self.reader().verify()
    }

    /// Sets aside every segment with damage in what was acknowledged; what is whole in it is kept. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Poisoned`].
    pub fn repair(&mut self) -> Result<Vec<Repair>, StoreError> {
        self.alive()?;
        self.threads.clear();
        let folders = self.env.disk.folders(&self.env.folder).map_err(DiskError::of("list", &self.env.folder))?;
        let mut done = Vec::new();
        for folder in folders.iter().filter(|folder| is_folder(folder)) {
            let applied = repair::apply(&self.env, &self.env.folder.join(folder));
            done.extend(applied.map_err(|failed| self.failed(failed))?);
        }
        Ok(done)
    }

    /// Looks at the same folder without writing.
    #[must_use]
    pub fn reader(&self) -> Reader<D> {
        Reader::new(self.env.disk.clone(), PathBuf::from(&self.env.folder))
    }
}

/// A draft of a state in JSON.
pub(crate) fn as_json(mut draft: Draft) -> Draft {
    if draft.content_type.is_empty() {
        JSON.clone_into(&mut draft.content_type);
    }
    draft
}

// CKP-009, CKP-016
fn poison(poisoned: &mut bool, failed: Failed) -> StoreError {
    *poisoned |= failed.poisons;
    failed.error
}
