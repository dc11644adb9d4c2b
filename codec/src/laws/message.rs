//! Messages of any content, in the tidy form, made by the tables of the schema.

use arbitrary::{Result, Unstructured};
use dashstream_proto::schema::{FieldSchema, FieldType, MessageSchema};
use prost::encoding::encode_varint;

use crate::constants::MAX_SEQUENCE;
use crate::encode::put::zigzag;

/// Appends a message whose refs are at most `strings`. What its rules say beside the schema is left to chance.
pub(super) fn message(u: &mut Unstructured<'_>, schema: &MessageSchema, strings: u32, out: &mut Vec<u8>) -> Result<()> {
    for field in schema.fields {
        // Every third field is left out.
        if u.ratio(1, 3)? {
            continue;
        }
        let count = if field.repeated { u.int_in_range(0..=3)? } else { 1 };
        if field.packed {
            packed(u, field, strings, count, out)?;
            continue;
        }
        for _ in 0..count {
            single(u, field, strings, out)?;
        }
    }
    Ok(())
}

fn key(field: &FieldSchema, out: &mut Vec<u8>) {
    encode_varint(u64::from(field.number) << 3 | u64::from(field.wire_type()), out);
}

fn delimited(field: &FieldSchema, bytes: &[u8], out: &mut Vec<u8>) {
    key(field, out);
    encode_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn packed(u: &mut Unstructured<'_>, field: &FieldSchema, strings: u32, count: usize, out: &mut Vec<u8>) -> Result<()> {
    let mut values = Vec::new();
    for _ in 0..count {
        number(u, field, strings, &mut values)?;
    }
    if !values.is_empty() {
        delimited(field, &values, out);
    }
    Ok(())
}

fn single(u: &mut Unstructured<'_>, field: &FieldSchema, strings: u32, out: &mut Vec<u8>) -> Result<()> {
    let mut value = Vec::new();
    match field.ty {
        FieldType::String => value.extend_from_slice(u.arbitrary::<&str>()?.as_bytes()),
        FieldType::Bytes => value.extend_from_slice(bytes(u)?),
        FieldType::Message(schema) => message(u, schema, strings, &mut value)?,
        _ => {
            number(u, field, strings, &mut value)?;
            // A default is left out.
            if value.iter().any(|byte| *byte != 0) {
                key(field, out);
                out.extend_from_slice(&value);
            }
            return Ok(());
        }
    }
    // A message may be there and be empty; so may an element of a list.
    if field.repeated || matches!(field.ty, FieldType::Message(_)) || !value.is_empty() {
        delimited(field, &value, out);
    }
    Ok(())
}

/// Bytes of any length, and often of one that ids and hashes have.
fn bytes<'u>(u: &mut Unstructured<'u>) -> Result<&'u [u8]> {
    let lens = [16, 32, 8];
    match lens.get(u.int_in_range(0..=3_usize)?) {
        Some(len) if u.len() >= *len => u.bytes(*len),
        _ => u.arbitrary(),
    }
}

fn number(u: &mut Unstructured<'_>, field: &FieldSchema, strings: u32, out: &mut Vec<u8>) -> Result<()> {
    match field.ty {
        FieldType::Uint32 if field.is_ref() => encode_varint(u.int_in_range(0..=strings)?.into(), out),
        FieldType::Uint32 => encode_varint(small_or(u, |u| Ok(u.arbitrary::<u32>()?.into()))?, out),
        FieldType::Uint64 => encode_varint(small_or(u, |u| u.int_in_range(0..=MAX_SEQUENCE))?, out),
        FieldType::Sint64 => {
            encode_varint(zigzag(small_or(u, |u| u.int_in_range(0..=MAX_SEQUENCE))?.cast_signed()), out)
        }
        FieldType::Bool => encode_varint(u.arbitrary::<bool>()?.into(), out),
        FieldType::Double => out.extend_from_slice(&u.arbitrary::<u64>()?.to_le_bytes()),
        FieldType::Fixed32 => out.extend_from_slice(&u.arbitrary::<u32>()?.to_le_bytes()),
        FieldType::String | FieldType::Bytes | FieldType::Message(_) => {}
    }
    Ok(())
}

/// Rules are often about small numbers.
fn small_or(u: &mut Unstructured<'_>, other: impl FnOnce(&mut Unstructured<'_>) -> Result<u64>) -> Result<u64> {
    if u.arbitrary()? { u.int_in_range(0..=4) } else { other(u) }
}
