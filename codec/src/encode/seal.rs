//! From a batch to a frame.

use crate::constants::{MAX_RAW_LEN, PRELUDE_LEN};
use crate::crc::{crc32c, crc32c_of};
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
        // PRE-017
        if self.records == 0 {
            return Err(EncodeError::refused(Code::Count, "PRE-017"));
        }
        let ancillary_flags = encoder.ancillary_flags(self.ancillary_flags);
        let max = encoder.config().max_frame_len as u64;
        let raw = &mut encoder.raw;
        raw.clear();
        raw.extend_from_slice(self.strings.encoded());
        self.columns.write(self.trace_ids.bytes(), self.span_ids.bytes(), raw);
        // PRE-014
        let raw_len = raw.len();
        if raw_len > MAX_RAW_LEN as usize {
            return Err(EncodeError::refused(Code::RawLen, "PRE-014"));
        }
        let (codec, stored) = encoder.store();
        let metadata = [&self.metadata, self.contexts.encoded()];
        let metadata_len = self.metadata.len() + self.contexts.encoded().len();
        let mut prelude = Prelude {
            ancillary_flags,
            metadata_crc: crc32c_of(metadata),
            body_crc: crc32c(stored),
            body_len: u32::try_from(stored.len()).unwrap_or(u32::MAX),
            raw_len: u32::try_from(raw_len).unwrap_or(u32::MAX),
            metadata_len: u16::try_from(metadata_len).unwrap_or(u16::MAX),
            codec: codec.number(),
            record_count: u16::try_from(self.records).unwrap_or(u16::MAX),
            ..self.prelude
        };
        prelude.check()?;
        // BODY-011
        if self.sequence > prelude.last_sequence() {
            return Err(EncodeError::refused(Code::SequenceDelta, "BODY-011"));
        }
        let len = prelude.frame_len();
        if len > max {
            return Err(EncodeError::FrameLen { len, max });
        }
        let head = prelude.seal();
        for part in [&head[..]].into_iter().chain(metadata).chain([stored]) {
            out.extend_from_slice(part);
        }
        Ok(FrameInfo { prelude, frame_len: PRELUDE_LEN + metadata_len + stored.len() })
    }
}
