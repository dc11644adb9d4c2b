//! Hex dumps with the names of what they show.

use std::fmt::Write as _;

use crate::codes::OF_THE_BODY;

/// Bytes in a row.
const ROW: usize = 16;
/// Rows before and after the one with the place.
const AROUND: usize = 3;

/// Fields of the prelude: first byte, name.
pub(crate) const FIELDS: [(usize, &str); 18] = [
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
    (60, "lane"),
];
/// Bytes of the prelude.
const PRELUDE: usize = 64;
/// Bytes of a marker.
const MARKER: usize = 16;
/// Bytes of a file before its first entry.
const FILE_HEADER: usize = 28;

/// Codes of records; their offsets too count in the decompressed body.
const OF_RECORDS: [&str; 2] = ["UNKNOWN_CRITICAL_KIND", "PAYLOAD"];

/// Where an error's offset lies in the frame's bytes; `None` where it counts in a body that is compressed.
#[must_use]
pub fn place_in_frame(frame: &[u8], code: &str, offset: u64) -> Option<usize> {
    let offset = usize::try_from(offset).ok()?;
    if !OF_THE_BODY.contains(&code) && !OF_RECORDS.contains(&code) {
        return Some(offset);
    }
    (frame.get(26) == Some(&0)).then(|| body_of(frame).saturating_add(offset))
}

fn body_of(frame: &[u8]) -> usize {
    match frame.get(24..26) {
        Some([low, high]) => PRELUDE + usize::from(*low) + (usize::from(*high) << 8),
        _ => PRELUDE,
    }
}

fn end_of(frame: &[u8]) -> usize {
    let len = frame.get(16..20).and_then(|len| len.try_into().ok()).map_or(0, u32::from_le_bytes);
    usize::try_from(len).unwrap_or(usize::MAX).saturating_add(body_of(frame))
}

/// Where each part of some bytes begins, and its name.
#[derive(Clone, Debug, Default)]
struct Parts(Vec<(usize, &'static str)>);

impl Parts {
    fn of_frame(frame: &[u8]) -> Self {
        let mut parts = Self::default();
        parts.frame(frame, 0);
        parts.0.push((end_of(frame), "after the frame"));
        parts
    }

    /// The parts of a frame that begins at `at`.
    fn frame(&mut self, frame: &[u8], at: usize) {
        let fields = FIELDS.into_iter().chain([(PRELUDE, "metadata"), (body_of(frame), "body")]);
        self.0.extend(fields.map(|(first, name)| (at + first, name)));
    }

    fn of_file(file: &[u8]) -> Self {
        let mut parts = Self(vec![(0, "signature"), (8, "sync marker"), (24, "CRC32C of the marker")]);
        let Some(marker) = file.get(8..8 + MARKER) else { return parts };
        let mut at = FILE_HEADER;
        while let Some(entry) = file.get(at..).filter(|entry| !entry.is_empty()) {
            at += parts.entry(entry, at, marker);
        }
        parts
    }

    /// The parts of what begins at `at`, an entry or not. Gives how long it is.
    fn entry(&mut self, bytes: &[u8], at: usize, marker: &[u8]) -> usize {
        let next = |from: usize| {
            let found = bytes.get(from..).and_then(|rest| rest.windows(MARKER).position(|window| window == marker));
            found.map_or(bytes.len(), |found| from + found)
        };
        let Some(frame) = bytes.strip_prefix(marker) else {
            self.0.push((at, "no marker"));
            return next(1);
        };
        self.0.push((at, "sync marker"));
        self.frame(frame, at + MARKER);
        // A frame may carry another with its marker: its length is believed where an entry, or nothing, follows.
        let (end, next) = (end_of(frame).saturating_add(MARKER), next(MARKER));
        if end == bytes.len() || bytes.get(end..).is_some_and(|rest| rest.starts_with(marker)) {
            return end;
        }
        if end < next {
            self.0.push((at + end, "no marker"));
        }
        next
    }

    /// The name of what stands at a place.
    fn name(&self, at: usize) -> &'static str {
        self.0.iter().rev().find(|(first, _)| *first <= at).map_or("", |(_, name)| name)
    }
}

/// A dump of a frame around a place, or of its beginning. Each row names the parts that begin in it.
#[must_use]
pub fn frame(frame: &[u8], place: Option<usize>) -> String {
    dump(frame, place, &Parts::of_frame(frame))
}

/// A dump of a file of frames, likewise.
#[must_use]
pub fn file(file: &[u8], place: Option<usize>) -> String {
    dump(file, place, &Parts::of_file(file))
}

/// All of a frame, however long.
#[must_use]
pub fn whole_frame(frame: &[u8]) -> String {
    rows(frame, &Parts::of_frame(frame))
}

/// All of a file of frames, however long.
#[must_use]
pub fn whole_file(file: &[u8]) -> String {
    rows(file, &Parts::of_file(file))
}

fn rows(bytes: &[u8], parts: &Parts) -> String {
    let mut text = format!("{} bytes\n", bytes.len());
    for (row, chunk) in bytes.chunks(ROW).enumerate() {
        line(&mut text, row * ROW, chunk, parts);
    }
    text
}

fn dump(bytes: &[u8], place: Option<usize>, parts: &Parts) -> String {
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
        let here = place.filter(|at| at / ROW == row);
        let chunk = bytes.get(start..bytes.len().min(start + ROW)).unwrap_or_default();
        if !chunk.is_empty() {
            line(&mut text, start, chunk, parts);
        }
        // The place may be the end of the input, and that the end of a row.
        if let Some(at) = here {
            caret(&mut text, start, at, bytes.len(), parts);
        }
    }
    if (last + 1) * ROW < bytes.len() {
        text.push_str("   ...\n");
    }
    text
}

fn line(text: &mut String, start: usize, chunk: &[u8], parts: &Parts) {
    let hex: Vec<String> = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
    let line = format!("{start:06x}  {:<47}  {}", hex.join(" "), names(start, chunk.len(), parts));
    let _to_a_string = writeln!(text, "{}", line.trim_end());
}

/// The names that begin in a row.
fn names(start: usize, len: usize, parts: &Parts) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut before = start.checked_sub(1).map(|at| parts.name(at));
    for name in (start..start + len).map(|at| parts.name(at)) {
        if before != Some(name) {
            names.push(name);
        }
        before = Some(name);
    }
    names.join(", ")
}

fn caret(text: &mut String, start: usize, at: usize, len: usize, parts: &Parts) {
    let indent = 8 + 3 * at.saturating_sub(start).min(ROW);
    let name = if at < len { parts.name(at) } else { "end of the input" };
    let _to_a_string = writeln!(text, "{:indent$}^^ byte {at} ({name})", "");
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
        bytes[16..20].copy_from_slice(&[20, 0, 0, 0]);
        let parts = Parts::of_frame(&bytes);
        let names = [63, 64, 73, 74, 93, 94].map(|at| parts.name(at));
        assert_eq!(names, ["lane", "metadata", "metadata", "body", "body", "after the frame"]);
    }

    #[test]
    fn a_dump_of_a_file_names_the_parts_of_its_entries() {
        let marker = [7; MARKER];
        let mut bytes: Vec<u8> = (0..8).chain(marker).chain(0..4).collect();
        let mut frame = sample();
        frame[16..20].copy_from_slice(&[26, 0, 0, 0]);
        let damaged = [6; MARKER];
        for marker in [marker, damaged, marker] {
            bytes.extend(marker.iter().chain(&frame));
        }
        let parts = Parts::of_file(&bytes);
        let names = |start: usize| [0, 16, 17, 20, 80, 90, 115].map(|at| parts.name(start + at));
        assert_eq!(
            [0, 8, 24, 27].map(|at| parts.name(at)),
            ["signature", "sync marker", "CRC32C of the marker", "CRC32C of the marker"]
        );
        let entry = ["sync marker", "magic", "version", "prelude_crc", "metadata", "body", "body"];
        assert_eq!((names(28), names(144), names(260)), (entry, ["no marker"; 7], entry));
        assert!(file(&bytes, Some(276)).contains("^^ byte 276 (magic)"));
        // Where the length cannot be believed, the next marker counts.
        bytes[28 + 16 + 16] = 27;
        assert_eq!(Parts::of_file(&bytes).name(260), "sync marker");
    }
}
