//! The walk over an LZ4 block that comes before any decoder: `spec/codecs.md`, lz4.

use crate::reader::Reader;

use super::ProfileFault;

const MIN_MATCH: u64 = 4;
const LAST_LITERALS: u64 = 5;
const LAST_MATCH_DISTANCE: u64 = 12;

/// What the walk has seen.
#[derive(Clone, Copy, Debug, Default)]
struct Walk {
    /// Bytes of output that literals and matches have produced.
    output: u64,
    /// Output before the last match.
    last_match: Option<u64>,
}

/// The sequence that the body ends with.
struct Last {
    /// Offset of its token.
    at: usize,
    token: u8,
    literals: u64,
    ends_with_match: bool,
}

/// Walks the stored body and returns the bytes of output that it stands for. Offsets count from the
/// first byte of the body.
pub(super) fn walk(body: &[u8]) -> Result<u64, ProfileFault> {
    let mut reader = Reader::new(body);
    let mut walk = Walk::default();
    loop {
        if let Some(last) = sequence(&mut reader, &mut walk)? {
            check_end(&last, &walk)?;
            return Ok(walk.output);
        }
    }
}

/// One sequence; `Some` where the body ends with it.
fn sequence(reader: &mut Reader<'_>, walk: &mut Walk) -> Result<Option<Last>, ProfileFault> {
    let at = reader.position();
    // LZ4-001
    let cut = ProfileFault::new(at, "LZ4-001");
    let token = reader.u8().ok_or(cut)?;
    let literals = length(reader, token >> 4).ok_or(cut)?;
    usize::try_from(literals).ok().and_then(|len| reader.take(len)).ok_or(cut)?;
    walk.output += literals;
    if reader.is_empty() {
        return Ok(Some(Last { at, token, literals, ends_with_match: false }));
    }
    // LZ4-002
    let cut = ProfileFault::new(at, "LZ4-002");
    let offset = reader.u16().ok_or(cut)?;
    let matched = length(reader, token & 0x0F).ok_or(cut)? + MIN_MATCH;
    // LZ4-003
    if offset == 0 {
        return Err(ProfileFault::new(at, "LZ4-003"));
    }
    // LZ4-004
    if u64::from(offset) > walk.output {
        return Err(ProfileFault::new(at, "LZ4-004"));
    }
    walk.last_match = Some(walk.output);
    walk.output += matched;
    Ok(reader.is_empty().then_some(Last { at, token, literals, ends_with_match: true }))
}

/// A length of four bits, and the bytes that add to it where the four bits are all set.
fn length(reader: &mut Reader<'_>, bits: u8) -> Option<u64> {
    let mut length = u64::from(bits);
    if bits == 15 {
        loop {
            let byte = reader.u8()?;
            length += u64::from(byte);
            if byte != 255 {
                break;
            }
        }
    }
    Some(length)
}

fn check_end(last: &Last, walk: &Walk) -> Result<(), ProfileFault> {
    // LZ4-005
    if last.ends_with_match {
        return Err(ProfileFault::new(last.at, "LZ4-005"));
    }
    if let Some(last_match) = walk.last_match {
        // LZ4-006
        if last.literals < LAST_LITERALS {
            return Err(ProfileFault::new(last.at, "LZ4-006"));
        }
        // LZ4-007
        if walk.output - last_match < LAST_MATCH_DISTANCE {
            return Err(ProfileFault::new(last.at, "LZ4-007"));
        }
    }
    // LZ4-008
    if last.token & 0x0F != 0 {
        return Err(ProfileFault::new(last.at, "LZ4-008"));
    }
    Ok(())
}
