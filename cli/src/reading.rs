//! Reading frames: bare ones, and files of them as a stream.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use dashstream_codec::ReadOptions;
use dashstream_codec::constants::MAX_FRAME_LEN;
use dashstream_codec::crc32c;
use dashstream_codec::file::{FILE_HEADER_LEN, FILE_SIGNATURE, FileEvent, FileReader};

use crate::exit::Failure;
use crate::io::Source;

/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;

/// Input that is a frame or a file of frames.
pub(crate) enum Input {
    /// What is not a file of frames, and so is judged as one frame.
    Frame(Vec<u8>),
    /// A file of frames.
    File(Box<dyn Read>),
}

impl Input {
    /// Opens a source and looks at its first bytes.
    pub(crate) fn open(source: &Source) -> Result<Self, Failure> {
        Self::detect(source.open()?).map_err(source.failed())
    }

    /// Bytes that are in memory.
    pub(crate) fn of(bytes: Vec<u8>) -> Result<Self, Failure> {
        Self::detect(Box::new(Cursor::new(bytes))).map_err(Failure::io("bytes"))
    }

    fn detect(mut reader: Box<dyn Read>) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        reader.by_ref().take(FILE_HEADER_LEN as u64).read_to_end(&mut bytes)?;
        if is_file(&bytes) {
            return Ok(Self::File(Box::new(Cursor::new(bytes).chain(reader))));
        }
        // One byte more than any frame has is enough to see that there are too many.
        reader.take(MAX_FRAME_LEN + 1).read_to_end(&mut bytes)?;
        Ok(Self::Frame(bytes))
    }
}

/// Whether these are the first bytes of a file of frames, one of whose signature or marker is intact.
fn is_file(head: &[u8]) -> bool {
    let signature = FILE_SIGNATURE.first_chunk::<4>().is_some_and(|begin| head.starts_with(begin));
    let marker = head.get(8..24).map(crc32c).map(u32::to_le_bytes);
    signature || marker.is_some_and(|crc| head.get(24..FILE_HEADER_LEN) == Some(&crc[..]))
}

/// What a command does with a finding: go on, or stop reading.
pub(crate) type See<'a> = dyn FnMut(FileEvent<'_>) -> Result<ControlFlow<()>, Failure> + 'a;

/// The same, with the bytes around the finding.
pub(crate) type SeeWithWindow<'a> = dyn FnMut(FileEvent<'_>, &Window) -> Result<ControlFlow<()>, Failure> + 'a;

/// Reads a file piece by piece, and shows each finding until `see` has enough.
pub(crate) fn read_file(source: &Source, reader: &mut dyn Read, see: &mut See<'_>) -> Result<(), Failure> {
    read_file_keeping(source, reader, 0, &mut |event, _| see(event))
}

/// As [`read_file`], with the last `keep` bytes that were read, and what the reader has not looked at yet.
pub(crate) fn read_file_keeping(
    source: &Source,
    reader: &mut dyn Read,
    keep: usize,
    see: &mut SeeWithWindow<'_>,
) -> Result<(), Failure> {
    let mut frames = FileReader::new(ReadOptions::default());
    let mut window = Window::default();
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = reader.read(&mut chunk).map_err(source.failed())?;
        let mut piece = chunk.get(..read).unwrap_or_default();
        window.add(piece, keep);
        if read == 0 {
            frames.finish();
        }
        while let Some(event) = frames.next_event(&mut piece) {
            if see(event, &window)?.is_break() {
                return Ok(());
            }
        }
        if read == 0 {
            return Ok(());
        }
    }
}

/// The last bytes of what was read of a file.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// Offset in the file of the first byte kept.
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// As many of the bytes [start, end) as it has.
    pub(crate) fn slice(&self, start: u64, end: u64) -> &[u8] {
        let place = |offset: u64| usize::try_from(offset.checked_sub(self.start)?).ok();
        let (Some(start), Some(end)) = (place(start), place(end)) else { return &[] };
        self.bytes.get(start.min(self.bytes.len())..end.min(self.bytes.len())).unwrap_or_default()
    }

    fn add(&mut self, piece: &[u8], keep: usize) {
        // Moved only when half of it is not needed any more.
        if keep > 0 && self.bytes.len() > 2 * keep {
            let spent = self.bytes.len() - keep;
            self.bytes.drain(..spent);
            self.start += spent as u64;
        }
        if keep > 0 {
            self.bytes.extend_from_slice(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Window, is_file};
    use dashstream_codec::file::SyncMarker;

    #[test]
    fn a_file_is_known_by_its_signature_or_by_its_marker() {
        let header = SyncMarker::from_random([7; 16]).file_header();
        for at in 0..28 {
            let mut damaged = header;
            damaged[at] ^= 1;
            assert!(is_file(&damaged), "byte {at}");
        }
        let mut damaged = header;
        damaged[0] ^= 1;
        damaged[9] ^= 1;
        assert!(!is_file(&damaged));
        assert!(!is_file(&[]));
    }

    #[test]
    fn a_window_has_the_last_bytes() {
        let mut window = Window::default();
        for byte in 0..100_u8 {
            window.add(&[byte], 10);
        }
        assert_eq!(window.slice(90, 100), (90..100).collect::<Vec<_>>());
        assert_eq!(window.slice(98, 200), [98, 99]);
        assert!(window.slice(0, 10).is_empty());
        assert!(window.bytes.len() <= 21);
    }
}
