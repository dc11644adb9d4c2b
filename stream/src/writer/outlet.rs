//! Where the records of a run go.

use std::future::Future;
use std::pin::Pin;

use dashstream_codec::owned::Record;

use crate::producer::{LaneHandle, OfferError};

/// A record that is being offered; it ends with the record's number.
pub type Offering<'o> = Pin<Box<dyn Future<Output = Result<u64, OfferError>> + Send + 'o>>;

/// Takes the records of runs: a lane of a producer, or what stands for one in tests.
pub trait Outlet: Send + Sync + 'static {
    /// Offers a record. Nothing is taken before the future is polled, and a future that is dropped before it has ended has taken
    /// nothing. It does not write to the run whose outlet it is, nor end that run.
    fn offer(&self, record: Record) -> Offering<'_>;

    /// How many records of states it has taken and lost since, or may have lost. It rises, and need not be exact: whoever writes states
    /// writes the next as a whole when it has risen (WRS-010).
    fn lost_states(&self) -> u64;
}

impl Outlet for LaneHandle {
    fn offer(&self, record: Record) -> Offering<'_> {
        Box::pin(self.offer(record))
    }

    fn lost_states(&self) -> u64 {
        self.lost_states()
    }
}
