//! What a wire scan finds: the fields of a message, in the order of the bytes.

/// A message as it was found: its fields in the order of the bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// Fields that the schema has. Others are not kept.
    pub fields: Vec<Field>,
}

/// One field of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its number.
    pub number: u32,
    /// Offset of its tag.
    pub at: usize,
    /// Its value.
    pub value: Value,
}

/// Value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// uint32, uint64 or fixed32.
    Number(u64),
    /// sint64.
    Signed(i64),
    /// bool.
    Bool(bool),
    /// double.
    Double(f64),
    /// string.
    Text(String),
    /// bytes, after the offset of the first of them.
    Bytes(usize, Vec<u8>),
    /// A message.
    Message(Tree),
    /// The values of a packed field.
    Packed(Vec<Entry>),
}

/// One value of a packed field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Offset of its first byte.
    pub at: usize,
    /// The value: of a sint64 the two's complement, of a double the bits.
    pub bits: u64,
}

/// Whether a singular value is the default of its type. A message that is there is never one.
#[must_use]
pub fn is_default(value: &Value) -> bool {
    match value {
        Value::Number(number) => *number == 0,
        Value::Signed(number) => *number == 0,
        Value::Bool(truth) => !truth,
        Value::Double(number) => number.to_bits() == 0,
        Value::Text(text) => text.is_empty(),
        Value::Bytes(_, bytes) => bytes.is_empty(),
        Value::Message(_) | Value::Packed(_) => false,
    }
}

impl Tree {
    /// The fields of that number, in order.
    #[must_use]
    pub fn all(&self, number: u32) -> Vec<&Field> {
        self.fields.iter().filter(|field| field.number == number).collect()
    }

    /// The field of that number; the last, where a mutant let several pass.
    #[must_use]
    pub fn last(&self, number: u32) -> Option<&Field> {
        self.all(number).pop()
    }

    /// Offset of the field's tag; of the first, where there are several.
    #[must_use]
    pub fn tag(&self, number: u32) -> Option<usize> {
        self.all(number).first().map(|field| field.at)
    }

    /// An unsigned number; 0 where absent.
    #[must_use]
    pub fn number(&self, number: u32) -> u64 {
        match self.last(number).map(|field| &field.value) {
            Some(Value::Number(value)) => *value,
            _ => 0,
        }
    }

    /// A truth; false where absent.
    #[must_use]
    pub fn truth(&self, number: u32) -> bool {
        matches!(self.last(number).map(|field| &field.value), Some(Value::Bool(true)))
    }

    /// Bytes; none where absent.
    #[must_use]
    pub fn bytes(&self, number: u32) -> Vec<u8> {
        match self.last(number).map(|field| &field.value) {
            Some(Value::Bytes(_, bytes)) => bytes.clone(),
            _ => Vec::new(),
        }
    }

    /// A text; empty where absent.
    #[must_use]
    pub fn text(&self, number: u32) -> String {
        match self.last(number).map(|field| &field.value) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        }
    }

    /// The values of a packed field; none where absent.
    #[must_use]
    pub fn packed(&self, number: u32) -> Vec<Entry> {
        let mut entries = Vec::new();
        for field in self.all(number) {
            if let Value::Packed(more) = &field.value {
                entries.extend(more.iter().copied());
            }
        }
        entries
    }

    /// The messages of a field.
    #[must_use]
    pub fn messages(&self, number: u32) -> Vec<&Tree> {
        let mut trees = Vec::new();
        for field in self.all(number) {
            if let Value::Message(tree) = &field.value {
                trees.push(tree);
            }
        }
        trees
    }
}
