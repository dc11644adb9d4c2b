//! The wire scan of `spec/wire.md`, and the reading of messages that have passed it.

use dashstream_proto::schema::{FieldSchema, FieldType, MessageSchema};

use crate::constants::MAX_SEQUENCE;
use crate::packed;
use crate::reader::{Reader, VarintFault};

/// Where and why a message fails the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WireFault {
    /// Offset, in the scanned message, of the tag of the innermost field that fails.
    pub(crate) offset: usize,
    pub(crate) requirement: &'static str,
}

/// A requirement that a value does not meet.
pub(crate) type Rule = &'static str;

const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const BYTES: u8 = 2;
const FIXED32: u8 = 5;

/// Scans a whole message.
pub(crate) fn scan(schema: &MessageSchema, message: &[u8]) -> Result<(), WireFault> {
    scan_unseen(schema, message, 0)
}

/// Scans a whole message, and shows the fields that the schema has as they pass.
#[inline]
pub(crate) fn scan_with<'a>(
    schema: &MessageSchema,
    message: &'a [u8],
    pass: impl FnMut(Field<'a>),
) -> Result<(), WireFault> {
    scan_at(schema, message, 0, pass)
}

/// Scans a message that begins at `base`, and shows nothing of it.
fn scan_unseen(schema: &MessageSchema, message: &[u8], base: usize) -> Result<(), WireFault> {
    scan_at(schema, message, base, |_| {})
}

/// Scans a message that begins at `base`. The depth is bounded, for no schema contains itself.
#[inline]
fn scan_at<'a>(
    schema: &MessageSchema,
    message: &'a [u8],
    base: usize,
    mut pass: impl FnMut(Field<'a>),
) -> Result<(), WireFault> {
    let mut reader = Reader::new(message);
    // The fields that may occur only once and have occurred, a bit for each number.
    let mut seen = 0_u64;
    // WIRE-014
    while !reader.is_empty() {
        let at = reader.position();
        let fault = |requirement| WireFault { offset: base + at, requirement };
        let (number, wire_type) = tag(&mut reader).map_err(fault)?;
        match schema.field(number) {
            Some(known) => {
                // WIRE-004
                if wire_type != known.wire_type() {
                    return Err(fault("WIRE-004"));
                }
                check_single(known, &mut seen).map_err(fault)?;
                let len_at = reader.position();
                let value = known_value(&mut reader, known, base).map_err(|stop| match stop {
                    Stop::Here(requirement) => fault(requirement),
                    Stop::Inside(inner) => inner,
                })?;
                pass(Field { number, tag: at, len_at, value });
            }
            // WIRE-017
            None => skip(&mut reader, wire_type).map_err(fault)?,
        }
    }
    Ok(())
}

/// The number and the wire type of a field.
pub(crate) fn tag(reader: &mut Reader<'_>) -> Result<(u32, u8), Rule> {
    // WIRE-001, WIRE-016
    let start = reader.position();
    let key = reader.varint().map_err(|_| "WIRE-001")?;
    if reader.position() - start > 5 {
        return Err("WIRE-001");
    }
    let key = u32::try_from(key).map_err(|_| "WIRE-001")?;
    let (number, wire_type) = (key >> 3, (key & 7) as u8);
    // WIRE-002
    if number == 0 {
        return Err("WIRE-002");
    }
    // WIRE-003
    if !matches!(wire_type, VARINT | FIXED64 | BYTES | FIXED32) {
        return Err("WIRE-003");
    }
    Ok((number, wire_type))
}

/// WIRE-005: `seen` has a bit for each field that must not occur again.
pub(crate) fn check_single(field: &FieldSchema, seen: &mut u64) -> Result<(), Rule> {
    if field.repeated && !field.packed {
        return Ok(());
    }
    // WIRE-005. No field of the schema has a number above 63: see tests/registry.rs.
    let bit = 1_u64 << (field.number & 63);
    if *seen & bit != 0 {
        return Err("WIRE-005");
    }
    *seen |= bit;
    Ok(())
}

/// Why the value of a field of the schema fails.
enum Stop {
    /// The field itself breaks the rule.
    Here(Rule),
    /// A field inside it does.
    Inside(WireFault),
}

impl From<Rule> for Stop {
    fn from(rule: Rule) -> Self {
        Self::Here(rule)
    }
}

fn known_value<'a>(reader: &mut Reader<'a>, field: &FieldSchema, base: usize) -> Result<Value<'a>, Stop> {
    if field.packed {
        let values = delimited(reader)?;
        packed(values, &field.ty)?;
        return Ok(Value::Bytes(values));
    }
    match field.ty {
        FieldType::String => {
            let bytes = delimited(reader)?;
            // WIRE-013
            text(bytes).ok_or("WIRE-013")?;
            Ok(Value::Bytes(bytes))
        }
        FieldType::Bytes => Ok(Value::Bytes(delimited(reader)?)),
        FieldType::Message(schema) => {
            let message = delimited(reader)?;
            scan_unseen(schema, message, base + reader.position() - message.len()).map_err(Stop::Inside)?;
            Ok(Value::Bytes(message))
        }
        ref scalar => Ok(self::scalar(reader, scalar)?),
    }
}

/// The values of a packed field. One of no values passes.
pub(crate) fn packed(values: &[u8], ty: &FieldType) -> Result<(), Rule> {
    match ty {
        // Values of few bytes each are within the range of every number.
        FieldType::Uint32 | FieldType::Uint64 | FieldType::Sint64 if packed::none_is_long(values) => Ok(()),
        FieldType::Uint32 => each(values, |reader| scalar(reader, &FieldType::Uint32).map(drop)),
        FieldType::Sint64 => each(values, |reader| scalar(reader, &FieldType::Sint64).map(drop)),
        _ => each(values, |reader| scalar(reader, ty).map(drop)),
    }
}

#[inline]
fn each(values: &[u8], one: impl Fn(&mut Reader<'_>) -> Result<(), Rule>) -> Result<(), Rule> {
    let mut reader = Reader::new(values);
    while !reader.is_empty() {
        one(&mut reader)?;
    }
    Ok(())
}

/// One number of the schema's type.
#[inline]
fn scalar<'a>(reader: &mut Reader<'_>, ty: &FieldType) -> Result<Value<'a>, Rule> {
    match ty {
        // WIRE-007
        FieldType::Double => reader.u64().map(Value::Fixed64).ok_or("WIRE-007"),
        FieldType::Fixed32 => reader.u32().map(Value::Fixed32).ok_or("WIRE-007"),
        _ => {
            let value = varint(reader)?;
            check_range(value, ty)?;
            Ok(Value::Varint(value))
        }
    }
}

#[inline]
fn check_range(value: u64, ty: &FieldType) -> Result<(), Rule> {
    // WIRE-015
    match ty {
        // WIRE-009
        FieldType::Uint32 if value > u64::from(u32::MAX) => Err("WIRE-009"),
        // WIRE-010
        FieldType::Bool if value > 1 => Err("WIRE-010"),
        // WIRE-011
        FieldType::Uint64 if value > MAX_SEQUENCE => Err("WIRE-011"),
        // WIRE-012
        FieldType::Sint64 if zigzag(value).unsigned_abs() > MAX_SEQUENCE => Err("WIRE-012"),
        _ => Ok(()),
    }
}

/// The signed value of a sint64.
pub(crate) const fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

/// Passes over a field that the schema does not have, behind its key; `None` where that fails the scan.
pub(crate) fn skip_unknown(reader: &mut Reader<'_>, key: u32) -> Option<()> {
    // WIRE-002
    if key >> 3 == 0 {
        return None;
    }
    skip(reader, (key & 7) as u8).ok()
}

/// The value of a field that the schema does not have.
pub(crate) fn skip(reader: &mut Reader<'_>, wire_type: u8) -> Result<(), Rule> {
    match wire_type {
        VARINT => varint(reader).map(|_| ()),
        // WIRE-007
        FIXED64 => reader.u64().map(|_| ()).ok_or("WIRE-007"),
        FIXED32 => reader.u32().map(|_| ()).ok_or("WIRE-007"),
        BYTES => delimited(reader).map(|_| ()),
        _ => Err("WIRE-003"),
    }
}

fn varint(reader: &mut Reader<'_>) -> Result<u64, Rule> {
    reader.varint().map_err(|fault| match fault {
        // WIRE-006, WIRE-016
        VarintFault::TooLong => "WIRE-006",
        // WIRE-007
        VarintFault::End => "WIRE-007",
    })
}

/// The bytes as a text; `None` where they are not UTF-8.
#[inline]
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    // Below this the library asks the standard one.
    if bytes.len() < 64 { core::str::from_utf8(bytes).ok() } else { simdutf8::basic::from_utf8(bytes).ok() }
}

/// A length, and as many bytes.
pub(crate) fn delimited<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Rule> {
    let len = varint(reader)?;
    // WIRE-008
    usize::try_from(len).ok().and_then(|len| reader.take(len)).ok_or("WIRE-008")
}

/// The value of a field, by its wire type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    Bytes(&'a [u8]),
}

/// A field of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    pub(crate) number: u32,
    /// Offset of the tag in the message.
    pub(crate) tag: usize,
    /// Offset in the message of what follows the tag: a length, or else the value.
    pub(crate) len_at: usize,
    pub(crate) value: Value<'a>,
}

impl<'a> Field<'a> {
    /// The value of a length-delimited field; nothing for another.
    pub(crate) const fn bytes(&self) -> &'a [u8] {
        match self.value {
            Value::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// The value of a string that has passed the scan.
    pub(crate) fn text(&self) -> &'a str {
        text(self.bytes()).unwrap_or_default()
    }

    /// The value of a varint or fixed32; 0 for another.
    pub(crate) const fn number(&self) -> u64 {
        match self.value {
            Value::Varint(value) | Value::Fixed64(value) => value,
            Value::Fixed32(value) => value as u64,
            Value::Bytes(_) => 0,
        }
    }
}

/// The fields of a message that has passed the scan. It ends early on bytes that have not.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a>(Reader<'a>);

impl<'a> Fields<'a> {
    pub(crate) fn new(message: &'a [u8]) -> Self {
        Self(Reader::new(message))
    }
}

impl<'a> Fields<'a> {
    /// The value of the next field with that number, which has a length.
    #[inline]
    pub(crate) fn next_bytes(&mut self, number: u32) -> Option<&'a [u8]> {
        // One after another, as the tidy form has them.
        if self.0.take_key(number << 3 | u32::from(BYTES)) {
            return self.0.delimited();
        }
        self.find(|field| field.number == number).map(|field| field.bytes())
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Field<'a>> {
        let reader = &mut self.0;
        let tag = reader.position();
        let key = reader.varint().ok()?;
        let len_at = reader.position();
        let value = match (key & 7) as u8 {
            VARINT => Value::Varint(reader.varint().ok()?),
            FIXED64 => Value::Fixed64(reader.u64()?),
            BYTES => {
                let len = usize::try_from(reader.varint().ok()?).ok()?;
                Value::Bytes(reader.take(len)?)
            }
            FIXED32 => Value::Fixed32(reader.u32()?),
            _ => return None,
        };
        Some(Field { number: u32::try_from(key >> 3).ok()?, tag, len_at, value })
    }
}

/// The last field with that number in a message that has passed the scan.
pub(crate) fn field(message: &[u8], number: u32) -> Option<Field<'_>> {
    Fields::new(message).find(|field| field.number == number)
}
