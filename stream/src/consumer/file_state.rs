//! State in a file.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::Arc;

use dashstream_disk::{Disk, RealDisk};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use tokio::task::spawn_blocking;

use super::error::CommitError;
use super::state::{Begun, Commit, LaneKey, State};
use crate::deadletter::ReplayKey;

/// How many frames of a partition are to be marked.
const MARKS: TableDefinition<'_, u32, u32> = TableDefinition::new("marks");
/// Where partitions go on.
const NEXT: TableDefinition<'_, u32, u64> = TableDefinition::new("next");
/// Lanes by partition and key.
const LANES: TableDefinition<'_, (u32, [u8; 20]), &[u8]> = TableDefinition::new("lanes");
/// Replays that have had their effect, by partition and key.
const REPLAYS: TableDefinition<'_, (u32, &str), ()> = TableDefinition::new("replays");
/// What the application has committed, by where it is to go and key.
const EFFECTS: TableDefinition<'_, (&str, &[u8]), &[u8]> = TableDefinition::new("effects");

/// A key and its value.
type Pair = (Vec<u8>, Vec<u8>);

/// State in a database of one file, whose transactions are atomic and durable. It is locked while it is open.
#[derive(Clone, Debug)]
pub struct FileState(Arc<Database>);

impl FileState {
    /// Opens the state, or begins one. Blocks.
    ///
    /// A process that is killed while it begins one may leave a file beside it, with a dot before its name and `.new`
    /// after it, which nobody reads.
    ///
    /// # Errors
    /// [`CommitError::Gone`]: somebody else has it open, or it cannot be read.
    pub fn open(file: &Path) -> Result<Self, CommitError> {
        let database = match file.try_exists() {
            Ok(false) => begin(file),
            _ => Database::open(file).map_err(|error| error.to_string()),
        };
        let database = database.map_err(|error| CommitError::Gone(format!("{}: {error}", file.display())))?;
        Ok(Self(Arc::new(database)))
    }

    /// A value that the application has committed.
    ///
    /// # Errors
    /// [`CommitError::Again`].
    pub fn effect(&self, to: &str, key: &[u8]) -> Result<Option<Vec<u8>>, CommitError> {
        self.read(|transaction| {
            Ok(transaction.open_table(EFFECTS)?.get((to, key))?.map(|value| value.value().to_vec()))
        })
    }

    /// Every key and value that the application has committed to one place, by key.
    ///
    /// # Errors
    /// [`CommitError::Again`].
    pub fn effects(&self, to: &str) -> Result<Vec<Pair>, CommitError> {
        self.read(|transaction| {
            let table = transaction.open_table(EFFECTS)?;
            let mut found = Vec::new();
            for entry in table.range((to, [].as_slice())..)? {
                let (key, value) = entry?;
                if key.value().0 != to {
                    break;
                }
                found.push((key.value().1.to_vec(), value.value().to_vec()));
            }
            Ok(found)
        })
    }

    /// Where each partition goes on.
    ///
    /// # Errors
    /// [`CommitError::Again`].
    pub fn positions(&self) -> Result<Vec<(u32, u64)>, CommitError> {
        self.read(|transaction| {
            let table = transaction.open_table(NEXT)?;
            table
                .iter()?
                .map(|entry| entry.map(|(key, value)| (key.value(), value.value())))
                .collect::<Result<_, _>>()
                .map_err(Into::into)
        })
    }

    fn read<R>(&self, ask: impl FnOnce(&redb::ReadTransaction) -> Result<R, redb::Error>) -> Result<R, CommitError> {
        let transaction = self.0.begin_read().map_err(again)?;
        ask(&transaction).map_err(again)
    }

    fn write_commit(&self, commit: &Commit) -> Result<(), CommitError> {
        let Commit { partition, next, lanes, replays, effects, marks } = commit;
        let change = |transaction: &redb::WriteTransaction| {
            transaction.open_table(NEXT)?.insert(*partition, *next)?;
            transaction.open_table(MARKS)?.insert(*partition, *marks)?;
            let mut table = transaction.open_table(LANES)?;
            for (lane, bytes) in lanes {
                table.insert((*partition, lane.to_bytes()), bytes.as_slice())?;
            }
            let mut table = transaction.open_table(REPLAYS)?;
            for replay in replays {
                table.insert((*partition, replay.to_string().as_str()), ())?;
            }
            let mut table = transaction.open_table(EFFECTS)?;
            for effect in effects {
                let place = (effect.to.as_str(), effect.key.as_slice());
                match &effect.value {
                    Some(value) => drop(table.insert(place, value.as_slice())?),
                    None => drop(table.remove(place)?),
                }
            }
            Ok(())
        };
        write(&self.0, change).map_err(again)
    }
}

/// A database that takes its name when it is whole: what a kill leaves of one that is only begun, nobody could open.
fn begin(file: &Path) -> Result<Database, String> {
    // Of a name alone it is empty, which is the working folder.
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    let mut prefix = OsString::from(".");
    prefix.push(file.file_name().unwrap_or_default());
    let mut name = tempfile::Builder::new();
    let begun = name.prefix(&prefix).suffix(".new").make_in(folder, |path| with_tables(path).map_err(io::Error::other));
    // Somebody else may have begun it meanwhile, who has it open.
    let database = begun.and_then(|begun| Ok(begun.persist_noclobber(file)?)).map_err(|error| error.to_string())?;
    RealDisk.sync_folder(folder).map_err(|error| error.to_string())?;
    Ok(database)
}

/// All tables are there from the beginning, so that readers find them.
fn with_tables(path: &Path) -> Result<Database, redb::Error> {
    let database = Database::create(path)?;
    write(&database, |transaction| {
        transaction.open_table(NEXT)?;
        transaction.open_table(MARKS)?;
        transaction.open_table(LANES)?;
        transaction.open_table(REPLAYS)?;
        transaction.open_table(EFFECTS)?;
        Ok(())
    })?;
    Ok(database)
}

fn write(
    database: &Database,
    change: impl FnOnce(&redb::WriteTransaction) -> Result<(), redb::Error>,
) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    change(&transaction)?;
    Ok(transaction.commit()?)
}

fn again(error: impl Into<redb::Error>) -> CommitError {
    CommitError::Again(error.into().to_string())
}

impl State for FileState {
    async fn begin(&mut self, partition: u32, marks: u32) -> Result<Begun, CommitError> {
        let kept = |transaction: &redb::ReadTransaction| {
            let next = transaction.open_table(NEXT)?.get(partition)?.map(|next| next.value());
            let marks = transaction.open_table(MARKS)?.get(partition)?.map(|marks| marks.value());
            Ok((next, marks.unwrap_or_default()))
        };
        let (next, kept) = self.read(kept)?;
        if marks > kept {
            write(&self.0, |transaction| {
                transaction.open_table(MARKS)?.insert(partition, marks)?;
                Ok(())
            })
            .map_err(again)?;
        }
        Ok(Begun { next, marks: marks.max(kept) })
    }

    async fn lane(&mut self, partition: u32, lane: LaneKey) -> Result<Option<Vec<u8>>, CommitError> {
        self.read(|transaction| {
            let found = transaction.open_table(LANES)?.get((partition, lane.to_bytes()))?;
            Ok(found.map(|bytes| bytes.value().to_vec()))
        })
    }

    async fn replayed(&mut self, partition: u32, replay: &ReplayKey) -> Result<bool, CommitError> {
        let key = replay.to_string();
        self.read(|transaction| Ok(transaction.open_table(REPLAYS)?.get((partition, key.as_str()))?.is_some()))
    }

    /// Waits for the disk on the runtime's pool for calls that block.
    async fn commit(&mut self, commit: Commit) -> Result<(), CommitError> {
        let state = self.clone();
        let done = spawn_blocking(move || state.write_commit(&commit)).await;
        done.unwrap_or_else(|error| Err(CommitError::Again(error.to_string())))
    }

    fn end(&mut self, _partition: u32) {}
}
