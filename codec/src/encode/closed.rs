//! A batch that takes no more records.

use dashstream_proto::v1 as proto;

use crate::decode::Decoder;
use crate::limits::ReadOptions;
use crate::prelude::Prelude;
use crate::record::Record;

use super::builder::BatchBuilder;
use super::encoder::{Encoder, EncoderConfig};
use super::error::EncodeError;
use super::ground::Ground;
use super::input::FrameInfo;
use super::seal::{Parts, store};

/// The records of a batch as a frame has them, in as many bytes as they take. What is left to do is to compress them, and to say what is
/// known only when the frame is sent: how many were dropped.
///
/// ```
/// use dashstream_codec::{BatchBuilder, Encoder, EncoderConfig, FrameHeader, RecordInput, view};
/// use dashstream_proto::v1;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let header = FrameHeader { producer_id: [7; 16], epoch: 1, lane: 0, base_sequence: 1, ancillary_flags: None };
/// let metadata = v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..Default::default() };
/// // As many drops as there may be at the most.
/// let most = v1::Metadata { drop_reason: vec![1], drop_reason_count: vec![60_000], dropped_total: u64::MAX >> 11, ..metadata.clone() };
/// let mut batch = BatchBuilder::new(header, &most)?;
/// batch.push_payload(RecordInput { sequence: Some(3), ..Default::default() }, &view::NodeStart::default().into())?;
/// let closed = batch.close();
/// // The batch may be restarted; the numbers 1 and 2 have turned out to be without a record.
/// let metadata = v1::Metadata { drop_reason: vec![1], drop_reason_count: vec![2], dropped_total: 2, ..metadata };
/// let mut frame = Vec::new();
/// let info = closed.finish(&metadata, &mut Encoder::new(EncoderConfig::default())?, &mut frame)?;
/// assert_eq!((info.prelude.drop_count, info.prelude.last_sequence()), (2, 3));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ClosedBatch {
    prelude: Prelude,
    ancillary_flags: Option<u8>,
    metadata: Vec<u8>,
    ground: Ground,
    contexts: Vec<u8>,
    raw: Vec<u8>,
    records: u32,
    /// Of the last record.
    sequence: u64,
}

impl BatchBuilder {
    /// What has been added, for [`ClosedBatch::finish`]; the batch stays as it is.
    #[must_use]
    pub fn close(&self) -> ClosedBatch {
        let mut raw = Vec::with_capacity(self.raw_len_at_most());
        self.write_body(&mut raw);
        ClosedBatch {
            prelude: self.prelude,
            ancillary_flags: self.ancillary_flags,
            metadata: self.metadata.clone(),
            ground: self.ground,
            contexts: self.contexts.encoded().to_vec(),
            raw,
            records: self.records,
            sequence: self.sequence,
        }
    }
}

impl ClosedBatch {
    /// Records of the batch.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records as usize
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// `base_time_us` of the metadata that the batch was begun with.
    #[must_use]
    pub const fn base_time_us(&self) -> u64 {
        self.ground.base_time_us
    }

    /// Bytes of the body before compression.
    #[must_use]
    pub const fn raw_len(&self) -> usize {
        self.raw.len()
    }

    /// Seals the batch with metadata in place of those that it was begun with, and appends the frame to `out`, which is not changed where
    /// this fails. `base_time_us`, `trace_id` and whether there is a redaction are as they were, for the records depend on them. Contexts
    /// that the batch has gathered stand behind those metadata, which are best no longer than those were.
    ///
    /// # Errors
    ///
    /// INPUT where the records depend on other metadata, and those of [`BatchBuilder::finish`].
    pub fn finish(
        &self,
        metadata: &proto::Metadata,
        encoder: &mut Encoder,
        out: &mut Vec<u8>,
    ) -> Result<FrameInfo, EncodeError> {
        let (mut prelude, mut encoded) = (self.prelude, Vec::new());
        let ground = Ground::of(metadata, &mut prelude, &mut encoded)?;
        // META-011, META-012: what was gathered is not listed twice.
        let same = Ground { leaves_contexts: self.ground.leaves_contexts, ..ground } == self.ground;
        if !same || (!ground.leaves_contexts && !self.contexts.is_empty()) {
            return Err(EncodeError::input("JSON-002"));
        }
        Parts { prelude, metadata: &encoded, ..self.parts() }
            .finish(encoder, out, |encoder, out| store(&self.raw, encoder, out))
    }

    /// Shows the records in their order, as they would be decoded, until `see` says that it has seen enough. It takes about as long as to
    /// seal the batch without a codec and to decode it.
    ///
    /// # Errors
    ///
    /// What a reader would report: for batches of this crate nothing.
    pub fn read(&self, mut see: impl FnMut(&Record<'_>) -> bool) -> Result<(), EncodeError> {
        let config = EncoderConfig { max_frame_len: usize::MAX, ..EncoderConfig::default() };
        let mut frame = Vec::with_capacity(self.raw.len() + 1_024);
        self.parts().finish(&mut Encoder::new(config)?, &mut frame, |encoder, out| store(&self.raw, encoder, out))?;
        let mut decoder = Decoder::new();
        let batch = decoder.decode(&frame, &ReadOptions::default())?;
        let mut records = batch.records();
        while let Some(result) = records.advance() {
            if !see(result.accepted()?) {
                break;
            }
        }
        Ok(())
    }

    fn parts(&self) -> Parts<'_> {
        Parts {
            prelude: self.prelude,
            ancillary_flags: self.ancillary_flags,
            metadata: &self.metadata,
            contexts: &self.contexts,
            records: self.records,
            sequence: self.sequence,
        }
    }
}
