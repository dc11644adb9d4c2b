//! The producer.
//!
//! [`Core`] decides everything and does nothing: what it is told of time, records and outcomes, it answers with frames to
//! send and with what became of records. [`Durable`] keeps what it says. Both can be driven through any order of events.
//!
//! A record gets its number when it is offered, and is encoded: one that cannot be is dropped at once. What is dropped after that
//! leaves a hole, which the next frame of the lane declares. Records wait in a bounded queue, in batches that are compressed and
//! sealed when a frame of theirs can be sent: sealing a frame is a promise to send it, as often as it takes, so no more frames are
//! sealed than may be under way. Nothing of what gives way comes into a frame: its batch is encoded anew without it.
//!
//! [`Producer`] is the core with an [identity](crate::identity) and a [spool](crate::spool), a clock, a thread and a
//! [transport](crate::transport).

mod account;
mod batches;
mod config;
mod core;
mod due;
mod durable;
mod encoded;
mod error;
mod flight;
mod gap;
mod handle;
mod landing;
mod lane;
mod lane_handle;
mod offer_shared;
mod offering;
mod origin;
mod queue;
mod rebuild;
mod run;
mod seal;
mod shared;
mod slice;
mod slot;
mod terms;
mod waits;

pub use account::Account;
pub use config::{DropReason, Policy, ProducerConfig};
pub use core::Core;
pub use durable::{Durable, LeftFrames, ToSend, Told};
pub use error::{OfferError, ProducerError};
pub use handle::{Found, Producer, ProducerSetup};
pub use lane_handle::LaneHandle;
pub use offer_shared::Taken;
pub use origin::Who;
pub use terms::{Action, Answer, FrameId, Offered, Terms, Tried};
