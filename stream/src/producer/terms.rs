//! What the core is asked and told, and what it answers.

use std::sync::Arc;

use super::config::{DropReason, Policy};

/// A frame that was sealed, in this life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameId(pub(super) u64);

/// How a record is offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What happens where there is no room; [`Policy::of_kind`] where nothing is said.
    pub policy: Option<Policy>,
    /// Who wants to know what becomes of it: a number of the caller's, that comes back in [`Answer`].
    pub ticket: Option<u64>,
    /// When nobody waits for it any more, in the microseconds of the caller's clock: then it is dropped, or answered for as it stands
    /// (SEQ-014). `None`: the time that the configuration gives, from now on.
    pub deadline_us: Option<u64>,
}

/// What became of a record that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// It has this number, is encoded, and waits to be sealed.
    Queued(u64),
    /// It had this number, and was dropped, which the lane will declare.
    Dropped(u64, DropReason),
    /// There is no room, and its policy is to wait for it: offer it again, with this deadline, when something has changed, and when the
    /// deadline has come. It has no number.
    Full {
        /// When nobody waits for it any more.
        deadline_us: u64,
    },
    /// The producer has ended, or has no such lane. It has no number.
    Refused,
}

/// What the caller has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send a frame; before the first time make it durable (`fresh`). Tell [`Core::outcome`](super::Core::outcome) what became of it.
    Send {
        /// The frame.
        frame: FrameId,
        /// Where to, on transports with partitions.
        partition: Option<u32>,
        /// Its bytes, the same each time (WRT-006).
        bytes: Arc<[u8]>,
        /// Whether it was never sent.
        fresh: bool,
    },
    /// Make a frame durable, for the next life to send: this one is at its end ([`Core::abandon`](super::Core::abandon)).
    Keep {
        /// The frame.
        frame: FrameId,
        /// Its bytes.
        bytes: Arc<[u8]>,
    },
    /// A frame is where it has to be, or will not be sent again: it need not be kept.
    Forget(FrameId),
    /// Tell who waits what became of a record.
    Answer(u64, Answer),
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It is there.
    Persisted,
    /// It is not there and will not be, and the lane declares it dropped.
    NotPersisted(DropReason),
    /// Its deadline has passed while its frame was under way: it may be there, or come to be there.
    PossiblyPersisted,
}

/// What became of a try to send a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is there.
    Persisted,
    /// This try has not put it there; another may.
    NotPersisted,
    /// This try has not put it there, and no other will.
    Refused,
    /// Nobody knows.
    PossiblyPersisted,
}
