//! A follower (spec/diffs.md): the state of a thread, from its records.

use super::Plain;
use super::diff_json::{Json, read, write};
use super::diff_patch::{Code, MAX_LEN, perform};
use super::gate::Gate;
use crate::protocol::{StateQuestion, StateReport};
use dashstream_vectors::{DiffPayload, OpPayload, SnapshotPayload, StateOutcome, StateStep};
use sha2::{Digest, Sha256};

struct Follower {
    gate: Gate,
    state: Option<Json>,
    pieces: Vec<SnapshotPayload>,
    doubtful: bool,
}

impl Plain {
    /// Keeps the state of a thread.
    #[must_use]
    pub fn follow(&self, question: &StateQuestion) -> StateReport {
        let mut follower = Follower { gate: self.gate(), state: None, pieces: Vec::new(), doubtful: false };
        StateReport { states: question.steps.iter().map(|step| follower.step(step)).collect() }
    }
}

impl Follower {
    fn step(&mut self, step: &StateStep) -> StateOutcome {
        let changed = match step {
            StateStep::Snapshot(snapshot) => self.snapshot(snapshot),
            StateStep::Diff(diff) => self.diff(diff).map(|()| true),
            StateStep::Lost {} => {
                self.doubtful = true;
                return StateOutcome::default();
            }
        };
        match (changed, &self.state) {
            (Ok(true), Some(state)) => {
                let text = write(self.gate, state);
                StateOutcome { hash: Some(sha256(&text)), state: Some(text), error: None }
            }
            (Ok(_), _) => StateOutcome::default(),
            (Err(code), _) => {
                self.doubtful = true;
                StateOutcome { error: Some(code.to_owned()), ..StateOutcome::default() }
            }
        }
    }

    /// Whether there is a new state.
    fn snapshot(&mut self, snapshot: &SnapshotPayload) -> Result<bool, Code> {
        if snapshot.chunk_count <= 1 {
            // DIF-014
            if !self.gate.strict("DIF-014.whole") {
                self.pieces.clear();
            }
            return self.become_text(&bytes_of(snapshot), &snapshot.hash).map(|()| true);
        }
        // DIF-014
        if snapshot.chunk_index == 0 && !self.gate.strict("DIF-014.first") {
            self.pieces.clear();
        }
        let follows = match self.pieces.last() {
            None => snapshot.chunk_index == 0,
            Some(last) => {
                last.chunk_index + 1 == snapshot.chunk_index
                    && last.chunk_count == snapshot.chunk_count
                    && last.hash == snapshot.hash
            }
        };
        // DIF-013
        if self.gate.fails("DIF-013", !follows) {
            self.give_up();
            return Err("STATE_PIECES");
        }
        self.pieces.push(snapshot.clone());
        if snapshot.chunk_index + 1 < snapshot.chunk_count {
            return Ok(false);
        }
        let pieces = std::mem::take(&mut self.pieces);
        // DIF-012
        let text: Vec<u8> = match self.gate.strict("DIF-012") {
            true => pieces
                .iter()
                .flat_map(|one| String::from_utf8_lossy(&bytes_of(one)).into_owned().into_bytes())
                .collect(),
            false => pieces.iter().flat_map(bytes_of).collect(),
        };
        self.become_text(&text, &snapshot.hash).map(|()| true)
    }

    fn give_up(&mut self) {
        if !self.gate.strict("DIF-013.keeps") {
            self.pieces.clear();
        }
    }

    fn become_text(&mut self, text: &[u8], hash: &str) -> Result<(), Code> {
        if text.len() > MAX_LEN {
            return Err("STATE_LIMIT");
        }
        let state = read(self.gate, text).ok_or("STATE_TEXT")?;
        // DIF-011
        let wrong = !hash.is_empty() && hash != sha256(&write(self.gate, &state));
        if self.gate.fails("DIF-011", wrong) {
            return Err("STATE_HASH");
        }
        // DIF-010
        if self.state.is_none() || !self.gate.strict("DIF-010") {
            self.state = Some(state);
        }
        self.doubtful = false;
        Ok(())
    }

    fn diff(&mut self, diff: &DiffPayload) -> Result<(), Code> {
        // DIF-014
        if !self.gate.strict("DIF-014") {
            self.pieces.clear();
        }
        // DIF-020
        if self.gate.fails("DIF-020", self.state.is_none()) {
            return Err("STATE_BASE");
        }
        let mut state = self.state.clone().unwrap_or(Json::Null);
        // DIF-021
        let other = !diff.base_hash.is_empty() && diff.base_hash != sha256(&write(self.gate, &state));
        if self.gate.fails("DIF-021", other) {
            return Err("STATE_BASE");
        }
        // DIF-022
        if self.gate.fails("DIF-022", diff.base_hash.is_empty() && self.doubtful) {
            return Err("STATE_BASE");
        }
        let values: Vec<Option<Json>> = diff.ops.iter().map(|op| self.value(op)).collect::<Result<_, _>>()?;
        for (op, value) in diff.ops.iter().zip(values) {
            let done = perform(self.gate, &mut state, op, value);
            // DIF-033
            if done.is_err() && self.gate.strict("DIF-033") {
                self.state = Some(state);
                return done;
            }
            done?;
        }
        // DIF-032
        let wrong = !diff.result_hash.is_empty() && diff.result_hash != sha256(&write(self.gate, &state));
        if self.gate.fails("DIF-032", wrong) {
            return Err("STATE_HASH");
        }
        self.state = Some(state);
        self.doubtful = false;
        Ok(())
    }

    fn value(&self, op: &OpPayload) -> Result<Option<Json>, Code> {
        // DIF-024
        if ![1, 3, 6].contains(&op.op) {
            let looked_at = self.gate.strict("DIF-024") && !op.value.is_empty();
            return if looked_at && read(self.gate, op.value.as_bytes()).is_none() {
                Err("STATE_TEXT")
            } else {
                Ok(None)
            };
        }
        let value = read(self.gate, op.value.as_bytes());
        // DIF-023
        if self.gate.fails("DIF-023", value.is_none()) { Err("STATE_TEXT") } else { Ok(value) }
    }
}

fn bytes_of(snapshot: &SnapshotPayload) -> Vec<u8> {
    match snapshot.text_hex.is_empty() {
        true => snapshot.text.clone().into_bytes(),
        false => hex::decode(&snapshot.text_hex).unwrap_or_default(),
    }
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
