//! The three CRCs and the lengths of a frame, made to fit the bytes as they are.

use crc::{CRC_32_ISCSI, Crc, Table};

/// Bytes of the prelude.
pub(super) const PRELUDE: usize = 64;

/// Sixteen bytes a step: the CRC is half of what a change costs.
static CRC32C: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);

/// Makes metadata_crc, body_crc and prelude_crc right for the bytes as they are.
///
/// Metadata and body are where the prelude's lengths put them, as far as there are bytes; what follows
/// the frame is in no CRC. Input shorter than a prelude has no CRCs and is left as it is.
pub fn reseal(frame: &mut [u8]) {
    let Some((prelude, rest)) = frame.split_first_chunk_mut::<PRELUDE>() else { return };
    let metadata_len = usize::from(u16::from_le_bytes(field(prelude, 24)));
    let body_len = usize::try_from(u32::from_le_bytes(field(prelude, 16))).unwrap_or(usize::MAX);
    let (metadata, rest) = rest.split_at(metadata_len.min(rest.len()));
    let body = rest.get(..body_len).unwrap_or(rest);
    put(prelude, 8, &crc32c(metadata).to_le_bytes());
    put(prelude, 12, &crc32c(body).to_le_bytes());
    let mut covered = CRC32C.digest();
    covered.update(prelude.get(..4).unwrap_or_default());
    covered.update(prelude.get(8..).unwrap_or_default());
    put(prelude, 4, &covered.finalize().to_le_bytes());
}

/// Makes body_len what there is behind the metadata, and metadata_len what there is where it promises
/// more; raw_len too where codec is 0, which stores the body as it is. Then [`reseal`].
///
/// Input shorter than a prelude is left as it is. What is longer than a field can say is cut to its most.
pub fn fit(frame: &mut [u8]) {
    let len = frame.len();
    let Some(prelude) = frame.first_chunk_mut::<PRELUDE>() else { return };
    let rest = len - PRELUDE;
    let metadata_len = usize::from(u16::from_le_bytes(field(prelude, 24))).min(rest);
    let body_len = u32::try_from(rest - metadata_len).unwrap_or(u32::MAX).to_le_bytes();
    put(prelude, 24, &u16::try_from(metadata_len).unwrap_or(u16::MAX).to_le_bytes());
    put(prelude, 16, &body_len);
    if field(prelude, 26) == [0] {
        put(prelude, 20, &body_len);
    }
    reseal(frame);
}

/// The bytes of a field of the prelude.
pub(super) fn field<const N: usize>(prelude: &[u8; PRELUDE], at: usize) -> [u8; N] {
    prelude.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}

/// Writes over bytes of the prelude, as far as there are some.
pub(super) fn put(prelude: &mut [u8; PRELUDE], at: usize, bytes: &[u8]) {
    for (place, byte) in prelude.iter_mut().skip(at).zip(bytes) {
        *place = *byte;
    }
}

/// CRC32C of the bytes.
pub(super) fn crc32c(bytes: &[u8]) -> u32 {
    CRC32C.checksum(bytes)
}
