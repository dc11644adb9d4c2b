//! A store that is only looked at.

use std::io::ErrorKind;
use std::path::PathBuf;

use dashstream_disk::{Disk, DiskError};

use crate::catalog::Catalog;
use crate::key::{ThreadKey, is_folder};
use crate::model::{Checkpoint, PendingWrite, Query, Recovered, Summary};
use crate::repair::{self, Repair, ThreadReport};
use crate::view::{Names, View};
use crate::{StoreError, find};

/// How often a folder is looked at again whose segments were renamed or removed in the meantime.
const TRIES: usize = 1_000;

/// Looks at a store, while another process may write to it. It takes no lock and changes nothing (CKP-013). It may see what is
/// written and not yet durable.
#[derive(Clone, Debug)]
pub struct Reader<D> {
    disk: D,
    folder: PathBuf,
}

impl<D: Disk> Reader<D> {
    /// A reader of the store in a folder. Nothing is looked at yet.
    #[must_use]
    pub const fn new(disk: D, folder: PathBuf) -> Self {
        Self { disk, folder }
    }

    /// Looks at a thread, again where a file was renamed meanwhile.
    fn look<T>(
        &self,
        folder: &str,
        look: impl Fn(&View<'_, D>, &Names) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let folder = self.folder.join(folder);
        let view = View { disk: &self.disk, folder: &folder };
        let mut tries = 0;
        loop {
            let names = Names::read(&self.disk, &folder)?;
            match look(&view, &names) {
                Err(StoreError::Io(DiskError { source, .. }))
                    if source.kind() == ErrorKind::NotFound && tries < TRIES =>
                {
                    tries += 1;
                }
                looked => return looked,
            }
        }
    }

    fn with_catalog<T>(
        &self,
        key: &ThreadKey,
        look: impl Fn(&View<'_, D>, &Names, &Catalog) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.look(&key.folder(), |view, names| {
            let catalog = Catalog::read(view.disk, view.folder, names.live())?;
            look(view, names, &catalog)
        })
    }

    /// The newest checkpoint; `None` where there is none. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where the newest that was acknowledged is not whole; [`StoreError::Io`].
    pub fn latest(&self, key: &ThreadKey) -> Result<Option<Checkpoint>, StoreError> {
        self.look(&key.folder(), |view, names| view.latest(names.live()))
    }

    /// The whole checkpoint of the highest generation, and all that is damaged. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn newest_whole(&self, key: &ThreadKey) -> Result<Recovered, StoreError> {
        self.look(&key.folder(), |view, names| view.newest_whole(names.live()))
    }

    /// The checkpoint of a generation; `None` where there is none. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where it is damaged, or may be among what is; [`StoreError::Io`].
    pub fn get(&self, key: &ThreadKey, generation: u64) -> Result<Option<Checkpoint>, StoreError> {
        self.look(&key.folder(), |view, names| find::get(view, names.live(), generation))
    }

    /// The newest checkpoint of an id; `None` where there is none. Blocks.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn get_by_id(&self, key: &ThreadKey, id: &str) -> Result<Option<Checkpoint>, StoreError> {
        self.with_catalog(key, |view, names, catalog| view.get(names.live(), catalog, |summary| summary.id == id))
    }

    /// What is known of checkpoints, the newest first. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn list(&self, key: &ThreadKey, query: &Query) -> Result<Vec<Summary>, StoreError> {
        self.look(&key.folder(), |view, names| find::list(view, names.live(), query))
    }

    /// The pending writes of a checkpoint, by task and index. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where one may be among what is damaged; [`StoreError::Io`].
    pub fn writes(&self, key: &ThreadKey, generation: u64) -> Result<Vec<PendingWrite>, StoreError> {
        self.with_catalog(key, |view, names, catalog| view.writes(names.live(), catalog, generation))
    }

    /// The folders of threads.
    fn folders(&self) -> Result<Vec<String>, StoreError> {
        let folders = self.disk.folders(&self.folder).map_err(DiskError::of("list", &self.folder))?;
        Ok(folders.into_iter().filter(|folder| is_folder(folder)).collect())
    }

    /// The threads that have something whole, each with its namespace. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn threads(&self) -> Result<Vec<ThreadKey>, StoreError> {
        let mut keys = Vec::new();
        for folder in self.folders()? {
            keys.extend(self.look(&folder, |view, names| view.identify(names.live()))?);
        }
        keys.sort_unstable();
        Ok(keys)
    }

    /// Reads every byte of every thread. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn verify(&self) -> Result<Vec<ThreadReport>, StoreError> {
        let folders = self.folders()?;
        folders.iter().map(|folder| self.look(folder, |view, _| repair::report(view.disk, view.folder))).collect()
    }

    /// What a repair would do. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn plan_repair(&self) -> Result<Vec<Repair>, StoreError> {
        let mut plans = Vec::new();
        for folder in self.folders()? {
            plans.extend(self.look(&folder, |view, _| repair::plan(view.disk, view.folder))?);
        }
        Ok(plans)
    }
}
