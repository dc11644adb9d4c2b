//! The producers of a script, one after another.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use super::facts::Facts;
use super::sent::Frames;

/// What the state of a producer remembers, as far as frames show it.
#[derive(Clone, Debug, Default)]
struct Kept {
    producer: Option<String>,
    /// The last epoch of which there was a frame.
    epoch: u64,
    /// By lane: the last epoch in which it carried records, and the last number of it.
    lasts: BTreeMap<u64, (u64, u64)>,
}

/// A producer, from its opening on.
#[derive(Debug, Default)]
struct Life {
    /// producer_id, epoch and boot_nonce.
    own: Option<(String, u64, String)>,
    /// The frames with EPOCH_START, by lane.
    started: BTreeMap<u64, usize>,
    /// Frames that it has sent.
    sent: BTreeSet<usize>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Lives {
    kept: Kept,
    saved: Kept,
    now: Option<Life>,
    /// producer_id and epoch of each, where a frame tells, and whether it has ended as it should.
    all: Vec<(Option<(String, u64)>, bool)>,
    nonces: BTreeSet<String>,
    producers: BTreeSet<String>,
}

impl Lives {
    pub(super) fn open(&mut self) {
        self.now = Some(Life::default());
        self.all.push((None, false));
    }

    /// Which producer of the script there is, from 0.
    pub(super) fn number(&self) -> usize {
        self.all.len().saturating_sub(1)
    }

    /// producer_id and epoch of each, where a frame tells, and whether it has ended as it should.
    pub(super) fn all(&self) -> impl Iterator<Item = (Option<(&str, u64)>, bool)> {
        self.all.iter().map(|(own, closed)| (own.as_ref().map(|(id, epoch)| (id.as_str(), *epoch)), *closed))
    }

    pub(super) fn gone(&mut self) {
        self.now = None;
    }

    pub(super) fn forget(&mut self) {
        self.kept = Kept::default();
    }

    pub(super) fn save(&mut self) {
        self.saved = self.kept.clone();
    }

    pub(super) fn restore(&mut self) {
        self.kept = self.saved.clone();
    }

    /// A frame that was not sent before, and gets the number `next`.
    pub(super) fn see(&mut self, path: &str, facts: &Facts, frames: &Frames, next: usize, found: &mut Findings) {
        let Some(mut life) = self.now.take() else {
            return found.breaks("SEQ-003", path, "nothing, for there is no producer", "a frame");
        };
        if self.is_own(&life, facts) {
            self.identity(path, &mut life, facts, found);
            self.place(path, &mut life, facts, frames, next, found);
        } else if life.started.contains_key(&facts.place.lane) {
            // SEQ-006
            let got = format!("a frame of epoch {} behind EPOCH_START", facts.place.epoch);
            found.breaks("SEQ-006", path, "what is left of an older epoch first", got);
        }
        life.sent.insert(next);
        self.now = Some(life);
        let last = self.kept.lasts.entry(facts.place.lane).or_default();
        *last = (*last).max((facts.place.epoch, facts.last));
        self.kept.epoch = self.kept.epoch.max(facts.place.epoch);
        self.nonces.insert(facts.place.nonce.clone());
        self.producers.insert(facts.place.producer.clone());
    }

    /// Whether it was sealed in this life, and not left by an earlier one.
    fn is_own(&self, life: &Life, facts: &Facts) -> bool {
        match &life.own {
            Some((_, epoch, _)) => facts.place.epoch >= *epoch,
            None => !self.nonces.contains(&facts.place.nonce) || facts.place.epoch > self.kept.epoch,
        }
    }

    /// META-017, SEQ-003, SEQ-016: who a producer is.
    fn identity(&mut self, path: &str, life: &mut Life, facts: &Facts, found: &mut Findings) {
        let place = &facts.place;
        let this = (place.producer.clone(), place.epoch, place.nonce.clone());
        if let Some(own) = &life.own {
            if *own != this {
                found.breaks("SEQ-003", path, &format!("{own:?}, for its state was opened once"), format!("{this:?}"));
            }
            return;
        }
        if self.nonces.contains(&place.nonce) {
            found.breaks("META-017", path, "a boot_nonce that was not there before", &place.nonce);
        }
        match &self.kept.producer {
            Some(producer) if *producer != place.producer => {
                found.breaks("SEQ-003", path, &format!("producer_id {producer}, which its state has"), &place.producer);
            }
            Some(_) if place.epoch <= self.kept.epoch => {
                let expected = format!("an epoch above {}", self.kept.epoch);
                found.breaks("SEQ-003", path, &expected, place.epoch.to_string());
            }
            None if self.producers.contains(&place.producer) => {
                found.breaks("SEQ-016", path, "a new producer_id, for there was no state", &place.producer);
            }
            _ => {}
        }
        if let Some((own, _)) = self.all.last_mut() {
            *own = Some((place.producer.clone(), place.epoch));
        }
        life.own = Some(this);
    }

    /// SEQ-004, SEQ-005, SEQ-006, SEQ-012: where a frame of this life stands in its lane.
    fn place(
        &mut self,
        path: &str,
        life: &mut Life,
        facts: &Facts,
        frames: &Frames,
        next: usize,
        found: &mut Findings,
    ) {
        let lane = facts.place.lane;
        self.kept.producer = Some(facts.place.producer.clone());
        if let Some(start) = life.started.get(&lane) {
            if !frames.get(*start).is_some_and(|start| start.acknowledged) {
                found.breaks(
                    "SEQ-012",
                    path,
                    "nothing before EPOCH_START is acknowledged",
                    "another frame of the lane",
                );
            }
            return;
        }
        life.started.insert(lane, next);
        let left = frames.iter().find(|(number, frame)| {
            let place = &frame.facts.place;
            let older = place.lane == lane && place.producer == facts.place.producer && place.epoch < facts.place.epoch;
            older && !frame.acknowledged && !frame.released && !life.sent.contains(number)
        });
        if let Some((_, frame)) = left {
            let (epoch, first) = (frame.facts.place.epoch, frame.facts.first);
            let expected =
                format!("the frame of epoch {epoch} from number {first} first, which nobody has acknowledged");
            found.breaks("SEQ-006", path, &expected, "EPOCH_START");
        }
        let Some(says) = facts.start() else {
            return found.breaks("SEQ-004", path, "EPOCH_START at number 1", format!("number {}", facts.first));
        };
        let before = self.kept.lasts.get(&lane).copied().unwrap_or_default();
        if says != before {
            let text = |(epoch, last): (u64, u64)| format!("epoch {epoch} to number {last}");
            found.breaks("SEQ-005", path, &text(before), text(says));
        }
    }

    /// A frame that was sent before.
    pub(super) fn see_again(&mut self, path: &str, frame: usize, frames: &Frames, found: &mut Findings) {
        let (Some(life), Some(sent)) = (&mut self.now, frames.get(frame)) else {
            return found.breaks("SEQ-003", path, "nothing, for there is no producer", "a frame");
        };
        let place = &sent.facts.place;
        let older = life.own.as_ref().is_some_and(|(_, epoch, _)| place.epoch < *epoch);
        // SEQ-006
        if older && life.started.contains_key(&place.lane) {
            let got = format!("a frame of epoch {} behind EPOCH_START", place.epoch);
            found.breaks("SEQ-006", path, "what is left of an older epoch first", got);
        }
        life.sent.insert(frame);
    }

    /// The producer has ended as it should.
    pub(super) fn closed(&mut self) {
        if let Some((_, closed)) = self.all.last_mut() {
            *closed = true;
        }
    }

    // SEQ-011
    pub(super) fn check_end(&self, path: &str, frames: &Frames, found: &mut Findings) {
        let Some(life) = &self.now else { return };
        let open = |frame: &&usize| frames.get(**frame).is_some_and(|frame| !frames.has_ended(&frame.facts.place));
        if life.started.values().any(|frame| open(&frame)) {
            found.warnings.push(format!("{path}: a lane should end with EPOCH_END (SEQ-011)"));
        }
    }
}
