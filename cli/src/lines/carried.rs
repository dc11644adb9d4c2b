//! A frame whose bytes are in its line: they are passed on, and what the lines say beside them has to agree.

use std::collections::VecDeque;

use dashstream_codec::{Decoder, ReadOptions};
use serde_json::{Map, Value};

use super::{NAME, head, record};

/// A frame that is passed on byte for byte (FRM-010), and the records that have to be in its lines.
pub(crate) struct Carried {
    bytes: Vec<u8>,
    records: VecDeque<Value>,
}

/// What is said where the lines say something else.
const CHANGED: &str = "is not what `frame.bytes` holds: without `bytes` a frame is made of the lines as they are";

impl Carried {
    /// The frame whose line has these digits and this beside them.
    pub(crate) fn begin(digits: &Value, rest: &Map<String, Value>) -> Result<Self, String> {
        let bytes = digits.as_str().and_then(|digits| hex::decode(digits).ok());
        let bytes = bytes.ok_or("INPUT: `frame.bytes` is not a string of hexadecimal digits")?;
        let mut decoder = Decoder::new();
        let batch = decoder.decode(&bytes, &ReadOptions::default());
        let batch = batch.map_err(|error| format!("`frame.bytes`: {error}"))?;
        let head = head(&batch);
        let differs = |key: &&String| !same(head.get(*key), rest.get(*key));
        if let Some(key) = head.keys().chain(rest.keys()).find(differs) {
            return Err(format!("INPUT: `frame.{key}` {CHANGED}"));
        }
        let records = batch.records().map(|result| without_name(record(&batch, &result))).collect();
        Ok(Self { bytes, records })
    }

    /// Compares a record's line with the frame's next record.
    pub(crate) fn record(&mut self, shown: Value) -> Result<(), String> {
        let expected = self.records.pop_front();
        if same(expected.as_ref(), Some(&without_name(shown))) {
            return Ok(());
        }
        Err(format!("INPUT: the record {CHANGED}"))
    }

    /// The frame, whose records have all been seen.
    pub(crate) fn finish(self) -> Result<Vec<u8>, String> {
        match self.records.len() {
            0 => Ok(self.bytes),
            missing => Err(format!("INPUT: {missing} records are missing; what is there {CHANGED}")),
        }
    }
}

fn without_name(mut record: Value) -> Value {
    if let Some(object) = record.as_object_mut() {
        object.remove(NAME);
    }
    record
}

/// Whether two values are the same by spec/json.md: numbers go by value, the order of keys does not matter.
fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => {
            a == b || a.as_f64().map(f64::to_bits) == b.as_f64().map(f64::to_bits)
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(Some(a), Some(b)))
        }
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            a.len() == b.len() && a.iter().all(|(key, a)| same(Some(a), b.get(key)))
        }
        (a, b) => a == b,
    }
}
