//! From JSON to a batch that can be sealed.

use dashstream_proto::schema::METADATA;
use dashstream_proto::{kinds, v1};
use prost::Message;
use serde_json::{Map, Value};

use super::error::JsonError;
use super::{hex, scalar, to_message};
use crate::encode::{BatchBuilder, EncodeError, FrameHeader, RecordInput};
use crate::error::Code;
use crate::wire;

const FRAME_KEYS: &[&str] = &["header", "metadata", "records"];
const HEADER_KEYS: &[&str] = &[
    "version",
    "critical_flags",
    "ancillary_flags",
    "body_len",
    "raw_len",
    "metadata_len",
    "codec",
    "schema",
    "record_count",
    "drop_count",
    "producer_id",
    "base_sequence",
    "epoch",
    "lane",
];
const RECORD_KEYS: &[&str] = &[
    "sequence", "kind", "time_us", "thread", "node", "run", "task", "parent", "trace_id", "span_id", "payload",
    "opaque",
];

/// The batch that the JSON form of a frame shows. What of the header follows from the rest is not read.
///
/// # Errors
///
/// INPUT for what no frame can express, such as an unknown key, a value of a wrong type or a rejected
/// record; otherwise the code that a reader would report.
pub fn batch_from_json(frame: &Value) -> Result<BatchBuilder, JsonError> {
    let frame = object(frame, "frame", FRAME_KEYS)?;
    let mut batch = begin_batch(required(frame, "header")?, required(frame, "metadata")?)?;
    let records = required(frame, "records")?.as_array().ok_or(JsonError::input("records"))?;
    for (index, record) in records.iter().enumerate() {
        push_record(&mut batch, record).map_err(|error| error.in_record(index))?;
    }
    Ok(batch)
}

/// A batch without records, from the values of `header` and `metadata`.
///
/// # Errors
///
/// As [`batch_from_json`].
pub fn begin_batch(header: &Value, metadata: &Value) -> Result<BatchBuilder, JsonError> {
    let header = frame_header(header).map_err(|error| error.at("header"))?;
    let mut bytes = Vec::new();
    // No field of the metadata is a ref.
    let mut intern = |_: &str| Err(EncodeError::input("JSON-002"));
    to_message::message(&METADATA, metadata, "metadata", &mut intern, &mut bytes)?;
    wire::scan(&METADATA, &bytes).map_err(|fault| EncodeError::refused(Code::MetadataWire, fault.requirement))?;
    let metadata = v1::Metadata::decode(&*bytes).map_err(|_| JsonError::input("metadata"))?;
    Ok(BatchBuilder::new(header, &metadata)?)
}

/// Sets up the string table of a batch without records from a list of strings, so that a decoded table keeps its
/// order.
///
/// # Errors
///
/// INPUT where the value is not a list of strings, or holds one twice; STRING_TABLE where there are too many
/// strings, or one is empty or too long.
pub fn preset_strings(batch: &mut BatchBuilder, strings: &Value) -> Result<(), JsonError> {
    let wrong = JsonError::input("strings");
    for (string_ref, text) in (1..).zip(strings.as_array().ok_or(wrong)?) {
        let found = batch.intern(text.as_str().ok_or(wrong)?).map_err(|error| JsonError::from(error).at("strings"))?;
        // A string that is there twice would shift the refs after it.
        if found != string_ref {
            return Err(wrong);
        }
    }
    Ok(())
}

/// Adds the record that an element of `records` shows.
///
/// # Errors
///
/// As [`batch_from_json`].
pub fn push_record(batch: &mut BatchBuilder, record: &Value) -> Result<(), JsonError> {
    let record = object(record, "records", RECORD_KEYS)?;
    let kind = kind(record)?;
    let mut input = RecordInput {
        sequence: optional(record, "sequence", scalar::decimal)?,
        kind,
        time_us: scalar::decimal(required(record, "time_us")?).ok_or(JsonError::input("time_us"))?,
        thread: optional(record, "thread", Value::as_str)?,
        node: optional(record, "node", Value::as_str)?,
        run: optional(record, "run", Value::as_str)?,
        task: optional(record, "task", Value::as_str)?,
        parent: optional(record, "parent", scalar::decimal)?,
        trace_id: optional(record, "trace_id", id)?,
        span_id: optional(record, "span_id", id)?,
        payload: &[],
    };
    let payload = payload(batch, record, kind)?;
    input.payload = &payload;
    Ok(batch.push(input)?)
}

fn kind(record: &Map<String, Value>) -> Result<u32, JsonError> {
    let kind = scalar::whole(required(record, "kind")?).ok_or(JsonError::input("kind"))?;
    let too_large = EncodeError::refused(Code::BodyWire, "WIRE-009");
    u32::try_from(kind).map_err(|_| JsonError::from(too_large).at("kind"))
}

/// The encoded payload of a record.
fn payload(batch: &mut BatchBuilder, record: &Map<String, Value>, kind: u32) -> Result<Vec<u8>, JsonError> {
    let Some(schema) = kinds::message_of(kind) else {
        // A kind that no record may have is refused for that, whatever stands beside it.
        if kind.is_multiple_of(2) {
            return Ok(Vec::new());
        }
        if record.contains_key("payload") {
            return Err(JsonError::input("payload"));
        }
        return bytes(required(record, "opaque")?).ok_or(JsonError::input("opaque"));
    };
    if record.contains_key("opaque") {
        return Err(JsonError::input("opaque"));
    }
    let mut out = Vec::new();
    let mut intern = |text: &str| batch.intern(text);
    to_message::message(schema, required(record, "payload")?, "payload", &mut intern, &mut out)?;
    Ok(out)
}

fn frame_header(header: &Value) -> Result<FrameHeader, JsonError> {
    let header = object(header, "header", HEADER_KEYS)?;
    let number = |key| required(header, key).and_then(|value| u32_of(value).ok_or(JsonError::input(key)));
    Ok(FrameHeader {
        producer_id: id(required(header, "producer_id")?).ok_or(JsonError::input("producer_id"))?,
        epoch: number("epoch")?,
        lane: optional(header, "lane", u32_of)?.unwrap_or(0),
        base_sequence: scalar::decimal(required(header, "base_sequence")?).ok_or(JsonError::input("base_sequence"))?,
        ancillary_flags: optional(header, "ancillary_flags", u8_of)?,
    })
}

fn u32_of(value: &Value) -> Option<u32> {
    scalar::whole(value)?.try_into().ok()
}

fn u8_of(value: &Value) -> Option<u8> {
    scalar::whole(value)?.try_into().ok()
}

fn id<const LEN: usize>(value: &Value) -> Option<[u8; LEN]> {
    hex::decode_array(value.as_str()?)
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    hex::decode(value.as_str()?)
}

/// An object that has no other keys than these.
fn object<'v>(value: &'v Value, key: &'static str, keys: &[&str]) -> Result<&'v Map<String, Value>, JsonError> {
    let object = value.as_object().ok_or(JsonError::input(key))?;
    if object.keys().all(|name| keys.contains(&name.as_str())) { Ok(object) } else { Err(JsonError::input(key)) }
}

fn required<'v>(object: &'v Map<String, Value>, key: &'static str) -> Result<&'v Value, JsonError> {
    object.get(key).ok_or(JsonError::input(key))
}

/// The value of a key that may be absent, but has to be of its type where it is there.
fn optional<'v, T>(
    object: &'v Map<String, Value>,
    key: &'static str,
    read: impl FnOnce(&'v Value) -> Option<T>,
) -> Result<Option<T>, JsonError> {
    object.get(key).map(|value| read(value).ok_or(JsonError::input(key))).transpose()
}
