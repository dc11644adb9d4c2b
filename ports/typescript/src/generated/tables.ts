// Made by scripts/generate.mjs from the schemas and registries of the specification. Not edited by hand.

import type { MessageTable } from '../wire/table.js';

export const AttributeTable: MessageTable = {
  name: 'Attribute',
  fields: [
    { number: 1, name: 'key', key: 'key', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'value', key: 'value', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
  ],
};

export const RecordIdTable: MessageTable = {
  name: 'RecordId',
  fields: [
    { number: 1, name: 'producer_id', key: 'producerId', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 2, name: 'epoch', key: 'epoch', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'lane', key: 'lane', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 4, name: 'sequence', key: 'sequence', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const ContextTable: MessageTable = {
  name: 'Context',
  fields: [
    { number: 1, name: 'run', key: 'run', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 2, name: 'thread', key: 'thread', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 3, name: 'node', key: 'node', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 4, name: 'task', key: 'task', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
  ],
};

export const RedactionTable: MessageTable = {
  name: 'Redaction',
  fields: [
    { number: 1, name: 'original_body_crc', key: 'originalBodyCrc', type: 'fixed32', wire: 5, repeated: false, packed: false, ref: false },
    { number: 2, name: 'reason', key: 'reason', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
  ],
};

export const EdgeTable: MessageTable = {
  name: 'Edge',
  fields: [
    { number: 1, name: 'from', key: 'from', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'to', key: 'to', type: 'uint32', wire: 2, repeated: true, packed: true, ref: true },
    { number: 3, name: 'condition', key: 'condition', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
  ],
};

export const TokenChunkTable: MessageTable = {
  name: 'TokenChunk',
  fields: [
    { number: 1, name: 'request', key: 'request', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'model', key: 'model', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 3, name: 'text', key: 'text', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 4, name: 'index', key: 'index', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 5, name: 'final', key: 'final', type: 'bool', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const ThinkingTable: MessageTable = {
  name: 'Thinking',
  fields: [
    { number: 1, name: 'request', key: 'request', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'model', key: 'model', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 3, name: 'text', key: 'text', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 4, name: 'index', key: 'index', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 5, name: 'final', key: 'final', type: 'bool', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const MetricsTable: MessageTable = {
  name: 'Metrics',
  fields: [
    { number: 1, name: 'int_name', key: 'intName', type: 'uint32', wire: 2, repeated: true, packed: true, ref: true },
    { number: 2, name: 'int_value', key: 'intValue', type: 'sint64', wire: 2, repeated: true, packed: true, ref: false },
    { number: 3, name: 'float_name', key: 'floatName', type: 'uint32', wire: 2, repeated: true, packed: true, ref: true },
    { number: 4, name: 'float_value', key: 'floatValue', type: 'double', wire: 2, repeated: true, packed: true, ref: false },
  ],
};

export const TraceStepTable: MessageTable = {
  name: 'TraceStep',
  fields: [
    { number: 1, name: 'node', key: 'node', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'start_us', key: 'startUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'duration_us', key: 'durationUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 4, name: 'status', key: 'status', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const CheckpointEventTable: MessageTable = {
  name: 'CheckpointEvent',
  fields: [
    { number: 1, name: 'action', key: 'action', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'generation', key: 'generation', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'size', key: 'size', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 4, name: 'duration_us', key: 'durationUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const MemoryEventTable: MessageTable = {
  name: 'MemoryEvent',
  fields: [
    { number: 1, name: 'operation', key: 'operation', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'store', key: 'store', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 3, name: 'key', key: 'key', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 4, name: 'count', key: 'count', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const HumanRequestTable: MessageTable = {
  name: 'HumanRequest',
  fields: [
    { number: 1, name: 'request', key: 'request', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'prompt', key: 'prompt', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 3, name: 'choices', key: 'choices', type: 'string', wire: 2, repeated: true, packed: false, ref: false },
  ],
};

export const HumanResponseTable: MessageTable = {
  name: 'HumanResponse',
  fields: [
    { number: 1, name: 'request', key: 'request', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'response', key: 'response', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 3, name: 'duration_us', key: 'durationUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const ProgressTable: MessageTable = {
  name: 'Progress',
  fields: [
    { number: 1, name: 'done', key: 'done', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'total', key: 'total', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'message', key: 'message', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
  ],
};

export const SubStepTable: MessageTable = {
  name: 'SubStep',
  fields: [
    { number: 1, name: 'name', key: 'name', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'index', key: 'index', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'duration_us', key: 'durationUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 4, name: 'status', key: 'status', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const OptimizationTable: MessageTable = {
  name: 'Optimization',
  fields: [
    { number: 1, name: 'name', key: 'name', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'before', key: 'before', type: 'double', wire: 1, repeated: false, packed: false, ref: false },
    { number: 3, name: 'after', key: 'after', type: 'double', wire: 1, repeated: false, packed: false, ref: false },
    { number: 4, name: 'detail', key: 'detail', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
  ],
};

export const PatchOpTable: MessageTable = {
  name: 'PatchOp',
  fields: [
    { number: 1, name: 'op', key: 'op', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'path', key: 'path', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 3, name: 'from', key: 'from', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 4, name: 'value', key: 'value', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
  ],
};

export const StateSnapshotTable: MessageTable = {
  name: 'StateSnapshot',
  fields: [
    { number: 1, name: 'hash', key: 'hash', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 2, name: 'text', key: 'text', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 3, name: 'chunk_index', key: 'chunkIndex', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 4, name: 'chunk_count', key: 'chunkCount', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const CheckpointChunkTable: MessageTable = {
  name: 'CheckpointChunk',
  fields: [
    { number: 1, name: 'generation', key: 'generation', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'index', key: 'index', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'data', key: 'data', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
  ],
};

export const EpochStartTable: MessageTable = {
  name: 'EpochStart',
  fields: [
    { number: 1, name: 'previous_epoch', key: 'previousEpoch', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'previous_last_sequence', key: 'previousLastSequence', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const EpochEndTable: MessageTable = {
  name: 'EpochEnd',
  fields: [
    { number: 1, name: 'reason', key: 'reason', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const HeartbeatTable: MessageTable = {
  name: 'Heartbeat',
  fields: [
    { number: 1, name: 'interval_us', key: 'intervalUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const LaneEndTable: MessageTable = {
  name: 'LaneEnd',
  fields: [
    { number: 1, name: 'next_lane', key: 'nextLane', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'has_next', key: 'hasNext', type: 'bool', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const LateDropsTable: MessageTable = {
  name: 'LateDrops',
  fields: [
    { number: 1, name: 'first', key: 'first', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'count', key: 'count', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'reason', key: 'reason', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const RedactedTable: MessageTable = {
  name: 'Redacted',
  fields: [
    { number: 1, name: 'original_kind', key: 'originalKind', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const DeadLetterTable: MessageTable = {
  name: 'DeadLetter',
  fields: [
    { number: 1, name: 'source_topic', key: 'sourceTopic', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'source_partition', key: 'sourcePartition', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'source_offset', key: 'sourceOffset', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 4, name: 'source_time_us', key: 'sourceTimeUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 5, name: 'group', key: 'group', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 6, name: 'stage', key: 'stage', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 7, name: 'error_code', key: 'errorCode', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 8, name: 'error_offset', key: 'errorOffset', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 9, name: 'attempt', key: 'attempt', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 10, name: 'first_failure_us', key: 'firstFailureUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 11, name: 'last_failure_us', key: 'lastFailureUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 12, name: 'frame', key: 'frame', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 13, name: 'record_index', key: 'recordIndex', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 14, name: 'traceparent', key: 'traceparent', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 15, name: 'replay_count', key: 'replayCount', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const LegacyPayloadTable: MessageTable = {
  name: 'LegacyPayload',
  fields: [
    { number: 1, name: 'frame', key: 'frame', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 2, name: 'source', key: 'source', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
  ],
};

export const MetadataTable: MessageTable = {
  name: 'Metadata',
  fields: [
    { number: 1, name: 'tenant', key: 'tenant', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 2, name: 'boot_nonce', key: 'bootNonce', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 3, name: 'base_time_us', key: 'baseTimeUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 4, name: 'trace_id', key: 'traceId', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 5, name: 'drop_reason', key: 'dropReason', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 6, name: 'drop_reason_count', key: 'dropReasonCount', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 7, name: 'dropped_total', key: 'droppedTotal', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 8, name: 'contexts', key: 'contexts', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: ContextTable },
    { number: 9, name: 'redaction', key: 'redaction', type: 'message', wire: 2, repeated: false, packed: false, ref: false, message: RedactionTable },
  ],
};

export const GraphStartTable: MessageTable = {
  name: 'GraphStart',
  fields: [
    { number: 1, name: 'graph', key: 'graph', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'parent', key: 'parent', type: 'message', wire: 2, repeated: false, packed: false, ref: false, message: RecordIdTable },
    { number: 3, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const GraphEndTable: MessageTable = {
  name: 'GraphEnd',
  fields: [
    { number: 1, name: 'duration_us', key: 'durationUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'status', key: 'status', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const NodeStartTable: MessageTable = {
  name: 'NodeStart',
  fields: [
    { number: 1, name: 'attempt', key: 'attempt', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'step', key: 'step', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const NodeEndTable: MessageTable = {
  name: 'NodeEnd',
  fields: [
    { number: 1, name: 'duration_us', key: 'durationUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'status', key: 'status', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const LlmStartTable: MessageTable = {
  name: 'LlmStart',
  fields: [
    { number: 1, name: 'request', key: 'request', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'model', key: 'model', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 3, name: 'provider', key: 'provider', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 4, name: 'input', key: 'input', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 5, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const LlmEndTable: MessageTable = {
  name: 'LlmEnd',
  fields: [
    { number: 1, name: 'request', key: 'request', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'model', key: 'model', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 3, name: 'duration_us', key: 'durationUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 4, name: 'status', key: 'status', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 5, name: 'finish_reason', key: 'finishReason', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 6, name: 'input_tokens', key: 'inputTokens', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 7, name: 'output_tokens', key: 'outputTokens', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 8, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const ToolCallTable: MessageTable = {
  name: 'ToolCall',
  fields: [
    { number: 1, name: 'call', key: 'call', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'tool', key: 'tool', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 3, name: 'arguments', key: 'arguments', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 4, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const ToolResultTable: MessageTable = {
  name: 'ToolResult',
  fields: [
    { number: 1, name: 'call', key: 'call', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'tool', key: 'tool', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 3, name: 'result', key: 'result', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 4, name: 'duration_us', key: 'durationUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 5, name: 'status', key: 'status', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 6, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const ErrorReportTable: MessageTable = {
  name: 'ErrorReport',
  fields: [
    { number: 1, name: 'type', key: 'type', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'message', key: 'message', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 3, name: 'stack', key: 'stack', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 4, name: 'retryable', key: 'retryable', type: 'bool', wire: 0, repeated: false, packed: false, ref: false },
    { number: 5, name: 'attempt', key: 'attempt', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 6, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const WarningTable: MessageTable = {
  name: 'Warning',
  fields: [
    { number: 1, name: 'code', key: 'code', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 2, name: 'message', key: 'message', type: 'string', wire: 2, repeated: false, packed: false, ref: false },
    { number: 3, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const ExecutionTraceTable: MessageTable = {
  name: 'ExecutionTrace',
  fields: [
    { number: 1, name: 'steps', key: 'steps', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: TraceStepTable },
    { number: 2, name: 'duration_us', key: 'durationUs', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'status', key: 'status', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
  ],
};

export const StateDiffTable: MessageTable = {
  name: 'StateDiff',
  fields: [
    { number: 1, name: 'base_hash', key: 'baseHash', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 2, name: 'result_hash', key: 'resultHash', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 3, name: 'ops', key: 'ops', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: PatchOpTable },
  ],
};

export const CheckpointManifestTable: MessageTable = {
  name: 'CheckpointManifest',
  fields: [
    { number: 1, name: 'generation', key: 'generation', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 2, name: 'parent_generation', key: 'parentGeneration', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 3, name: 'chunk_count', key: 'chunkCount', type: 'uint32', wire: 0, repeated: false, packed: false, ref: false },
    { number: 4, name: 'total_len', key: 'totalLen', type: 'uint64', wire: 0, repeated: false, packed: false, ref: false },
    { number: 5, name: 'sha256', key: 'sha256', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 6, name: 'content_type', key: 'contentType', type: 'uint32', wire: 0, repeated: false, packed: false, ref: true },
    { number: 7, name: 'attributes', key: 'attributes', type: 'message', wire: 2, repeated: true, packed: false, ref: false, message: AttributeTable },
  ],
};

export const BodyTable: MessageTable = {
  name: 'Body',
  fields: [
    { number: 1, name: 'strings', key: 'strings', type: 'string', wire: 2, repeated: true, packed: false, ref: false },
    { number: 2, name: 'kind', key: 'kind', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 3, name: 'time_delta_us', key: 'timeDeltaUs', type: 'sint64', wire: 2, repeated: true, packed: true, ref: false },
    { number: 4, name: 'sequence_delta', key: 'sequenceDelta', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 5, name: 'thread_ref', key: 'threadRef', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 6, name: 'node_ref', key: 'nodeRef', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 7, name: 'parent_delta', key: 'parentDelta', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 8, name: 'run_ref', key: 'runRef', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 9, name: 'task_ref', key: 'taskRef', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 10, name: 'trace_ref', key: 'traceRef', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 11, name: 'trace_ids', key: 'traceIds', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 12, name: 'span_ref', key: 'spanRef', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 13, name: 'span_ids', key: 'spanIds', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
    { number: 14, name: 'payload_len', key: 'payloadLen', type: 'uint32', wire: 2, repeated: true, packed: true, ref: false },
    { number: 15, name: 'payloads', key: 'payloads', type: 'bytes', wire: 2, repeated: false, packed: false, ref: false },
  ],
};
