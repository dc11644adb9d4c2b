//! What is compared: one trait for every side.

use crate::error::Error;
use crate::event::Event;
use crate::visit::Visit;

/// A format with the library that its users take. It keeps its contexts and buffers between frames.
pub trait Peer: Sized {
    /// What the library wants in place of events: its own messages, or the events themselves where it can do with
    /// borrowed data. Making it is timed apart from encoding it, for programs may hold such messages anyway.
    type Built<'e>;

    /// Makes what [`Peer::encode`] wants.
    ///
    /// # Errors
    ///
    /// The library refuses the events.
    fn build<'e>(&mut self, events: &'e [Event]) -> Result<Self::Built<'e>, Error>;

    /// Appends one frame with all the events, which are of one tenant.
    ///
    /// # Errors
    ///
    /// The library refuses the events.
    fn encode(&mut self, built: &mut Self::Built<'_>, out: &mut Vec<u8>) -> Result<(), Error>;

    /// Reads a frame and shows every field of every event.
    ///
    /// # Errors
    ///
    /// The library refuses the frame.
    fn decode(&mut self, frame: &[u8], visit: &mut impl Visit) -> Result<(), Error>;
}
