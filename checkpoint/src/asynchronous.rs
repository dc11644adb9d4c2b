//! The store for asynchronous code.

use std::path::PathBuf;
use std::sync::Arc;

use dashstream_disk::Disk;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::store::as_json;
use crate::{
    Checkpoint, Draft, PendingWrite, Query, Recovered, Repair, Store, StoreConfig, StoreError, Summary, ThreadKey,
};

/// A [`Store`] whose calls run where they may block; one at a time, in the order in which they came. Its clones are the same store.
///
/// A call whose future is dropped while it runs is done all the same.
#[derive(Debug)]
pub struct AsyncStore<D: Disk> {
    shared: Arc<Shared<D>>,
}

#[derive(Debug)]
struct Shared<D: Disk> {
    disk: D,
    folder: PathBuf,
    config: StoreConfig,
    store: Arc<Mutex<Option<Store<D>>>>,
}

impl<D: Disk> Clone for AsyncStore<D> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

// CKP-015, CKP-017
impl<D: Disk + Clone> AsyncStore<D> {
    /// A store in a folder. The disk is not touched.
    #[must_use]
    pub fn new(disk: D, folder: PathBuf, config: StoreConfig) -> Self {
        let store = Arc::new(Mutex::new(None));
        Self { shared: Arc::new(Shared { disk, folder, config, store }) }
    }

    async fn run<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Option<Store<D>>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut store = Arc::clone(&self.shared.store).lock_owned().await;
        let done = spawn_blocking(move || run(&mut store)).await;
        done.map_err(|error| StoreError::Ended { why: error.to_string() })?
    }

    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut Store<D>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run(|store| ask(store.as_mut().ok_or(StoreError::NotOpen)?)).await
    }

    /// Opens it, also again after an error of a sync; an open one is closed first.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open(&self) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.shared);
        self.run(move |store| {
            *store = None;
            *store = Some(Store::open(shared.disk.clone(), &shared.folder, shared.config.clone())?);
            Ok(())
        })
        .await
    }

    /// Closes it. Another process may then write.
    ///
    /// # Errors
    /// [`StoreError::Ended`].
    pub async fn close(&self) -> Result<(), StoreError> {
        self.run(|store| {
            *store = None;
            Ok(())
        })
        .await
    }

    /// [`Store::put`].
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn put(&self, key: &ThreadKey, draft: Draft, bytes: Vec<u8>) -> Result<Summary, StoreError> {
        let key = key.clone();
        self.ask(move |store| store.put(&key, draft, &bytes)).await
    }

    /// [`Store::put_state`]. The state is written as JSON by who calls, before anything waits.
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn put_state(
        &self,
        key: &ThreadKey,
        draft: Draft,
        state: &impl Serialize,
    ) -> Result<Summary, StoreError> {
        let bytes = serde_json::to_vec(state)?;
        self.put(key, as_json(draft), bytes).await
    }

    /// [`Store::put_writes`].
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn put_writes(
        &self,
        key: &ThreadKey,
        generation: u64,
        writes: Vec<PendingWrite>,
    ) -> Result<(), StoreError> {
        let key = key.clone();
        self.ask(move |store| store.put_writes(&key, generation, &writes)).await
    }

    /// [`Store::latest`].
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn latest(&self, key: &ThreadKey) -> Result<Option<Checkpoint>, StoreError> {
        let key = key.clone();
        self.ask(move |store| store.latest(&key)).await
    }

    /// [`Store::newest_whole`].
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn newest_whole(&self, key: &ThreadKey) -> Result<Recovered, StoreError> {
        let key = key.clone();
        self.ask(move |store| store.newest_whole(&key)).await
    }

    /// [`Store::get`].
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn get(&self, key: &ThreadKey, generation: u64) -> Result<Option<Checkpoint>, StoreError> {
        let key = key.clone();
        self.ask(move |store| store.get(&key, generation)).await
    }

    /// [`Store::get_by_id`].
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn get_by_id(&self, key: &ThreadKey, id: &str) -> Result<Option<Checkpoint>, StoreError> {
        let (key, id) = (key.clone(), id.to_owned());
        self.ask(move |store| store.get_by_id(&key, &id)).await
    }

    /// [`Store::list`].
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn list(&self, key: &ThreadKey, query: Query) -> Result<Vec<Summary>, StoreError> {
        let key = key.clone();
        self.ask(move |store| store.list(&key, &query)).await
    }

    /// [`Store::writes`].
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn writes(&self, key: &ThreadKey, generation: u64) -> Result<Vec<PendingWrite>, StoreError> {
        let key = key.clone();
        self.ask(move |store| store.writes(&key, generation)).await
    }

    /// [`Store::delete_thread`].
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn delete_thread(&self, thread: &str) -> Result<(), StoreError> {
        let thread = thread.to_owned();
        self.ask(move |store| store.delete_thread(&thread)).await
    }

    /// [`Store::repair`].
    ///
    /// # Errors
    /// As there, and [`StoreError::NotOpen`].
    pub async fn repair(&self) -> Result<Vec<Repair>, StoreError> {
        self.ask(Store::repair).await
    }
}
