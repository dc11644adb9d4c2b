//! Whose the frames of a lane are, and how they begin.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use dashstream_codec::constants::MAX_RECORDS;
use dashstream_codec::{BatchBuilder, EncodeError, FlushPolicy, FrameHeader};
use dashstream_proto::v1;

use super::config::DropReason;

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

/// Reasons for which there are so many numbers without a record in a frame.
pub(super) type Reasons = BTreeMap<DropReason, u64>;

/// What all lanes of a producer have in common.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) who: Who,
    /// Records and bytes of a frame, at the most.
    pub(super) max_records: usize,
    pub(super) max_len: usize,
    pub(super) max_frame_len: usize,
    /// Builders that nobody uses, with their memory.
    idle: Mutex<Vec<BatchBuilder>>,
}

impl Common {
    /// Builders that are kept for who needs one next.
    const MOST_IDLE: usize = 8;

    pub(super) fn new(who: Who, flush: &FlushPolicy, max_frame_len: usize) -> Self {
        let max_records = flush.max_records.clamp(1, MAX_RECORDS as usize);
        Self { who, max_records, max_len: flush.max_len, max_frame_len, idle: Mutex::default() }
    }
}

/// What the frames of a lane have in common.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) common: Arc<Common>,
    pub(super) lane: u32,
    pub(super) tenant: String,
}

impl Origin {
    fn header(&self, base_sequence: u64) -> FrameHeader {
        let Who { producer_id, epoch, .. } = self.common.who;
        FrameHeader { producer_id, epoch, lane: self.lane, base_sequence, ancillary_flags: None }
    }

    pub(super) fn metadata(&self, base_time_us: u64, reasons: &Reasons, dropped_total: u64) -> v1::Metadata {
        let count = |count: &u64| u32::try_from(*count).unwrap_or(u32::MAX);
        v1::Metadata {
            tenant: self.tenant.clone(),
            boot_nonce: self.common.who.boot_nonce.to_vec(),
            base_time_us,
            drop_reason: reasons.keys().map(|reason| reason.number()).collect(),
            drop_reason_count: reasons.values().map(count).collect(),
            dropped_total,
            ..v1::Metadata::default()
        }
    }

    /// A batch whose metadata are not known yet, and will not be longer than these: no more than three of the counts have three bytes,
    /// for together they are no more than 65,535.
    pub(super) fn open(&self, base_sequence: u64, base_time_us: u64) -> Result<BatchBuilder, EncodeError> {
        const THREE_BYTES: u64 = 1 << 14;
        const TWO_BYTES: u64 = 1 << 7;
        let most = DropReason::ALL.into_iter().zip([[THREE_BYTES; 3], [TWO_BYTES; 3]].concat()).collect();
        let mut metadata = self.metadata(base_time_us, &most, u64::MAX >> 11);
        // 65,000 together: more than a batch is closed for.
        metadata.drop_reason_count.iter_mut().take(1).for_each(|count| *count += 15_464);
        self.begin(base_sequence, &metadata)
    }

    /// A batch without records.
    pub(super) fn begin(&self, base_sequence: u64, metadata: &v1::Metadata) -> Result<BatchBuilder, EncodeError> {
        let idle = self.common.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let header = self.header(base_sequence);
        if let Some(mut builder) = idle {
            builder.restart(header, metadata)?;
            return Ok(builder);
        }
        let mut builder = BatchBuilder::new(header, metadata)?;
        // META-016
        builder.gather_contexts(true);
        Ok(builder)
    }

    /// Takes back a builder that is not used any more, after records that count for so many bytes.
    pub(super) fn give_back(&self, builder: BatchBuilder, len: usize) {
        let mut idle = self.common.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // The memory of one large record is not kept for small ones.
        if idle.len() < Common::MOST_IDLE && len <= self.common.max_len {
            idle.push(builder);
        }
    }

    /// Builders that nobody uses.
    #[cfg(test)]
    pub(super) fn idle(&self) -> usize {
        self.common.idle.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
