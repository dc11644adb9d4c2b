//! What becomes of what cannot be processed: spec/dead-letters.md, CON-005, CON-006, CON-009, CON-013, KAF-007, KAF-008.
//!
//! A consumer goes through a log, a message at a time. What it can process has its effect when it is committed. What it cannot is
//! saved as a dead letter before it is passed: it is sent to a topic, and where that fails, written to a folder; where
//! that fails too, the partition waits and both are tried again. What is in the folder is sent to the topic when that works, and deleted
//! only then. A letter of the topic is replayed: sent again to the log, with the letter's id and an attempt, so often and
//! no more, whether its replays fail or not. The same replay may arrive twice.
//!
//! A send is lost, arrives after it was given up, or its acknowledgement is lost; the folder fails; the consumer dies at any point,
//! and power with it: what was not synced of the folder is there or not. At some time the application is mended, and
//! what it has rejected is processed when it comes again. Effects are part of the commit.

mod mutant;
pub mod properties;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use stateright::{Model, Property};

pub use mutant::Mutant;

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing.
    Good,
    /// It is rejected, until the application is mended.
    Bad,
    /// The same, and it is too large for the topic of letters.
    Large,
    /// Its code is of class unsupported.
    Unsupported,
}

/// A message of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// What is wrong with it.
    pub kind: Kind,
    /// `ds-replay`: the letter, and the attempt.
    pub replay: Option<(u8, u8)>,
    /// How often its original was replayed on the way to it, in truth.
    pub depth: u8,
}

impl Message {
    /// One that is no replay.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self { kind, replay: None, depth: 0 }
    }
}

/// A dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Letter {
    /// Its id.
    pub id: u8,
    /// The offset of its message: the place that its id is made of.
    pub place: u8,
    /// `ds-dl-replays`
    pub replays: u8,
}

/// A send to the topic of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sending {
    /// The letter.
    pub letter: Letter,
    /// It comes out of the folder.
    pub from_folder: bool,
    /// Somebody waits for its outcome.
    pub awaited: bool,
    /// It is in the topic.
    pub appended: bool,
}

/// A letter in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct File {
    /// The letter.
    pub letter: Letter,
    /// Its content is durable.
    pub synced: bool,
    /// It has its name, `ID.letter`, and not another.
    pub renamed: bool,
    /// Its name is durable.
    pub named: bool,
    /// It is in the topic, as was acknowledged.
    pub sent: bool,
    /// It was deleted, and the folder not synced since.
    pub deleted: bool,
}

/// What the consumer does with the message it is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// It has not looked at it.
    Ready,
    /// It is done: what came of it is to be committed.
    Done(Outcome),
    /// Its letter is to be saved; the topic was tried in vain so often.
    Failed(Letter, u8),
    /// Its letter is being sent.
    Sending(Letter, u8),
    /// Its letter is being written: write, sync, rename, sync the folder.
    Writing(Letter, u8),
}

/// What came of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was processed.
    Effect,
    /// It is a replay that was done before.
    Suppressed,
    /// It is a dead letter.
    Letter,
}

/// A consumer that is alive.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Life {
    /// What it does.
    pub stage: Stage,
    /// Replays that were done.
    pub done: BTreeSet<(u8, u8)>,
}

/// The model.
#[derive(Clone, Copy, Debug)]
pub struct Letters {
    /// The log, without replays.
    pub messages: &'static [Message],
    /// Sends whose outcome nobody hears.
    pub faults: u8,
    /// Failures of the folder.
    pub failures: u8,
    /// Deaths of the consumer.
    pub crashes: u8,
    /// How many messages the log has with the replays at the most.
    pub log: usize,
    /// How often a letter may be replayed.
    pub replays: u8,
    /// Replays that arrive again.
    pub repeats: u8,
    /// The rule that is broken.
    pub mutant: Option<Mutant>,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// The log.
    pub log: Vec<Message>,
    /// For each message that is committed, what came of it.
    pub outcomes: Vec<Outcome>,
    /// Replays that were done, as committed.
    pub done: BTreeSet<(u8, u8)>,
    /// How often the effect of a replay is there; of messages that are none, by their offsets behind a zero.
    pub effects: BTreeMap<(u8, u8), u8>,
    /// The consumer.
    pub life: Option<Life>,
    /// Sends under way, sorted.
    pub network: Vec<Sending>,
    /// The topic: what is in it twice is in it.
    pub topic: BTreeSet<Letter>,
    /// Something came into the topic that was there.
    pub topic_twice: bool,
    /// The folder, sorted.
    pub folder: Vec<File>,
    /// What was replayed of each letter: the last attempt.
    pub replayed: BTreeMap<u8, u8>,
    /// Offsets that the operator has named.
    pub named: BTreeSet<usize>,
    /// The application is mended.
    pub mended: bool,
    /// Ids that were drawn.
    pub drawn: u8,
    /// Lost outcomes so far.
    pub faults: u8,
    /// Failures of the folder so far.
    pub failures: u8,
    /// Deaths so far.
    pub crashes: u8,
    /// Repeated replays so far.
    pub repeats: u8,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A consumer begins with what is committed.
    Begin,
    /// It judges the message, and hands it over.
    Look,
    /// It sends the letter.
    Send,
    /// It takes the next step of writing the letter.
    Write,
    /// That fails.
    Fail,
    /// It commits.
    Commit,
    /// A send, by its place among those under way, comes into the topic.
    Append(usize),
    /// Its sender hears of it.
    Acknowledge(usize),
    /// The topic will not have it, and says so.
    Refuse(usize),
    /// Its sender waits no longer.
    GiveUp(usize),
    /// It is lost.
    Lose(usize),
    /// A letter of the folder, by its place there, is sent.
    Drain(usize),
    /// It is deleted.
    Delete(usize),
    /// The folder is synced.
    SyncFolder,
    /// The consumer dies. Whether what was not synced of the folder is there: letters, and deletions.
    Crash(bool, bool),
    /// The operator names the offset of a message that stops the partition.
    Name,
    /// The application is mended.
    Mend,
    /// A letter is replayed once more.
    Replay(Letter),
    /// The last replay of a letter arrives again.
    Repeat(Letter),
}

impl Model for Letters {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State { log: self.messages.to_vec(), ..State::default() }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        match &state.life {
            None => steps.push(Step::Begin),
            Some(life) => {
                self.of_life(state, life, steps);
                self.of_folder(state, steps);
                if state.crashes < self.crashes {
                    crashes(state, steps);
                }
            }
        }
        for (index, sending) in state.network.iter().enumerate() {
            self.of_network(state, index, sending, steps);
        }
        self.of_operator(state, steps);
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        self.take(&mut next, step)?;
        next.network.sort_unstable();
        next.folder.sort_unstable();
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(self)
    }
}

impl Letters {
    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    fn of_life(&self, state: &State, life: &Life, steps: &mut Vec<Step>) {
        let message = state.log.get(state.outcomes.len());
        match life.stage {
            Stage::Ready => {
                let stops = message.is_some_and(|message| message.kind == Kind::Unsupported)
                    && !state.named.contains(&state.outcomes.len());
                if stops {
                    // CON-005
                    steps.push(Step::Name);
                }
                if message.is_some() && (!stops || self.is(Mutant::UnsupportedIsPassed)) {
                    steps.push(Step::Look);
                }
            }
            Stage::Done(_) => steps.push(Step::Commit),
            // DLQ-003: the topic again, or the folder, and both again where that fails.
            Stage::Failed(_, tries) => {
                let large = message.is_some_and(|message| message.kind == Kind::Large);
                if tries == 0 || !large {
                    steps.push(Step::Send);
                }
                if tries > 0 {
                    steps.push(Step::Write);
                }
            }
            Stage::Writing(..) => {
                steps.push(Step::Write);
                if state.failures < self.failures {
                    steps.push(Step::Fail);
                }
            }
            Stage::Sending(..) => {}
        }
        if matches!(life.stage, Stage::Sending(..) | Stage::Writing(..)) && self.is(Mutant::CommittedUnsaved) {
            steps.push(Step::Commit);
        }
    }

    fn of_folder(&self, state: &State, steps: &mut Vec<Step>) {
        let forgotten = state.crashes > 0 && self.is(Mutant::FolderIsForgotten);
        let draining = state.network.iter().any(|sending| sending.from_folder && sending.awaited);
        for (index, file) in state.folder.iter().enumerate() {
            if file.deleted || !file.named && !self.is(Mutant::NoFolderSync) {
                continue;
            }
            let large = self.kind(state, file.letter) == Kind::Large;
            if file.sent || (large && self.is(Mutant::LargeIsDeleted)) {
                steps.push(Step::Delete(index));
            } else if !draining && !large && !forgotten {
                steps.push(Step::Drain(index));
            }
        }
        if state.folder.iter().any(|file| file.deleted) {
            steps.push(Step::SyncFolder);
        }
    }

    fn kind(&self, state: &State, letter: Letter) -> Kind {
        state.log.get(usize::from(letter.place)).map_or(Kind::Good, |message| message.kind)
    }

    fn of_network(&self, state: &State, index: usize, sending: &Sending, steps: &mut Vec<Step>) {
        // DLQ-005
        if self.kind(state, sending.letter) == Kind::Large {
            steps.push(if sending.awaited { Step::Refuse(index) } else { Step::Lose(index) });
            return;
        }
        if !sending.appended {
            steps.push(Step::Append(index));
        }
        if !sending.awaited {
            steps.push(Step::Lose(index));
            return;
        }
        if state.faults < self.faults {
            steps.push(Step::GiveUp(index));
        }
        if sending.appended || (self.is(Mutant::SavedWhenSent) && !sending.from_folder) {
            steps.push(Step::Acknowledge(index));
        }
    }

    fn of_operator(&self, state: &State, steps: &mut Vec<Step>) {
        if !state.mended && self.replays > 0 {
            steps.push(Step::Mend);
        }
        for letter in &state.topic {
            let last = state.replayed.get(&letter.id).copied();
            // DLQ-008
            if last.unwrap_or(letter.replays) < self.replays && state.log.len() < self.log {
                steps.push(Step::Replay(*letter));
            }
            if last.is_some() && state.repeats < self.repeats && state.log.len() < self.log {
                steps.push(Step::Repeat(*letter));
            }
        }
    }
}

fn crashes(state: &State, steps: &mut Vec<Step>) {
    let unsure = state.folder.iter().any(|file| file.renamed && !(file.synced && file.named));
    let deleted = state.folder.iter().any(|file| file.deleted);
    for letters in if unsure { [true, false].as_slice() } else { &[true] } {
        let deletions = if deleted { [true, false].as_slice() } else { &[true] };
        steps.extend(deletions.iter().map(|deletions| Step::Crash(*letters, *deletions)));
    }
}
