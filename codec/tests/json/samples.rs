//! A payload of every kind, with every field and with values at their limits.

use dashstream_proto::kinds;
use serde_json::{Value, json};

const U32: u32 = u32::MAX;
const U31: u32 = u32::MAX / 2;
const U53: &str = "9007199254740991";

/// Kind and payload of each, in the order of the kinds.
pub(crate) fn all() -> Vec<(u32, Value)> {
    let hash = "ab".repeat(32);
    let attributes = json!([{"key": "first", "value": "text with ünïcode \u{10FFFF}\u{0}"}, {"key": "second"}]);
    vec![
        (
            kinds::GRAPH_START,
            json!({
                "graph": "a graph",
                "parent": {"producer_id": "00000000000000000000000000000001", "epoch": U31, "lane": U31, "sequence": U53},
                "attributes": attributes,
            }),
        ),
        (kinds::EPOCH_START, json!({"previous_epoch": 2, "previous_last_sequence": U53})),
        (kinds::GRAPH_END, json!({"duration_us": U53, "status": U32, "attributes": attributes})),
        (kinds::EPOCH_END, json!({"reason": U32})),
        (kinds::NODE_START, json!({"attempt": U32, "step": U32, "attributes": attributes})),
        (kinds::HEARTBEAT, json!({"interval_us": U53})),
        (kinds::NODE_END, json!({"duration_us": U53, "status": 1, "attributes": attributes})),
        (kinds::LANE_END, json!({"next_lane": U31, "has_next": true})),
        (kinds::EDGE, json!({"from": "a", "to": ["b", null, "a"], "condition": "c".repeat(1024)})),
        (kinds::LATE_DROPS, json!({"first": "1", "count": "1", "reason": U32})),
        (kinds::TOKEN_CHUNK, json!({"request": "r", "model": "m", "index": U32, "text": "tö", "final": true})),
        (kinds::REDACTED, json!({"original_kind": U32})),
        (
            kinds::LLM_START,
            json!({"request": "r", "model": "m", "provider": "p", "input": "{}", "attributes": attributes}),
        ),
        (
            kinds::LLM_END,
            json!({
                "request": "r", "model": "m", "duration_us": U53, "status": 2, "finish_reason": "stop",
                "input_tokens": U53, "output_tokens": "1", "attributes": attributes,
            }),
        ),
        (
            kinds::STATE_DIFF,
            json!({
                "base_hash": hash, "result_hash": hash,
                "ops": [{"op": 1, "path": "/a", "from": "/b", "value": "1"}, {"op": 6}],
            }),
        ),
        (kinds::TOOL_CALL, json!({"call": "c", "tool": "t", "arguments": "[]", "attributes": attributes})),
        (kinds::STATE_SNAPSHOT, json!({"hash": hash, "text_hex": "ff00", "chunk_index": U32 - 1, "chunk_count": U32})),
        (
            kinds::TOOL_RESULT,
            json!({
                "call": "c", "tool": "t", "result": "x".repeat(70_000), "duration_us": U53, "status": 3,
                "attributes": attributes,
            }),
        ),
        (
            kinds::CHECKPOINT_MANIFEST,
            json!({
                "generation": U53, "parent_generation": "9007199254740990", "chunk_count": U32, "total_len": U53,
                "sha256": hash, "content_type": "application/json", "attributes": attributes,
            }),
        ),
        (
            kinds::METRICS,
            json!({
                "int_name": ["a", "b", "c"], "int_value": [U53, format!("-{U53}"), "0"],
                "float_name": ["a", "b", "c", "d", "e", "f", "g"],
                "float_value": ["NaN", "Infinity", "-Infinity", -0.0, 0.0, 5e-324, f64::MAX],
            }),
        ),
        (kinds::CHECKPOINT_CHUNK, json!({"generation": U53, "index": U32, "data": "00ff"})),
        (
            kinds::ERROR_REPORT,
            json!({
                "type": "E", "message": "m", "stack": "s", "retryable": true, "attempt": U32,
                "attributes": attributes,
            }),
        ),
        (
            kinds::DEAD_LETTER,
            json!({
                "source_topic": "t", "source_partition": U32, "source_offset": U53, "source_time_us": U53,
                "group": "g", "stage": "s", "error_code": U32, "error_offset": U53, "attempt": U32,
                "first_failure_us": U53, "last_failure_us": U53, "frame": "be01", "record_index": U32,
                "traceparent": "00-", "replay_count": U32,
            }),
        ),
        (
            kinds::EXECUTION_TRACE,
            json!({
                "steps": [{"node": "n", "start_us": U53, "duration_us": U53, "status": 4}, {}],
                "duration_us": U53, "status": 5,
            }),
        ),
        (kinds::CHECKPOINT_EVENT, json!({"action": 1, "generation": U53, "size": U53, "duration_us": U53})),
        (kinds::MEMORY, json!({"operation": 4, "store": "s", "key": "k", "count": U53})),
        (kinds::HUMAN_REQUEST, json!({"request": "r", "prompt": "p", "choices": ["", "yes", ""]})),
        (kinds::HUMAN_RESPONSE, json!({"request": "r", "response": "yes", "duration_us": U53})),
        (kinds::PROGRESS, json!({"done": U53, "total": U53, "message": "m"})),
        (kinds::THINKING, json!({"request": "r", "model": "m", "index": U32, "text": "t", "final": true})),
        (kinds::SUB_STEP, json!({"name": "n", "index": U32, "duration_us": U53, "status": 1})),
        (kinds::WARNING, json!({"code": "c", "message": "m", "attributes": attributes})),
        (kinds::OPTIMIZATION, json!({"name": "n", "before": -0.0, "after": 0.1, "detail": "d"})),
        (kinds::LEGACY_PAYLOAD, json!({"frame": "00", "source": "s"})),
    ]
}
