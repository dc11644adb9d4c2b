//! The messages of `proto/dashstream/v1`, written down by hand: number, name and type of each field.

/// Type of a field.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// `uint32`.
    Uint32,
    /// `uint64`.
    Uint64,
    /// `sint64`.
    Sint64,
    /// `bool`.
    Bool,
    /// `double`.
    Double,
    /// `fixed32`.
    Fixed32,
    /// `string`.
    Text,
    /// `bytes`.
    Bytes,
    /// A message.
    Message(&'static Schema),
}

/// One field of a message.
#[derive(Debug)]
pub struct FieldDef {
    /// Number of the field.
    pub number: u32,
    /// Name of the field.
    pub name: &'static str,
    /// Type of the field, or of each of its values.
    pub kind: Type,
    /// Whether it is repeated.
    pub repeated: bool,
}

/// One message.
#[derive(Debug)]
pub struct Schema {
    /// Name of the message.
    pub name: &'static str,
    /// Its fields, by number.
    pub fields: &'static [FieldDef],
}

impl FieldDef {
    /// Repeated numbers are packed.
    #[must_use]
    pub fn packed(&self) -> bool {
        self.repeated && !matches!(self.kind, Type::Text | Type::Bytes | Type::Message(_))
    }

    /// A ref into the string table.
    #[must_use]
    pub fn is_ref(&self) -> bool {
        self.name.ends_with("_ref")
    }
}

impl Schema {
    /// The field of that number.
    #[must_use]
    pub fn field(&self, number: u32) -> Option<&'static FieldDef> {
        self.fields.iter().find(|field| field.number == number)
    }
}

const fn one(number: u32, name: &'static str, kind: Type) -> FieldDef {
    FieldDef { number, name, kind, repeated: false }
}

const fn many(number: u32, name: &'static str, kind: Type) -> FieldDef {
    FieldDef { number, name, kind, repeated: true }
}

use Type::{Bool, Bytes, Double, Fixed32, Message, Sint64, Text, Uint32, Uint64};

macro_rules! schema {
    ($name:ident $text:literal $($fields:expr),* $(,)?) => {
        #[doc = concat!("Message `", $text, "`.")]
        pub static $name: Schema = Schema { name: $text, fields: &[$($fields),*] };
    };
}

schema!(
    METADATA "Metadata"
    one(1, "tenant", Text),
    one(2, "boot_nonce", Bytes),
    one(3, "base_time_us", Uint64),
    one(4, "trace_id", Bytes),
    many(5, "drop_reason", Uint32),
    many(6, "drop_reason_count", Uint32),
    one(7, "dropped_total", Uint64),
    many(8, "contexts", Message(&CONTEXT)),
    one(9, "redaction", Message(&REDACTION)),
);

schema!(
    CONTEXT "Context"
    one(1, "run", Text),
    one(2, "thread", Text),
    one(3, "node", Text),
    one(4, "task", Text),
);

schema!(
    REDACTION "Redaction"
    one(1, "original_body_crc", Fixed32),
    one(2, "reason", Text),
);

schema!(
    BODY "Body"
    many(1, "strings", Text),
    many(2, "kind", Uint32),
    many(3, "time_delta_us", Sint64),
    many(4, "sequence_delta", Uint32),
    many(5, "thread_ref", Uint32),
    many(6, "node_ref", Uint32),
    many(7, "parent_delta", Uint32),
    many(8, "run_ref", Uint32),
    many(9, "task_ref", Uint32),
    many(10, "trace_ref", Uint32),
    one(11, "trace_ids", Bytes),
    many(12, "span_ref", Uint32),
    one(13, "span_ids", Bytes),
    many(14, "payload_len", Uint32),
    one(15, "payloads", Bytes),
);

schema!(
    ATTRIBUTE "Attribute"
    one(1, "key_ref", Uint32),
    one(2, "value", Text),
);

schema!(
    RECORD_ID "RecordId"
    one(1, "producer_id", Bytes),
    one(2, "epoch", Uint32),
    one(3, "lane", Uint32),
    one(4, "sequence", Uint64),
);

schema!(
    GRAPH_START "GraphStart"
    one(1, "graph_ref", Uint32),
    one(2, "parent", Message(&RECORD_ID)),
    many(3, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    GRAPH_END "GraphEnd"
    one(1, "duration_us", Uint64),
    one(2, "status", Uint32),
    many(3, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    NODE_START "NodeStart"
    one(1, "attempt", Uint32),
    one(2, "step", Uint32),
    many(3, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    NODE_END "NodeEnd"
    one(1, "duration_us", Uint64),
    one(2, "status", Uint32),
    many(3, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    EDGE "Edge"
    one(1, "from_ref", Uint32),
    many(2, "to_ref", Uint32),
    one(3, "condition_ref", Uint32),
);

schema!(
    LLM_START "LlmStart"
    one(1, "request_ref", Uint32),
    one(2, "model_ref", Uint32),
    one(3, "provider_ref", Uint32),
    one(4, "input", Text),
    many(5, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    LLM_END "LlmEnd"
    one(1, "request_ref", Uint32),
    one(2, "model_ref", Uint32),
    one(3, "duration_us", Uint64),
    one(4, "status", Uint32),
    one(5, "finish_reason_ref", Uint32),
    one(6, "input_tokens", Uint64),
    one(7, "output_tokens", Uint64),
    many(8, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    TOKEN_CHUNK "TokenChunk"
    one(1, "request_ref", Uint32),
    one(2, "model_ref", Uint32),
    one(3, "text", Bytes),
    one(4, "index", Uint32),
    one(5, "final", Bool),
);

schema!(
    THINKING "Thinking"
    one(1, "request_ref", Uint32),
    one(2, "model_ref", Uint32),
    one(3, "text", Bytes),
    one(4, "index", Uint32),
    one(5, "final", Bool),
);

schema!(
    TOOL_CALL "ToolCall"
    one(1, "call_ref", Uint32),
    one(2, "tool_ref", Uint32),
    one(3, "arguments", Text),
    many(4, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    TOOL_RESULT "ToolResult"
    one(1, "call_ref", Uint32),
    one(2, "tool_ref", Uint32),
    one(3, "result", Text),
    one(4, "duration_us", Uint64),
    one(5, "status", Uint32),
    many(6, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    METRICS "Metrics"
    many(1, "int_name_ref", Uint32),
    many(2, "int_value", Sint64),
    many(3, "float_name_ref", Uint32),
    many(4, "float_value", Double),
);

schema!(
    ERROR_REPORT "ErrorReport"
    one(1, "type_ref", Uint32),
    one(2, "message", Text),
    one(3, "stack", Text),
    one(4, "retryable", Bool),
    one(5, "attempt", Uint32),
    many(6, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    WARNING "Warning"
    one(1, "code_ref", Uint32),
    one(2, "message", Text),
    many(3, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    EXECUTION_TRACE "ExecutionTrace"
    many(1, "steps", Message(&TRACE_STEP)),
    one(2, "duration_us", Uint64),
    one(3, "status", Uint32),
);

schema!(
    TRACE_STEP "TraceStep"
    one(1, "node_ref", Uint32),
    one(2, "start_us", Uint64),
    one(3, "duration_us", Uint64),
    one(4, "status", Uint32),
);

schema!(
    CHECKPOINT_EVENT "CheckpointEvent"
    one(1, "action", Uint32),
    one(2, "generation", Uint64),
    one(3, "size", Uint64),
    one(4, "duration_us", Uint64),
);

schema!(
    MEMORY_EVENT "MemoryEvent"
    one(1, "operation", Uint32),
    one(2, "store_ref", Uint32),
    one(3, "key", Text),
    one(4, "count", Uint64),
);

schema!(
    HUMAN_REQUEST "HumanRequest"
    one(1, "request_ref", Uint32),
    one(2, "prompt", Text),
    many(3, "choices", Text),
);

schema!(
    HUMAN_RESPONSE "HumanResponse"
    one(1, "request_ref", Uint32),
    one(2, "response", Text),
    one(3, "duration_us", Uint64),
);

schema!(
    PROGRESS "Progress"
    one(1, "done", Uint64),
    one(2, "total", Uint64),
    one(3, "message", Text),
);

schema!(
    SUB_STEP "SubStep"
    one(1, "name_ref", Uint32),
    one(2, "index", Uint32),
    one(3, "duration_us", Uint64),
    one(4, "status", Uint32),
);

schema!(
    OPTIMIZATION "Optimization"
    one(1, "name_ref", Uint32),
    one(2, "before", Double),
    one(3, "after", Double),
    one(4, "detail", Text),
);

schema!(
    STATE_DIFF "StateDiff"
    one(1, "base_hash", Bytes),
    one(2, "result_hash", Bytes),
    many(3, "ops", Message(&PATCH_OP)),
);

schema!(
    PATCH_OP "PatchOp"
    one(1, "op", Uint32),
    one(2, "path_ref", Uint32),
    one(3, "from_ref", Uint32),
    one(4, "value", Text),
);

schema!(
    STATE_SNAPSHOT "StateSnapshot"
    one(1, "hash", Bytes),
    one(2, "text", Bytes),
    one(3, "chunk_index", Uint32),
    one(4, "chunk_count", Uint32),
);

schema!(
    CHECKPOINT_MANIFEST "CheckpointManifest"
    one(1, "generation", Uint64),
    one(2, "parent_generation", Uint64),
    one(3, "chunk_count", Uint32),
    one(4, "total_len", Uint64),
    one(5, "sha256", Bytes),
    one(6, "content_type_ref", Uint32),
    many(7, "attributes", Message(&ATTRIBUTE)),
);

schema!(
    CHECKPOINT_CHUNK "CheckpointChunk"
    one(1, "generation", Uint64),
    one(2, "index", Uint32),
    one(3, "data", Bytes),
);

schema!(
    EPOCH_START "EpochStart"
    one(1, "previous_epoch", Uint32),
    one(2, "previous_last_sequence", Uint64),
);

schema!(
    EPOCH_END "EpochEnd"
    one(1, "reason", Uint32),
);

schema!(
    HEARTBEAT "Heartbeat"
    one(1, "interval_us", Uint64),
);

schema!(
    LANE_END "LaneEnd"
    one(1, "next_lane", Uint32),
    one(2, "has_next", Bool),
);

schema!(
    LATE_DROPS "LateDrops"
    one(1, "first", Uint64),
    one(2, "count", Uint64),
    one(3, "reason", Uint32),
);

schema!(
    REDACTED "Redacted"
    one(1, "original_kind", Uint32),
);

schema!(
    DEAD_LETTER "DeadLetter"
    one(1, "source_topic_ref", Uint32),
    one(2, "source_partition", Uint32),
    one(3, "source_offset", Uint64),
    one(4, "source_time_us", Uint64),
    one(5, "group_ref", Uint32),
    one(6, "stage_ref", Uint32),
    one(7, "error_code", Uint32),
    one(8, "error_offset", Uint64),
    one(9, "attempt", Uint32),
    one(10, "first_failure_us", Uint64),
    one(11, "last_failure_us", Uint64),
    one(12, "frame", Bytes),
    one(13, "record_index", Uint32),
    one(14, "traceparent", Text),
    one(15, "replay_count", Uint32),
);

schema!(
    LEGACY_PAYLOAD "LegacyPayload"
    one(1, "frame", Bytes),
    one(2, "source", Text),
);

/// The payload message of a kind, where the kind is in the registry.
#[must_use]
pub fn message_of(kind: u64) -> Option<&'static Schema> {
    let schema = match kind {
        1 => &GRAPH_START,
        2 => &EPOCH_START,
        3 => &GRAPH_END,
        4 => &EPOCH_END,
        5 => &NODE_START,
        6 => &HEARTBEAT,
        7 => &NODE_END,
        8 => &LANE_END,
        9 => &EDGE,
        10 => &LATE_DROPS,
        11 => &TOKEN_CHUNK,
        12 => &REDACTED,
        13 => &LLM_START,
        15 => &LLM_END,
        16 => &STATE_DIFF,
        17 => &TOOL_CALL,
        18 => &STATE_SNAPSHOT,
        19 => &TOOL_RESULT,
        20 => &CHECKPOINT_MANIFEST,
        21 => &METRICS,
        22 => &CHECKPOINT_CHUNK,
        23 => &ERROR_REPORT,
        24 => &DEAD_LETTER,
        25 => &EXECUTION_TRACE,
        27 => &CHECKPOINT_EVENT,
        29 => &MEMORY_EVENT,
        31 => &HUMAN_REQUEST,
        33 => &HUMAN_RESPONSE,
        35 => &PROGRESS,
        37 => &THINKING,
        39 => &SUB_STEP,
        41 => &WARNING,
        43 => &OPTIMIZATION,
        45 => &LEGACY_PAYLOAD,
        _ => return None,
    };
    Some(schema)
}

/// Number of the kind EPOCH_START.
pub const KIND_EPOCH_START: u64 = 2;
/// Number of the kind EPOCH_END.
pub const KIND_EPOCH_END: u64 = 4;
/// Number of the kind LANE_END.
pub const KIND_LANE_END: u64 = 8;
/// Number of the kind LATE_DROPS.
pub const KIND_LATE_DROPS: u64 = 10;
/// Number of the kind REDACTED.
pub const KIND_REDACTED: u64 = 12;
/// Kinds of class control.
pub const CONTROL_KINDS: [u64; 6] = [2, 4, 6, 8, 10, 12];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn all() -> Vec<&'static Schema> {
        let mut schemas = vec![&METADATA, &CONTEXT, &REDACTION, &BODY, &ATTRIBUTE, &RECORD_ID, &TRACE_STEP, &PATCH_OP];
        schemas.extend((0..5000).filter_map(message_of));
        schemas
    }

    fn type_name(kind: Type) -> &'static str {
        match kind {
            Uint32 => "uint32",
            Uint64 => "uint64",
            Sint64 => "sint64",
            Bool => "bool",
            Double => "double",
            Fixed32 => "fixed32",
            Text => "string",
            Bytes => "bytes",
            Message(schema) => schema.name,
        }
    }

    fn read_protos() -> BTreeMap<String, Vec<String>> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../proto/proto/dashstream/v1");
        let mut messages = BTreeMap::new();
        let mut current = String::new();
        for file in std::fs::read_dir(folder).unwrap() {
            for line in std::fs::read_to_string(file.unwrap().path()).unwrap().lines() {
                let words: Vec<&str> = line.trim().trim_end_matches(';').split(' ').collect();
                match words.as_slice() {
                    ["message", name, ..] => {
                        current = (*name).to_owned();
                        messages.insert(current.clone(), Vec::new());
                    }
                    ["reserved" | "syntax" | "//", ..] => {}
                    [.., "=", number] if number.parse::<u32>().is_ok() => {
                        messages.get_mut(&current).unwrap().push(words.join(" "));
                    }
                    _ => {}
                }
            }
        }
        messages
    }

    #[test]
    fn the_tables_are_those_of_the_proto_files() {
        let mut ours = BTreeMap::new();
        for schema in all() {
            let lines = schema.fields.iter().map(|f| {
                let label = if f.repeated { "repeated " } else { "" };
                format!("{label}{} {} = {}", type_name(f.kind), f.name, f.number)
            });
            ours.insert(schema.name.to_owned(), lines.collect::<Vec<_>>());
        }
        assert_eq!(ours, read_protos());
    }

    #[test]
    fn the_kinds_are_those_of_the_registry() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/registry/kinds.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let value = |line: &str| line.split(" = ").nth(1).unwrap().trim_matches('"').to_owned();
        let mut number = 0;
        let mut found = 0;
        for line in text.lines() {
            if line.starts_with("number") {
                number = value(line).parse().unwrap();
            }
            if line.starts_with("message") {
                assert_eq!(message_of(number).unwrap().name, value(line));
                found += 1;
            }
        }
        assert_eq!((0..70_000).filter_map(message_of).count(), found);
        assert_eq!(message_of(KIND_EPOCH_START).unwrap().name, "EpochStart");
        assert_eq!(message_of(KIND_EPOCH_END).unwrap().name, "EpochEnd");
        assert_eq!(message_of(KIND_LANE_END).unwrap().name, "LaneEnd");
        assert_eq!(message_of(KIND_LATE_DROPS).unwrap().name, "LateDrops");
        assert_eq!(message_of(KIND_REDACTED).unwrap().name, "Redacted");
    }
}
