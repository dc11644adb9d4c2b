-- DashStream frames in Wireshark and tshark: in Kafka, in files (.dsf), and as exported PDUs.
--
-- One file, because a plugin is installed by copying it. Rules have the ids of spec/; where this file and that text differ,
-- the text rules. README.md says what is checked here and what is not. Nothing in here may raise an error, whatever the bytes:
-- every access to them is behind a check of their length.

local byte, find, floor = string.byte, string.find, math.floor
-- Lua 5.2 of Wireshark 4.0 has bit32, later versions have the operators, which 5.2 cannot even read.
local bits = bit32 or load("return { bxor = function(a, b) return a ~ b end, band = function(a, b) return a & b end, "
  .. "rshift = function(a, n) return a >> n end }")()

-- What follows down to SCHEMAS is made from spec/registry by dissectors/registry.
-- registry: flags
local FLAGS = {
  { set = "critical", mask = 0x01, name = "DICTIONARY" },
  { set = "critical", mask = 0x02, name = "ENCRYPTED" },
  { set = "ancillary", mask = 0x80, name = "GREASE" },
}
-- end
-- registry: codecs
local CODECS = {
  [0] = "none",
  [1] = "zstd",
  [2] = "lz4",
}
-- end
-- registry: kinds
local KINDS = {
  [1] = "GRAPH_START",
  [2] = "EPOCH_START",
  [3] = "GRAPH_END",
  [4] = "EPOCH_END",
  [5] = "NODE_START",
  [6] = "HEARTBEAT",
  [7] = "NODE_END",
  [8] = "LANE_END",
  [9] = "EDGE",
  [10] = "LATE_DROPS",
  [11] = "TOKEN_CHUNK",
  [12] = "REDACTED",
  [13] = "LLM_START",
  [15] = "LLM_END",
  [16] = "STATE_DIFF",
  [17] = "TOOL_CALL",
  [18] = "STATE_SNAPSHOT",
  [19] = "TOOL_RESULT",
  [20] = "CHECKPOINT_MANIFEST",
  [21] = "METRICS",
  [22] = "CHECKPOINT_CHUNK",
  [23] = "ERROR_REPORT",
  [24] = "DEAD_LETTER",
  [25] = "EXECUTION_TRACE",
  [27] = "CHECKPOINT_EVENT",
  [29] = "MEMORY",
  [31] = "HUMAN_REQUEST",
  [33] = "HUMAN_RESPONSE",
  [35] = "PROGRESS",
  [37] = "THINKING",
  [39] = "SUB_STEP",
  [41] = "WARNING",
  [43] = "OPTIMIZATION",
  [45] = "LEGACY_PAYLOAD",
}
-- end
-- registry: messages
local MESSAGES = {
  [1] = "dashstream.v1.GraphStart",
  [2] = "dashstream.v1.EpochStart",
  [3] = "dashstream.v1.GraphEnd",
  [4] = "dashstream.v1.EpochEnd",
  [5] = "dashstream.v1.NodeStart",
  [6] = "dashstream.v1.Heartbeat",
  [7] = "dashstream.v1.NodeEnd",
  [8] = "dashstream.v1.LaneEnd",
  [9] = "dashstream.v1.Edge",
  [10] = "dashstream.v1.LateDrops",
  [11] = "dashstream.v1.TokenChunk",
  [12] = "dashstream.v1.Redacted",
  [13] = "dashstream.v1.LlmStart",
  [15] = "dashstream.v1.LlmEnd",
  [16] = "dashstream.v1.StateDiff",
  [17] = "dashstream.v1.ToolCall",
  [18] = "dashstream.v1.StateSnapshot",
  [19] = "dashstream.v1.ToolResult",
  [20] = "dashstream.v1.CheckpointManifest",
  [21] = "dashstream.v1.Metrics",
  [22] = "dashstream.v1.CheckpointChunk",
  [23] = "dashstream.v1.ErrorReport",
  [24] = "dashstream.v1.DeadLetter",
  [25] = "dashstream.v1.ExecutionTrace",
  [27] = "dashstream.v1.CheckpointEvent",
  [29] = "dashstream.v1.MemoryEvent",
  [31] = "dashstream.v1.HumanRequest",
  [33] = "dashstream.v1.HumanResponse",
  [35] = "dashstream.v1.Progress",
  [37] = "dashstream.v1.Thinking",
  [39] = "dashstream.v1.SubStep",
  [41] = "dashstream.v1.Warning",
  [43] = "dashstream.v1.Optimization",
  [45] = "dashstream.v1.LegacyPayload",
}
-- end
-- registry: control_kinds
local CONTROL_KINDS = {
  [2] = true,
  [4] = true,
  [6] = true,
  [8] = true,
  [10] = true,
  [12] = true,
}
-- end
-- registry: drop_reasons
local DROP_REASONS = {
  [1] = "QUEUE_FULL",
  [2] = "DEADLINE",
  [3] = "TOO_LARGE",
  [4] = "INVALID",
  [5] = "SAMPLED",
  [6] = "SHUTDOWN",
  [7] = "CRASH",
  [8] = "REFUSED",
}
-- end
-- registry: limits
local LIMITS = {
  MAX_METADATA_LEN = 16384,
  MAX_BODY_LEN = 8388608,
  MAX_RAW_LEN = 8388608,
  MAX_RECORDS = 65535,
  MAX_SEQUENCE = 9007199254740991,
  MAX_EPOCH = 2147483647,
  MAX_LANE = 2147483647,
  MAX_STRINGS = 16384,
  MAX_STRING_LEN = 1024,
  MAX_IDS = 65535,
  MAX_TENANT_LEN = 255,
  MAX_DROP_REASONS = 32,
  MAX_CONTEXTS = 16,
  MAX_CONTEXT_LEN = 256,
  MAX_REDACTION_REASON_LEN = 256,
}
-- end
-- registry: errors
local ERRORS = {
  NULL_VALUE = { number = 1, class = "producer-bug", text = "There is no value at all (a Kafka tombstone)." },
  EMPTY = { number = 2, class = "corrupt", text = "There is a value and it has no bytes." },
  BAD_MAGIC = { number = 3, class = "corrupt", text = "The first byte is not BE." },
  SHORT_PRELUDE = { number = 4, class = "corrupt", text = "Fewer than 64 bytes." },
  PRELUDE_CRC = { number = 5, class = "corrupt", text = "prelude_crc does not match the prelude." },
  VERSION = { number = 6, class = "unsupported", text = "A version that the reader does not know." },
  CRITICAL_FLAG = { number = 7, class = "unsupported", text = "A critical flag that the reader does not support." },
  SCHEMA = { number = 8, class = "unsupported", text = "A record schema version that the reader does not know." },
  CODEC = { number = 9, class = "unsupported", text = "A codec that the reader does not know or was built without." },
  METADATA_LEN = { number = 10, class = "producer-bug", text = "metadata_len is out of its range." },
  BODY_LEN = { number = 11, class = "producer-bug", text = "body_len is out of its range." },
  RAW_LEN = { number = 12, class = "producer-bug", text = "raw_len is out of its range or does not fit body_len and codec." },
  COUNT = { number = 13, class = "producer-bug", text = "record_count is 0 or cannot fit raw_len." },
  SEQUENCE_RANGE = { number = 14, class = "producer-bug", text = "base_sequence is 0, or the range passes 2^53 - 1." },
  IDENTITY = { number = 15, class = "producer-bug", text = "producer_id is all zero, epoch is out of its range, or lane is." },
  LOCAL_LIMIT = { number = 16, class = "limit", text = "The frame is valid so far and larger than this reader was told to accept, or this writer to make." },
  TRUNCATED = { number = 17, class = "corrupt", text = "Fewer bytes than the prelude announces." },
  TRAILING = { number = 18, class = "corrupt", text = "More bytes than the prelude announces." },
  METADATA_CRC = { number = 19, class = "corrupt", text = "metadata_crc does not match the metadata." },
  METADATA_WIRE = { number = 20, class = "producer-bug", text = "The metadata fails the wire scan." },
  METADATA_FIELD = { number = 21, class = "producer-bug", text = "A metadata field is missing or out of its range." },
  TENANT_MISMATCH = { number = 22, class = "producer-bug", text = "The frame belongs to another tenant than the reader was told to expect." },
  BODY_CRC = { number = 23, class = "corrupt", text = "body_crc does not match the stored body." },
  CODEC_PROFILE = { number = 24, class = "producer-bug", text = "The stored body breaks the profile of its codec." },
  DECOMPRESS = { number = 25, class = "producer-bug", text = "The stored body does not decompress to exactly raw_len bytes." },
  BODY_WIRE = { number = 26, class = "producer-bug", text = "The body fails the wire scan." },
  STRING_TABLE = { number = 27, class = "producer-bug", text = "Too many strings, an empty one, or one that is too long." },
  COLUMN_LEN = { number = 28, class = "producer-bug", text = "A column does not hold record_count values, or kind is missing." },
  KIND_ZERO = { number = 29, class = "producer-bug", text = "A record has kind 0." },
  STRING_REF = { number = 30, class = "producer-bug", text = "A ref in a column points past the string table." },
  ID_TABLE = { number = 31, class = "producer-bug", text = "trace_ids or span_ids has a wrong length, too many ids, or an id that is all zero." },
  ID_REF = { number = 32, class = "producer-bug", text = "A trace_ref or span_ref points past its table." },
  SEQUENCE_DELTA = { number = 33, class = "producer-bug", text = "A sequence_delta is 0, or the running sum passes the range of the frame." },
  TIME_RANGE = { number = 34, class = "producer-bug", text = "A running time leaves 0..2^53-1." },
  PARENT_RANGE = { number = 35, class = "producer-bug", text = "A parent_delta reaches before sequence number 1." },
  PAYLOAD_LEN = { number = 36, class = "producer-bug", text = "The payload lengths do not sum to the length of payloads." },
  UNKNOWN_CRITICAL_KIND = { number = 37, class = "unsupported", text = "A record has an even kind that the reader does not know." },
  PAYLOAD = { number = 38, class = "producer-bug", text = "A payload fails the wire scan, holds a bad ref, or breaks a rule of its message." },
  LEVEL = { number = 39, class = "usage", text = "A compression level outside the range of its codec." },
  INPUT = { number = 40, class = "usage", text = "Input that has no place in a frame: a repeated or descending sequence number, a trace that cannot be left out, a value of the wrong type." },
  FILE_SIGNATURE = { number = 41, class = "corrupt", text = "The signature of a file of frames is missing or damaged." },
  FILE_MARKER = { number = 42, class = "corrupt", text = "A sync marker is missing or damaged." },
  TORN_TAIL = { number = 43, class = "corrupt", text = "The file goes on after its last accepted frame, and no accepted frame follows." },
}
-- end

-- Messages that are scanned (spec/wire.md), by field number. A test compares them with proto/.
local SCHEMAS = {}
SCHEMAS.Context = {
  { name = "run", type = "string" },
  { name = "thread", type = "string" },
  { name = "node", type = "string" },
  { name = "task", type = "string" },
}
SCHEMAS.Redaction = {
  { name = "original_body_crc", type = "fixed32" },
  { name = "reason", type = "string" },
}
SCHEMAS.Metadata = {
  { name = "tenant", type = "string" },
  { name = "boot_nonce", type = "bytes" },
  { name = "base_time_us", type = "uint64" },
  { name = "trace_id", type = "bytes" },
  { name = "drop_reason", type = "uint32", repeated = true },
  { name = "drop_reason_count", type = "uint32", repeated = true },
  { name = "dropped_total", type = "uint64" },
  { name = "contexts", type = "Context", repeated = true },
  { name = "redaction", type = "Redaction" },
}
SCHEMAS.Body = {
  { name = "strings", type = "string", repeated = true },
  { name = "kind", type = "uint32", repeated = true },
  { name = "time_delta_us", type = "sint64", repeated = true },
  { name = "sequence_delta", type = "uint32", repeated = true },
  { name = "thread_ref", type = "uint32", repeated = true },
  { name = "node_ref", type = "uint32", repeated = true },
  { name = "parent_delta", type = "uint32", repeated = true },
  { name = "run_ref", type = "uint32", repeated = true },
  { name = "task_ref", type = "uint32", repeated = true },
  { name = "trace_ref", type = "uint32", repeated = true },
  { name = "trace_ids", type = "bytes" },
  { name = "span_ref", type = "uint32", repeated = true },
  { name = "span_ids", type = "bytes" },
  { name = "payload_len", type = "uint32", repeated = true },
  { name = "payloads", type = "bytes" },
}

local WIRE_TYPES = { uint32 = 0, uint64 = 0, sint64 = 0, fixed32 = 5 }

---------------------------------------------------------------------------------------------------------------- CRC32C

local CRC_TABLE = {}
for i = 0, 255 do
  local crc = i
  for _ = 1, 8 do
    local low = crc % 2
    crc = bits.rshift(crc, 1)
    if low == 1 then crc = bits.bxor(crc, 0x82F63B78) end
  end
  CRC_TABLE[i] = crc
end

--- CRC32C of parts of a string: pairs of the first byte, from 1, and the last.
local function crc32c(data, ...)
  local bxor, band, rshift, table_of = bits.bxor, bits.band, bits.rshift, CRC_TABLE
  local crc = 0xFFFFFFFF
  local ends = { ... }
  for part = 1, #ends, 2 do
    for i = ends[part], ends[part + 1] do
      crc = bxor(rshift(crc, 8), table_of[band(bxor(crc, byte(data, i)), 255)])
    end
  end
  return bxor(crc, 0xFFFFFFFF)
end

--------------------------------------------------------------------------------------------------------------- prelude

local PRELUDE_LEN = 64

--- An unsigned little-endian number, at an offset from 0. Exact as far as 2^53.
local function number_at(data, offset, size)
  local value = 0
  for i = offset + size, offset + 1, -1 do
    value = value * 256 + byte(data, i)
  end
  return value
end

local function fault(code, offset, rule)
  return { code = code, offset = offset, rule = rule }
end

local function all_zero(data, from, to)
  return not find(data:sub(from, to), "[^\0]")
end

--- The fields that others are computed from. The bytes of the prelude have to be there.
local function read_prelude(data)
  return {
    version = byte(data, 2),
    critical_flags = byte(data, 3),
    prelude_crc = number_at(data, 4, 4),
    metadata_crc = number_at(data, 8, 4),
    body_crc = number_at(data, 12, 4),
    body_len = number_at(data, 16, 4),
    raw_len = number_at(data, 20, 4),
    metadata_len = number_at(data, 24, 2),
    codec = byte(data, 27),
    schema = byte(data, 28),
    record_count = number_at(data, 28, 2),
    drop_count = number_at(data, 30, 2),
    base_low = number_at(data, 48, 4),
    base_high = number_at(data, 52, 4),
    epoch = number_at(data, 56, 4),
    lane = number_at(data, 60, 4),
  }
end

local function prelude_crc_of(data)
  return crc32c(data, 1, 4, 9, 64)
end

--- PRE-001 to PRE-004: whether there is a prelude at all.
local function judge_magic(data)
  if #data == 0 then return fault("EMPTY", 0, "PRE-001") end
  if byte(data, 1) ~= 0xBE then return fault("BAD_MAGIC", 0, "PRE-002") end
  if #data < PRELUDE_LEN then return fault("SHORT_PRELUDE", #data, "PRE-003") end
  if number_at(data, 4, 4) ~= prelude_crc_of(data) then return fault("PRELUDE_CRC", 4, "PRE-004") end
end

--- PRE-005 to PRE-008: what a newer reader may manage.
local function judge_support(p)
  if p.version ~= 1 then return fault("VERSION", 1, "PRE-005") end
  if p.critical_flags ~= 0 then return fault("CRITICAL_FLAG", 2, "PRE-006") end
  if p.schema ~= 1 then return fault("SCHEMA", 27, "PRE-007") end
  if not CODECS[p.codec] then return fault("CODEC", 26, "PRE-008") end
end

--- PRE-009 to PRE-012: without them nobody knows where the frame ends.
local function judge_lengths(p)
  if p.metadata_len == 0 then return fault("METADATA_LEN", 24, "PRE-009") end
  if p.metadata_len > LIMITS.MAX_METADATA_LEN then return fault("METADATA_LEN", 24, "PRE-010") end
  if p.body_len == 0 then return fault("BODY_LEN", 16, "PRE-011") end
  if p.body_len > LIMITS.MAX_BODY_LEN then return fault("BODY_LEN", 16, "PRE-012") end
end

--- PRE-013 to PRE-024.
local function judge_counts(p, data)
  if p.raw_len == 0 then return fault("RAW_LEN", 20, "PRE-013") end
  if p.raw_len > LIMITS.MAX_RAW_LEN then return fault("RAW_LEN", 20, "PRE-014") end
  if p.codec == 0 and p.raw_len ~= p.body_len then return fault("RAW_LEN", 20, "PRE-015") end
  if p.codec ~= 0 and p.body_len >= p.raw_len then return fault("RAW_LEN", 20, "PRE-016") end
  if p.record_count == 0 then return fault("COUNT", 28, "PRE-017") end
  if p.record_count + 2 > p.raw_len then return fault("COUNT", 28, "PRE-018") end
  if p.base_low == 0 and p.base_high == 0 then return fault("SEQUENCE_RANGE", 48, "PRE-019") end
  -- Above 2^53 doubles have gaps: the high half is looked at first.
  if p.base_high >= 2097152 or p.base_high * 4294967296 + p.base_low > LIMITS.MAX_SEQUENCE - (p.record_count + p.drop_count - 1) then
    return fault("SEQUENCE_RANGE", 48, "PRE-020")
  end
  if all_zero(data, 33, 48) then return fault("IDENTITY", 32, "PRE-021") end
  if p.epoch == 0 then return fault("IDENTITY", 56, "PRE-022") end
  if p.epoch > LIMITS.MAX_EPOCH then return fault("IDENTITY", 56, "PRE-023") end
  if p.lane > LIMITS.MAX_LANE then return fault("IDENTITY", 60, "PRE-024") end
end

----------------------------------------------------------------------------------------------------------------- scan

-- All positions of a scan are offsets from 0 into the data. What it finds of a message is a list of fields: `name`, `at` (of
-- the tag), `first` and `last` (of what stands behind tag and length; last is the offset behind it), and by type `value`,
-- or `values` with `places`, or `fields`. A fault is { at, rule }.

--- A varint. Gives value, half the value, whether it is odd, and the offset behind it; or nil and the rule.
local function varint(data, at, last)
  local value, half, odd, weight = 0, 0, false, 1.0
  for index = 1, 10 do
    if at >= last then return nil, "WIRE-007" end
    local b = byte(data, at + 1)
    at = at + 1
    local low = b % 128
    if index == 10 and b > 1 then return nil, "WIRE-006" end
    value = value + low * weight
    if index == 1 then
      half, odd = floor(low / 2), low % 2 == 1
    else
      half = half + low * (weight / 2)
    end
    if b < 128 then return value, half, odd, at end
    weight = weight * 128
  end
  return nil, "WIRE-006"
end

--- A value of one of the types that are varints; or nil and the rule.
local function scalar(data, at, last, kind)
  local value, half, odd, next_at = varint(data, at, last)
  if not value then return nil, half end
  if kind == "uint32" and value > 4294967295 then return nil, "WIRE-009" end
  if kind == "uint64" and value > LIMITS.MAX_SEQUENCE then return nil, "WIRE-011" end
  if kind == "sint64" then
    if half + (odd and 1 or 0) > LIMITS.MAX_SEQUENCE then return nil, "WIRE-012" end
    value = odd and -1 - half or half
  end
  return value, next_at
end

--- RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF.
local function is_utf8(text)
  local at = find(text, "[\128-\255]")
  while at do
    local b, second = byte(text, at), byte(text, at + 1) or 0
    local more, low, high = 0, 0x80, 0xBF
    if b >= 0xC2 and b <= 0xDF then more = 1
    elseif b >= 0xE0 and b <= 0xEF then
      more = 2
      if b == 0xE0 then low = 0xA0 elseif b == 0xED then high = 0x9F end
    elseif b >= 0xF0 and b <= 0xF4 then
      more = 3
      if b == 0xF0 then low = 0x90 elseif b == 0xF4 then high = 0x8F end
    else
      return false
    end
    if second < low or second > high then return false end
    for i = at + 2, at + more do
      local c = byte(text, i) or 0
      if c < 0x80 or c > 0xBF then return false end
    end
    at = find(text, "[\128-\255]", at + more + 1)
  end
  return true
end

-- What is kept of a packed field, and of the fields of one name in a message: one more than any rule allows. 8 MiB of them would
-- take hundreds of megabytes here; they are scanned all the same.
local KEPT_VALUES, KEPT_FIELDS = LIMITS.MAX_RECORDS + 1, LIMITS.MAX_STRINGS + 1

local function packed(data, field, kind)
  field.values, field.places, field.count = {}, {}, 0
  local at = field.first
  while at < field.last do
    local value, next_at = scalar(data, at, field.last, kind)
    if not value then return { at = field.at, rule = next_at } end
    field.count = field.count + 1
    if field.count <= KEPT_VALUES then
      field.values[field.count], field.places[field.count] = value, at
    end
    at = next_at
  end
end

local scan

--- What stands in a field of the schema whose bytes are delimited.
local function delimited(data, field, def)
  if SCHEMAS[def.type] then
    local fields, broken = scan(data, field.first, field.last, SCHEMAS[def.type])
    field.fields = fields
    return broken
  end
  if WIRE_TYPES[def.type] then return packed(data, field, def.type) end
  field.value = data:sub(field.first + 1, field.last)
  if def.type == "string" and not is_utf8(field.value) then return { at = field.at, rule = "WIRE-013" } end
end

--- WIRE-001 to WIRE-005. Gives definition (nil: not in the schema), wire type, offset behind the tag; or nil, nil and the rule.
local function tag(data, at, last, schema, seen)
  local key, half, _, next_at = varint(data, at, last)
  if not key or next_at - at > 5 or key > 4294967295 then return nil, nil, "WIRE-001" end
  local number, wire = floor(key / 8), key % 8
  if number == 0 then return nil, nil, "WIRE-002" end
  if wire == 3 or wire == 4 or wire >= 6 then return nil, nil, "WIRE-003" end
  local def = schema[number]
  if def then
    local own = def.repeated and 2 or WIRE_TYPES[def.type] or 2
    if wire ~= own then return nil, nil, "WIRE-004" end
    local one = not def.repeated or WIRE_TYPES[def.type]
    if one and seen[number] then return nil, nil, "WIRE-005" end
    seen[number] = true
  end
  return def, wire, next_at
end

--- The value behind a tag. Gives the offset behind it; or nil and the fault.
local function value_of(data, field, def, wire, at, last)
  field.first = at
  if wire == 0 then
    local value, next_at = scalar(data, at, last, def and def.type)
    if not value then return nil, { at = field.at, rule = next_at } end
    field.value, field.last = value, next_at
  elseif wire == 2 then
    local length, rule, _, next_at = varint(data, at, last)
    if not length then return nil, { at = field.at, rule = rule } end
    if length > last - next_at then return nil, { at = field.at, rule = "WIRE-008" } end
    field.first, field.last = next_at, next_at + length
    local broken = def and delimited(data, field, def)
    if broken then return nil, broken end
  else
    local size = wire == 1 and 8 or 4
    if last - at < size then return nil, { at = field.at, rule = "WIRE-007" } end
    field.last = at + size
    if def then field.value = number_at(data, at, 4) end
  end
  return field.last
end

--- The fields of a message, as far as they are in order, and the fault where they are not.
function scan(data, at, last, schema)
  local fields, seen, kept = {}, {}, {}
  while at < last do
    local def, wire, next_at = tag(data, at, last, schema, seen)
    if not wire then return fields, { at = at, rule = next_at } end
    local field = { name = def and def.name, at = at }
    local behind, broken = value_of(data, field, def, wire, next_at, last)
    -- The field that is broken is shown as far as it goes, where its length is known.
    local name = field.name or ""
    kept[name] = (kept[name] or 0) + 1
    if field.last and kept[name] <= KEPT_FIELDS then fields[#fields + 1] = field end
    if not behind then return fields, broken end
    at = behind
  end
  return fields
end

--- The fields of a message by name; those that may occur more than once as lists.
local function by_name(fields, schema)
  local names = {}
  for _, def in ipairs(schema) do
    if def.repeated and not WIRE_TYPES[def.type] then names[def.name] = {} end
  end
  for _, field in ipairs(fields) do
    local list = field.name and names[field.name]
    if list then
      list[#list + 1] = field
    elseif field.name then
      names[field.name] = field
    end
  end
  return names
end

-------------------------------------------------------------------------------------------------------------- metadata

local NO_VALUES = { values = {}, places = {}, count = 0 }

--- META-012, META-013: the rules for the texts of a message.
local function texts_are_out_of_range(field, schema, maximum)
  local some = false
  for _, text in ipairs(field.fields) do
    if text.name and type(text.value) == "string" then
      if #text.value > 0 then some = true end
      if #text.value > maximum then return true end
    end
  end
  return not some
end

--- META-005 to META-010.
local function judge_drops(m, p, at)
  local reasons, counts = m.drop_reason or NO_VALUES, m.drop_reason_count or NO_VALUES
  if reasons.count ~= counts.count then return fault("METADATA_FIELD", at("drop_reason"), "META-005") end
  if reasons.count > LIMITS.MAX_DROP_REASONS then return fault("METADATA_FIELD", at("drop_reason"), "META-006") end
  local seen, sum = {}, 0
  for _, reason in ipairs(reasons.values) do
    if reason == 0 or seen[reason] then return fault("METADATA_FIELD", at("drop_reason"), "META-007") end
    seen[reason] = true
  end
  for _, count in ipairs(counts.values) do
    if count == 0 then return fault("METADATA_FIELD", at("drop_reason_count"), "META-008") end
    sum = sum + count
  end
  if sum ~= p.drop_count then return fault("METADATA_FIELD", at("drop_reason_count"), "META-009") end
  local total = m.dropped_total and m.dropped_total.value or 0
  if total < p.drop_count then return fault("METADATA_FIELD", at("dropped_total"), "META-010") end
end

local function judge_metadata(m, p)
  local function at(name) return m[name] and m[name].at or PRELUDE_LEN + p.metadata_len end
  if not m.tenant or #m.tenant.value == 0 then return fault("METADATA_FIELD", at("tenant"), "META-001") end
  if #m.tenant.value > LIMITS.MAX_TENANT_LEN then return fault("METADATA_FIELD", at("tenant"), "META-002") end
  if not m.boot_nonce or #m.boot_nonce.value ~= 8 then return fault("METADATA_FIELD", at("boot_nonce"), "META-003") end
  local trace = m.trace_id and m.trace_id.value or ""
  if #trace > 0 and (#trace ~= 16 or all_zero(trace, 1, 16)) then return fault("METADATA_FIELD", at("trace_id"), "META-004") end
  local broken = judge_drops(m, p, at)
  if broken then return broken end
  local extra = m.contexts[LIMITS.MAX_CONTEXTS + 1]
  if extra then return fault("METADATA_FIELD", extra.at, "META-011") end
  for _, context in ipairs(m.contexts) do
    if texts_are_out_of_range(context, SCHEMAS.Context, LIMITS.MAX_CONTEXT_LEN) then
      return fault("METADATA_FIELD", context.at, "META-012")
    end
  end
  if m.redaction and texts_are_out_of_range(m.redaction, SCHEMAS.Redaction, LIMITS.MAX_REDACTION_REASON_LEN) then
    return fault("METADATA_FIELD", m.redaction.at, "META-013")
  end
end

------------------------------------------------------------------------------------------------------------------ body

-- In field order (spec/body.md).
local COLUMNS = { "kind", "time_delta_us", "sequence_delta", "thread_ref", "node_ref", "parent_delta", "run_ref", "task_ref",
  "trace_ref", "span_ref", "payload_len" }
local STRING_REFS = { "thread_ref", "node_ref", "run_ref", "task_ref" }

--- BODY-001 to BODY-005.
local function judge_columns(b, p)
  local extra = b.strings[LIMITS.MAX_STRINGS + 1]
  if extra then return fault("STRING_TABLE", extra.at, "BODY-001") end
  for _, text in ipairs(b.strings) do
    if #text.value == 0 or #text.value > LIMITS.MAX_STRING_LEN then return fault("STRING_TABLE", text.at, "BODY-002") end
  end
  if not b.kind then return fault("COLUMN_LEN", p.raw_len, "BODY-003") end
  for _, name in ipairs(COLUMNS) do
    if b[name] and b[name].count ~= p.record_count then return fault("COLUMN_LEN", b[name].at, "BODY-004") end
  end
  for i, kind in ipairs(b.kind.values) do
    if kind == 0 then return fault("KIND_ZERO", b.kind.places[i], "BODY-005") end
  end
end

local function ref_above(column, maximum)
  for i, value in ipairs((column or NO_VALUES).values) do
    if value > maximum then return column.places[i] end
  end
end

local function is_id_table(field, size)
  local ids = field and field.value or ""
  if #ids % size ~= 0 or #ids / size > LIMITS.MAX_IDS then return false end
  for from = 1, #ids, size do
    if all_zero(ids, from, from + size - 1) then return false end
  end
  return true
end

local function id_count(field, size)
  return field and floor(#field.value / size) or 0
end

--- BODY-006 to BODY-010.
local function judge_refs(b)
  for _, name in ipairs(STRING_REFS) do
    local place = ref_above(b[name], #b.strings)
    if place then return fault("STRING_REF", place, "BODY-006") end
  end
  if not is_id_table(b.trace_ids, 16) then return fault("ID_TABLE", b.trace_ids.at, "BODY-007") end
  if not is_id_table(b.span_ids, 8) then return fault("ID_TABLE", b.span_ids.at, "BODY-008") end
  local place = ref_above(b.trace_ref, id_count(b.trace_ids, 16))
  if place then return fault("ID_REF", place, "BODY-009") end
  place = ref_above(b.span_ref, id_count(b.span_ids, 8))
  if place then return fault("ID_REF", place, "BODY-010") end
end

--- BODY-011 to BODY-014.
local function judge_sums(b, p, base_time)
  local sum, time = 0, base_time
  for i, delta in ipairs((b.sequence_delta or NO_VALUES).values) do
    sum = sum + delta
    if delta == 0 or sum > p.record_count + p.drop_count then
      return fault("SEQUENCE_DELTA", b.sequence_delta.places[i], "BODY-011")
    end
  end
  for i, delta in ipairs((b.time_delta_us or NO_VALUES).values) do
    time = time + delta
    if time < 0 or time > LIMITS.MAX_SEQUENCE then return fault("TIME_RANGE", b.time_delta_us.places[i], "BODY-012") end
  end
  local sequence = p.base_high * 4294967296 + p.base_low - 1
  for i, delta in ipairs((b.parent_delta or NO_VALUES).values) do
    sequence = sequence + (b.sequence_delta and b.sequence_delta.values[i] or 1)
    if delta >= sequence then return fault("PARENT_RANGE", b.parent_delta.places[i], "BODY-013") end
  end
  local length = 0
  for _, len in ipairs((b.payload_len or NO_VALUES).values) do length = length + len end
  if length ~= (b.payloads and #b.payloads.value or 0) then
    return fault("PAYLOAD_LEN", (b.payload_len or b.payloads).at, "BODY-014")
  end
end

----------------------------------------------------------------------------------------------------------------- frame

--- Opens a body of codec none, and gives its first fault. Offsets are those of the body.
local function judge_body(frame, data)
  local p = frame.prelude
  local fields, broken = scan(data, 0, #data, SCHEMAS.Body)
  frame.body_fields = fields
  if broken then return fault("BODY_WIRE", broken.at, broken.rule) end
  local b = by_name(fields, SCHEMAS.Body)
  local base_time = frame.metadata and frame.metadata.base_time_us and frame.metadata.base_time_us.value or 0
  local first = judge_columns(b, p) or judge_refs(b) or judge_sums(b, p, base_time)
  if not first then frame.body, frame.base_time = b, base_time end
  return first
end

--- FRM-004 to FRM-007, and what stands between them and after. The data is the whole frame or what there is of it.
local function judge_parts(frame, data)
  local p = frame.prelude
  local body_at = PRELUDE_LEN + p.metadata_len
  frame.length = body_at + p.body_len
  local short = #data < frame.length and fault("TRUNCATED", #data, "FRM-004")
  local long = #data > frame.length and fault("TRAILING", frame.length, "FRM-005")
  local wrong_metadata, metadata_wire, metadata_field, wrong_body, in_body
  if #data >= body_at then
    frame.metadata_crc = crc32c(data, PRELUDE_LEN + 1, body_at)
    wrong_metadata = frame.metadata_crc ~= p.metadata_crc and fault("METADATA_CRC", 8, "FRM-006")
    if p.version == 1 then
      local fields, broken = scan(data, PRELUDE_LEN, body_at, SCHEMAS.Metadata)
      frame.metadata_fields = fields
      metadata_wire = broken and fault("METADATA_WIRE", broken.at, broken.rule)
      if not broken then
        frame.metadata = by_name(fields, SCHEMAS.Metadata)
        metadata_field = judge_metadata(frame.metadata, p)
      end
    end
  end
  if not short then
    frame.body_crc = crc32c(data, body_at + 1, frame.length)
    wrong_body = frame.body_crc ~= p.body_crc and fault("BODY_CRC", 12, "FRM-007")
    if not frame.fault and p.codec == 0 then in_body = judge_body(frame, data:sub(body_at + 1, frame.length)) end
  end
  return short or long or wrong_metadata or metadata_wire or metadata_field or wrong_body or in_body or nil
end

--- Everything that is found in the bytes of one frame, and the first check that fails (ERR-001) as `fault`.
local function judge(data)
  local frame = {}
  frame.fault = judge_magic(data)
  if #data < PRELUDE_LEN or byte(data, 1) ~= 0xBE then return frame end
  frame.prelude = read_prelude(data)
  local p = frame.prelude
  frame.fault = frame.fault or judge_support(p)
  local lengths = judge_lengths(p)
  frame.fault = frame.fault or lengths or judge_counts(p, data)
  -- Lengths are believed where they are in their range, whatever else is wrong: what is there is shown.
  if not lengths then
    local in_parts = judge_parts(frame, data)
    frame.fault = frame.fault or in_parts
  end
  return frame
end

---------------------------------------------------------------------------------------------------------------- fields

local dashstream = Proto("dashstream", "DashStream frame")

local CRC_STATUS = { [0] = "Bad", [1] = "Good" }
local fields = {}
local function field(name, make, ...)
  local added = make("dashstream." .. name, ...)
  fields[name] = added
  return added
end

field("magic", ProtoField.uint8, "magic", base.HEX)
field("version", ProtoField.uint8, "version")
field("critical_flags", ProtoField.uint8, "critical_flags", base.HEX)
field("ancillary_flags", ProtoField.uint8, "ancillary_flags", base.HEX)
for _, flag in ipairs(FLAGS) do
  field(flag.set .. "_flags." .. flag.name:lower(), ProtoField.bool, flag.name, 8, nil, flag.mask)
end
for _, part in ipairs({ "prelude", "metadata", "body" }) do
  field(part .. "_crc", ProtoField.uint32, part .. "_crc", base.HEX)
  field(part .. "_crc.computed", ProtoField.uint32, part .. "_crc computed", base.HEX)
  field(part .. "_crc.status", ProtoField.uint8, part .. "_crc status", base.DEC, CRC_STATUS)
end
field("body_len", ProtoField.uint32, "body_len")
field("raw_len", ProtoField.uint32, "raw_len")
field("metadata_len", ProtoField.uint16, "metadata_len")
field("codec", ProtoField.uint8, "codec", base.DEC, CODECS)
field("schema", ProtoField.uint8, "schema")
field("record_count", ProtoField.uint16, "record_count")
field("drop_count", ProtoField.uint16, "drop_count")
field("producer_id", ProtoField.bytes, "producer_id")
field("base_sequence", ProtoField.uint64, "base_sequence")
field("epoch", ProtoField.uint32, "epoch")
field("lane", ProtoField.uint32, "lane")
field("last_sequence", ProtoField.uint64, "last_sequence")

field("metadata", ProtoField.none, "metadata")
field("tenant", ProtoField.string, "tenant", base.UNICODE)
field("boot_nonce", ProtoField.bytes, "boot_nonce")
field("base_time_us", ProtoField.uint64, "base_time_us")
field("base_time", ProtoField.absolute_time, "base time", base.UTC)
field("trace_id", ProtoField.bytes, "trace_id")
field("drop_reason", ProtoField.uint32, "drop_reason", base.DEC, DROP_REASONS)
field("drop_reason_count", ProtoField.uint32, "drop_reason_count")
field("dropped_total", ProtoField.uint64, "dropped_total")
field("context", ProtoField.none, "context")
for _, def in ipairs(SCHEMAS.Context) do
  field("context." .. def.name, ProtoField.string, def.name, base.UNICODE)
end
field("redaction", ProtoField.none, "redaction")
field("redaction.original_body_crc", ProtoField.uint32, "original_body_crc", base.HEX)
field("redaction.reason", ProtoField.string, "reason", base.UNICODE)
field("unknown_field", ProtoField.bytes, "field that the schema does not have")

field("body", ProtoField.bytes, "body")
field("string", ProtoField.string, "string", base.UNICODE)
field("column", ProtoField.bytes, "column")
field("record", ProtoField.none, "record")
field("record.kind", ProtoField.uint32, "kind", base.DEC, KINDS)
field("record.sequence", ProtoField.uint64, "sequence")
field("record.time_us", ProtoField.uint64, "time_us")
for _, name in ipairs({ "thread", "node", "run", "task" }) do
  field("record." .. name, ProtoField.string, name, base.UNICODE)
end
field("record.parent", ProtoField.uint64, "parent")
field("record.trace_id", ProtoField.bytes, "trace_id")
field("record.span_id", ProtoField.bytes, "span_id")
field("record.payload", ProtoField.bytes, "payload")
field("record.payload_len", ProtoField.uint32, "payload_len")
field("records_shown", ProtoField.uint32, "records shown")

field("error", ProtoField.string, "error")
field("error.offset", ProtoField.uint32, "error offset")
field("error.rule", ProtoField.string, "error rule")
field("error.class", ProtoField.string, "error class")
field("trailing", ProtoField.bytes, "bytes behind the frame")

-- Of files.
field("file.offset", ProtoField.uint64, "offset in the file")
field("file.what", ProtoField.uint8, "what", base.DEC, { [0] = "entry", [1] = "frame without its marker", [2] = "skipped range" })
field("file.sync_marker", ProtoField.bytes, "sync marker")
field("file.skipped", ProtoField.bytes, "skipped bytes")
field("file.skipped_code", ProtoField.string, "skipped for")

local list_of_fields = {}
for _, added in pairs(fields) do list_of_fields[#list_of_fields + 1] = added end
dashstream.fields = list_of_fields

-- An expert info for each class, so that one can be filtered; of the corrupt ones those of checksums are their own.
local experts = {
  crc = ProtoExpert.new("dashstream.crc_mismatch", "CRC mismatch", expert.group.CHECKSUM, expert.severity.ERROR),
  corrupt = ProtoExpert.new("dashstream.corrupt", "Bytes were changed or cut", expert.group.MALFORMED, expert.severity.ERROR),
  unsupported = ProtoExpert.new("dashstream.unsupported", "A newer reader may manage", expert.group.UNDECODED, expert.severity.WARN),
  ["producer-bug"] = ProtoExpert.new("dashstream.producer_bug", "The bytes are as the writer made them, and wrong",
    expert.group.PROTOCOL, expert.severity.ERROR),
  skipped = ProtoExpert.new("dashstream.skipped", "Bytes of the file that are no accepted entry", expert.group.MALFORMED,
    expert.severity.ERROR),
}
local list_of_experts = {}
for _, added in pairs(experts) do list_of_experts[#list_of_experts + 1] = added end
dashstream.experts = list_of_experts

local VALUES_OF_KAFKA = { BEGIN = 1, INTACT = 2, ALL = 3 }
dashstream.prefs.kafka = Pref.enum("Frames in Kafka are values", VALUES_OF_KAFKA.BEGIN, "Which values of Kafka records are taken for frames", {
  { 1, "that begin with BE", VALUES_OF_KAFKA.BEGIN },
  { 2, "that begin with an intact prelude", VALUES_OF_KAFKA.INTACT },
  { 3, "of any kind", VALUES_OF_KAFKA.ALL },
}, true)
dashstream.prefs.max_records = Pref.uint("Records shown of a frame", 1000, "Records beyond have no fields in the tree, and no filter finds them")
dashstream.prefs.payloads = Pref.bool("Payloads as Protobuf", false, "Hands payloads to the dissector of Protobuf; add proto/ to its search paths")

------------------------------------------------------------------------------------------------------------------ tree

-- A place is a Tvb and the offset in it at which the data begins that offsets count from.

local function range_of(place, first, last)
  return place.tvb:range(place.at + first, last - first)
end

local function uint64(number)
  return UInt64.new(number % 4294967296, floor(number / 4294967296))
end

local function generated(item)
  item:set_generated(true)
  return item
end

local function add_fault(tree, found)
  local error = ERRORS[found.code]
  local crc = find(found.code, "_CRC$") ~= nil
  local text = string.format("%s%s at %.0f (%s): %s", crc and "CRC mismatch: " or "", found.code, found.offset, found.rule, error.text)
  local item = generated(tree:add(fields["error"], found.code))
  item:set_text(text)
  generated(item:add(fields["error.offset"], found.offset))
  generated(item:add(fields["error.rule"], found.rule))
  generated(item:add(fields["error.class"], error.class))
  item:add_proto_expert_info(crc and experts.crc or experts[error.class], text)
end

local function add_crc(tree, name, place, at, stored, computed)
  local item = tree:add_le(fields[name], range_of(place, at, at + 4))
  if not computed then return end
  local good = stored == computed
  item:append_text(good and " [correct]" or string.format(" [incorrect, should be 0x%08x]", computed))
  generated(tree:add(fields[name .. ".computed"], range_of(place, at, at + 4), computed))
  generated(tree:add(fields[name .. ".status"], range_of(place, at, at + 4), good and 1 or 0))
end

local function add_flags(tree, place, set, at)
  local item = tree:add(fields[set .. "_flags"], range_of(place, at, at + 1))
  for _, flag in ipairs(FLAGS) do
    if flag.set == set then item:add(fields[set .. "_flags." .. flag.name:lower()], range_of(place, at, at + 1)) end
  end
end

local function add_prelude(tree, place, frame, data)
  local p = frame.prelude
  local branch = tree:add(range_of(place, 0, PRELUDE_LEN), "prelude")
  local function plain(name, at, size) branch:add_le(fields[name], range_of(place, at, at + size)) end
  plain("magic", 0, 1)
  plain("version", 1, 1)
  add_flags(branch, place, "critical", 2)
  add_flags(branch, place, "ancillary", 3)
  add_crc(branch, "prelude_crc", place, 4, p.prelude_crc, prelude_crc_of(data))
  add_crc(branch, "metadata_crc", place, 8, p.metadata_crc, frame.metadata_crc)
  add_crc(branch, "body_crc", place, 12, p.body_crc, frame.body_crc)
  plain("body_len", 16, 4)
  plain("raw_len", 20, 4)
  plain("metadata_len", 24, 2)
  plain("codec", 26, 1)
  plain("schema", 27, 1)
  plain("record_count", 28, 2)
  plain("drop_count", 30, 2)
  branch:add(fields.producer_id, range_of(place, 32, 48))
  plain("base_sequence", 48, 8)
  plain("epoch", 56, 4)
  plain("lane", 60, 4)
  local span = p.record_count + p.drop_count
  if span > 0 and p.base_high < 2097152 then
    generated(branch:add(fields.last_sequence, range_of(place, 48, 56), uint64(p.base_high * 4294967296 + p.base_low + span - 1)))
  end
end

-- Values of packed fields that are shown one by one. What is longer breaks a rule.
local SHOWN_VALUES = 64

local function add_message(tree, place, found, prefix)
  for _, part in ipairs(found) do
    local range = range_of(place, part.at, part.last)
    local known = part.name and fields[prefix .. part.name]
    if part.name == "contexts" or part.name == "redaction" then
      local name = part.name == "contexts" and "context" or "redaction"
      add_message(tree:add(fields[name], range), place, part.fields or {}, name .. ".")
    elseif part.values then
      for i = 1, math.min(#part.values, SHOWN_VALUES) do
        tree:add(known, range_of(place, part.places[i], part.places[i + 1] or part.last), part.values[i])
      end
    elseif not known then
      tree:add(fields.unknown_field, range)
    elseif type(part.value) == "string" then
      -- The bytes themselves, without tag and length.
      if part.last > part.first then
        tree:add(known, range_of(place, part.first, part.last))
      end
    elseif part.name == "original_body_crc" then
      tree:add(known, range, part.value)
    elseif part.value then
      tree:add(known, range, uint64(part.value))
      if part.name == "base_time_us" then
        generated(tree:add(fields.base_time, range, NSTime.new(floor(part.value / 1000000), part.value % 1000000 * 1000)))
      end
    end
  end
end

local function add_metadata(tree, place, frame)
  local last = PRELUDE_LEN + frame.prelude.metadata_len
  if not frame.metadata_crc then return end
  local branch = tree:add(fields.metadata, range_of(place, PRELUDE_LEN, last))
  if frame.metadata_fields then add_message(branch, place, frame.metadata_fields, "") end
end

--- The column's value for a record, and its bytes.
local function cell(place, column, i)
  if not column then return 0 end
  return column.values[i], range_of(place, column.places[i], column.places[i + 1] or column.last)
end

local function add_ref(tree, place, b, name, i)
  local ref, range = cell(place, b[name .. "_ref"], i)
  if ref > 0 then tree:add(fields["record." .. name], range, b.strings[ref].value) end
end

--- An id of a table that a column refers to: its bytes in the table.
local function add_id(tree, place, b, name, size, i)
  local ref = cell(place, b[name .. "_ref"], i)
  local ids = b[name .. "_ids"]
  if ref == 0 then return end
  local first = ids.first + size * (ref - 1)
  tree:add(fields["record." .. name .. "_id"], range_of(place, first, first + size))
end

local function add_payload(tree, pinfo, place, kind, first, length)
  if length == 0 then return end
  local range = range_of(place, first, first + length)
  local item = tree:add(fields["record.payload"], range)
  if not dashstream.prefs.payloads or not MESSAGES[kind] then return end
  pinfo.private["pb_msg_type"] = "message," .. MESSAGES[kind]
  pcall(Dissector.call, Dissector.get("protobuf"), range:tvb(), pinfo, item)
end

--- REC-024, REC-003. What is in the payload is not judged.
local function judge_record(frame, kind, i, payload_at)
  local b = frame.body
  if frame.metadata.redaction and not CONTROL_KINDS[kind] then
    local none = not b.payloads or #b.payloads.value == 0
    return fault("PAYLOAD", none and frame.prelude.raw_len or payload_at, "REC-024")
  end
  if not KINDS[kind] and kind % 2 == 0 then return fault("UNKNOWN_CRITICAL_KIND", b.kind.places[i], "REC-003") end
end

local function add_record(tree, pinfo, place, frame, i, running)
  local b = frame.body
  local kind, kind_range = cell(place, b.kind, i)
  local name = KINDS[kind]
  local record = tree:add(fields.record, kind_range)
  record:set_text(string.format("record %d: %s, sequence %.0f", i, name or string.format("kind %.0f", kind), running.sequence))
  record:add(fields["record.kind"], kind_range, kind)
  local broken = judge_record(frame, kind, i, running.payload)
  if broken then add_fault(record, broken) end
  generated(record:add(fields["record.sequence"], uint64(running.sequence)))
  generated(record:add(fields["record.time_us"], uint64(running.time)))
  for _, ref in ipairs({ "thread", "node", "run", "task" }) do add_ref(record, place, b, ref, i) end
  local parent, parent_range = cell(place, b.parent_delta, i)
  if parent > 0 then record:add(fields["record.parent"], parent_range, uint64(running.sequence - parent)) end
  add_id(record, place, b, "trace", 16, i)
  add_id(record, place, b, "span", 8, i)
  local length = cell(place, b.payload_len, i)
  generated(record:add(fields["record.payload_len"], length))
  add_payload(record, pinfo, place, kind, running.payload, length)
end

local function add_records(tree, pinfo, place, frame)
  local b, p = frame.body, frame.prelude
  local shown = math.min(p.record_count, dashstream.prefs.max_records)
  local running = {
    sequence = p.base_high * 4294967296 + p.base_low - 1,
    time = frame.base_time,
    payload = b.payloads and b.payloads.first or 0,
  }
  for i = 1, shown do
    running.sequence = running.sequence + (b.sequence_delta and b.sequence_delta.values[i] or 1)
    running.time = running.time + (b.time_delta_us and b.time_delta_us.values[i] or 0)
    add_record(tree, pinfo, place, frame, i, running)
    running.payload = running.payload + (b.payload_len and b.payload_len.values[i] or 0)
  end
  local item = generated(tree:add(fields.records_shown, shown))
  if shown < p.record_count then item:append_text(string.format(" of %d; a preference says how many", p.record_count)) end
end

--- The bytes of each part of the body, as they stand in it.
local function add_body_fields(tree, place, found)
  for _, part in ipairs(found) do
    if part.name == "strings" and part.value and #part.value > 0 then
      tree:add(fields.string, range_of(place, part.first, part.last))
    else
      local item = tree:add(part.name and fields.column or fields.unknown_field, range_of(place, part.at, part.last))
      if part.name then item:prepend_text(part.name .. ", ") end
    end
  end
end

local function add_body(tree, pinfo, place, frame, data)
  local first = PRELUDE_LEN + frame.prelude.metadata_len
  local last = math.min(first + frame.prelude.body_len, #data)
  if last <= first then return end
  local branch = tree:add(fields.body, range_of(place, first, last))
  local inside = { tvb = place.tvb, at = place.at + first }
  if frame.body_fields then add_body_fields(branch, inside, frame.body_fields) end
  if frame.body and not frame.fault then add_records(branch, pinfo, inside, frame) end
end

local function summary_of(frame)
  local p = frame.prelude
  if not p then return "no prelude" end
  local tenant = frame.metadata and frame.metadata.tenant and frame.metadata.tenant.value or "?"
  return string.format("tenant %s, %d records, %d dropped, from %.0f, epoch %.0f, lane %.0f, %s", tenant:gsub("[%c]", "?"),
    p.record_count, p.drop_count, p.base_high * 4294967296 + p.base_low, p.epoch, p.lane, CODECS[p.codec] or "codec " .. p.codec)
end

--- Shows one frame, or what there is of it: `length` bytes of the Tvb from `at`. Gives the line that sums it up.
local function add_frame(tvb, at, length, pinfo, tree)
  -- No range may be empty.
  local data = length > 0 and tvb:raw(at, length) or ""
  local place = { tvb = tvb, at = at }
  local frame = judge(data)
  local branch = length > 0 and tree:add(dashstream, range_of(place, 0, length)) or tree:add(dashstream)
  local summary = summary_of(frame)
  branch:append_text(", " .. summary)
  if frame.fault then
    add_fault(branch, frame.fault)
    summary = frame.fault.code .. ", " .. summary
  end
  if frame.prelude then
    add_prelude(branch, place, frame, data)
    if frame.length then
      add_metadata(branch, place, frame)
      add_body(branch, pinfo, place, frame, data)
      if length > frame.length then branch:add(fields.trailing, range_of(place, frame.length, length)) end
    end
  end
  return summary
end

--- One frame: an exported PDU, or the payload of whatever hands one over.
function dashstream.dissector(tvb, pinfo, tree)
  local summary = add_frame(tvb, 0, tvb:len(), pinfo, tree)
  pinfo.cols.protocol = "DashStream"
  pinfo.cols.info = summary
  return tvb:len()
end

------------------------------------------------------------------------------------------------------------- files

-- Files of frames (spec/files.md). One packet is one entry (marker and frame), one frame without its marker, or one skipped
-- range; in the order of the file they hold every byte of it but the header. In front of each stand 10 bytes that are not in
-- the file: what it is, the number of the code that a range is skipped for (0: none), its offset in the file (big-endian).
-- Packets are exported PDUs for the dissector dashstream_file, so that no number of a link type has to be taken.

local HEADER_LEN, MARKER_LEN, LEAD_LEN = 28, 16, 10
local CANDIDATE_LEN = MARKER_LEN + PRELUDE_LEN
local SIGNATURE = "\190DSF\r\n\26\n"
local ENTRY, FRAME, SKIPPED = 0, 1, 2

local file_proto = Proto("dashstream_file", "DashStream file")
local PDU_TAGS = "\0\12\0\16" .. "dashstream_file\0" .. "\0\0\0\0"

local function be64(number)
  local out = {}
  for i = 8, 1, -1 do
    out[i] = string.char(number % 256)
    number = floor(number / 256)
  end
  return table.concat(out)
end

--- A file that is read at any place. `bytes(at, count)` gives fewer where it ends.
local function reader_of(file)
  return function(at, count)
    if not file:seek("set", at) then return "" end
    return file:read(count) or ""
  end
end

--- 2 of "At p": marker and prelude in order.
local function is_candidate(state, window)
  return #window >= CANDIDATE_LEN and (not state.marker or window:sub(1, MARKER_LEN) == state.marker)
    and judge_magic(window:sub(MARKER_LEN + 1, CANDIDATE_LEN)) == nil
end

-- How much is looked at in one go for a candidate.
local CHUNK = 65536

--- The smallest candidate from q on, or the end of the file.
local function next_candidate(state, bytes, q)
  local needle = state.marker or "\190"
  local lead = state.marker and 0 or MARKER_LEN
  while true do
    local chunk = bytes(q, CHUNK)
    if #chunk < CANDIDATE_LEN then return q + #chunk end
    local from = 1 + lead
    while true do
      local hit = find(chunk, needle, from, true)
      local start = hit and hit - lead
      if not hit or start + CANDIDATE_LEN - 1 > #chunk then break end
      if is_candidate(state, chunk:sub(start, start + CANDIDATE_LEN - 1)) then return q + start - 1 end
      from = hit + 1
    end
    if #chunk < CHUNK then return q + #chunk end
    q = q + CHUNK - CANDIDATE_LEN + 1
  end
end

local function emit(state, what, first, last, code)
  if last > first then
    state.packets[#state.packets + 1] = { what = what, first = first, last = last, code = code }
  end
  state.at = last
end

local function resync(state, bytes, p, q, code)
  emit(state, SKIPPED, p, next_candidate(state, bytes, q), code)
end

--- 3 of "At p": what stands there is no candidate.
local function read_no_candidate(state, bytes, p, window)
  local rest = window:sub(MARKER_LEN + 1)
  local broken = judge_magic(rest:sub(1, PRELUDE_LEN))
  local marker_is_whole = not state.marker or window:sub(1, MARKER_LEN) == state.marker
  if state.marker and not broken then
    local prelude = read_prelude(rest)
    if not judge_lengths(prelude) then
      local length = PRELUDE_LEN + prelude.metadata_len + prelude.body_len
      if not judge(bytes(p + MARKER_LEN, length)).fault then
        emit(state, SKIPPED, p, p + MARKER_LEN, "FILE_MARKER")
        emit(state, FRAME, p + MARKER_LEN, p + MARKER_LEN + length)
        return
      end
    end
  end
  resync(state, bytes, p, p + 1, marker_is_whole and broken and broken.code or "FILE_MARKER")
end

--- 4 of "At p".
local function read_candidate(state, bytes, p, window)
  local prelude = read_prelude(window:sub(MARKER_LEN + 1))
  local lengths = judge_lengths(prelude)
  if lengths then return resync(state, bytes, p, p + CANDIDATE_LEN, (judge_support(prelude) or lengths).code) end
  local length = PRELUDE_LEN + prelude.metadata_len + prelude.body_len
  local data = bytes(p + MARKER_LEN, length)
  local broken = judge(data).fault
  local last = p + MARKER_LEN + length
  if not broken then return emit(state, ENTRY, p, last) end
  if #data == length then
    local behind = bytes(last, CANDIDATE_LEN)
    if #behind == 0 or is_candidate(state, behind) then return emit(state, ENTRY, p, last, broken.code) end
  end
  resync(state, bytes, p, p + CANDIDATE_LEN, broken.code)
end

--- What is skipped of the header, and where the entries begin. False: this is no file of frames.
local function read_header(state, head)
  local signature = head:sub(1, 8) == SIGNATURE
  local marker = #head == HEADER_LEN and crc32c(head, 9, 24) == number_at(head, 24, 4)
  if not signature and not marker then return false end
  if marker then state.marker = head:sub(9, 24) end
  if not signature then emit(state, SKIPPED, 0, 8, "FILE_SIGNATURE") end
  if not marker then emit(state, SKIPPED, 8, #head, "FILE_MARKER") end
  state.at = #head
  return true
end

local function fill(file, frame, packet)
  local bytes = reader_of(file)(packet.first, packet.last - packet.first)
  local lead = string.char(packet.what, packet.code and ERRORS[packet.code].number or 0) .. be64(packet.first)
  local data = PDU_TAGS .. lead .. bytes
  frame.encap = wtap_encaps.WIRESHARK_UPPER_PDU
  frame.captured_length, frame.original_length = #data, #data
  frame.flags = packet.time and wtap_presence_flags.TS or 0
  if packet.time then frame.time = NSTime.new(floor(packet.time / 1000000), packet.time % 1000000 * 1000) end
  frame.data = data
end

--- base_time_us of a frame that is in order.
local function time_of(file, packet)
  if packet.what == SKIPPED then return nil end
  local lead = packet.what == ENTRY and MARKER_LEN or 0
  local data = reader_of(file)(packet.first + lead, PRELUDE_LEN + LIMITS.MAX_METADATA_LEN)
  if judge_magic(data:sub(1, PRELUDE_LEN)) then return nil end
  local p = read_prelude(data)
  if p.version ~= 1 or #data < PRELUDE_LEN + p.metadata_len then return nil end
  local found, broken = scan(data, PRELUDE_LEN, PRELUDE_LEN + p.metadata_len, SCHEMAS.Metadata)
  local base_time = not broken and by_name(found, SCHEMAS.Metadata).base_time_us
  return base_time and base_time.value or nil
end

local reading = {}

function reading.read_open(file, capture)
  local state = { packets = {}, done = 0, by_offset = {} }
  if not read_header(state, file:read(HEADER_LEN) or "") then return false end
  capture.encap = wtap_encaps.WIRESHARK_UPPER_PDU
  capture.time_precision = wtap_tsprecs.USEC
  capture.snapshot_length = 0
  capture.private_table = state
  return true
end

function reading.read(file, capture, frame)
  local state = capture.private_table
  if state.done == #state.packets then
    state.packets, state.done = {}, 0
    local bytes = reader_of(file)
    local window = bytes(state.at, CANDIDATE_LEN)
    if #window == 0 then return false end
    if is_candidate(state, window) then
      read_candidate(state, bytes, state.at, window)
    else
      read_no_candidate(state, bytes, state.at, window)
    end
  end
  state.done = state.done + 1
  local packet = state.packets[state.done]
  packet.time = time_of(file, packet)
  state.by_offset[packet.first] = packet
  fill(file, frame, packet)
  return packet.first
end

function reading.seek_read(file, capture, frame, offset)
  local packet = capture.private_table.by_offset[offset]
  if not packet then return false end
  fill(file, frame, packet)
  return true
end

local handler = FileHandler.new("DashStream file", "dashstream_file", "DashStream file of frames", "rms")
handler.extensions = "dsf"
handler.read_open, handler.read, handler.seek_read = reading.read_open, reading.read, reading.seek_read
register_filehandler(handler)

function file_proto.dissector(tvb, pinfo, tree)
  if tvb:len() < LEAD_LEN then return 0 end
  local what, number = tvb(0, 1):uint(), tvb(1, 1):uint()
  local code
  for name, error in pairs(ERRORS) do
    if error.number == number then code = name end
  end
  local branch = tree:add(file_proto, tvb(0, LEAD_LEN))
  branch:add(fields["file.what"], tvb(0, 1))
  branch:add(fields["file.offset"], tvb(2, 8))
  local at = LEAD_LEN
  local summary
  if what == ENTRY and tvb:len() >= at + MARKER_LEN then
    branch:add(fields["file.sync_marker"], tvb(at, MARKER_LEN))
    at = at + MARKER_LEN
  end
  if what == SKIPPED then
    local text = string.format("skipped: %s, %d bytes", code or "?", tvb:len() - at)
    if tvb:len() > at then branch:add(fields["file.skipped"], tvb(at)) end
    branch:add(fields["file.skipped_code"], tvb(1, 1), code or "?"):add_proto_expert_info(experts.skipped, text)
    summary = text
  else
    summary = add_frame(tvb, at, tvb:len() - at, pinfo, tree)
  end
  pinfo.cols.protocol = "DashStream"
  pinfo.cols.info = summary
  return tvb:len()
end

------------------------------------------------------------------------------------------------------------- Kafka

-- The dissector of Kafka hands the values of records to nobody. This one runs after it and takes the values from its fields,
-- which are there after reassembly and, where batches are compressed, after decompression.

local kafka_proto = Proto("dashstream_kafka", "DashStream in Kafka")
local kafka_value, kafka_message = Field.new("kafka.message_value"), Field.new("kafka")

local function is_wanted(data)
  local how = dashstream.prefs.kafka
  if how == VALUES_OF_KAFKA.ALL then return true end
  if how == VALUES_OF_KAFKA.BEGIN then return byte(data, 1) == 0xBE end
  return judge_magic(data:sub(1, PRELUDE_LEN)) == nil
end

--- Frames in a message of Kafka whose values nobody found: of a version that the dissector of Kafka does not know, or a
--- response whose request was not captured. Only whole frames behind intact preludes are believed.
local function scan_message(range, found)
  local data = range:raw()
  local at = find(data, "\190", 1, true)
  while at and at + PRELUDE_LEN - 1 <= #data do
    local prelude = data:sub(at, at + PRELUDE_LEN - 1)
    local p = read_prelude(prelude)
    local length = PRELUDE_LEN + p.metadata_len + p.body_len
    -- The sums are dear; most of what begins with BE has no such lengths.
    if not judge_lengths(p) and at + length - 1 <= #data and judge_magic(prelude) == nil then
      found[#found + 1] = { tvb = range:tvb(), at = at - 1, length = length }
      at = at + length - 1
    end
    at = find(data, "\190", at + 1, true)
  end
end

local function frames_of_packet()
  local found, values = {}, { kafka_value() }
  for _, value in ipairs(values) do
    local range = value.range
    if range and value.len > 0 and is_wanted(range:raw()) then
      found[#found + 1] = { tvb = range:tvb(), at = 0, length = value.len }
    end
  end
  if #values == 0 then
    for _, message in ipairs({ kafka_message() }) do
      if message.range and message.len > PRELUDE_LEN then scan_message(message.range, found) end
    end
  end
  return found
end

function kafka_proto.dissector(_, pinfo, tree)
  local found = frames_of_packet()
  for _, one in ipairs(found) do
    local summary = add_frame(one.tvb, one.at, one.length, pinfo, tree)
    pinfo.cols.info:append(" [DashStream: " .. summary .. "]")
  end
end

register_postdissector(kafka_proto)

-- For tests; Wireshark looks at nothing that a plugin returns.
return { reading = reading, errors = ERRORS, lead_at = #PDU_TAGS + 1 }
