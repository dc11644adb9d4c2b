//! Where an entry may begin.

use crate::constants::PRELUDE_LEN;
use crate::error::{Code, Error};
use crate::prelude::Prelude;

use super::header::{MARKER_LEN, SyncMarker};

/// Bytes that a candidate is known by: marker and prelude.
pub(super) const CANDIDATE_LEN: usize = MARKER_LEN + PRELUDE_LEN;

/// The prelude of the candidate that `bytes` begin with. `None` for the marker: a markerless reader,
/// which takes any 16 bytes for one.
// FILE-006
pub(super) fn begins(bytes: &[u8], marker: Option<&SyncMarker>) -> Option<Prelude> {
    if !has_marker(bytes, marker) {
        return None;
    }
    prelude(bytes).ok()
}

/// The first candidate in `bytes`: where it begins, and its prelude.
pub(super) fn find(bytes: &[u8], marker: Option<&SyncMarker>) -> Option<(usize, Prelude)> {
    bytes.windows(CANDIDATE_LEN).enumerate().find_map(|(at, window)| Some((at, begins(window, marker)?)))
}

/// The prelude that follows the 16 bytes of a marker, damaged or not.
pub(super) fn prelude(bytes: &[u8]) -> Result<Prelude, Error> {
    let after = bytes.get(MARKER_LEN..).unwrap_or_default();
    Prelude::read(after.get(..PRELUDE_LEN).unwrap_or(after))
}

/// Why `bytes`, which go on to the end of a candidate or of the file, do not begin with a candidate.
pub(super) fn fault(bytes: &[u8], marker: Option<&SyncMarker>) -> Code {
    match prelude(bytes) {
        Err(error) if has_marker(bytes, marker) => error.code,
        _ => Code::FileMarker,
    }
}

fn has_marker(bytes: &[u8], marker: Option<&SyncMarker>) -> bool {
    marker.is_none_or(|marker| bytes.starts_with(marker.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{Code, SyncMarker, fault};

    const MARKER: SyncMarker = SyncMarker::from_random([7; 16]);

    #[test]
    fn a_fault_is_the_markers_before_it_is_the_preludes() {
        let entry = |marker: u8, rest: &[u8]| [&[marker; 16], rest].concat();
        for (bytes, with_marker, markerless) in [
            (vec![], Code::FileMarker, Code::Empty),
            (vec![7; 15], Code::FileMarker, Code::Empty),
            (entry(7, &[]), Code::Empty, Code::Empty),
            (entry(7, &[1]), Code::BadMagic, Code::BadMagic),
            (entry(7, &[0xBE; 63]), Code::ShortPrelude, Code::ShortPrelude),
            (entry(7, &[0xBE; 64]), Code::PreludeCrc, Code::PreludeCrc),
            (entry(8, &[0xBE; 64]), Code::FileMarker, Code::PreludeCrc),
        ] {
            assert_eq!(fault(&bytes, Some(&MARKER)), with_marker, "{bytes:?}");
            assert_eq!(fault(&bytes, None), markerless, "{bytes:?}");
        }
    }
}
