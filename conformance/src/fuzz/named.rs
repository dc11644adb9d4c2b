//! Bytes with a comment on each field, as the files of vectors have them.

use dashstream_vectors::Pieces;

use super::rows;
use super::seal::PRELUDE;
use super::wire::{Message, Piece, packed, varint};
use crate::plain::schema::{BODY, FieldDef, METADATA, Schema, Type, message_of};
use crate::report::hex::FIELDS;

/// Values of a column up to which each has a line of its own.
const EACH: usize = 64;
/// Letters of a text that a comment shows.
const SHOWN: usize = 40;
/// Numbers of the fields `kind` and `payloads` of a body.
const KIND: u64 = 2;
const PAYLOADS: u64 = 15;
/// Bytes of a file before its first entry, and of the marker in them.
const FILE_HEADER: usize = 28;
const MARKER: usize = 16;

/// A frame, or what was to be one.
#[must_use]
pub fn named_frame(frame: &[u8]) -> Pieces {
    let mut pieces = Pieces::default();
    let rest = prelude(frame, &mut pieces);
    let (metadata, rest) = split(rest, number(frame, 24, 2));
    message(&mut pieces, "", metadata, Some(&METADATA));
    let (stored, after) = split(rest, number(frame, 16, 4));
    match frame.get(26) {
        Some(0) => body(&mut pieces, stored),
        Some(1) => pieces.push("", "body, by zstd", stored),
        Some(2) => pieces.push("", "body, by lz4", stored),
        _ => pieces.push("", "body", stored),
    }
    pieces.push("", "after the frame", after);
    pieces
}

/// A file of frames, or what was to be one: its markers and the frames behind them.
#[must_use]
pub fn named_file(file: &[u8]) -> Pieces {
    let mut pieces = Pieces::default();
    let (signature, rest) = split(file, 8);
    let (marker, rest) = split(rest, MARKER);
    let (crc, rest) = split(rest, FILE_HEADER - MARKER - 8);
    for (note, bytes) in [("signature", signature), ("sync marker", marker), ("CRC32C of the sync marker", crc)] {
        pieces.push("", note, bytes);
    }
    let mut rest = rest;
    while !rest.is_empty() {
        let after = rest.get(1..).unwrap_or_default();
        let next = after.windows(MARKER).position(|window| window == marker).map_or(rest.len(), |at| at + 1);
        let (entry, others) = split(rest, next);
        match entry.strip_prefix(marker) {
            Some(frame) => {
                pieces.push("", "marker", marker);
                entry_frame(&mut pieces, frame);
            }
            None => pieces.push("", "no marker", entry),
        }
        rest = others;
    }
    pieces
}

fn entry_frame(pieces: &mut Pieces, frame: &[u8]) {
    let note = format!("prelude, base_sequence {}", number(frame, 48, 8));
    let (prelude, rest) = split(frame, PRELUDE);
    let (metadata, rest) = split(rest, number(frame, 24, 2));
    let (body, after) = split(rest, number(frame, 16, 4));
    for (note, bytes) in [(note.as_str(), prelude), ("metadata", metadata), ("body", body), ("after the frame", after)]
    {
        pieces.push("", note, bytes);
    }
}

/// The fields of the prelude; gives what is behind it.
fn prelude<'b>(frame: &'b [u8], pieces: &mut Pieces) -> &'b [u8] {
    let ends = FIELDS.iter().skip(1).map(|(first, _)| *first).chain([PRELUDE]);
    let mut rest = frame;
    for ((first, name), end) in FIELDS.iter().zip(ends) {
        let (field, after) = split(rest, end - first);
        let value = number(frame, *first, end - first);
        let note = match *name {
            _ if field.len() < end - first => format!("{name} (cut)"),
            "codec" => format!("codec {value}{}", codec_name(value)),
            "body_len" | "raw_len" | "metadata_len" | "record_count" | "drop_count" | "base_sequence" | "epoch"
            | "lane" => format!("{name} {value}"),
            _ => (*name).to_owned(),
        };
        pieces.push("", note, field);
        rest = after;
    }
    rest
}

fn codec_name(codec: usize) -> &'static str {
    match codec {
        0 => " (none)",
        1 => " (zstd)",
        2 => " (lz4)",
        _ => "",
    }
}

fn body(pieces: &mut Pieces, raw: &[u8]) {
    let kinds = Message::read(raw).long(KIND).map(packed).unwrap_or_default();
    let payloads = rows::payloads(raw);
    let read = Message::read(raw);
    for field in &read.pieces {
        if field.number == PAYLOADS && field.wire == 2 && payloads.concat() == *field.value {
            head(pieces, "", "payloads", field);
            for (row, (payload, kind)) in payloads.iter().zip(&kinds).enumerate() {
                message(pieces, &format!("payload[{row}] "), payload, message_of(*kind));
            }
            let named: usize = payloads.iter().take(kinds.len()).map(Vec::len).sum();
            pieces.push("", "payloads of no record", field.value.get(named..).unwrap_or_default());
        } else {
            one(pieces, "", field, Some(&BODY));
        }
    }
    pieces.push("", "no field", &*read.rest);
}

fn message(pieces: &mut Pieces, before: &str, bytes: &[u8], schema: Option<&Schema>) {
    let read = Message::read(bytes);
    for field in &read.pieces {
        one(pieces, before, field, schema);
    }
    pieces.push("", format!("{before}no field"), &*read.rest);
}

fn head(pieces: &mut Pieces, before: &str, name: &str, field: &Piece<'_>) {
    let len = if field.wire == 2 { format!(", {} bytes", field.value.len()) } else { String::new() };
    let note = format!("{before}{name}: field {}, wire type {}{len}", field.number, field.wire);
    pieces.push("", note, &*field.head);
}

fn one(pieces: &mut Pieces, before: &str, field: &Piece<'_>, schema: Option<&Schema>) {
    let number = u32::try_from(field.number).ok();
    let def = schema.zip(number).and_then(|(schema, number)| schema.field(number));
    let name = def.map_or("unknown", |def| def.name);
    head(pieces, before, name, field);
    match def {
        Some(def) if def.packed() && field.wire == 2 => column(pieces, before, def, &field.value),
        Some(FieldDef { kind: Type::Message(schema), .. }) if field.wire == 2 => {
            message(pieces, &format!("{before}{name} "), &field.value, Some(schema));
        }
        _ => pieces.push("", format!("{before}{name} value{}", shown(field, def)), &*field.value),
    }
}

/// A value as a comment shows it, where it is one to be read.
fn shown(field: &Piece<'_>, def: Option<&FieldDef>) -> String {
    match (field.wire, def.map(|def| def.kind)) {
        (0, _) => varint(&field.value).map_or(String::new(), |(value, _)| format!(" {value}")),
        (2, Some(Type::Text)) => match std::str::from_utf8(&field.value) {
            Ok(text) if text.chars().count() <= SHOWN => format!(" \"{}\"", text.escape_default()),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

fn column(pieces: &mut Pieces, before: &str, def: &FieldDef, values: &[u8]) {
    let name = def.name;
    let mut rest = values;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let len = match def.kind {
            Type::Double => 8,
            _ => varint(rest).map_or(rest.len(), |(_, len)| len),
        };
        let (entry, after) = split(rest, len);
        entries.push(entry);
        rest = after;
    }
    if entries.len() > EACH {
        return pieces.push("", format!("{before}{name}, {} values", entries.len()), values);
    }
    for (index, entry) in entries.into_iter().enumerate() {
        pieces.push("", format!("{before}{name}[{index}]"), entry);
    }
}

/// The first so many bytes, or as many as there are, and the rest.
fn split(bytes: &[u8], len: usize) -> (&[u8], &[u8]) {
    bytes.split_at(len.min(bytes.len()))
}

/// A little-endian number; 0 for what is not there.
fn number(bytes: &[u8], at: usize, size: usize) -> usize {
    let bytes = bytes.get(at..at + size).unwrap_or_default();
    let value = bytes.iter().rev().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    usize::try_from(value).unwrap_or(usize::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "that is how a test fails")]
mod tests {
    use super::*;
    use dashstream_vectors::{Case, Tree};

    /// The vectors, each with its bytes and the lines that name them.
    fn vectors() -> Vec<(Vec<u8>, Pieces, Pieces, String)> {
        let root = crate::root::find().unwrap().join("vectors");
        let mut all = Vec::new();
        for vector in dashstream_vectors::load(&root).unwrap().vectors {
            let (bytes, named) = match &vector.case {
                Case::Decode(case) => match &case.bytes {
                    Some(bytes) if bytes.len() < 4096 => (bytes.to_vec(), named_frame(&bytes.to_vec())),
                    _ => continue,
                },
                Case::File(case) if case.bytes.len() < 4096 => (case.bytes.to_vec(), named_file(&case.bytes.to_vec())),
                _ => continue,
            };
            let text = std::fs::read_to_string(&vector.path).unwrap();
            let Some(Tree::Bytes(made)) = Tree::read(&text).unwrap().get("input").and_then(|i| i.get("bytes")).cloned()
            else {
                continue;
            };
            all.push((bytes, named, made, vector.id));
        }
        all
    }

    #[test]
    fn every_byte_is_named_once() {
        let vectors = vectors();
        assert!(vectors.len() > 1000);
        for (bytes, named, _, id) in &vectors {
            assert!(named.to_vec() == *bytes, "{id}");
            assert!(named.lines().iter().all(|line| line.is_ascii()), "{id}");
            assert_eq!(Pieces::read(&named.lines().join("\n")).unwrap().lines(), named.lines(), "{id}");
        }
    }

    /// But for records that a case of the generator names by a word of its own.
    #[test]
    fn the_names_are_those_of_the_generator() {
        let all = vectors();
        let same: Vec<&str> = all
            .iter()
            .filter(|(_, named, made, _)| named.lines() == made.lines())
            .map(|(_, _, _, id)| id.as_str())
            .collect();
        assert!(same.len() > 150 && same.contains(&"minimal"), "{}: {same:?}", same.len());
    }
}
