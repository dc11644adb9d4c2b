//! Observations of what a reader found.

use dashstream_proto::{kinds, v1};
use prost::Message;

use super::observation::{AcceptedFacts, Control, Observation};
use crate::batch::Batch;
use crate::error::Code;
use crate::prelude::Prelude;
use crate::record::Record;

impl<'a> Observation<'a> {
    /// An accepted frame, from no partition.
    #[must_use]
    pub fn of_batch(batch: &Batch<'a>) -> Self {
        let metadata = batch.metadata();
        // A rejected control record has no effect.
        let control = batch.records().filter_map(|result| Control::of_record(result.accepted().ok()?)).collect();
        let accepted = AcceptedFacts {
            tenant: metadata.tenant(),
            boot_nonce: metadata.boot_nonce(),
            redaction: metadata.redaction().map(|redaction| redaction.original_body_crc),
            control,
        };
        Self { accepted: Some(accepted), ..of_prelude(batch.prelude()) }
    }

    /// A frame with this prelude that was rejected with this code, from no partition. `None` where it is
    /// not countable, or belongs to another tenant.
    // LOSS-016
    #[must_use]
    pub fn of_rejected(prelude: &Prelude, code: Code) -> Option<Self> {
        (prelude.is_countable() && code != Code::TenantMismatch).then(|| of_prelude(prelude))
    }
}

const fn of_prelude<'a>(prelude: &Prelude) -> Observation<'a> {
    Observation {
        producer_id: prelude.producer_id,
        epoch: prelude.epoch,
        lane: prelude.lane,
        base_sequence: prelude.base_sequence,
        record_count: prelude.record_count,
        drop_count: prelude.drop_count,
        body_crc: prelude.body_crc,
        partition: None,
        accepted: None,
    }
}

impl Control {
    /// The effect of an accepted record on the account, where it has one.
    #[must_use]
    pub fn of_record(record: &Record<'_>) -> Option<Self> {
        Some(match record.kind {
            kinds::EPOCH_START => {
                let start = v1::EpochStart::decode(record.payload).ok()?;
                Self::EpochStart {
                    previous_epoch: start.previous_epoch,
                    previous_last_sequence: start.previous_last_sequence,
                }
            }
            kinds::EPOCH_END => Self::EpochEnd,
            kinds::LANE_END => Self::LaneEnd,
            kinds::LATE_DROPS => {
                let drops = v1::LateDrops::decode(record.payload).ok()?;
                Self::LateDrops { first: drops.first, count: drops.count }
            }
            _ => return None,
        })
    }
}
