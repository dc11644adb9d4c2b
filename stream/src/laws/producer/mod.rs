//! A producer loses no count, whatever happens to it.

mod makings;
mod stored;
mod world;

use std::collections::BTreeSet;

use arbitrary::Unstructured;
use dashstream_codec::laws::{Broken, Seen};

use crate::producer::{Answer, DropReason};
use makings::Makings;
use world::World;

/// What has happened in a history, so that tests can see that enough does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// Epochs, 1 or more.
    pub epochs: u32,
    /// Why records were dropped, in the last epoch.
    pub dropped: BTreeSet<DropReason>,
    /// Numbers that were declared dropped in frames.
    pub declared: u64,
    /// Answers that tickets had in the last epoch.
    pub answers: BTreeSet<Answer>,
    /// No frame was refused: what the consumer counts was compared to the last.
    pub counted: bool,
}

/// Every record is one thing: acknowledged, in flight, queued, possibly there or dropped. No number is given twice; what is sealed
/// keeps its bytes; who reads what was stored misses nothing that was not declared; what may be there is never declared dropped by
/// LATE_DROPS; and every answer is true. The bytes are the makings of a history: a configuration, offers, outcomes, time, and deaths.
///
/// # Errors
/// What does not hold.
pub fn producer(bytes: &[u8]) -> Result<Seen, Broken> {
    history(bytes)?;
    Ok(Seen::accepted())
}

/// The same law, and what has happened.
///
/// # Errors
/// What does not hold.
pub fn history(bytes: &[u8]) -> Result<Happened, Broken> {
    let mut makings = Makings::of(Unstructured::new(bytes));
    let mut world = World::new(&mut makings)?;
    let mut steps = 0;
    while !makings.is_over() && steps < 600 {
        world.step(&mut makings)?;
        steps += 1;
    }
    world.finish(&mut makings)
}
