//! The follower of the product.

use dashstream_codec::owned;
use dashstream_diff::{Error, Follower, Hash, Step, canonical};
use dashstream_vectors::{DiffPayload, OpPayload, SnapshotPayload, StateOutcome, StateStep};

use crate::protocol::{StateQuestion, StateReport};

pub(crate) fn follow(question: &StateQuestion) -> StateReport {
    let mut follower = Follower::new();
    StateReport { states: question.steps.iter().map(|step| one(&mut follower, step)).collect() }
}

fn one(follower: &mut Follower, step: &StateStep) -> StateOutcome {
    let changed = match step {
        StateStep::Snapshot(snapshot) => {
            follower.snapshot(&snapshot_of(snapshot).as_view()).map(|step| step == Step::State)
        }
        StateStep::Diff(diff) => follower.diff(&diff_of(diff).as_view()).map(|()| true),
        StateStep::Lost {} => {
            follower.lost();
            Ok(false)
        }
    };
    match changed.and_then(|changed| if changed { state(follower) } else { Ok(StateOutcome::default()) }) {
        Ok(outcome) => outcome,
        Err(error) => StateOutcome { error: Some(error.code().name().to_owned()), ..StateOutcome::default() },
    }
}

fn state(follower: &Follower) -> Result<StateOutcome, Error> {
    let text = canonical(follower.state().ok_or(Error::NoState)?)?;
    let hash = hex::encode(Hash::of_canonical(&text).as_bytes());
    Ok(StateOutcome { state: Some(text), hash: Some(hash), error: None })
}

fn snapshot_of(payload: &SnapshotPayload) -> owned::StateSnapshot {
    let text = if payload.text_hex.is_empty() { payload.text.clone().into_bytes() } else { bytes(&payload.text_hex) };
    owned::StateSnapshot {
        hash: bytes(&payload.hash),
        text,
        chunk_index: payload.chunk_index,
        chunk_count: payload.chunk_count,
    }
}

fn diff_of(payload: &DiffPayload) -> owned::StateDiff {
    let reference = |path: &str| (!path.is_empty()).then(|| path.to_owned());
    let op = |op: &OpPayload| owned::PatchOp {
        op: op.op,
        path: reference(&op.path),
        from: reference(&op.from),
        value: op.value.clone(),
    };
    owned::StateDiff {
        base_hash: bytes(&payload.base_hash),
        result_hash: bytes(&payload.result_hash),
        ops: payload.ops.iter().map(op).collect(),
    }
}

/// What is not hexadecimal is in no vector.
fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits).unwrap_or_default()
}
