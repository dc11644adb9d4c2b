"""The messages of proto/dashstream/v1, as tables for the wire scan (a test compares them with the schemas)."""

from __future__ import annotations

from dashstream.limits import MAX_RECORDS, MAX_STRINGS
from dashstream.schema import Field, Message, Type

ATTRIBUTE = Message(
    "Attribute",
    Field(1, "key_ref", Type.UINT32),
    Field(2, "value", Type.STRING),
)
RECORD_ID = Message(
    "RecordId",
    Field(1, "producer_id", Type.BYTES),
    Field(2, "epoch", Type.UINT32),
    Field(3, "lane", Type.UINT32),
    Field(4, "sequence", Type.UINT64),
)
CONTEXT = Message(
    "Context",
    Field(1, "run", Type.STRING),
    Field(2, "thread", Type.STRING),
    Field(3, "node", Type.STRING),
    Field(4, "task", Type.STRING),
)
REDACTION = Message(
    "Redaction",
    Field(1, "original_body_crc", Type.FIXED32),
    Field(2, "reason", Type.STRING),
)
METADATA = Message(
    "Metadata",
    Field(1, "tenant", Type.STRING),
    Field(2, "boot_nonce", Type.BYTES),
    Field(3, "base_time_us", Type.UINT64),
    Field(4, "trace_id", Type.BYTES),
    Field(5, "drop_reason", Type.UINT32, repeated=True),
    Field(6, "drop_reason_count", Type.UINT32, repeated=True),
    Field(7, "dropped_total", Type.UINT64),
    Field(8, "contexts", Type.MESSAGE, repeated=True, message=CONTEXT),
    Field(9, "redaction", Type.MESSAGE, message=REDACTION),
)
BODY = Message(
    "Body",
    Field(1, "strings", Type.STRING, repeated=True, keep=MAX_STRINGS + 1),
    Field(2, "kind", Type.UINT32, repeated=True, keep=MAX_RECORDS),
    Field(3, "time_delta_us", Type.SINT64, repeated=True, keep=MAX_RECORDS),
    Field(4, "sequence_delta", Type.UINT32, repeated=True, keep=MAX_RECORDS),
    Field(5, "thread_ref", Type.UINT32, repeated=True, keep=MAX_RECORDS),
    Field(6, "node_ref", Type.UINT32, repeated=True, keep=MAX_RECORDS),
    Field(7, "parent_delta", Type.UINT32, repeated=True, keep=MAX_RECORDS),
    Field(8, "run_ref", Type.UINT32, repeated=True, keep=MAX_RECORDS),
    Field(9, "task_ref", Type.UINT32, repeated=True, keep=MAX_RECORDS),
    Field(10, "trace_ref", Type.UINT32, repeated=True, keep=MAX_RECORDS),
    Field(11, "trace_ids", Type.BYTES),
    Field(12, "span_ref", Type.UINT32, repeated=True, keep=MAX_RECORDS),
    Field(13, "span_ids", Type.BYTES),
    Field(14, "payload_len", Type.UINT32, repeated=True, keep=MAX_RECORDS),
    Field(15, "payloads", Type.BYTES),
)
GRAPH_START = Message(
    "GraphStart",
    Field(1, "graph_ref", Type.UINT32),
    Field(2, "parent", Type.MESSAGE, message=RECORD_ID),
    Field(3, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
GRAPH_END = Message(
    "GraphEnd",
    Field(1, "duration_us", Type.UINT64),
    Field(2, "status", Type.UINT32),
    Field(3, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
NODE_START = Message(
    "NodeStart",
    Field(1, "attempt", Type.UINT32),
    Field(2, "step", Type.UINT32),
    Field(3, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
NODE_END = Message(
    "NodeEnd",
    Field(1, "duration_us", Type.UINT64),
    Field(2, "status", Type.UINT32),
    Field(3, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
EDGE = Message(
    "Edge",
    Field(1, "from_ref", Type.UINT32),
    Field(2, "to_ref", Type.UINT32, repeated=True),
    Field(3, "condition_ref", Type.UINT32),
)
LLM_START = Message(
    "LlmStart",
    Field(1, "request_ref", Type.UINT32),
    Field(2, "model_ref", Type.UINT32),
    Field(3, "provider_ref", Type.UINT32),
    Field(4, "input", Type.STRING),
    Field(5, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
LLM_END = Message(
    "LlmEnd",
    Field(1, "request_ref", Type.UINT32),
    Field(2, "model_ref", Type.UINT32),
    Field(3, "duration_us", Type.UINT64),
    Field(4, "status", Type.UINT32),
    Field(5, "finish_reason_ref", Type.UINT32),
    Field(6, "input_tokens", Type.UINT64),
    Field(7, "output_tokens", Type.UINT64),
    Field(8, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
TOKEN_CHUNK = Message(
    "TokenChunk",
    Field(1, "request_ref", Type.UINT32),
    Field(2, "model_ref", Type.UINT32),
    Field(3, "text", Type.BYTES),
    Field(4, "index", Type.UINT32),
    Field(5, "final", Type.BOOL),
)
THINKING = Message(
    "Thinking",
    Field(1, "request_ref", Type.UINT32),
    Field(2, "model_ref", Type.UINT32),
    Field(3, "text", Type.BYTES),
    Field(4, "index", Type.UINT32),
    Field(5, "final", Type.BOOL),
)
TOOL_CALL = Message(
    "ToolCall",
    Field(1, "call_ref", Type.UINT32),
    Field(2, "tool_ref", Type.UINT32),
    Field(3, "arguments", Type.STRING),
    Field(4, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
TOOL_RESULT = Message(
    "ToolResult",
    Field(1, "call_ref", Type.UINT32),
    Field(2, "tool_ref", Type.UINT32),
    Field(3, "result", Type.STRING),
    Field(4, "duration_us", Type.UINT64),
    Field(5, "status", Type.UINT32),
    Field(6, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
METRICS = Message(
    "Metrics",
    Field(1, "int_name_ref", Type.UINT32, repeated=True),
    Field(2, "int_value", Type.SINT64, repeated=True),
    Field(3, "float_name_ref", Type.UINT32, repeated=True),
    Field(4, "float_value", Type.DOUBLE, repeated=True),
)
ERROR_REPORT = Message(
    "ErrorReport",
    Field(1, "type_ref", Type.UINT32),
    Field(2, "message", Type.STRING),
    Field(3, "stack", Type.STRING),
    Field(4, "retryable", Type.BOOL),
    Field(5, "attempt", Type.UINT32),
    Field(6, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
WARNING = Message(
    "Warning",
    Field(1, "code_ref", Type.UINT32),
    Field(2, "message", Type.STRING),
    Field(3, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
TRACE_STEP = Message(
    "TraceStep",
    Field(1, "node_ref", Type.UINT32),
    Field(2, "start_us", Type.UINT64),
    Field(3, "duration_us", Type.UINT64),
    Field(4, "status", Type.UINT32),
)
EXECUTION_TRACE = Message(
    "ExecutionTrace",
    Field(1, "steps", Type.MESSAGE, repeated=True, message=TRACE_STEP),
    Field(2, "duration_us", Type.UINT64),
    Field(3, "status", Type.UINT32),
)
CHECKPOINT_EVENT = Message(
    "CheckpointEvent",
    Field(1, "action", Type.UINT32),
    Field(2, "generation", Type.UINT64),
    Field(3, "size", Type.UINT64),
    Field(4, "duration_us", Type.UINT64),
)
MEMORY_EVENT = Message(
    "MemoryEvent",
    Field(1, "operation", Type.UINT32),
    Field(2, "store_ref", Type.UINT32),
    Field(3, "key", Type.STRING),
    Field(4, "count", Type.UINT64),
)
HUMAN_REQUEST = Message(
    "HumanRequest",
    Field(1, "request_ref", Type.UINT32),
    Field(2, "prompt", Type.STRING),
    Field(3, "choices", Type.STRING, repeated=True),
)
HUMAN_RESPONSE = Message(
    "HumanResponse",
    Field(1, "request_ref", Type.UINT32),
    Field(2, "response", Type.STRING),
    Field(3, "duration_us", Type.UINT64),
)
PROGRESS = Message(
    "Progress",
    Field(1, "done", Type.UINT64),
    Field(2, "total", Type.UINT64),
    Field(3, "message", Type.STRING),
)
SUB_STEP = Message(
    "SubStep",
    Field(1, "name_ref", Type.UINT32),
    Field(2, "index", Type.UINT32),
    Field(3, "duration_us", Type.UINT64),
    Field(4, "status", Type.UINT32),
)
OPTIMIZATION = Message(
    "Optimization",
    Field(1, "name_ref", Type.UINT32),
    Field(2, "before", Type.DOUBLE),
    Field(3, "after", Type.DOUBLE),
    Field(4, "detail", Type.STRING),
)
PATCH_OP = Message(
    "PatchOp",
    Field(1, "op", Type.UINT32),
    Field(2, "path_ref", Type.UINT32),
    Field(3, "from_ref", Type.UINT32),
    Field(4, "value", Type.STRING),
)
STATE_DIFF = Message(
    "StateDiff",
    Field(1, "base_hash", Type.BYTES),
    Field(2, "result_hash", Type.BYTES),
    Field(3, "ops", Type.MESSAGE, repeated=True, message=PATCH_OP),
)
STATE_SNAPSHOT = Message(
    "StateSnapshot",
    Field(1, "hash", Type.BYTES),
    Field(2, "text", Type.BYTES),
    Field(3, "chunk_index", Type.UINT32),
    Field(4, "chunk_count", Type.UINT32),
)
CHECKPOINT_MANIFEST = Message(
    "CheckpointManifest",
    Field(1, "generation", Type.UINT64),
    Field(2, "parent_generation", Type.UINT64),
    Field(3, "chunk_count", Type.UINT32),
    Field(4, "total_len", Type.UINT64),
    Field(5, "sha256", Type.BYTES),
    Field(6, "content_type_ref", Type.UINT32),
    Field(7, "attributes", Type.MESSAGE, repeated=True, message=ATTRIBUTE),
)
CHECKPOINT_CHUNK = Message(
    "CheckpointChunk",
    Field(1, "generation", Type.UINT64),
    Field(2, "index", Type.UINT32),
    Field(3, "data", Type.BYTES),
)
EPOCH_START = Message(
    "EpochStart",
    Field(1, "previous_epoch", Type.UINT32),
    Field(2, "previous_last_sequence", Type.UINT64),
)
EPOCH_END = Message(
    "EpochEnd",
    Field(1, "reason", Type.UINT32),
)
HEARTBEAT = Message(
    "Heartbeat",
    Field(1, "interval_us", Type.UINT64),
)
LANE_END = Message(
    "LaneEnd",
    Field(1, "next_lane", Type.UINT32),
    Field(2, "has_next", Type.BOOL),
)
LATE_DROPS = Message(
    "LateDrops",
    Field(1, "first", Type.UINT64),
    Field(2, "count", Type.UINT64),
    Field(3, "reason", Type.UINT32),
)
REDACTED = Message(
    "Redacted",
    Field(1, "original_kind", Type.UINT32),
)
DEAD_LETTER = Message(
    "DeadLetter",
    Field(1, "source_topic_ref", Type.UINT32),
    Field(2, "source_partition", Type.UINT32),
    Field(3, "source_offset", Type.UINT64),
    Field(4, "source_time_us", Type.UINT64),
    Field(5, "group_ref", Type.UINT32),
    Field(6, "stage_ref", Type.UINT32),
    Field(7, "error_code", Type.UINT32),
    Field(8, "error_offset", Type.UINT64),
    Field(9, "attempt", Type.UINT32),
    Field(10, "first_failure_us", Type.UINT64),
    Field(11, "last_failure_us", Type.UINT64),
    Field(12, "frame", Type.BYTES),
    Field(13, "record_index", Type.UINT32),
    Field(14, "traceparent", Type.STRING),
    Field(15, "replay_count", Type.UINT32),
)
LEGACY_PAYLOAD = Message(
    "LegacyPayload",
    Field(1, "frame", Type.BYTES),
    Field(2, "source", Type.STRING),
)
