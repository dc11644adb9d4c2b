//! The prelude: its fields, and the checks PRE-002 to PRE-024 and FRM-001 to FRM-003.

use super::bytes::{all_zero, byte, crc32c, cut, little};
use super::gate::{Fault, Gate};

/// Bytes of a prelude.
pub const PRELUDE: usize = 64;

const MAX_LEN: u64 = 8_388_608;
const MAX_METADATA: u64 = 16_384;
const MAX_31: u64 = 2_147_483_647;
const MAX_SEQUENCE: u128 = 9_007_199_254_740_991;

/// Limits that a caller gives to a reader; inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a whole frame.
    pub max_frame_len: Option<u64>,
    /// Bytes of the body after decompression.
    pub max_raw_len: Option<u64>,
    /// Records of a frame.
    pub max_records: Option<u64>,
}

/// The fields of a prelude. Where the bytes are too short, the rest reads as 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prelude {
    /// The first 64 bytes, or what there is of them.
    pub bytes: Vec<u8>,
    /// Offset 0.
    pub magic: u8,
    /// Offset 1.
    pub version: u64,
    /// Offset 2.
    pub critical_flags: u64,
    /// Offset 3.
    pub ancillary_flags: u64,
    /// Offset 4.
    pub prelude_crc: u32,
    /// Offset 8.
    pub metadata_crc: u32,
    /// Offset 12.
    pub body_crc: u32,
    /// Offset 16.
    pub body_len: u64,
    /// Offset 20.
    pub raw_len: u64,
    /// Offset 24.
    pub metadata_len: u64,
    /// Offset 26.
    pub codec: u64,
    /// Offset 27.
    pub schema: u64,
    /// Offset 28.
    pub record_count: u64,
    /// Offset 30.
    pub drop_count: u64,
    /// Offset 32.
    pub producer_id: Vec<u8>,
    /// Offset 48.
    pub base_sequence: u64,
    /// Offset 56.
    pub epoch: u64,
    /// Offset 60.
    pub lane: u64,
}

/// Reads the fields, without any check.
#[must_use]
pub fn read(input: &[u8]) -> Prelude {
    let bytes = cut(input, 0, PRELUDE);
    let crc = |at| u32::try_from(little(&bytes, at, 4)).unwrap_or(0);
    Prelude {
        magic: byte(&bytes, 0),
        version: little(&bytes, 1, 1),
        critical_flags: little(&bytes, 2, 1),
        ancillary_flags: little(&bytes, 3, 1),
        prelude_crc: crc(4),
        metadata_crc: crc(8),
        body_crc: crc(12),
        body_len: little(&bytes, 16, 4),
        raw_len: little(&bytes, 20, 4),
        metadata_len: little(&bytes, 24, 2),
        codec: little(&bytes, 26, 1),
        schema: little(&bytes, 27, 1),
        record_count: little(&bytes, 28, 2),
        drop_count: little(&bytes, 30, 2),
        producer_id: cut(&bytes, 32, 48),
        base_sequence: little(&bytes, 48, 8),
        epoch: little(&bytes, 56, 4),
        lane: little(&bytes, 60, 4),
        bytes,
    }
}

impl Prelude {
    /// How many numbers the frame covers.
    #[must_use]
    pub fn span(&self) -> u64 {
        self.record_count + self.drop_count
    }

    /// Length of the frame.
    #[must_use]
    pub fn frame_len(&self) -> u64 {
        64 + self.metadata_len + self.body_len
    }

    /// CRC32C of bytes [0,4) followed by bytes [8,64).
    #[must_use]
    pub fn computed_crc(&self) -> u32 {
        let mut covered = cut(&self.bytes, 0, 4);
        covered.extend(cut(&self.bytes, 8, PRELUDE));
        crc32c(&covered)
    }
}

/// Whether a stored CRC is wrong.
#[must_use]
pub fn wrong_crc(gate: &Gate, stored: u32, computed: u32) -> bool {
    // PRE-026
    let left_out = gate.strict("PRE-026") && stored == 0;
    let never_zero = gate.strict("PRE-026.zero-is-wrong") && stored == 0;
    (stored != computed && !left_out) || never_zero
}

/// PRE-002
pub fn bad_magic(gate: &Gate, input: &[u8]) -> Result<(), Fault> {
    gate.check("PRE-002", input.first() != Some(&0xbe), "BAD_MAGIC", 0)
}

/// PRE-003
pub fn short_prelude(gate: &Gate, input: &[u8]) -> Result<(), Fault> {
    let length = super::bytes::wide(input.len());
    gate.check("PRE-003", length < 64, "SHORT_PRELUDE", length)
}

/// PRE-004
pub fn prelude_crc(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    let wrong = wrong_crc(gate, p.prelude_crc, p.computed_crc());
    gate.check("PRE-004", wrong, "PRELUDE_CRC", 4)
}

/// PRE-005
pub fn version(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    gate.check("PRE-005", p.version != 1, "VERSION", 1)
}

/// PRE-006, PRE-025
pub fn critical_flag(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    gate.check("PRE-006", p.critical_flags != 0, "CRITICAL_FLAG", 2)?;
    let unknown = p.ancillary_flags & 0x7f != 0;
    gate.accept("PRE-025", unknown, "CRITICAL_FLAG", 3)
}

/// PRE-007
pub fn schema(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    gate.check("PRE-007", p.schema != 1, "SCHEMA", 27)
}

/// PRE-008
pub fn codec(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    gate.check("PRE-008", p.codec > 2, "CODEC", 26)
}

/// PRE-009, PRE-010
pub fn metadata_len(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    gate.check("PRE-009", p.metadata_len == 0, "METADATA_LEN", 24)?;
    gate.check("PRE-010", p.metadata_len > MAX_METADATA, "METADATA_LEN", 24)
}

/// PRE-011, PRE-012
pub fn body_len(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    gate.check("PRE-011", p.body_len == 0, "BODY_LEN", 16)?;
    gate.check("PRE-012", p.body_len > MAX_LEN, "BODY_LEN", 16)
}

/// PRE-013 to PRE-016
pub fn raw_len(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    let stored = p.codec == 0;
    gate.check("PRE-013", p.raw_len == 0, "RAW_LEN", 20)?;
    // Only a mutant comes here with 0: it takes the length for one that was not given.
    if p.raw_len == 0 {
        return Ok(());
    }
    gate.check("PRE-014", p.raw_len > MAX_LEN, "RAW_LEN", 20)?;
    gate.check("PRE-015", stored && p.raw_len != p.body_len, "RAW_LEN", 20)?;
    gate.check("PRE-016", !stored && p.body_len >= p.raw_len, "RAW_LEN", 20)
}

/// PRE-017, PRE-018
pub fn count(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    gate.check("PRE-017", p.record_count == 0, "COUNT", 28)?;
    gate.check("PRE-018", p.record_count + 2 > p.raw_len, "COUNT", 28)
}

/// PRE-019, PRE-020
pub fn sequence_range(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    gate.check("PRE-019", p.base_sequence == 0, "SEQUENCE_RANGE", 48)?;
    let past = u128::from(p.base_sequence) + u128::from(p.span()) > MAX_SEQUENCE + 1;
    let past = if gate.strict("PRE-020.double") { past_in_doubles(p) } else { past };
    gate.check("PRE-020", past, "SEQUENCE_RANGE", 48)
}

/// What a program does whose numbers are all doubles.
fn past_in_doubles(p: &Prelude) -> bool {
    p.base_sequence as f64 + p.span() as f64 > 9_007_199_254_740_992.0
}

/// PRE-021 to PRE-024
pub fn identity(gate: &Gate, p: &Prelude) -> Result<(), Fault> {
    gate.check("PRE-021", all_zero(&p.producer_id), "IDENTITY", 32)?;
    gate.check("PRE-022", p.epoch == 0, "IDENTITY", 56)?;
    gate.check("PRE-023", p.epoch > MAX_31, "IDENTITY", 56)?;
    gate.check("PRE-024", p.lane > MAX_31, "IDENTITY", 60)
}

/// FRM-001 to FRM-003
pub fn local_limit(gate: &Gate, p: &Prelude, limits: &Limits) -> Result<(), Fault> {
    let above = |value: u64, limit: Option<u64>| limit.is_some_and(|limit| value > limit);
    let frame = above(p.frame_len(), limits.max_frame_len);
    gate.check("FRM-001", frame, "LOCAL_LIMIT", 16)?;
    let raw = above(p.raw_len, limits.max_raw_len);
    gate.check("FRM-002", raw, "LOCAL_LIMIT", 20)?;
    let records = above(p.record_count, limits.max_records);
    gate.check("FRM-003", records, "LOCAL_LIMIT", 28)
}

/// PRE-002 to PRE-004: what a place in a file must pass to be taken for a frame.
pub fn valid(gate: &Gate, input: &[u8]) -> Result<Prelude, Fault> {
    bad_magic(gate, input)?;
    short_prelude(gate, input)?;
    let p = read(input);
    prelude_crc(gate, &p)?;
    Ok(p)
}

/// Whether the frame is countable: its range and its counts are to be believed.
#[must_use]
pub fn countable(gate: &Gate, input: &[u8]) -> bool {
    let Ok(p) = valid(gate, input) else {
        return false;
    };
    let checks = [metadata_len, body_len, raw_len, count, sequence_range, identity];
    checks.iter().all(|check| check(gate, &p).is_ok())
}
