//! Reading a file of frames, as spec/files.md says it: what is held, and what is handed out.

mod steps;

use std::collections::VecDeque;

use crate::constants::PRELUDE_LEN;
use crate::decode::Decoder;
use crate::error::Code;
use crate::limits::ReadOptions;
use crate::prelude::Prelude;

use super::buffer::Buffer;
use super::candidate::CANDIDATE_LEN;
use super::event::FileEvent;
use super::header::{FILE_HEADER_LEN, MARKER_LEN, SyncMarker};

/// What is taken at once while looking for a candidate.
const SEARCH_LEN: usize = CANDIDATE_LEN + PRELUDE_LEN;

/// Reads a file of frames that is fed to it in pieces. The findings do not depend on how the bytes are
/// cut into pieces.
///
/// It holds no more than one frame and 80 bytes of input.
///
/// ```
/// # use dashstream_codec::file::{FileEvent, FileReader};
/// # let pieces: [&[u8]; 0] = [];
/// let mut reader = FileReader::new(Default::default());
/// for mut piece in pieces {
///     while let Some(event) = reader.next_event(&mut piece) { /* ... */ }
/// }
/// reader.finish();
/// while let Some(event) = reader.next_event(&mut &[][..]) { /* ... */ }
/// ```
#[derive(Debug)]
pub struct FileReader<'t> {
    options: ReadOptions<'t>,
    decoder: Decoder,
    buffer: Buffer,
    /// Offset of the first byte held.
    position: u64,
    /// There is no more input.
    ended: bool,
    marker: Option<SyncMarker>,
    /// End of the last accepted frame, or of the header.
    intact: u64,
    state: State,
    /// Bytes of the accepted frame that was handed out last, and is not needed any more.
    handed: usize,
    /// Events that stand before what the state will find.
    events: VecDeque<FileEvent<'static>>,
}

/// What the reader is about to look at. `from` is where the entry, or the skipped range, begins.
#[derive(Clone, Copy, Debug)]
enum State {
    /// The header.
    Header,
    /// A refused file: everything is skipped.
    Refused,
    /// The place after the header or after an accepted frame, or the end of the file. Everywhere else the
    /// reader goes on at candidates only, and its state is `Frame`.
    Entry,
    /// A place with a damaged marker in front of a valid prelude (step 3a).
    Unmarked(Prelude),
    /// A frame to be decoded: the marker is behind, and the prelude first.
    Frame { from: u64, prelude: Prelude },
    /// A rejected frame, and whether something stands at its end (step 4d).
    Rejected { from: u64, code: Code, len: usize },
    /// The search for the next candidate.
    Resync { from: u64, code: Code },
    /// The end was told.
    Done,
}

impl<'t> FileReader<'t> {
    /// A reader at the beginning of a file. The options apply to each frame.
    #[must_use]
    pub fn new(options: ReadOptions<'t>) -> Self {
        Self {
            options,
            decoder: Decoder::new(),
            buffer: Buffer::default(),
            position: 0,
            ended: false,
            marker: None,
            intact: 0,
            state: State::Header,
            handed: 0,
            events: VecDeque::new(),
        }
    }

    /// Says that no more input will come. [`FileReader::next_event`] then tells what is left.
    pub fn finish(&mut self) {
        self.ended = true;
    }

    /// Bytes of input that are held at the moment.
    // FILE-015
    #[must_use]
    pub fn held(&self) -> usize {
        self.buffer.held().len()
    }

    /// The next finding. Takes from the front of `input` what it needs; `None` when it needs more than
    /// `input` has, which is then empty, or when the end was told. After [`FileReader::finish`],
    /// further input is not looked at.
    pub fn next_event(&mut self, input: &mut &[u8]) -> Option<FileEvent<'_>> {
        let handed = core::mem::take(&mut self.handed);
        self.advance(handed);
        let (from, prelude, len) = loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if !self.gather(input) {
                return None;
            }
            if let State::Frame { from, prelude } = self.state
                && let Some(len) = self.whole_frame(&prelude)
            {
                break (from, prelude, len);
            }
            self.step();
        };
        self.frame(from, prelude, len)
    }

    /// Takes the input that the state asks for, and says whether it can go on.
    fn gather(&mut self, input: &mut &[u8]) -> bool {
        let need = match self.state {
            State::Header => FILE_HEADER_LEN,
            State::Refused => {
                self.drop_all(input);
                1
            }
            State::Entry | State::Resync { .. } => CANDIDATE_LEN,
            State::Unmarked(prelude) => MARKER_LEN + frame_len(&prelude),
            State::Frame { prelude, .. } if prelude.check_lengths().is_err() => 0,
            State::Frame { prelude, .. } => frame_len(&prelude),
            State::Rejected { len, .. } => len + CANDIDATE_LEN,
            State::Done => return false,
        };
        let want = if let State::Resync { .. } = self.state { SEARCH_LEN } else { need };
        if !self.ended {
            self.buffer.fill(input, want);
        }
        self.ended || self.held() >= need
    }

    /// The length of the frame at the front, where its lengths are in order and all of it is held.
    fn whole_frame(&self, prelude: &Prelude) -> Option<usize> {
        // PRE-009 to PRE-012 come first: without them the length means nothing.
        let len = prelude.check_lengths().is_ok().then(|| frame_len(prelude))?;
        (len <= self.held()).then_some(len)
    }

    /// Steps 4c and 4d: the whole frame is there.
    fn frame(&mut self, from: u64, prelude: Prelude, len: usize) -> Option<FileEvent<'_>> {
        let start = self.position;
        let frame = self.buffer.held().get(..len)?;
        match self.decoder.decode(frame, &self.options) {
            Ok(batch) => {
                let end = start.saturating_add(len as u64);
                self.state = State::Entry;
                self.handed = len;
                self.intact = end;
                Some(FileEvent::Accepted { start: from, end, frame, batch })
            }
            Err(error) => {
                self.state = State::Rejected { from, code: error.code, len };
                Some(FileEvent::Rejected { start, error, prelude })
            }
        }
    }

    fn skip(&mut self, start: u64, end: u64, code: Code) {
        if start < end {
            self.events.push_back(FileEvent::Skipped { start, end, code });
        }
    }

    fn end(&mut self, tail: Option<u64>) {
        self.events.push_back(FileEvent::End { len: self.position, tail });
        self.state = State::Done;
    }

    /// Lets go of the first `count` bytes held.
    fn advance(&mut self, count: usize) {
        let count = count.min(self.held());
        self.buffer.spend(count);
        self.position = self.position.saturating_add(count as u64);
    }

    fn drop_all(&mut self, input: &mut &[u8]) {
        self.advance(self.held());
        if !self.ended {
            self.position = self.position.saturating_add(input.len() as u64);
            *input = &[];
        }
    }
}

/// Bytes of a frame whose lengths are in their ranges.
fn frame_len(prelude: &Prelude) -> usize {
    usize::try_from(prelude.frame_len()).unwrap_or(usize::MAX)
}
