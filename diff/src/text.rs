//! Reading JSON text, strictly.

use std::cell::Cell;
use std::fmt;

use dashstream_codec::constants::{MAX_STATE_DEPTH, MAX_STATE_LEN};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::number::literal;
use crate::{Error, TextFault};

/// The value of a JSON text. What has no canonical form is refused.
///
/// # Errors
/// [`Error::Text`] says what is wrong with it; [`Error::TooLarge`] where it has more bytes than a state may have.
pub fn parse(text: &[u8]) -> Result<Value, Error> {
    // DIF-015
    if text.len() > MAX_STATE_LEN {
        return Err(Error::TooLarge);
    }
    let fault = Cell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Seed { depth: 0, fault: &fault }.deserialize(&mut reader).and_then(|value| {
        reader.end()?;
        Ok(value)
    });
    let value =
        value.map_err(|error| fault.get().unwrap_or(TextFault::Json { line: error.line(), column: error.column() }))?;
    integers(text)?;
    Ok(value)
}

/// Checks the integers of a text that is JSON: serde_json makes doubles of those that are very large, and forgets how they were written.
fn integers(text: &[u8]) -> Result<(), TextFault> {
    let mut rest = text;
    while let Some((&first, more)) = rest.split_first() {
        rest = match first {
            b'"' => behind_text(more),
            b'-' | b'0'..=b'9' => {
                let end = rest.iter().position(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'));
                let (number, more) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, &[]));
                // DIF-005
                if number.iter().all(|byte| matches!(byte, b'-' | b'0'..=b'9')) {
                    literal(str::from_utf8(number).unwrap_or_default())?;
                }
                more
            }
            _ => more,
        };
    }
    Ok(())
}

/// What follows a text whose first quote has been read.
fn behind_text(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = match rest {
            [b'\\', _, more @ ..] => more,
            [b'"', more @ ..] => return more,
            [_, more @ ..] => more,
            [] => return rest,
        };
    }
}

/// Reads a value at a depth, and remembers what is wrong with it where serde_json has no word for it.
#[derive(Clone, Copy)]
struct Seed<'f> {
    depth: usize,
    fault: &'f Cell<Option<TextFault>>,
}

impl Seed<'_> {
    fn refuse<T, E: serde::de::Error>(&self, fault: TextFault) -> Result<T, E> {
        self.fault.set(Some(fault));
        Err(E::custom(fault))
    }

    fn enter<E: serde::de::Error>(&self) -> Result<Self, E> {
        // DIF-006
        if self.depth >= MAX_STATE_DEPTH {
            return self.refuse(TextFault::Depth);
        }
        Ok(Self { depth: self.depth + 1, ..*self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        // DIF-004
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("no finite double"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let inner = self.enter()?;
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let inner = self.enter()?;
        let mut members = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            let value = from.next_value_seed(inner)?;
            // DIF-002
            if members.insert(name, value).is_some() {
                return self.refuse(TextFault::DuplicateName);
            }
        }
        Ok(Value::Object(members))
    }
}
