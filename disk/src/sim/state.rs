//! What is on the simulated disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::file::{Change, Inode};
use super::folder::{Entry, Folder};
use super::{Fault, Survival};
use crate::Mode;

#[derive(Debug, Default)]
pub(super) struct State {
    inodes: BTreeMap<u64, Inode>,
    folders: BTreeMap<PathBuf, Folder>,
    locks: BTreeSet<PathBuf>,
    next_inode: u64,
    pub(super) operations: usize,
    pub(super) faults: BTreeMap<usize, Fault>,
    pub(super) journal: Vec<String>,
    /// The power is gone.
    pub(super) dead: bool,
    /// How long a file's sync takes.
    pub(super) sync_takes: Duration,
}

fn not_found(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, path.display().to_string())
}

/// Folder and name of a path.
fn parts(path: &Path) -> io::Result<(&Path, String)> {
    let name = path.file_name().and_then(|name| name.to_str());
    match (path.parent(), name) {
        (Some(folder), Some(name)) => Ok((folder, name.to_owned())),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, path.display().to_string())),
    }
}

impl State {
    fn alive(&self) -> io::Result<()> {
        if self.dead { Err(io::Error::other("the power is gone")) } else { Ok(()) }
    }

    /// Counts an operation; returns what goes wrong at it.
    fn begin(&mut self, what: &str) -> io::Result<Option<Fault>> {
        self.alive()?;
        let fault = self.faults.get(&self.operations).copied();
        self.operations += 1;
        self.journal.push(what.to_owned());
        if fault == Some(Fault::PowerLoss) {
            self.dead = true;
            self.alive()?;
        }
        Ok(fault)
    }

    /// Ends an operation that was done.
    fn end(&mut self, fault: Option<Fault>) -> io::Result<()> {
        self.dead |= fault == Some(Fault::PowerLossAfter);
        self.alive()
    }

    /// An operation of which a fault leaves nothing.
    pub(super) fn operation<T>(&mut self, what: &str, run: impl FnOnce(&mut Self) -> io::Result<T>) -> io::Result<T> {
        let fault = self.begin(what)?;
        match fault {
            Some(Fault::Fails(kind)) => Err(kind.into()),
            Some(Fault::Full { .. }) => Err(io::ErrorKind::StorageFull.into()),
            _ => {
                let done = run(self)?;
                self.end(fault)?;
                Ok(done)
            }
        }
    }

    pub(super) fn has_folder(&self, folder: &Path) -> io::Result<bool> {
        self.alive()?;
        Ok(self.folders.contains_key(folder))
    }

    #[allow(clippy::unnecessary_wraps, reason = "an operation may fail")]
    pub(super) fn create_folder(&mut self, folder: &Path) -> io::Result<()> {
        for one in folder.ancestors() {
            self.folders.entry(one.to_path_buf()).or_default();
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Path) -> io::Result<&mut Folder> {
        self.folders.get_mut(folder).ok_or_else(|| not_found(folder))
    }

    pub(super) fn file(&self, inode: u64) -> io::Result<&Inode> {
        self.alive()?;
        self.inodes.get(&inode).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn file_mut(&mut self, inode: u64) -> io::Result<&mut Inode> {
        self.inodes.get_mut(&inode).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    pub(super) fn open(&mut self, path: &Path, mode: Mode) -> io::Result<u64> {
        self.alive()?;
        let (folder, name) = parts(path)?;
        let there = self.folder(folder)?.names().get(&name).copied();
        match (there, mode) {
            (Some(inode), Mode::Read | Mode::Write) => Ok(inode),
            (Some(_), Mode::New) => Err(io::ErrorKind::AlreadyExists.into()),
            (None, Mode::Read) => Err(not_found(path)),
            (None, Mode::Write | Mode::New) => {
                self.operation(&format!("create {}", path.display()), |state| state.create(folder, name))
            }
        }
    }

    fn create(&mut self, folder: &Path, name: String) -> io::Result<u64> {
        self.next_inode += 1;
        let inode = self.next_inode;
        self.folder(folder)?.change(vec![Entry::Put(name, inode)]);
        self.inodes.insert(inode, Inode::default());
        Ok(inode)
    }

    pub(super) fn write(&mut self, inode: u64, at: u64, bytes: &[u8]) -> io::Result<()> {
        let fault = self.begin(&format!("write {} bytes at {at} of {}", bytes.len(), self.name_of(inode)))?;
        let kept = match fault {
            Some(Fault::Fails(kind)) => return Err(kind.into()),
            Some(Fault::Full { kept }) => kept.min(bytes.len()),
            _ => bytes.len(),
        };
        let at = usize::try_from(at).map_err(io::Error::other)?;
        let (written, _) = bytes.split_at(kept);
        self.file_mut(inode)?.change(Change::Write { at, bytes: written.to_vec() });
        if matches!(fault, Some(Fault::Full { .. })) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.end(fault)
    }

    pub(super) fn set_len(&mut self, inode: u64, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(io::Error::other)?;
        self.operation(&format!("set_len {len} of {}", self.name_of(inode)), |state| {
            state.file_mut(inode)?.change(Change::SetLen(len));
            Ok(())
        })
    }

    /// How long a sync of a file takes, and of how many changes it is.
    pub(super) fn before_sync(&self, inode: u64) -> io::Result<(Duration, usize)> {
        Ok((self.sync_takes, self.file(inode)?.pending().len()))
    }

    /// Makes the first of the changes durable that are not.
    pub(super) fn sync(&mut self, inode: u64, changes: usize) -> io::Result<()> {
        let fault = self.begin(&format!("sync {}", self.name_of(inode)))?;
        let file = self.file_mut(inode)?;
        match fault {
            Some(Fault::Fails(kind)) => {
                file.lose_pending();
                Err(kind.into())
            }
            Some(Fault::Full { .. }) => {
                file.lose_pending();
                Err(io::ErrorKind::StorageFull.into())
            }
            _ => {
                file.sync(changes);
                self.end(fault)
            }
        }
    }

    pub(super) fn sync_folder(&mut self, folder: &Path) -> io::Result<()> {
        let fault = self.begin(&format!("sync_folder {}", folder.display()))?;
        let names = self.folder(folder)?;
        match fault {
            Some(Fault::Fails(_) | Fault::Full { .. }) => {
                names.lose_pending();
                Err(io::Error::other("input/output error"))
            }
            _ => {
                names.sync();
                self.end(fault)
            }
        }
    }

    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let ((from_folder, from_name), (to_folder, to_name)) = (parts(from)?, parts(to)?);
        let inode = *self.folder(from_folder)?.names().get(&from_name).ok_or_else(|| not_found(from))?;
        if from_folder == to_folder {
            self.folder(from_folder)?.change(vec![Entry::Remove(from_name), Entry::Put(to_name, inode)]);
        } else {
            self.folder(to_folder)?.change(vec![Entry::Put(to_name, inode)]);
            self.folder(from_folder)?.change(vec![Entry::Remove(from_name)]);
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, path: &Path) -> io::Result<()> {
        let (folder, name) = parts(path)?;
        let folder = self.folder(folder)?;
        if !folder.names().contains_key(&name) {
            return Err(not_found(path));
        }
        folder.change(vec![Entry::Remove(name)]);
        Ok(())
    }

    pub(super) fn list(&mut self, folder: &Path) -> io::Result<Vec<String>> {
        self.alive()?;
        Ok(self.folder(folder)?.names().keys().cloned().collect())
    }

    pub(super) fn folders_in(&mut self, folder: &Path) -> io::Result<Vec<String>> {
        self.alive()?;
        self.folder(folder)?;
        let inside = self.folders.keys().filter(|one| one.parent() == Some(folder));
        Ok(inside.filter_map(|one| Some(one.file_name()?.to_str()?.to_owned())).collect())
    }

    pub(super) fn lock(&mut self, path: &Path) -> io::Result<bool> {
        self.open(path, Mode::Write)?;
        Ok(self.locks.insert(path.to_path_buf()))
    }

    pub(super) fn unlock(&mut self, path: &Path) {
        self.locks.remove(path);
    }

    pub(super) fn damage(&mut self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let inode = self.open(path, Mode::Read)?;
        let file = self.file_mut(inode)?;
        let mut bytes = file.bytes().to_vec();
        change(&mut bytes);
        *file = Inode::of(bytes);
        Ok(())
    }

    /// A name of a file, for the journal.
    fn name_of(&self, inode: u64) -> String {
        let named = self.folders.iter().find_map(|(folder, names)| {
            let (name, _) = names.names().iter().find(|(_, one)| **one == inode)?;
            Some(folder.join(name).display().to_string())
        });
        named.unwrap_or_else(|| "a file without a name".to_owned())
    }

    /// The disk after a loss of power.
    pub(super) fn survive(&self, survival: Survival) -> Self {
        let mut rng = survival.rng();
        let inodes =
            self.inodes.iter().map(|(number, file)| (*number, Inode::of(survival.bytes(file, &mut rng)))).collect();
        let mut folders = BTreeMap::new();
        for (path, folder) in &self.folders {
            let mut names = folder.durable().clone();
            let kept = survival.names(folder.pending().len(), &mut rng);
            let changes = folder.pending().iter().zip(kept).filter_map(|(change, kept)| kept.then_some(change));
            changes.flatten().for_each(|entry| entry.apply(&mut names));
            folders.insert(path.clone(), Folder::of(names));
        }
        Self { inodes, folders, next_inode: self.next_inode, ..Self::default() }
    }

    /// The disk as it is, with nothing durable but what is, without locks and without what goes wrong.
    pub(super) fn outlive(&self) -> Self {
        let (inodes, folders) = (self.inodes.clone(), self.folders.clone());
        Self { inodes, folders, next_inode: self.next_inode, ..Self::default() }
    }
}
