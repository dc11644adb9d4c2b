//! A consumer (spec/consumer.md) that follows a script (vectors/pipeline.md): what happens, step by step. The log, the application, the
//! dead letters and what is durable are in memory, and nothing waits for a clock: a pause is over at once.

use super::Plain;
use super::bytes::size;
use super::consumer_part::{Around, Part};
use super::consumer_state::State;
use crate::protocol::{Base64, ConsumerQuestion, ConsumerReport};
use dashstream_vectors::{ConsumerEvent, ConsumerSettings, ConsumerStep, LogMessage, Place};

/// A partition of the log, and what is around its consumer.
#[derive(Default)]
struct Partition {
    /// The messages, by offset.
    log: Vec<LogMessage<Base64>>,
    /// How often the application was asked about the message of an offset.
    asked: Vec<usize>,
    /// What is durable.
    saved: State,
    /// What the consumer knows of it, while it has it.
    part: Option<Part>,
}

/// The consumer, and what outlives it.
struct World {
    plain: Plain,
    settings: ConsumerSettings,
    partitions: Vec<Partition>,
    /// Whether dead letters cannot be saved.
    letters_fail: bool,
    /// Whether there is a consumer.
    running: bool,
    /// The unsupported frames that the operator lets pass.
    pass: Vec<Place>,
    /// Frames of a partition that the consumer hands over between two commits, at the most.
    uncommitted: u64,
    events: Vec<ConsumerEvent>,
}

impl Plain {
    /// Follows a script as a consumer.
    #[must_use]
    pub fn consumer(&self, question: &ConsumerQuestion) -> ConsumerReport {
        let settings = question.settings.clone();
        let partition = || Partition { saved: State::new(self.gate()), ..Partition::default() };
        let mut world = World {
            plain: *self,
            partitions: (0..settings.partitions).map(|_| partition()).collect(),
            settings,
            letters_fail: false,
            running: false,
            pass: Vec::new(),
            uncommitted: 0,
            events: Vec::new(),
        };
        ConsumerReport { steps: question.steps.iter().map(|step| world.step(step)).collect() }
    }
}

impl World {
    /// What the consumer does in one step.
    fn step(&mut self, step: &ConsumerStep<Base64>) -> Vec<ConsumerEvent> {
        match step {
            ConsumerStep::Start { pass, uncommitted } => {
                self.running = true;
                self.uncommitted = u64::from(uncommitted.unwrap_or(self.settings.uncommitted));
                self.pass.clone_from(pass);
                self.all().for_each(|partition| self.begin(partition));
            }
            ConsumerStep::Message(message) => self.put(message),
            ConsumerStep::Commit {} => self.commit_all(),
            ConsumerStep::Stop {} => {
                self.commit_all();
                self.end();
            }
            ConsumerStep::Crash {} => self.end(),
            ConsumerStep::Revoke { partition } => self.revoke(*partition),
            ConsumerStep::Lose { partition } => self.lose(*partition),
            ConsumerStep::Assign { partition } => self.begin(*partition),
            ConsumerStep::Letters { fail } => self.letters_fail = *fail,
        }
        self.work();
        match step {
            ConsumerStep::Commit {} | ConsumerStep::Stop {} => self.all().for_each(|partition| self.tell(partition)),
            ConsumerStep::Revoke { partition } | ConsumerStep::Lose { partition } => self.tell(*partition),
            _ => {}
        }
        std::mem::take(&mut self.events)
    }

    fn all(&self) -> std::ops::Range<u32> {
        0..self.settings.partitions
    }

    fn partition(&mut self, number: u32) -> Option<&mut Partition> {
        self.partitions.get_mut(size(u64::from(number)))
    }

    /// Puts a message into the log.
    fn put(&mut self, message: &LogMessage<Base64>) {
        if let Some(partition) = self.partition(message.partition) {
            partition.log.push(message.clone());
            partition.asked.push(0);
        }
    }

    /// The consumer gets a partition, and begins where the state says.
    fn begin(&mut self, number: u32) {
        let (running, uncommitted) = (self.running, self.uncommitted);
        let gate = self.plain.gate();
        if let Some(partition) = self.partition(number).filter(|_| running) {
            // CON-010
            if gate.strict("CON-010.remembers") && partition.part.is_some() {
                partition.part.iter_mut().for_each(|part| part.away = false);
                return;
            }
            partition.part = Some(Part::begin(gate, &mut partition.saved, uncommitted));
        }
    }

    fn commit(&mut self, number: u32) {
        let gate = self.plain.gate();
        if let Some(Partition { part: Some(part), saved, .. }) = self.partition(number) {
            part.commit(gate, saved);
        }
    }

    fn commit_all(&mut self) {
        self.all().for_each(|partition| self.commit(partition));
    }

    /// The consumer is gone, and with it what is not durable.
    fn end(&mut self) {
        self.running = false;
        self.partitions.iter_mut().for_each(|partition| partition.part = None);
    }

    /// CON-010: the partition is to be another's.
    fn revoke(&mut self, number: u32) {
        let gate = self.plain.gate();
        if !gate.strict("CON-010.loses") {
            self.commit(number);
        }
        let Some(Partition { part, saved, .. }) = self.partition(number) else {
            return;
        };
        if let Some(part) = part.as_ref().filter(|_| gate.strict("CON-010")) {
            part.commit_what_waits(saved);
        }
        match part {
            Some(part) if gate.strict("CON-010.remembers") => part.away = true,
            _ => *part = None,
        }
    }

    /// KAF-013: the partition is another's already.
    fn lose(&mut self, number: u32) {
        if self.plain.gate().strict("KAF-013") {
            self.commit(number);
        }
        if let Some(partition) = self.partition(number) {
            partition.part = None;
        }
    }

    /// Works until nothing is left to do, each partition by itself.
    fn work(&mut self) {
        let mut stopped = false;
        for (number, partition) in (0..).zip(&mut self.partitions) {
            let Some(part) = partition.part.as_mut().filter(|part| !part.away) else {
                continue;
            };
            part.work(&mut Around {
                plain: self.plain,
                settings: &self.settings,
                partition: number,
                log: &partition.log,
                asked: &mut partition.asked,
                letters_fail: self.letters_fail,
                pass: &self.pass,
                saved: &mut partition.saved,
                events: &mut self.events,
            });
            stopped |= part.stopped;
        }
        // CON-005
        if stopped && self.plain.gate().strict("CON-005.others") {
            self.partitions
                .iter_mut()
                .filter_map(|partition| partition.part.as_mut())
                .for_each(|part| part.stopped = true);
        }
    }

    /// Says what is durable of a partition.
    fn tell(&mut self, number: u32) {
        if let Some(State { next, effects, .. }) = self.partition(number).map(|partition| partition.saved.clone()) {
            self.events.push(ConsumerEvent::Committed { partition: number, next, effects });
        }
    }
}
