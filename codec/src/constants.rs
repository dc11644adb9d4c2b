//! The numbers of `spec/prelude.md` and `spec/registry/limits.toml`, under the names they have there.

/// First byte of every frame.
pub const MAGIC: u8 = 0xBE;
/// Version of the frame that this codec reads and writes.
pub const VERSION: u8 = 1;
/// Version of the record schema that this codec reads and writes.
pub const SCHEMA: u8 = 1;
/// Bytes of the prelude.
pub const PRELUDE_LEN: usize = 64;

/// Critical flag, reserved: the body is compressed against a dictionary.
pub const DICTIONARY: u8 = 1 << 0;
/// Critical flag, reserved: the body is encrypted.
pub const ENCRYPTED: u8 = 1 << 1;
/// Ancillary flag, set at random by writers; it never gets a meaning.
pub const GREASE: u8 = 1 << 7;

/// Bytes of metadata.
pub const MAX_METADATA_LEN: u16 = 16_384;
/// Stored bytes of a body.
pub const MAX_BODY_LEN: u32 = 8_388_608;
/// Bytes of a body.
pub const MAX_RAW_LEN: u32 = 8_388_608;
/// Records in a frame.
pub const MAX_RECORDS: u32 = 65_535;
/// Sequence number, time in microseconds, magnitude of a 64-bit field: 2^53 - 1.
pub const MAX_SEQUENCE: u64 = 0x1F_FFFF_FFFF_FFFF;
/// Epoch.
pub const MAX_EPOCH: u32 = 0x7FFF_FFFF;
/// Lane.
pub const MAX_LANE: u32 = 0x7FFF_FFFF;
/// Strings in the table.
pub const MAX_STRINGS: usize = 16_384;
/// Bytes of a string in the table.
pub const MAX_STRING_LEN: usize = 1_024;
/// Ids in `trace_ids` or `span_ids`.
pub const MAX_IDS: usize = 65_535;
/// Bytes of a tenant.
pub const MAX_TENANT_LEN: usize = 255;
/// Drop reasons in the metadata.
pub const MAX_DROP_REASONS: usize = 32;
/// Contexts in the metadata.
pub const MAX_CONTEXTS: usize = 16;
/// Bytes of each text of a context.
pub const MAX_CONTEXT_LEN: usize = 256;
/// Bytes of a redaction's reason.
pub const MAX_REDACTION_REASON_LEN: usize = 256;
/// Bytes of a zstd window.
pub const MAX_ZSTD_WINDOW: u64 = 8_388_608;
/// Bytes of a zstd block.
pub const MAX_ZSTD_BLOCK: u64 = 131_072;
/// Bytes of a frame that a writer makes unless told otherwise.
pub const DEFAULT_MAX_FRAME_LEN: usize = 1_000_000;
/// Records at which a writer seals a frame unless told otherwise.
pub const DEFAULT_FLUSH_RECORDS: usize = 1_000;
/// Bytes of a body at which a writer seals a frame unless told otherwise.
pub const DEFAULT_FLUSH_LEN: usize = 262_144;
/// Microseconds after which a writer seals a frame unless told otherwise.
pub const DEFAULT_FLUSH_AGE_US: u64 = 50_000;
/// Arrays and objects in one another in a state.
pub const MAX_STATE_DEPTH: usize = 100;
/// Bytes of a state, as text and in canonical form.
pub const MAX_STATE_LEN: usize = 67_108_864;

/// Bytes of the longest frame that the limits allow.
pub const MAX_FRAME_LEN: u64 = PRELUDE_LEN as u64 + MAX_METADATA_LEN as u64 + MAX_BODY_LEN as u64;
