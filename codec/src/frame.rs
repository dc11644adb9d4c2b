//! A frame whose prelude, metadata and stored body have been checked: `spec/frame.md`.

use crate::constants::PRELUDE_LEN;
use crate::crc::crc32c;
use crate::error::{Code, Error};
use crate::limits::{Limits, ReadOptions};
use crate::metadata::Metadata;
use crate::prelude::Prelude;
use crate::reader::Reader;

/// A frame that has passed every check up to BODY_CRC. Its body is not decompressed: this is what a
/// forwarder or a router needs. A forwarder passes on [`Frame::bytes`] (FRM-010).
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    bytes: &'a [u8],
    prelude: Prelude,
    metadata: Metadata<'a>,
    stored_body: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Checks that `bytes` are exactly one frame, up to and including the CRC of its body.
    ///
    /// # Errors
    ///
    /// The first failing check from EMPTY to BODY_CRC.
    pub fn parse(bytes: &'a [u8], options: &ReadOptions<'_>) -> Result<Self, Error> {
        let prelude = Prelude::read(bytes)?;
        prelude.check()?;
        check_limits(&prelude, &options.limits)?;
        let (metadata, stored_body) = split(bytes, &prelude)?;
        // FRM-006
        if crc32c(metadata) != prelude.metadata_crc {
            return Err(Code::MetadataCrc.at(8, "FRM-006"));
        }
        let metadata = Metadata::parse(metadata, &prelude, options.tenant)?;
        // FRM-007
        if crc32c(stored_body) != prelude.body_crc {
            return Err(Code::BodyCrc.at(12, "FRM-007"));
        }
        Ok(Self { bytes, prelude, metadata, stored_body })
    }

    /// The prelude.
    #[must_use]
    pub const fn prelude(&self) -> &Prelude {
        &self.prelude
    }

    /// The metadata.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata<'a> {
        &self.metadata
    }

    /// The body as stored.
    #[must_use]
    pub const fn stored_body(&self) -> &'a [u8] {
        self.stored_body
    }

    /// The whole frame, byte for byte.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

/// FRM-001 to FRM-003.
pub(crate) fn check_limits(prelude: &Prelude, limits: &Limits) -> Result<(), Error> {
    // FRM-001
    if prelude.frame_len() > limits.max_frame_len {
        return Err(Code::LocalLimit.at(16, "FRM-001"));
    }
    // FRM-002
    if prelude.raw_len > limits.max_raw_len {
        return Err(Code::LocalLimit.at(20, "FRM-002"));
    }
    // FRM-003
    if u32::from(prelude.record_count) > limits.max_records {
        return Err(Code::LocalLimit.at(28, "FRM-003"));
    }
    Ok(())
}

/// Metadata and stored body.
fn split<'a>(bytes: &'a [u8], prelude: &Prelude) -> Result<(&'a [u8], &'a [u8]), Error> {
    // FRM-004
    let truncated = Code::Truncated.at(bytes.len() as u64, "FRM-004");
    let mut reader = Reader::new(bytes);
    reader.take(PRELUDE_LEN).ok_or(truncated)?;
    let metadata = reader.take(usize::from(prelude.metadata_len)).ok_or(truncated)?;
    let body = reader.take(prelude.body_len as usize).ok_or(truncated)?;
    // FRM-005
    if !reader.is_empty() {
        return Err(Code::Trailing.at(prelude.frame_len(), "FRM-005"));
    }
    Ok((metadata, body))
}
