//! The steps of spec/files.md that decide where the reader goes on.

use super::{FileReader, State, frame_len};
use crate::constants::PRELUDE_LEN;
use crate::error::{Code, Error};
use crate::file::candidate::{self, CANDIDATE_LEN};
use crate::file::event::FileEvent;
use crate::file::header::{FILE_HEADER_LEN, FILE_SIGNATURE, Header, MARKER_LEN};
use crate::prelude::Prelude;

impl FileReader<'_> {
    /// Does what the state says, but for a whole frame.
    pub(super) fn step(&mut self) {
        match self.state {
            State::Header => self.header(),
            State::Refused => {
                self.skip(0, self.position, Code::FileSignature);
                self.end(None);
            }
            State::Entry => self.entry(),
            State::Unmarked(prelude) => self.unmarked(prelude),
            State::Frame { from, prelude } => self.cut_frame(from, prelude),
            State::Rejected { from, code, len } => self.after_rejected(from, code, len),
            State::Resync { from, code } => self.resync(from, code),
            State::Done => {}
        }
    }

    /// The header, or all of a shorter file.
    fn header(&mut self) {
        let header = Header::read(self.buffer.held());
        let len = self.held() as u64;
        // FILE-001
        if header.marker.is_none() && !header.signature {
            let error = Code::FileSignature.at(0, "FILE-001");
            self.events.push_back(FileEvent::Refused(error));
            self.state = State::Refused;
            return;
        }
        self.events.push_back(FileEvent::Header { signature: header.signature, marker: header.marker });
        if !header.signature {
            // FILE-002
            self.skip(0, 8, Code::FileSignature);
        }
        if header.marker.is_none() {
            // FILE-003
            self.skip(8, len, Code::FileMarker);
        }
        self.marker = header.marker;
        self.intact = header_end(len);
        self.advance(self.held());
        // FILE-012
        self.state = State::Entry;
    }

    /// Steps 1 to 3.
    fn entry(&mut self) {
        let held = self.buffer.held();
        let (from, marker) = (self.position, self.marker.as_ref());
        if held.is_empty() {
            // FILE-009
            let tail = (self.intact < self.position).then_some(self.intact);
            self.end(tail);
        } else if let Some(prelude) = candidate::begins(held, marker) {
            self.begin_frame(0, prelude);
        } else if let Ok(prelude) = candidate::prelude(held)
            && prelude.check_lengths().is_ok()
        {
            // Without a marker, a place with a valid prelude is a candidate.
            self.state = State::Unmarked(prelude);
        } else {
            self.begin_resync(from, candidate::fault(held, marker), 1);
        }
    }

    /// Step 3a: a damaged marker, where an intact frame may follow.
    fn unmarked(&mut self, prelude: Prelude) {
        let from = self.position;
        let frame = self.buffer.held().get(MARKER_LEN..MARKER_LEN + frame_len(&prelude));
        if frame.is_some_and(|frame| self.decoder.decode(frame, &self.options).is_ok()) {
            // FILE-005
            let start = from.saturating_add(MARKER_LEN as u64);
            self.skip(from, start, Code::FileMarker);
            self.advance(MARKER_LEN);
            self.state = State::Frame { from: start, prelude };
        } else {
            self.begin_resync(from, Code::FileMarker, 1);
        }
    }

    /// Steps 4a and 4b: the prelude's lengths are out of their ranges, or the file ends before the
    /// frame does.
    fn cut_frame(&mut self, from: u64, prelude: Prelude) {
        let truncated = Code::Truncated.at(self.held() as u64, "FRM-004");
        let error: Error = self.decoder.decode(self.buffer.held(), &self.options).err().unwrap_or(truncated);
        self.events.push_back(FileEvent::Rejected { start: self.position, error, prelude });
        self.begin_resync(from, error.code, PRELUDE_LEN);
    }

    /// Step 4d: a frame was rejected.
    fn after_rejected(&mut self, from: u64, code: Code, len: usize) {
        let after = self.buffer.held().get(len..).unwrap_or_default();
        let next = candidate::begins(after, self.marker.as_ref());
        if after.is_empty() || next.is_some() {
            // FILE-008
            self.skip(from, self.position.saturating_add(len as u64), code);
            match next {
                Some(prelude) => self.begin_frame(len, prelude),
                None => {
                    self.advance(len);
                    self.state = State::Entry;
                }
            }
        } else {
            // FILE-007
            self.begin_resync(from, code, PRELUDE_LEN);
        }
    }

    /// Looks for the next candidate in what is held.
    fn resync(&mut self, from: u64, code: Code) {
        if let Some((at, prelude)) = candidate::find(self.buffer.held(), self.marker.as_ref()) {
            self.skip(from, self.position.saturating_add(at as u64), code);
            self.begin_frame(at, prelude);
        } else if self.ended {
            self.advance(self.held());
            self.skip(from, self.position, code);
            self.state = State::Entry;
        } else {
            // What is left may be the beginning of a candidate.
            self.advance(self.held().saturating_sub(CANDIDATE_LEN - 1));
        }
    }

    /// Goes on at a candidate that begins `at` bytes from here.
    fn begin_frame(&mut self, at: usize, prelude: Prelude) {
        self.advance(at);
        self.state = State::Frame { from: self.position, prelude };
        self.advance(MARKER_LEN);
    }

    /// Goes on with the search, `after` bytes from here.
    fn begin_resync(&mut self, from: u64, code: Code, after: usize) {
        self.advance(after);
        self.state = State::Resync { from, code };
    }
}

/// Where the tail begins in a file without accepted frames.
const fn header_end(len: u64) -> u64 {
    if len < FILE_HEADER_LEN as u64 { FILE_SIGNATURE.len() as u64 } else { len }
}
