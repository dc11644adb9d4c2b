//! Frames to feed a consumer with.

use dashstream_codec::view::{EpochStart, TokenChunk};
use dashstream_codec::{BatchBuilder, Encoder, EncoderConfig, FrameHeader, RecordInput};
use dashstream_proto::v1;
use dashstream_stream::transport::Message;

/// A frame that is about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) lane: u32,
    pub(crate) epoch: u32,
    pub(crate) base: u64,
    pub(crate) records: u16,
    pub(crate) tenant: &'static str,
    pub(crate) nonce: u8,
    /// EPOCH_START of an epoch that goes on from this one, at number 1.
    pub(crate) previous: (u32, u64),
    /// What the tokens say.
    pub(crate) text: &'static str,
}

/// Records base..base + records of lane 0 in epoch 1.
pub(crate) const fn frame(base: u64, records: u16) -> Frame {
    Frame { lane: 0, epoch: 1, base, records, tenant: "acme", nonce: 1, previous: (0, 0), text: "x" }
}

impl Frame {
    pub(crate) const fn lane(self, lane: u32) -> Self {
        Self { lane, ..self }
    }

    pub(crate) fn epoch(self, epoch: u32) -> Self {
        Self { epoch, nonce: u8::try_from(epoch).unwrap(), ..self }
    }

    pub(crate) const fn text(self, text: &'static str) -> Self {
        Self { text, ..self }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let header = FrameHeader {
            producer_id: [7; 16],
            epoch: self.epoch,
            lane: self.lane,
            base_sequence: self.base,
            ancillary_flags: None,
        };
        let metadata =
            v1::Metadata { tenant: self.tenant.into(), boot_nonce: vec![self.nonce; 8], ..Default::default() };
        let mut batch = BatchBuilder::new(header, &metadata).unwrap();
        for number in self.base..self.base + u64::from(self.records) {
            let input = RecordInput { thread: Some("t-1"), ..Default::default() };
            if number == 1 {
                let (previous_epoch, previous_last_sequence) = self.previous;
                batch.push_view(input, &EpochStart { previous_epoch, previous_last_sequence }).unwrap();
            } else {
                batch.push_view(input, &TokenChunk { text: self.text.as_bytes(), ..Default::default() }).unwrap();
            }
        }
        let mut bytes = Vec::new();
        batch.finish(&mut Encoder::new(EncoderConfig::default()).unwrap(), &mut bytes).unwrap();
        bytes
    }

    pub(crate) fn message(&self) -> Message {
        Message { value: Some(self.bytes()), ..Message::default() }
    }

    /// The same, with one bit of its body changed.
    pub(crate) fn damaged(&self) -> Message {
        let mut bytes = self.bytes();
        *bytes.last_mut().unwrap() ^= 1;
        Message { value: Some(bytes), ..Message::default() }
    }

    /// The same in a version that nobody knows.
    pub(crate) fn unsupported(&self) -> Message {
        let mut prelude = dashstream_codec::Prelude::read(&self.bytes()).unwrap();
        prelude.version = 9;
        let mut bytes = self.bytes();
        bytes[..64].copy_from_slice(&prelude.to_bytes());
        Message { value: Some(bytes), ..Message::default() }
    }
}
