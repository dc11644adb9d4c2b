//! Hex dumps with the names of what they show.

use std::fmt::Write as _;

/// Bytes in a row.
const ROW: usize = 16;
/// Rows before and after the one with the place.
const AROUND: usize = 3;

/// Fields of the prelude: first byte, name.
const FIELDS: [(usize, &str); 17] = [
    (0, "magic"),
    (1, "version"),
    (2, "critical_flags"),
    (3, "ancillary_flags"),
    (4, "prelude_crc"),
    (8, "metadata_crc"),
    (12, "body_crc"),
    (16, "body_len"),
    (20, "raw_len"),
    (24, "metadata_len"),
    (26, "codec"),
    (27, "schema"),
    (28, "record_count"),
    (30, "drop_count"),
    (32, "producer_id"),
    (48, "base_sequence"),
    (56, "epoch"),
];

/// Codes whose offset counts in the decompressed body.
const RAW: [&str; 12] = [
    "BODY_WIRE",
    "STRING_TABLE",
    "COLUMN_LEN",
    "KIND_ZERO",
    "STRING_REF",
    "ID_TABLE",
    "ID_REF",
    "SEQUENCE_DELTA",
    "TIME_RANGE",
    "PARENT_RANGE",
    "PAYLOAD_LEN",
    "PAYLOAD",
];

/// Where an error's offset lies in the frame's bytes; `None` where it counts in a body that is compressed.
#[must_use]
pub fn place_in_frame(frame: &[u8], code: &str, offset: u64) -> Option<usize> {
    let offset = usize::try_from(offset).ok()?;
    if !RAW.contains(&code) && code != "UNKNOWN_CRITICAL_KIND" {
        return Some(offset);
    }
    (frame.get(26) == Some(&0)).then(|| body_of(frame).saturating_add(offset))
}

fn body_of(frame: &[u8]) -> usize {
    match frame.get(24..26) {
        Some([low, high]) => 64 + usize::from(*low) + (usize::from(*high) << 8),
        _ => 64,
    }
}

/// The name of what stands at a place of a frame.
#[must_use]
pub fn name_in_frame(frame: &[u8], at: usize) -> &'static str {
    if at >= frame.len() {
        return "end of the input";
    }
    if at >= 64 {
        return if at < body_of(frame) { "metadata" } else { "body" };
    }
    if at >= 60 {
        return "lane";
    }
    FIELDS.iter().rev().find(|(first, _)| *first <= at).map_or("", |(_, name)| name)
}

/// A dump of a frame around a place, or of its beginning. Each row names the fields that begin in it.
#[must_use]
pub fn frame(frame: &[u8], place: Option<usize>) -> String {
    dump(frame, place, Some(&|at| name_in_frame(frame, at)))
}

/// A dump of any bytes.
#[must_use]
pub fn bytes(bytes: &[u8], place: Option<usize>) -> String {
    dump(bytes, place, None)
}

type Namer<'a> = &'a dyn Fn(usize) -> &'static str;

fn dump(bytes: &[u8], place: Option<usize>, namer: Option<Namer<'_>>) -> String {
    let mut text = format!("{} bytes\n", bytes.len());
    let row_of_place = place.unwrap_or(0).min(bytes.len()) / ROW;
    let (first, last) = match place {
        Some(_) => (row_of_place.saturating_sub(AROUND), row_of_place + AROUND),
        None => (0, 2 * AROUND),
    };
    if first > 0 {
        text.push_str("   ...\n");
    }
    for row in first..=last {
        let start = row * ROW;
        let Some(chunk) = bytes.get(start..bytes.len().min(start + ROW)).filter(|chunk| !chunk.is_empty()) else {
            if place.is_some_and(|at| at / ROW == row) {
                // The place is the end of the input, and that is the end of a row.
                caret(&mut text, start, place, namer);
            }
            break;
        };
        line(&mut text, start, chunk, namer);
        if place.is_some_and(|at| at / ROW == row) {
            caret(&mut text, start, place, namer);
        }
    }
    if (last + 1) * ROW < bytes.len() {
        text.push_str("   ...\n");
    }
    text
}

fn line(text: &mut String, start: usize, chunk: &[u8], namer: Option<Namer<'_>>) {
    let hex: Vec<String> = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
    let names = namer.map(|namer| names(start, chunk.len(), namer)).unwrap_or_default();
    let line = format!("{start:06x}  {:<47}  {names}", hex.join(" "));
    let _to_a_string = writeln!(text, "{}", line.trim_end());
}

/// The names that begin in a row.
fn names(start: usize, len: usize, namer: Namer<'_>) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut before = start.checked_sub(1).map(namer);
    for at in start..start + len {
        let name = namer(at);
        if before != Some(name) {
            names.push(name);
        }
        before = Some(name);
    }
    names.join(", ")
}

fn caret(text: &mut String, start: usize, place: Option<usize>, namer: Option<Namer<'_>>) {
    let Some(at) = place else { return };
    let indent = 8 + 3 * at.saturating_sub(start).min(ROW);
    let name = namer.map(|namer| format!(" ({})", namer(at))).unwrap_or_default();
    let _to_a_string = writeln!(text, "{:indent$}^^ byte {at}{name}", "");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..100).collect();
        bytes[0] = 0xBE;
        bytes[24] = 10;
        bytes[25] = 0;
        bytes[26] = 0;
        bytes
    }

    #[test]
    fn a_dump_names_the_fields_and_points_at_the_place() {
        let text = frame(&sample(), Some(4));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "100 bytes");
        assert_eq!(
            lines[1],
            "000000  be 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  magic, version, critical_flags, ancillary_flags, prelude_crc, metadata_crc, body_crc"
        );
        assert_eq!(lines[2], "                    ^^ byte 4 (prelude_crc)");
        assert!(text.contains("^^ byte 4"));
        assert_eq!(lines[1].get(20..22), Some("04"), "the caret stands under the byte");
        assert!(text.ends_with("...\n"));
    }

    #[test]
    fn the_end_of_the_input_has_a_place() {
        assert!(frame(&sample()[..64], Some(64)).contains("^^ byte 64 (end of the input)"));
        assert!(frame(&sample()[..70], Some(70)).contains("^^ byte 70 (end of the input)"));
        assert!(frame(&[], Some(0)).contains("^^ byte 0"));
    }

    #[test]
    fn a_place_in_the_body_is_found_where_the_body_is_not_compressed() {
        let mut bytes = sample();
        assert_eq!(place_in_frame(&bytes, "KIND_ZERO", 3), Some(77));
        assert_eq!(place_in_frame(&bytes, "BODY_CRC", 12), Some(12));
        bytes[26] = 1;
        assert_eq!(place_in_frame(&bytes, "KIND_ZERO", 3), None);
        assert_eq!(name_in_frame(&bytes, 73), "metadata");
        assert_eq!(name_in_frame(&bytes, 74), "body");
        assert_eq!(name_in_frame(&bytes, 63), "lane");
    }
}
