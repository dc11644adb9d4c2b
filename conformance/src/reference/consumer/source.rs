//! The log, as a consumer's source.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::Poll;

use dashstream_stream::transport::{Content, Event, From, Position, Received, Source, TransportError};

use super::world::{Shared, World};

/// Reads the log. Nobody wakes it: whoever has changed something polls the consumer.
#[derive(Debug)]
pub(super) struct LogSource {
    world: Shared,
    places: BTreeMap<u32, Place>,
    /// The partition that was read last, so that each gets its turn.
    turn: u32,
}

/// Where a partition is read.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// `None`: nobody said from where.
    next: Option<u64>,
    paused: bool,
}

impl LogSource {
    pub(super) const fn new(world: Shared) -> Self {
        Self { world, places: BTreeMap::new(), turn: 0 }
    }

    /// The next event. Where there is none, it is seen whether one may come without another step.
    fn take(&mut self) -> Option<Event> {
        let Self { world, places, turn } = self;
        let mut world = world.lock();
        if let Some(event) = world.news.pop_front() {
            if let Event::Revoked(partitions) | Event::Lost(partitions) = &event {
                for partition in partitions {
                    places.remove(partition);
                    world.stands.remove(partition);
                }
            }
            return Some(event);
        }
        let received = next_message(&mut world, places, turn);
        world.at_rest =
            received.is_none() && places.iter().all(|(number, place)| !place.paused || world.stands(*number));
        received.map(Event::Message)
    }
}

fn next_message(world: &mut World, places: &mut BTreeMap<u32, Place>, turn: &mut u32) -> Option<Received> {
    let order: Vec<u32> = places.range(*turn + 1..).chain(places.range(..=*turn)).map(|(number, _)| *number).collect();
    for partition in order {
        let Some(place) = places.get_mut(&partition) else { continue };
        let Some(offset) = place.next.filter(|_| !place.paused) else { continue };
        let position = Position { partition, offset };
        if let Some(message) = world.message(position) {
            *turn = partition;
            place.next = Some(offset + 1);
            return Some(Received { position, next: offset + 1, content: Content::Message(message) });
        }
    }
    None
}

impl Source for LogSource {
    async fn seek(&mut self, partition: u32, from: From) -> Result<(), TransportError> {
        let next = match from {
            From::Start => 0,
            From::Offset(offset) => offset,
        };
        self.places.entry(partition).or_default().next = Some(next);
        Ok(())
    }

    async fn next(&mut self) -> Result<Event, TransportError> {
        poll_fn(|_| self.take().map_or(Poll::Pending, |event| Poll::Ready(Ok(event)))).await
    }

    fn pause(&mut self, partition: u32) {
        self.places.entry(partition).or_default().paused = true;
    }

    fn resume(&mut self, partition: u32) {
        self.places.entry(partition).or_default().paused = false;
        self.world.lock().stands.remove(&partition);
    }
}
