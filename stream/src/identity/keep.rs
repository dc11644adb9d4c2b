//! The two files of a state.

use std::io;
use std::path::{Path, PathBuf};

use dashstream_disk::{Disk, DiskError, DiskFile as _, Mode};

use super::IdentityError;
use super::slot::{self, Slot};
use super::state::State;

const NAMES: [&str; 2] = ["state-0", "state-1"];

/// What is in a folder.
#[derive(Debug)]
pub(super) enum Found {
    /// No state.
    Nothing,
    /// States of which none can be read.
    Unreadable,
    /// The newer of the states that can be read, and whether another one cannot.
    State { state: State, repair: bool },
}

/// Keeps a state in its folder.
#[derive(Debug)]
pub(super) struct Keeper<D> {
    disk: D,
    folder: PathBuf,
    revision: u64,
    /// In the order in which they are to be written: what is written first is not what is needed if that fails.
    order: [PathBuf; 2],
    /// Nobody knows what the disk holds.
    poisoned: bool,
}

impl<D: Disk> Keeper<D> {
    /// Reads what is in the folder.
    pub(super) fn load(disk: D, folder: &Path) -> Result<(Self, Found), IdentityError> {
        let [first, second] = NAMES.map(|name| folder.join(name));
        let slots = [read(&disk, &first)?, read(&disk, &second)?];
        let revision = |slot: &Option<Slot>| match slot {
            Some(Slot::Good { revision, .. }) => Some(*revision),
            _ => None,
        };
        let [left, right] = &slots;
        // None is less than any.
        let order = if revision(left) <= revision(right) { [first, second] } else { [second, first] };
        let newest = revision(left).max(revision(right)).unwrap_or(0);
        let keeper = Self { disk, folder: folder.to_path_buf(), revision: newest, order, poisoned: false };
        Ok((keeper, best(slots)))
    }

    /// Writes the state twice, and says when both are durable. After an error nothing is written any more: what a failed
    /// sync has lost, no other one brings back.
    pub(super) fn save(&mut self, state: State) -> Result<State, IdentityError> {
        if self.poisoned {
            return Err(IdentityError::Poisoned);
        }
        self.poisoned = true;
        self.revision += 1;
        let json =
            slot::write(self.revision, &state).map_err(|why| DiskError::of("write", &self.folder)(why.into()))?;
        for path in &self.order {
            self.write(path, &json).map_err(DiskError::of("write", path))?;
        }
        self.poisoned = false;
        Ok(state)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.disk.open(path, Mode::Write)?;
        file.write_at(0, bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync()?;
        // Its name is new the first time only, but nobody knows whether it was durable before.
        self.disk.sync_folder(&self.folder)
    }
}

/// A slot; `None` where there is no file.
fn read<D: Disk>(disk: &D, path: &Path) -> Result<Option<Slot>, IdentityError> {
    let bytes = match disk.read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // What cannot be read now may be there: a producer that took it for damage would be another one for nothing.
        Err(error) => return Err(DiskError::of("read", path)(error).into()),
    };
    match slot::read(&bytes) {
        Slot::Newer(version) => Err(IdentityError::Newer { path: path.to_path_buf(), version }),
        slot => Ok(Some(slot)),
    }
}

fn best(slots: [Option<Slot>; 2]) -> Found {
    let there = slots.iter().flatten().count();
    let good = slots.into_iter().flatten().filter_map(|slot| match slot {
        Slot::Good { revision, state } => Some((revision, state)),
        Slot::Bad | Slot::Newer(_) => None,
    });
    let good: Vec<_> = good.collect();
    let repair = good.len() < 2;
    match good.into_iter().max_by_key(|(revision, _)| *revision) {
        Some((_, state)) => Found::State { state, repair },
        None if there == 0 => Found::Nothing,
        None => Found::Unreadable,
    }
}
