//! Tables of every message, for a scanner that is driven by them.
//!
//! The build fails on a schema that these tables cannot express, so a scanner needs no other case.

/// A message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageSchema {
    /// Name without the package.
    pub name: &'static str,
    /// Fields in ascending order of their numbers.
    pub fields: &'static [FieldSchema],
}

/// A field of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSchema {
    /// Number on the wire.
    pub number: u32,
    /// Name in the schema.
    pub name: &'static str,
    /// Type of the value, or of one element where the field is repeated.
    pub ty: FieldType,
    /// Holds any number of values.
    pub repeated: bool,
    /// Holds them in one length-delimited value. True of every repeated number, and of nothing else.
    pub packed: bool,
}

/// The types that a schema may use; a message never contains itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// A varint below 2^32.
    Uint32,
    /// A varint.
    Uint64,
    /// A varint in zigzag form.
    Sint64,
    /// A varint, 0 or 1.
    Bool,
    /// Eight bytes, little-endian, IEEE 754.
    Double,
    /// Four bytes, little-endian.
    Fixed32,
    /// UTF-8 after its length.
    String,
    /// Bytes after their length.
    Bytes,
    /// A message after its length.
    Message(&'static MessageSchema),
}

impl MessageSchema {
    /// The field of a number.
    #[must_use]
    pub fn field(&self, number: u32) -> Option<&'static FieldSchema> {
        // Most messages have no gaps in their numbers.
        let expected = self.fields.get((number as usize).wrapping_sub(1));
        if let Some(field) = expected.filter(|field| field.number == number) {
            return Some(field);
        }
        let index = self.fields.binary_search_by_key(&number, |field| field.number).ok()?;
        self.fields.get(index)
    }
}

impl FieldSchema {
    /// True where the name ends in `_ref`: values are 1-based into a table of the frame, and 0 means absent.
    ///
    /// The table is the strings, except for `trace_ref` and `span_ref` of the body, which have tables of their own.
    #[must_use]
    pub fn is_ref(&self) -> bool {
        self.name.ends_with("_ref")
    }

    /// The wire type that the field comes with.
    #[must_use]
    pub const fn wire_type(&self) -> u8 {
        match self.ty {
            _ if self.packed => 2,
            FieldType::Uint32 | FieldType::Uint64 | FieldType::Sint64 | FieldType::Bool => 0,
            FieldType::Double => 1,
            FieldType::Fixed32 => 5,
            FieldType::String | FieldType::Bytes | FieldType::Message(_) => 2,
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/schema.rs"));
