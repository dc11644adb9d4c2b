//! What a reader tells the ledger about a frame.

use crate::constants::{MAX_EPOCH, MAX_LANE, MAX_SEQUENCE};

/// One frame: accepted, or rejected and countable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation<'a> {
    /// 16 bytes, not all zero.
    pub producer_id: [u8; 16],
    /// 1..2^31-1.
    pub epoch: u32,
    /// 0..2^31-1.
    pub lane: u32,
    /// First sequence number of the frame's range, from 1.
    pub base_sequence: u64,
    /// Records in the frame, from 1.
    pub record_count: u16,
    /// Numbers of the range that were dropped before sending.
    pub drop_count: u16,
    /// CRC32C of the stored body, as the prelude says it.
    pub body_crc: u32,
    /// The partition that the frame came from, where it came from one.
    pub partition: Option<u32>,
    /// What is known of accepted frames only. `None`: the frame was rejected.
    pub accepted: Option<AcceptedFacts<'a>>,
}

/// What only an accepted frame tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedFacts<'a> {
    /// The metadata's tenant.
    pub tenant: &'a str,
    /// The metadata's boot_nonce.
    pub boot_nonce: [u8; 8],
    /// original_body_crc of the metadata's redaction.
    pub redaction: Option<u32>,
    /// The control records that were not rejected, in order.
    pub control: Vec<Control>,
}

/// A control record that has an effect on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// EPOCH_START. It has an effect as the first record of a frame that begins at 1.
    EpochStart {
        /// The last epoch in which the lane carried records. 0: none.
        previous_epoch: u32,
        /// The last number assigned in it. 0 exactly when `previous_epoch` is 0.
        previous_last_sequence: u64,
    },
    /// EPOCH_END.
    EpochEnd,
    /// LANE_END.
    LaneEnd,
    /// LATE_DROPS.
    LateDrops {
        /// First number of the range.
        first: u64,
        /// Numbers in the range.
        count: u64,
    },
}

impl Observation<'_> {
    /// How many sequence numbers the frame covers.
    #[must_use]
    pub fn span(&self) -> u64 {
        u64::from(self.record_count).saturating_add(u64::from(self.drop_count))
    }

    /// Last sequence number of the frame's range.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.base_sequence.saturating_add(self.span()).saturating_sub(1)
    }

    /// Whether identity and range are ones that a frame can have (PRE-017, PRE-019 to PRE-024). The
    /// ledger ignores other observations.
    // LOSS-016
    #[must_use]
    pub fn is_countable(&self) -> bool {
        self.producer_id != [0; 16]
            && (1..=MAX_EPOCH).contains(&self.epoch)
            && self.lane <= MAX_LANE
            && self.record_count > 0
            && self.base_sequence > 0
            && self.last() <= MAX_SEQUENCE
    }

    /// original_body_crc of the frame's redaction.
    pub(super) fn redaction(&self) -> Option<u32> {
        self.accepted.as_ref()?.redaction
    }

    /// The control records that take effect.
    pub(super) fn controls(&self) -> &[Control] {
        self.accepted.as_ref().map_or(&[], |facts| &facts.control)
    }

    /// previous_epoch and previous_last_sequence of the EPOCH_START at sequence 1 (step 4).
    pub(super) fn epoch_start(&self) -> Option<(u32, u64)> {
        match *self.controls().first()? {
            // REC-020 keeps other values from being accepted.
            Control::EpochStart { previous_epoch, previous_last_sequence }
                if self.base_sequence == 1
                    && previous_epoch < self.epoch
                    && previous_last_sequence <= MAX_SEQUENCE
                    && (previous_epoch == 0) == (previous_last_sequence == 0) =>
            {
                Some((previous_epoch, previous_last_sequence))
            }
            _ => None,
        }
    }
}
