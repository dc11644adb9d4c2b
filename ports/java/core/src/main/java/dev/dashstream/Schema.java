package dev.dashstream;

/** The messages of {@code proto/dashstream/v1}, and the message of each kind of the registry. */
public final class Schema {
    private Schema() {}

    /** The message Attribute. */
    public static final MessageType ATTRIBUTE = MessageType.of("Attribute",
            Field.singular(1, "key_ref", FieldType.UINT32),
            Field.singular(2, "value", FieldType.STRING));

    /** The message RecordId. */
    public static final MessageType RECORD_ID = MessageType.of("RecordId",
            Field.singular(1, "producer_id", FieldType.BYTES),
            Field.singular(2, "epoch", FieldType.UINT32),
            Field.singular(3, "lane", FieldType.UINT32),
            Field.singular(4, "sequence", FieldType.UINT64));

    /** The message GraphStart. */
    public static final MessageType GRAPH_START = MessageType.of("GraphStart",
            Field.singular(1, "graph_ref", FieldType.UINT32),
            Field.singular(2, "parent", FieldType.MESSAGE, RECORD_ID),
            Field.repeated(3, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message GraphEnd. */
    public static final MessageType GRAPH_END = MessageType.of("GraphEnd",
            Field.singular(1, "duration_us", FieldType.UINT64),
            Field.singular(2, "status", FieldType.UINT32),
            Field.repeated(3, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message NodeStart. */
    public static final MessageType NODE_START = MessageType.of("NodeStart",
            Field.singular(1, "attempt", FieldType.UINT32),
            Field.singular(2, "step", FieldType.UINT32),
            Field.repeated(3, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message NodeEnd. */
    public static final MessageType NODE_END = MessageType.of("NodeEnd",
            Field.singular(1, "duration_us", FieldType.UINT64),
            Field.singular(2, "status", FieldType.UINT32),
            Field.repeated(3, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message Edge. */
    public static final MessageType EDGE = MessageType.of("Edge",
            Field.singular(1, "from_ref", FieldType.UINT32),
            Field.repeated(2, "to_ref", FieldType.UINT32),
            Field.singular(3, "condition_ref", FieldType.UINT32));

    /** The message LlmStart. */
    public static final MessageType LLM_START = MessageType.of("LlmStart",
            Field.singular(1, "request_ref", FieldType.UINT32),
            Field.singular(2, "model_ref", FieldType.UINT32),
            Field.singular(3, "provider_ref", FieldType.UINT32),
            Field.singular(4, "input", FieldType.STRING),
            Field.repeated(5, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message LlmEnd. */
    public static final MessageType LLM_END = MessageType.of("LlmEnd",
            Field.singular(1, "request_ref", FieldType.UINT32),
            Field.singular(2, "model_ref", FieldType.UINT32),
            Field.singular(3, "duration_us", FieldType.UINT64),
            Field.singular(4, "status", FieldType.UINT32),
            Field.singular(5, "finish_reason_ref", FieldType.UINT32),
            Field.singular(6, "input_tokens", FieldType.UINT64),
            Field.singular(7, "output_tokens", FieldType.UINT64),
            Field.repeated(8, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message TokenChunk. */
    public static final MessageType TOKEN_CHUNK = MessageType.of("TokenChunk",
            Field.singular(1, "request_ref", FieldType.UINT32),
            Field.singular(2, "model_ref", FieldType.UINT32),
            Field.singular(3, "text", FieldType.BYTES),
            Field.singular(4, "index", FieldType.UINT32),
            Field.singular(5, "final", FieldType.BOOL));

    /** The message Thinking. */
    public static final MessageType THINKING = MessageType.of("Thinking",
            Field.singular(1, "request_ref", FieldType.UINT32),
            Field.singular(2, "model_ref", FieldType.UINT32),
            Field.singular(3, "text", FieldType.BYTES),
            Field.singular(4, "index", FieldType.UINT32),
            Field.singular(5, "final", FieldType.BOOL));

    /** The message ToolCall. */
    public static final MessageType TOOL_CALL = MessageType.of("ToolCall",
            Field.singular(1, "call_ref", FieldType.UINT32),
            Field.singular(2, "tool_ref", FieldType.UINT32),
            Field.singular(3, "arguments", FieldType.STRING),
            Field.repeated(4, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message ToolResult. */
    public static final MessageType TOOL_RESULT = MessageType.of("ToolResult",
            Field.singular(1, "call_ref", FieldType.UINT32),
            Field.singular(2, "tool_ref", FieldType.UINT32),
            Field.singular(3, "result", FieldType.STRING),
            Field.singular(4, "duration_us", FieldType.UINT64),
            Field.singular(5, "status", FieldType.UINT32),
            Field.repeated(6, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message Metrics. */
    public static final MessageType METRICS = MessageType.of("Metrics",
            Field.repeated(1, "int_name_ref", FieldType.UINT32),
            Field.repeated(2, "int_value", FieldType.SINT64),
            Field.repeated(3, "float_name_ref", FieldType.UINT32),
            Field.repeated(4, "float_value", FieldType.DOUBLE));

    /** The message ErrorReport. */
    public static final MessageType ERROR_REPORT = MessageType.of("ErrorReport",
            Field.singular(1, "type_ref", FieldType.UINT32),
            Field.singular(2, "message", FieldType.STRING),
            Field.singular(3, "stack", FieldType.STRING),
            Field.singular(4, "retryable", FieldType.BOOL),
            Field.singular(5, "attempt", FieldType.UINT32),
            Field.repeated(6, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message Warning. */
    public static final MessageType WARNING = MessageType.of("Warning",
            Field.singular(1, "code_ref", FieldType.UINT32),
            Field.singular(2, "message", FieldType.STRING),
            Field.repeated(3, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message TraceStep. */
    public static final MessageType TRACE_STEP = MessageType.of("TraceStep",
            Field.singular(1, "node_ref", FieldType.UINT32),
            Field.singular(2, "start_us", FieldType.UINT64),
            Field.singular(3, "duration_us", FieldType.UINT64),
            Field.singular(4, "status", FieldType.UINT32));

    /** The message ExecutionTrace. */
    public static final MessageType EXECUTION_TRACE = MessageType.of("ExecutionTrace",
            Field.repeated(1, "steps", FieldType.MESSAGE, TRACE_STEP),
            Field.singular(2, "duration_us", FieldType.UINT64),
            Field.singular(3, "status", FieldType.UINT32));

    /** The message CheckpointEvent. */
    public static final MessageType CHECKPOINT_EVENT = MessageType.of("CheckpointEvent",
            Field.singular(1, "action", FieldType.UINT32),
            Field.singular(2, "generation", FieldType.UINT64),
            Field.singular(3, "size", FieldType.UINT64),
            Field.singular(4, "duration_us", FieldType.UINT64));

    /** The message MemoryEvent. */
    public static final MessageType MEMORY_EVENT = MessageType.of("MemoryEvent",
            Field.singular(1, "operation", FieldType.UINT32),
            Field.singular(2, "store_ref", FieldType.UINT32),
            Field.singular(3, "key", FieldType.STRING),
            Field.singular(4, "count", FieldType.UINT64));

    /** The message HumanRequest. */
    public static final MessageType HUMAN_REQUEST = MessageType.of("HumanRequest",
            Field.singular(1, "request_ref", FieldType.UINT32),
            Field.singular(2, "prompt", FieldType.STRING),
            Field.repeated(3, "choices", FieldType.STRING));

    /** The message HumanResponse. */
    public static final MessageType HUMAN_RESPONSE = MessageType.of("HumanResponse",
            Field.singular(1, "request_ref", FieldType.UINT32),
            Field.singular(2, "response", FieldType.STRING),
            Field.singular(3, "duration_us", FieldType.UINT64));

    /** The message Progress. */
    public static final MessageType PROGRESS = MessageType.of("Progress",
            Field.singular(1, "done", FieldType.UINT64),
            Field.singular(2, "total", FieldType.UINT64),
            Field.singular(3, "message", FieldType.STRING));

    /** The message SubStep. */
    public static final MessageType SUB_STEP = MessageType.of("SubStep",
            Field.singular(1, "name_ref", FieldType.UINT32),
            Field.singular(2, "index", FieldType.UINT32),
            Field.singular(3, "duration_us", FieldType.UINT64),
            Field.singular(4, "status", FieldType.UINT32));

    /** The message Optimization. */
    public static final MessageType OPTIMIZATION = MessageType.of("Optimization",
            Field.singular(1, "name_ref", FieldType.UINT32),
            Field.singular(2, "before", FieldType.DOUBLE),
            Field.singular(3, "after", FieldType.DOUBLE),
            Field.singular(4, "detail", FieldType.STRING));

    /** The message PatchOp. */
    public static final MessageType PATCH_OP = MessageType.of("PatchOp",
            Field.singular(1, "op", FieldType.UINT32),
            Field.singular(2, "path_ref", FieldType.UINT32),
            Field.singular(3, "from_ref", FieldType.UINT32),
            Field.singular(4, "value", FieldType.STRING));

    /** The message StateDiff. */
    public static final MessageType STATE_DIFF = MessageType.of("StateDiff",
            Field.singular(1, "base_hash", FieldType.BYTES),
            Field.singular(2, "result_hash", FieldType.BYTES),
            Field.repeated(3, "ops", FieldType.MESSAGE, PATCH_OP));

    /** The message StateSnapshot. */
    public static final MessageType STATE_SNAPSHOT = MessageType.of("StateSnapshot",
            Field.singular(1, "hash", FieldType.BYTES),
            Field.singular(2, "text", FieldType.BYTES),
            Field.singular(3, "chunk_index", FieldType.UINT32),
            Field.singular(4, "chunk_count", FieldType.UINT32));

    /** The message CheckpointManifest. */
    public static final MessageType CHECKPOINT_MANIFEST = MessageType.of("CheckpointManifest",
            Field.singular(1, "generation", FieldType.UINT64),
            Field.singular(2, "parent_generation", FieldType.UINT64),
            Field.singular(3, "chunk_count", FieldType.UINT32),
            Field.singular(4, "total_len", FieldType.UINT64),
            Field.singular(5, "sha256", FieldType.BYTES),
            Field.singular(6, "content_type_ref", FieldType.UINT32),
            Field.repeated(7, "attributes", FieldType.MESSAGE, ATTRIBUTE));

    /** The message CheckpointChunk. */
    public static final MessageType CHECKPOINT_CHUNK = MessageType.of("CheckpointChunk",
            Field.singular(1, "generation", FieldType.UINT64),
            Field.singular(2, "index", FieldType.UINT32),
            Field.singular(3, "data", FieldType.BYTES));

    /** The message EpochStart. */
    public static final MessageType EPOCH_START = MessageType.of("EpochStart",
            Field.singular(1, "previous_epoch", FieldType.UINT32),
            Field.singular(2, "previous_last_sequence", FieldType.UINT64));

    /** The message EpochEnd. */
    public static final MessageType EPOCH_END = MessageType.of("EpochEnd",
            Field.singular(1, "reason", FieldType.UINT32));

    /** The message Heartbeat. */
    public static final MessageType HEARTBEAT = MessageType.of("Heartbeat",
            Field.singular(1, "interval_us", FieldType.UINT64));

    /** The message LaneEnd. */
    public static final MessageType LANE_END = MessageType.of("LaneEnd",
            Field.singular(1, "next_lane", FieldType.UINT32),
            Field.singular(2, "has_next", FieldType.BOOL));

    /** The message LateDrops. */
    public static final MessageType LATE_DROPS = MessageType.of("LateDrops",
            Field.singular(1, "first", FieldType.UINT64),
            Field.singular(2, "count", FieldType.UINT64),
            Field.singular(3, "reason", FieldType.UINT32));

    /** The message Redacted. */
    public static final MessageType REDACTED = MessageType.of("Redacted",
            Field.singular(1, "original_kind", FieldType.UINT32));

    /** The message DeadLetter. */
    public static final MessageType DEAD_LETTER = MessageType.of("DeadLetter",
            Field.singular(1, "source_topic_ref", FieldType.UINT32),
            Field.singular(2, "source_partition", FieldType.UINT32),
            Field.singular(3, "source_offset", FieldType.UINT64),
            Field.singular(4, "source_time_us", FieldType.UINT64),
            Field.singular(5, "group_ref", FieldType.UINT32),
            Field.singular(6, "stage_ref", FieldType.UINT32),
            Field.singular(7, "error_code", FieldType.UINT32),
            Field.singular(8, "error_offset", FieldType.UINT64),
            Field.singular(9, "attempt", FieldType.UINT32),
            Field.singular(10, "first_failure_us", FieldType.UINT64),
            Field.singular(11, "last_failure_us", FieldType.UINT64),
            Field.singular(12, "frame", FieldType.BYTES),
            Field.singular(13, "record_index", FieldType.UINT32),
            Field.singular(14, "traceparent", FieldType.STRING),
            Field.singular(15, "replay_count", FieldType.UINT32));

    /** The message LegacyPayload. */
    public static final MessageType LEGACY_PAYLOAD = MessageType.of("LegacyPayload",
            Field.singular(1, "frame", FieldType.BYTES),
            Field.singular(2, "source", FieldType.STRING));

    /** The message Context. */
    public static final MessageType CONTEXT = MessageType.of("Context",
            Field.singular(1, "run", FieldType.STRING),
            Field.singular(2, "thread", FieldType.STRING),
            Field.singular(3, "node", FieldType.STRING),
            Field.singular(4, "task", FieldType.STRING));

    /** The message Redaction. */
    public static final MessageType REDACTION = MessageType.of("Redaction",
            Field.singular(1, "original_body_crc", FieldType.FIXED32),
            Field.singular(2, "reason", FieldType.STRING));

    /** The message Metadata. */
    public static final MessageType METADATA = MessageType.of("Metadata",
            Field.singular(1, "tenant", FieldType.STRING),
            Field.singular(2, "boot_nonce", FieldType.BYTES),
            Field.singular(3, "base_time_us", FieldType.UINT64),
            Field.singular(4, "trace_id", FieldType.BYTES),
            Field.repeated(5, "drop_reason", FieldType.UINT32),
            Field.repeated(6, "drop_reason_count", FieldType.UINT32),
            Field.singular(7, "dropped_total", FieldType.UINT64),
            Field.repeated(8, "contexts", FieldType.MESSAGE, CONTEXT),
            Field.singular(9, "redaction", FieldType.MESSAGE, REDACTION));

    /** The message Body. */
    public static final MessageType BODY = MessageType.of("Body",
            Field.repeated(1, "strings", FieldType.STRING),
            Field.repeated(2, "kind", FieldType.UINT32),
            Field.repeated(3, "time_delta_us", FieldType.SINT64),
            Field.repeated(4, "sequence_delta", FieldType.UINT32),
            Field.repeated(5, "thread_ref", FieldType.UINT32),
            Field.repeated(6, "node_ref", FieldType.UINT32),
            Field.repeated(7, "parent_delta", FieldType.UINT32),
            Field.repeated(8, "run_ref", FieldType.UINT32),
            Field.repeated(9, "task_ref", FieldType.UINT32),
            Field.repeated(10, "trace_ref", FieldType.UINT32),
            Field.singular(11, "trace_ids", FieldType.BYTES),
            Field.repeated(12, "span_ref", FieldType.UINT32),
            Field.singular(13, "span_ids", FieldType.BYTES),
            Field.repeated(14, "payload_len", FieldType.UINT32),
            Field.singular(15, "payloads", FieldType.BYTES));

    private static final MessageType[] BY_KIND = new MessageType[64];

    static {
        BY_KIND[1] = GRAPH_START; // GRAPH_START
        BY_KIND[2] = EPOCH_START; // EPOCH_START
        BY_KIND[3] = GRAPH_END; // GRAPH_END
        BY_KIND[4] = EPOCH_END; // EPOCH_END
        BY_KIND[5] = NODE_START; // NODE_START
        BY_KIND[6] = HEARTBEAT; // HEARTBEAT
        BY_KIND[7] = NODE_END; // NODE_END
        BY_KIND[8] = LANE_END; // LANE_END
        BY_KIND[9] = EDGE; // EDGE
        BY_KIND[10] = LATE_DROPS; // LATE_DROPS
        BY_KIND[11] = TOKEN_CHUNK; // TOKEN_CHUNK
        BY_KIND[12] = REDACTED; // REDACTED
        BY_KIND[13] = LLM_START; // LLM_START
        BY_KIND[15] = LLM_END; // LLM_END
        BY_KIND[16] = STATE_DIFF; // STATE_DIFF
        BY_KIND[17] = TOOL_CALL; // TOOL_CALL
        BY_KIND[18] = STATE_SNAPSHOT; // STATE_SNAPSHOT
        BY_KIND[19] = TOOL_RESULT; // TOOL_RESULT
        BY_KIND[20] = CHECKPOINT_MANIFEST; // CHECKPOINT_MANIFEST
        BY_KIND[21] = METRICS; // METRICS
        BY_KIND[22] = CHECKPOINT_CHUNK; // CHECKPOINT_CHUNK
        BY_KIND[23] = ERROR_REPORT; // ERROR_REPORT
        BY_KIND[24] = DEAD_LETTER; // DEAD_LETTER
        BY_KIND[25] = EXECUTION_TRACE; // EXECUTION_TRACE
        BY_KIND[27] = CHECKPOINT_EVENT; // CHECKPOINT_EVENT
        BY_KIND[29] = MEMORY_EVENT; // MEMORY
        BY_KIND[31] = HUMAN_REQUEST; // HUMAN_REQUEST
        BY_KIND[33] = HUMAN_RESPONSE; // HUMAN_RESPONSE
        BY_KIND[35] = PROGRESS; // PROGRESS
        BY_KIND[37] = THINKING; // THINKING
        BY_KIND[39] = SUB_STEP; // SUB_STEP
        BY_KIND[41] = WARNING; // WARNING
        BY_KIND[43] = OPTIMIZATION; // OPTIMIZATION
        BY_KIND[45] = LEGACY_PAYLOAD; // LEGACY_PAYLOAD
    }

    /** The message of a kind, or null where the registry does not have it. */
    public static MessageType ofKind(long kind) {
        return kind >= 0 && kind < BY_KIND.length ? BY_KIND[(int) kind] : null;
    }

    /** Whether a kind is of class control. */
    static boolean isControl(int kind) {
        return kind % 2 == 0 && kind >= 2 && kind <= 12;
    }
}
