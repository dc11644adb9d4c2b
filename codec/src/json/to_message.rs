//! From JSON to a message on the wire, in the tidy form.

use dashstream_proto::schema::{FieldSchema, FieldType, MessageSchema};
use serde_json::{Map, Value};

use super::error::JsonError;
use super::{TEXT_HEX, hex, is_text, key_of, scalar};
use crate::encode::{EncodeError, put};

/// What finds the ref of a string.
pub(super) type Intern<'i> = dyn FnMut(&str) -> Result<u32, EncodeError> + 'i;

/// Appends the message that `value` shows. `key` is where the value stands.
pub(super) fn message(
    schema: &MessageSchema,
    value: &Value,
    key: &'static str,
    intern: &mut Intern<'_>,
    out: &mut Vec<u8>,
) -> Result<(), JsonError> {
    let object = value.as_object().ok_or(JsonError::input(key))?;
    let known =
        |name: &String| schema.fields.iter().any(|field| key_of(field) == name || (is_text(field) && name == TEXT_HEX));
    if !object.keys().all(known) {
        return Err(JsonError::unknown_key(key));
    }
    schema.fields.iter().try_for_each(|field| one_field(field, object, intern, out))
}

fn one_field(
    field: &FieldSchema,
    object: &Map<String, Value>,
    intern: &mut Intern<'_>,
    out: &mut Vec<u8>,
) -> Result<(), JsonError> {
    let key = key_of(field);
    let found = object.get(key);
    if is_text(field) {
        return text(field, found, object.get(TEXT_HEX), out);
    }
    match found {
        None => Ok(()),
        Some(value) if field.packed => packed(field, list(value, key)?, intern, out),
        Some(value) if field.repeated => {
            list(value, key)?.iter().try_for_each(|value| delimited(field, value, intern, out))
        }
        Some(value) => singular(field, value, intern, out),
    }
}

fn list<'v>(value: &'v Value, key: &'static str) -> Result<&'v Vec<Value>, JsonError> {
    value.as_array().ok_or(JsonError::input(key))
}

/// Bytes that are shown as a string, or as digits, and not as both.
fn text(field: &FieldSchema, text: Option<&Value>, digits: Option<&Value>, out: &mut Vec<u8>) -> Result<(), JsonError> {
    let wrong = JsonError::input(key_of(field));
    let bytes = match (text, digits) {
        (None, None) => return Ok(()),
        (Some(text), None) => text.as_str().ok_or(wrong)?.as_bytes().to_vec(),
        (None, Some(digits)) => bytes(digits).ok_or(JsonError::input(TEXT_HEX))?,
        (Some(_), Some(_)) => return Err(wrong),
    };
    if !bytes.is_empty() {
        put::bytes(out, field.number, &bytes);
    }
    Ok(())
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    hex::decode(value.as_str()?)
}

fn packed(field: &FieldSchema, list: &[Value], intern: &mut Intern<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
    let mut values = Vec::new();
    for value in list {
        let bits = match value {
            Value::Null if field.is_ref() => 0,
            value => number(field, value, intern)?,
        };
        scalar::put(&field.ty, bits, &mut values);
    }
    if !values.is_empty() {
        put::bytes(out, field.number, &values);
    }
    Ok(())
}

/// A number, or the ref of a string.
fn number(field: &FieldSchema, value: &Value, intern: &mut Intern<'_>) -> Result<u64, JsonError> {
    let key = key_of(field);
    if field.is_ref() {
        let text = value.as_str().ok_or(JsonError::input(key))?;
        return intern(text).map(u64::from).map_err(|error| JsonError::from(error).at(key));
    }
    scalar::from_json(&field.ty, value).ok_or(JsonError::input(key))
}

fn singular(field: &FieldSchema, value: &Value, intern: &mut Intern<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
    match field.ty {
        FieldType::Message(_) => delimited(field, value, intern, out),
        // The empty string is the default of both.
        FieldType::String | FieldType::Bytes if value.as_str() == Some("") => Ok(()),
        FieldType::String | FieldType::Bytes => delimited(field, value, intern, out),
        _ => {
            let bits = number(field, value, intern)?;
            if bits != 0 {
                put::tag(out, field.number, field.wire_type());
                scalar::put(&field.ty, bits, out);
            }
            Ok(())
        }
    }
}

/// A value that has its length before it.
fn delimited(field: &FieldSchema, value: &Value, intern: &mut Intern<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
    let key = key_of(field);
    match field.ty {
        FieldType::Message(schema) => {
            let mut nested = Vec::new();
            message(schema, value, key, intern, &mut nested)?;
            put::bytes(out, field.number, &nested);
        }
        FieldType::String => {
            let text = value.as_str().ok_or(JsonError::input(key))?;
            put::bytes(out, field.number, text.as_bytes());
        }
        _ => put::bytes(out, field.number, &bytes(value).ok_or(JsonError::input(key))?),
    }
    Ok(())
}
