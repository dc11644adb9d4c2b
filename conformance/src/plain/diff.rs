//! A follower (spec/diffs.md): the state of a thread, from its records.

use super::Plain;
use super::diff_json::{Json, read, write};
use super::diff_patch::{Code, MAX_DEPTH, MAX_LEN, perform, tokens};
use super::gate::Gate;
use crate::protocol::{StateQuestion, StateReport};
use dashstream_vectors::{DiffPayload, OpPayload, SnapshotPayload, StateOutcome, StateStep};
use sha2::{Digest, Sha256};

/// Mutants that do not doubt after a refusal: by the code.
const SURE: [(Code, &str); 5] = [
    ("STATE_PIECES", "DIF-022.pieces"),
    ("STATE_BASE", "DIF-022.base"),
    ("STATE_TEST", "DIF-022.test"),
    ("STATE_LIMIT", "DIF-022.limit"),
    ("STATE_HASH", "DIF-022.hash"),
];

struct Follower {
    gate: Gate,
    state: Option<Json>,
    pieces: Vec<SnapshotPayload>,
    doubtful: bool,
    /// Whether something was lost since the first of the pieces came: for a mutant.
    between: bool,
}

impl Plain {
    /// Keeps the state of a thread.
    #[must_use]
    pub fn follow(&self, question: &StateQuestion) -> StateReport {
        let mut follower =
            Follower { gate: self.gate(), state: None, pieces: Vec::new(), doubtful: false, between: false };
        StateReport { states: question.steps.iter().map(|step| follower.step(step)).collect() }
    }
}

impl Follower {
    fn step(&mut self, step: &StateStep) -> StateOutcome {
        let changed = match step {
            StateStep::Snapshot(snapshot) => self.snapshot(snapshot),
            StateStep::Diff(diff) => self.diff(diff).map(|()| true),
            StateStep::Lost {} => {
                self.lost();
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
                self.doubtful |= !SURE.iter().any(|(other, id)| *other == code && self.gate.strict(id));
                StateOutcome { error: Some(code.to_owned()), ..StateOutcome::default() }
            }
        }
    }

    fn lost(&mut self) {
        self.doubtful = true;
        self.between = true;
        // DIF-016
        let hashed = self.pieces.last().is_some_and(|piece| !piece.hash.is_empty());
        if !(hashed || self.gate.strict("DIF-016")) || self.gate.strict("DIF-016.all") {
            self.pieces.clear();
        }
    }

    /// Whether there is a new state.
    fn snapshot(&mut self, snapshot: &SnapshotPayload) -> Result<bool, Code> {
        if snapshot.chunk_count <= 1 {
            let taken = self.become_text(&bytes_of(snapshot), &snapshot.hash);
            // DIF-014
            let kept = self.gate.strict("DIF-014.whole") || self.gate.strict("DIF-014.refused") && taken.is_err();
            if !kept {
                self.pieces.clear();
            }
            return taken.map(|()| true);
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
                    && (last.hash == snapshot.hash || self.is_wild(&last.hash, &snapshot.hash))
            }
        };
        // DIF-013
        if self.gate.fails("DIF-013", !follows) {
            self.give_up();
            return Err("STATE_PIECES");
        }
        self.between &= !self.pieces.is_empty();
        self.pieces.push(snapshot.clone());
        // DIF-015
        if self.pieces.iter().map(|piece| bytes_of(piece).len()).sum::<usize>() > MAX_LEN {
            self.give_up();
            return Err("STATE_LIMIT");
        }
        if snapshot.chunk_index + 1 < snapshot.chunk_count {
            self.doubtful &= !self.gate.strict("DIF-022.piece");
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
        let taken = self.become_text(&text, &snapshot.hash);
        // DIF-014
        if taken.is_err() && self.gate.strict("DIF-014.last") {
            self.pieces = pieces;
            drop(self.pieces.pop());
        }
        // DIF-022
        self.doubtful |= self.between && self.gate.strict("DIF-022.between");
        taken.map(|()| true)
    }

    /// DIF-013's mutant: whether one of the hashes is empty.
    fn is_wild(&self, one: &str, other: &str) -> bool {
        (one.is_empty() || other.is_empty()) && self.gate.strict("DIF-013.any")
    }

    // DIF-014
    fn give_up(&mut self) {
        if !self.gate.strict("DIF-014.keeps") {
            self.pieces.clear();
        }
    }

    fn become_text(&mut self, text: &[u8], hash: &str) -> Result<(), Code> {
        // DIF-015
        if text.len() > MAX_LEN {
            return Err("STATE_LIMIT");
        }
        let state = read(self.gate, text).ok_or("STATE_TEXT")?;
        let form = write(self.gate, &state);
        // DIF-015
        if form.len() > MAX_LEN {
            return Err("STATE_LIMIT");
        }
        // DIF-011
        let wrong = !hash.is_empty() && hash != sha256(&form);
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
        let gate = self.gate;
        let values = || -> Result<Vec<Option<Json>>, Code> { diff.ops.iter().map(|op| value_of(gate, op)).collect() };
        // DIF-035
        if gate.strict("DIF-035.base") {
            values()?;
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
        let told = self.gate.strict("DIF-022.result") && !diff.result_hash.is_empty();
        if self.gate.fails("DIF-022", diff.base_hash.is_empty() && self.doubtful && !told) {
            return Err("STATE_BASE");
        }
        // DIF-035
        if !gate.strict("DIF-035.values") {
            values()?;
        }
        if gate.strict("DIF-035.pointers") {
            diff.ops.iter().try_for_each(|op| tokens(gate, &op.path).map(drop))?;
        }
        let mut ops: Vec<&OpPayload> = diff.ops.iter().collect();
        // DIF-034
        if gate.strict("DIF-034") {
            ops.reverse();
        }
        for op in ops {
            let done = value_of(gate, op).and_then(|value| perform(gate, &mut state, op, value));
            // DIF-033
            if done.is_err() && self.gate.strict("DIF-033") {
                self.state = Some(state);
                return done;
            }
            done?;
        }
        // DIF-031
        if gate.strict("DIF-031.end") && state.depth() > MAX_DEPTH {
            return Err("STATE_LIMIT");
        }
        // DIF-032
        let wrong = !diff.result_hash.is_empty() && diff.result_hash != sha256(&write(self.gate, &state));
        if self.gate.fails("DIF-032", wrong) {
            return Err("STATE_HASH");
        }
        // DIF-035
        if gate.strict("DIF-035.limit") && state.depth() > MAX_DEPTH {
            return Err("STATE_LIMIT");
        }
        self.state = Some(state);
        // DIF-022
        self.doubtful &= diff.ops.is_empty() && gate.strict("DIF-022.empty");
        Ok(())
    }
}

/// The value of an operation, where it has one.
fn value_of(gate: Gate, op: &OpPayload) -> Result<Option<Json>, Code> {
    // DIF-024
    if ![1, 3, 6].contains(&op.op) {
        let looked_at = gate.strict("DIF-024") && !op.value.is_empty();
        return if looked_at && read(gate, op.value.as_bytes()).is_none() { Err("STATE_TEXT") } else { Ok(None) };
    }
    let value = read(gate, op.value.as_bytes());
    let taken = op.op == 3 && gate.strict("DIF-023.replace") || op.op == 6 && gate.strict("DIF-023.test");
    // DIF-023
    if gate.fails("DIF-023", value.is_none()) && !taken { Err("STATE_TEXT") } else { Ok(value) }
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
