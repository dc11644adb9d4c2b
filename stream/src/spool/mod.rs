//! Frames that were sealed and are not acknowledged, kept so that they can be sent again byte for byte (WRT-006).
//!
//! A frame is appended when it is sealed, and made durable ([`Spool::sync`], one for many) before it is sent. What a producer that
//! died has left is sent first by the next one, under the old identity (SEQ-006), and tells it where each lane ended
//! (SEQ-005): no frame was ever sent that was not in here.
//!
//! Segments are files of frames as in `spec/files.md`; `dashstream verify` and `dashstream export` read them. A segment goes
//! away as a whole, when all its frames are acknowledged, so what is sent again after a crash may have been acknowledged
//! before: readers know it by its numbers (LOSS-009). One with damage in its midst is set aside, for somebody to look at.

mod error;
mod left;
mod segment;
mod syncing;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dashstream_codec::Prelude;
use dashstream_disk::{Disk, DiskError};

pub use error::SpoolError;
pub use left::{Damage, LaneKey, Lasts};
use left::{Left, note};
use segment::{Failed, Segment, name_of, number_of};
pub use syncing::Syncing;

/// How large a spool may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpoolConfig {
    /// Bytes of a segment after which the next one is begun. 1 MiB or more is sensible; the default is 8 MiB.
    pub segment_len: u64,
    /// Bytes of all segments. The default is 1 GiB.
    pub max_len: u64,
}

impl Default for SpoolConfig {
    fn default() -> Self {
        Self { segment_len: 8 << 20, max_len: 1 << 30 }
    }
}

/// A frame in the spool, until it is acknowledged.
#[derive(Debug, PartialEq, Eq, Hash)]
#[must_use = "a frame whose ticket is lost is never acknowledged"]
pub struct Ticket {
    segment: u64,
    /// First byte after it.
    end: u64,
}

/// Frames of a segment.
#[derive(Debug)]
struct Held {
    len: u64,
    /// How many of its frames are not acknowledged.
    open: usize,
    lasts: Lasts,
    /// An earlier life has left it.
    left: bool,
    /// Bytes before its last frame are damaged.
    damaged: bool,
}

/// A spool that is open. There is one at a time for a folder: whoever opens it holds the lock of the
/// [`Identity`](crate::identity::Identity) beside it.
#[derive(Debug)]
pub struct Spool<D: Disk> {
    disk: D,
    folder: PathBuf,
    config: SpoolConfig,
    held: BTreeMap<u64, Held>,
    writing: Option<Segment<D::File>>,
    next: u64,
    damage: Vec<Damage>,
    poisoned: bool,
}

impl<D: Disk> Spool<D> {
    /// Opens the spool in a folder, which is made where it is not there, and reads what is left in it. Blocks.
    ///
    /// # Errors
    /// [`SpoolError::Io`].
    pub fn open(disk: D, folder: &Path, config: SpoolConfig) -> Result<Self, SpoolError> {
        disk.create_folder(folder).map_err(DiskError::of("make", folder))?;
        let names = disk.list(folder).map_err(DiskError::of("list", folder))?;
        let mut spool = Self {
            disk,
            folder: folder.to_path_buf(),
            config,
            held: BTreeMap::new(),
            writing: None,
            next: 0,
            damage: Vec::new(),
            poisoned: false,
        };
        for number in names.iter().filter_map(|name| number_of(name)) {
            spool.find(number)?;
        }
        Ok(spool)
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(name_of(number))
    }

    fn find(&mut self, number: u64) -> Result<(), SpoolError> {
        let (bytes, left) = self.read(number)?;
        let damaged = left.damage.iter().any(|damage| !damage.at_end);
        let held = Held { len: bytes.len() as u64, open: left.frames.len(), lasts: left.lasts, left: true, damaged };
        self.held.insert(number, held);
        self.damage.extend(left.damage);
        self.next = self.next.max(number.saturating_add(1));
        Ok(())
    }

    fn read(&self, number: u64) -> Result<(Vec<u8>, Left), SpoolError> {
        let path = self.path(number);
        let bytes = self.disk.read(&path).map_err(DiskError::of("read", &path))?;
        let left = Left::of(&path, &bytes);
        Ok((bytes, left))
    }

    /// Bytes in which no frame could be read when the spool was opened.
    #[must_use]
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// Bytes of all segments.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.held.values().map(|held| held.len).sum()
    }

    /// Whether no frame waits for its acknowledgement.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.values().all(|held| held.open == 0)
    }

    /// Where each lane stands, by the frames that are here.
    #[must_use]
    pub fn lasts(&self) -> Lasts {
        let mut all = Lasts::new();
        for (key, last) in self.held.values().flat_map(|held| &held.lasts) {
            let known = all.entry(*key).or_default();
            *known = (*known).max(*last);
        }
        all
    }

    /// Segments that earlier lives have left, in order.
    #[must_use]
    pub fn left(&self) -> Vec<u64> {
        self.held.iter().filter(|(_, held)| held.left && held.open > 0).map(|(number, _)| *number).collect()
    }

    /// The frames of a segment that an earlier life has left, in order, each with its ticket. A segment is in memory at a
    /// time, and is taken once: afterwards [`Self::left`] does not name it. Blocks.
    ///
    /// # Errors
    /// [`SpoolError::Io`].
    pub fn take_left(&mut self, number: u64) -> Result<Vec<(Ticket, Vec<u8>)>, SpoolError> {
        if !self.held.get(&number).is_some_and(|held| held.left) {
            return Ok(Vec::new());
        }
        let (bytes, left) = self.read(number)?;
        let frames = left.frames.into_iter().filter_map(|range| bytes.get(range)).map(<[u8]>::to_vec);
        let frames: Vec<_> = frames.map(|frame| (Ticket { segment: number, end: 0 }, frame)).collect();
        if let Some(held) = self.held.get_mut(&number) {
            (held.left, held.open) = (false, frames.len());
        }
        Ok(frames)
    }

    /// Takes a sealed frame. It is not durable until [`Self::sync`] returns, and must not be sent before. Blocks.
    ///
    /// # Errors
    /// [`SpoolError::Full`], [`SpoolError::NoFrame`], [`SpoolError::Random`], [`SpoolError::Io`], [`SpoolError::Poisoned`].
    pub fn append(&mut self, frame: &[u8]) -> Result<Ticket, SpoolError> {
        self.alive()?;
        let prelude = Prelude::read(frame).map_err(SpoolError::NoFrame)?;
        let (len, max_len) = (self.len(), self.config.max_len);
        if len.saturating_add(frame.len() as u64) > max_len {
            return Err(SpoolError::Full { len, max_len, frame_len: frame.len() });
        }
        self.turn()?;
        let Some(segment) = &mut self.writing else { return Err(SpoolError::Poisoned) };
        let (number, path) = (segment.number, segment.path.clone());
        if let Err(failed) = segment.append(frame) {
            return Err(self.failed("write", &path, failed));
        }
        let len = segment.len;
        if let Some(held) = self.held.get_mut(&number) {
            held.open += 1;
            held.len = len;
            note(&mut held.lasts, &prelude);
        }
        Ok(Ticket { segment: number, end: len })
    }

    /// Begins a segment, where there is none to append to.
    fn turn(&mut self) -> Result<(), SpoolError> {
        if self.writing.as_ref().is_some_and(|segment| segment.len >= self.config.segment_len) {
            // What is not durable in it would be forgotten.
            self.sync()?;
            self.writing = None;
        }
        if self.writing.is_some() {
            return Ok(());
        }
        let mut marker = [0; 16];
        // FILE-014
        getrandom::fill(&mut marker).map_err(|error| SpoolError::Random { why: error.to_string() })?;
        let number = self.next;
        self.next = self.next.saturating_add(1);
        let segment = Segment::create(&self.disk, &self.folder, number, marker)
            .map_err(|(path, source)| DiskError { doing: "make", path, source })?;
        self.held.insert(number, Held { len: segment.len, open: 0, lasts: Lasts::new(), left: false, damaged: false });
        self.writing = Some(segment);
        Ok(())
    }

    /// Makes all frames durable that were taken. Blocks.
    ///
    /// # Errors
    /// [`SpoolError::Io`], after which the spool takes nothing any more; [`SpoolError::Poisoned`].
    pub fn sync(&mut self) -> Result<(), SpoolError> {
        self.sync_writing(Segment::sync)
    }

    /// What makes all frames durable on another thread that were taken by now; `None` where they are durable already, or where what was
    /// begun before has not been ended. Blocks for the first frames of a segment, which it makes durable itself.
    ///
    /// # Errors
    /// As [`Self::sync`].
    pub fn begin_sync(&mut self) -> Result<Option<Syncing>, SpoolError> {
        self.sync_writing(Segment::begin_sync)
    }

    /// Waits for what was begun. Blocks until it has run.
    ///
    /// # Errors
    /// As [`Self::sync`].
    pub fn end_sync(&mut self) -> Result<(), SpoolError> {
        self.sync_writing(|segment, _, _| segment.end_sync())
    }

    /// Whether a frame is durable, as far as was told.
    #[must_use]
    pub fn is_durable(&self, ticket: &Ticket) -> bool {
        // A segment is left when all of it is.
        let writing = self.writing.as_ref().filter(|segment| segment.number == ticket.segment);
        writing.is_none_or(|segment| segment.is_durable(ticket.end))
    }

    /// A step of a sync of the segment that is being written, where there is one.
    fn sync_writing<T: Default>(
        &mut self,
        step: impl FnOnce(&mut Segment<D::File>, &D, &Path) -> Result<T, Failed>,
    ) -> Result<T, SpoolError> {
        self.alive()?;
        let Some(segment) = &mut self.writing else { return Ok(T::default()) };
        match step(segment, &self.disk, &self.folder) {
            Ok(done) => Ok(done),
            Err(failed) => {
                let path = segment.path.clone();
                Err(self.failed("sync", &path, failed))
            }
        }
    }

    /// A frame is where it has to be, or will never be sent.
    pub fn acknowledge(&mut self, ticket: Ticket) {
        let Ticket { segment, .. } = ticket;
        if let Some(held) = self.held.get_mut(&segment) {
            held.open = held.open.saturating_sub(1);
        }
    }

    /// Removes the segments of which every frame is acknowledged; those with damage in their midst get `.damaged` behind
    /// their names instead. `keep` is given where the lanes stand, by frames that are all durable, and has to keep it
    /// durably: nothing else will know it. Blocks.
    ///
    /// # Errors
    /// Those of [`Self::sync`] and of `keep`, with which nothing was removed, and [`SpoolError::Io`].
    pub fn reclaim<E: From<SpoolError>>(&mut self, keep: impl FnOnce(Lasts) -> Result<(), E>) -> Result<(), E> {
        self.alive()?;
        let writing = self.writing.as_ref().map(|segment| segment.number);
        let done = |(number, held): &(&u64, &Held)| held.open == 0 && Some(**number) != writing;
        let done: Vec<u64> = self.held.iter().filter(done).map(|(number, _)| *number).collect();
        if done.is_empty() {
            return Ok(());
        }
        // Numbers that a loss of power gives back must not be kept as used.
        self.sync()?;
        keep(self.lasts())?;
        for number in done {
            self.put_away(number)?;
        }
        // Where this is lost, the segments come back, and their frames are sent again.
        self.disk.sync_folder(&self.folder).map_err(DiskError::of("sync", &self.folder)).map_err(SpoolError::Io)?;
        Ok(())
    }

    fn put_away(&mut self, number: u64) -> Result<(), SpoolError> {
        let path = self.path(number);
        if self.held.get(&number).is_some_and(|held| held.damaged) {
            let aside = path.with_extension("dsf.damaged");
            self.disk.rename(&path, &aside).map_err(DiskError::of("rename", &path))?;
        } else {
            self.disk.remove(&path).map_err(DiskError::of("remove", &path))?;
        }
        self.held.remove(&number);
        Ok(())
    }

    /// Ends the segment that is being written, so that it can go away too. Blocks.
    ///
    /// # Errors
    /// As [`Self::sync`].
    pub fn end_segment(&mut self) -> Result<(), SpoolError> {
        self.sync()?;
        self.writing = None;
        Ok(())
    }

    const fn alive(&self) -> Result<(), SpoolError> {
        if self.poisoned { Err(SpoolError::Poisoned) } else { Ok(()) }
    }

    fn failed(&mut self, doing: &'static str, path: &Path, failed: Failed) -> SpoolError {
        self.poisoned |= failed.poisons;
        DiskError::of(doing, path)(failed.source).into()
    }
}
