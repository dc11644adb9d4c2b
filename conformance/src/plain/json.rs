//! The JSON form of a decoded frame (spec/json.md).

use super::bytes::hex;
use super::prelude::Prelude;
use super::records::{Frame, Outcome, Record};
use super::schema::{FieldDef, METADATA, Schema, Type};
use super::wire::{Entry, Field, Tree, Value, is_default};
use serde_json::{Map, Value as Json, json};

/// The whole frame.
#[must_use]
pub fn frame(frame: &Frame<'_>, records: &[Record]) -> Json {
    let records: Vec<Json> = records.iter().map(|one| record(frame, one)).collect();
    json!({
        "header": header(frame.prelude),
        "metadata": message(frame, &METADATA, &frame.metadata.tree),
        "records": records,
    })
}

fn header(p: &Prelude) -> Json {
    json!({
        "version": p.version,
        "critical_flags": p.critical_flags,
        "ancillary_flags": p.ancillary_flags,
        "body_len": p.body_len,
        "raw_len": p.raw_len,
        "metadata_len": p.metadata_len,
        "codec": p.codec,
        "schema": p.schema,
        "record_count": p.record_count,
        "drop_count": p.drop_count,
        "producer_id": hex(&p.producer_id),
        "base_sequence": p.base_sequence.to_string(),
        "epoch": p.epoch,
        "lane": p.lane,
    })
}

fn record(frame: &Frame<'_>, record: &Record) -> Json {
    let mut map = Map::new();
    let mut put = |key: &str, value: Json| map.insert(key.to_owned(), value);
    put("sequence", json!(record.sequence.to_string()));
    put("kind", json!(record.kind));
    put("time_us", json!(record.time_us.to_string()));
    for (name, text) in &record.places {
        put(name, json!(text));
    }
    if let Some(parent) = record.parent {
        put("parent", json!(parent.to_string()));
    }
    if let Some(trace) = &record.trace_id {
        put("trace_id", json!(hex(trace)));
    }
    if let Some(span) = &record.span_id {
        put("span_id", json!(hex(span)));
    }
    match &record.outcome {
        Outcome::Rejected(fault) => {
            put("error", json!({"code": fault.code, "offset": fault.offset}));
        }
        Outcome::Opaque(payload) => {
            put("opaque", json!(hex(payload)));
        }
        Outcome::Known => {
            if let Some((schema, tree)) = &record.message {
                put("payload", message(frame, schema, tree));
            }
        }
    }
    Json::Object(map)
}

fn message(frame: &Frame<'_>, schema: &Schema, tree: &Tree) -> Json {
    let mut map = Map::new();
    for def in schema.fields {
        let fields = tree.all(def.number);
        let value = if def.repeated {
            repeated(frame, def, &fields)
        } else {
            fields.last().and_then(|field| single(frame, def, &field.value))
        };
        let Some(value) = value else {
            continue;
        };
        let hex_text = def.name == "text" && as_text(fields.last().copied()).is_none();
        let name = def.name.strip_suffix("_ref").unwrap_or(def.name);
        let name = if hex_text { "text_hex" } else { name };
        map.insert(name.to_owned(), value);
    }
    Json::Object(map)
}

/// A singular field; `None` where it has its default.
fn single(frame: &Frame<'_>, def: &FieldDef, value: &Value) -> Option<Json> {
    if is_default(value) {
        return None;
    }
    Some(one(frame, def, value))
}

/// The elements of a repeated field; `None` where there are none.
fn repeated(frame: &Frame<'_>, def: &FieldDef, fields: &[&Field]) -> Option<Json> {
    let mut elements = Vec::new();
    for field in fields {
        match &field.value {
            Value::Packed(entries) => {
                elements.extend(entries.iter().map(|entry| one(frame, def, &unpack(def, *entry))));
            }
            value => elements.push(one(frame, def, value)),
        }
    }
    (!elements.is_empty()).then_some(Json::Array(elements))
}

fn unpack(def: &FieldDef, entry: Entry) -> Value {
    match def.kind {
        Type::Sint64 => Value::Signed(super::body::signed(entry.bits)),
        Type::Double => Value::Double(f64::from_bits(entry.bits)),
        Type::Bool => Value::Bool(entry.bits != 0),
        _ => Value::Number(entry.bits),
    }
}

fn one(frame: &Frame<'_>, def: &FieldDef, value: &Value) -> Json {
    match value {
        Value::Number(0) if def.is_ref() => Json::Null,
        Value::Number(number) if def.is_ref() => json!(frame.string(*number)),
        Value::Number(number) if matches!(def.kind, Type::Uint64) => json!(number.to_string()),
        Value::Number(number) => json!(number),
        Value::Signed(number) => json!(number.to_string()),
        Value::Bool(truth) => json!(truth),
        Value::Double(number) => double(*number),
        Value::Text(text) => json!(text),
        Value::Bytes(_, bytes) if def.name == "text" => {
            String::from_utf8(bytes.clone()).map_or_else(|_| json!(hex(bytes)), |text| json!(text))
        }
        Value::Bytes(_, bytes) => json!(hex(bytes)),
        Value::Message(tree) => match def.kind {
            Type::Message(schema) => message(frame, schema, tree),
            _ => Json::Null,
        },
        Value::Packed(_) => Json::Null,
    }
}

fn as_text(field: Option<&Field>) -> Option<String> {
    match &field?.value {
        Value::Bytes(_, bytes) => String::from_utf8(bytes.clone()).ok(),
        _ => None,
    }
}

fn double(number: f64) -> Json {
    if number.is_nan() {
        json!("NaN")
    } else if number.is_infinite() {
        json!(if number > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        json!(number)
    }
}
