//! What a producer keeps of itself.

use std::collections::BTreeMap;

use dashstream_codec::constants::{MAX_EPOCH, MAX_LANE, MAX_SEQUENCE, MAX_TENANT_LEN};

use super::IdentityError;

/// Where a lane ended in an epoch that is over. The default, 0 and 0, is that there was none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Previous {
    /// The last epoch in which the lane carried records, 1..2^31-1; 0: none.
    pub epoch: u32,
    /// The last number assigned in it, 1..2^53-1; 0 exactly when the epoch is.
    pub last_sequence: u64,
}

/// A lane that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Whose it is (SEQ-008).
    pub tenant: String,
    /// Where its frames go, on a transport that has partitions (SEQ-008, KAF-002).
    pub partition: Option<u32>,
    /// What its next EPOCH_START has to say (SEQ-005).
    pub previous: Previous,
}

/// The state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) producer_id: [u8; 16],
    /// The last epoch that was begun.
    pub(super) epoch: u32,
    /// The number of the next lane; all below have been used.
    pub(super) next_lane: u32,
    pub(super) lanes: BTreeMap<u32, Lane>,
}

impl State {
    /// A producer in its first epoch.
    pub(super) const fn new(producer_id: [u8; 16]) -> Self {
        Self { producer_id, epoch: 1, next_lane: 0, lanes: BTreeMap::new() }
    }

    /// Begins the next epoch, where there is one.
    pub(super) const fn begin_epoch(&mut self) -> bool {
        let more = self.epoch < MAX_EPOCH;
        if more {
            self.epoch += 1;
        }
        more
    }

    pub(super) fn add_lane(&mut self, tenant: &str, partition: Option<u32>) -> Result<u32, IdentityError> {
        if tenant.is_empty() || tenant.len() > MAX_TENANT_LEN {
            return Err(IdentityError::Tenant { len: tenant.len() });
        }
        let number = self.next_lane;
        if number > MAX_LANE {
            return Err(IdentityError::LanesExhausted);
        }
        self.next_lane += 1;
        self.lanes.insert(number, Lane { tenant: tenant.to_owned(), partition, previous: Previous::default() });
        Ok(number)
    }

    pub(super) fn keep_last(&mut self, number: u32, said: Previous) -> Result<(), IdentityError> {
        let (epoch, lane) = (self.epoch, self.lanes.get_mut(&number).ok_or(IdentityError::NoLane { lane: number })?);
        let known = lane.previous;
        if said < known || said.epoch > epoch || !said.is_whole() {
            return Err(IdentityError::Backwards { lane: number, known, said });
        }
        lane.previous = said;
        Ok(())
    }

    /// Whether everything is in its range.
    pub(super) fn is_whole(&self) -> bool {
        let lane = |(number, lane): (&u32, &Lane)| {
            *number < self.next_lane
                && (1..=MAX_TENANT_LEN).contains(&lane.tenant.len())
                && lane.previous.epoch <= self.epoch
                && lane.previous.is_whole()
        };
        self.producer_id != [0; 16]
            && (1..=MAX_EPOCH).contains(&self.epoch)
            && self.next_lane <= MAX_LANE + 1
            && self.lanes.iter().all(lane)
    }
}

impl Previous {
    const fn is_whole(self) -> bool {
        (self.epoch == 0) == (self.last_sequence == 0) && self.epoch <= MAX_EPOCH && self.last_sequence <= MAX_SEQUENCE
    }
}
