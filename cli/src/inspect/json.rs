//! A dump for programs.

use dashstream_codec::Error;
use serde_json::{Value, json};

use super::item::{FrameDump, Item, Section};

/// Bytes of an item that are given.
const BYTES: usize = 64;

/// A frame.
pub(super) fn frame(dump: &FrameDump) -> Value {
    let record_error = |(index, error): &(usize, Error)| {
        let mut value = self::error(error);
        if let Some(object) = value.as_object_mut() {
            object.insert("record".to_owned(), json!(index));
        }
        value
    };
    json!({
        "start": dump.start,
        "len": dump.len,
        "verdict": if dump.error.is_some() { "rejected" } else { "accepted" },
        "error": dump.error.as_ref().map(error),
        "record_errors": dump.record_errors.iter().map(record_error).collect::<Vec<_>>(),
        "lints": dump.lints,
        "records_left_out": dump.records_left_out,
        "sections": dump.sections.iter().map(section).collect::<Vec<_>>(),
    })
}

/// An error.
pub(crate) fn error(error: &Error) -> Value {
    json!({
        "code": error.code.name(),
        "class": error.code.class().name(),
        "offset": error.offset,
        "offset_base": error.code.offset_base().name(),
        "requirement": error.requirement,
    })
}

/// A section.
pub(super) fn section(section: &Section) -> Value {
    let item = |item: &Item| {
        json!({
            "offset": item.at,
            "len": item.len,
            "depth": item.depth,
            "name": item.name,
            "value": item.value,
            "note": item.note,
            "problem": item.problem,
            "bytes": hex::encode(section.slice(item.at, item.len.min(BYTES))),
        })
    };
    json!({
        "title": section.title,
        "offset_base": section.base.name(),
        "start": section.start,
        "len": section.bytes.len(),
        "items": section.items.iter().map(item).collect::<Vec<_>>(),
    })
}
