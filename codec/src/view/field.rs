//! How a field of each type is read and written.

use super::Message;
use super::list::{Element, List};
use super::messages::RecordId;
use super::packed::{Packed, Scalar};
use super::refs::Refs;
use crate::constants::MAX_SEQUENCE;
use crate::encode::{EncodeError, StringTable, put};
use crate::error::Code;
use crate::reader::Reader;
use crate::strings::Strings;
use crate::wire;
#[cfg(test)]
use dashstream_proto::schema::{FieldSchema, FieldType};

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const BYTES: u32 = 2;

/// A message that is being read.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub(crate) message: &'a [u8],
    pub(crate) strings: Strings<'a>,
}

/// Where a message is being written.
#[derive(Debug)]
pub struct Sink<'s> {
    pub(crate) out: &'s mut Vec<u8>,
    pub(crate) strings: &'s mut StringTable,
}

/// A type of fields.
pub(crate) trait Field<'a> {
    const WIRE_TYPE: u32;
    const REPEATED: bool = false;

    /// Reads the value behind the tag.
    fn read(&mut self, number: u32, reader: &mut Reader<'a>, source: &Source<'a>) -> Option<()>;

    /// Appends tag and value, unless the value is the default.
    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError>;

    /// Whether a field of the schema has this type.
    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool;
}

/// Refuses a number that no 64-bit field may hold.
#[inline]
pub(super) fn within(magnitude: u64) -> Result<(), EncodeError> {
    // WIRE-011, WIRE-012
    if magnitude > MAX_SEQUENCE { Err(EncodeError::refused(Code::Payload, "REC-004")) } else { Ok(()) }
}

/// A varint with its tag.
#[inline]
fn put_varint(number: u32, value: u64, sink: &mut Sink<'_>) {
    if value != 0 {
        put::number(sink.out, number, value);
    }
}

impl<'a> Field<'a> for u32 {
    const WIRE_TYPE: u32 = VARINT;

    #[inline]
    fn read(&mut self, _: u32, reader: &mut Reader<'a>, _: &Source<'a>) -> Option<()> {
        // WIRE-009
        *self = Self::try_from(reader.varint().ok()?).ok()?;
        Some(())
    }

    #[inline]
    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        put_varint(number, u64::from(*self), sink);
        Ok(())
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        matches!(field.ty, FieldType::Uint32) && !field.repeated && !field.is_ref()
    }
}

impl<'a> Field<'a> for u64 {
    const WIRE_TYPE: u32 = VARINT;

    #[inline]
    fn read(&mut self, _: u32, reader: &mut Reader<'a>, _: &Source<'a>) -> Option<()> {
        *self = reader.varint().ok()?;
        // WIRE-011
        (*self <= MAX_SEQUENCE).then_some(())
    }

    #[inline]
    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        put_varint(number, *self, sink);
        within(*self)
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        matches!(field.ty, FieldType::Uint64) && !field.repeated
    }
}

impl<'a> Field<'a> for bool {
    const WIRE_TYPE: u32 = VARINT;

    #[inline]
    fn read(&mut self, _: u32, reader: &mut Reader<'a>, _: &Source<'a>) -> Option<()> {
        // WIRE-010
        *self = match reader.varint().ok()? {
            0 => false,
            1 => true,
            _ => return None,
        };
        Some(())
    }

    #[inline]
    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        put_varint(number, u64::from(*self), sink);
        Ok(())
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        matches!(field.ty, FieldType::Bool) && !field.repeated
    }
}

impl<'a> Field<'a> for f64 {
    const WIRE_TYPE: u32 = FIXED64;

    #[inline]
    fn read(&mut self, _: u32, reader: &mut Reader<'a>, _: &Source<'a>) -> Option<()> {
        *self = Self::from_bits(reader.u64()?);
        Some(())
    }

    #[inline]
    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        // -0.0 is not the default.
        if self.to_bits() != 0 {
            put::tag(sink.out, number, 1);
            sink.out.extend_from_slice(&self.to_bits().to_le_bytes());
        }
        Ok(())
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        matches!(field.ty, FieldType::Double) && !field.repeated
    }
}

impl<'a> Field<'a> for &'a [u8] {
    const WIRE_TYPE: u32 = BYTES;

    #[inline]
    fn read(&mut self, _: u32, reader: &mut Reader<'a>, _: &Source<'a>) -> Option<()> {
        *self = reader.delimited()?;
        Some(())
    }

    #[inline]
    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        if !self.is_empty() {
            put::bytes(sink.out, number, self);
        }
        Ok(())
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        matches!(field.ty, FieldType::Bytes) && !field.repeated
    }
}

impl<'a> Field<'a> for &'a str {
    const WIRE_TYPE: u32 = BYTES;

    #[inline]
    fn read(&mut self, _: u32, reader: &mut Reader<'a>, _: &Source<'a>) -> Option<()> {
        // WIRE-013
        *self = wire::text(reader.delimited()?)?;
        Some(())
    }

    #[inline]
    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        self.as_bytes().write(number, sink)
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        matches!(field.ty, FieldType::String) && !field.repeated
    }
}

/// A field whose name ends in `_ref`: the string that it refers to.
impl<'a> Field<'a> for Option<&'a str> {
    const WIRE_TYPE: u32 = VARINT;

    #[inline]
    fn read(&mut self, _: u32, reader: &mut Reader<'a>, source: &Source<'a>) -> Option<()> {
        let string_ref = u32::try_from(reader.varint().ok()?).ok()?;
        // REC-005
        if string_ref != 0 {
            *self = Some(source.strings.get(string_ref)?);
        }
        Some(())
    }

    #[inline(always)]
    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        if let Some(text) = self {
            let string_ref = sink.strings.intern(text)?;
            put_varint(number, u64::from(string_ref), sink);
        }
        Ok(())
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        matches!(field.ty, FieldType::Uint32) && !field.repeated && field.is_ref()
    }
}

impl<'a> Field<'a> for Option<RecordId<'a>> {
    const WIRE_TYPE: u32 = BYTES;

    fn read(&mut self, _: u32, reader: &mut Reader<'a>, source: &Source<'a>) -> Option<()> {
        *self = Some(RecordId::read(&Source { message: reader.delimited()?, ..*source })?);
        Some(())
    }

    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        match self {
            Some(id) => put_message(number, id, sink),
            None => Ok(()),
        }
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        field.ty == FieldType::Message(RecordId::SCHEMA) && !field.repeated
    }
}

/// Appends a nested message.
pub(super) fn put_message<'m>(number: u32, message: &impl Message<'m>, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
    let start = put::begin(sink.out, number);
    message.write(sink)?;
    put::end(sink.out, start);
    Ok(())
}

impl<'a, T: Element<'a>> Field<'a> for List<'a, T> {
    const WIRE_TYPE: u32 = BYTES;
    const REPEATED: bool = true;

    #[inline]
    fn read(&mut self, number: u32, reader: &mut Reader<'a>, source: &Source<'a>) -> Option<()> {
        T::read_element(reader.delimited()?, source.strings)?;
        self.note(number, source);
        Some(())
    }

    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        self.try_each(|element| element.write_element(number, sink))
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        T::is_element(&field.ty) && field.repeated
    }
}

impl<'a, T: Scalar> Field<'a> for Packed<'a, T> {
    const WIRE_TYPE: u32 = BYTES;

    fn read(&mut self, _: u32, reader: &mut Reader<'a>, _: &Source<'a>) -> Option<()> {
        let bytes = reader.delimited()?;
        // WIRE-007, WIRE-012
        wire::packed(bytes, &T::TYPE).ok()?;
        *self = Self::stored(bytes);
        Some(())
    }

    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        if self.is_empty() {
            return Ok(());
        }
        let start = put::begin(sink.out, number);
        self.try_each(|value| value.put(sink.out))?;
        put::end(sink.out, start);
        Ok(())
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        field.ty == T::TYPE && field.packed
    }
}

impl<'a> Field<'a> for Refs<'a> {
    const WIRE_TYPE: u32 = BYTES;

    fn read(&mut self, _: u32, reader: &mut Reader<'a>, source: &Source<'a>) -> Option<()> {
        let bytes = reader.delimited()?;
        let strings = source.strings.len() as u64;
        let mut values = Reader::new(bytes);
        while !values.is_empty() {
            // WIRE-009, REC-005
            if values.varint().ok()? > strings {
                return None;
            }
        }
        *self = Self::stored(bytes, source.strings);
        Some(())
    }

    fn write(&self, number: u32, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
        if self.is_empty() {
            return Ok(());
        }
        let start = put::begin(sink.out, number);
        self.try_each(|text| {
            let string_ref = match text {
                Some(text) => sink.strings.intern(text)?,
                None => 0,
            };
            put::varint(sink.out, u64::from(string_ref));
            Ok(())
        })?;
        put::end(sink.out, start);
        Ok(())
    }

    #[cfg(test)]
    fn fits(field: &FieldSchema) -> bool {
        matches!(field.ty, FieldType::Uint32) && field.packed && field.is_ref()
    }
}
