//! A file of frames that is being put together, and the report that is expected of its reader.

use super::walk;
use crate::build::Builder;
use crate::crc32c::crc32c;
use crate::frame::Frame;
use crate::pieces::{Edit as _, Pieces};
use crate::suite::Suite;
use crate::tree::Tree;

/// The signature of a file.
pub(crate) const SIGNATURE: [u8; 8] = [0xbe, 0x44, 0x53, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/// The sync marker of every file here.
pub(crate) const MARKER: [u8; 16] = *b"\x4d\x61\x72\x6b\xe1\x07\x9c\x52\xf8\x33\x0d\xb6\x81\xca\x2e\x74";

/// A frame of one HEARTBEAT.
pub(crate) fn beat(base: u64) -> Frame {
    Builder::set(|set| set.base_sequence = base).plain(6).frame()
}

/// A frame of one TOKEN_CHUNK with so many bytes of text.
pub(crate) fn chunk(base: u64, len: usize) -> Frame {
    let text: Vec<u8> = (0..len).map(|index| b'a' + (index % 23) as u8).collect();
    let mut builder = Builder::set(|set| set.base_sequence = base);
    builder.record(11, |record| {
        record.payload(|chunk| chunk.text(3, &text));
    });
    builder.frame()
}

/// A frame of one DEAD_LETTER that carries bytes. With `rest`, more of the body follows them.
pub(crate) fn letter(base: u64, carried: &[u8], rest: bool) -> Frame {
    let mut builder = Builder::set(|set| set.base_sequence = base);
    builder.record(24, |record| {
        record.payload(|letter| {
            letter.bytes(12, "frame", carried);
            letter.string(14, "traceparent", if rest { "what follows the carried bytes" } else { "" });
        });
    });
    builder.frame()
}

/// Marker and frame.
pub(crate) fn entry_bytes(frame: &Frame) -> Vec<u8> {
    [&MARKER[..], &frame.bytes()].concat()
}

/// What of the header is intact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Header {
    Whole,
    /// The marker only.
    NoSignature,
    /// The signature only.
    NoMarker,
}

/// A scenario. Positions count from the beginning of the file.
pub(crate) struct Scene {
    pieces: Pieces,
    header: (u64, u64),
    accepted: Vec<(u64, u64, u64)>,
    skipped: Vec<(u64, u64, &'static str)>,
    rejected: Vec<(u64, &'static str, u64)>,
    /// Frames with right checksums that are rejected all the same.
    bugs: Vec<(Vec<u8>, (&'static str, u64))>,
    needs: Vec<&'static str>,
}

impl Scene {
    /// A file with an intact header.
    pub(crate) fn new() -> Self {
        Self::headed(Header::Whole)
    }

    /// A file whose header is as it is said.
    pub(crate) fn headed(header: Header) -> Self {
        let mut signature = SIGNATURE;
        let mut crc = crc32c(&MARKER).to_le_bytes();
        let (mut signed, mut summed) = ("signature", "CRC32C of the sync marker");
        if header == Header::NoSignature {
            signature[7] ^= 0x01;
            signed = "signature (damaged)";
        }
        if header == Header::NoMarker {
            crc[0] ^= 0x01;
            summed = "CRC32C of the sync marker (damaged)";
        }
        let mut scene = Self::bare();
        scene.put(signed, signature).put("sync marker", MARKER).put(summed, crc);
        match header {
            Header::Whole => scene.header = (0, 28),
            Header::NoSignature => {
                scene.header = (8, 28);
                scene.skipped.push((0, 8, "FILE_SIGNATURE"));
            }
            Header::NoMarker => {
                scene.header = (0, 8);
                scene.skipped.push((8, 28, "FILE_MARKER"));
            }
        }
        scene
    }

    /// A file of no bytes.
    pub(crate) fn bare() -> Self {
        let pieces = Pieces::default();
        Self {
            pieces,
            header: (0, 0),
            accepted: vec![],
            skipped: vec![],
            rejected: vec![],
            bugs: vec![],
            needs: vec![],
        }
    }

    /// Says which bytes are the header, in a file that began bare.
    pub(crate) fn header(&mut self, start: u64, end: u64) -> &mut Self {
        self.header = (start, end);
        self
    }

    /// Says which capabilities a reader needs.
    pub(crate) fn needs(&mut self, needs: Vec<&'static str>) -> &mut Self {
        self.needs = needs;
        self
    }

    /// Bytes so far.
    pub(crate) fn here(&self) -> u64 {
        self.pieces.len() as u64
    }

    /// Adds bytes.
    pub(crate) fn put(&mut self, note: &str, bytes: impl Into<Vec<u8>>) -> &mut Self {
        self.pieces.push("", note, bytes);
        self
    }

    /// Adds a byte many times.
    pub(crate) fn fill(&mut self, note: &str, byte: u8, times: usize) -> &mut Self {
        self.pieces.run("", note, [byte], times);
        self
    }

    pub(crate) fn marker(&mut self) -> &mut Self {
        self.put("marker", MARKER)
    }

    /// A marker with one bit turned.
    pub(crate) fn bad_marker(&mut self) -> &mut Self {
        let mut marker = MARKER;
        marker[9] ^= 0x10;
        self.put("marker (damaged)", marker)
    }

    /// Adds a frame without a marker.
    pub(crate) fn frame(&mut self, frame: &Frame) -> &mut Self {
        self.pieces.extend(&frame_pieces(frame));
        self
    }

    /// Adds a frame in which the lowest bit of a byte is turned.
    pub(crate) fn turned(&mut self, frame: &Frame, at: u64) -> &mut Self {
        let bytes = [frame.bytes()[at as usize] ^ 0x01];
        self.pieces.extend(&frame_pieces(frame).patch(at as usize, &bytes, "damaged"));
        self
    }

    /// Adds the first bytes of a marker and a frame.
    pub(crate) fn torn(&mut self, frame: &Frame, len: usize) -> &mut Self {
        let mut entry = Pieces::plain("marker", MARKER);
        entry.extend(&frame_pieces(frame));
        self.pieces.extend(&entry.cut(len));
        self
    }

    /// Adds an entry that is accepted.
    pub(crate) fn accept(&mut self, frame: &Frame) -> &mut Self {
        let start = self.here();
        self.marker().frame(frame).taken(start, frame.base_sequence)
    }

    /// Adds entries of a heartbeat each that are accepted.
    pub(crate) fn beats(&mut self, bases: impl IntoIterator<Item = u64>) -> &mut Self {
        for base in bases {
            self.accept(&beat(base));
        }
        self
    }

    /// Adds an entry with a damaged marker, of which the frame is accepted.
    pub(crate) fn unmarked(&mut self, frame: &Frame) -> &mut Self {
        let start = self.here();
        self.bad_marker().skip(start, "FILE_MARKER");
        let start = self.here();
        self.frame(frame).taken(start, frame.base_sequence)
    }

    /// Adds an entry with a damaged byte, which is rejected and skipped exactly.
    pub(crate) fn lose(&mut self, frame: &Frame, at: u64, code: &'static str, offset: u64) -> &mut Self {
        let start = self.here();
        self.marker().turned(frame, at).reject(start + 16, code, offset).skip(start, code)
    }

    /// Adds an entry with a damaged body, which is rejected and skipped exactly.
    pub(crate) fn lose_body(&mut self, frame: &Frame) -> &mut Self {
        self.lose(frame, frame.len() as u64 - 1, "BODY_CRC", 12)
    }

    /// Adds an entry, as whole as it was written, that is rejected and skipped exactly.
    pub(crate) fn lose_whole(&mut self, frame: &Frame, code: &'static str, offset: u64) -> &mut Self {
        let start = self.here();
        self.marker().frame(frame).reject(start + 16, code, offset).skip(start, code)
    }

    /// Says that a frame of these bytes is wrong although its checksums are right.
    pub(crate) fn bug(&mut self, frame: &Frame, code: &'static str, offset: u64) -> &mut Self {
        self.bugs.push((frame.bytes(), (code, offset)));
        self
    }

    /// Expects an accepted entry.
    pub(crate) fn accepted(&mut self, start: u64, end: u64, base: u64) -> &mut Self {
        self.accepted.push((start, end, base));
        self
    }

    /// Expects an accepted entry of the bytes from `start` on.
    pub(crate) fn taken(&mut self, start: u64, base: u64) -> &mut Self {
        let end = self.here();
        self.accepted(start, end, base)
    }

    /// Expects that the bytes from `start` on are skipped.
    pub(crate) fn skip(&mut self, start: u64, code: &'static str) -> &mut Self {
        let end = self.here();
        self.skip_range(start, end, code)
    }

    pub(crate) fn skip_range(&mut self, start: u64, end: u64, code: &'static str) -> &mut Self {
        self.skipped.push((start, end, code));
        self
    }

    /// Expects a rejected frame whose prelude stands at `start`.
    pub(crate) fn reject(&mut self, start: u64, code: &'static str, offset: u64) -> &mut Self {
        self.rejected.push((start, code, offset));
        self
    }

    /// FILE-004: header, accepted and skipped cover every byte once.
    fn assert_covered(&self, id: &str) {
        let accepted = self.accepted.iter().map(|(start, end, _)| (*start, *end));
        let skipped = self.skipped.iter().map(|(start, end, _)| (*start, *end));
        let mut ranges: Vec<_> = accepted.chain(skipped).chain([self.header]).collect();
        ranges.sort_unstable();
        let mut place = 0;
        for (start, end) in ranges {
            assert_eq!(start, place, "{id}: every byte is covered once");
            assert!(end > start, "{id}: no range is empty");
            place = end;
        }
        assert_eq!(place, self.here(), "{id}: every byte is covered");
    }

    /// Puts the scenario into the suite. `tail`: whether it is torn.
    pub(crate) fn finish(&self, suite: &mut Suite, id: &str, title: &str, requirements: &[&'static str], tail: bool) {
        self.assert_covered(id);
        let first = if self.here() < 28 { 8 } else { 28 };
        let end = self.accepted.last().map_or(first, |(_, end, _)| *end);
        assert_eq!(tail, end < self.here(), "{id}: the tail is what the case says");
        let report = walk::Report {
            accepted: self.accepted.clone(),
            skipped: self.skipped.clone(),
            rejected: self.rejected.clone(),
            tail: tail.then_some(end),
        };
        assert_eq!(walk::walk(&self.pieces.to_vec(), &self.bugs), Some(report), "{id}: the steps lead there");
        let number = |value: u64| Tree::Int(value.into());
        let accepted = self.accepted.iter().map(|(start, end, base)| {
            Tree::map([("start", number(*start)), ("end", number(*end)), ("base_sequence", Tree::digits(*base))])
        });
        let skipped = self.skipped.iter().map(|(start, end, code)| {
            Tree::map([("start", number(*start)), ("end", number(*end)), ("code", Tree::text(*code))])
        });
        let rejected = self.rejected.iter().map(|(start, code, offset)| {
            Tree::map([("start", number(*start)), ("code", Tree::text(*code)), ("offset", number(*offset))])
        });
        let expect = Tree::map([
            ("accepted", Tree::List(accepted.collect())),
            ("skipped", Tree::List(skipped.collect())),
            ("rejected", Tree::List(rejected.collect())),
            ("tail", if tail { number(end) } else { Tree::Null }),
        ]);
        suite.other(("file", id, title, requirements), "file", "valid", self.input(), expect, &self.needs);
    }

    /// Puts a file that is refused into the suite.
    pub(crate) fn refuse(&self, suite: &mut Suite, id: &str, title: &str) {
        assert_eq!(walk::walk(&self.pieces.to_vec(), &[]), None, "{id}: the header is not there");
        let error = Tree::map([("code", Tree::text("FILE_SIGNATURE")), ("offset", Tree::Int(0))]);
        let expect = Tree::map([("error", error)]);
        suite.other(("file", id, title, &["FILE-001"]), "file", "invalid", self.input(), expect, &[]);
    }

    fn input(&self) -> Tree {
        Tree::map([("bytes", Tree::Bytes(self.pieces.clone()))])
    }
}

/// A frame as three lines; a long one as it is, with its runs.
fn frame_pieces(frame: &Frame) -> Pieces {
    let bytes = frame.bytes();
    if bytes.len() > 2_000 {
        let mut all = Pieces::default();
        all.nest("", &frame.pieces());
        return all;
    }
    let body = frame.body_at() as usize;
    let mut out = Pieces::plain(&format!("prelude, base_sequence {}", frame.base_sequence), &bytes[..64]);
    out.push("", "metadata", &bytes[64..body]);
    out.push("", "body", &bytes[body..]);
    out
}
