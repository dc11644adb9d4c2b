//! The steps of `spec/files.md`, to find slips in what the cases expect. Whether a frame is right goes by its
//! prelude and checksums, and by what a case says of frames that are wrong in another way.

use super::scene::SIGNATURE;
use crate::crc32c::crc32c;
use crate::suite::Code;

/// Report of a reader.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Report {
    pub(crate) accepted: Vec<(u64, u64, u64)>,
    pub(crate) skipped: Vec<(u64, u64, &'static str)>,
    pub(crate) rejected: Vec<(u64, &'static str, u64)>,
    pub(crate) tail: Option<u64>,
}

/// Frames with right checksums and what is wrong with them.
type Bugs = [(Vec<u8>, Code)];

struct Walk<'a> {
    file: &'a [u8],
    marker: Option<&'a [u8]>,
    bugs: &'a Bugs,
    report: Report,
}

/// The report on a file; `None` where it is refused.
pub(crate) fn walk(file: &[u8], bugs: &Bugs) -> Option<Report> {
    let signed = file.starts_with(&SIGNATURE);
    let summed = file.len() >= 28 && crc32c(&file[8..24]).to_le_bytes() == file[24..28];
    let mut walk = Walk { file, marker: summed.then(|| &file[8..24]), bugs, report: Report::default() };
    match (signed, summed) {
        (true, true) => {}
        (false, true) => walk.skip(0, 8, "FILE_SIGNATURE"),
        (true, false) => walk.skip(8, file.len().min(28), "FILE_MARKER"),
        (false, false) => return None,
    }
    if file.len() >= 28 {
        walk.entries();
    }
    let first = if file.len() < 28 { 8 } else { 28 };
    let end = walk.report.accepted.last().map_or(first, |(_, end, _)| *end);
    walk.report.tail = (end < file.len() as u64).then_some(end);
    Some(walk.report)
}

impl Walk<'_> {
    fn skip(&mut self, start: usize, end: usize, code: &'static str) {
        if start < end {
            self.report.skipped.push((start as u64, end as u64, code));
        }
    }

    fn accept(&mut self, start: usize, prelude: usize, end: usize) {
        let base = u64::from_le_bytes(self.file[prelude + 48..prelude + 56].try_into().expect("8 bytes"));
        self.report.accepted.push((start as u64, end as u64, base));
    }

    fn is_marker(&self, at: usize) -> bool {
        self.marker.is_none_or(|marker| self.file[at..].starts_with(marker))
    }

    fn is_candidate(&self, at: usize) -> bool {
        at + 80 <= self.file.len() && self.is_marker(at) && prelude(&self.file[at + 16..]).is_ok()
    }

    fn entries(&mut self) {
        let mut place = 28;
        while place < self.file.len() {
            place = if self.is_candidate(place) { self.candidate(place) } else { self.other(place) };
        }
    }

    /// Step 3. Returns where to go on, as the others do.
    fn other(&mut self, place: usize) -> usize {
        let after = self.file.get(place + 16..).unwrap_or_default();
        let frame = &after[..length(after).unwrap_or(0).min(after.len())];
        if self.frame(frame).is_ok() {
            self.skip(place, place + 16, "FILE_MARKER");
            self.accept(place + 16, place + 16, place + 16 + frame.len());
            return place + 16 + frame.len();
        }
        let code = match prelude(after) {
            Err((code, _)) if self.is_marker(place) => code,
            _ => "FILE_MARKER",
        };
        self.resync(place, place + 1, code)
    }

    /// Step 4.
    fn candidate(&mut self, place: usize) -> usize {
        let prelude = place + 16;
        let end = prelude + length(&self.file[prelude..]).expect("a whole prelude");
        let verdict = self.frame(&self.file[prelude..end.min(self.file.len())]);
        let Err((code, offset)) = verdict else {
            self.accept(place, prelude, end);
            return end;
        };
        self.report.rejected.push((prelude as u64, code, offset));
        let sized = lengths(&self.file[prelude..]).is_ok() && end <= self.file.len();
        if sized && (end == self.file.len() || self.is_candidate(end)) {
            self.skip(place, end, code);
            return end;
        }
        self.resync(place, place + 80, code)
    }

    fn resync(&mut self, begin: usize, from: usize, code: &'static str) -> usize {
        let len = self.file.len();
        let found = (from..len).find(|place| self.is_candidate(*place)).unwrap_or(len);
        self.skip(begin, found, code);
        found
    }

    fn frame(&self, frame: &[u8]) -> Result<(), Code> {
        prelude(frame)?;
        let bad = [
            (frame[1] != 1, ("VERSION", 1)),
            (frame[2] != 0, ("CRITICAL_FLAG", 2)),
            (frame[27] != 1, ("SCHEMA", 27)),
            (frame[26] > 2, ("CODEC", 26)),
        ];
        first(&bad)?;
        lengths(frame)?;
        let (body, raw) = (u32_at(frame, 16), u32_at(frame, 20));
        let fits = if frame[26] == 0 { body == raw } else { body < raw };
        let count = u16_at(frame, 28);
        let bad = [
            (raw == 0 || raw > 8_388_608 || !fits, ("RAW_LEN", 20)),
            (count == 0 || count + 2 > raw, ("COUNT", 28)),
            (frame[48..56] == [0; 8], ("SEQUENCE_RANGE", 48)),
            (frame[32..48] == [0; 16], ("IDENTITY", 32)),
            (u32_at(frame, 56) == 0, ("IDENTITY", 56)),
            (length(frame) > Some(frame.len()), ("TRUNCATED", frame.len() as u64)),
        ];
        first(&bad)?;
        let (metadata, body) = frame[64..].split_at(u16_at(frame, 24) as usize);
        first(&[
            (crc32c(metadata) != u32_at(frame, 8), ("METADATA_CRC", 8)),
            (crc32c(body) != u32_at(frame, 12), ("BODY_CRC", 12)),
        ])?;
        self.bugs.iter().find(|(bug, _)| bug == frame).map_or(Ok(()), |(_, code)| Err(*code))
    }
}

fn first(checks: &[(bool, Code)]) -> Result<(), Code> {
    checks.iter().find(|(bad, _)| *bad).map_or(Ok(()), |(_, code)| Err(*code))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"))
}

fn u16_at(bytes: &[u8], at: usize) -> u32 {
    u16::from_le_bytes(bytes[at..at + 2].try_into().expect("2 bytes")).into()
}

fn length(frame: &[u8]) -> Option<usize> {
    (frame.len() >= 64).then(|| 64 + u16_at(frame, 24) as usize + u32_at(frame, 16) as usize)
}

fn lengths(frame: &[u8]) -> Result<(), Code> {
    let (metadata, body) = (u16_at(frame, 24), u32_at(frame, 16));
    let bad =
        [(metadata == 0 || metadata > 16_384, ("METADATA_LEN", 24)), (body == 0 || body > 8_388_608, ("BODY_LEN", 16))];
    first(&bad)
}

/// PRE-001 to PRE-004.
fn prelude(bytes: &[u8]) -> Result<(), Code> {
    let magic = bytes.first().ok_or(("EMPTY", 0))?;
    first(&[(*magic != 0xbe, ("BAD_MAGIC", 0)), (bytes.len() < 64, ("SHORT_PRELUDE", bytes.len() as u64))])?;
    let sum = crc32c(&[&bytes[..4], &bytes[8..64]].concat());
    first(&[(sum != u32_at(bytes, 4), ("PRELUDE_CRC", 4))])
}
