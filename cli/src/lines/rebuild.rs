//! From lines to a frame, and whether that is the frame that the lines were made of.

use dashstream_codec::constants::PRELUDE_LEN;
use dashstream_codec::json::{
    JsonError, begin_batch, header_to_json, metadata_to_json, preset_strings, push_record, record_to_json,
};
use dashstream_codec::{Batch, BatchBuilder, Codec, Encoder, EncoderConfig, Prelude};
use serde_json::Value;

use super::strings;
use crate::exit::Failure;

/// A batch without records, with the string table where one is given.
pub(crate) fn begin(header: &Value, metadata: &Value, strings: Option<&Value>) -> Result<BatchBuilder, JsonError> {
    let mut batch = begin_batch(header, metadata)?;
    if let Some(strings) = strings {
        preset_strings(&mut batch, strings)?;
    }
    Ok(batch)
}

/// Makes frames of what decoded ones show.
pub(crate) struct Rebuilder {
    encoder: Encoder,
    /// Reused for each frame.
    frame: Vec<u8>,
}

impl Rebuilder {
    /// One that compresses nothing.
    pub(crate) fn new() -> Result<Self, Failure> {
        let config = EncoderConfig { codec: Codec::None, max_frame_len: usize::MAX, ..EncoderConfig::default() };
        let encoder = Encoder::new(config).map_err(|error| Failure::Data(error.to_string()))?;
        Ok(Self { encoder, frame: Vec::new() })
    }

    /// Whether a writer makes the same frame of the lines, but for how its body is stored: the same metadata and
    /// decompressed body, byte for byte, and the same prelude.
    pub(crate) fn makes(&mut self, batch: &Batch<'_>) -> bool {
        let Ok(prelude) = self.make(batch) else { return false };
        let Prelude { prelude_crc, body_crc, body_len, codec, .. } = *batch.prelude();
        // Of the lengths and CRCs those of the metadata and of the decompressed body remain.
        let same_prelude = *batch.prelude() == Prelude { prelude_crc, body_crc, body_len, codec, ..prelude };
        let content = [batch.metadata().bytes(), batch.raw_body()];
        same_prelude && self.frame.get(PRELUDE_LEN..).is_some_and(|made| made == content.concat())
    }

    fn make(&mut self, batch: &Batch<'_>) -> Result<Prelude, JsonError> {
        let (header, metadata) = (header_to_json(batch.prelude()), metadata_to_json(batch.metadata()));
        let mut again = begin(&header, &metadata, Some(&strings(batch)))?;
        for result in batch.records() {
            push_record(&mut again, &record_to_json(batch, &result))?;
        }
        self.frame.clear();
        Ok(again.finish(&mut self.encoder, &mut self.frame)?.prelude)
    }
}
