//! A writer. It puts a frame together as it is told, and then reads it back: what the reader of this
//! implementation refuses, the writer refuses with the same code (JSON-002, WRT-001).

use super::Plain;
use super::bytes::{crc32c, wide};
use super::encode_frame::{Parts, parts};
use super::encode_input::{input, refuse};
use super::gate::{Fault, Gate, Mutation};
use super::prelude::Limits;
use super::records::Outcome;
use serde_json::Value as Json;

/// How a writer is to store the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Number of the codec.
    pub codec: u64,
    /// Level; `None`: as the writer likes.
    pub level: Option<i64>,
    /// Bodies of fewer bytes are not compressed.
    pub threshold: Option<u64>,
}

impl Options {
    /// The options of the testee protocol.
    ///
    /// # Errors
    /// INPUT where a value has a wrong type or no codec is given.
    pub fn from_json(json: &Json) -> Result<Self, Fault> {
        let number = |name: &str| match json.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(input),
        };
        let level = match json.get("level") {
            None | Some(Json::Null) => None,
            Some(level) => Some(level.as_i64().ok_or_else(|| refuse("LEVEL", "COD-006"))?),
        };
        let codec = number("codec")?.ok_or_else(input)?;
        Ok(Self { codec, level, threshold: number("threshold")? })
    }
}

impl Plain {
    /// Writes a frame from the JSON form.
    ///
    /// # Errors
    /// The code of the refusal; its offset means nothing.
    pub fn encode(&self, content: &Json, options: Options) -> Result<Vec<u8>, Fault> {
        let gate = self.gate();
        level(&gate, options)?;
        let parts = parts(&gate, content)?;
        let (codec, stored) = store(&gate, &parts.body, options);
        let frame = assemble(&gate, &parts, codec, &stored);
        if self.careless() {
            return Ok(frame);
        }
        let decoded = self.read(Some(&frame), Limits::default(), None)?;
        for record in &decoded.records {
            if let Outcome::Rejected(fault) = &record.outcome {
                return Err(fault.clone());
            }
        }
        Ok(frame)
    }

    /// Mutants that do not read back what they wrote.
    fn careless(&self) -> bool {
        ["JSON-002", "JSON-002.sizes", "WRT-001", "WRT-002", "COD-004"]
            .iter()
            .any(|id| self.mutation == Mutation::Strict(id))
    }
}

/// COD-006, and the codec itself.
fn level(gate: &Gate, options: Options) -> Result<(), Fault> {
    if options.codec > 2 {
        return Err(refuse("CODEC", "PRE-008"));
    }
    let Some(level) = options.level else {
        return Ok(());
    };
    let in_range = match options.codec {
        1 => (1..=22).contains(&level),
        2 => level == 1,
        _ => false,
    };
    if in_range || gate.strict("COD-006") { Ok(()) } else { Err(refuse("LEVEL", "COD-006")) }
}

/// The codec that the body is stored with, and the stored body.
fn store(gate: &Gate, body: &[u8], options: Options) -> (u64, Vec<u8>) {
    let small = options.threshold.is_some_and(|threshold| wide(body.len()) < threshold);
    let plain = (0, body.to_vec());
    // COD-005
    if options.codec == 0 || (small && !gate.strict("COD-005")) {
        return plain;
    }
    let compressed = if options.codec == 1 {
        let level = options.level.unwrap_or(3).clamp(1, 22);
        zstd(body, i32::try_from(level).unwrap_or(3)).unwrap_or_default()
    } else {
        lz4_flex::block::compress(body)
    };
    // COD-004
    let pays = compressed.len() < body.len() || gate.strict("COD-004");
    if compressed.is_empty() || !pays { plain } else { (options.codec, compressed) }
}

/// One zstd frame with a checksum (ZST-004).
pub(super) fn zstd(body: &[u8], level: i32) -> std::io::Result<Vec<u8>> {
    let mut compressor = zstd::bulk::Compressor::new(level)?;
    compressor.include_checksum(true)?;
    compressor.compress(body)
}

fn assemble(gate: &Gate, parts: &Parts, codec: u64, stored: &[u8]) -> Vec<u8> {
    // PRE-027
    let flags = if gate.strict("PRE-027") { parts.ancillary_flags | 1 } else { parts.ancillary_flags & 0x80 };
    // WRT-002
    let schema = if gate.strict("WRT-002") { 2 } else { 1 };
    // WRT-001
    let body_crc = crc32c(stored) ^ u32::from(gate.strict("WRT-001"));
    let mut rest = Vec::new();
    put(&mut rest, u64::from(crc32c(&parts.metadata)), 4);
    put(&mut rest, u64::from(body_crc), 4);
    put(&mut rest, wide(stored.len()), 4);
    put(&mut rest, wide(parts.body.len()), 4);
    put(&mut rest, wide(parts.metadata.len()), 2);
    put(&mut rest, codec, 1);
    put(&mut rest, schema, 1);
    put(&mut rest, parts.record_count, 2);
    put(&mut rest, parts.drop_count, 2);
    rest.extend(&parts.producer_id);
    put(&mut rest, parts.base_sequence, 8);
    put(&mut rest, parts.epoch, 4);
    put(&mut rest, parts.lane, 4);
    let mut frame = vec![0xbe, 1, 0];
    put(&mut frame, flags, 1);
    let covered = [frame.clone(), rest.clone()].concat();
    put(&mut frame, u64::from(crc32c(&covered)), 4);
    frame.extend(rest);
    frame.extend(&parts.metadata);
    frame.extend(stored);
    frame
}

/// Appends a little-endian number of `size` bytes.
fn put(out: &mut Vec<u8>, number: u64, size: usize) {
    out.extend(number.to_le_bytes().iter().take(size));
}
