//! The state of a thread at its producer: states go in, records come out.

use dashstream_codec::constants::{DEFAULT_MAX_FRAME_LEN, MAX_STRING_LEN, MAX_STRINGS};
use dashstream_codec::owned;
use serde::Serialize;
use serde_json::Value;

use crate::{Error, Hash, Op, SerializeError, canonical, make, ops_to_record, to_state};

/// What a record of state takes beside its text or operations: hashes with tags and lengths.
const SNAPSHOT_LEN: usize = 40;
const DIFF_LEN: usize = 68;

/// How a [`Tracker`] makes records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrackerConfig {
    /// Bytes of text in one record, at the most; 1 or more. A larger state is cut into pieces (DIF-047). Half of what a frame takes
    /// unless told otherwise.
    pub max_text_len: usize,
    /// After so many diffs in a row a snapshot is sent, so that whoever comes late waits no longer. `None`, which is what it is unless
    /// told otherwise: only where it is needed.
    pub max_diffs: Option<u32>,
}

impl Default for TrackerConfig {
    fn default() -> Self {
        Self { max_text_len: DEFAULT_MAX_FRAME_LEN / 2, max_diffs: None }
    }
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    /// What has changed. Without operations the state is the one before.
    Diff(owned::StateDiff),
    /// The whole state, in one piece or several, to be sent in this order.
    Snapshot(Vec<owned::StateSnapshot>),
}

/// Knows what was sent of a thread's state, and says what is to be sent for the next one.
///
/// It takes for sent what it gives out. Where a record was dropped, or nobody knows what became of it, say so with
/// [`lost`](Self::lost) before the next state.
#[derive(Clone, Debug, Default)]
pub struct Tracker {
    config: TrackerConfig,
    sent: Option<Sent>,
}

#[derive(Clone, Debug)]
struct Sent {
    state: Value,
    hash: Hash,
    /// Diffs since the last snapshot.
    diffs: u32,
}

impl Tracker {
    /// A tracker of a thread of which nothing was sent yet.
    #[must_use]
    pub const fn new(config: TrackerConfig) -> Self {
        Self { config, sent: None }
    }

    /// What is to be sent now that this is the state.
    ///
    /// # Errors
    /// The state cannot be serialized, or has no canonical form. Then nothing is to be sent, and the tracker goes on as if it had not
    /// been asked (DIF-042).
    pub fn update<T: Serialize + ?Sized>(&mut self, state: &T) -> Result<Update, SerializeError> {
        let state = to_state(state)?;
        Ok(self.update_value(state)?)
    }

    /// Something that was given out was dropped, or may be lost: the next is a snapshot (DIF-044).
    pub fn lost(&mut self) {
        self.sent = None;
    }

    fn update_value(&mut self, state: Value) -> Result<Update, Error> {
        let text = canonical(&state)?;
        let hash = Hash::of_canonical(&text);
        let update = match self.diff_to(&state, &text)? {
            Some((base, ops)) => Update::Diff(owned::StateDiff {
                base_hash: base.as_bytes().to_vec(),
                result_hash: hash.as_bytes().to_vec(),
                ops,
            }),
            None => Update::Snapshot(pieces(text.as_bytes(), hash, self.config.max_text_len)),
        };
        let diffs = match (&update, &self.sent) {
            (Update::Diff(_), Some(sent)) => sent.diffs.saturating_add(1),
            _ => 0,
        };
        self.sent = Some(Sent { state, hash, diffs });
        Ok(update)
    }

    /// The hash of the state before and the operations, where a diff is to be sent.
    fn diff_to(&self, state: &Value, text: &str) -> Result<Option<(Hash, Vec<owned::PatchOp>)>, Error> {
        // DIF-044
        let Some(sent) = &self.sent else { return Ok(None) };
        if self.config.max_diffs.is_some_and(|most| sent.diffs >= most) {
            return Ok(None);
        }
        let (ops, size) = make::sized(&sent.state, state)?;
        let len = DIFF_LEN + size;
        // DIF-045. Where nothing has changed the shortest diff is sent, however short the state is.
        let smaller = ops.is_empty() || len < SNAPSHOT_LEN + text.len();
        if !smaller || len > self.config.max_text_len.max(DIFF_LEN) || !fits(&ops) {
            return Ok(None);
        }
        Ok(Some((sent.hash, ops_to_record(&ops)?)))
    }
}

/// Whether a frame has room for the paths (REC-031).
fn fits(ops: &[Op]) -> bool {
    let short = |path: &str| path.len() <= MAX_STRING_LEN;
    ops.len() <= MAX_STRINGS / 4 && ops.iter().all(|op| short(op.path()) && op.from().is_none_or(short))
}

/// The text of a state in records.
fn pieces(text: &[u8], hash: Hash, most: usize) -> Vec<owned::StateSnapshot> {
    let count = text.len().div_ceil(most.max(1)).max(1);
    // A text has fewer bytes than a number of 32 bits can say.
    let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let piece = |(index, text): (usize, &[u8])| owned::StateSnapshot {
        hash: hash.as_bytes().to_vec(),
        text: text.to_vec(),
        chunk_index: number(index),
        chunk_count: if count == 1 { 0 } else { number(count) },
    };
    text.chunks(most.max(1)).enumerate().map(piece).collect()
}
