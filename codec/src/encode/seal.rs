//! From a batch to a frame.

use crate::codecs::Codec;
use crate::constants::{MAX_RAW_LEN, PRELUDE_LEN};
use crate::crc::crc32c;
use crate::error::Code;
use crate::prelude::Prelude;

use super::builder::BatchBuilder;
use super::encoder::Encoder;
use super::error::EncodeError;
use super::input::FrameInfo;

impl BatchBuilder {
    /// Seals the batch and appends the frame to `out`, which is not changed where this fails.
    ///
    /// # Errors
    ///
    /// What a reader would report for the frame; LOCAL_LIMIT where it is longer than the encoder's
    /// `max_frame_len`.
    pub fn finish(&self, encoder: &mut Encoder, out: &mut Vec<u8>) -> Result<FrameInfo, EncodeError> {
        self.parts().finish(encoder, out, |encoder, out| self.store(encoder, out))
    }

    pub(super) fn parts(&self) -> Parts<'_> {
        Parts {
            prelude: self.prelude,
            ancillary_flags: self.ancillary_flags,
            metadata: &self.metadata,
            contexts: self.contexts.encoded(),
            records: self.records,
            sequence: self.sequence,
        }
    }

    /// Appends the body as it is stored. Returns how it is stored, and its length before.
    fn store(&self, encoder: &mut Encoder, out: &mut Vec<u8>) -> Result<(Codec, usize), EncodeError> {
        if encoder.config().codec == Codec::None {
            let begin = out.len();
            self.write_body(out);
            return Ok((Codec::None, check_len(out.len() - begin)?));
        }
        let mut raw = core::mem::take(&mut encoder.raw);
        raw.clear();
        self.write_body(&mut raw);
        let stored = store(&raw, encoder, out);
        encoder.raw = raw;
        stored
    }

    pub(super) fn write_body(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.strings.encoded());
        self.columns.write(self.trace_ids.bytes(), self.span_ids.bytes(), out);
    }
}

/// A frame but for its body.
pub(super) struct Parts<'a> {
    /// As far as it is known.
    pub(super) prelude: Prelude,
    pub(super) ancillary_flags: Option<u8>,
    pub(super) metadata: &'a [u8],
    /// The `contexts` fields that stand behind it.
    pub(super) contexts: &'a [u8],
    pub(super) records: u32,
    /// Of the last record.
    pub(super) sequence: u64,
}

impl Parts<'_> {
    /// Appends the frame to `out`, which is not changed where this fails. `store` appends the body as it is stored, and returns how that
    /// is and its length before.
    pub(super) fn finish(
        &self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        store: impl FnOnce(&mut Encoder, &mut Vec<u8>) -> Result<(Codec, usize), EncodeError>,
    ) -> Result<FrameInfo, EncodeError> {
        // PRE-017
        if self.records == 0 {
            return Err(EncodeError::refused(Code::Count, "PRE-017"));
        }
        let begin = out.len();
        let sealed = self.seal(encoder, out, store);
        if sealed.is_err() {
            out.truncate(begin);
        }
        sealed
    }

    /// The same, but that something is left in `out` where it fails.
    fn seal(
        &self,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
        store: impl FnOnce(&mut Encoder, &mut Vec<u8>) -> Result<(Codec, usize), EncodeError>,
    ) -> Result<FrameInfo, EncodeError> {
        let begin = out.len();
        let ancillary_flags = encoder.ancillary_flags(self.ancillary_flags);
        out.extend_from_slice(&[0; PRELUDE_LEN]);
        out.extend_from_slice(self.metadata);
        out.extend_from_slice(self.contexts);
        let body = out.len();
        let (codec, raw_len) = store(encoder, out)?;
        let part = |from: usize, to: usize| out.get(from..to).unwrap_or_default();
        let mut prelude = Prelude {
            ancillary_flags,
            metadata_crc: crc32c(part(begin + PRELUDE_LEN, body)),
            body_crc: crc32c(part(body, out.len())),
            body_len: u32::try_from(out.len() - body).unwrap_or(u32::MAX),
            raw_len: u32::try_from(raw_len).unwrap_or(u32::MAX),
            metadata_len: u16::try_from(body - begin - PRELUDE_LEN).unwrap_or(u16::MAX),
            codec: codec.number(),
            record_count: u16::try_from(self.records).unwrap_or(u16::MAX),
            ..self.prelude
        };
        prelude.check()?;
        // BODY-011
        if self.sequence > prelude.last_sequence() {
            return Err(EncodeError::refused(Code::SequenceDelta, "BODY-011"));
        }
        let (len, max) = (prelude.frame_len(), encoder.config().max_frame_len as u64);
        if len > max {
            return Err(EncodeError::FrameLen { len, max });
        }
        let head = prelude.seal();
        if let Some(place) = out.get_mut(begin..begin + PRELUDE_LEN) {
            place.copy_from_slice(&head);
        }
        Ok(FrameInfo { prelude, frame_len: out.len() - begin })
    }
}

/// Appends a body as it is stored. Returns how it is stored, and its length before.
pub(super) fn store(raw: &[u8], encoder: &mut Encoder, out: &mut Vec<u8>) -> Result<(Codec, usize), EncodeError> {
    let len = check_len(raw.len())?;
    let (codec, stored) = encoder.store(raw);
    out.extend_from_slice(stored);
    Ok((codec, len))
}

/// PRE-014
fn check_len(raw_len: usize) -> Result<usize, EncodeError> {
    if raw_len > MAX_RAW_LEN as usize { Err(EncodeError::refused(Code::RawLen, "PRE-014")) } else { Ok(raw_len) }
}
