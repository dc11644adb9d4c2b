//! A producer loses no count, whatever happens to it.

mod makings;
mod stored;
mod world;

use arbitrary::Unstructured;
use dashstream_codec::laws::{Broken, Seen};

use makings::Makings;
use world::World;

/// Every record is one thing: acknowledged, in flight, queued, possibly there or dropped. No number is given twice; what is sealed
/// keeps its bytes; who reads what was stored misses nothing that was not declared; what may be there is never declared dropped by
/// LATE_DROPS; and every answer is true. The bytes are the makings of a history: a configuration, offers, outcomes, time, and deaths.
///
/// # Errors
/// What does not hold.
pub fn producer(bytes: &[u8]) -> Result<Seen, Broken> {
    let mut makings = Makings::of(Unstructured::new(bytes));
    let mut world = World::new(&mut makings)?;
    let mut steps = 0;
    while !makings.is_over() && steps < 600 {
        world.step(&mut makings)?;
        steps += 1;
    }
    world.finish(&mut makings)?;
    Ok(Seen::accepted())
}
