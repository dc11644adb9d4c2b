//! What is written and read: agent runs, generated or from a file.

mod generate;
pub mod line;
mod load;
pub mod random;
mod words;

use std::path::PathBuf;

use crate::event::Event;

pub use generate::{Options, generate};
pub use load::load;

/// Events in order, and where they come from.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// Where they come from, for reports.
    pub name: String,
    /// The events. Those of a tenant stand together, for a frame has one tenant.
    pub events: Vec<Event>,
}

impl Corpus {
    /// Pieces of up to `len` events, each of one tenant.
    #[must_use]
    pub fn pieces(&self, len: usize) -> Vec<&[Event]> {
        let tenants = self.events.chunk_by(|left, right| left.tenant == right.tenant);
        tenants.flat_map(|events| events.chunks(len)).collect()
    }

    /// Puts the events of each tenant together and numbers them.
    fn new(name: String, mut events: Vec<Event>) -> Self {
        events.sort_by(|left, right| left.tenant.cmp(&right.tenant));
        for of_tenant in events.chunk_by_mut(|left, right| left.tenant == right.tenant) {
            for (sequence, event) in (1..).zip(of_tenant) {
                event.sequence = sequence;
                event.id = Event::id_of(sequence);
            }
        }
        Self { name, events }
    }
}

/// What a command line asks for.
#[derive(Clone, Debug)]
pub enum Source {
    /// The generator.
    Generated(Options),
    /// A file.
    File(PathBuf),
}
