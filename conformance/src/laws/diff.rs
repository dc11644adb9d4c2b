//! The law of followers: two of them, given the same records, have the same states and refuse the same.

use arbitrary::{Result, Unstructured};
use dashstream_codec::constants::MAX_STATE_DEPTH;
use dashstream_codec::laws::{Broken, Seen};
use dashstream_codec::owned;
use dashstream_diff::{Tracker, TrackerConfig, Update, parse};
use dashstream_vectors::{DiffPayload, OpPayload, SnapshotPayload, StateStep};

use super::same;
use crate::plain::Plain;
use crate::protocol::StateQuestion;
use crate::reference::follow;

/// Steps of a history, at the most.
const MAX_STEPS: usize = 16;
/// Names and indexes, as tokens of a path.
const TOKENS: [&str; 18] =
    ["a", "b", "c", "", "0", "1", "2", "-", "01", "10", "~0", "~01", "~1", "a~1b", "~2", "\u{e9}", "a/b", "\u{1f600}"];
/// Names of members, as texts have them.
const NAMES: [&str; 12] = ["a", "b", "c", "", "0", "\\u0061", "\u{e9}", "a/b", "~", "~1", "\u{fb33}", "\u{1f600}"];
/// Texts that are one value, or nearly.
const ATOMS: [&str; 39] = [
    "null",
    "true",
    "0",
    "-0",
    "0.0",
    "1",
    "1.0",
    "1e0",
    "-1",
    "10e-1",
    "0.1",
    "1e400",
    "5e-324",
    "9007199254740991",
    "9007199254740993",
    "1e21",
    "1e20",
    "123456789012345680000.0",
    "1424953923781206.25",
    "01",
    "+1",
    "1.",
    "NaN",
    "\"\"",
    "\"a\"",
    "\"\\u0061\"",
    "\"\u{e9}\"",
    "\"e\\u0301\"",
    "\"\\ud800\"",
    "\"\\ud83d\\ude00\"",
    "\"\u{1f600}\"",
    "\"\u{1}\"",
    "\"\\u0000\"",
    "\"\\u001f\"",
    "\"\u{7f}\"",
    "\"\u{2028}\"",
    "\"\\/\"",
    "\"\\n\"",
    "[[]]",
];

/// Of a history of records that the bytes are the makings of, both followers have the same states, with the same hashes, and refuse
/// the same records with the same codes.
///
/// # Errors
/// They do not.
pub fn diff(bytes: &[u8]) -> std::result::Result<Seen, Broken> {
    with(&Plain::new(), bytes)
}

fn with(plain: &Plain, bytes: &[u8]) -> std::result::Result<Seen, Broken> {
    let mut u = Unstructured::new(bytes);
    let steps = History::default().steps(&mut u).unwrap_or_default();
    let question = StateQuestion { steps };
    let (reference, plain) = (follow(&question), plain.follow(&question));
    let states = reference.states.iter().zip(&plain.states).zip(&question.steps);
    for ((ours, other), step) in states {
        same("both followers make the same of a record", &(ours, step), &(other, step))?;
    }
    same("both followers answer each record", &reference.states.len(), &plain.states.len())?;
    let changed = reference.states.iter().any(|state| state.state.is_some());
    Ok(if changed { Seen::accepted() } else { Seen::default() })
}

/// What was made so far.
#[derive(Default)]
struct History {
    tracker: Tracker,
    steps: Vec<StateStep>,
}

impl History {
    fn steps(mut self, u: &mut Unstructured<'_>) -> Result<Vec<StateStep>> {
        while !u.is_empty() && self.steps.len() < MAX_STEPS {
            match u.int_in_range(0..=9)? {
                0 => self.steps.push(StateStep::Lost {}),
                1..=2 => self.snapshot(u)?,
                3..=6 => self.tracked(u)?,
                _ => {
                    let diff = self.diff(u)?;
                    self.steps.push(StateStep::Diff(diff));
                }
            }
        }
        Ok(self.steps)
    }

    /// What a producer sends for a state, or nearly.
    fn tracked(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let Ok(state) = parse(text(u, 0)?.as_bytes()) else { return Ok(()) };
        let mut config = TrackerConfig::default();
        config.max_text_len = 24;
        if self.steps.is_empty() {
            self.tracker = Tracker::new(config);
        }
        match self.tracker.update(&state) {
            Ok(Update::Diff(diff)) => {
                let mut diff = diff_of(&diff);
                if u.ratio(1, 5)? {
                    let at = u.int_in_range(0..=diff.ops.len())?;
                    let op = op(u)?;
                    diff.ops.insert(at, op);
                }
                self.steps.push(StateStep::Diff(diff));
            }
            Ok(Update::Snapshot(pieces)) => {
                for piece in &pieces {
                    let mut piece = snapshot_of(piece);
                    if u.ratio(1, 9)? {
                        piece.chunk_index = u.int_in_range(0..=3)?;
                    }
                    self.steps.push(StateStep::Snapshot(piece));
                }
            }
            Err(_) => {}
        }
        Ok(())
    }

    fn snapshot(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let hash = hash(u, &self.steps)?;
        let (text, text_hex) = match u.ratio(1, 8)? {
            true => (String::new(), hex::encode(u.arbitrary::<[u8; 5]>()?)),
            false => (text(u, 0)?, String::new()),
        };
        let chunk_count = u.int_in_range(0..=2)?;
        let chunk_index = u.int_in_range(0..=chunk_count)?;
        self.steps.push(StateStep::Snapshot(SnapshotPayload { hash, text, text_hex, chunk_index, chunk_count }));
        Ok(())
    }

    fn diff(&self, u: &mut Unstructured<'_>) -> Result<DiffPayload> {
        let (base_hash, result_hash) =
            (hash(u, &self.steps)?, if u.ratio(1, 6)? { hash(u, &self.steps)? } else { String::new() });
        let ops = (0..u.int_in_range(0..=4)?).map(|_| op(u)).collect::<Result<_>>()?;
        Ok(DiffPayload { base_hash, result_hash, ops })
    }
}

/// No hash, one that an earlier record names, or some other.
fn hash(u: &mut Unstructured<'_>, steps: &[StateStep]) -> Result<String> {
    let named = |step: &StateStep| match step {
        StateStep::Snapshot(snapshot) => snapshot.hash.clone(),
        StateStep::Diff(diff) => diff.result_hash.clone(),
        StateStep::Lost {} => String::new(),
    };
    Ok(match u.int_in_range(0..=4)? {
        0 => hex::encode([7; 32]),
        1 | 2 => steps.iter().rev().map(named).find(|hash| !hash.is_empty()).unwrap_or_default(),
        _ => String::new(),
    })
}

fn op(u: &mut Unstructured<'_>) -> Result<OpPayload> {
    let op = u.int_in_range(1..=6)?;
    let from = if matches!(op, 4 | 5) { path(u)? } else { String::new() };
    // A remove may have a value too, which nobody looks at (DIF-024).
    let value = if matches!(op, 1 | 3 | 6) || u.ratio(1, 6)? { text(u, 1)? } else { String::new() };
    Ok(OpPayload { op, path: path(u)?, from, value })
}

fn path(u: &mut Unstructured<'_>) -> Result<String> {
    let tokens = u.int_in_range(0..=3)?;
    let mut path = String::new();
    for _ in 0..tokens {
        path.push('/');
        // Small ones more often, so that a path leads somewhere.
        path.push_str(if u.arbitrary()? { u.choose(&["a", "b", "0", "1"])? } else { u.choose(&TOKENS)? });
    }
    Ok(if u.ratio(1, 24)? { path.replacen('/', "", 1) } else { path })
}

/// A text that is a value, or nearly.
fn text(u: &mut Unstructured<'_>, depth: u32) -> Result<String> {
    let blank = if u.ratio(1, 12)? { " \n" } else { "" };
    if u.ratio(1, 60)? {
        // About as deep as a state may be (DIF-006, DIF-031).
        let depth = u.int_in_range(MAX_STATE_DEPTH - 2..=MAX_STATE_DEPTH + 1)?;
        return Ok(format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    }
    let of =
        |u: &mut Unstructured<'_>| (0..u.int_in_range(0..=3)?).map(|_| text(u, depth + 1)).collect::<Result<Vec<_>>>();
    Ok(match u.int_in_range(0..=if depth > 3 { 3 } else { 9 })? {
        0..=1 => format!("{blank}{}{blank}", u.choose(&ATOMS)?),
        2..=3 => (*u.choose(&["0", "-0", "1", "1.0", "null"])?).to_owned(),
        4..=5 => format!("[{}{blank}]", of(u)?.join(&format!("{blank},"))),
        _ => {
            let members = of(u)?.into_iter().map(|value| {
                let name = *u.choose(&NAMES)?;
                Ok(format!("\"{name}\"{blank}:{value}"))
            });
            format!("{{{}}}", members.collect::<Result<Vec<_>>>()?.join(","))
        }
    })
}

fn snapshot_of(piece: &owned::StateSnapshot) -> SnapshotPayload {
    SnapshotPayload {
        hash: hex::encode(&piece.hash),
        text_hex: hex::encode(&piece.text),
        chunk_index: piece.chunk_index,
        chunk_count: piece.chunk_count,
        ..SnapshotPayload::default()
    }
}

fn diff_of(diff: &owned::StateDiff) -> DiffPayload {
    let op = |op: &owned::PatchOp| OpPayload {
        op: op.op,
        path: op.path.clone().unwrap_or_default(),
        from: op.from.clone().unwrap_or_default(),
        value: op.value.clone(),
    };
    DiffPayload {
        base_hash: hex::encode(&diff.base_hash),
        result_hash: hex::encode(&diff.result_hash),
        ops: diff.ops.iter().map(op).collect(),
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    /// Bytes of a history.
    const LEN: usize = 600;

    fn holds(plain: &Plain, histories: u64) -> bool {
        (0..histories).all(|seed| {
            let mut rng = Rng::with_seed(seed);
            let bytes: Vec<u8> = (0..LEN).map(|_| rng.u8(..)).collect();
            with(plain, &bytes).is_ok()
        })
    }

    #[test]
    fn a_follower_with_a_rule_changed_is_found_out() {
        assert!(holds(&Plain::new(), 8_000));
        // Left to vectors are states of 64 MiB, the last numbers before infinity, numbers of more than 20 digits, texts that are nearly JSON
        // in ways that the histories do not know, names that objects inherit in some languages, moves that nest too deep or lead through what
        // they take out, and what follows on pieces with a hash between which a record was lost.
        let left = [
            "DIF-001.capitals",
            "DIF-001.escape",
            "DIF-001.space",
            "DIF-004.early",
            "DIF-004.near",
            "DIF-008.long",
            "DIF-010.proto",
            "DIF-015",
            "DIF-015.less",
            "DIF-022.between",
            "DIF-022.limit",
            "DIF-026.inherited",
            "DIF-029.proto",
            "DIF-031.move",
            "DIF-034.move",
        ];
        // Each of those takes as long as the histories last: there are fewer of them, but in the long run.
        let long = std::env::var("DASHSTREAM_LONG").is_ok_and(|long| long == "1");
        let histories = |id| if long || !left.contains(&id) { 8_000 } else { 1_000 };
        let unseen: std::collections::BTreeSet<&str> = Plain::mutants()
            .iter()
            .filter(|mutant| mutant.requirement.starts_with("DIF-"))
            .filter(|mutant| holds(&Plain::with(mutant.mutation), histories(mutant.id)))
            .map(|mutant| mutant.id)
            .collect();
        assert_eq!(unseen, left.into());
    }
}
