//! The segment that is being written, and segments as they are read.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use dashstream_codec::file::{FILE_HEADER_LEN, FileReport, FileWriter, SyncMarker};
use dashstream_codec::{EncoderConfig, ReadOptions};
use dashstream_disk::{Disk, DiskError, DiskFile, Mode};

use crate::StoreError;
use crate::framer::{Content, Framer};
use crate::model::Checkpoint;
use crate::name::{SegmentName, temporary};
use crate::scan::{Found, scan};

/// Bytes of a header.
pub(crate) const HEADER: u64 = FILE_HEADER_LEN as u64;

/// A file that checkpoints are appended to.
#[derive(Debug)]
pub(crate) struct Segment<F> {
    pub(crate) name: SegmentName,
    path: PathBuf,
    file: F,
    pub(crate) writer: FileWriter,
    framer: Framer,
}

/// Why something was not appended.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) error: StoreError,
    /// Nobody knows what the file holds.
    pub(crate) poisons: bool,
}

impl Failed {
    pub(crate) fn harmless(error: impl Into<StoreError>) -> Self {
        Self { error: error.into(), poisons: false }
    }

    pub(crate) fn poisons(error: impl Into<StoreError>) -> Self {
        Self { error: error.into(), poisons: true }
    }
}

/// Random bytes for a segment.
pub(crate) fn random<const LEN: usize>() -> Result<[u8; LEN], StoreError> {
    let mut bytes = [0; LEN];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Random { why: error.to_string() })?;
    Ok(bytes)
}

impl<F: DiskFile> Segment<F> {
    /// Opens a segment of which every byte is acknowledged; `None` where its header is damaged, so that nothing may be appended.
    pub(crate) fn open<D: Disk<File = F>>(
        disk: &D,
        folder: &Path,
        name: SegmentName,
        tenant: &str,
        config: EncoderConfig,
    ) -> Result<Option<Self>, StoreError> {
        let path = folder.join(name.to_string());
        let mut file = disk.open(&path, Mode::Write).map_err(DiskError::of("open", &path))?;
        let header = file.read_range(0, HEADER).map_err(DiskError::of("read", &path))?;
        let report = FileReport::of(&header, ReadOptions::default());
        let Some(marker) = report.marker.filter(|_| report.skipped.is_empty()) else { return Ok(None) };
        let framer = Framer::new(random()?, tenant, config)?;
        Ok(Some(Self { name, path, file, writer: FileWriter::new(marker), framer }))
    }

    /// Begins a segment with entries in it, which are durable when this returns, under a durable name.
    pub(crate) fn create<D: Disk<File = F>>(
        disk: &D,
        folder: &Path,
        segment: u32,
        tenant: &str,
        config: EncoderConfig,
        fill: impl FnOnce(&mut Filling<'_, F>) -> Result<(), StoreError>,
    ) -> Result<Self, Failed> {
        // FILE-014
        let marker = SyncMarker::from_random(random().map_err(Failed::harmless)?);
        let mut framer = Framer::new(random().map_err(Failed::harmless)?, tenant, config).map_err(Failed::harmless)?;
        let writer = FileWriter::new(marker);
        let temporary = folder.join(temporary(segment));
        let made = disk.open(&temporary, Mode::New).map_err(DiskError::of("make", &temporary));
        let mut file = made.map_err(Failed::harmless)?;
        let name = SegmentName { segment, generation: 0, start: 0, end: 0 };
        let mut filling = Filling { file: &mut file, path: &temporary, writer, framer: &mut framer, name };
        let filled = filling.write(&writer.header()).and_then(|()| fill(&mut filling));
        let name = filling.name;
        if let Err(error) = filled {
            // CKP-010: it has no name of a segment, and is removed again when the thread is opened.
            drop(disk.remove(&temporary));
            return Err(Failed::harmless(error));
        }
        // CKP-001, CKP-009
        file.sync().map_err(DiskError::of("sync", &temporary)).map_err(Failed::poisons)?;
        let path = folder.join(name.to_string());
        disk.rename(&temporary, &path).map_err(DiskError::of("rename", &temporary)).map_err(Failed::poisons)?;
        disk.sync_folder(folder).map_err(DiskError::of("sync", folder)).map_err(Failed::poisons)?;
        Ok(Self { name, path, file, writer, framer })
    }

    /// Appends, durably, and then tells of it in the name.
    pub(crate) fn append<D: Disk<File = F>>(
        &mut self,
        disk: &D,
        folder: &Path,
        fill: impl FnOnce(&mut Filling<'_, F>) -> Result<(), StoreError>,
    ) -> Result<(), Failed> {
        let Self { name, path, file, writer, framer } = self;
        let mut filling = Filling { file, path, writer: *writer, framer, name: *name };
        let filled = fill(&mut filling);
        let new = filling.name;
        if let Err(error) = filled {
            // CKP-010
            return match file.set_len(name.end) {
                Ok(()) => Err(Failed::harmless(error)),
                Err(_) => Err(Failed::poisons(error)),
            };
        }
        // CKP-001, CKP-009
        file.sync().map_err(DiskError::of("sync", path)).map_err(Failed::poisons)?;
        let next = folder.join(new.to_string());
        match disk.rename(path, &next) {
            Ok(()) => *path = next,
            // CKP-001: somebody has taken the file away, and nothing in it will be found.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(Failed::poisons(DiskError::of("rename", path)(error)));
            }
            // It is acknowledged. Where the name cannot be changed, the old one says less, and nothing wrong.
            Err(_) => {}
        }
        *name = new;
        Ok(())
    }

    /// The newest checkpoint, as the name tells, where it is whole.
    pub(crate) fn newest(&mut self, folder: &str) -> Option<Checkpoint> {
        let SegmentName { generation, start, end, .. } = self.name;
        let bytes = self.file.read_range(start, end).ok()?;
        let found = scan(&self.writer.header(), start, &bytes, folder, true).found;
        found.into_iter().find(|found| found.is(generation)).map(Found::into_checkpoint)
    }
}

impl<F: DiskFile> Segment<F> {
    /// Makes the name durable that the segment has at last: the next one may be there only behind it.
    pub(crate) fn end<D: Disk<File = F>>(&mut self, disk: &D, folder: &Path) -> Result<(), Failed> {
        let path = folder.join(self.name.to_string());
        if self.path != path {
            disk.rename(&self.path, &path).map_err(DiskError::of("rename", &self.path)).map_err(Failed::harmless)?;
            self.path = path;
        }
        disk.sync_folder(folder).map_err(DiskError::of("sync", folder)).map_err(Failed::poisons)
    }
}

/// Where entries are appended before they are durable.
#[derive(Debug)]
pub(crate) struct Filling<'a, F> {
    file: &'a mut F,
    path: &'a Path,
    writer: FileWriter,
    framer: &'a mut Framer,
    /// What the segment will be called.
    name: SegmentName,
}

impl<F: DiskFile> Filling<'_, F> {
    /// Appends bytes that are header or entries.
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_at(self.name.end, bytes).map_err(DiskError::of("write", self.path))?;
        self.name.end += bytes.len() as u64;
        Ok(())
    }

    /// Appends a checkpoint or a pending write; returns where it lies.
    pub(crate) fn add(&mut self, content: &Content<'_>, is_write: bool) -> Result<(u64, u64), StoreError> {
        let Self { file, path, writer, framer, name } = self;
        let (start, mut end) = (name.end, name.end);
        framer.entries(*writer, content, |entry| -> Result<(), StoreError> {
            file.write_at(end, entry).map_err(DiskError::of("write", path))?;
            end += entry.len() as u64;
            Ok(())
        })?;
        *name = name.grown((!is_write).then_some(content.summary.generation), end - start);
        Ok((start, end))
    }

    /// Appends what lies in another segment, frame by frame; `bytes` are those of the other segment from `base` on.
    pub(crate) fn copy(&mut self, base: u64, bytes: &[u8], found: &Found) -> Result<(), StoreError> {
        let place = |at: u64| usize::try_from(at.saturating_sub(base)).unwrap_or(usize::MAX);
        let mut entries = Vec::new();
        for (from, to) in &found.frames {
            self.writer.append(bytes.get(place(*from)..place(*to)).unwrap_or_default(), &mut entries);
        }
        let grown = found.grown(self.name);
        self.write(&entries)?;
        self.name = grown;
        Ok(())
    }
}
