//! A folder of a producer, and what a loss of power leaves of it.

use super::frame::{Frame, Kept};

/// What is in a file of the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Content {
    /// There is no file.
    #[default]
    Nothing,
    /// A file without a state that can be read.
    Bad,
    /// A state.
    Good {
        /// Of two, the higher one is the newer.
        revision: u8,
        /// The state.
        kept: Kept,
    },
}

impl Content {
    /// Nothing is less than any, and so is what cannot be read.
    pub(super) const fn revision(self) -> Option<u8> {
        match self {
            Self::Good { revision, .. } => Some(revision),
            Self::Nothing | Self::Bad => None,
        }
    }
}

/// One of the two files of the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Slot {
    /// What is on the disk.
    pub durable: Content,
    /// What was written and not synced.
    pub cached: Option<Content>,
    /// Its name is durable: its folder was synced.
    pub named: bool,
}

/// What becomes of a file without power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// What was not synced is lost.
    Old,
    /// What was not synced is there all the same.
    New,
    /// Half of it is.
    Torn,
    /// Its name is lost.
    Gone,
}

impl Slot {
    /// What a program reads.
    pub fn read(self) -> Content {
        self.cached.unwrap_or(self.durable)
    }

    /// What may become of it.
    pub(super) fn fates(self) -> Vec<Fate> {
        let mut fates = vec![Fate::Old];
        if self.cached.is_some() {
            fates.extend([Fate::New, Fate::Torn]);
        }
        if !self.named && self.read() != Content::Nothing {
            fates.push(Fate::Gone);
        }
        fates
    }

    pub(super) fn after(self, fate: Fate) -> Self {
        let durable = match (fate, self.durable) {
            (Fate::Gone, _) => Content::Nothing,
            (Fate::Torn, _) => Content::Bad,
            (Fate::New, _) => self.read(),
            // A name without content.
            (Fate::Old, Content::Nothing) if self.cached.is_some() => Content::Bad,
            (Fate::Old, durable) => durable,
        };
        // What is there after the power is there for good.
        Self { durable, cached: None, named: durable != Content::Nothing }
    }
}

/// A frame in the spool: a segment of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spooled {
    /// The frame.
    pub frame: Frame,
    /// It survives a loss of power.
    pub synced: bool,
    /// Its outcome is known to the producer that is alive.
    pub acknowledged: bool,
    /// It was removed, and its folder not synced since.
    pub removed: bool,
}
