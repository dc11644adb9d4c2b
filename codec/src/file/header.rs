//! The first 28 bytes of a file.

use crate::crc::crc32c;
use crate::reader::Reader;

/// The first bytes of every file.
pub const FILE_SIGNATURE: [u8; 8] = [0xBE, 0x44, 0x53, 0x46, 0x0D, 0x0A, 0x1A, 0x0A];
/// Bytes of a sync marker.
pub const MARKER_LEN: usize = 16;
/// Bytes of signature, sync marker and the marker's CRC32C.
pub const FILE_HEADER_LEN: usize = 28;

/// What stands in front of every frame of one file, and of no other file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SyncMarker([u8; MARKER_LEN]);

impl SyncMarker {
    /// The marker of a new file. The bytes have to be drawn at random for each file (FILE-014); the
    /// codec has no source of randomness.
    #[must_use]
    pub const fn from_random(bytes: [u8; MARKER_LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes of the marker.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; MARKER_LEN] {
        &self.0
    }

    /// The header of a file with this marker.
    #[must_use]
    pub fn file_header(&self) -> [u8; FILE_HEADER_LEN] {
        let crc = crc32c(&self.0).to_le_bytes();
        let mut header = [0; FILE_HEADER_LEN];
        let bytes = FILE_SIGNATURE.iter().chain(&self.0).chain(&crc);
        for (place, byte) in header.iter_mut().zip(bytes) {
            *place = *byte;
        }
        header
    }
}

/// What of a file's header is intact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) signature: bool,
    pub(super) marker: Option<SyncMarker>,
}

impl Header {
    /// Judges the first 28 bytes of a file, or all of a shorter one.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut reader = Reader::new(bytes);
        let signature = reader.array() == Some(FILE_SIGNATURE);
        let marker = reader.array().filter(|marker| reader.u32() == Some(crc32c(marker)));
        Self { signature, marker: marker.map(SyncMarker) }
    }
}

#[cfg(test)]
mod tests {
    use super::{FILE_HEADER_LEN, Header, SyncMarker};

    const MARKER: SyncMarker = SyncMarker(*b"0123456789abcdef");

    #[test]
    fn each_part_is_judged_alone() {
        let header = MARKER.file_header();
        for at in 0..FILE_HEADER_LEN {
            let mut damaged = header;
            damaged[at] ^= 1;
            let expected = Header { signature: at >= 8, marker: (at < 8).then_some(MARKER) };
            assert_eq!(Header::read(&damaged), expected, "byte {at}");
        }
        assert_eq!(Header::read(&header), Header { signature: true, marker: Some(MARKER) });
    }

    #[test]
    fn a_cut_header_has_no_marker() {
        let header = MARKER.file_header();
        for len in 0..FILE_HEADER_LEN {
            assert_eq!(Header::read(&header[..len]), Header { signature: len >= 8, marker: None }, "{len} bytes");
        }
    }
}
