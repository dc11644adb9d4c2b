//! A folder of letters.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use dashstream_disk::{Disk, DiskError, DiskFile as _, Mode};

use super::fields::LetterError;
use super::letter::Letter;
use super::listing::{Damaged, Listing};
use super::name::LetterName;
use super::stored;

/// Why a folder could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// Somebody else has it open.
    #[error("somebody else has these letters: {} is locked", path.display())]
    InUse {
        /// The lock.
        path: PathBuf,
    },
    /// The file system has failed.
    #[error(transparent)]
    Io(#[from] DiskError),
    /// An earlier error has left it open what the disk holds: [`Folder::reopen`].
    #[error("the folder of letters has to be opened again")]
    Poisoned,
    /// There is no such letter.
    #[error("there is no letter {name}")]
    NoLetter {
        /// Its name.
        name: LetterName,
    },
    /// The letter was damaged, and has been set aside.
    #[error("letter {name} was damaged, and is in quarantine: {error}")]
    Damaged {
        /// Its name.
        name: LetterName,
        /// What is wrong with it.
        error: LetterError,
    },
    /// The system gave no thread for a call that blocks.
    #[error("the system refuses: {why}")]
    System {
        /// What it said.
        why: String,
    },
}

/// A folder of letters that is open: there is one at a time. What it does blocks.
///
/// After an error of a sync nobody knows what the disk holds: nothing is done any more until [`Self::reopen`].
#[derive(Debug)]
pub struct Folder<D: Disk> {
    disk: D,
    folder: PathBuf,
    /// Microseconds of the first failure, by name.
    letters: BTreeMap<LetterName, u64>,
    damaged: Vec<Damaged>,
    poisoned: bool,
    _lock: D::Lock,
}

impl<D: Disk> Folder<D> {
    /// Opens a folder, which is made where it is not there, and reads its letters. Damaged ones are set aside in `quarantine/`.
    ///
    /// # Errors
    /// [`FolderError::InUse`], [`FolderError::Io`].
    pub fn open(disk: D, folder: &Path) -> Result<Self, FolderError> {
        disk.create_folder(folder).map_err(DiskError::of("make", folder))?;
        let path = folder.join("LOCK");
        let lock = disk.lock(&path).map_err(DiskError::of("lock", &path))?;
        let lock = lock.ok_or(FolderError::InUse { path })?;
        let (folder, letters) = (folder.to_path_buf(), BTreeMap::new());
        let mut opened = Self { disk, folder, letters, damaged: Vec::new(), poisoned: true, _lock: lock };
        opened.reopen()?;
        Ok(opened)
    }

    /// Reads the folder again, after an error of a sync. What was saved before that is durable; what was not has to be saved again.
    ///
    /// # Errors
    /// [`FolderError::Io`]. It can be tried again.
    pub fn reopen(&mut self) -> Result<(), FolderError> {
        self.poisoned = true;
        let names = self.disk.list(&self.folder).map_err(DiskError::of("list", &self.folder))?;
        for name in names.iter().filter(|name| LetterName::is_temporary(name)) {
            let path = self.folder.join(name);
            self.disk.remove(&path).map_err(DiskError::of("remove", &path))?;
        }
        let listing = Listing::of(&self.disk, &self.folder)?;
        self.letters = listing.letters.into_iter().map(|(name, letter)| (name, letter.tries.first_us)).collect();
        for damaged in listing.damaged {
            self.quarantine(damaged)?;
        }
        self.poisoned = false;
        Ok(())
    }

    /// Whether it has to be opened again.
    #[must_use]
    pub const fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// The letters, those that failed first in front.
    #[must_use]
    pub fn names(&self) -> Vec<LetterName> {
        let mut names: Vec<_> = self.letters.iter().map(|(name, first_us)| (*first_us, *name)).collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// How many letters there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.letters.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Damaged letters that were found and set aside since it was opened.
    #[must_use]
    pub fn damaged(&self) -> &[Damaged] {
        &self.damaged
    }

    /// Saves a letter: it is durable when this returns. A letter of the same message that is there already is replaced, and what it knows
    /// of earlier failures and replays is kept.
    ///
    /// # Errors
    /// [`FolderError::Io`], [`FolderError::Poisoned`].
    pub fn save(&mut self, letter: &Letter) -> Result<LetterName, FolderError> {
        self.alive()?;
        let mut name = LetterName::first(letter.id());
        loop {
            match self.load(name)? {
                None => return self.write(name, letter),
                Some(earlier) if earlier.message == letter.message => return self.write(name, &letter.after(&earlier)),
                // Another message of the same place: neither may be lost.
                Some(_) => name = name.next(),
            }
        }
    }

    /// Reads a letter.
    ///
    /// # Errors
    /// [`FolderError::NoLetter`], [`FolderError::Damaged`], [`FolderError::Io`], [`FolderError::Poisoned`].
    pub fn read(&mut self, name: LetterName) -> Result<Letter, FolderError> {
        self.alive()?;
        let found = self.damaged.len();
        match (self.load(name)?, self.damaged.get(found)) {
            (Some(letter), _) => Ok(letter),
            (None, Some(damaged)) => Err(FolderError::Damaged { name, error: damaged.error.clone() }),
            (None, None) => Err(FolderError::NoLetter { name }),
        }
    }

    /// Counts one more replay of a letter, durably, and gives the letter with the new count. To be called before it is sent.
    ///
    /// # Errors
    /// As [`Self::read`].
    // DLQ-008
    pub fn count_replay(&mut self, name: LetterName) -> Result<Letter, FolderError> {
        let mut letter = self.read(name)?;
        letter.replays = letter.replays.saturating_add(1);
        self.write(name, &letter)?;
        Ok(letter)
    }

    /// Removes a letter that is somewhere else by now. A loss of power may bring it back.
    ///
    /// # Errors
    /// [`FolderError::Io`], [`FolderError::Poisoned`].
    // DLQ-004: a letter that comes back is sent again, and is the same letter.
    pub fn remove(&mut self, name: LetterName) -> Result<(), FolderError> {
        self.alive()?;
        let path = self.folder.join(name.file());
        match self.disk.remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(DiskError::of("remove", &path)(error).into());
            }
            _ => {}
        }
        self.letters.remove(&name);
        Ok(())
    }

    const fn alive(&self) -> Result<(), FolderError> {
        if self.poisoned { Err(FolderError::Poisoned) } else { Ok(()) }
    }

    /// A letter; `None` where there is none, or where it was damaged and is set aside now.
    fn load(&mut self, name: LetterName) -> Result<Option<Letter>, FolderError> {
        let path = self.folder.join(name.file());
        let bytes = match self.disk.read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(DiskError::of("read", &path)(error).into()),
        };
        match stored::read(&bytes) {
            Ok(letter) => Ok(Some(letter)),
            Err(error) => {
                self.quarantine(Damaged { path, error })?;
                self.letters.remove(&name);
                Ok(None)
            }
        }
    }

    /// Writes under another name, syncs, renames, and syncs the folder.
    fn write(&mut self, name: LetterName, letter: &Letter) -> Result<LetterName, FolderError> {
        let (temporary, path) = (self.folder.join(name.temporary()), self.folder.join(name.file()));
        let bytes = stored::write(letter);
        let mut file = self.disk.open(&temporary, Mode::Write).map_err(DiskError::of("make", &temporary))?;
        // What an earlier try has left may be longer.
        let written = file.set_len(0).and_then(|()| file.write_at(0, &bytes));
        written.map_err(DiskError::of("write", &temporary))?;
        self.poisoned = true;
        file.sync().map_err(DiskError::of("sync", &temporary))?;
        self.disk.rename(&temporary, &path).map_err(DiskError::of("rename", &temporary))?;
        self.disk.sync_folder(&self.folder).map_err(DiskError::of("sync", &self.folder))?;
        self.poisoned = false;
        self.letters.insert(name, letter.tries.first_us);
        Ok(name)
    }

    /// Sets a file aside: as a copy that is durable before the file goes away, so that there is one at any moment.
    fn quarantine(&mut self, damaged: Damaged) -> Result<(), FolderError> {
        self.poisoned = true;
        let bytes = self.disk.read(&damaged.path).map_err(DiskError::of("read", &damaged.path))?;
        let folder = self.folder.join("quarantine");
        self.disk.create_folder(&folder).map_err(DiskError::of("make", &folder))?;
        let name = damaged.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut path = folder.join(&name);
        let mut number = 1_u32;
        // Another file of the name keeps it.
        while self.is_another(&path, &bytes)? {
            number = number.saturating_add(1);
            path = folder.join(format!("{name}.{number}"));
        }
        let copied = self.disk.open(&path, Mode::Write).and_then(|mut file| {
            file.write_at(0, &bytes)?;
            file.set_len(bytes.len() as u64)?;
            file.sync()
        });
        copied.map_err(DiskError::of("write", &path))?;
        self.disk.sync_folder(&folder).map_err(DiskError::of("sync", &folder))?;
        self.disk.remove(&damaged.path).map_err(DiskError::of("remove", &damaged.path))?;
        self.poisoned = false;
        self.damaged.push(Damaged { path, ..damaged });
        Ok(())
    }

    /// Whether a file is there that is not the beginning of these bytes, as an earlier try may have left it.
    fn is_another(&self, path: &Path, bytes: &[u8]) -> Result<bool, FolderError> {
        match self.disk.read(path) {
            Ok(there) => Ok(!bytes.starts_with(&there)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(DiskError::of("read", path)(error).into()),
        }
    }
}
