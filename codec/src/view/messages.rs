//! The payload messages of `proto/dashstream/v1`, as they are read and written.
//!
//! A field whose name ends in `_ref` in the schema has the string that it refers to here, and no ending. A test
//! compares this file with the schema.

use super::{List, Packed, Refs, declare};

declare! {
    /// A named text. Numbers belong in Metrics.
    Attribute<'a> of ATTRIBUTE {
        /// The name. Has to be there, and not twice in one list.
        1 key: Option<&'a str>,
        /// Any text.
        2 value: &'a str,
    }

    /// The identity of a record, for references that a parent_delta cannot express.
    RecordId<'a> of RECORD_ID {
        /// 16 bytes, not all zero.
        1 producer_id: &'a [u8],
        /// 1..2^31-1.
        2 epoch: u32,
        /// 0..2^31-1.
        3 lane: u32,
        /// 1..2^53-1.
        4 sequence: u64,
    }

    /// A run of a graph begins.
    GraphStart<'a> of GRAPH_START {
        /// Name of the graph.
        1 graph: Option<&'a str>,
        /// The record that caused the run, where it is in another lane, epoch or producer.
        2 parent: Option<RecordId<'a>>,
        /// Further named texts.
        3 attributes: List<'a, Attribute<'a>>,
    }

    /// A run of a graph ends.
    GraphEnd<'a> of GRAPH_END {
        /// How long it took, in microseconds, 0..2^53-1.
        1 duration_us: u64,
        /// How it ended, by the list at the head of this file.
        2 status: u32,
        /// Further named texts.
        3 attributes: List<'a, Attribute<'a>>,
    }

    /// A node begins.
    NodeStart<'a> of NODE_START {
        /// 1 for the first try; 0 not said.
        1 attempt: u32,
        /// Superstep of the graph, counted from 0.
        2 step: u32,
        /// Further named texts.
        3 attributes: List<'a, Attribute<'a>>,
    }

    /// A node ends.
    NodeEnd<'a> of NODE_END {
        /// How long it took, in microseconds, 0..2^53-1.
        1 duration_us: u64,
        /// How it ended, by the list at the head of this file.
        2 status: u32,
        /// Further named texts.
        3 attributes: List<'a, Attribute<'a>>,
    }

    /// Control passed along an edge.
    Edge<'a> of EDGE {
        /// The node that control came from.
        1 from: Option<&'a str>,
        /// Nodes that were chosen.
        2 to: Refs<'a>,
        /// Name of the condition that chose them.
        3 condition: Option<&'a str>,
    }

    /// A request to a language model begins.
    LlmStart<'a> of LLM_START {
        /// The caller's name of the request.
        1 request: Option<&'a str>,
        /// The name of the model.
        2 model: Option<&'a str>,
        /// The name of the provider.
        3 provider: Option<&'a str>,
        /// The request as JSON text.
        4 input: &'a str,
        /// Further named texts.
        5 attributes: List<'a, Attribute<'a>>,
    }

    /// A request to a language model ends.
    LlmEnd<'a> of LLM_END {
        /// The caller's name of the request.
        1 request: Option<&'a str>,
        /// The name of the model.
        2 model: Option<&'a str>,
        /// How long it took, in microseconds, 0..2^53-1.
        3 duration_us: u64,
        /// How it ended, by the list at the head of this file.
        4 status: u32,
        /// Why the model stopped, in the provider's word.
        5 finish_reason: Option<&'a str>,
        /// Tokens of the input, as the provider counts them. 0..2^53-1.
        6 input_tokens: u64,
        /// Tokens of the output, as the provider counts them. 0..2^53-1.
        7 output_tokens: u64,
        /// Further named texts.
        8 attributes: List<'a, Attribute<'a>>,
    }

    /// A piece of a model's output.
    TokenChunk<'a> of TOKEN_CHUNK {
        /// The caller's name of the request.
        1 request: Option<&'a str>,
        /// The name of the model.
        2 model: Option<&'a str>,
        /// Bytes, not a string: byte-level tokenizers split code points between tokens.
        3 text: &'a [u8],
        /// Position of the piece in the output, counted from 0.
        4 index: u32,
        /// The last piece of this output.
        5 is_final: bool,
    }

    /// A piece of a model's reasoning, where the provider shows it.
    Thinking<'a> of THINKING {
        /// The caller's name of the request.
        1 request: Option<&'a str>,
        /// The name of the model.
        2 model: Option<&'a str>,
        /// Bytes, for the reason given in TokenChunk.
        3 text: &'a [u8],
        /// Position of the piece, counted from 0.
        4 index: u32,
        /// The last piece.
        5 is_final: bool,
    }

    /// A tool is called.
    ToolCall<'a> of TOOL_CALL {
        /// The caller's name of the call.
        1 call: Option<&'a str>,
        /// The name of the tool.
        2 tool: Option<&'a str>,
        /// Arguments as text, mostly JSON.
        3 arguments: &'a str,
        /// Further named texts.
        4 attributes: List<'a, Attribute<'a>>,
    }

    /// A tool has answered.
    ToolResult<'a> of TOOL_RESULT {
        /// The caller's name of the call.
        1 call: Option<&'a str>,
        /// The name of the tool.
        2 tool: Option<&'a str>,
        /// Result as text, mostly JSON.
        3 result: &'a str,
        /// How long it took, in microseconds, 0..2^53-1.
        4 duration_us: u64,
        /// How it ended, by the list at the head of this file.
        5 status: u32,
        /// Further named texts.
        6 attributes: List<'a, Attribute<'a>>,
    }

    /// Named numbers. Whole numbers and others are kept apart so that a count stays a count.
    Metrics<'a> of METRICS {
        /// Names of the whole numbers; runs parallel to int_value. None is absent.
        1 int_name: Refs<'a>,
        /// The whole numbers, within +-(2^53 - 1).
        2 int_value: Packed<'a, i64>,
        /// Names of the other numbers; runs parallel to float_value. None is absent.
        3 float_name: Refs<'a>,
        /// The other numbers; NaN and infinities are allowed.
        4 float_value: Packed<'a, f64>,
    }

    /// Something failed.
    ErrorReport<'a> of ERROR_REPORT {
        /// Kind of failure, as the program names it.
        1 error_type: Option<&'a str>,
        /// What failed, in words.
        2 message: &'a str,
        /// Where it failed, as the program's language prints it.
        3 stack: &'a str,
        /// Worth another try.
        4 retryable: bool,
        /// 1 for the first try; 0 not said.
        5 attempt: u32,
        /// Further named texts.
        6 attributes: List<'a, Attribute<'a>>,
    }

    /// Something is doubtful.
    Warning<'a> of WARNING {
        /// The kind of warning, as the program names it.
        1 code: Option<&'a str>,
        /// What is doubtful, in words.
        2 message: &'a str,
        /// Further named texts.
        3 attributes: List<'a, Attribute<'a>>,
    }

    /// Summary of a run that has ended.
    ExecutionTrace<'a> of EXECUTION_TRACE {
        /// Nodes in the order in which they began.
        1 steps: List<'a, TraceStep<'a>>,
        /// How long it took, in microseconds, 0..2^53-1.
        2 duration_us: u64,
        /// How it ended, by the list at the head of this file.
        3 status: u32,
    }

    /// One node of a run that has ended.
    TraceStep<'a> of TRACE_STEP {
        /// The name of the node.
        1 node: Option<&'a str>,
        /// Microseconds since the start of the run.
        2 start_us: u64,
        /// How long it took, in microseconds, 0..2^53-1.
        3 duration_us: u64,
        /// How it ended, by the list at the head of this file.
        4 status: u32,
    }

    /// A checkpoint was saved, restored or deleted.
    CheckpointEvent of CHECKPOINT_EVENT {
        /// 1 saved, 2 restored, 3 deleted; 0 not said; other values are passed through.
        1 action: u32,
        /// Generation of the checkpoint. 0: not said.
        2 generation: u64,
        /// Bytes of the state.
        3 size: u64,
        /// How long it took, in microseconds, 0..2^53-1.
        4 duration_us: u64,
    }

    /// A memory was read, written, deleted or searched.
    MemoryEvent<'a> of MEMORY_EVENT {
        /// 1 read, 2 written, 3 deleted, 4 searched; 0 not said; other values are passed through.
        1 operation: u32,
        /// The name of the memory.
        2 store: Option<&'a str>,
        /// Key or query.
        3 key: &'a str,
        /// Items that were touched or found.
        4 count: u64,
    }

    /// A human is asked.
    HumanRequest<'a> of HUMAN_REQUEST {
        /// The caller's name of the request.
        1 request: Option<&'a str>,
        /// What is asked.
        2 prompt: &'a str,
        /// Answers to choose from; none: any answer.
        3 choices: List<'a, &'a str>,
    }

    /// A human has answered.
    HumanResponse<'a> of HUMAN_RESPONSE {
        /// The caller's name of the request.
        1 request: Option<&'a str>,
        /// What was answered.
        2 response: &'a str,
        /// How long it took, in microseconds, 0..2^53-1.
        3 duration_us: u64,
    }

    /// How far a task has come.
    Progress<'a> of PROGRESS {
        /// Units of work that are done.
        1 done: u64,
        /// Units of work in all. 0: not known.
        2 total: u64,
        /// What is being done, in words.
        3 message: &'a str,
    }

    /// A step inside a node.
    SubStep<'a> of SUB_STEP {
        /// The name of the step.
        1 name: Option<&'a str>,
        /// Position of the step in its node, counted from 0.
        2 index: u32,
        /// How long it took, in microseconds, 0..2^53-1.
        3 duration_us: u64,
        /// How it ended, by the list at the head of this file.
        4 status: u32,
    }

    /// A setting was tuned.
    Optimization<'a> of OPTIMIZATION {
        /// The name of the setting.
        1 name: Option<&'a str>,
        /// Value before.
        2 before: f64,
        /// Value after.
        3 after: f64,
        /// Why, in words.
        4 detail: &'a str,
    }

    /// A JSON Patch (RFC 6902) from one state of the record's thread to the next.
    StateDiff<'a> of STATE_DIFF {
        /// SHA-256 of the state before, in canonical form (RFC 8785). Empty, or 32 bytes.
        1 base_hash: &'a [u8],
        /// SHA-256 of the state after, in canonical form. Empty, or 32 bytes.
        2 result_hash: &'a [u8],
        /// The operations, in the order in which they are applied.
        3 ops: List<'a, PatchOp<'a>>,
    }

    /// One operation of a JSON Patch.
    PatchOp<'a> of PATCH_OP {
        /// 1 add, 2 remove, 3 replace, 4 move, 5 copy, 6 test.
        1 op: u32,
        /// A JSON Pointer (RFC 6901). `None`: the whole document.
        2 path: Option<&'a str>,
        /// The source of a move or copy. `None`: the whole document.
        3 from: Option<&'a str>,
        /// The value as JSON text, for add, replace and test.
        4 value: &'a str,
    }

    /// A full state, or a piece of one.
    StateSnapshot<'a> of STATE_SNAPSHOT {
        /// SHA-256 of the whole state, in canonical form. Empty, or 32 bytes.
        1 hash: &'a [u8],
        /// The state as JSON text, or the piece of that text at chunk_index. A piece may split a code point.
        2 text: &'a [u8],
        /// 0-based, below chunk_count.
        3 chunk_index: u32,
        /// 0 and 1 both mean that the state is whole.
        4 chunk_count: u32,
    }

    /// Describes a checkpoint whose chunks are in CheckpointChunk records of the same lane and epoch.
    CheckpointManifest<'a> of CHECKPOINT_MANIFEST {
        /// Counter of the thread's checkpoints, >= 1.
        1 generation: u64,
        /// Generation that this one follows. 0: none.
        2 parent_generation: u64,
        /// >= 1.
        3 chunk_count: u32,
        /// Bytes of the whole state.
        4 total_len: u64,
        /// SHA-256 of the whole state. 32 bytes.
        5 sha256: &'a [u8],
        /// Media type of the state.
        6 content_type: Option<&'a str>,
        /// Further named texts.
        7 attributes: List<'a, Attribute<'a>>,
    }

    /// A piece of a checkpoint's state.
    CheckpointChunk<'a> of CHECKPOINT_CHUNK {
        /// Generation of the checkpoint, >= 1.
        1 generation: u64,
        /// 0-based.
        2 index: u32,
        /// Bytes of the state from where the chunk before ended.
        3 data: &'a [u8],
    }

    /// First record of every (epoch, lane).
    EpochStart of EPOCH_START {
        /// The last epoch in which this lane carried records. 0: none.
        1 previous_epoch: u32,
        /// The last sequence number assigned in this lane in that epoch. 0 exactly when previous_epoch is 0.
        2 previous_last_sequence: u64,
    }

    /// Last record of an (epoch, lane): nothing follows it.
    EpochEnd of EPOCH_END {
        /// Why, for a reader: 0 not said, 1 shutdown, 2 lane moved.
        1 reason: u32,
    }

    /// Nothing else to say; shows what was assigned before it.
    Heartbeat of HEARTBEAT {
        /// Microseconds until the next one is due. 0: not said.
        1 interval_us: u64,
    }

    /// The lane is finished for good.
    LaneEnd of LANE_END {
        /// The lane that carries on, where there is one. Meaningful when has_next is true.
        1 next_lane: u32,
        /// Whether next_lane is said: lane 0 is a lane like any other.
        2 has_next: bool,
    }

    /// Sequence numbers that were assigned and are now known to have been dropped unsent.
    LateDrops of LATE_DROPS {
        /// First number of the range, >= 1.
        1 first: u64,
        /// Numbers in the range, >= 1. The range ends before the record's own number.
        2 count: u64,
        /// From the registry of drop reasons, >= 1.
        3 reason: u32,
    }

    /// Stands where an erased record stood.
    Redacted of REDACTED {
        /// Kind of the erased record. 0: not said.
        1 original_kind: u32,
    }

    /// A frame, or one record of it, that could not be processed.
    DeadLetter<'a> of DEAD_LETTER {
        /// The topic, or the name of the file, that it was read from.
        1 source_topic: Option<&'a str>,
        /// Partition of that topic.
        2 source_partition: u32,
        /// Offset in that partition, or the byte in the file, 0..2^53-1.
        3 source_offset: u64,
        /// Microseconds since 1970-01-01T00:00:00Z.
        4 source_time_us: u64,
        /// Consumer group that gave up.
        5 group: Option<&'a str>,
        /// Where it failed, in the consumer's word.
        6 stage: Option<&'a str>,
        /// Number of the code in the registry of errors.
        7 error_code: u32,
        /// Offset of the error; the code says from where it counts. 0..2^53-1.
        8 error_offset: u64,
        /// Tries so far.
        9 attempt: u32,
        /// Time of the first failure, in microseconds since 1970-01-01T00:00:00Z.
        10 first_failure_us: u64,
        /// Time of the last failure, in microseconds since 1970-01-01T00:00:00Z.
        11 last_failure_us: u64,
        /// The whole message as it was received.
        12 frame: &'a [u8],
        /// 1-based index of the failed record in the frame. 0: the frame itself failed.
        13 record_index: u32,
        /// W3C traceparent of the failure.
        14 traceparent: &'a str,
        /// How often it has been sent again.
        15 replay_count: u32,
    }

    /// A message of a format that came before this one, unread.
    LegacyPayload<'a> of LEGACY_PAYLOAD {
        /// The bytes as they were found, the prefix byte included.
        1 frame: &'a [u8],
        /// Where they were found.
        2 source: &'a str,
    }
}
