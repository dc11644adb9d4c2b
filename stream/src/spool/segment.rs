//! The segment that is being written.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use dashstream_codec::file::{FileWriter, SyncMarker};
use dashstream_disk::{Disk, DiskFile, Mode};

use super::syncing::Syncing;

/// A file that entries are appended to.
#[derive(Debug)]
pub(super) struct Segment<F> {
    pub(super) number: u64,
    pub(super) path: PathBuf,
    file: F,
    writer: FileWriter,
    /// Bytes of whole entries.
    pub(super) len: u64,
    /// How many of them are durable.
    durable: u64,
    /// How many will be, and who says so.
    syncing: Option<(u64, mpsc::Receiver<io::Result<()>>)>,
    buffer: Vec<u8>,
}

/// What a failed write has left.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) source: io::Error,
    /// Nobody knows what the file holds.
    pub(super) poisons: bool,
}

impl Failed {
    fn poisons(source: io::Error) -> Self {
        Self { source, poisons: true }
    }
}

impl<F: DiskFile> Segment<F> {
    /// A new file, with a header that is not durable.
    pub(super) fn create<D: Disk<File = F>>(
        disk: &D,
        folder: &Path,
        number: u64,
        marker: [u8; 16],
    ) -> Result<Self, (PathBuf, io::Error)> {
        let path = folder.join(name_of(number));
        let writer = FileWriter::new(SyncMarker::from_random(marker));
        let header = writer.header();
        let made = disk.open(&path, Mode::New).and_then(|mut file| file.write_at(0, &header).map(|()| file));
        match made {
            Ok(file) => {
                let len = header.len() as u64;
                Ok(Self { number, path, file, writer, len, durable: 0, syncing: None, buffer: Vec::new() })
            }
            Err(source) => Err((path, source)),
        }
    }

    /// Appends an entry, which is not durable.
    pub(super) fn append(&mut self, frame: &[u8]) -> Result<(), Failed> {
        self.buffer.clear();
        self.writer.append(frame, &mut self.buffer);
        if let Err(source) = self.file.write_at(self.len, &self.buffer) {
            // What was written of it must not stand between the entries.
            return match self.file.set_len(self.len) {
                Ok(()) => Err(Failed { source, poisons: false }),
                Err(_) => Err(Failed::poisons(source)),
            };
        }
        self.len += self.buffer.len() as u64;
        Ok(())
    }

    /// Whether an entry that ends there is durable.
    pub(super) const fn is_durable(&self, end: u64) -> bool {
        end <= self.durable
    }

    /// What makes all entries durable on another thread, where they are not and nothing else does. The first are made durable at
    /// once, with the name.
    pub(super) fn begin_sync<D: Disk<File = F>>(&mut self, disk: &D, folder: &Path) -> Result<Option<Syncing>, Failed> {
        if self.durable == 0 {
            self.sync(disk, folder)?;
        }
        if self.durable == self.len || self.syncing.is_some() {
            return Ok(None);
        }
        let syncer = self.file.syncer().map_err(|source| Failed { source, poisons: false })?;
        let (syncing, told) = Syncing::new(syncer);
        self.syncing = Some((self.len, told));
        Ok(Some(syncing))
    }

    /// Waits for what was begun.
    pub(super) fn end_sync(&mut self) -> Result<(), Failed> {
        let Some((len, told)) = self.syncing.take() else { return Ok(()) };
        // An error is told once: to ask the file again would be to be told that all is well.
        let told = told.recv().unwrap_or_else(|_| Err(io::Error::other("it was given up")));
        told.map_err(Failed::poisons)?;
        self.durable = len;
        Ok(())
    }

    /// Makes all entries durable, and the first time the name.
    pub(super) fn sync<D: Disk<File = F>>(&mut self, disk: &D, folder: &Path) -> Result<(), Failed> {
        self.end_sync()?;
        if self.durable == self.len {
            return Ok(());
        }
        self.file.sync().map_err(Failed::poisons)?;
        if self.durable == 0 {
            disk.sync_folder(folder).map_err(Failed::poisons)?;
        }
        self.durable = self.len;
        Ok(())
    }
}

/// The name of a segment.
pub(super) fn name_of(number: u64) -> String {
    format!("{number:016}.dsf")
}

/// The number of a segment; `None` for other files.
pub(super) fn number_of(name: &str) -> Option<u64> {
    let number = name.strip_suffix(".dsf")?.parse().ok()?;
    (name_of(number) == name).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_numbers() {
        assert_eq!(name_of(7), "0000000000000007.dsf");
        assert_eq!(number_of("0000000000000007.dsf"), Some(7));
        for other in ["7.dsf", "0000000000000007", "000000000000000x.dsf", "+000000000000007.dsf", "LOCK", ""] {
            assert_eq!(number_of(other), None, "{other}");
        }
    }
}
