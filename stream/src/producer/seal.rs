//! From what waits to a frame.

use std::sync::Arc;

use dashstream_codec::constants::MAX_RECORDS;
use dashstream_codec::{BatchBuilder, Code, EncodeError, Encoder, FrameHeader, FrameInfo};
use dashstream_proto::v1;

use super::config::DropReason;
use super::flight::waiting;
use super::queue::Queued;
use super::slice::Slice;

/// Who seals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The producer, never all zero.
    pub producer_id: [u8; 16],
    /// Its epoch, 1..2^31-1.
    pub epoch: u32,
    /// Drawn when it was opened.
    pub boot_nonce: [u8; 8],
}

/// Makes frames, one after another in the same memory.
#[derive(Debug)]
pub(super) struct Sealer {
    pub(super) who: Who,
    encoder: Encoder,
    batch: Option<BatchBuilder>,
    /// The last frame's bytes.
    out: Vec<u8>,
}

/// A frame that is to be sealed. It is the core's business before and after, and takes most of the time that a record takes.
#[derive(Debug)]
pub(super) struct Sealing {
    pub(super) sealer: Box<Sealer>,
    pub(super) lane: u32,
    pub(super) tenant: String,
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
    pub(super) dropped: Vec<(Queued, DropReason)>,
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

/// Why a slice is not a frame as it is.
enum Obstacle {
    /// There is no room for this record and those behind it.
    NoRoom(usize),
    /// No frame can hold this record.
    Bad(usize, DropReason),
}

impl Sealing {
    /// Seals as much of the slice as one frame can hold.
    pub(super) fn seal(self) -> Sealed {
        let Self { mut sealer, lane, tenant, mut slice, dropped_total } = self;
        let (mut rest, mut dropped) = (Slice::default(), Vec::new());
        while !slice.records.is_empty() {
            match sealer.build(lane, &tenant, &slice, dropped_total) {
                Ok(info) => {
                    let offered = slice.records.iter().filter(|queued| !queued.is_control()).count() as u64;
                    let waiting = waiting(&slice.records);
                    let bytes = Arc::from(sealer.out.as_slice());
                    let frame = Some(SealedFrame { bytes, info, offered, waiting });
                    return Sealed { sealer, lane, frame, rest, dropped };
                }
                Err(Obstacle::NoRoom(index)) => rest = slice.split_off(index).before(rest),
                Err(Obstacle::Bad(index, reason)) => {
                    dropped.extend(slice.drop_at(index, reason).map(|queued| (queued, reason)));
                }
            }
        }
        Sealed { sealer, lane, frame: None, rest: slice.before(rest), dropped }
    }
}

impl Sealer {
    pub(super) const fn new(who: Who, encoder: Encoder) -> Self {
        Self { who, encoder, batch: None, out: Vec::new() }
    }

    /// The most records of a frame.
    pub(super) fn max_records(wanted: usize) -> usize {
        wanted.clamp(1, MAX_RECORDS as usize)
    }

    fn build(&mut self, lane: u32, tenant: &str, slice: &Slice, dropped_total: u64) -> Result<FrameInfo, Obstacle> {
        let bad = |index| move |error: EncodeError| Obstacle::Bad(index, reason_of(&error));
        let mut batch = self.begin(lane, tenant, slice, dropped_total).map_err(bad(0))?;
        self.out.clear();
        let built = self.fill(&mut batch, slice);
        self.batch = Some(batch);
        built
    }

    fn fill(&mut self, batch: &mut BatchBuilder, slice: &Slice) -> Result<FrameInfo, Obstacle> {
        let bad = |index| move |error: EncodeError| Obstacle::Bad(index, reason_of(&error));
        let max_frame_len = self.encoder.config().max_frame_len;
        for (index, queued) in slice.records.iter().enumerate() {
            let (record, payload) = (queued.record.as_input(), queued.record.payload.as_view());
            // WRT-008
            if !batch.has_room(&record, &payload, max_frame_len) {
                return Err(Obstacle::NoRoom(index));
            }
            batch.push_payload(record, &payload).map_err(bad(index))?;
        }
        let last = slice.records.len() - 1;
        match batch.finish(&mut self.encoder, &mut self.out) {
            Ok(info) => Ok(info),
            // A record that has room alone may still be the one that is too much.
            Err(_) if last > 0 => Err(Obstacle::NoRoom(last)),
            Err(error) => Err(bad(0)(error)),
        }
    }

    fn begin(
        &mut self,
        lane: u32,
        tenant: &str,
        slice: &Slice,
        dropped_total: u64,
    ) -> Result<BatchBuilder, EncodeError> {
        let Who { producer_id, epoch, boot_nonce } = self.who.clone();
        let header = FrameHeader { producer_id, epoch, lane, base_sequence: slice.first, ancillary_flags: None };
        let count = |count: &u64| u32::try_from(*count).unwrap_or(u32::MAX);
        let metadata = v1::Metadata {
            tenant: tenant.to_owned(),
            boot_nonce: boot_nonce.to_vec(),
            base_time_us: slice.records.first().map_or(0, |queued| queued.record.time_us),
            drop_reason: slice.reasons.keys().map(|reason| reason.number()).collect(),
            drop_reason_count: slice.reasons.values().map(count).collect(),
            dropped_total: dropped_total + slice.dropped(),
            ..v1::Metadata::default()
        };
        if let Some(mut batch) = self.batch.take() {
            batch.restart(header, &metadata)?;
            return Ok(batch);
        }
        let mut batch = BatchBuilder::new(header, &metadata)?;
        // META-016
        batch.gather_contexts(true);
        Ok(batch)
    }
}

fn reason_of(error: &EncodeError) -> DropReason {
    match error.code() {
        Code::LocalLimit | Code::RawLen | Code::BodyLen => DropReason::TooLarge,
        _ => DropReason::Invalid,
    }
}
