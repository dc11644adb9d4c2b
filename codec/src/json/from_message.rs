//! From a message on the wire to JSON, by the tables of the schema.

use dashstream_proto::schema::{FieldSchema, FieldType, MessageSchema};
use serde_json::{Map, Value};

use super::{TEXT, TEXT_HEX, hex, is_text, key_of, scalar};
use crate::reader::{Reader, Varints};
use crate::strings::Strings;
use crate::wire::{Field, Fields};

/// The strings that refs are shown as; `None` for messages that have no refs.
pub(super) type Refs<'a> = Option<Strings<'a>>;

/// The string of a ref; `null` for 0.
fn show(refs: Refs<'_>, value: u64) -> Value {
    let text = u32::try_from(value).ok().and_then(|value| refs?.get(value));
    text.map_or(Value::Null, Value::from)
}

/// The JSON of a message that has passed the scan.
pub(super) fn message(schema: &MessageSchema, bytes: &[u8], refs: Refs<'_>) -> Value {
    let mut object = Map::new();
    for field in Fields::new(bytes) {
        let Some(known) = schema.field(field.number) else { continue };
        if known.packed {
            packed(known, field.bytes(), refs, &mut object);
        } else if known.repeated {
            let value = delimited(known, &field, refs);
            match object.entry(key_of(known)).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(list) => list.push(value),
                other => *other = value,
            }
        } else {
            singular(known, &field, refs, &mut object);
        }
    }
    Value::Object(object)
}

fn packed(known: &FieldSchema, values: &[u8], refs: Refs<'_>, object: &mut Map<String, Value>) {
    let list: Vec<Value> = match known.ty {
        _ if known.is_ref() => Varints::new(values).map(|value| show(refs, value)).collect(),
        FieldType::Double => fixed(values, Reader::u64).map(|bits| scalar::to_json(&known.ty, bits)).collect(),
        FieldType::Fixed32 => {
            fixed(values, |reader| reader.u32().map(u64::from)).map(|bits| scalar::to_json(&known.ty, bits)).collect()
        }
        _ => Varints::new(values).map(|bits| scalar::to_json(&known.ty, bits)).collect(),
    };
    if !list.is_empty() {
        object.insert(key_of(known).to_owned(), Value::Array(list));
    }
}

/// The values of a packed field of fixed size.
fn fixed<'a>(values: &'a [u8], read: fn(&mut Reader<'a>) -> Option<u64>) -> impl Iterator<Item = u64> {
    let mut reader = Reader::new(values);
    core::iter::from_fn(move || read(&mut reader))
}

/// A singular field, which is left out where it has its default.
fn singular(known: &FieldSchema, field: &Field<'_>, refs: Refs<'_>, object: &mut Map<String, Value>) {
    let value = match known.ty {
        FieldType::Message(_) => delimited(known, field, refs),
        FieldType::String | FieldType::Bytes if field.bytes().is_empty() => return,
        FieldType::Bytes if is_text(known) => {
            let (key, text) = match core::str::from_utf8(field.bytes()) {
                Ok(text) => (TEXT, text.to_owned()),
                Err(_) => (TEXT_HEX, hex::encode(field.bytes())),
            };
            object.insert(key.to_owned(), Value::from(text));
            return;
        }
        FieldType::String | FieldType::Bytes => delimited(known, field, refs),
        _ if field.number() == 0 => return,
        _ if known.is_ref() => show(refs, field.number()),
        _ => scalar::to_json(&known.ty, field.number()),
    };
    object.insert(key_of(known).to_owned(), value);
}

/// A value that has its length before it.
fn delimited(known: &FieldSchema, field: &Field<'_>, refs: Refs<'_>) -> Value {
    match known.ty {
        FieldType::Message(schema) => message(schema, field.bytes(), refs),
        FieldType::String => Value::from(field.text()),
        _ => Value::from(hex::encode(field.bytes())),
    }
}
