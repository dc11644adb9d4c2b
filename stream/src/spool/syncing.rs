//! Frames that are made durable while others are appended.

use std::io;
use std::sync::mpsc;

use dashstream_disk::Syncer;

/// What makes frames durable, on a thread that may wait for the disk. Where it is dropped and has not run, that is an error of the spool.
#[derive(Debug)]
#[must_use = "frames wait for it"]
pub struct Syncing {
    syncer: Syncer,
    tell: mpsc::SyncSender<io::Result<()>>,
}

impl Syncing {
    pub(super) fn new(syncer: Syncer) -> (Self, mpsc::Receiver<io::Result<()>>) {
        let (tell, told) = mpsc::sync_channel(1);
        (Self { syncer, tell }, told)
    }

    /// Makes durable what was appended before it was begun. Blocks. What became of it is for [`Spool::end_sync`](super::Spool::end_sync)
    /// to say.
    pub fn run(mut self) {
        // Whoever has the spool may be gone.
        self.tell.send(self.syncer.sync()).ok();
    }
}
