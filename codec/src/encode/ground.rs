//! The metadata of a frame that is being written.

use dashstream_proto::v1 as proto;
use prost::Message as _;

use crate::constants::MAX_METADATA_LEN;
use crate::error::Code;
use crate::metadata::Metadata;
use crate::prelude::Prelude;

use super::error::EncodeError;

/// What of the metadata the records depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ground {
    pub(super) base_time_us: u64,
    pub(super) trace_id: Option<[u8; 16]>,
    pub(super) redaction: bool,
    /// Whether contexts may be gathered.
    pub(super) leaves_contexts: bool,
}

impl Ground {
    /// Writes metadata to `encoded`, in place of what was there, and what they say of the frame to its prelude.
    pub(super) fn of(
        metadata: &proto::Metadata,
        prelude: &mut Prelude,
        encoded: &mut Vec<u8>,
    ) -> Result<Self, EncodeError> {
        encoded.clear();
        metadata.encode_raw(encoded);
        // PRE-010
        let too_long = EncodeError::refused(Code::MetadataLen, "PRE-010");
        prelude.metadata_len = u16::try_from(encoded.len()).map_err(|_| too_long)?;
        if prelude.metadata_len > MAX_METADATA_LEN {
            return Err(too_long);
        }
        // META-009
        let drops = metadata.drop_reason_count.iter().map(|count| u64::from(*count)).sum::<u64>();
        let too_many = EncodeError::refused(Code::MetadataField, "META-009");
        prelude.drop_count = u16::try_from(drops).map_err(|_| too_many)?;
        let lists_contexts = !metadata.contexts.is_empty();
        let metadata = Metadata::parse(encoded, prelude, None)?;
        let redaction = metadata.redaction().is_some();
        Ok(Self {
            base_time_us: metadata.base_time_us(),
            trace_id: metadata.trace_id(),
            redaction,
            leaves_contexts: !lists_contexts && !redaction,
        })
    }
}
