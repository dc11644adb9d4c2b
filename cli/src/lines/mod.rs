//! Frames as lines, for `decode` and `encode`: README.md describes them.

mod carried;
mod rebuild;

use dashstream_codec::json::{header_to_json, metadata_to_json, record_to_json};
use dashstream_codec::{Batch, RecordResult};
use dashstream_proto::kinds;
use serde_json::{Map, Value, json};

pub(crate) use carried::Carried;
pub(crate) use rebuild::{Rebuilder, begin};

/// Key of the name of a kind: for people, a writer goes by the number.
pub(crate) const NAME: &str = "name";

/// The value of `frame`. One that a writer would not make again of its lines has its bytes in place of its strings, for
/// `encode` to pass on.
pub(crate) fn frame(batch: &Batch<'_>, rebuilder: &mut Rebuilder) -> Value {
    let mut frame = head(batch);
    let (key, value) = if rebuilder.makes(batch) {
        ("strings", strings(batch))
    } else {
        ("bytes", Value::from(hex::encode(batch.frame().bytes())))
    };
    frame.insert(key.to_owned(), value);
    Value::Object(frame)
}

/// What every frame shows.
fn head(batch: &Batch<'_>) -> Map<String, Value> {
    let parts = [("header", header_to_json(batch.prelude())), ("metadata", metadata_to_json(batch.metadata()))];
    parts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn strings(batch: &Batch<'_>) -> Value {
    batch.strings().iter().collect()
}

/// The value of `record`.
pub(crate) fn record(batch: &Batch<'_>, result: &RecordResult<'_>) -> Value {
    let mut record = record_to_json(batch, result);
    if let (Some(name), Some(object)) = (kinds::name_of(result.record.kind), record.as_object_mut()) {
        object.insert(NAME.to_owned(), json!(name));
    }
    record
}
