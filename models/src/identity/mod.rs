//! Who a producer is: spec/sequence.md, META-017, and `stream/src/identity`, `stream/src/spool`, `stream/src/producer`.
//!
//! A producer keeps its state in two files and its sealed frames in a spool. It is opened: it reads the state, raises the epoch and
//! writes both files, each synced, the bad or older one first. Then it numbers records, seals each into a frame, makes it durable
//! in the spool, and sends it until it is acknowledged. Frames that an earlier life has left go first. What is
//! acknowledged leaves the spool, when the state knows where the lane stood.
//!
//! What can happen to it: power is lost at any step, with whatever was not synced lost, kept or torn; a file of the state is damaged;
//! a send is lost, or is late and arrives after it was given up, or its acknowledgement is lost; and somebody copies the
//! folder to another machine and runs both.
//!
//! There is one producer with one lane, each frame holds one record, and EPOCH_START has a frame of its own.

mod disk;
mod frame;
mod mutant;
pub mod properties;
mod reader;
mod steps;

use std::collections::BTreeSet;

use stateright::{Model, Property};

pub use disk::{Content, Fate, Slot, Spooled};
pub use frame::{Frame, Kept, Previous, What};
pub use mutant::Mutant;
pub use reader::Reader;

use crate::Derived;

/// The model.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    /// What may happen.
    pub bounds: Bounds,
    /// The rule that is broken.
    pub mutant: Option<Mutant>,
}

/// How often things happen at the most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Openings, of all folders.
    pub openings: u8,
    /// Records that are offered.
    pub records: u8,
    /// Sends of frames.
    pub sends: u8,
    /// Sends that are given up before their outcome is known.
    pub give_ups: u8,
    /// Deaths of producers.
    pub crashes: u8,
    /// Whether the power dies with them, and what was not synced.
    pub power: bool,
    /// Files of the state that are damaged.
    pub damages: u8,
    /// Whether the folder is copied.
    pub copied: bool,
}

/// A machine with a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Host {
    /// `state-0` and `state-1`.
    pub slots: [Slot; 2],
    /// The spool, in its order.
    pub spool: Vec<Spooled>,
    /// The producer that has it open.
    pub live: Option<Live>,
}

/// A producer that has its folder open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Live {
    /// Its state, as it was last saved.
    pub kept: Kept,
    /// The revision of that.
    pub revision: u8,
    /// In which order the files are written.
    pub order: [u8; 2],
    /// Which life it is.
    pub boot: u8,
    /// What EPOCH_START says.
    pub previous: Previous,
    /// The number of the next record.
    pub next: u8,
    /// Records with their numbers, which are in no frame.
    pub queue: Vec<(u8, What)>,
    /// The frame with EPOCH_START is acknowledged.
    pub started: bool,
    /// A state is being written.
    pub saving: Option<Saving>,
}

/// A state that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Saving {
    /// The state.
    pub kept: Kept,
    /// How many steps are done: a write and a sync for each file.
    pub step: u8,
    /// It is that of the opening.
    pub opening: bool,
}

/// A send that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sending {
    /// What is sent.
    pub frame: Frame,
    /// By which machine.
    pub host: u8,
    /// Somebody waits for its outcome.
    pub awaited: bool,
    /// It is in the log.
    pub appended: bool,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// The machine, and the one with the copy.
    pub hosts: Vec<Host>,
    /// Sends under way, sorted.
    pub network: Vec<Sending>,
    /// What a reader sees.
    pub log: Vec<Frame>,
    /// Every frame that was ever sent.
    pub sent: BTreeSet<Frame>,
    /// Openings so far, of which each is another life.
    pub boots: u8,
    /// Ids that were drawn.
    pub producers: u8,
    /// Records that were offered.
    pub records: u8,
    /// Sends so far.
    pub sends: u8,
    /// Sends given up so far.
    pub give_ups: u8,
    /// Deaths so far.
    pub crashes: u8,
    /// Damaged files so far.
    pub damages: u8,
    /// The folder was copied, when so many records had been offered.
    pub copied: Option<u8>,
    /// Who reads the log.
    pub reader: Derived<Reader>,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A producer opens the folder of a machine.
    Open(u8),
    /// The next write or sync of the state.
    Save(u8),
    /// A record is offered, and gets its number.
    Offer(u8),
    /// What has waited longest becomes a frame.
    Seal(u8),
    /// The spool is synced.
    Sync(u8),
    /// A frame of the spool, by its place there, is sent.
    Send(u8, usize),
    /// A send is appended to the log.
    Append(usize),
    /// Its sender hears of it.
    Acknowledge(usize),
    /// Its sender waits no longer.
    GiveUp(usize),
    /// It is lost.
    Lose(usize),
    /// What is acknowledged is to leave the spool.
    Reclaim(u8),
    /// The folder of the spool is synced: what was removed stays so.
    Purge(u8),
    /// A producer dies. The fates of the state's files, and whether what was not synced of the spool survives: frames, and removals.
    Crash(u8, [Fate; 2], bool, bool),
    /// A file of the state is damaged, while nobody has it open.
    Damage(u8, usize),
    /// The folder is copied.
    Copy,
}

impl Model for Identity {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State { hosts: vec![Host::default()], ..State::default() }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        for (number, host) in (0..).zip(&state.hosts) {
            self.of_host(state, number, host, steps);
        }
        for (index, sending) in state.network.iter().enumerate() {
            self.of_network(state, index, *sending, steps);
        }
        if self.bounds.copied
            && state.hosts.iter().any(|host| host.slots.iter().all(is_clean))
            && state.copied.is_none()
        {
            steps.push(Step::Copy);
        }
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        self.take(&mut next, step)?;
        next.network.sort_unstable();
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(self.bounds)
    }
}

/// Whether a copy of it would be whole.
fn is_clean(slot: &Slot) -> bool {
    slot.cached.is_none() && slot.durable != Content::Nothing
}

impl Identity {
    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    fn of_host(&self, state: &State, number: u8, host: &Host, steps: &mut Vec<Step>) {
        let Some(live) = &host.live else {
            if state.boots < self.bounds.openings {
                steps.push(Step::Open(number));
            }
            let good = |(_, slot): &(usize, &Slot)| slot.durable.revision().is_some();
            if state.damages < self.bounds.damages {
                steps.extend(host.slots.iter().enumerate().filter(good).map(|(slot, _)| Step::Damage(number, slot)));
            }
            return;
        };
        if state.crashes < self.bounds.crashes {
            self.deaths(number, host, steps);
        }
        if live.saving.is_some() {
            // The thread that writes does nothing else.
            steps.push(Step::Save(number));
            return;
        }
        if state.records < self.bounds.records && live.queue.is_empty() {
            steps.push(Step::Offer(number));
        }
        if self.may_seal(host, live) {
            steps.push(Step::Seal(number));
        }
        if host.spool.iter().any(|spooled| !spooled.synced) {
            steps.push(Step::Sync(number));
        }
        if host.spool.iter().any(|spooled| spooled.removed) {
            steps.push(Step::Purge(number));
        }
        // What is not durable is not to be kept as durable.
        let synced = host.spool.iter().all(|spooled| spooled.synced) || self.is(Mutant::KeptBeforeSync);
        if synced && host.spool.iter().any(|spooled| spooled.acknowledged && !spooled.removed) {
            steps.push(Step::Reclaim(number));
        }
        if state.sends < self.bounds.sends {
            let all = host.spool.iter().enumerate();
            let due = all.filter(|(_, spooled)| self.may_send(state, number, live, host, spooled));
            steps.extend(due.map(|(index, _)| Step::Send(number, index)));
        }
    }

    fn may_seal(&self, host: &Host, live: &Live) -> bool {
        let open = |spooled: &&Spooled| !spooled.acknowledged && !spooled.removed;
        // SEQ-006
        let left = host.spool.iter().filter(open).any(|spooled| spooled.frame.boot != live.boot);
        // SEQ-012: the first frame is acknowledged, or there is none.
        let begun = live.started || live.queue.first().is_some_and(|(sequence, _)| *sequence == 1);
        !live.queue.is_empty()
            && (!left || self.is(Mutant::LeftIsNotAwaited))
            && (begun || self.is(Mutant::StartIsOvertaken))
    }

    fn may_send(&self, state: &State, number: u8, live: &Live, host: &Host, spooled: &Spooled) -> bool {
        let open = |other: &&Spooled| !other.acknowledged && !other.removed;
        let awaited = state
            .network
            .iter()
            .any(|sending| sending.awaited && sending.host == number && sending.frame == spooled.frame);
        // What an earlier life has left goes in its order.
        let left = spooled.frame.boot != live.boot;
        let first = host.spool.iter().filter(open).map(|other| other.frame).next() == Some(spooled.frame);
        open(&spooled) && !awaited && (first || !left) && (spooled.synced || self.is(Mutant::SentBeforeSpooled))
    }

    fn of_network(&self, state: &State, index: usize, sending: Sending, steps: &mut Vec<Step>) {
        if !sending.appended {
            steps.push(Step::Append(index));
        }
        if sending.awaited {
            if state.give_ups < self.bounds.give_ups {
                steps.push(Step::GiveUp(index));
            }
            if sending.appended || self.is(Mutant::AcknowledgedBeforeAppended) {
                steps.push(Step::Acknowledge(index));
            }
        } else {
            steps.push(Step::Lose(index));
        }
    }

    fn deaths(&self, number: u8, host: &Host, steps: &mut Vec<Step>) {
        let both = |lossy: bool| if lossy && self.bounds.power { [true, false].as_slice() } else { &[true] };
        let frames = both(host.spool.iter().any(|spooled| !spooled.synced));
        let removals = both(host.spool.iter().any(|spooled| spooled.removed));
        let [first, second] = host.slots.map(|slot| if self.bounds.power { slot.fates() } else { vec![Fate::New] });
        for one in first {
            for other in &second {
                for frames in frames {
                    steps
                        .extend(removals.iter().map(|removals| Step::Crash(number, [one, *other], *frames, *removals)));
                }
            }
        }
    }
}
