//! Where a reader of a partition stands.

use std::path::{Path, PathBuf};

use dashstream_codec::file::{FILE_HEADER_LEN, FileEvent, FileReader};
use dashstream_codec::{Code, ReadOptions};
use dashstream_disk::{Disk, DiskError, DiskFile as _, Mode};

use super::super::message::{Content, Message, Position, Received, RejectedFrame};
use super::super::{From, TransportError};
use super::layout::{Byte, segment_path, segments};

/// Bytes that are read at a time.
const CHUNK: usize = 256 << 10;
/// Bytes of damage that are given at a time.
const DAMAGE: u64 = 512 << 10;

/// A reader of one partition.
#[derive(Debug)]
pub(super) struct Place<D: Disk> {
    disk: D,
    folder: PathBuf,
    partition: u32,
    /// Where to begin, until that is open.
    begin: Option<Byte>,
    open: Option<Open<D::File>>,
}

/// A segment that is being read.
struct Open<F> {
    segment: u32,
    file: F,
    reader: FileReader<'static>,
    /// Bytes of the file that the reader was given, and those that it was not given because it began behind the header.
    fed: u64,
    left_out: u64,
    rejected: Vec<RejectedFrame>,
}

impl<F> std::fmt::Debug for Open<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("segment", &self.segment).field("fed", &self.fed).finish_non_exhaustive()
    }
}

/// What a reader of files finds, without what it borrows.
enum Found {
    Frame { start: u64, end: u64, bytes: Vec<u8> },
    Damage { start: u64, end: u64, code: Code },
}

impl Found {
    const fn start(&self) -> u64 {
        match self {
            Self::Frame { start, .. } | Self::Damage { start, .. } => *start,
        }
    }
}

impl<D: Disk + Clone> Place<D> {
    pub(super) fn new(disk: D, folder: PathBuf, partition: u32) -> Self {
        Self { disk, folder, partition, begin: None, open: None }
    }

    pub(super) fn seek(&mut self, from: From) -> Result<(), TransportError> {
        let byte = match from {
            From::Start => Byte { segment: 0, at: 0 },
            From::Offset(offset) => self.known(offset)?,
        };
        (self.begin, self.open) = (Some(byte), None);
        Ok(())
    }

    /// A byte at which reading can go on.
    fn known(&self, offset: u64) -> Result<Byte, TransportError> {
        let unknown = || TransportError::NoOffset { position: Position { partition: self.partition, offset } };
        let byte = Byte::of(offset);
        let there = segments(&self.disk, &self.folder)?;
        if there.contains(&byte.segment) || (offset == 0 && there.is_empty()) { Ok(byte) } else { Err(unknown()) }
    }

    /// Reads on until there is something to give. Nothing where there is nothing yet.
    pub(super) fn read(&mut self) -> Result<Vec<Received>, TransportError> {
        loop {
            if self.open.is_none() && !self.open_segment()? {
                return Ok(Vec::new());
            }
            let (received, more) = self.step()?;
            if !received.is_empty() || !more {
                return Ok(received);
            }
        }
    }

    /// Reads a piece; says what is in it, and whether there may be more.
    fn step(&mut self) -> Result<(Vec<Received>, bool), TransportError> {
        let later = self.has_later()?;
        let Some(open) = &mut self.open else { return Ok((Vec::new(), false)) };
        let path = segment_path(&self.folder, open.segment);
        let mut chunk = vec![0; CHUNK];
        let got = open.file.read_at(open.fed, &mut chunk).map_err(DiskError::of("read", &path))?;
        chunk.truncate(got);
        open.fed += got as u64;
        // A segment is not written any more when there is a later one, which was seen before this read.
        let ended = got == 0 && later;
        if ended {
            open.reader.finish();
        }
        let mut out = Vec::new();
        for one in open.find(&chunk) {
            let (at, before) = (open.byte(one.start()), out.len());
            if let Err(error) = open.give(one, self.partition, ended, &mut out) {
                // It is found again, whole, the next time.
                out.truncate(before);
                (self.begin, self.open) = (Some(Byte::of(at)), None);
                return if out.is_empty() { Err(DiskError::of("read", &path)(error).into()) } else { Ok((out, true)) };
            }
        }
        if ended {
            let next = open.segment.saturating_add(1);
            (self.begin, self.open) = (Some(Byte { segment: next, at: 0 }), None);
        }
        Ok((out, got > 0 || ended))
    }

    fn has_later(&self) -> Result<bool, TransportError> {
        let Some(open) = &self.open else { return Ok(false) };
        Ok(segments(&self.disk, &self.folder)?.last().is_some_and(|last| *last > open.segment))
    }

    /// Opens the segment in which to begin, or the first one after it.
    fn open_segment(&mut self) -> Result<bool, TransportError> {
        let Some(begin) = self.begin else { return Ok(false) };
        let there = segments(&self.disk, &self.folder)?;
        let Some(segment) = there.into_iter().find(|segment| *segment >= begin.segment) else { return Ok(false) };
        let at = if segment == begin.segment { u64::from(begin.at) } else { 0 };
        let path = segment_path(&self.folder, segment);
        let file = self.disk.open(&path, Mode::Read).map_err(DiskError::of("open", &path))?;
        let reader = FileReader::new(ReadOptions::default());
        let mut open = Open { segment, file, reader, fed: 0, left_out: 0, rejected: Vec::new() };
        open.begin(at, &path)?;
        (self.begin, self.open) = (None, Some(open));
        Ok(true)
    }
}

impl<F: dashstream_disk::DiskFile> Open<F> {
    /// Begins behind the header, or at a later entry: the reader gets the header, and then what follows.
    fn begin(&mut self, at: u64, path: &Path) -> Result<(), TransportError> {
        let header_len = FILE_HEADER_LEN as u64;
        if at <= header_len {
            return Ok(());
        }
        let header = self.file.read_range(0, header_len).map_err(DiskError::of("read", path))?;
        drop(self.find(&header));
        (self.fed, self.left_out) = (at, at - header_len);
        Ok(())
    }

    fn find(&mut self, mut input: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        while let Some(event) = self.reader.next_event(&mut input) {
            match event {
                FileEvent::Accepted { start, end, frame, .. } => {
                    found.push(Found::Frame { start, end, bytes: frame.to_vec() });
                }
                FileEvent::Rejected { start, error, prelude } => {
                    self.rejected.push(RejectedFrame { offset: start, prelude, error });
                }
                FileEvent::Skipped { start, end, code } => found.push(Found::Damage { start, end, code }),
                FileEvent::Header { .. } | FileEvent::Refused(_) | FileEvent::End { .. } => {}
            }
        }
        found
    }

    fn byte(&self, at: u64) -> u64 {
        Byte::new(self.segment, at + self.left_out).map_or(u64::MAX, Byte::offset)
    }

    fn give(&mut self, found: Found, partition: u32, ended: bool, out: &mut Vec<Received>) -> std::io::Result<()> {
        match found {
            Found::Frame { start, end, bytes } => {
                let content = Content::Message(Message { value: Some(bytes), ..Message::default() });
                let position = Position { partition, offset: self.byte(start) };
                out.push(Received { position, next: self.byte(end), content });
            }
            Found::Damage { start, end, code } => {
                let rejected = std::mem::take(&mut self.rejected);
                let mut rejected: Vec<_> =
                    rejected.into_iter().map(|one| RejectedFrame { offset: self.byte(one.offset), ..one }).collect();
                let mut from = start;
                while from < end {
                    let to = end.min(from + DAMAGE);
                    let bytes = self.file.read_range(from + self.left_out, to + self.left_out)?;
                    let rejected = std::mem::take(&mut rejected);
                    let content = Content::Damage { bytes, code, rejected, at_end: ended && to == end };
                    let position = Position { partition, offset: self.byte(from) };
                    out.push(Received { position, next: self.byte(to), content });
                    from = to;
                }
            }
        }
        Ok(())
    }
}
