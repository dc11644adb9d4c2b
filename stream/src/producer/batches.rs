//! The batches of a lane that are not sealed.

use std::collections::VecDeque;
use std::sync::Arc;

use dashstream_codec::constants::{MAX_METADATA_LEN, PRELUDE_LEN};
use dashstream_codec::view::Payload;
use dashstream_codec::{BatchBuilder, EncodeError, RecordInput};

use super::config::DropReason;
use super::encoded::{Encoded, Part, is_of_batch, is_sparse, reason_of};
use super::origin::Origin;
use super::queue::MAX_DECLARED;
use super::rebuild::rebuild;
use super::slot::Slot;

/// A batch that takes records.
#[derive(Debug)]
struct Open {
    builder: BatchBuilder,
    base: u64,
    /// No number that waits is outside of these.
    first: u64,
    last: u64,
    /// Bytes that all that was pushed counts for.
    pushed_len: usize,
    /// Records that wait, and bytes that they count for.
    records: usize,
    len: usize,
    /// As in [`Encoded`].
    tidy: bool,
}

impl Open {
    /// A batch of these records.
    fn of(builder: BatchBuilder, base: u64, slots: &[Slot]) -> Option<Self> {
        let (first, last) = (slots.first()?.sequence, slots.last()?.sequence);
        let len = slots.iter().map(|slot| slot.len).sum();
        Some(Self { builder, base, first, last, pushed_len: len, records: slots.len(), len, tidy: true })
    }

    /// WRT-008, and as much as the configuration allows.
    fn has_room(&self, origin: &Origin, slot: &Slot, record: &RecordInput<'_>, payload: &Payload<'_>) -> bool {
        let common = &origin.common;
        let (pushed, len) = (self.builder.len(), self.pushed_len.saturating_add(slot.len));
        let declared = (slot.sequence - self.base).saturating_sub(pushed as u64);
        let surely = len.saturating_add(PRELUDE_LEN + usize::from(MAX_METADATA_LEN)) <= common.max_frame_len;
        pushed < common.max_records
            && len <= common.max_len
            && declared <= MAX_DECLARED
            && (surely || self.builder.has_room(record, payload, common.max_frame_len))
    }

    fn push(&mut self, slot: &Slot, record: RecordInput<'_>, payload: &Payload<'_>) -> Result<(), EncodeError> {
        let pushed = self.builder.push_payload(record, payload);
        // Strings of one that is refused may be there, and room that was made for it.
        self.tidy &= pushed.is_ok();
        self.pushed_len = self.pushed_len.saturating_add(slot.len);
        pushed?;
        self.last = slot.sequence;
        self.records += 1;
        self.len += slot.len;
        Ok(())
    }
}

/// A batch of which more is gone than waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sparse {
    /// Behind those that are closed is the one that is open.
    index: usize,
    /// The numbers between which its records wait.
    pub(super) first: u64,
    pub(super) last: u64,
}

/// Batches of a lane, in the order of their numbers.
#[derive(Debug)]
pub(super) struct Batches {
    origin: Arc<Origin>,
    closed: VecDeque<Part>,
    open: Option<Open>,
}

impl Batches {
    pub(super) const fn new(origin: Arc<Origin>) -> Self {
        Self { origin, closed: VecDeque::new(), open: None }
    }

    pub(super) const fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    /// Encodes a record, whose frame begins with `base` if it is the first one of it.
    pub(super) fn push(
        &mut self,
        slot: &Slot,
        base: u64,
        record: &RecordInput<'_>,
        payload: &Payload<'_>,
    ) -> Result<(), DropReason> {
        let record = RecordInput { sequence: Some(slot.sequence), ..*record };
        if self.open.as_ref().is_some_and(|open| !open.has_room(&self.origin, slot, &record, payload)) {
            self.close(true);
        }
        let added = match &mut self.open {
            None => self.begin(slot, base, record, payload),
            Some(open) => match open.push(slot, record, payload) {
                // It may be one too many, and not a bad one.
                Err(error) if is_of_batch(&error) => {
                    self.close(true);
                    self.begin(slot, base, record, payload)
                }
                added => added,
            },
        };
        added.map_err(|error| reason_of(&error))
    }

    /// Begins a batch with a record.
    fn begin(
        &mut self,
        slot: &Slot,
        base: u64,
        record: RecordInput<'_>,
        payload: &Payload<'_>,
    ) -> Result<(), EncodeError> {
        let mut builder = self.origin.open(base, record.time_us)?;
        let pushed = builder.push_payload(record, payload);
        if pushed.is_ok() {
            self.open = Open::of(builder, base, std::slice::from_ref(slot));
        } else {
            self.origin.give_back(builder, slot.len);
        }
        pushed
    }

    /// Closes the batch that takes records.
    fn close(&mut self, is_full: bool) {
        let Some(open) = self.open.take() else { return };
        let Open { builder, base, first, last, pushed_len, records, len, tidy } = open;
        let encoded = Encoded::new(&builder, base, tidy, pushed_len);
        self.origin.give_back(builder, pushed_len);
        self.closed.push_back(Part { encoded, first, last, records, len, is_full });
    }

    /// A record that waited is dropped. Returns its batch where that has come to be sparse.
    pub(super) fn lose(&mut self, slot: &Slot) -> Option<Sparse> {
        let index = self.closed.partition_point(|part| part.last < slot.sequence);
        if index == self.closed.len() {
            return self.lose_open(slot);
        }
        let part = self.closed.get_mut(index)?;
        part.lose(slot.len);
        if part.records == 0 {
            self.closed.remove(index);
            return None;
        }
        part.is_sparse().then_some(Sparse { index, first: part.first, last: part.last })
    }

    fn lose_open(&mut self, slot: &Slot) -> Option<Sparse> {
        let open = self.open.as_mut()?;
        open.records -= 1;
        open.len -= slot.len;
        if open.records == 0 {
            let Open { builder, pushed_len, .. } = self.open.take()?;
            self.origin.give_back(builder, pushed_len);
        }
        self.sparse_open()
    }

    /// The batch that takes records, where it is sparse: what was refused is gone too.
    pub(super) fn sparse_open(&self) -> Option<Sparse> {
        let open = self.open.as_ref().filter(|open| is_sparse(open.pushed_len, open.len))?;
        Some(Sparse { index: self.closed.len(), first: open.first, last: open.last })
    }

    /// All that are sparse.
    pub(super) fn sparse(&self) -> Vec<Sparse> {
        let closed = (0..).zip(&self.closed).filter(|(_, part)| part.is_sparse());
        let closed = closed.map(|(index, part)| Sparse { index, first: part.first, last: part.last });
        closed.chain(self.sparse_open()).collect()
    }

    /// Encodes what waits of a batch anew, these records, without what is gone. They are to begin a frame at `base`.
    pub(super) fn compact(&mut self, sparse: Sparse, slots: &[Slot], base: u64) {
        let is_open = sparse.index == self.closed.len();
        if is_open {
            self.close(false);
        }
        let Some(part) = self.closed.get_mut(sparse.index) else { return };
        let origin = &self.origin;
        let rebuilt = rebuild(origin, std::slice::from_ref(part), slots, |time_us| origin.open(base, time_us));
        // Where it cannot be done, it is tried again when they are sealed, and said.
        let Ok(builder) = rebuilt else { return };
        if is_open {
            self.closed.pop_back();
            self.open = Open::of(builder, base, slots);
            return;
        }
        part.encoded = Encoded::new(&builder, base, true, part.len);
        part.is_full = false;
        self.origin.give_back(builder, part.len);
    }

    /// How many records the next frame is to have: those of one batch, or of a few small ones.
    pub(super) fn next(&mut self) -> usize {
        if self.closed.len() < 2 && self.closed.front().is_none_or(|part| !part.is_full) {
            self.close(false);
        }
        let Some(first) = self.closed.front() else { return 0 };
        let (mut records, mut len) = (first.records, first.len);
        for (before, part) in self.closed.iter().zip(self.closed.iter().skip(1)) {
            let fits = records + part.records <= self.origin.common.max_records
                && len.saturating_add(part.len) <= self.origin.common.max_len;
            if !fits || [before, part].iter().any(|part| part.is_full && part.is_complete()) {
                break;
            }
            records += part.records;
            len += part.len;
        }
        records
    }

    /// Takes these records from the front.
    pub(super) fn take(&mut self, slots: &[Slot]) -> Vec<Part> {
        let mut taken = Vec::new();
        while let Some(part) = self.closed.front_mut()
            && let Some(of) = part.of(slots)
        {
            part.records -= of.records;
            part.len -= of.len;
            let is_done = part.records == 0;
            taken.push(of);
            if !is_done {
                break;
            }
            self.closed.pop_front();
        }
        taken
    }

    /// Puts records back to the front.
    pub(super) fn put_back(&mut self, parts: Vec<Part>) {
        for part in parts.into_iter().rev() {
            match self.closed.front_mut() {
                Some(front) if Arc::ptr_eq(&front.encoded, &part.encoded) => {
                    front.first = part.first;
                    front.records += part.records;
                    front.len += part.len;
                }
                _ => self.closed.push_front(part),
            }
        }
    }

    /// Bytes that are kept of records.
    #[cfg(test)]
    pub(super) fn kept_len(&self) -> usize {
        let closed = self.closed.iter().map(|part| part.encoded.batch.raw_len());
        closed.chain(self.open.iter().map(|open| open.builder.raw_len_at_most())).sum()
    }
}
