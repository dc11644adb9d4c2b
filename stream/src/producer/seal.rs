//! From what waits to a frame.

use std::sync::Arc;

use dashstream_codec::{Encoder, FrameInfo};

use super::config::DropReason;
use super::encoded::Part;
use super::flight::waiting;
use super::origin::Origin;
use super::rebuild::{Obstacle, rebuild};
use super::slice::Slice;
use super::slot::Slot;

/// Makes frames, one after another in the same memory.
#[derive(Debug)]
pub(super) struct Sealer {
    encoder: Encoder,
    /// The last frame's bytes.
    out: Vec<u8>,
}

/// A frame that is to be sealed. It is the core's business before and after, and takes most of the time that a record takes.
#[derive(Debug)]
pub(super) struct Sealing {
    pub(super) sealer: Box<Sealer>,
    pub(super) origin: Arc<Origin>,
    pub(super) slice: Slice,
    /// Numbers of the lane that were declared dropped before.
    pub(super) dropped_total: u64,
}

/// A frame, and what became of the rest.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) sealer: Box<Sealer>,
    pub(super) lane: u32,
    /// `None` where all its records had to be dropped.
    pub(super) frame: Option<SealedFrame>,
    /// What there was no room for. Where there is no frame, numbers without a record are in it too.
    pub(super) rest: Slice,
    /// Records that no frame can hold.
    pub(super) dropped: Vec<(Slot, DropReason)>,
}

/// A frame that was sealed.
#[derive(Debug)]
pub(super) struct SealedFrame {
    pub(super) bytes: Arc<[u8]>,
    pub(super) info: FrameInfo,
    /// Records that were offered, without those of the producer's own.
    pub(super) offered: u64,
    /// Who waits, until when.
    pub(super) waiting: Vec<(u64, u64)>,
}

impl Sealing {
    /// Seals as much of the slice as one frame can hold.
    pub(super) fn seal(self) -> Sealed {
        let Self { mut sealer, origin, mut slice, dropped_total } = self;
        let (mut rest, mut dropped, lane) = (Slice::default(), Vec::new(), origin.lane);
        while !slice.slots.is_empty() {
            match sealer.build(&origin, &slice, dropped_total) {
                Ok(info) => {
                    let offered = slice.slots.iter().filter(|slot| !slot.is_control()).count() as u64;
                    let waiting = waiting(&slice.slots);
                    let bytes = Arc::from(sealer.out.as_slice());
                    let frame = Some(SealedFrame { bytes, info, offered, waiting });
                    return Sealed { sealer, lane, frame, rest, dropped };
                }
                Err(Obstacle::NoRoom(index)) => rest = slice.split_off(index).before(rest),
                Err(Obstacle::Bad(index, reason)) => {
                    dropped.extend(slice.drop_at(index, reason).map(|slot| (slot, reason)));
                }
            }
        }
        Sealed { sealer, lane, frame: None, rest: slice.before(rest), dropped }
    }
}

impl Sealer {
    pub(super) const fn new(encoder: Encoder) -> Self {
        Self { encoder, out: Vec::new() }
    }

    fn build(&mut self, origin: &Origin, slice: &Slice, dropped_total: u64) -> Result<FrameInfo, Obstacle> {
        let metadata = |time_us| origin.metadata(time_us, &slice.reasons, dropped_total + slice.dropped());
        self.out.clear();
        let built = match slice.parts.as_slice() {
            [Part { encoded, .. }] if encoded.is_whole(slice.first, slice.slots.len()) => {
                let batch = &encoded.batch;
                batch.finish(&metadata(batch.base_time_us()), &mut self.encoder, &mut self.out)
            }
            parts => {
                let begin = |time_us| origin.begin(slice.first, &metadata(time_us));
                let batch = rebuild(origin, parts, &slice.slots, begin)?;
                let built = batch.finish(&mut self.encoder, &mut self.out);
                origin.give_back(batch, slice.slots.iter().map(|slot| slot.len).sum());
                built
            }
        };
        match built {
            Ok(info) => Ok(info),
            // A record that has room alone may still be the one that is too much.
            Err(_) if slice.slots.len() > 1 => Err(Obstacle::NoRoom(slice.slots.len() - 1)),
            Err(error) => Err(Obstacle::bad(0)(error)),
        }
    }
}
