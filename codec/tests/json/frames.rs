//! Frames and their JSON.

use dashstream_codec::json::{batch_from_json, to_json};
use dashstream_codec::owned::Record;
use dashstream_codec::{BatchBuilder, Decoder, Encoder, EncoderConfig, FrameHeader, ReadOptions, RecordInput};
use dashstream_proto::v1;
use prost::Message;
use serde_json::{Value, json};

/// The JSON of a frame with these records.
pub(crate) fn content(records: &Value) -> Value {
    json!({
        "header": {"producer_id": "000102030405060708090a0b0c0d0e0f", "base_sequence": "1", "epoch": 3, "lane": 5},
        "metadata": {"tenant": "acme", "boot_nonce": "0102030405060708", "base_time_us": "1000"},
        "records": records,
    })
}

/// A record of this kind.
pub(crate) fn record(kind: u32, payload: &Value) -> Value {
    json!({"sequence": "1", "kind": kind, "time_us": "1000", "payload": payload})
}

pub(crate) fn seal(batch: &BatchBuilder) -> Vec<u8> {
    let config = EncoderConfig { max_frame_len: usize::MAX, ..EncoderConfig::default() };
    let mut frame = Vec::new();
    batch.finish(&mut Encoder::new(config).unwrap(), &mut frame).unwrap();
    frame
}

/// The frame that the JSON shows.
pub(crate) fn write(content: &Value) -> Vec<u8> {
    seal(&batch_from_json(content).unwrap_or_else(|error| panic!("{error}: {content}")))
}

/// The JSON of a frame, after a passage through text.
pub(crate) fn read(frame: &[u8]) -> Value {
    let mut decoder = Decoder::new();
    let batch = decoder.decode(frame, &ReadOptions::default()).unwrap();
    let text = to_json(&batch).to_string();
    serde_json::from_str(&text).unwrap()
}

/// The frame again, from records that were kept.
pub(crate) fn write_kept(frame: &[u8]) -> Vec<u8> {
    let mut decoder = Decoder::new();
    let batch = decoder.decode(frame, &ReadOptions::default()).unwrap();
    let kept: Vec<Record> = batch.records().map(|result| result.accepted().unwrap().to_owned()).collect();
    let prelude = batch.prelude();
    let header = FrameHeader {
        producer_id: prelude.producer_id,
        epoch: prelude.epoch,
        lane: prelude.lane,
        base_sequence: prelude.base_sequence,
        ancillary_flags: Some(prelude.ancillary_flags),
    };
    let metadata = v1::Metadata::decode(batch.metadata().bytes()).unwrap();
    let mut again = BatchBuilder::new(header, &metadata).unwrap();
    again.preset_strings(&batch.strings().iter().collect::<Vec<_>>()).unwrap();
    for record in &kept {
        again.push_payload(record.as_input(), &record.payload.as_view()).unwrap();
    }
    seal(&again)
}

/// The decompressed body.
pub(crate) fn body(frame: &[u8]) -> Vec<u8> {
    let mut decoder = Decoder::new();
    decoder.decode(frame, &ReadOptions::default()).unwrap().raw_body().to_vec()
}

/// A frame of one record with this payload, and a string table.
pub(crate) fn frame_of(kind: u32, strings: &[&str], payload: &[u8]) -> Vec<u8> {
    let header = FrameHeader { producer_id: [7; 16], epoch: 3, lane: 5, base_sequence: 1, ancillary_flags: Some(0) };
    let metadata = v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..v1::Metadata::default() };
    let mut batch = BatchBuilder::new(header, &metadata).unwrap();
    batch.preset_strings(strings).unwrap();
    batch.push(RecordInput { kind, payload, ..RecordInput::default() }).unwrap();
    seal(&batch)
}
