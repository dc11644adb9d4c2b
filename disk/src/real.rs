//! The file system.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::{Disk, DiskFile, Mode, Syncer};

/// The file system of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

/// A file of [`RealDisk`].
#[derive(Debug)]
pub struct RealFile {
    file: File,
    /// Where the next byte is read or written, where that is known.
    position: Option<u64>,
}

impl Disk for RealDisk {
    type File = RealFile;
    type Lock = File;

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        // The folder's own name stands in the one above it.
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|one| !one.as_os_str().is_empty() && !one.is_dir()).collect();
        fs::create_dir_all(folder)?;
        missing.iter().filter_map(|one| one.parent()).try_for_each(|above| self.sync_folder(above))
    }

    fn open(&self, path: &Path, mode: Mode) -> io::Result<RealFile> {
        let mut options = OpenOptions::new();
        match mode {
            Mode::Read => options.read(true),
            Mode::Write => options.read(true).write(true).create(true).truncate(false),
            Mode::New => options.read(true).write(true).create_new(true),
        };
        Ok(RealFile { file: options.open(path)?, position: Some(0) })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        names(folder, fs::FileType::is_file)
    }

    fn folders(&self, folder: &Path) -> io::Result<Vec<String>> {
        names(folder, fs::FileType::is_dir)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        // Windows makes names durable by itself, and opens no folder as a file.
        if cfg!(windows) {
            return Ok(());
        }
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder)?.sync_all()
    }

    fn lock(&self, path: &Path) -> io::Result<Option<File>> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// The names in a folder of what is of one type, sorted.
fn names(folder: &Path, wanted: impl Fn(&fs::FileType) -> bool) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if wanted(&entry.file_type()?)
            && let Ok(name) = entry.file_name().into_string()
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

impl RealFile {
    /// Goes to a byte, unless that is where the file stands.
    fn go_to(&mut self, at: u64) -> io::Result<()> {
        // Not known until what follows has succeeded.
        if self.position.take() != Some(at) {
            self.file.seek(SeekFrom::Start(at))?;
        }
        Ok(())
    }
}

impl DiskFile for RealFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read_at(&mut self, at: u64, out: &mut [u8]) -> io::Result<usize> {
        self.go_to(at)?;
        let got = self.file.read(out)?;
        self.position = Some(at + got as u64);
        Ok(got)
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.go_to(at)?;
        self.file.write_all(bytes)?;
        self.position = Some(at + bytes.len() as u64);
        Ok(())
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn syncer(&self) -> io::Result<Syncer> {
        let file = self.file.try_clone()?;
        Ok(Syncer::new(move || file.sync_data()))
    }
}
