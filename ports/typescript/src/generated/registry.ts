// Made by scripts/generate.mjs from the schemas and registries of the specification. Not edited by hand.

/** The codes of errors.md. */
export type ErrorCode =
  | 'NULL_VALUE'
  | 'EMPTY'
  | 'BAD_MAGIC'
  | 'SHORT_PRELUDE'
  | 'PRELUDE_CRC'
  | 'VERSION'
  | 'CRITICAL_FLAG'
  | 'SCHEMA'
  | 'CODEC'
  | 'METADATA_LEN'
  | 'BODY_LEN'
  | 'RAW_LEN'
  | 'COUNT'
  | 'SEQUENCE_RANGE'
  | 'IDENTITY'
  | 'LOCAL_LIMIT'
  | 'TRUNCATED'
  | 'TRAILING'
  | 'METADATA_CRC'
  | 'METADATA_WIRE'
  | 'METADATA_FIELD'
  | 'TENANT_MISMATCH'
  | 'BODY_CRC'
  | 'CODEC_PROFILE'
  | 'DECOMPRESS'
  | 'BODY_WIRE'
  | 'STRING_TABLE'
  | 'COLUMN_LEN'
  | 'KIND_ZERO'
  | 'STRING_REF'
  | 'ID_TABLE'
  | 'ID_REF'
  | 'SEQUENCE_DELTA'
  | 'TIME_RANGE'
  | 'PARENT_RANGE'
  | 'PAYLOAD_LEN'
  | 'UNKNOWN_CRITICAL_KIND'
  | 'PAYLOAD'
  | 'LEVEL'
  | 'INPUT'
  | 'FILE_SIGNATURE'
  | 'FILE_MARKER'
  | 'TORN_TAIL';

/** What errors.md says of each code. */
export const ERRORS: Readonly<Record<ErrorCode, { number: number; scope: string; class: string; counts: string; text: string }>> = {
  NULL_VALUE: { number: 1, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "There is no value at all (a Kafka tombstone)." },
  EMPTY: { number: 2, scope: 'frame', class: 'corrupt', counts: 'frame', text: "There is a value and it has no bytes." },
  BAD_MAGIC: { number: 3, scope: 'frame', class: 'corrupt', counts: 'frame', text: "The first byte is not BE." },
  SHORT_PRELUDE: { number: 4, scope: 'frame', class: 'corrupt', counts: 'frame', text: "Fewer than 64 bytes." },
  PRELUDE_CRC: { number: 5, scope: 'frame', class: 'corrupt', counts: 'frame', text: "prelude_crc does not match the prelude." },
  VERSION: { number: 6, scope: 'frame', class: 'unsupported', counts: 'frame', text: "A version that the reader does not know." },
  CRITICAL_FLAG: { number: 7, scope: 'frame', class: 'unsupported', counts: 'frame', text: "A critical flag that the reader does not support." },
  SCHEMA: { number: 8, scope: 'frame', class: 'unsupported', counts: 'frame', text: "A record schema version that the reader does not know." },
  CODEC: { number: 9, scope: 'frame', class: 'unsupported', counts: 'frame', text: "A codec that the reader does not know or was built without." },
  METADATA_LEN: { number: 10, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "metadata_len is out of its range." },
  BODY_LEN: { number: 11, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "body_len is out of its range." },
  RAW_LEN: { number: 12, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "raw_len is out of its range or does not fit body_len and codec." },
  COUNT: { number: 13, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "record_count is 0 or cannot fit raw_len." },
  SEQUENCE_RANGE: { number: 14, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "base_sequence is 0, or the range passes 2^53 - 1." },
  IDENTITY: { number: 15, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "producer_id is all zero, epoch is out of its range, or lane is." },
  LOCAL_LIMIT: { number: 16, scope: 'frame', class: 'limit', counts: 'frame', text: "The frame is valid so far and larger than this reader was told to accept, or this writer to make." },
  TRUNCATED: { number: 17, scope: 'frame', class: 'corrupt', counts: 'frame', text: "Fewer bytes than the prelude announces." },
  TRAILING: { number: 18, scope: 'frame', class: 'corrupt', counts: 'frame', text: "More bytes than the prelude announces." },
  METADATA_CRC: { number: 19, scope: 'frame', class: 'corrupt', counts: 'frame', text: "metadata_crc does not match the metadata." },
  METADATA_WIRE: { number: 20, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "The metadata fails the wire scan." },
  METADATA_FIELD: { number: 21, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "A metadata field is missing or out of its range." },
  TENANT_MISMATCH: { number: 22, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "The frame belongs to another tenant than the reader was told to expect." },
  BODY_CRC: { number: 23, scope: 'frame', class: 'corrupt', counts: 'frame', text: "body_crc does not match the stored body." },
  CODEC_PROFILE: { number: 24, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "The stored body breaks the profile of its codec." },
  DECOMPRESS: { number: 25, scope: 'frame', class: 'producer-bug', counts: 'frame', text: "The stored body does not decompress to exactly raw_len bytes." },
  BODY_WIRE: { number: 26, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "The body fails the wire scan." },
  STRING_TABLE: { number: 27, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "Too many strings, an empty one, or one that is too long." },
  COLUMN_LEN: { number: 28, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "A column does not hold record_count values, or kind is missing." },
  KIND_ZERO: { number: 29, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "A record has kind 0." },
  STRING_REF: { number: 30, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "A ref in a column points past the string table." },
  ID_TABLE: { number: 31, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "trace_ids or span_ids has a wrong length, too many ids, or an id that is all zero." },
  ID_REF: { number: 32, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "A trace_ref or span_ref points past its table." },
  SEQUENCE_DELTA: { number: 33, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "A sequence_delta is 0, or the running sum passes the range of the frame." },
  TIME_RANGE: { number: 34, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "A running time leaves 0..2^53-1." },
  PARENT_RANGE: { number: 35, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "A parent_delta reaches before sequence number 1." },
  PAYLOAD_LEN: { number: 36, scope: 'frame', class: 'producer-bug', counts: 'raw', text: "The payload lengths do not sum to the length of payloads." },
  UNKNOWN_CRITICAL_KIND: { number: 37, scope: 'record', class: 'unsupported', counts: 'raw', text: "A record has an even kind that the reader does not know." },
  PAYLOAD: { number: 38, scope: 'record', class: 'producer-bug', counts: 'raw', text: "A payload fails the wire scan, holds a bad ref, or breaks a rule of its message." },
  LEVEL: { number: 39, scope: 'writer', class: 'usage', counts: 'none', text: "A compression level outside the range of its codec." },
  INPUT: { number: 40, scope: 'writer', class: 'usage', counts: 'none', text: "Input that has no place in a frame: a repeated or descending sequence number, a trace that cannot be left out, a value of the wrong type." },
  FILE_SIGNATURE: { number: 41, scope: 'file', class: 'corrupt', counts: 'file', text: "The signature of a file of frames is missing or damaged." },
  FILE_MARKER: { number: 42, scope: 'file', class: 'corrupt', counts: 'file', text: "A sync marker is missing or damaged." },
  TORN_TAIL: { number: 43, scope: 'file', class: 'corrupt', counts: 'file', text: "The file goes on after its last accepted frame, and no accepted frame follows." },
};

/** The verdicts of loss.md. */
export type Verdict =
  | 'BASELINE'
  | 'GAP'
  | 'EPOCH_MISSING'
  | 'TAIL_UNKNOWN'
  | 'LATE'
  | 'DUPLICATE'
  | 'OVERLAP'
  | 'STALE_EPOCH'
  | 'FORK'
  | 'LANE_MOVED'
  | 'AFTER_END'
  | 'FORGOTTEN';

/** The lints of writing.md. */
export type Lint =
  | 'NON_MINIMAL_VARINT'
  | 'FIELD_ORDER'
  | 'EXPLICIT_DEFAULT'
  | 'UNKNOWN_FIELD'
  | 'DUPLICATE_STRING'
  | 'UNUSED_STRING'
  | 'ANCILLARY_BIT';

/** The kinds of records.md. */
export const Kind = {
  /** A run of a graph begins. */
  GRAPH_START: 1,
  /** First record of every (epoch, lane). */
  EPOCH_START: 2,
  /** A run of a graph ends. */
  GRAPH_END: 3,
  /** Last record of an (epoch, lane). */
  EPOCH_END: 4,
  /** A node begins. */
  NODE_START: 5,
  /** Shows what was assigned before it. */
  HEARTBEAT: 6,
  /** A node ends. */
  NODE_END: 7,
  /** The lane is finished for good. */
  LANE_END: 8,
  /** Control passed along an edge. */
  EDGE: 9,
  /** A missing range is declared dropped. */
  LATE_DROPS: 10,
  /** A piece of a model's output. */
  TOKEN_CHUNK: 11,
  /** Stands where an erased record stood. */
  REDACTED: 12,
  /** A request to a language model begins. */
  LLM_START: 13,
  /** A request to a language model ends. */
  LLM_END: 15,
  /** A JSON Patch of a thread's state. */
  STATE_DIFF: 16,
  /** A tool is called. */
  TOOL_CALL: 17,
  /** A full state, or a piece of one. */
  STATE_SNAPSHOT: 18,
  /** A tool has answered. */
  TOOL_RESULT: 19,
  /** Describes a checkpoint. */
  CHECKPOINT_MANIFEST: 20,
  /** Named numbers. */
  METRICS: 21,
  /** A piece of a checkpoint's state. */
  CHECKPOINT_CHUNK: 22,
  /** Something failed. */
  ERROR_REPORT: 23,
  /** A frame or record that could not be processed. */
  DEAD_LETTER: 24,
  /** Summary of a run that has ended. */
  EXECUTION_TRACE: 25,
  /** A checkpoint was saved, restored or deleted. */
  CHECKPOINT_EVENT: 27,
  /** A memory was read, written, deleted or searched. */
  MEMORY: 29,
  /** A human is asked. */
  HUMAN_REQUEST: 31,
  /** A human has answered. */
  HUMAN_RESPONSE: 33,
  /** How far a task has come. */
  PROGRESS: 35,
  /** A piece of a model's reasoning. */
  THINKING: 37,
  /** A step inside a node. */
  SUB_STEP: 39,
  /** Something is doubtful. */
  WARNING: 41,
  /** A setting was tuned. */
  OPTIMIZATION: 43,
  /** A message of an earlier format, unread. */
  LEGACY_PAYLOAD: 45,
} as const;

/** The drop reasons of metadata.md. */
export const DropReason = {
  /** The producer's queue was full and its policy let go of the record. */
  QUEUE_FULL: 1,
  /** The record's deadline passed before it was sent. */
  DEADLINE: 2,
  /** The record does not fit a frame. */
  TOO_LARGE: 3,
  /** The record cannot be encoded. */
  INVALID: 4,
  /** A sampling rule left the record out. */
  SAMPLED: 5,
  /** The producer stopped before the record was sent. */
  SHUTDOWN: 6,
  /** The producer died before the record was sent. */
  CRASH: 7,
  /** The transport refused the frame for good. */
  REFUSED: 8,
} as const;

/** The codecs of codecs.md. */
export const Codec = {
  /** The stored body is the body. */
  NONE: 0,
  /** One zstd frame (RFC 8878) within the profile of codecs.md. */
  ZSTD: 1,
  /** One LZ4 block without a size prefix, within the profile of codecs.md. */
  LZ4: 2,
} as const;

/** bytes of metadata */
export const MAX_METADATA_LEN = 16384;
/** stored bytes of a body */
export const MAX_BODY_LEN = 8388608;
/** bytes of a body */
export const MAX_RAW_LEN = 8388608;
/** records in a frame */
export const MAX_RECORDS = 65535;
/** sequence number, time in microseconds, magnitude of a 64-bit field */
export const MAX_SEQUENCE = 9007199254740991;
/** epoch */
export const MAX_EPOCH = 2147483647;
/** lane */
export const MAX_LANE = 2147483647;
/** strings in the table */
export const MAX_STRINGS = 16384;
/** bytes of a string in the table */
export const MAX_STRING_LEN = 1024;
/** ids in trace_ids or span_ids */
export const MAX_IDS = 65535;
/** bytes of a tenant */
export const MAX_TENANT_LEN = 255;
/** drop reasons in the metadata */
export const MAX_DROP_REASONS = 32;
/** contexts in the metadata */
export const MAX_CONTEXTS = 16;
/** bytes of each text of a context */
export const MAX_CONTEXT_LEN = 256;
/** bytes of a redaction's reason */
export const MAX_REDACTION_REASON_LEN = 256;
/** bytes of a zstd window */
export const MAX_ZSTD_WINDOW = 8388608;
/** bytes of a zstd block */
export const MAX_ZSTD_BLOCK = 131072;
/** bytes of a frame that a writer makes unless told otherwise */
export const DEFAULT_MAX_FRAME_LEN = 1000000;
/** records at which a writer seals a frame unless told otherwise */
export const DEFAULT_FLUSH_RECORDS = 1000;
/** bytes of a body at which a writer seals a frame unless told otherwise */
export const DEFAULT_FLUSH_LEN = 262144;
/** microseconds after which a writer seals a frame unless told otherwise */
export const DEFAULT_FLUSH_AGE_US = 50000;
/** arrays and objects in one another in a state */
export const MAX_STATE_DEPTH = 100;
/** bytes of a state, as text and in canonical form */
export const MAX_STATE_LEN = 67108864;
