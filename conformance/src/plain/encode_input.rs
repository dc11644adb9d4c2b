//! Input of a writer: values of the JSON form (spec/writer-input.md) as bytes of a message.

use super::bytes::{hex, unhex, wide};
use super::gate::{Fault, Gate};
use super::schema::{FieldDef, Schema, Type};
use serde_json::{Map, Value as Json};

/// The fault of a value that has no place in a frame.
#[must_use]
pub(super) fn input() -> Fault {
    refuse("INPUT", "JSON-002")
}

/// A refusal of a writer. It has no offset.
#[must_use]
pub(super) fn refuse(code: &'static str, requirement: &'static str) -> Fault {
    Fault { code, offset: 0, requirement }
}

/// An object.
///
/// # Errors
/// INPUT where it is something else.
pub(super) fn object(json: &Json) -> Result<Map<String, Json>, Fault> {
    json.as_object().cloned().ok_or_else(input)
}

/// An array.
///
/// # Errors
/// INPUT where it is something else.
pub(super) fn array(json: &Json) -> Result<Vec<Json>, Fault> {
    json.as_array().cloned().ok_or_else(input)
}

/// A string.
///
/// # Errors
/// INPUT where it is something else.
pub(super) fn string(json: &Json) -> Result<String, Fault> {
    json.as_str().map(str::to_owned).ok_or_else(input)
}

/// Bytes, from hexadecimal digits.
///
/// # Errors
/// INPUT where it is something else.
pub(super) fn bytes(json: &Json) -> Result<Vec<u8>, Fault> {
    let text = string(json)?;
    unhex(&text).filter(|bytes| hex(bytes) == text).ok_or_else(input)
}

/// An unsigned number of 64 bits at most.
///
/// # Errors
/// INPUT where it is something else.
pub(super) fn number(gate: Gate, json: &Json) -> Result<u64, Fault> {
    if let Some(number) = json.as_u64() {
        return Ok(number);
    }
    // 1.0 is 1, and -0.0 is no number from 0.
    let double = json.as_f64().filter(|double| double.is_sign_positive()).ok_or_else(input)?;
    // JSON-002
    let whole = double.fract() == 0.0 && (double < 9_007_199_254_740_992.0 || gate.strict("JSON-002.doubles"));
    format!("{double:.0}").parse().ok().filter(|_| whole).ok_or_else(input)
}

/// A number, from a string of decimal digits.
///
/// # Errors
/// INPUT where it is something else.
pub(super) fn digits(gate: Gate, json: &Json) -> Result<i128, Fault> {
    let text = string(json)?;
    let plain = text.strip_prefix('-').unwrap_or(&text);
    if plain.is_empty() || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return Err(input());
    }
    let number: i128 = text.parse().map_err(|_| input())?;
    // No field of any message has room for more. JSON-002
    if number > i128::from(u64::MAX) && !gate.strict("JSON-002.65-bits") {
        return Err(input());
    }
    // -0 is not below 0. JSON-002
    let minus_zero = number == 0 && plain != text && !gate.strict("JSON-002.minus-zero");
    if minus_zero { Err(input()) } else { Ok(number) }
}

/// Appends a varint.
pub(super) fn varint(out: &mut Vec<u8>, number: u64) {
    let mut rest = number;
    while rest >= 0x80 {
        out.push(u8::try_from(rest & 0x7f).unwrap_or(0) | 0x80);
        rest >>= 7;
    }
    out.push(u8::try_from(rest).unwrap_or(0));
}

/// Appends a field that has a length.
pub(super) fn long(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    varint(out, u64::from(number) << 3 | 2);
    varint(out, wide(bytes.len()));
    out.extend(bytes);
}

/// The zigzag form of a sint64.
#[must_use]
pub(super) fn zigzag(number: i64) -> u64 {
    let doubled = u64::from_le_bytes(number.to_le_bytes()) << 1;
    if number < 0 { !doubled } else { doubled }
}

/// The string table of a frame that is being written.
#[derive(Clone, Debug, Default)]
pub(super) struct Strings {
    gate: Gate,
    /// The strings, in the order in which they were needed.
    pub all: Vec<String>,
    numbers: std::collections::BTreeMap<String, u64>,
}

impl Strings {
    /// A table without strings.
    #[must_use]
    pub(super) fn new(gate: Gate) -> Self {
        Self { gate, ..Self::default() }
    }

    /// The ref of a string.
    pub(super) fn of(&mut self, text: &str) -> u64 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        self.all.push(text.to_owned());
        let number = wide(self.all.len());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// Writes a message from its JSON form, tidily.
    ///
    /// # Errors
    /// INPUT for a key that the schema does not have, or a value of a wrong type.
    pub(super) fn message(&mut self, schema: &Schema, json: &Json) -> Result<Vec<u8>, Fault> {
        let mut left = object(json)?;
        let mut out = Vec::new();
        for def in schema.fields {
            let name = def.name.strip_suffix("_ref").unwrap_or(def.name);
            if name == "text"
                && let Some(value) = left.remove("text_hex")
            {
                if left.contains_key("text") {
                    return Err(input());
                }
                self.single(&mut out, def, Piece::Long(bytes(&value)?));
                continue;
            }
            let Some(value) = left.remove(name) else {
                continue;
            };
            if def.repeated {
                self.repeated(&mut out, def, &value)?;
            } else {
                let piece = self.piece(def, &value)?;
                self.single(&mut out, def, piece);
            }
        }
        if left.is_empty() { Ok(out) } else { Err(input()) }
    }

    fn single(&self, out: &mut Vec<u8>, def: &FieldDef, piece: Piece) {
        let message = matches!(def.kind, Type::Message(_));
        match piece {
            Piece::Long(bytes) if message || !bytes.is_empty() => long(out, def.number, &bytes),
            Piece::Varint(number) if number != 0 => {
                varint(out, u64::from(def.number) << 3);
                varint(out, number);
            }
            Piece::Fixed(bytes) if bytes.iter().any(|b| *b != 0) => {
                let wire_type = if bytes.len() == 8 { 1 } else { 5 };
                varint(out, u64::from(def.number) << 3 | wire_type);
                out.extend(bytes);
            }
            _ => {}
        }
    }

    fn repeated(&mut self, out: &mut Vec<u8>, def: &FieldDef, json: &Json) -> Result<(), Fault> {
        let mut packed = Vec::new();
        for element in array(json)? {
            match self.piece(def, &element)? {
                Piece::Long(bytes) => long(out, def.number, &bytes),
                Piece::Varint(number) => varint(&mut packed, number),
                Piece::Fixed(bytes) => packed.extend(bytes),
            }
        }
        // JSON-001
        let left_out = self.gate.strict("JSON-001.zeros") && packed.iter().all(|byte| *byte == 0);
        if !packed.is_empty() && !left_out {
            long(out, def.number, &packed);
        }
        Ok(())
    }

    fn piece(&mut self, def: &FieldDef, json: &Json) -> Result<Piece, Fault> {
        if def.is_ref() {
            if def.repeated && json.is_null() {
                return Ok(Piece::Varint(0));
            }
            return Ok(Piece::Varint(self.of(&string(json)?)));
        }
        Ok(match def.kind {
            Type::Uint32 => Piece::Varint(number(self.gate, json)?),
            Type::Uint64 => Piece::Varint(u64::try_from(digits(self.gate, json)?).map_err(|_| input())?),
            Type::Sint64 => Piece::Varint(zigzag(i64::try_from(digits(self.gate, json)?).map_err(|_| input())?)),
            Type::Bool => Piece::Varint(u64::from(json.as_bool().ok_or_else(input)?)),
            Type::Double => Piece::Fixed(double(json)?.to_le_bytes().to_vec()),
            Type::Fixed32 => {
                let value = u32::try_from(number(self.gate, json)?).map_err(|_| input())?;
                Piece::Fixed(value.to_le_bytes().to_vec())
            }
            Type::Bytes if def.name != "text" => Piece::Long(bytes(json)?),
            Type::Text | Type::Bytes => Piece::Long(string(json)?.into_bytes()),
            Type::Message(schema) => Piece::Long(self.message(schema, json)?),
        })
    }
}

/// A value without its tag.
enum Piece {
    Varint(u64),
    Fixed(Vec<u8>),
    Long(Vec<u8>),
}

fn double(json: &Json) -> Result<f64, Fault> {
    match json.as_str() {
        Some("NaN") => Ok(f64::NAN),
        Some("Infinity") => Ok(f64::INFINITY),
        Some("-Infinity") => Ok(f64::NEG_INFINITY),
        _ => json.as_f64().ok_or_else(input),
    }
}
