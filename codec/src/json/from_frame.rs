//! From a decoded frame to JSON.

use dashstream_proto::kinds;
use dashstream_proto::schema::METADATA;
use serde_json::{Map, Value, json};

use super::{from_message, hex};
use crate::batch::Batch;
use crate::metadata::Metadata;
use crate::prelude::Prelude;
use crate::record::{Record, RecordResult};

/// The JSON form of a frame.
#[must_use]
pub fn to_json(batch: &Batch<'_>) -> Value {
    json!({
        "header": header_to_json(batch.prelude()),
        "metadata": metadata_to_json(batch.metadata()),
        "records": batch.records().map(|result| record_to_json(batch, &result)).collect::<Value>(),
    })
}

/// An element of `records`: a record of this frame.
#[must_use]
pub fn record_to_json(batch: &Batch<'_>, result: &RecordResult<'_>) -> Value {
    let record = &result.record;
    let mut value = envelope(record);
    let (key, shown) = if let Some(error) = result.error {
        ("error", json!({"code": error.code.name(), "offset": error.offset}))
    } else if let Some(schema) = kinds::message_of(record.kind) {
        ("payload", from_message::message(schema, record.payload, Some(batch.strings())))
    } else {
        // REC-002
        ("opaque", Value::from(hex::encode(record.payload)))
    };
    value.insert(key.to_owned(), shown);
    Value::Object(value)
}

fn envelope(record: &Record<'_>) -> Map<String, Value> {
    let mut value = Map::new();
    let mut add = |key: &str, shown: Value| value.insert(key.to_owned(), shown);
    add("sequence", Value::from(record.sequence.to_string()));
    add("kind", Value::from(record.kind));
    add("time_us", Value::from(record.time_us.to_string()));
    let texts = [("thread", record.thread), ("node", record.node), ("run", record.run), ("task", record.task)];
    for (key, text) in texts {
        if let Some(text) = text {
            add(key, Value::from(text));
        }
    }
    if let Some(parent) = record.parent {
        add("parent", Value::from(parent.to_string()));
    }
    if let Some(id) = record.trace_id {
        add("trace_id", Value::from(hex::encode(&id)));
    }
    if let Some(id) = record.span_id {
        add("span_id", Value::from(hex::encode(&id)));
    }
    value
}

/// The JSON form of a prelude: the value of `header`.
#[must_use]
pub fn header_to_json(prelude: &Prelude) -> Value {
    json!({
        "version": prelude.version,
        "critical_flags": prelude.critical_flags,
        "ancillary_flags": prelude.ancillary_flags,
        "body_len": prelude.body_len,
        "raw_len": prelude.raw_len,
        "metadata_len": prelude.metadata_len,
        "codec": prelude.codec,
        "schema": prelude.schema,
        "record_count": prelude.record_count,
        "drop_count": prelude.drop_count,
        "producer_id": hex::encode(&prelude.producer_id),
        "base_sequence": prelude.base_sequence.to_string(),
        "epoch": prelude.epoch,
        "lane": prelude.lane,
    })
}

/// The value of `metadata`.
#[must_use]
pub fn metadata_to_json(metadata: &Metadata<'_>) -> Value {
    from_message::message(&METADATA, metadata.bytes(), None)
}
