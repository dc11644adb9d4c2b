//! What the lossless form keeps.

use dashstream_codec::json::{JsonForm, batch_from_json};
use dashstream_codec::{Code, Decoder, ReadOptions, crc32c};
use dashstream_proto::kinds;
use serde_json::json;

use crate::frames::{body, frame_of, read, write};
use crate::samples;

#[test]
fn a_tidy_frame_has_its_strings_and_no_raw() {
    for (kind, payload) in samples::all().into_iter().filter(|(kind, _)| kind % 2 == 1) {
        let content = crate::frames::content(&json!([crate::frames::record(kind, &payload)]));
        let frame = write(&content, JsonForm::Plain);
        let shown = read(&frame, JsonForm::Lossless);
        assert_eq!(shown["records"], content["records"]);
        assert!(shown["strings"].is_array() && shown.get("unknown").is_none());
        assert_eq!(write(&shown, JsonForm::Lossless), frame);
    }
}

#[test]
fn the_order_of_the_strings_is_kept() {
    // EDGE from "c" to "b", in a table of three.
    let frame = frame_of(kinds::EDGE, &["a", "b", "c"], &[0x08, 0x03, 0x12, 0x01, 0x02]);
    let shown = read(&frame, JsonForm::Lossless);
    assert_eq!(shown["strings"], json!(["a", "b", "c"]));
    assert!(shown["records"][0].get("raw").is_none());
    assert_eq!(write(&shown, JsonForm::Lossless), frame);
    assert_ne!(body(&write(&read(&frame, JsonForm::Plain), JsonForm::Plain)), body(&frame));
}

#[test]
fn a_payload_that_is_not_tidy_is_kept() {
    let nan = [&[0x11][..], &0x7FF8_0000_0000_0001_u64.to_le_bytes()].concat();
    let untidy: [(u32, &[u8]); 7] = [
        (kinds::EDGE, &[0x18, 0x02, 0x08, 0x01]),
        (kinds::EDGE, &[0x08, 0x81, 0x00]),
        (kinds::EDGE, &[0x08, 0x00]),
        (kinds::EDGE, &[0x08, 0x01, 0x78, 0x05]),
        (kinds::EDGE, &[0x08, 0x01, 0x12, 0x00]),
        (kinds::EXECUTION_TRACE, &[0x0A, 0x02, 0x08, 0x00]),
        (kinds::OPTIMIZATION, &nan),
    ];
    for (kind, payload) in untidy {
        let frame = frame_of(kind, &["a", "b", "c"], payload);
        let shown = read(&frame, JsonForm::Lossless);
        let digits: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(shown["records"][0]["raw"], digits, "{shown}");
        assert_eq!(write(&shown, JsonForm::Lossless), frame);
        // The plain form neither shows nor takes it.
        assert!(read(&frame, JsonForm::Plain)["records"][0].get("raw").is_none());
        assert_eq!(batch_from_json(&shown, JsonForm::Plain).unwrap_err().code(), Code::Input);
    }
}

#[test]
fn raw_is_judged_like_any_payload() {
    let mut shown = read(&frame_of(kinds::EDGE, &["a"], &[0x08, 0x81, 0x00]), JsonForm::Lossless);
    for (raw, code) in [("0802", Code::Payload), ("08", Code::Payload), ("0", Code::Input), ("0A00", Code::Input)] {
        shown["records"][0]["raw"] = json!(raw);
        assert_eq!(batch_from_json(&shown, JsonForm::Lossless).unwrap_err().code(), code, "{raw}");
    }
    shown["strings"] = json!(["a", "a"]);
    assert_eq!(batch_from_json(&shown, JsonForm::Lossless).unwrap_err().key, Some("strings"));
}

/// A frame with these bytes behind its metadata and its body.
fn grown(frame: &[u8], metadata: &[u8], body: &[u8]) -> Vec<u8> {
    let at = 64 + usize::from(u16::from_le_bytes([frame[24], frame[25]]));
    let metadata = [&frame[64..at], metadata].concat();
    let body = [body, &frame[at..]].concat();
    let mut prelude = frame[..64].to_vec();
    prelude[8..12].copy_from_slice(&crc32c(&metadata).to_le_bytes());
    prelude[12..16].copy_from_slice(&crc32c(&body).to_le_bytes());
    let len = u32::try_from(body.len()).unwrap().to_le_bytes();
    prelude[16..20].copy_from_slice(&len);
    prelude[20..24].copy_from_slice(&len);
    prelude[24..26].copy_from_slice(&u16::try_from(metadata.len()).unwrap().to_le_bytes());
    let covered = [&prelude[..4], &prelude[8..]].concat();
    prelude[4..8].copy_from_slice(&crc32c(&covered).to_le_bytes());
    [prelude, metadata, body].concat()
}

#[test]
fn unknown_fields_are_kept() {
    let frame = frame_of(kinds::EDGE, &["a"], &[0x08, 0x01]);
    let frame = grown(&frame, &[0x78, 0x01, 0x7A, 0x01, 0x09], &[0x81, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0xA8, 0x01, 0x05]);
    assert!(Decoder::new().decode(&frame, &ReadOptions::default()).is_ok());
    let shown = read(&frame, JsonForm::Lossless);
    assert_eq!(shown["metadata"]["unknown"], "78017a0109");
    assert_eq!(shown["unknown"], "81010102030405060708a80105");
    let plain = read(&frame, JsonForm::Plain);
    assert!(plain.get("unknown").is_none() && plain["metadata"].get("unknown").is_none());
    // No writer emits them.
    assert_eq!(batch_from_json(&shown, JsonForm::Lossless).unwrap_err().code(), Code::Input);
}

#[test]
fn a_table_that_no_writer_makes_is_not_kept() {
    // A second "a" in front of the table.
    let frame = grown(&frame_of(kinds::EDGE, &["a", "b"], &[0x08, 0x81, 0x00]), &[], &[0x0A, 0x01, b'a']);
    let shown = read(&frame, JsonForm::Lossless);
    assert!(shown.get("strings").is_none() && shown["records"][0].get("raw").is_none());
    assert_eq!(shown, read(&frame, JsonForm::Plain));
}
