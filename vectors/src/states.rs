//! Records of a thread's state for a follower, and what has to come out of them (`spec/diffs.md`).

use serde::{Deserialize, Serialize};

/// Records for a follower.
#[derive(Debug, Clone)]
pub struct DiffCase {
    /// What the follower is given.
    pub steps: Vec<StateStep>,
    /// What has to come of each step.
    pub expect: Vec<StateOutcome>,
}

/// What a follower is given: the payload of a record in the JSON form, or that one is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase", deny_unknown_fields)]
pub enum StateStep {
    /// A StateSnapshot.
    Snapshot(SnapshotPayload),
    /// A StateDiff.
    Diff(DiffPayload),
    /// A record is missing here.
    Lost {},
}

/// A StateSnapshot in the JSON form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotPayload {
    /// Hexadecimal digits, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
    /// The text, where it is UTF-8.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The text in hexadecimal digits, where it is not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text_hex: String,
    /// Which piece it is.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub chunk_index: u32,
    /// Of how many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub chunk_count: u32,
}

/// A StateDiff in the JSON form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiffPayload {
    /// Hexadecimal digits, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub base_hash: String,
    /// Hexadecimal digits, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub result_hash: String,
    /// The operations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ops: Vec<OpPayload>,
}

/// A PatchOp in the JSON form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpPayload {
    /// 1 add, 2 remove, 3 replace, 4 move, 5 copy, 6 test.
    pub op: u32,
    /// The path; nothing is the whole document.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The source of a move or copy.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// The value as text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
}

/// What came of a step: a state with its hash, an error, or nothing yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateOutcome {
    /// The canonical form of the state that there is now, where the record was accepted and changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Its SHA-256 in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// The code of `spec/registry/state_errors.toml`, where the record was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}
