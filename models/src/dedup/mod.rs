//! What a consumer takes for a duplicate: spec/loss.md with its Bounds, and CON-002 to CON-011 of spec/consumer.md.
//!
//! A log holds frames of one lane in any order and any number, some damaged, as a reader comes to them. A consumer reads the log from its
//! committed offset, lets its ledger observe each frame, hands over what is no duplicate, and commits the offset, the ledger at
//! that offset and the effects in one step. It dies at any point, or loses its partition, knowing it (it commits what is
//! confirmed) or not (it goes on until a commit of its is refused). Who comes after it has what was committed, and
//! nothing else.
//!
//! Effects are either part of the commit, or they happen at once, and are there whatever becomes of the consumer.

mod ledger;
mod mutant;
pub mod properties;
mod steps;

use std::sync::Arc;

use dashstream_codec::ledger::{Bounds, Ledger, Verdict};
use stateright::{Model, Property};

pub use ledger::{Memory, Small};
pub use mutant::Mutant;

use crate::Derived;

/// A frame, of as many records as it covers numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Its epoch.
    pub epoch: u8,
    /// First number.
    pub first: u8,
    /// Last number.
    pub last: u8,
    /// Its `body_crc`.
    pub content: u8,
    /// Its EPOCH_START.
    pub start: Option<(u8, u8)>,
    /// It is accepted.
    pub readable: bool,
}

impl Entry {
    /// An intact frame.
    #[must_use]
    pub const fn new(epoch: u8, first: u8, last: u8) -> Self {
        Self { epoch, first, last, content: epoch * 16 + first, start: None, readable: true }
    }

    /// With EPOCH_START.
    #[must_use]
    pub const fn after(self, epoch: u8, last: u8) -> Self {
        Self { start: Some((epoch, last)), ..self }
    }

    /// Damaged, but countable.
    #[must_use]
    pub const fn damaged(self) -> Self {
        Self { readable: false, ..self }
    }
}

/// The model.
#[derive(Clone, Copy, Debug)]
pub struct Dedup {
    /// The frames that there are.
    pub frames: &'static [Entry],
    /// How many messages a log has at the most.
    pub log: usize,
    /// How many frames are handed over and not committed at the most.
    pub ahead: u8,
    /// How often a consumer dies, or loses its partition and knows it.
    pub ends: u8,
    /// How often it loses its partition and does not know it.
    pub ousted: u8,
    /// Effects are part of the commit.
    pub atomic: bool,
    /// How much the ledger remembers, where that is bounded.
    pub memory: Option<Memory>,
    /// The rule that is broken.
    pub mutant: Option<Mutant>,
}

/// A ledger, beside that of the codec.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Known {
    /// The small one.
    pub small: Arc<Small>,
    /// That of the codec.
    pub real: Derived<Ledger>,
    /// The two have not said the same so far.
    pub differs: bool,
}

/// A message that was read, and is not committed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Read {
    /// Which of the model's frames.
    pub frame: usize,
    /// What becomes of it.
    pub state: Doing,
    /// The ledger, when it has observed it.
    pub known: Known,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doing {
    /// It is a duplicate.
    Suppressed,
    /// It is rejected, and set aside.
    SetAside,
    /// The application has it. Whether the ledger has not counted it.
    Handed {
        /// CON-004
        unknown: bool,
    },
    /// The application has confirmed it.
    Confirmed {
        /// CON-004
        unknown: bool,
    },
}

/// A consumer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Consumer {
    /// The offset of the first message that is not committed, as it knows it.
    pub begin: usize,
    /// What it has read from there.
    pub reads: Vec<Read>,
    /// Its ledger.
    pub known: Known,
    /// How many more frames are marked.
    pub marks: u8,
    /// Another one has the partition.
    pub ousted: bool,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// The log, as far as anybody has read it.
    pub log: Vec<usize>,
    /// The committed offset.
    pub offset: usize,
    /// The committed ledger.
    pub known: Known,
    /// For each frame, how often its effect is there.
    pub effects: Vec<u8>,
    /// For each frame, whether it was ever handed over.
    pub handed: Vec<bool>,
    /// Consumers: one that was ousted before the one that has the partition.
    pub consumers: Vec<Consumer>,
    /// Ends so far.
    pub ends: u8,
    /// Consumers that were ousted so far.
    pub ousted: u8,
    /// A frame was handed over again, as new and without a mark.
    pub unmarked: bool,
    /// The same, and not by one who had lost the partition.
    pub unmarked_by_owner: bool,
    /// For each frame, whether it was ever handed over as new and without a mark.
    pub clean: Vec<bool>,
    /// One was so twice.
    pub clean_twice: bool,
    /// What may be a sign that the model is not empty.
    pub seen: Seen,
}

/// What has happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    /// FORGOTTEN was said.
    pub forgotten: bool,
    /// LATE was said of a damaged frame that came intact, or of a missing one.
    pub late: bool,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A consumer begins with what is committed. Who has the partition loses it.
    Begin,
    /// A consumer reads a message, which is this frame.
    Read(usize, usize),
    /// The application confirms a message, by its place among those that were read, and its effect is there where it is no part of the commit.
    Do(usize, usize),
    /// A consumer commits what is confirmed.
    Commit(usize),
    /// It commits effects only.
    CommitEffects(usize),
    /// It loses its partition, knows it, and ends.
    Revoke(usize),
    /// It dies.
    Die(usize),
}

impl Model for Dedup {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let never = vec![false; self.frames.len()];
        vec![State {
            known: self.nothing_known(),
            effects: vec![0; self.frames.len()],
            handed: never.clone(),
            clean: never,
            ..State::default()
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        let owned = state.consumers.iter().any(|consumer| !consumer.ousted);
        if !owned || (state.consumers.len() == 1 && state.ousted < self.ousted) {
            steps.push(Step::Begin);
        }
        for (number, consumer) in state.consumers.iter().enumerate() {
            self.of_consumer(state, number, consumer, steps);
        }
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        self.take(&mut next, step)?;
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(self)
    }
}

impl Dedup {
    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    fn nothing_known(&self) -> Known {
        let bounds = self.memory.map_or(Bounds::NONE, Memory::bounds);
        Known { real: Derived::new(Ledger::with_bounds(bounds)), ..Known::default() }
    }

    fn of_consumer(&self, state: &State, number: usize, consumer: &Consumer, steps: &mut Vec<Step>) {
        let open =
            consumer.reads.iter().filter(|read| matches!(read.state, Doing::Handed { .. } | Doing::Confirmed { .. }));
        // CON-014
        if open.count() < usize::from(self.ahead) {
            match state.log.get(consumer.begin + consumer.reads.len()) {
                Some(frame) => steps.push(Step::Read(number, *frame)),
                None if state.log.len() < self.log => {
                    steps.extend((0..self.frames.len()).map(|frame| Step::Read(number, frame)));
                }
                None => {}
            }
        }
        let handed = |(_, read): &(usize, &Read)| matches!(read.state, Doing::Handed { .. });
        let handed = consumer.reads.iter().enumerate().filter(handed);
        steps.extend(handed.map(|(index, _)| Step::Do(number, index)));
        if self.confirmed(consumer) > 0 {
            steps.push(Step::Commit(number));
            if self.is(Mutant::EffectsApart) {
                steps.push(Step::CommitEffects(number));
            }
        }
        if state.ends < self.ends {
            steps.push(Step::Die(number));
            if !consumer.ousted {
                steps.push(Step::Revoke(number));
            }
        }
    }

    /// How many messages can be committed.
    fn confirmed(&self, consumer: &Consumer) -> usize {
        let open = |read: &Read| matches!(read.state, Doing::Handed { .. }) && !self.is(Mutant::CommittedBeforeEffect);
        consumer.reads.iter().take_while(|read| !open(read)).count()
    }
}

/// CON-004
fn is_unknown(verdict: &Verdict) -> bool {
    use Verdict::{AfterEnd, Forgotten, Fork, Overlap, StaleEpoch};
    matches!(verdict, Overlap | StaleEpoch | Fork | AfterEnd | Forgotten)
}
