//! Writes a message and its JSON form side by side.

use crate::tree::Tree;
use crate::wire::{Field, Msg, Value, zigzag};

/// The string table of a frame that is being built.
#[derive(Debug, Clone, Default)]
pub(crate) struct Strings(pub(crate) Vec<String>);

impl Strings {
    /// The ref of a string, which is added where it is new.
    pub(crate) fn reference(&mut self, text: &str) -> u64 {
        if let Some(index) = self.0.iter().position(|other| other == text) {
            return index as u64 + 1;
        }
        self.0.push(text.to_owned());
        self.0.len() as u64
    }
}

/// A message that is being built. Singular fields that have their default are left out.
pub(crate) struct Dual<'a> {
    pub(crate) msg: Msg,
    pub(crate) json: Vec<(String, Tree)>,
    strings: &'a mut Strings,
}

impl<'a> Dual<'a> {
    pub(crate) fn new(strings: &'a mut Strings) -> Self {
        Self { msg: Msg::default(), json: Vec::new(), strings }
    }

    fn note(&mut self, name: &str, value: Tree) {
        self.json.push((name.to_owned(), value));
    }

    /// uint32.
    pub(crate) fn u32(&mut self, number: u32, name: &str, value: u32) {
        if value != 0 {
            self.msg.push(Field::varint(name, number, value.into()));
            self.note(name, Tree::Int(value.into()));
        }
    }

    /// uint64.
    pub(crate) fn u64(&mut self, number: u32, name: &str, value: u64) {
        if value != 0 {
            self.msg.push(Field::varint(name, number, value));
            self.note(name, Tree::digits(value));
        }
    }

    /// fixed32.
    pub(crate) fn fixed32(&mut self, number: u32, name: &str, value: u32) {
        if value != 0 {
            self.msg.push(Field::new(name, number, Value::Fixed32(value.to_le_bytes())));
            self.note(name, Tree::Int(value.into()));
        }
    }

    pub(crate) fn boolean(&mut self, number: u32, name: &str, value: bool) {
        if value {
            self.msg.push(Field::varint(name, number, 1));
            self.note(name, Tree::Bool(true));
        }
    }

    pub(crate) fn double(&mut self, number: u32, name: &str, value: f64) {
        if value.to_bits() != 0 {
            self.msg.push(Field::new(name, number, Value::Fixed64(value.to_le_bytes())));
            self.note(name, Tree::double(value));
        }
    }

    pub(crate) fn string(&mut self, number: u32, name: &str, value: &str) {
        if !value.is_empty() {
            self.msg.push(Field::bytes(name, number, value));
            self.note(name, Tree::text(value));
        }
    }

    pub(crate) fn bytes(&mut self, number: u32, name: &str, value: &[u8]) {
        if !value.is_empty() {
            self.msg.push(Field::bytes(name, number, value));
            self.note(name, Tree::hex(value));
        }
    }

    /// bytes, in a field named `text`.
    pub(crate) fn text(&mut self, number: u32, value: &[u8]) {
        if !value.is_empty() {
            self.msg.push(Field::bytes("text", number, value));
            match std::str::from_utf8(value) {
                Ok(text) => self.note("text", Tree::text(text)),
                Err(_) => self.note("text_hex", Tree::hex(value)),
            }
        }
    }

    /// A ref, by the name of the field without `_ref`. An empty text is no ref.
    pub(crate) fn reference(&mut self, number: u32, name: &str, text: &str) {
        if !text.is_empty() {
            let value = self.strings.reference(text);
            self.msg.push(Field::varint(format!("{name}_ref"), number, value));
            self.note(name, Tree::text(text));
        }
    }

    /// Packed refs; an empty text is a ref of 0.
    pub(crate) fn references(&mut self, number: u32, name: &str, texts: &[&str]) {
        let mut refs = Vec::new();
        let mut list = Vec::new();
        for text in texts {
            refs.push(if text.is_empty() { 0 } else { self.strings.reference(text) });
            list.push(if text.is_empty() { Tree::Null } else { Tree::text(*text) });
        }
        if !texts.is_empty() {
            self.msg.push(Field::packed(format!("{name}_ref"), number, &refs));
            self.note(name, Tree::List(list));
        }
    }

    /// Packed uint32.
    pub(crate) fn numbers(&mut self, number: u32, name: &str, values: &[u32]) {
        if !values.is_empty() {
            let wide: Vec<u64> = values.iter().map(|value| u64::from(*value)).collect();
            self.msg.push(Field::packed(name, number, &wide));
            self.note(name, Tree::List(values.iter().map(|value| Tree::Int((*value).into())).collect()));
        }
    }

    /// Packed sint64.
    pub(crate) fn signed(&mut self, number: u32, name: &str, values: &[i64]) {
        if !values.is_empty() {
            let coded: Vec<u64> = values.iter().map(|value| zigzag(*value)).collect();
            self.msg.push(Field::packed(name, number, &coded));
            self.note(name, Tree::List(values.iter().map(|value| Tree::digits(*value)).collect()));
        }
    }

    /// Packed doubles.
    pub(crate) fn doubles(&mut self, number: u32, name: &str, values: &[f64]) {
        if !values.is_empty() {
            let coded = values.iter().map(|value| (value.to_le_bytes().to_vec(), 1)).collect();
            self.msg.push(Field::new(name, number, Value::Packed(coded)));
            self.note(name, Tree::List(values.iter().map(|value| Tree::double(*value)).collect()));
        }
    }

    /// Strings one after another.
    pub(crate) fn strings(&mut self, number: u32, name: &str, texts: &[&str]) {
        for (index, text) in texts.iter().enumerate() {
            self.msg.push(Field::bytes(format!("{name}[{index}]"), number, *text));
        }
        if !texts.is_empty() {
            self.note(name, Tree::List(texts.iter().map(|text| Tree::text(*text)).collect()));
        }
    }

    fn inner(&mut self, build: impl FnOnce(&mut Dual<'_>)) -> (Msg, Tree) {
        let mut inner = Dual::new(self.strings);
        build(&mut inner);
        (inner.msg, Tree::Map(inner.json))
    }

    /// A message; it is written even where it is empty.
    pub(crate) fn message(&mut self, number: u32, name: &str, build: impl FnOnce(&mut Dual<'_>)) {
        let (msg, json) = self.inner(build);
        self.msg.push(Field::new(name, number, Value::Message(msg)));
        self.note(name, json);
    }

    /// One more message of a repeated field.
    pub(crate) fn element(&mut self, number: u32, name: &str, build: impl FnOnce(&mut Dual<'_>)) {
        let (msg, json) = self.inner(build);
        match self.json.iter_mut().find(|(key, _)| key == name) {
            Some((_, Tree::List(items))) => items.push(json),
            _ => self.note(name, Tree::List(vec![json])),
        }
        let count = match self.json.iter().find(|(key, _)| key == name) {
            Some((_, Tree::List(items))) => items.len(),
            _ => 1,
        };
        self.msg.push(Field::new(format!("{name}[{}]", count - 1), number, Value::Message(msg)));
    }

    /// Attributes.
    pub(crate) fn attributes(&mut self, number: u32, pairs: &[(&str, &str)]) {
        for (key, value) in pairs {
            self.element(number, "attributes", |attribute| {
                attribute.reference(1, "key", key);
                attribute.string(2, "value", value);
            });
        }
    }
}
