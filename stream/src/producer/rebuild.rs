//! Records that are encoded, encoded anew in another batch.

use dashstream_codec::{BatchBuilder, EncodeError, Record};

use super::config::DropReason;
use super::encoded::{Part, reason_of};
use super::origin::Origin;
use super::slot::Slot;

/// Why records are not a frame as they are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// There is no room for this record and those behind it.
    NoRoom(usize),
    /// No frame can hold this record.
    Bad(usize, DropReason),
}

impl Obstacle {
    pub(super) fn bad(index: usize) -> impl Fn(EncodeError) -> Self {
        move |error| Self::Bad(index, reason_of(&error))
    }
}

/// Encodes these records of some batches as one, which `begin` begins at the time of the first.
pub(super) fn rebuild(
    origin: &Origin,
    parts: &[Part],
    slots: &[Slot],
    begin: impl FnOnce(u64) -> Result<BatchBuilder, EncodeError>,
) -> Result<BatchBuilder, Obstacle> {
    let mut copy = Copy { origin, slots, next: 0, builder: None, begin: Some(begin), obstacle: None };
    for part in parts {
        let read = part.encoded.batch.read(|record| copy.take(record));
        read.map_err(Obstacle::bad(copy.next))?;
    }
    match (copy.obstacle, copy.builder) {
        (None, Some(builder)) if copy.next == slots.len() => Ok(builder),
        // A record that is in none of the batches has never come to be encoded.
        (None, _) => Err(Obstacle::Bad(copy.next, DropReason::Invalid)),
        (Some(obstacle), _) => Err(obstacle),
    }
}

/// A copy that is under way.
struct Copy<'a, B> {
    origin: &'a Origin,
    slots: &'a [Slot],
    /// How many of them are done.
    next: usize,
    builder: Option<BatchBuilder>,
    begin: Option<B>,
    obstacle: Option<Obstacle>,
}

impl<B: FnOnce(u64) -> Result<BatchBuilder, EncodeError>> Copy<'_, B> {
    /// Takes a record where it is the next; says whether there is more to come.
    fn take(&mut self, record: &Record<'_>) -> bool {
        if self.slots.get(self.next).is_some_and(|slot| slot.sequence == record.sequence) {
            match self.push(record) {
                Ok(()) => self.next += 1,
                Err(obstacle) => self.obstacle = Some(obstacle),
            }
        }
        self.obstacle.is_none() && self.next < self.slots.len()
    }

    fn push(&mut self, record: &Record<'_>) -> Result<(), Obstacle> {
        let bad = Obstacle::bad(self.next);
        if let Some(begin) = self.begin.take() {
            self.builder = Some(begin(record.time_us).map_err(&bad)?);
        }
        let Some(builder) = &mut self.builder else { return Ok(()) };
        let input = record.as_input();
        // WRT-008
        if !builder.has_room(&input, &record.view, self.origin.common.max_frame_len) {
            return Err(Obstacle::NoRoom(self.next));
        }
        builder.push_payload(input, &record.view).map_err(bad)
    }
}
