//! A file of frames that is being written.

use dashstream_codec::file::{FileWriter, SyncMarker};

use crate::exit::Failure;
use crate::io::{Output, Target};
use crate::random;

/// A file of frames that is being written.
pub(crate) struct FrameFile {
    output: Output,
    writer: FileWriter,
    frames: u64,
    bytes: u64,
    /// Reused for each entry.
    entry: Vec<u8>,
}

impl FrameFile {
    /// Begins a file, with a marker of its own.
    pub(crate) fn create(target: &Target) -> Result<Self, Failure> {
        let writer = FileWriter::new(SyncMarker::from_random(random::marker()?));
        let header = writer.header();
        let mut output = target.create_binary()?;
        output.write(&header)?;
        Ok(Self { output, writer, frames: 0, bytes: header.len() as u64, entry: Vec::new() })
    }

    /// Appends a frame.
    pub(crate) fn append(&mut self, frame: &[u8]) -> Result<(), Failure> {
        self.entry.clear();
        self.writer.append(frame, &mut self.entry);
        self.output.write(&self.entry)?;
        self.frames += 1;
        self.bytes += self.entry.len() as u64;
        Ok(())
    }

    /// Frames so far.
    pub(crate) const fn frames(&self) -> u64 {
        self.frames
    }

    /// Bytes so far.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Makes the file visible under its name.
    pub(crate) fn commit(self) -> Result<(), Failure> {
        self.output.commit()
    }
}
