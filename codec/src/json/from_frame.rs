//! From a decoded frame to JSON.

use std::collections::HashSet;

use dashstream_proto::kinds;
use dashstream_proto::schema::{BODY, METADATA, MessageSchema};
use serde_json::{Map, Value, json};

use super::from_message::{self, Refs};
use super::{JsonForm, hex, to_message};
use crate::batch::Batch;
use crate::encode::EncodeError;
use crate::metadata::Metadata;
use crate::prelude::Prelude;
use crate::record::{Record, RecordResult};

/// The JSON form of a frame.
#[must_use]
pub fn to_json(batch: &Batch<'_>) -> Value {
    BatchJson::new(batch, JsonForm::Plain).to_value()
}

/// Shows a decoded frame, part by part, for frames whose JSON is not wanted in memory all at once.
#[derive(Clone, Copy, Debug)]
pub struct BatchJson<'a> {
    batch: &'a Batch<'a>,
    /// The form is lossless, and the string table can be set up again.
    keep_refs: bool,
    form: JsonForm,
}

impl<'a> BatchJson<'a> {
    /// The frame in one of the forms.
    #[must_use]
    pub fn new(batch: &'a Batch<'a>, form: JsonForm) -> Self {
        let keep_refs = form == JsonForm::Lossless && {
            let mut seen = HashSet::new();
            batch.strings().iter().all(|text| seen.insert(text))
        };
        Self { batch, keep_refs, form }
    }

    /// All of the frame.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = Map::new();
        value.insert("header".to_owned(), self.header());
        value.insert("metadata".to_owned(), self.metadata());
        value.extend(self.extras());
        value.insert("records".to_owned(), self.records().collect());
        Value::Object(value)
    }

    /// The value of `header`.
    #[must_use]
    pub fn header(&self) -> Value {
        header_to_json(self.batch.prelude())
    }

    /// The value of `metadata`.
    #[must_use]
    pub fn metadata(&self) -> Value {
        metadata_to_json(self.batch.metadata(), self.form)
    }

    /// The keys that the lossless form has beside `header`, `metadata` and `records`: `strings` and
    /// `unknown`.
    #[must_use]
    pub fn extras(&self) -> Map<String, Value> {
        let mut extras = Map::new();
        if self.keep_refs {
            extras.insert("strings".to_owned(), self.batch.strings().iter().map(Value::from).collect());
        }
        keep_unknown(self.form, &BODY, self.batch.raw_body(), &mut extras);
        extras
    }

    /// The values of `records`, in order.
    pub fn records(&self) -> impl ExactSizeIterator<Item = Value> + use<'a> {
        let shown = *self;
        self.batch.records().map(move |result| shown.record(&result))
    }

    /// The value of one record of this frame.
    #[must_use]
    pub fn record(&self, result: &RecordResult<'_>) -> Value {
        let record = &result.record;
        let mut value = envelope(record);
        if let Some(error) = result.error {
            value.insert("error".to_owned(), json!({"code": error.code.name(), "offset": error.offset}));
            if self.form == JsonForm::Lossless {
                value.insert("raw".to_owned(), Value::from(hex::encode(record.payload)));
            }
        } else if let Some(schema) = kinds::message_of(record.kind) {
            let mut refs = Refs::into(self.batch.strings());
            let payload = from_message::message(schema, record.payload, &mut refs);
            if self.keep_refs && !is_tidy(schema, record.payload, &payload, refs) {
                value.insert("raw".to_owned(), Value::from(hex::encode(record.payload)));
            }
            value.insert("payload".to_owned(), payload);
        } else {
            // REC-002
            value.insert("opaque".to_owned(), Value::from(hex::encode(record.payload)));
        }
        Value::Object(value)
    }
}

/// Whether a writer would make the same payload of the JSON, given the same string table.
fn is_tidy(schema: &MessageSchema, payload: &[u8], shown: &Value, refs: Refs<'_>) -> bool {
    let mut used = refs.used().into_iter();
    let mut again = Vec::with_capacity(payload.len());
    let mut intern = |_: &str| used.next().ok_or(EncodeError::input("JSON-002"));
    to_message::message(schema, shown, "payload", &mut intern, &mut again).is_ok() && again == payload
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
pub fn metadata_to_json(metadata: &Metadata<'_>, form: JsonForm) -> Value {
    let mut value = from_message::message(&METADATA, metadata.bytes(), &mut Refs::none());
    if let Value::Object(object) = &mut value {
        keep_unknown(form, &METADATA, metadata.bytes(), object);
    }
    value
}

fn keep_unknown(form: JsonForm, schema: &MessageSchema, bytes: &[u8], object: &mut Map<String, Value>) {
    if form == JsonForm::Lossless {
        let unknown = from_message::unknown(schema, bytes);
        if !unknown.is_empty() {
            object.insert("unknown".to_owned(), Value::from(hex::encode(&unknown)));
        }
    }
}
