//! Records that are encoded and not sealed: a batch that takes no more of them.

use std::sync::Arc;

use dashstream_codec::{BatchBuilder, ClosedBatch, Code, EncodeError};

use super::config::DropReason;
use super::slot::Slot;

/// A batch that takes no more records.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) batch: ClosedBatch,
    /// The first number of the frame that it is meant to be.
    base: u64,
    /// Nothing stands in it but its records: no string of one that was refused.
    tidy: bool,
    /// Bytes that all that was added to it counts for.
    len: usize,
}

impl Encoded {
    pub(super) fn new(builder: &BatchBuilder, base: u64, tidy: bool, len: usize) -> Arc<Self> {
        Arc::new(Self { batch: builder.close(), base, tidy, len })
    }

    /// Whether it is the body of a frame that begins with this number and has so many records: all of its own.
    pub(super) const fn is_whole(&self, base: u64, records: usize) -> bool {
        self.tidy && self.base == base && self.batch.len() == records
    }
}

/// What waits of a batch.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) encoded: Arc<Encoded>,
    /// No number that waits is outside of these.
    pub(super) first: u64,
    pub(super) last: u64,
    /// Records that wait, and bytes that they count for.
    pub(super) records: usize,
    pub(super) len: usize,
    /// There was no room for the record behind it.
    pub(super) is_full: bool,
}

impl Part {
    /// The same of which these records wait; `None` where none of them is in it.
    pub(super) fn of(&self, slots: &[Slot]) -> Option<Self> {
        let from = slots.partition_point(|slot| slot.sequence < self.first);
        let to = slots.partition_point(|slot| slot.sequence <= self.last);
        let slots = slots.get(from..to)?;
        let (first, last) = (slots.first()?.sequence, slots.last()?.sequence);
        let len = slots.iter().map(|slot| slot.len).sum();
        Some(Self { encoded: Arc::clone(&self.encoded), first, last, records: slots.len(), len, is_full: self.is_full })
    }

    pub(super) fn lose(&mut self, len: usize) {
        self.records -= 1;
        self.len -= len;
    }

    pub(super) fn is_complete(&self) -> bool {
        self.records == self.encoded.batch.len()
    }

    pub(super) fn is_sparse(&self) -> bool {
        is_sparse(self.encoded.len, self.len)
    }
}

/// Whether of what a batch has more is gone than waits.
pub(super) const fn is_sparse(all: usize, waits: usize) -> bool {
    all / 2 > waits
}

/// Whether it may be that there is no room in the batch, and in another there is.
pub(super) fn is_of_batch(error: &EncodeError) -> bool {
    matches!(error, EncodeError::Refused { requirement: "PRE-014" | "PRE-017" | "BODY-001" | "BODY-011", .. })
}

pub(super) fn reason_of(error: &EncodeError) -> DropReason {
    match error.code() {
        Code::LocalLimit | Code::RawLen | Code::BodyLen => DropReason::TooLarge,
        _ => DropReason::Invalid,
    }
}
