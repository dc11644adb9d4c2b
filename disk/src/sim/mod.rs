//! A disk in memory that fails where it is told to, and forgets what was not made durable.

mod file;
mod folder;
mod state;
mod survival;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{Disk, DiskFile, Mode, Syncer};
use state::State;
pub use survival::Survival;

/// What goes wrong at an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails and does nothing. A sync that fails so loses what it should have made durable: it can still be read, and
    /// the next sync says nothing of it.
    Fails(io::ErrorKind),
    /// A write leaves only its first bytes, and fails for want of space. Other operations fail and do nothing.
    Full {
        /// Bytes that are written.
        kept: usize,
    },
    /// The power goes before it, so that it and all that follow fail.
    PowerLoss,
    /// It is done, and then the power goes.
    PowerLossAfter,
}

/// A disk in memory. Its clones are the same disk.
///
/// Operations are counted from 0. Those that change something, or make something durable, count; those that look do not.
#[derive(Clone, Debug, Default)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

/// A file of [`SimDisk`].
#[derive(Debug)]
pub struct SimFile {
    disk: SimDisk,
    inode: u64,
}

/// A lock of [`SimDisk`].
#[derive(Debug)]
pub struct SimLock {
    disk: SimDisk,
    path: PathBuf,
}

impl SimDisk {
    /// An empty disk.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Something that goes wrong at an operation, besides what was said before.
    #[must_use]
    pub fn with_fault(self, operation: usize, fault: Fault) -> Self {
        self.state().faults.insert(operation, fault);
        self
    }

    /// Syncs of files take so long; what is written meanwhile is not made durable.
    #[must_use]
    pub fn with_slow_syncs(self, takes: Duration) -> Self {
        self.state().sync_takes = takes;
        self
    }

    fn sync_file(&self, inode: u64) -> io::Result<()> {
        let (takes, changes) = self.state().before_sync(inode)?;
        std::thread::sleep(takes);
        self.state().sync(inode, changes)
    }

    /// Operations so far.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.state().operations
    }

    /// What the operations were, such as `sync /a/b`, in order.
    #[must_use]
    pub fn journal(&self) -> Vec<String> {
        self.state().journal.clone()
    }

    /// Empty disks, each with one fault at one of the operations that this one has seen: all faults at all operations. Writes that
    /// fail for want of space leave each of these numbers of bytes. The text says which it is, for a test that fails.
    #[must_use]
    pub fn faulty(&self, kept: &[usize]) -> Vec<(Self, Fault, String)> {
        let mut faults = vec![Fault::PowerLoss, Fault::PowerLossAfter, Fault::Fails(io::ErrorKind::Other)];
        faults.extend(kept.iter().map(|kept| Fault::Full { kept: *kept }));
        let journal = self.journal();
        let at = |(operation, what): (usize, &String)| {
            let one = |fault: &Fault| {
                let case = format!("operation {operation} ({what}), {fault:?}");
                (Self::new().with_fault(operation, *fault), *fault, case)
            };
            faults.iter().map(one).collect::<Vec<_>>()
        };
        journal.iter().enumerate().flat_map(at).collect()
    }

    /// The disk after a loss of power, with what has survived it. This one is of no use any more.
    #[must_use]
    pub fn after_power_loss(&self, survival: Survival) -> Self {
        let mut state = self.state();
        state.dead = true;
        let survivor = state.survive(survival);
        Self { state: Arc::new(Mutex::new(survivor)) }
    }

    /// The disk after its only process was killed: nothing is lost but locks and what goes wrong.
    #[must_use]
    pub fn after_kill(&self) -> Self {
        let mut state = self.state();
        state.dead = true;
        let survivor = state.outlive();
        Self { state: Arc::new(Mutex::new(survivor)) }
    }

    /// Another disk with the same in it, as a copy of its folders would have it. This one stays as it is.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self { state: Arc::new(Mutex::new(self.state().outlive())) }
    }

    /// Changes the bytes of a file behind everybody's back, durably.
    ///
    /// # Errors
    /// It is not there.
    pub fn damage(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        self.state().damage(path, change)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk for SimDisk {
    type File = SimFile;
    type Lock = SimLock;

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.state();
        if state.has_folder(folder)? {
            return Ok(());
        }
        state.operation(&format!("create_folder {}", folder.display()), |state| state.create_folder(folder))
    }

    fn open(&self, path: &Path, mode: Mode) -> io::Result<SimFile> {
        let inode = self.state().open(path, mode)?;
        Ok(SimFile { disk: self.clone(), inode })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let what = format!("rename {} {}", from.display(), to.display());
        self.state().operation(&what, |state| state.rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.state().operation(&format!("remove {}", path.display()), |state| state.remove(path))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.state().list(folder)
    }

    fn folders(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.state().folders_in(folder)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.state().sync_folder(folder)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<SimLock>> {
        let free = self.state().lock(path)?;
        Ok(free.then(|| SimLock { disk: self.clone(), path: path.to_path_buf() }))
    }
}

impl DiskFile for SimFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.disk.state().file(self.inode)?.bytes().len() as u64)
    }

    fn read_at(&mut self, at: u64, out: &mut [u8]) -> io::Result<usize> {
        let state = self.disk.state();
        let bytes = state.file(self.inode)?.bytes();
        let from = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        let (_, rest) = bytes.split_at(from);
        let got = rest.len().min(out.len());
        out.iter_mut().zip(rest).for_each(|(to, byte)| *to = *byte);
        Ok(got)
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.disk.state().write(self.inode, at, bytes)
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.disk.state().set_len(self.inode, len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.sync_file(self.inode)
    }

    fn syncer(&self) -> io::Result<Syncer> {
        let (disk, inode) = (self.disk.clone(), self.inode);
        Ok(Syncer::new(move || disk.sync_file(inode)))
    }
}

impl Drop for SimLock {
    fn drop(&mut self) {
        self.disk.state().unlock(&self.path);
    }
}
