//! The first 64 bytes, field by field.

use dashstream_codec::constants::{DICTIONARY, ENCRYPTED, GREASE, MAGIC, PRELUDE_LEN};
use dashstream_codec::{Codec, OffsetBase, crc32c};
use serde_json::{Value, json};

use super::item::{Item, Section};

/// Offset, size and name of each field, as in spec/prelude.md.
const FIELDS: [(usize, usize, &str); 18] = [
    (0, 1, "magic"),
    (1, 1, "version"),
    (2, 1, "critical_flags"),
    (3, 1, "ancillary_flags"),
    (4, 4, "prelude_crc"),
    (8, 4, "metadata_crc"),
    (12, 4, "body_crc"),
    (16, 4, "body_len"),
    (20, 4, "raw_len"),
    (24, 2, "metadata_len"),
    (26, 1, "codec"),
    (27, 1, "schema"),
    (28, 2, "record_count"),
    (30, 2, "drop_count"),
    (32, 16, "producer_id"),
    (48, 8, "base_sequence"),
    (56, 4, "epoch"),
    (60, 4, "lane"),
];

/// The fields that the rest of a dump depends on, as they stand there, believed or not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// Bytes of the metadata.
    pub(super) metadata_len: usize,
    /// Bytes of the body as stored.
    pub(super) body_len: usize,
    /// Bytes of the body.
    pub(super) raw_len: usize,
    /// Number of the codec.
    pub(super) codec: u8,
    /// First sequence number.
    pub(super) base_sequence: u64,
}

impl Facts {
    /// The facts of the frame that `frame` begins with; zeros where it is cut short.
    pub(super) fn read(frame: &[u8]) -> Self {
        let number = |at, len| little_endian(frame.get(at..at + len).unwrap_or_default());
        let size = |at, len| usize::try_from(number(at, len)).unwrap_or(0);
        Self {
            metadata_len: size(24, 2),
            body_len: size(16, 4),
            raw_len: size(20, 4),
            codec: frame.get(26).copied().unwrap_or(0),
            base_sequence: number(48, 8),
        }
    }
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// The prelude of a frame.
pub(super) fn section(frame: &[u8]) -> Section {
    let mut items = Vec::new();
    for (at, size, name) in FIELDS {
        let bytes = frame.get(at..frame.len().min(at + size)).unwrap_or_default();
        if bytes.len() == size {
            items.push(field(frame, at, name, bytes));
        } else if !bytes.is_empty() {
            items.push(
                Item::new(at, bytes.len(), 0, name, Value::Null)
                    .problem(format!("cut short: {} of {size} bytes", bytes.len())),
            );
        }
    }
    let bytes = frame.get(..PRELUDE_LEN).unwrap_or(frame).to_vec();
    Section { title: "prelude".to_owned(), base: OffsetBase::Frame, start: 0, bytes, items }
}

fn field(frame: &[u8], at: usize, name: &str, bytes: &[u8]) -> Item {
    let number = little_endian(bytes);
    let item = |value: Value| Item::new(at, bytes.len(), 0, name, value);
    match name {
        "magic" if number != u64::from(MAGIC) => item(json!(hex::encode(bytes))).problem("not BE"),
        "magic" => item(json!(hex::encode(bytes))),
        "critical_flags" => {
            item(json!(number)).note(flags(number, &[(DICTIONARY, "DICTIONARY"), (ENCRYPTED, "ENCRYPTED")]))
        }
        "ancillary_flags" => item(json!(number)).note(flags(number, &[(GREASE, "GREASE")])),
        "prelude_crc" | "metadata_crc" | "body_crc" => crc(frame, item(json!(format!("{number:08x}"))), number),
        "codec" => {
            let name = u8::try_from(number).ok().and_then(Codec::from_number).map_or("unknown", Codec::name);
            item(json!(number)).note(name)
        }
        "producer_id" => item(json!(hex::encode(bytes))),
        "base_sequence" => item(json!(number.to_string())).note(range(frame, number)),
        _ => item(json!(number)),
    }
}

fn flags(number: u64, names: &[(u8, &str)]) -> String {
    let set = (0..8).filter(|bit| number >> bit & 1 == 1);
    let name = |bit: u32| {
        let known = names.iter().find(|(flag, _)| u64::from(*flag) == 1 << bit);
        known.map_or_else(|| format!("bit {bit}"), |(_, name)| (*name).to_owned())
    };
    set.map(name).collect::<Vec<_>>().join(", ")
}

/// Whether a CRC is that of the bytes that it covers, where they are there.
fn crc(frame: &[u8], item: Item, found: u64) -> Item {
    let Facts { metadata_len, body_len, .. } = Facts::read(frame);
    let body = PRELUDE_LEN + metadata_len;
    let covered = match item.at {
        4 => frame.get(..4).zip(frame.get(8..PRELUDE_LEN)).map(|(head, tail)| [head, tail].concat()),
        8 => frame.get(PRELUDE_LEN..body).map(<[u8]>::to_vec),
        _ => frame.get(body..body.saturating_add(body_len)).map(<[u8]>::to_vec),
    };
    match covered.map(|bytes| crc32c(&bytes)) {
        None => item.problem("what it covers is cut short"),
        Some(crc) if u64::from(crc) == found => item.note("matches"),
        Some(crc) => item.problem(format!("the bytes have {crc:08x}")),
    }
}

fn range(frame: &[u8], base: u64) -> String {
    let count = |at| little_endian(frame.get(at..at + 2).unwrap_or_default());
    let last = u128::from(base) + u128::from(count(28)) + u128::from(count(30));
    if last == u128::from(base) { String::new() } else { format!("range {base}..{}", last - 1) }
}
