//! Observations of real frames.

use dashstream_codec::ledger::{Control, Observation};
use dashstream_codec::{BatchBuilder, Code, Decoder, Encoder, EncoderConfig, FrameHeader, ReadOptions, RecordInput};
use dashstream_proto::{kinds, v1};
use prost::Message;

const HEADER: FrameHeader =
    FrameHeader { producer_id: [1; 16], epoch: 3, lane: 5, base_sequence: 1, ancillary_flags: Some(0) };

fn metadata() -> v1::Metadata {
    v1::Metadata {
        tenant: "acme".into(),
        boot_nonce: vec![2; 8],
        drop_reason: vec![1],
        drop_reason_count: vec![4],
        dropped_total: 4,
        ..v1::Metadata::default()
    }
}

fn frame(metadata: &v1::Metadata, records: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut batch = BatchBuilder::new(HEADER, metadata).unwrap();
    for (kind, payload) in records {
        batch.push(RecordInput { kind: *kind, payload, ..RecordInput::default() }).unwrap();
    }
    let mut frame = Vec::new();
    batch.finish(&mut Encoder::new(EncoderConfig::default()).unwrap(), &mut frame).unwrap();
    frame
}

#[test]
fn an_accepted_frame_tells_everything() {
    let late = v1::LateDrops { first: 1, count: 1, reason: 1 };
    let start = v1::EpochStart { previous_epoch: 2, previous_last_sequence: 9 };
    let records = [
        (kinds::EPOCH_START, start.encode_to_vec()),
        (kinds::HEARTBEAT, vec![]),
        (kinds::LATE_DROPS, late.encode_to_vec()),
        (kinds::EPOCH_END, vec![]),
        (kinds::LANE_END, vec![]),
    ];
    let bytes = frame(&metadata(), &records);
    let mut decoder = Decoder::new();
    let batch = decoder.decode(&bytes, &ReadOptions::default()).unwrap();
    let seen = Observation::of_batch(&batch);
    assert_eq!((seen.producer_id, seen.epoch, seen.lane), ([1; 16], 3, 5));
    assert_eq!((seen.base_sequence, seen.record_count, seen.drop_count), (1, 5, 4));
    assert_eq!((seen.body_crc, seen.partition), (batch.prelude().body_crc, None));
    let facts = seen.accepted.unwrap();
    assert_eq!((facts.tenant, facts.boot_nonce, facts.redaction), ("acme", [2; 8], None));
    let control = [
        Control::EpochStart { previous_epoch: 2, previous_last_sequence: 9 },
        Control::LateDrops { first: 1, count: 1 },
        Control::EpochEnd,
        Control::LaneEnd,
    ];
    assert_eq!(facts.control, control);
}

#[test]
fn a_redaction_tells_what_it_replaces() {
    let redaction = v1::Redaction { original_body_crc: 0xDEAD_BEEF, reason: "asked for".into() };
    let bytes = frame(&v1::Metadata { redaction: Some(redaction), ..metadata() }, &[(kinds::REDACTED, vec![])]);
    let mut decoder = Decoder::new();
    let batch = decoder.decode(&bytes, &ReadOptions::default()).unwrap();
    assert_eq!(Observation::of_batch(&batch).accepted.unwrap().redaction, Some(0xDEAD_BEEF));
}

#[test]
fn a_rejected_control_record_has_no_effect() {
    let mut bytes = frame(&metadata(), &[(kinds::EPOCH_START, vec![]), (kinds::LATE_DROPS, vec![8, 1, 16, 1, 24, 1])]);
    // LATE_DROPS at sequence 2 that names 1..2 (count 2), which is not before its own number.
    let place = bytes.windows(6).position(|window| window == [8, 1, 16, 1, 24, 1]).unwrap();
    bytes[place + 3] = 2;
    let metadata_len = usize::from(u16::from_le_bytes([bytes[24], bytes[25]]));
    let body_crc = dashstream_codec::crc32c(&bytes[64 + metadata_len..]).to_le_bytes();
    bytes[12..16].copy_from_slice(&body_crc);
    let covered = [&bytes[..4], &bytes[8..64]].concat();
    bytes[4..8].copy_from_slice(&dashstream_codec::crc32c(&covered).to_le_bytes());
    let mut decoder = Decoder::new();
    let batch = decoder.decode(&bytes, &ReadOptions::default()).unwrap();
    let start = Control::EpochStart { previous_epoch: 0, previous_last_sequence: 0 };
    assert_eq!(Observation::of_batch(&batch).accepted.unwrap().control, [start]);
}

// LOSS-016
#[test]
fn a_rejected_frame_counts_where_its_prelude_is_in_order() {
    let bytes = frame(&metadata(), &[(kinds::HEARTBEAT, vec![])]);
    let prelude = dashstream_codec::Prelude::read(&bytes).unwrap();
    let seen = Observation::of_rejected(&prelude, Code::BodyCrc).unwrap();
    assert_eq!((seen.record_count, seen.drop_count, seen.accepted), (1, 4, None));
    let newer = dashstream_codec::Prelude { version: 2, ..prelude };
    assert!(Observation::of_rejected(&newer, Code::Version).is_some());
    let bad = dashstream_codec::Prelude { epoch: 0, ..prelude };
    assert_eq!(Observation::of_rejected(&bad, Code::Identity), None);
    assert_eq!(Observation::of_rejected(&prelude, Code::TenantMismatch), None);
}
