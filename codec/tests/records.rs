//! Why single records are rejected.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod common;

use common::{assemble, metadata};
use dashstream_codec::{Decoder, ReadOptions};
use dashstream_proto::{kinds, v1};
use prost::Message;

/// The requirement that the one record of a frame breaks.
fn broken(redaction: bool, kind: u32, payload: &[u8]) -> Option<&'static str> {
    let redaction = redaction.then(|| v1::Redaction { reason: "asked for".into(), ..Default::default() });
    let metadata = v1::Metadata { redaction, ..metadata() }.encode_to_vec();
    let len = u8::try_from(payload.len()).unwrap();
    let raw = [&[0x12, 1, u8::try_from(kind).unwrap(), 0x72, 1, len, 0x7A, len], payload].concat();
    let frame = assemble(&metadata, &raw, |_| ());
    let mut decoder = Decoder::new();
    let batch = decoder.decode(&frame, &ReadOptions::default()).unwrap();
    let result = batch.records().next().unwrap();
    result.error.map(|error| error.requirement)
}

/// REC-024 comes before what the payload breaks, and is about records that are not of class control.
#[test]
fn a_redacted_frame_refuses_other_records_whatever_their_payload() {
    // A number of a field that ends inside.
    let cut = [8, 0x80];
    for kind in [kinds::TOKEN_CHUNK, kinds::NODE_START, kinds::WARNING] {
        assert_eq!(broken(false, kind, &[]), None);
        assert_eq!(broken(false, kind, &cut), Some("REC-004"));
        assert_eq!(broken(true, kind, &[]), Some("REC-024"));
        assert_eq!(broken(true, kind, &cut), Some("REC-024"));
    }
    for kind in [kinds::HEARTBEAT, kinds::EPOCH_END] {
        assert_eq!(broken(true, kind, &[]), None);
        assert_eq!(broken(false, kind, &cut), Some("REC-004"));
        assert_eq!(broken(true, kind, &cut), Some("REC-004"));
    }
}
