//! The string table, which the form does not show.

use dashstream_codec::Code;
use dashstream_codec::json::{begin_batch, preset_strings, push_record};
use dashstream_proto::kinds;
use serde_json::{Value, json};

use crate::frames::{body, frame_of, read, seal, write};

/// EDGE from "c" to "b", in a table of three.
fn edge() -> (Vec<u8>, Value) {
    let frame = frame_of(kinds::EDGE, &["a", "b", "c"], &[0x08, 0x03, 0x12, 0x01, 0x02]);
    let shown = read(&frame);
    (frame, shown)
}

#[test]
fn a_table_keeps_its_order_where_it_is_given() {
    let (frame, shown) = edge();
    assert_ne!(body(&write(&shown)), body(&frame));
    let mut batch = begin_batch(&shown["header"], &shown["metadata"]).unwrap();
    preset_strings(&mut batch, &json!(["a", "b", "c"])).unwrap();
    push_record(&mut batch, &shown["records"][0]).unwrap();
    assert_eq!(seal(&batch), frame);
}

#[test]
fn what_is_no_table_is_refused() {
    let (_, shown) = edge();
    for (strings, code) in [
        (json!({}), Code::Input),
        (json!(["a", 1]), Code::Input),
        (json!(["a", "a"]), Code::Input),
        (json!(["a", ""]), Code::StringTable),
    ] {
        let mut batch = begin_batch(&shown["header"], &shown["metadata"]).unwrap();
        let error = preset_strings(&mut batch, &strings).unwrap_err();
        assert_eq!((error.code(), error.key), (code, Some("strings")), "{strings}");
    }
}
