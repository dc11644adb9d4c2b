//! Which error codes and verdicts a vector expects, and which codes belong together.

use dashstream_vectors::{Case, ConsumerEvent, Content, DecodeExpect, EncodeExpect, FileExpect, Vector};
use serde_json::Value;

/// Codes of the checks of a body that has been decompressed, in their order. They end a frame; those of its records come later.
pub const OF_THE_BODY: [&str; 11] = [
    "BODY_WIRE",
    "STRING_TABLE",
    "COLUMN_LEN",
    "KIND_ZERO",
    "STRING_REF",
    "ID_TABLE",
    "ID_REF",
    "SEQUENCE_DELTA",
    "TIME_RANGE",
    "PARENT_RANGE",
    "PAYLOAD_LEN",
];

/// The codes of `spec/registry/errors.toml` that the vector expects, sorted.
#[must_use]
pub fn expected(vector: &Vector) -> Vec<String> {
    let mut codes = Vec::new();
    match &vector.case {
        Case::Decode(case) => match &case.expect {
            DecodeExpect::Rejected { error, .. } => codes.push(error.code.clone()),
            DecodeExpect::Accepted { content, .. } => of_records(content, &mut codes),
        },
        Case::Encode(case) => {
            // Where several codes would do, the vector shows none of them.
            if let EncodeExpect::Refused { codes: refused } = &case.expect
                && let [code] = refused.as_slice()
            {
                codes.push(code.clone());
            }
        }
        Case::File(case) => match &case.expect {
            FileExpect::Refused { error } => codes.push(error.code.clone()),
            FileExpect::Read { skipped, rejected, tail, .. } => {
                codes.extend(skipped.iter().map(|range| range.code.clone()));
                codes.extend(rejected.iter().map(|frame| frame.code.clone()));
                codes.extend(tail.map(|_| "TORN_TAIL".to_owned()));
            }
        },
        Case::Consumer(case) => codes.extend(case.expect.iter().flatten().filter_map(of_event)),
        Case::Diff(case) => codes.extend(case.expect.iter().filter_map(|outcome| outcome.error.clone())),
        Case::Store(case) => {
            let damage = case.expect.iter().flat_map(|thread| thread.error.iter().chain(&thread.damage));
            codes.extend(damage.map(|damage| damage.code.clone()));
        }
        Case::Ledger(_) | Case::Producer(_) => {}
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn of_event(event: &ConsumerEvent) -> Option<String> {
    match event {
        ConsumerEvent::Letter { code, .. } | ConsumerEvent::Stopped { code, .. } => {
            // What the application does not take has no code of the registry.
            (code != "APPLICATION").then(|| code.clone())
        }
        _ => None,
    }
}

fn of_records(content: &Content, codes: &mut Vec<String>) {
    let code = |record: &Value| record.pointer("/error/code").and_then(Value::as_str).map(str::to_owned);
    match content {
        Content::Frame(frame) => {
            codes.extend(frame.get("records").and_then(Value::as_array).into_iter().flatten().filter_map(code));
        }
        Content::Summary(summary) => codes.extend([&summary.first, &summary.last].into_iter().filter_map(code)),
    }
}
