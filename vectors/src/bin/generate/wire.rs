//! Protobuf messages as a tree that can be bent before it is written.

use crate::pieces::Pieces;

/// A message: its fields in the order of their bytes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Msg(pub(crate) Vec<Field>);

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Label of its tag; labels of parts begin with it.
    pub(crate) name: String,
    pub(crate) number: u32,
    pub(crate) value: Value,
    /// Bytes in place of the tag's own.
    pub(crate) tag: Option<Vec<u8>>,
    /// Bytes in place of the length's own.
    pub(crate) len: Option<Vec<u8>>,
    /// How often the field stands there.
    pub(crate) times: usize,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Wire type 0: the bytes of a varint.
    Varint(Vec<u8>),
    /// Wire type 1.
    Fixed64([u8; 8]),
    /// Wire type 5.
    Fixed32([u8; 4]),
    /// Wire type 2: bytes, repeated.
    Bytes(Vec<u8>, usize),
    /// Wire type 2: values, each as its bytes, each repeated.
    Packed(Vec<(Vec<u8>, usize)>),
    /// Wire type 2: a message.
    Message(Msg),
    /// Wire type 2: messages one after another, each with a label.
    Parts(Vec<(String, Msg)>),
    /// No value at all: the tag given is followed by these bytes.
    Raw(u8, Vec<u8>),
}

/// A varint in as few bytes as it can have.
pub(crate) fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// A varint in so many bytes.
pub(crate) fn long_varint(mut value: u64, len: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 1..len {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// A tag as a varint.
pub(crate) fn tag(number: u32, wire: u8) -> Vec<u8> {
    varint(u64::from(number) << 3 | u64::from(wire))
}

/// Zigzag of a sint64.
pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

impl Field {
    pub(crate) fn new(name: impl Into<String>, number: u32, value: Value) -> Self {
        Self { name: name.into(), number, value, tag: None, len: None, times: 1 }
    }

    pub(crate) fn varint(name: impl Into<String>, number: u32, value: u64) -> Self {
        Self::new(name, number, Value::Varint(varint(value)))
    }

    pub(crate) fn bytes(name: impl Into<String>, number: u32, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(name, number, Value::Bytes(bytes.into(), 1))
    }

    pub(crate) fn packed(name: impl Into<String>, number: u32, values: &[u64]) -> Self {
        Self::new(name, number, Value::Packed(values.iter().map(|value| (varint(*value), 1)).collect()))
    }

    fn wire(&self) -> u8 {
        match &self.value {
            Value::Varint(_) => 0,
            Value::Fixed64(_) => 1,
            Value::Fixed32(_) => 5,
            Value::Raw(wire, _) => *wire,
            _ => 2,
        }
    }

    fn content(&self) -> Pieces {
        let mut out = Pieces::default();
        let note = format!("{} value", self.name);
        match &self.value {
            Value::Varint(bytes) | Value::Raw(_, bytes) => out.push(format!("{}=", self.name), note, bytes.clone()),
            Value::Fixed64(bytes) => out.push(format!("{}=", self.name), note, *bytes),
            Value::Fixed32(bytes) => out.push(format!("{}=", self.name), note, *bytes),
            Value::Bytes(bytes, times) => {
                out.run(format!("{}=", self.name), readable(&note, bytes), bytes.clone(), *times)
            }
            Value::Packed(values) => {
                for (index, (bytes, times)) in values.iter().enumerate() {
                    out.run(format!("{}[{index}]", self.name), "", bytes.clone(), *times);
                }
            }
            Value::Message(message) => out.nest(&format!("{}.", self.name), &message.pieces()),
            Value::Parts(parts) => {
                for (label, message) in parts {
                    out.push(label.clone(), "", []);
                    out.nest(&format!("{label}."), &message.pieces());
                }
            }
        }
        out
    }

    fn pieces(&self) -> Pieces {
        let content = self.content();
        let wire = self.wire();
        let mut head = self.tag.clone().unwrap_or_else(|| tag(self.number, wire));
        let mut note = format!("{}: field {}, wire type {wire}", self.name, self.number);
        let lengthed = wire == 2 && !matches!(self.value, Value::Raw(..));
        if lengthed {
            head.extend(self.len.clone().unwrap_or_else(|| varint(content.len() as u64)));
            note.push_str(&format!(", {} bytes", content.len()));
        }
        let mut out = Pieces::default();
        if self.times > 1 {
            head.extend(content.to_vec());
            out.run(self.name.clone(), note, head, self.times);
            return out;
        }
        out.push(self.name.clone(), note, head);
        merge_packed(&self.value, &self.name, &content, &mut out);
        out
    }
}

/// Short packed values stand on a line of their own each only where a label may be asked for.
fn merge_packed(value: &Value, name: &str, content: &Pieces, out: &mut Pieces) {
    let all_single = content.0.iter().all(|piece| piece.times == 1);
    match value {
        Value::Packed(values) if values.len() > 64 && all_single => {
            out.push(format!("{name}[0]"), format!("{name}: {} values", values.len()), content.to_vec());
        }
        _ => out.extend(content),
    }
}

fn readable(note: &str, bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text)
            if !text.is_empty()
                && text.len() <= 40
                && text.chars().all(|symbol| symbol.is_ascii_graphic() || symbol == ' ') =>
        {
            format!("{note} \"{text}\"")
        }
        _ => note.to_owned(),
    }
}

impl Msg {
    pub(crate) fn pieces(&self) -> Pieces {
        let mut out = Pieces::default();
        for field in &self.0 {
            out.extend(&field.pieces());
        }
        out
    }

    /// Bytes of the message.
    pub(crate) fn len(&self) -> usize {
        self.pieces().len()
    }

    fn index(&self, name: &str) -> usize {
        let found = self.0.iter().position(|field| field.name == name);
        found.unwrap_or_else(|| panic!("there is no field `{name}`"))
    }

    /// The field of this name.
    pub(crate) fn field(&mut self, name: &str) -> &mut Field {
        let index = self.index(name);
        &mut self.0[index]
    }

    /// The message in the field of this name.
    pub(crate) fn nested(&mut self, name: &str) -> &mut Msg {
        match &mut self.field(name).value {
            Value::Message(message) => message,
            _ => panic!("`{name}` is not a message"),
        }
    }

    /// Takes a field away.
    pub(crate) fn take(&mut self, name: &str) -> Field {
        let index = self.index(name);
        self.0.remove(index)
    }

    pub(crate) fn push(&mut self, field: Field) {
        self.0.push(field);
    }

    pub(crate) fn insert_before(&mut self, name: &str, field: Field) {
        let index = self.index(name);
        self.0.insert(index, field);
    }

    /// Puts a field where its number belongs.
    pub(crate) fn place(&mut self, field: Field) {
        let index = self.0.iter().position(|other| other.number > field.number).unwrap_or(self.0.len());
        self.0.insert(index, field);
    }
}
