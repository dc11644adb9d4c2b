//! A producer (spec/sequence.md) that follows a script (vectors/pipeline.md): what happens, step by step. Its storage, the destination
//! and the clock are in memory; time passes where the script says so.

use super::Plain;
use super::bytes::size;
use super::gate::Gate;
use super::producer_destination::Destination;
use super::producer_frame::Identity;
use super::producer_lane::Lane;
use super::producer_life::{Life, Outside};
use super::producer_state::{LaneState, State};
use crate::protocol::{ProducerQuestion, ProducerReport, ProducerStepReport};
use dashstream_vectors::{Does, LaneSettings, ProducerSettings, ProducerStep, WhenFull};

/// The producer, and what outlives it.
struct World {
    outside: Outside,
    /// The producer, while there is one.
    life: Option<Life>,
    /// Whether there is a state.
    has_state: bool,
    /// The copy of the state; `None` in it: there was none.
    copy: Option<State>,
    /// Offers of the script.
    offers: u64,
    /// Numbers that were drawn.
    draws: u64,
}

impl Plain {
    /// Follows a script as a producer.
    #[must_use]
    pub fn producer(&self, question: &ProducerQuestion) -> ProducerReport {
        let outside = Outside {
            gate: self.gate(),
            settings: question.settings.clone(),
            now: 0,
            state: State::default(),
            destination: Destination::default(),
            outcomes: Vec::new(),
            frames: 0,
        };
        let mut world = World { outside, life: None, has_state: false, copy: None, offers: 0, draws: 0 };
        ProducerReport { steps: question.steps.iter().map(|step| world.step(*step)).collect() }
    }
}

impl World {
    /// What the producer does in one step.
    fn step(&mut self, step: ProducerStep) -> ProducerStepReport {
        match step {
            ProducerStep::Open {} => self.open(),
            ProducerStep::Offer { lane, count, full } => self.offer(lane, count, full),
            ProducerStep::Destination { does } => self.destination(does),
            ProducerStep::Wait { ms } => self.wait(ms),
            ProducerStep::Crash {} => self.end(),
            ProducerStep::Close { ms } => self.close(ms),
            ProducerStep::Forget {} => self.has_state = false,
            ProducerStep::Save {} => self.copy = self.has_state.then(|| self.outside.state.clone()),
            ProducerStep::Restore {} => self.restore(),
        }
        if let Some(life) = &mut self.life {
            life.settle(&mut self.outside);
        }
        let outcomes = std::mem::take(&mut self.outside.outcomes);
        ProducerStepReport { sent: self.outside.destination.report(), outcomes }
    }

    /// Something that was not drawn before.
    fn draw(&mut self, length: usize) -> Vec<u8> {
        self.draws += 1;
        let mut bytes = vec![0xd5; length.saturating_sub(8)];
        bytes.extend(self.draws.to_be_bytes());
        bytes
    }

    /// A producer opens its state.
    fn open(&mut self) {
        let gate = self.outside.gate;
        // SEQ-016
        if !self.has_state {
            let producer_id = if gate.strict("SEQ-016") { vec![0x16; 16] } else { self.draw(16) };
            self.outside.state = State { producer_id, ..State::default() };
            self.has_state = true;
        }
        self.outside.state.lanes.resize_with(self.outside.settings.lanes.len(), LaneState::default);
        // SEQ-003
        let epoch = self.outside.state.epoch + 1;
        if !gate.strict("SEQ-003") {
            self.outside.state.epoch = epoch;
        }
        // META-017
        let boot_nonce = if gate.strict("META-017") { vec![0x17; 8] } else { self.draw(8) };
        let producer_id = self.outside.state.producer_id.clone();
        let identity = Identity { producer_id, boot_nonce, epoch, ..Identity::default() };
        let mut life = Life { lanes: lanes(gate, &self.outside.settings, &identity, self.outside.now) };
        life.begin(&mut self.outside);
        self.life = Some(life);
    }

    /// Records are offered, one after another.
    fn offer(&mut self, lane: u32, count: u32, full: WhenFull) {
        for _ in 0..count {
            if let Some(life) = &mut self.life {
                life.offer(&mut self.outside, size(u64::from(lane)), self.offers, full);
            }
            self.offers += 1;
        }
    }

    /// The destination does something else, and what waits for that is tried again.
    fn destination(&mut self, does: Does) {
        let known = self.outside.destination.becomes(does);
        if let Some(life) = &mut self.life {
            known.into_iter().for_each(|(attempt, reply)| life.learn(&mut self.outside, attempt, reply));
            life.wake(&self.outside);
        }
    }

    fn wait(&mut self, ms: u64) {
        let end = self.outside.now.saturating_add(ms);
        match &mut self.life {
            Some(life) => life.pass_time(&mut self.outside, end, false),
            None => self.outside.now = end,
        }
    }

    fn close(&mut self, ms: u64) {
        if let Some(mut life) = self.life.take() {
            life.close(&mut self.outside, ms);
            // SEQ-003: a mutant writes it down here.
            let epoch = life.lanes.first().map_or(self.outside.state.epoch, |lane| lane.identity.epoch);
            self.outside.state.epoch = epoch;
        }
        self.end();
    }

    /// The producer is gone. What is durable is there.
    fn end(&mut self) {
        self.life = None;
        self.outside.destination.let_go();
    }

    fn restore(&mut self) {
        self.has_state = self.copy.is_some();
        self.outside.state = self.copy.clone().unwrap_or_default();
    }
}

/// The lanes of the settings: each has a number of its own, a tenant and a partition (SEQ-008).
fn lanes(gate: Gate, settings: &ProducerSettings, identity: &Identity, now: u64) -> Vec<Lane> {
    let lane = |(place, one): (u64, &LaneSettings)| {
        let mut number = place;
        // SEQ-008
        if gate.strict("SEQ-008") {
            number = u64::from(one.partition);
        }
        if gate.strict("SEQ-008.tenant") {
            number =
                (0..).zip(&settings.lanes).find(|(_, other)| other.tenant == one.tenant).map_or(place, |(at, _)| at);
        }
        let identity = Identity { lane: number, tenant: one.tenant.clone(), ..identity.clone() };
        Lane { sealed_at: now, ..Lane::new(gate, identity, one.partition, u64::from(settings.max_records)) }
    };
    (0..).zip(&settings.lanes).map(lane).collect()
}
