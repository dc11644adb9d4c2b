//! Files whose writer knows what survives a loss of power.
//!
//! What producers, consumers and stores keep, they keep through [`Disk`]: few operations, each of which can fail, and
//! each of which says what it makes durable. [`RealDisk`] is the file system. `SimDisk` (feature `sim`) is one in memory
//! that fails where it is told to, and forgets, when its power goes, what was not made durable; so every fault is
//! enumerated and none is waited for.
//!
//! | operation | durable when it returns |
//! |---|---|
//! | [`DiskFile::write_at`], [`DiskFile::set_len`] | nothing |
//! | [`DiskFile::sync`], [`Syncer::sync`] | the file's bytes and length, but not its name |
//! | [`Disk::open`] of a new file, [`Disk::rename`], [`Disk::remove`] | nothing |
//! | [`Disk::sync_folder`] | the names in the folder |
//! | [`Disk::create_folder`] | the folder and those above it |
//!
//! An error of [`DiskFile::sync`], [`Syncer::sync`] or [`Disk::sync_folder`] may mean that bytes which were written are gone although they can
//! still be read, and that the next sync says nothing of them: it must not be tried again.

mod error;
mod real;
#[cfg(feature = "sim")]
mod sim;
mod syncer;

use std::fmt;
use std::io;
use std::path::Path;

pub use error::DiskError;
pub use real::{RealDisk, RealFile};
#[cfg(feature = "sim")]
pub use sim::{Fault, SimDisk, SimFile, Survival};
pub use syncer::Syncer;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For reading; it has to be there.
    Read,
    /// For reading and writing; it is made where it is not there, and keeps its bytes where it is.
    Write,
    /// For reading and writing; it must not be there.
    New,
}

/// A file system, or what stands for one. Paths are whole: nothing is relative to a folder of the disk's own.
pub trait Disk: fmt::Debug + Send + Sync + 'static {
    /// An open file.
    type File: DiskFile;
    /// Holds a lock until it is dropped.
    type Lock: fmt::Debug + Send + 'static;

    /// Makes a folder and those above it, durably; one that is there is left as it is.
    ///
    /// # Errors
    /// Of the file system.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;

    /// Opens a file.
    ///
    /// # Errors
    /// `NotFound` and `AlreadyExists` as [`Mode`] says, and others of the file system.
    fn open(&self, path: &Path, mode: Mode) -> io::Result<Self::File>;

    /// Renames a file; one of the new name is replaced.
    ///
    /// # Errors
    /// Of the file system.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// Of the file system.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// The names of the files in a folder, sorted; folders, and names that are not UTF-8, are left out.
    ///
    /// # Errors
    /// Of the file system.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// The names of the folders in a folder, sorted; names that are not UTF-8 are left out.
    ///
    /// # Errors
    /// Of the file system.
    fn folders(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// Of the file system. Then nobody knows which names are durable.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Locks a file for this process, or says that another holder has it (`None`). The file is made where it is not there. A lock ends
    /// with its holder, however that ends.
    ///
    /// # Errors
    /// Of the file system.
    fn lock(&self, path: &Path) -> io::Result<Option<Self::Lock>>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// `NotFound`, and others of the file system.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = self.open(path, Mode::Read)?;
        let len = file.len()?;
        file.read_range(0, len)
    }
}

/// An open file.
#[allow(clippy::len_without_is_empty, reason = "the length of a file is asked for and may fail")]
pub trait DiskFile: fmt::Debug + Send + 'static {
    /// Its length in bytes.
    ///
    /// # Errors
    /// Of the file system.
    fn len(&self) -> io::Result<u64>;

    /// Reads from a byte on; fewer bytes than there is room for do not mean the end, none do.
    ///
    /// # Errors
    /// Of the file system.
    fn read_at(&mut self, at: u64, out: &mut [u8]) -> io::Result<usize>;

    /// The bytes from one to another, or those of them that are there.
    ///
    /// # Errors
    /// Of the file system.
    fn read_range(&mut self, from: u64, to: u64) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(to.saturating_sub(from)).map_err(io::Error::other)?];
        let mut got = 0;
        while let Some(rest) = bytes.get_mut(got..).filter(|rest| !rest.is_empty()) {
            match self.read_at(from + got as u64, rest)? {
                0 => break,
                more => got += more,
            }
        }
        bytes.truncate(got);
        Ok(bytes)
    }

    /// Writes all the bytes from a byte on; a gap before it is zeros.
    ///
    /// # Errors
    /// Of the file system. Some of the bytes may have been written.
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file, or lengthens it with zeros.
    ///
    /// # Errors
    /// Of the file system.
    fn set_len(&mut self, len: u64) -> io::Result<()>;

    /// Makes what was written durable.
    ///
    /// # Errors
    /// Of the file system. Then nobody knows what of it is durable, and no later sync tells.
    fn sync(&mut self) -> io::Result<()>;

    /// What does the same on another thread, while this one writes on.
    ///
    /// # Errors
    /// Of the file system. The file is as it was.
    fn syncer(&self) -> io::Result<Syncer>;
}
