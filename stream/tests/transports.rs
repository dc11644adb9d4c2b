//! The transports that need nothing but this machine, put to what every transport has to do.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod common;
mod suite;

use dashstream_stream::transport::file::{FileConfig, FileSink, FileSource};
use dashstream_stream::transport::mem::{MemSource, MemTopic};
use suite::{Topic, suite};

impl Topic for MemTopic {
    type Sink = MemTopic;
    type Source = MemSource;

    async fn sink(&self) -> MemTopic {
        self.clone()
    }

    async fn source(&self) -> MemSource {
        MemTopic::source(self)
    }
}

struct Folder(tempfile::TempDir, FileConfig);

impl Folder {
    /// With segments so short that there are many.
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap(), FileConfig { partitions: 2, segment_len: 700, poll_ms: 1 })
    }
}

impl Topic for Folder {
    type Sink = FileSink;
    type Source = FileSource;

    async fn sink(&self) -> FileSink {
        FileSink::open(self.0.path(), &self.1).unwrap()
    }

    async fn source(&self) -> FileSource {
        FileSource::open(self.0.path(), &self.1)
    }
}

suite!(mem, MemTopic::new(2));
suite!(file, Folder::new());
