//! One partition that is being written.

use std::path::{Path, PathBuf};

use dashstream_codec::Prelude;
use dashstream_codec::file::{FileWriter, SyncMarker};
use dashstream_disk::{Disk, DiskError, DiskFile as _, Mode};

use super::super::outcome::{Cause, Outcome};
use super::super::{Message, Position, TransportError};
use super::layout::{Byte, FileConfig, segment_path, segments};

/// The writer of a partition, and of nothing else.
#[derive(Debug)]
pub(super) struct Writer<D: Disk> {
    disk: D,
    folder: PathBuf,
    partition: u32,
    segment_len: u64,
    next_segment: u32,
    open: Option<Open<D::File>>,
    /// Nobody knows what the disk holds.
    broken: bool,
    buffer: Vec<u8>,
    _lock: D::Lock,
}

#[derive(Debug)]
struct Open<F> {
    segment: u32,
    file: F,
    len: u64,
    layout: FileWriter,
}

impl<D: Disk> Writer<D> {
    pub(super) fn open(disk: D, folder: &Path, partition: u32, config: &FileConfig) -> Result<Self, TransportError> {
        disk.create_folder(folder).map_err(DiskError::of("make", folder))?;
        let path = folder.join("LOCK");
        let lock = disk.lock(&path).map_err(DiskError::of("lock", &path))?.ok_or(TransportError::InUse { path })?;
        let last = segments(&disk, folder)?.last().copied();
        Ok(Self {
            disk,
            folder: folder.to_path_buf(),
            partition,
            segment_len: config.segment_len.min(1 << 31),
            // FILE-013
            next_segment: last.map_or(0, |last| last.saturating_add(1)),
            open: None,
            broken: false,
            buffer: Vec::new(),
            _lock: lock,
        })
    }

    /// Writes messages one behind the other, makes them durable, and says what became of each.
    pub(super) fn write(&mut self, messages: &[Message]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(messages.len());
        let mut rest = messages;
        while !rest.is_empty() {
            // What one segment still takes.
            let (these, taken) = self.write_some(rest);
            outcomes.extend(these);
            (_, rest) = rest.split_at(taken.min(rest.len()));
        }
        outcomes
    }

    /// Writes messages to one segment: outcomes for the first few, 1 at least.
    fn write_some(&mut self, messages: &[Message]) -> (Vec<Outcome>, usize) {
        let all = |cause: fn() -> Cause| messages.iter().map(|_| Outcome::NotPersisted(cause())).collect();
        if self.broken {
            return (all(|| Cause::Broken), messages.len());
        }
        if let Err(error) = self.turn() {
            let mut outcomes = vec![Outcome::NotPersisted(Cause::Io(error))];
            outcomes.truncate(messages.len());
            return (outcomes, 1);
        }
        let Some(open) = &mut self.open else { return (all(|| Cause::Broken), messages.len()) };
        self.buffer.clear();
        let mut outcomes = Vec::new();
        for message in messages {
            let at = open.len + self.buffer.len() as u64;
            if at >= self.segment_len && !outcomes.is_empty() {
                break;
            }
            outcomes.push(match (frame_of(message), Byte::new(open.segment, at)) {
                (Ok(frame), Some(byte)) => {
                    open.layout.append(frame, &mut self.buffer);
                    Outcome::Persisted(Position { partition: self.partition, offset: byte.offset() })
                }
                (Err(why), _) => Outcome::NotPersisted(Cause::Refused(why)),
                (_, None) => Outcome::NotPersisted(Cause::Full),
            });
        }
        if let Err(error) = self.flush() {
            for outcome in outcomes.iter_mut().filter(|outcome| outcome.is_persisted()) {
                let again = std::io::Error::new(error.kind(), error.to_string());
                *outcome = Outcome::PossiblyPersisted(Cause::Io(again));
            }
        }
        let taken = outcomes.len();
        (outcomes, taken)
    }

    /// Writes the buffer and makes it durable.
    fn flush(&mut self) -> std::io::Result<()> {
        let Some(open) = self.open.as_mut().filter(|_| !self.buffer.is_empty()) else { return Ok(()) };
        if let Err(error) = open.file.write_at(open.len, &self.buffer) {
            // Readers may have seen whole entries of it. The segment is not written any more; without the rest of the last entry, if it
            // can be cut.
            drop(open.file.set_len(open.len));
            self.open = None;
            return Err(error);
        }
        if let Err(error) = open.file.sync() {
            self.broken = true;
            return Err(error);
        }
        open.len += self.buffer.len() as u64;
        Ok(())
    }

    /// Begins a segment, where there is none to append to. It is durable before it takes a frame.
    fn turn(&mut self) -> std::io::Result<()> {
        if self.open.as_ref().is_some_and(|open| open.len < self.segment_len) {
            return Ok(());
        }
        self.open = None;
        let mut marker = [0; 16];
        // FILE-014
        getrandom::fill(&mut marker).map_err(std::io::Error::other)?;
        let layout = FileWriter::new(SyncMarker::from_random(marker));
        let header = layout.header();
        let segment = self.next_segment;
        self.next_segment = segment.checked_add(1).ok_or(std::io::ErrorKind::StorageFull)?;
        let mut file = self.disk.open(&segment_path(&self.folder, segment), Mode::New)?;
        file.write_at(0, &header)?;
        file.sync()?;
        self.disk.sync_folder(&self.folder)?;
        self.open = Some(Open { segment, file, len: header.len() as u64, layout });
        Ok(())
    }
}

/// The frame that a message has to be: in a file, where it ends follows from itself.
fn frame_of(message: &Message) -> Result<&[u8], String> {
    let value = message.value.as_deref().ok_or("a file of frames has no null values")?;
    let prelude = Prelude::read(value).map_err(|error| error.to_string())?;
    if prelude.frame_len() == value.len() as u64 {
        Ok(value)
    } else {
        Err(format!("a frame of {} bytes in a value of {}", prelude.frame_len(), value.len()))
    }
}
