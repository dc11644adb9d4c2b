//! Frames for tests.

use dashstream_codec::{BatchBuilder, Encoder, EncoderConfig, FrameHeader, RecordInput};
use dashstream_proto::v1;

/// A frame of some records without content.
pub(crate) fn frame(
    producer_id: [u8; 16],
    epoch: u32,
    lane: u32,
    boot_nonce: [u8; 8],
    base_sequence: u64,
    records: usize,
) -> Vec<u8> {
    let header = FrameHeader { producer_id, epoch, lane, base_sequence, ancillary_flags: Some(0) };
    let metadata = v1::Metadata { tenant: "acme".to_owned(), boot_nonce: boot_nonce.to_vec(), ..Default::default() };
    let mut batch = BatchBuilder::new(header, &metadata).unwrap();
    for _ in 0..records {
        batch.push(RecordInput { kind: 5, ..RecordInput::default() }).unwrap();
    }
    let mut out = Vec::new();
    batch.finish(&mut Encoder::new(EncoderConfig::default()).unwrap(), &mut out).unwrap();
    out
}
