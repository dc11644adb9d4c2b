//! What a producer keeps, and how it keeps it: between the core, which does nothing, and whoever has a clock and a transport.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::Arc;

use dashstream_codec::{Encoder, Prelude};
use dashstream_disk::Disk;

use super::core::Core;
use super::error::ProducerError;
use super::handle::{Found, ProducerSetup};
use super::origin::Who;
use super::terms::{Action, Answer, FrameId};
use crate::identity::Identity;
use crate::spool::{Lasts, Spool, SpoolError, Syncing, Ticket};

/// The identity and the spool of a producer, and what is on its way into them. Like the core it knows no time and sends nothing: it can
/// be driven through any order of events, in this order again and again:
///
/// 1. [`Self::next_left`] and [`Self::add_left`], as long as the core has nothing left of earlier lives;
/// 2. [`Self::ask`] the core;
/// 3. [`Self::keep`], and send what it returns; or, where a disk is not to be waited for, [`Self::append`], [`Self::begin_sync`] and
///    [`Self::take_durable`];
/// 4. [`Self::reclaim`].
#[derive(Debug)]
pub struct Durable<D: Disk> {
    identity: Identity<D>,
    spool: Spool<D>,
    tickets: HashMap<FrameId, Ticket>,
    /// Segments that an earlier life has left and that are not in the core yet.
    left: VecDeque<u64>,
    /// Frames that are to be kept or sent, in their order.
    sealed: VecDeque<Sealed>,
    /// Frames in the spool that are to be sent when they are durable, in their order.
    kept: VecDeque<ToSend>,
}

/// A frame that is to be kept, sent, or both.
#[derive(Debug)]
struct Sealed {
    frame: ToSend,
    fresh: bool,
    send: bool,
}

/// A frame that is durable and to be sent. Tell [`Core::outcome`] what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToSend {
    /// The frame.
    pub frame: FrameId,
    /// Where to, on transports with partitions.
    pub partition: Option<u32>,
    /// Its bytes, the same each time (WRT-006).
    pub bytes: Arc<[u8]>,
}

/// Frames that an earlier life has left.
#[derive(Debug)]
pub struct LeftFrames {
    /// Each with its lane.
    frames: Vec<(Ticket, u32, Vec<u8>)>,
    /// There are others behind these.
    more: bool,
}

/// What the core says beside what is to be kept and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// What became of a record, for who waits under this number.
    Answer(u64, Answer),
    /// A frame is where it has to be, or will not be sent again.
    Forgotten(FrameId),
}

impl<D: Disk + Clone> Durable<D> {
    /// Opens what a folder keeps, and begins a life with it: an epoch, and a core that has not been asked. `seed` is for the jitter of
    /// retries. Blocks.
    ///
    /// # Errors
    /// [`ProducerError`].
    pub fn open(disk: D, folder: &Path, setup: ProducerSetup, seed: u64) -> Result<(Self, Core, Found), ProducerError> {
        let encoder = Encoder::new(setup.encoder)?;
        let mut identity = Identity::open(disk.clone(), folder)?;
        let spool = Spool::open(disk, &folder.join("spool"), setup.spool)?;
        // SEQ-005: what was sealed is known before anything is sent.
        keep_lasts(&mut identity, spool.lasts())?;
        let (producer_id, epoch, boot_nonce) = (identity.producer_id(), identity.epoch(), identity.boot_nonce());
        let who = Who { producer_id, epoch, boot_nonce };
        let core = Core::new(setup.producer, who, encoder, identity.lanes(), seed);
        let left = spool.left();
        let found = Found {
            producer_id,
            epoch,
            identity: identity.opened(),
            damage: spool.damage().to_vec(),
            left: left.len(),
        };
        let left = left.into();
        Ok((
            Self { identity, spool, tickets: HashMap::new(), left, sealed: VecDeque::new(), kept: VecDeque::new() },
            core,
            found,
        ))
    }
}

impl<D: Disk> Durable<D> {
    /// The lane of a tenant and a partition that there is.
    #[must_use]
    pub fn lane(&self, tenant: &str, partition: Option<u32>) -> Option<u32> {
        let same = self.identity.lanes().find(|(_, lane)| lane.tenant == tenant && lane.partition == partition);
        same.map(|(number, _)| number)
    }

    /// A new lane, whose number is durable; the core is to be told of it by [`Self::tell_lane`]. Blocks.
    ///
    /// # Errors
    /// [`ProducerError::Identity`].
    pub fn add_lane(&mut self, tenant: &str, partition: Option<u32>) -> Result<u32, ProducerError> {
        Ok(self.identity.add_lane(tenant, partition)?)
    }

    /// Tells the core of a lane.
    pub fn tell_lane(&self, core: &mut Core, number: u32) {
        if let Some((_, lane)) = self.identity.lanes().find(|(other, _)| *other == number) {
            core.add_lane(number, lane);
        }
    }

    /// Whether the core has been given all that earlier lives have left.
    #[must_use]
    pub fn has_given_left(&self) -> bool {
        self.left.is_empty()
    }

    /// What is left of earlier lives and is the next to be given to the core; `None` where that is nothing. Blocks.
    ///
    /// # Errors
    /// [`ProducerError::Spool`].
    pub fn next_left(&mut self) -> Result<Option<LeftFrames>, ProducerError> {
        let Some(number) = self.left.pop_front() else { return Ok(None) };
        let with_lane = |(ticket, bytes): (Ticket, Vec<u8>)| {
            let lane = Prelude::read(&bytes).map_err(SpoolError::NoFrame)?.lane;
            Ok((ticket, lane, bytes))
        };
        let frames = self.spool.take_left(number)?.into_iter().map(with_lane).collect::<Result<_, SpoolError>>()?;
        Ok(Some(LeftFrames { frames, more: !self.left.is_empty() }))
    }

    /// Gives it to the core.
    pub fn add_left(&mut self, core: &mut Core, left: LeftFrames) {
        let LeftFrames { frames, more } = left;
        for (ticket, lane, bytes) in frames {
            self.tickets.insert(core.add_left(lane, bytes, more), ticket);
        }
    }

    /// Takes all that the core has to say now. Does not block.
    pub fn ask(&mut self, core: &mut Core, now_us: u64, mut tell: impl FnMut(Told)) {
        while let Some(action) = core.poll(now_us) {
            self.take(action, &mut tell);
        }
    }

    /// Takes one thing that the core has said, and says whether it is a frame that was never sent before.
    pub(super) fn take(&mut self, action: Action, mut tell: impl FnMut(Told)) -> bool {
        match action {
            Action::Answer(ticket, answer) => tell(Told::Answer(ticket, answer)),
            Action::Forget(frame) => {
                tell(Told::Forgotten(frame));
                if let Some(ticket) = self.tickets.remove(&frame) {
                    self.spool.acknowledge(ticket);
                }
            }
            Action::Keep { frame, bytes } => {
                let frame = ToSend { frame, partition: None, bytes };
                self.sealed.push_back(Sealed { frame, fresh: true, send: false });
            }
            Action::Send { frame, partition, bytes, fresh } => {
                let frame = ToSend { frame, partition, bytes };
                self.sealed.push_back(Sealed { frame, fresh, send: true });
                return fresh;
            }
        }
        false
    }

    /// Makes durable what was never sent; returns what is to be sent. What the spool has no room for waits until it has. Blocks.
    ///
    /// # Errors
    /// [`ProducerError::Spool`]: nothing is to be sent any more.
    pub fn keep(&mut self) -> Result<Vec<ToSend>, ProducerError> {
        let mut to_send = self.append()?;
        self.spool.sync()?;
        to_send.extend(self.take_durable());
        Ok(to_send)
    }

    /// Appends what was never sent to the spool, where it is not durable; returns what was sent before, and is to be sent again. What
    /// the spool has no room for waits until it has. Blocks, but not for the disk, unless a segment ends.
    ///
    /// # Errors
    /// As [`Self::keep`].
    pub fn append(&mut self) -> Result<Vec<ToSend>, ProducerError> {
        // What is in the spool is sent whether there is room for more or not: that is how there comes to be room.
        let (mut again, mut fresh): (Vec<_>, VecDeque<_>) = (Vec::new(), VecDeque::new());
        for sealed in self.sealed.drain(..) {
            if sealed.fresh { fresh.push_back(sealed) } else { again.push(sealed.frame) }
        }
        while let Some(sealed) = fresh.pop_front() {
            match self.spool.append(&sealed.frame.bytes) {
                Ok(ticket) => drop(self.tickets.insert(sealed.frame.frame, ticket)),
                Err(SpoolError::Full { .. }) if sealed.send => {
                    fresh.push_front(sealed);
                    break;
                }
                Err(error) => return Err(error.into()),
            }
            self.kept.extend(Some(sealed).filter(|sealed| sealed.send).map(|sealed| sealed.frame));
        }
        self.sealed = fresh;
        Ok(again)
    }

    /// What makes durable what was appended, to be run on another thread, and ended by [`Self::end_sync`]; `None` where there is nothing
    /// to be made durable, or where something is that was begun before.
    ///
    /// # Errors
    /// As [`Self::keep`].
    pub fn begin_sync(&mut self) -> Result<Option<Syncing>, ProducerError> {
        Ok(self.spool.begin_sync()?)
    }

    /// Ends what was begun. Blocks until it has run.
    ///
    /// # Errors
    /// As [`Self::keep`].
    pub fn end_sync(&mut self) -> Result<(), ProducerError> {
        Ok(self.spool.end_sync()?)
    }

    /// What is to be sent and durable by now: nothing is sent before it is (SEQ-005).
    pub fn take_durable(&mut self) -> Vec<ToSend> {
        let Self { spool, tickets, kept, .. } = self;
        let is_durable = |frame: &ToSend| tickets.get(&frame.frame).is_none_or(|ticket| spool.is_durable(ticket));
        let durable = kept.iter().take_while(|frame| is_durable(frame)).count();
        kept.drain(..durable).collect()
    }

    /// Lets go of segments that are done with, once the identity knows where their lanes stood. Blocks.
    ///
    /// # Errors
    /// [`ProducerError`].
    pub fn reclaim(&mut self) -> Result<(), ProducerError> {
        let Self { spool, identity, .. } = self;
        spool.reclaim(|lasts| keep_lasts(identity, lasts))
    }

    /// Ends a life whose core was abandoned and has been asked: what waits is kept for the next one, and what is done with is let go
    /// of. Blocks.
    ///
    /// # Errors
    /// [`ProducerError`].
    pub fn end(&mut self) -> Result<(), ProducerError> {
        // What there was no room for is lost with this life, and that is said.
        for Sealed { frame, .. } in self.sealed.drain(..) {
            self.tickets.insert(frame.frame, self.spool.append(&frame.bytes)?);
        }
        self.spool.end_segment()?;
        keep_lasts(&mut self.identity, self.spool.lasts())?;
        self.reclaim()
    }
}

/// Keeps where lanes stood (SEQ-005), of those that this producer still has.
fn keep_lasts<D: Disk>(identity: &mut Identity<D>, lasts: Lasts) -> Result<(), ProducerError> {
    let id = identity.producer_id();
    let known: Vec<u32> = identity.lanes().map(|(number, _)| number).collect();
    let ours = lasts.into_iter().filter(|(key, _)| key.producer_id == id && known.contains(&key.lane));
    Ok(identity.keep_last(ours.map(|(key, last)| (key.lane, last)))?)
}
