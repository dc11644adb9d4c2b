//! A decoder of one zstd frame, written from RFC 8878. It is strict where the standard is, and holds
//! no more than was asked for and one block.

use super::bytes::{byte, cut, size};
use super::codecs::Raw;
use super::zstd_block::{Memory, decode};
use super::zstd_walk::{MAGIC, block, header};

/// Decompresses the first frame of the bytes; stops when more than `limit` bytes have come out.
/// Dictionary id and whatever follows the frame are not looked at: the walk has done so.
#[must_use]
pub(super) fn decompress(frame: &[u8], limit: usize) -> Raw {
    let mut raw = Raw::default();
    let h = header(frame);
    if cut(frame, 0, 4) != MAGIC {
        return raw;
    }
    let most = size(h.window).min(131_072);
    let mut memory = Memory::new();
    let mut p = h.length;
    while p + 3 <= frame.len() {
        let b = block(frame, p);
        let from = p + 3;
        p = from.saturating_add(size(b.stored));
        if p > frame.len() {
            return raw;
        }
        let done = match b.kind {
            0 => {
                raw.bytes.extend(cut(frame, from, p));
                Some(())
            }
            1 => {
                raw.bytes.extend(vec![byte(frame, from); size(b.size)]);
                Some(())
            }
            2 => decode(&cut(frame, from, p), &mut memory, &mut raw.bytes, most),
            _ => None,
        };
        if done.is_none() || raw.bytes.len() > limit {
            raw.bytes.truncate(limit.saturating_add(1));
            return raw;
        }
        if b.last {
            raw.whole = true;
            raw.checksum = Some(cut(frame, p, p + h.checksum_size));
            return raw;
        }
    }
    raw
}
