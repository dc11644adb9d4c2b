//! Files of frames (spec/files.md), read as a whole.

use super::bytes::{crc32c, cut, little, size, wide};
use super::gate::{Fault, Gate};
use super::prelude::{self, Limits, PRELUDE, Prelude};
use super::{Decoded, Plain};
use serde_json::{Value as Json, json};

/// The first eight bytes of a file.
pub const SIGNATURE: [u8; 8] = [0xbe, 0x44, 0x53, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/// Length of the header, and of a marker.
const HEADER: usize = 28;
const MARKER: usize = 16;

/// A range of bytes that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// First byte.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// Why.
    pub code: &'static str,
}

/// A frame with a valid prelude that failed a later check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Offset of its prelude in the file.
    pub start: usize,
    /// Code and offset, as for the frame alone.
    pub fault: Fault,
}

/// An accepted entry.
pub struct Accepted {
    /// First byte: of the marker, or of the frame where the marker was damaged.
    pub start: usize,
    /// First byte after the frame.
    pub end: usize,
    /// The frame.
    pub frame: Decoded,
}

/// What a file reader says of a file.
#[derive(Default)]
pub struct Report {
    /// Accepted entries, in order.
    pub accepted: Vec<Accepted>,
    /// Skipped ranges, in order.
    pub skipped: Vec<Skipped>,
    /// Rejected frames, in order.
    pub rejected: Vec<Rejected>,
    /// Where TORN_TAIL stands.
    pub tail: Option<usize>,
}

struct Reader {
    plain: Plain,
    gate: Gate,
    file: Vec<u8>,
    /// `None`: the reader is markerless.
    marker: Option<Vec<u8>>,
    report: Report,
}

impl Plain {
    /// Reads a file.
    ///
    /// # Errors
    /// FILE_SIGNATURE where neither signature nor marker is intact.
    pub fn file(&self, bytes: &[u8]) -> Result<Report, Fault> {
        let gate = self.gate();
        let file = bytes.to_vec();
        let mut reader = Reader { plain: *self, gate, file, marker: None, report: Report::default() };
        let mut p = reader.header()?;
        while p < reader.file.len() {
            p = reader.entry(p);
        }
        reader.tail();
        // FILE-012
        let nothing = reader.report.accepted.is_empty() && reader.report.rejected.is_empty();
        gate.accept("FILE-012", nothing && bytes.len() == HEADER, "FILE_SIGNATURE", 0)?;
        Ok(reader.report)
    }
}

impl Reader {
    /// Returns where to go on, as the steps below do.
    fn header(&mut self) -> Result<usize, Fault> {
        let signature = cut(&self.file, 0, 8) == SIGNATURE;
        let marker = cut(&self.file, 8, 24);
        let stored = little(&self.file, 24, 4);
        let right = u64::from(crc32c(&marker)) == stored || self.gate.strict("FILE-003.unchecked");
        let intact = self.file.len() >= HEADER && right;
        // FILE-001
        self.gate.check("FILE-001", !signature && !intact, "FILE_SIGNATURE", 0)?;
        // FILE-002
        self.gate.accept("FILE-002", !signature && intact, "FILE_SIGNATURE", 0)?;
        // FILE-003
        self.gate.accept("FILE-003", signature && !intact, "FILE_SIGNATURE", 0)?;
        if !signature {
            self.skip(0, 8, "FILE_SIGNATURE");
        }
        if intact {
            self.marker = Some(marker);
        } else {
            self.skip(8, HEADER.min(self.file.len()), "FILE_MARKER");
        }
        Ok(HEADER.min(self.file.len()))
    }

    /// FILE-004
    fn skip(&mut self, start: usize, end: usize, code: &'static str) {
        let forgotten = self.gate.strict("FILE-004") && code == "FILE_MARKER";
        if start < end && !forgotten {
            self.report.skipped.push(Skipped { start, end, code });
        }
    }

    fn rest(&self, at: usize) -> Vec<u8> {
        cut(&self.file, at, self.file.len())
    }

    fn prelude(&self, at: usize) -> Prelude {
        prelude::read(&cut(&self.file, at, at + PRELUDE))
    }

    fn is_marker(&self, q: usize) -> bool {
        match &self.marker {
            Some(marker) => cut(&self.file, q, q.saturating_add(MARKER)) == *marker,
            None => true,
        }
    }

    fn candidate(&self, q: usize) -> bool {
        let prelude_at = q.saturating_add(MARKER);
        let there = prelude_at.saturating_add(PRELUDE) <= self.file.len();
        let found = || cut(&self.file, prelude_at, prelude_at + PRELUDE);
        // FILE-006
        let valid = || self.gate.strict("FILE-006.marker-alone") || prelude::valid(&self.gate, &found()).is_ok();
        let marked = || self.gate.strict("FILE-006.prelude-alone") || self.is_marker(q);
        there && marked() && valid()
    }

    /// One step: what is at p, and where to go on.
    fn entry(&mut self, p: usize) -> usize {
        if !self.candidate(p) {
            return self.no_candidate(p);
        }
        let e = p + MARKER + size(self.prelude(p + MARKER).frame_len());
        if e <= self.file.len() && self.lengths_in_order(p) {
            return self.whole_frame(p, e);
        }
        // The rest of the file is not the frame alone; but a check before TRUNCATED speaks first,
        // and the lengths are what is wrong here.
        let frame = self.rest(p + MARKER);
        match self.decode(&frame) {
            Ok(decoded) => self.accept(p, p + MARKER + frame.len(), decoded),
            Err(fault) => {
                let code = fault.code;
                self.report.rejected.push(Rejected { start: p + MARKER, fault });
                self.resync(p, p + MARKER + PRELUDE, code)
            }
        }
    }

    fn lengths_in_order(&self, p: usize) -> bool {
        let read = self.prelude(p + MARKER);
        prelude::metadata_len(&self.gate, &read).is_ok() && prelude::body_len(&self.gate, &read).is_ok()
    }

    fn decode(&self, frame: &[u8]) -> Result<Decoded, Fault> {
        self.plain.read(Some(frame), Limits::default(), None)
    }

    fn accept(&mut self, start: usize, end: usize, frame: Decoded) -> usize {
        self.report.accepted.push(Accepted { start, end, frame });
        // FILE-011
        if self.gate.strict("FILE-011") {
            let inside = (start + MARKER + PRELUDE..end).find(|r| self.candidate(*r));
            if let Some(p) = inside {
                return p;
            }
        }
        end
    }

    fn whole_frame(&mut self, p: usize, e: usize) -> usize {
        let fault = match self.decode(&cut(&self.file, p + MARKER, e)) {
            Ok(decoded) => return self.accept(p, e, decoded),
            Err(fault) => fault,
        };
        let code = fault.code;
        self.report.rejected.push(Rejected { start: p + MARKER, fault });
        let followed = e == self.file.len() || self.candidate(e);
        // FILE-007
        let trusts = self.gate.strict("FILE-007");
        // FILE-008
        let rescans = self.gate.strict("FILE-008");
        if (followed || trusts) && !rescans {
            self.skip(p, e, code);
            return e;
        }
        self.resync(p, p + MARKER + PRELUDE, code)
    }

    fn no_candidate(&mut self, p: usize) -> usize {
        let frame = self.rest(p.saturating_add(MARKER));
        // FILE-005
        if !self.gate.strict("FILE-005") {
            let length = size(prelude::read(&frame).frame_len());
            if let Ok(decoded) = self.decode(&cut(&frame, 0, length)) {
                self.skip(p, p + MARKER, "FILE_MARKER");
                return self.accept(p + MARKER, p + MARKER + length, decoded);
            }
        }
        let code = if !self.is_marker(p) {
            "FILE_MARKER"
        } else if frame.is_empty() {
            "EMPTY"
        } else {
            prelude::valid(&Gate::default(), &frame).err().map_or("PRELUDE_CRC", |f| f.code)
        };
        self.resync(p, p + 1, code)
    }

    fn resync(&mut self, p: usize, q: usize, code: &'static str) -> usize {
        let end = self.file.len();
        // FILE-007
        let q = if self.gate.strict("FILE-007.next-byte") { p + 1 } else { q };
        let found = (q..end).find(|r| self.candidate(*r)).unwrap_or(end);
        self.skip(p, found, code);
        found
    }

    /// FILE-009
    fn tail(&mut self) {
        let header = if self.file.len() < HEADER { 8 } else { HEADER };
        let t = self.report.accepted.last().map_or(header, |entry| entry.end);
        if t < self.file.len() && !self.gate.strict("FILE-009") {
            self.report.tail = Some(t);
        }
    }
}

impl Report {
    /// The report as the testee protocol has it.
    #[must_use]
    pub fn json(&self) -> Json {
        let accepted = self
            .accepted
            .iter()
            .map(|entry| json!({"start": wide(entry.start), "end": wide(entry.end), "frame": entry.frame.json()}));
        let skipped = self
            .skipped
            .iter()
            .map(|range| json!({"start": wide(range.start), "end": wide(range.end), "code": range.code}));
        let rejected = self.rejected.iter().map(|frame| {
            let fault = &frame.fault;
            json!({"start": wide(frame.start), "code": fault.code, "offset": fault.offset})
        });
        json!({
            "accepted": accepted.collect::<Vec<_>>(),
            "skipped": skipped.collect::<Vec<_>>(),
            "rejected": rejected.collect::<Vec<_>>(),
            "tail": self.tail.map(wide),
        })
    }
}
