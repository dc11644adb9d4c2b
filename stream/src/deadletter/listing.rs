//! What is in a folder of letters.

use std::path::{Path, PathBuf};

use dashstream_disk::{Disk, DiskError};

use super::fields::LetterError;
use super::folder::FolderError;
use super::letter::Letter;
use super::name::LetterName;
use super::stored;

/// A file that was a letter, and has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// The file: in `quarantine/` where it was set aside.
    pub path: PathBuf,
    /// What is wrong with it.
    pub error: LetterError,
}

/// What is in a folder of letters. Nothing is changed by looking at it, and nobody is asked whether it may be looked at: what somebody
/// else takes away meanwhile is left out.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The letters, those that failed first in front.
    pub letters: Vec<(LetterName, Letter)>,
    /// Files that were letters.
    pub damaged: Vec<Damaged>,
}

impl Listing {
    /// Reads all the letters of a folder. Blocks.
    ///
    /// # Errors
    /// [`FolderError::Io`].
    pub fn of<D: Disk>(disk: &D, folder: &Path) -> Result<Self, FolderError> {
        let names = disk.list(folder).map_err(DiskError::of("list", folder))?;
        let mut listing = Self::default();
        for name in names.iter().filter_map(|name| LetterName::of_file(name)) {
            let path = folder.join(name.file());
            match disk.read(&path) {
                Ok(bytes) => match stored::read(&bytes) {
                    Ok(letter) => listing.letters.push((name, letter)),
                    Err(error) => listing.damaged.push(Damaged { path, error }),
                },
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                // What cannot be read now may be there.
                Err(error) => return Err(DiskError::of("read", &path)(error).into()),
            }
        }
        listing.letters.sort_by_key(|(name, letter)| (letter.tries.first_us, *name));
        Ok(listing)
    }
}
