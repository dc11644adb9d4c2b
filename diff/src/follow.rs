//! The state of a thread at its consumer: records go in, the state is there.

use dashstream_codec::constants::MAX_STATE_LEN;
use dashstream_codec::view;
use serde_json::Value;

use crate::{Error, Hash, apply, canonical, ops_from_record, parse};

/// What a record of a snapshot did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is the state now.
    State,
    /// It is a piece, and others are to come.
    Piece,
}

/// Keeps the state of one thread from its records.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    state: Option<State>,
    pieces: Option<Pieces>,
    /// A record was refused or lost, and nothing has shown since that the state is the one that diffs are made for.
    doubtful: bool,
}

#[derive(Clone, Debug)]
struct State {
    value: Value,
    hash: Hash,
}

/// The beginning of a snapshot.
#[derive(Clone, Debug)]
struct Pieces {
    hash: Vec<u8>,
    count: u32,
    next: u32,
    text: Vec<u8>,
}

impl Follower {
    /// A follower of a thread of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The state, where there is one.
    #[must_use]
    pub fn state(&self) -> Option<&Value> {
        self.state.as_ref().map(|state| &state.value)
    }

    /// The hash of the state.
    #[must_use]
    pub fn hash(&self) -> Option<Hash> {
        self.state.as_ref().map(|state| state.hash)
    }

    /// A record of the thread's state is, or may be, missing: diffs have to show that they fit what is here (DIF-022), and so have pieces
    /// of a snapshot (DIF-016).
    pub fn lost(&mut self) {
        self.doubtful = true;
        // DIF-016: without a hash nothing would tell that those that follow are of another state.
        self.pieces = self.pieces.take().filter(|pieces| !pieces.hash.is_empty());
    }

    /// A snapshot, or a piece of one.
    ///
    /// # Errors
    /// It is refused; the state is what it was (DIF-033).
    pub fn snapshot(&mut self, snapshot: &view::StateSnapshot<'_>) -> Result<Step, Error> {
        let result = self.take(snapshot);
        self.doubtful |= result.is_err();
        result
    }

    /// A diff.
    ///
    /// # Errors
    /// It is refused; the state is what it was (DIF-033).
    pub fn diff(&mut self, diff: &view::StateDiff<'_>) -> Result<(), Error> {
        // DIF-014
        self.pieces = None;
        let result = self.changed(diff);
        match &result {
            Ok(_) => self.doubtful &= diff.base_hash.is_empty(),
            Err(_) => self.doubtful = true,
        }
        self.state = Some(result?);
        Ok(())
    }

    fn take(&mut self, snapshot: &view::StateSnapshot<'_>) -> Result<Step, Error> {
        // DIF-013, DIF-014: what is kept goes on only where this is the next piece of it.
        let before = self.pieces.take();
        if snapshot.chunk_count <= 1 {
            self.become_text(snapshot.text, snapshot.hash)?;
            return Ok(Step::State);
        }
        let fresh = || Pieces { hash: snapshot.hash.to_vec(), count: snapshot.chunk_count, next: 0, text: Vec::new() };
        let mut pieces = match before {
            _ if snapshot.chunk_index == 0 => fresh(),
            Some(pieces) if pieces.continues_with(snapshot) => pieces,
            _ => return Err(Error::Pieces),
        };
        // DIF-015
        if snapshot.text.len() > MAX_STATE_LEN.saturating_sub(pieces.text.len()) {
            return Err(Error::TooLarge);
        }
        // DIF-012
        pieces.text.extend_from_slice(snapshot.text);
        pieces.next += 1;
        if pieces.next < pieces.count {
            self.pieces = Some(pieces);
            return Ok(Step::Piece);
        }
        self.become_text(&pieces.text, &pieces.hash)?;
        Ok(Step::State)
    }

    fn become_text(&mut self, text: &[u8], hash: &[u8]) -> Result<(), Error> {
        // DIF-010
        self.state = Some(State::new(parse(text)?, hash)?);
        self.doubtful = false;
        Ok(())
    }

    /// DIF-035
    fn changed(&self, diff: &view::StateDiff<'_>) -> Result<State, Error> {
        // DIF-020
        let state = self.state.as_ref().ok_or(Error::NoState)?;
        // DIF-021
        if !state.hash.fits(diff.base_hash) {
            return Err(Error::OtherBase);
        }
        // DIF-022
        if self.doubtful && diff.base_hash.is_empty() {
            return Err(Error::UnknownBase);
        }
        State::new(apply(&state.value, &ops_from_record(diff)?)?, diff.result_hash)
    }
}

impl State {
    fn new(value: Value, expected: &[u8]) -> Result<Self, Error> {
        let hash = Hash::of_canonical(&canonical(&value)?);
        // DIF-011, DIF-032
        if hash.fits(expected) { Ok(Self { value, hash }) } else { Err(Error::OtherHash) }
    }
}

impl Pieces {
    fn continues_with(&self, piece: &view::StateSnapshot<'_>) -> bool {
        self.next == piece.chunk_index && self.count == piece.chunk_count && self.hash == piece.hash
    }
}
