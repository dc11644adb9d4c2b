//! The walk over a zstd frame that comes before any decoder: `spec/codecs.md`, zstd.

use crate::constants::{MAX_ZSTD_BLOCK, MAX_ZSTD_WINDOW};
use crate::reader::Reader;

use super::ProfileFault;

const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

const SINGLE_SEGMENT: u8 = 1 << 5;
const RESERVED: u8 = 1 << 3;
const CHECKSUM: u8 = 1 << 2;
const DICTIONARY_ID: u8 = 0b11;

const CHECKSUM_LEN: usize = 4;

const RLE_BLOCK: u32 = 1;
const RESERVED_BLOCK: u32 = 3;

/// Walks the stored body. Offsets count from its first byte.
pub(super) fn walk(body: &[u8], raw_len: u32) -> Result<(), ProfileFault> {
    let mut reader = Reader::new(body);
    // ZST-001
    if reader.array() != Some(MAGIC) {
        return Err(ProfileFault::new(0, "ZST-001"));
    }
    // ZST-002
    let descriptor = reader.u8().ok_or(ProfileFault::new(0, "ZST-002"))?;
    check_descriptor(descriptor)?;
    let window = frame_header(&mut reader, descriptor, raw_len)?;
    blocks(&mut reader, window.min(MAX_ZSTD_BLOCK))?;
    // ZST-016
    reader.take(CHECKSUM_LEN).ok_or(ProfileFault::new(reader.position(), "ZST-016"))?;
    // ZST-015
    if !reader.is_empty() {
        return Err(ProfileFault::new(reader.position(), "ZST-015"));
    }
    Ok(())
}

fn check_descriptor(descriptor: u8) -> Result<(), ProfileFault> {
    // ZST-003, ZST-009
    if descriptor & RESERVED != 0 {
        return Err(ProfileFault::new(4, "ZST-003"));
    }
    // ZST-004
    if descriptor & CHECKSUM == 0 {
        return Err(ProfileFault::new(4, "ZST-004"));
    }
    // ZST-005
    if descriptor & DICTIONARY_ID != 0 {
        return Err(ProfileFault::new(4, "ZST-005"));
    }
    // ZST-006
    if descriptor & SINGLE_SEGMENT == 0 && descriptor >> 6 == 0 {
        return Err(ProfileFault::new(4, "ZST-006"));
    }
    Ok(())
}

/// Window and content size. Returns the window.
fn frame_header(reader: &mut Reader<'_>, descriptor: u8, raw_len: u32) -> Result<u64, ProfileFault> {
    let single_segment = descriptor & SINGLE_SEGMENT != 0;
    let size_flag = descriptor >> 6;
    let size_len = 1_usize << size_flag;
    // ZST-002
    let short = ProfileFault::new(0, "ZST-002");
    if reader.left() < usize::from(!single_segment) + size_len {
        return Err(short);
    }
    let mut window = None;
    if !single_segment {
        let bytes = window_size(reader.u8().ok_or(short)?);
        // ZST-007
        if bytes > MAX_ZSTD_WINDOW {
            return Err(ProfileFault::new(5, "ZST-007"));
        }
        window = Some(bytes);
    }
    let size_at = reader.position();
    let size = match size_flag {
        0 => reader.u8().map(u64::from),
        1 => reader.u16().map(|size| u64::from(size) + 256),
        2 => reader.u32().map(u64::from),
        _ => reader.u64(),
    };
    // ZST-008
    if size != Some(u64::from(raw_len)) {
        return Err(ProfileFault::new(size_at, "ZST-008"));
    }
    Ok(window.unwrap_or(u64::from(raw_len)))
}

fn window_size(descriptor: u8) -> u64 {
    let base = 1_u64 << (10 + (descriptor >> 3));
    base + base / 8 * u64::from(descriptor & 7)
}

/// The blocks, up to the one that is marked last.
fn blocks(reader: &mut Reader<'_>, max_size: u64) -> Result<(), ProfileFault> {
    loop {
        let at = reader.position();
        // ZST-010
        let [low, middle, high] = reader.array().ok_or(ProfileFault::new(at, "ZST-010"))?;
        let header = u32::from_le_bytes([low, middle, high, 0]);
        let (is_last, kind, size) = (header & 1 != 0, header >> 1 & 0b11, header >> 3);
        // ZST-011
        if kind == RESERVED_BLOCK {
            return Err(ProfileFault::new(at, "ZST-011"));
        }
        // ZST-012
        if size == 0 {
            return Err(ProfileFault::new(at, "ZST-012"));
        }
        // ZST-013
        if u64::from(size) > max_size {
            return Err(ProfileFault::new(at, "ZST-013"));
        }
        // ZST-014
        let stored = if kind == RLE_BLOCK { 1 } else { size as usize };
        reader.take(stored).ok_or(ProfileFault::new(at, "ZST-014"))?;
        if is_last {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{walk, window_size};

    #[test]
    fn the_window_follows_rfc_8878() {
        assert_eq!(window_size(0), 1024);
        assert_eq!(window_size(1), 1152);
        assert_eq!(window_size(13 << 3), 8_388_608);
        assert_eq!(window_size((13 << 3) | 1), 9_437_184);
    }

    #[test]
    fn the_unused_bit_is_ignored() {
        // Single segment, checksum, one byte of content size, one last raw block of one byte.
        let mut frame = [0x28, 0xB5, 0x2F, 0xFD, 0x24, 0x01, 0x09, 0x00, 0x00, 0x41, 0, 0, 0, 0];
        assert!(walk(&frame, 1).is_ok());
        frame[4] |= 0x10; // ZST-009
        assert!(walk(&frame, 1).is_ok());
        frame[4] |= 0x08;
        assert_eq!(walk(&frame, 1).unwrap_err().requirement, "ZST-003");
    }
}
