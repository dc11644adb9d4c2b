//! A thread that is written to.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use dashstream_disk::{Disk, DiskError};
use sha2::{Digest as _, Sha256};

use crate::catalog::{Catalog, Entry, folder_name};
use crate::framer::Content;
use crate::key::{ThreadKey, check_id};
use crate::model::{Checkpoint, Draft, Parent, PendingWrite, Summary};
use crate::name::{SegmentName, is_temporary};
use crate::scan::{WriteOf, scan};
use crate::segment::{Failed, Filling, Segment, random};
use crate::store::StoreConfig;
use crate::view::{Names, View};
use crate::{StoreError, delete, retain};

/// The highest number of a segment: a name has 8 digits for it.
const MAX_SEGMENT: u32 = 99_999_999;

/// Where a store is, and how it was set.
#[derive(Debug)]
pub(crate) struct Env<D> {
    pub(crate) disk: D,
    pub(crate) folder: PathBuf,
    pub(crate) config: StoreConfig,
}

/// A thread whose folder is known.
#[derive(Debug)]
pub(crate) struct Thread<D: Disk> {
    pub(crate) folder: PathBuf,
    key: ThreadKey,
    /// The segment that is appended to.
    pub(crate) open: Option<Segment<D::File>>,
    /// The newest checkpoint; 0: none.
    newest: u64,
    next_generation: u64,
    next_segment: u32,
    /// What there is, once somebody has asked for it.
    catalog: Option<Catalog>,
    /// Checkpoints of which this opening knows that they are whole.
    pub(crate) proven: BTreeSet<u64>,
}

impl<D: Disk> Thread<D> {
    /// Looks at a thread's folder. All names that are found there, and what lies behind the acknowledged bytes, are durable when this
    /// returns.
    pub(crate) fn load(env: &Env<D>, key: &ThreadKey) -> Result<Self, Failed> {
        let folder = env.folder.join(key.folder());
        let mut names = Names::read(&env.disk, &folder).map_err(Failed::harmless)?;
        // CKP-001: whoever was here before may have been killed behind a rename, and what it has not made durable is built on from here.
        if names != Names::default() {
            for folder in [&folder, &env.folder] {
                env.disk.sync_folder(folder).map_err(DiskError::of("sync", folder)).map_err(Failed::poisons)?;
            }
        }
        if names.deleted {
            delete::finish(&env.disk, &folder).map_err(Failed::poisons)?;
            names = Names::default();
        }
        for name in names.others.iter().filter(|name| is_temporary(name)) {
            drop(env.disk.remove(&folder.join(name)));
        }
        let all = || names.segments.iter().chain(&names.quarantined);
        let newest = names.segments.iter().map(|name| name.generation).max().unwrap_or(0);
        // CKP-003
        let highest = all().map(|name| name.generation).max().unwrap_or(0);
        let next_segment = all().map(|name| name.segment.saturating_add(1)).max().unwrap_or(0);
        let mut thread = Self {
            folder,
            key: key.clone(),
            open: None,
            newest,
            next_generation: highest.saturating_add(1),
            next_segment,
            catalog: None,
            proven: BTreeSet::new(),
        };
        if let Some(last) = names.segments.last() {
            thread.go_on(env, *last)?;
        }
        Ok(thread)
    }

    /// Goes on behind a segment.
    fn go_on(&mut self, env: &Env<D>, last: SegmentName) -> Result<(), Failed> {
        let view = View { disk: &env.disk, folder: &self.folder };
        let (header, len, bytes) = view.bytes(last, last.end, u64::MAX).map_err(Failed::harmless)?;
        if len == last.end {
            let StoreConfig { tenant, encoder, .. } = &env.config;
            self.open = Segment::open(&env.disk, &self.folder, last, tenant, *encoder).map_err(Failed::harmless)?;
            return Ok(());
        }
        // CKP-011
        let behind = scan(&header, last.end, &bytes, &folder_name(&self.folder), false).found;
        if behind.is_empty() {
            return Ok(());
        }
        self.append(env, |filling| behind.iter().try_for_each(|found| filling.copy(last.end, &bytes, found)))?;
        let checkpoints = behind.iter().filter(|found| found.write.is_none());
        let highest = checkpoints.map(|found| found.summary.generation).max().unwrap_or(0);
        self.newest = self.newest.max(highest);
        self.next_generation = self.next_generation.max(highest.saturating_add(1));
        Ok(())
    }

    /// Appends to the open segment, or to a new one.
    fn append(
        &mut self,
        env: &Env<D>,
        fill: impl FnOnce(&mut Filling<'_, D::File>) -> Result<(), StoreError>,
    ) -> Result<(), Failed> {
        let Env { disk, config, .. } = env;
        match &mut self.open {
            Some(segment) if segment.name.end < config.segment_len => segment.append(disk, &self.folder, fill),
            full => {
                if let Some(segment) = full {
                    segment.end(disk, &self.folder)?;
                }
                let made = disk.create_folder(&self.folder).map_err(DiskError::of("make", &self.folder));
                made.map_err(Failed::harmless)?;
                let number = self.next_segment;
                if number > MAX_SEGMENT {
                    return Err(Failed::harmless(StoreError::Exhausted));
                }
                self.next_segment = number.saturating_add(1);
                let new = Segment::create(disk, &self.folder, number, &config.tenant, config.encoder, fill)?;
                self.open = Some(new);
                Ok(())
            }
        }
    }

    /// Puts a checkpoint.
    pub(crate) fn put(&mut self, env: &Env<D>, draft: Draft, bytes: &[u8]) -> Result<Summary, Failed> {
        let summary = self.summary(draft, bytes).map_err(Failed::harmless)?;
        let attributes = self.attributes(&summary, None);
        let (thread, chunk_len) = (self.key.thread().to_owned(), env.config.chunk_len);
        let content = Content { thread: &thread, summary: &summary, attributes: &attributes, bytes, chunk_len };
        let mut place = (0, 0);
        self.append(env, |filling| {
            place = filling.add(&content, false)?;
            Ok(())
        })?;
        self.newest = summary.generation;
        self.next_generation = summary.generation.saturating_add(1);
        self.proven.insert(summary.generation);
        self.note(place, &summary, None);
        if let Some(keep) = env.config.keep_last {
            // It is acknowledged whatever becomes of older ones.
            drop(retain::run(env, self, keep));
        }
        Ok(summary)
    }

    fn summary(&self, draft: Draft, bytes: &[u8]) -> Result<Summary, StoreError> {
        let Draft { id, parent, base, content_type, attributes } = draft;
        let id = id.map_or_else(|| random::<16>().map(hex::encode), Ok)?;
        check_id(&id)?;
        if let Some(name) = attributes.keys().find(|name| name.starts_with("ckp.")) {
            return Err(StoreError::Reserved { name: name.clone() });
        }
        let parent = match parent {
            Parent::Newest => Some(self.newest).filter(|newest| *newest > 0),
            Parent::None => None,
            Parent::Of(generation) => Some(generation),
        };
        let unknown = |generation: &&u64| **generation == 0 || **generation > self.newest;
        if let Some(generation) = parent.iter().chain(&base).find(unknown) {
            return Err(StoreError::NoCheckpoint { generation: *generation });
        }
        // REC-017, and what a number of a frame may be.
        if self.next_generation >= 1 << 53 {
            return Err(StoreError::Exhausted);
        }
        Ok(Summary {
            generation: self.next_generation,
            parent,
            id,
            base,
            time_us: now_us(),
            content_type,
            len: bytes.len() as u64,
            sha256: Sha256::digest(bytes).into(),
            attributes,
        })
    }

    fn attributes(&self, summary: &Summary, write: Option<&WriteOf>) -> Vec<(String, String)> {
        let mut all = vec![("ckp.id".to_owned(), summary.id.clone())];
        let mut add = |name: &str, value: Option<String>| all.extend(value.map(|value| (format!("ckp.{name}"), value)));
        add("namespace", Some(self.key.namespace().to_owned()).filter(|namespace| !namespace.is_empty()));
        add("base", summary.base.map(|base| base.to_string()));
        add("task", write.map(|write| write.task.clone()));
        add("index", write.map(|write| write.index.to_string()));
        add("channel", write.map(|write| write.channel.clone()));
        all.extend(summary.attributes.clone());
        all
    }

    /// Puts pending writes of a checkpoint, all of them or none.
    pub(crate) fn put_writes(
        &mut self,
        env: &Env<D>,
        id: &str,
        generation: u64,
        writes: &[PendingWrite],
    ) -> Result<(), Failed> {
        let mut written = Vec::new();
        for PendingWrite { task, index, channel, content_type, bytes } in writes {
            check_id(task).and_then(|()| check_id(channel)).map_err(Failed::harmless)?;
            let write = WriteOf { task: task.clone(), index: *index, channel: channel.clone() };
            let summary = Summary {
                generation,
                id: id.to_owned(),
                time_us: now_us(),
                content_type: content_type.clone(),
                len: bytes.len() as u64,
                sha256: Sha256::digest(bytes).into(),
                ..Summary::default()
            };
            let attributes = self.attributes(&summary, Some(&write));
            written.push((summary, write, attributes, bytes));
        }
        if written.is_empty() {
            return Ok(());
        }
        let (thread, chunk_len) = (self.key.thread().to_owned(), env.config.chunk_len);
        let mut places = Vec::new();
        self.append(env, |filling| {
            for (summary, _, attributes, bytes) in &written {
                let content = Content { thread: &thread, summary, attributes, bytes, chunk_len };
                places.push(filling.add(&content, true)?);
            }
            Ok(())
        })?;
        for (place, (summary, write, ..)) in places.into_iter().zip(&written) {
            self.note(place, summary, Some(write));
        }
        Ok(())
    }

    /// Notes what was appended, where the catalog is known.
    fn note(&mut self, (at, end): (u64, u64), summary: &Summary, write: Option<&WriteOf>) {
        let (Some(segment), Some(catalog)) = (&self.open, &mut self.catalog) else { return };
        let (segment, summary, write) = (segment.name.segment, summary.clone(), write.cloned());
        catalog.entries.push(Entry { segment, at, end, summary, write });
    }

    /// The newest checkpoint, where it is in the segment that is appended to.
    pub(crate) fn latest(&mut self) -> Option<Checkpoint> {
        let folder = folder_name(&self.folder);
        let open =
            self.open.as_mut().filter(|segment| segment.name.start > 0 && segment.name.generation == self.newest);
        open.and_then(|segment| segment.newest(&folder))
    }

    /// What the thread has.
    pub(crate) fn catalog(&mut self, env: &Env<D>, names: &[SegmentName]) -> Result<&Catalog, StoreError> {
        if self.catalog.is_none() {
            self.catalog = Some(Catalog::read(&env.disk, &self.folder, names)?);
        }
        Ok(self.catalog.get_or_insert_default())
    }

    /// The same, to be changed and put back.
    pub(crate) fn take_catalog(&mut self, env: &Env<D>, names: &[SegmentName]) -> Result<Catalog, StoreError> {
        self.catalog(env, names)?;
        Ok(self.catalog.take().unwrap_or_default())
    }

    pub(crate) fn put_back(&mut self, catalog: Catalog) {
        self.catalog = Some(catalog);
    }
}

fn now_us() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_micros()).unwrap_or(0).min((1 << 53) - 1)
}
