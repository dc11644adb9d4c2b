//! A protobuf message, field by field, as far as it can be read.

use dashstream_proto::schema::{FieldSchema, FieldType, MessageSchema};
use serde_json::{Value, json};

use super::cursor::{Cursor, zigzag};
use super::item::Item;

/// Values of a packed field that are shown.
const SHOWN: usize = 12;

/// Walks messages, and collects items.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    /// What was found so far.
    pub(super) items: Vec<Item>,
    /// The string table, for refs.
    strings: &'a [String],
}

/// The value of a field, by its wire type.
enum Raw<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Walk<'a> {
    /// A walk of messages whose refs go into `strings`.
    pub(super) const fn new(strings: &'a [String]) -> Self {
        Self { items: Vec::new(), strings }
    }

    /// The fields of a message whose first byte has the offset `base`.
    pub(super) fn message(&mut self, schema: Option<&MessageSchema>, bytes: &[u8], base: usize, depth: usize) {
        let mut cursor = Cursor::new(bytes);
        while cursor.left() > 0 {
            let start = cursor.position();
            if let Err(problem) = self.field(schema, &mut cursor, base, depth) {
                let rest = Item::new(base + start, bytes.len() - start, depth, "unreadable", Value::Null);
                self.items.push(rest.problem(problem));
                return;
            }
        }
    }

    fn field(
        &mut self,
        schema: Option<&MessageSchema>,
        cursor: &mut Cursor<'_>,
        base: usize,
        depth: usize,
    ) -> Result<(), &'static str> {
        let start = cursor.position();
        let key = cursor.varint().ok_or("not a tag")?;
        let (number, wire_type) = (u32::try_from(key >> 3).map_err(|_| "not a tag")?, key & 7);
        let raw = match wire_type {
            0 => Raw::Number(cursor.varint().ok_or("not a varint")?),
            1 => Raw::Number(fixed(cursor, 8).ok_or("ends inside a value")?),
            5 => Raw::Number(fixed(cursor, 4).ok_or("ends inside a value")?),
            2 => {
                let len = cursor.varint().ok_or("not a length")?;
                let len = usize::try_from(len).map_err(|_| "a length past the end")?;
                Raw::Bytes(cursor.take(len).ok_or("a length past the end")?)
            }
            _ => return Err("a wire type that is not used"),
        };
        let place = Place { at: base + start, len: cursor.position() - start, depth };
        match schema.and_then(|schema| schema.field(number)) {
            Some(field) => self.known(field, wire_type, raw, place),
            None => self.items.push(unknown(number, wire_type, &raw, place)),
        }
        Ok(())
    }

    fn known(&mut self, field: &FieldSchema, wire_type: u64, raw: Raw<'_>, place: Place) {
        let note = format!("{} {}", field.number, type_name(field));
        let item = |value: Value| place.item(field.name, value).note(note.clone());
        if u64::from(field.wire_type()) != wire_type {
            let problem = format!("wire type {wire_type} where {} belongs", field.wire_type());
            self.items.push(item(Value::Null).problem(problem));
            return;
        }
        match (raw, field.ty) {
            (Raw::Bytes(bytes), FieldType::Message(schema)) => {
                // The item is tag and length; what is inside has items of its own.
                let head = place.len - bytes.len();
                self.items.push(Item { len: head, ..item(Value::Null) });
                self.message(Some(schema), bytes, place.at + head, place.depth + 1);
            }
            (Raw::Bytes(bytes), _) if field.packed => {
                let (values, rest) = packed(field, bytes);
                let shown: Vec<String> =
                    values.iter().take(SHOWN).map(|value| self.number_text(field, *value)).collect();
                let more = if values.len() > SHOWN { ", ..." } else { "" };
                let item = item(json!(format!("[{}{more}]", shown.join(", "))));
                let item = Item { note: format!("{note}, {} values", values.len()), ..item };
                self.items.push(if rest { item.problem("ends inside a value") } else { item });
            }
            (Raw::Bytes(bytes), FieldType::String) => self.items.push(match std::str::from_utf8(bytes) {
                Ok(text) => item(json!(text)),
                Err(_) => item(json!(String::from_utf8_lossy(bytes))).problem("not UTF-8"),
            }),
            (Raw::Bytes(bytes), _) if field.name == "text" => self.items.push(match std::str::from_utf8(bytes) {
                Ok(text) => item(json!(text)),
                Err(_) => item(json!(hex::encode(bytes))),
            }),
            (Raw::Bytes(bytes), _) => self.items.push(item(bytes_value(bytes))),
            (Raw::Number(value), _) => self.items.push(self.number(field, value, item)),
        }
    }

    fn number(&self, field: &FieldSchema, value: u64, item: impl Fn(Value) -> Item) -> Item {
        if !field.is_ref() {
            return item(number_value(field.ty, value));
        }
        let note = |item: Item, what: String| Item { note: format!("{} -> {what}", item.note), ..item };
        match self.string(value) {
            _ if value == 0 => item(json!(value)),
            Some(text) => note(item(json!(value)), quoted(text)),
            None => item(json!(value)).problem("past the string table"),
        }
    }

    fn string(&self, string_ref: u64) -> Option<&str> {
        let index = usize::try_from(string_ref.checked_sub(1)?).ok()?;
        self.strings.get(index).map(String::as_str)
    }

    /// A value of a packed field, for people.
    fn number_text(&self, field: &FieldSchema, value: u64) -> String {
        match number_value(field.ty, value) {
            Value::String(text) => text,
            other => other.to_string(),
        }
    }
}

/// Where a field stands.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    len: usize,
    depth: usize,
}

impl Place {
    fn item(self, name: impl Into<String>, value: Value) -> Item {
        Item::new(self.at, self.len, self.depth, name, value)
    }
}

fn fixed(cursor: &mut Cursor<'_>, len: usize) -> Option<u64> {
    Some(cursor.take(len)?.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

fn unknown(number: u32, wire_type: u64, raw: &Raw<'_>, place: Place) -> Item {
    let value = match raw {
        Raw::Number(value) => json!(value.to_string()),
        Raw::Bytes(bytes) => bytes_value(bytes),
    };
    place.item("unknown field", value).note(format!("{number}, wire type {wire_type}"))
}

/// Short bytes as hexadecimal digits; of long ones only the first, for they stand beside it.
fn bytes_value(bytes: &[u8]) -> Value {
    match bytes.get(..32) {
        Some(head) if bytes.len() > 32 => json!(format!("{}... ({} bytes)", hex::encode(head), bytes.len())),
        _ => json!(hex::encode(bytes)),
    }
}

/// The values of a packed field, and whether bytes are left that are not one.
pub(super) fn packed(field: &FieldSchema, bytes: &[u8]) -> (Vec<u64>, bool) {
    let mut cursor = Cursor::new(bytes);
    let mut values = Vec::new();
    while cursor.left() > 0 {
        let value = match field.ty {
            FieldType::Double => fixed(&mut cursor, 8),
            FieldType::Fixed32 => fixed(&mut cursor, 4),
            _ => cursor.varint(),
        };
        match value {
            Some(value) => values.push(value),
            None => return (values, true),
        }
    }
    (values, false)
}

fn number_value(ty: FieldType, value: u64) -> Value {
    match ty {
        FieldType::Sint64 => json!(zigzag(value).to_string()),
        FieldType::Uint64 => json!(value.to_string()),
        FieldType::Bool if value < 2 => json!(value == 1),
        FieldType::Double => json!(f64::from_bits(value).to_string()),
        FieldType::Fixed32 => json!(format!("{value:08x}")),
        _ => json!(value),
    }
}

fn type_name(field: &FieldSchema) -> String {
    let name = match field.ty {
        FieldType::Uint32 => "uint32",
        FieldType::Uint64 => "uint64",
        FieldType::Sint64 => "sint64",
        FieldType::Bool => "bool",
        FieldType::Double => "double",
        FieldType::Fixed32 => "fixed32",
        FieldType::String => "string",
        FieldType::Bytes => "bytes",
        FieldType::Message(schema) => schema.name,
    };
    if field.packed { format!("packed {name}") } else { name.to_owned() }
}

/// A text in quotes, not longer than a line.
pub(super) fn quoted(text: &str) -> String {
    const LEN: usize = 60;
    let short: String = text.chars().take(LEN).collect();
    let dots = if short.len() < text.len() { "..." } else { "" };
    format!("{short:?}{dots}")
}
