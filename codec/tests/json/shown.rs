//! What the JSON of a frame says, for frames that were made without it.

use dashstream_codec::json::to_json;
use dashstream_codec::{Decoder, ReadOptions, crc32c};
use dashstream_proto::{kinds, v1};
use prost::Message;
use serde_json::json;

use crate::frames::{frame_of, read};

#[test]
fn a_frame_as_the_text_says_it() {
    let token = v1::TokenChunk { model_ref: 2, index: 3, text: b"hi".to_vec(), r#final: true, ..Default::default() };
    let frame = frame_of(kinds::TOKEN_CHUNK, &["unused", "a model"], &token.encode_to_vec());
    let mut decoder = Decoder::new();
    let batch = decoder.decode(&frame, &ReadOptions::default()).unwrap();
    let prelude = batch.prelude();
    let expected = json!({
        "header": {
            "version": 1, "critical_flags": 0, "ancillary_flags": 0, "body_len": prelude.body_len,
            "raw_len": prelude.raw_len, "metadata_len": prelude.metadata_len, "codec": 0, "schema": 1,
            "record_count": 1, "drop_count": 0, "producer_id": "07".repeat(16), "base_sequence": "1", "epoch": 3,
            "lane": 5,
        },
        "metadata": {"tenant": "acme", "boot_nonce": "0101010101010101"},
        "records": [{
            "sequence": "1", "kind": 11, "time_us": "0",
            "payload": {"model": "a model", "index": 3, "text": "hi", "final": true},
        }],
    });
    assert_eq!(to_json(&batch), expected);
}

/// The record of a frame whose body is this.
fn shown(kind: u32, payload: &[u8]) -> serde_json::Value {
    read(&frame_of(kind, &["a", "b"], payload))["records"][0]["payload"].take()
}

#[test]
fn order_width_and_unknown_fields_do_not_show() {
    // EDGE: condition_ref 2, an unknown field 15, to_ref [2, 0, 1] in long varints, from_ref 1.
    let payload = [0x18, 0x82, 0x00, 0x7A, 0x01, 0xFF, 0x12, 0x05, 0x82, 0x00, 0x00, 0x81, 0x00, 0x08, 0x01];
    assert_eq!(shown(kinds::EDGE, &payload), json!({"condition": "b", "to": ["b", null, "a"], "from": "a"}));
    // NODE_END: explicit defaults, and a message that is present and empty.
    assert_eq!(shown(kinds::NODE_END, &[0x08, 0x00, 0x10, 0x00]), json!({}));
    assert_eq!(shown(kinds::EXECUTION_TRACE, &[0x0A, 0x00, 0x0A, 0x00]), json!({"steps": [{}, {}]}));
    for (kind, payload) in
        [(kinds::TOOL_CALL, [0x1A, 0]), (kinds::TOKEN_CHUNK, [0x1A, 0]), (kinds::STATE_DIFF, [0x0A, 0])]
    {
        assert_eq!(shown(kind, &payload), json!({}));
    }
    // METRICS: a packed field of no values.
    assert_eq!(shown(kinds::METRICS, &[0x0A, 0x00]), json!({}));
}

#[test]
fn minus_zero_is_not_a_default() {
    let minus_zero = [&[0x11][..], &(-0.0_f64).to_le_bytes()].concat();
    let value = shown(kinds::OPTIMIZATION, &minus_zero)["before"].as_f64().unwrap();
    assert!(value == 0.0 && value.is_sign_negative());
    let zero = [&[0x11][..], &0.0_f64.to_le_bytes()].concat();
    assert_eq!(shown(kinds::OPTIMIZATION, &zero), json!({}));
}

#[test]
fn a_rejected_record_shows_its_error() {
    // HEARTBEAT whose payload is made one that no scan lets pass.
    let mut frame = frame_of(kinds::HEARTBEAT, &[], &[0x08, 0x07]);
    let last = frame.len() - 2;
    frame[last] = 0x0B;
    let body = 64 + usize::from(u16::from_le_bytes([frame[24], frame[25]]));
    let crc = crc32c(&frame[body..]).to_le_bytes();
    frame[12..16].copy_from_slice(&crc);
    let covered = [&frame[..4], &frame[8..64]].concat();
    frame[4..8].copy_from_slice(&crc32c(&covered).to_le_bytes());
    let offset = last - body;
    let record = json!({"sequence": "1", "kind": 6, "time_us": "0", "error": {"code": "PAYLOAD", "offset": offset}});
    assert_eq!(read(&frame)["records"], json!([record]));
}
