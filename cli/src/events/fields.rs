//! The fields of a JSON object, each as the text that it is, so that an error can name the field.

use std::fmt;

use dashstream_codec::constants::{MAX_SEQUENCE, MAX_STRING_LEN};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::EventError;

/// What is left of an object's fields.
#[derive(Debug)]
pub(super) struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

impl<'a> Fields<'a> {
    /// The fields of an object.
    pub(super) fn read(text: &'a str) -> Result<Self, EventError> {
        let fields: Self = serde_json::from_str(text).map_err(|error| EventError::Json(problem(&error)))?;
        let mut names: Vec<&str> = fields.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        match names.windows(2).find_map(|pair| (pair.first() == pair.last()).then(|| pair.first().copied())) {
            Some(twice) => Err(EventError::Twice(twice.unwrap_or_default().to_owned())),
            None => Ok(fields),
        }
    }

    /// Whether there is a field of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// Takes out the text of a field.
    pub(super) fn raw(&mut self, name: &str) -> Option<&'a RawValue> {
        let index = self.0.iter().position(|(field, _)| field == name)?;
        Some(self.0.swap_remove(index).1)
    }

    fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, EventError> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let value = serde_json::from_str(raw.get());
        value.map(Some).map_err(|error| EventError::value(name, problem(&error)))
    }

    /// A text; empty where the field is missing.
    pub(super) fn text(&mut self, name: &str) -> Result<String, EventError> {
        Ok(self.take(name)?.unwrap_or_default())
    }

    /// A text that goes into the string table; empty where the field is missing.
    pub(super) fn short_text(&mut self, name: &str) -> Result<String, EventError> {
        let text = self.text(name)?;
        check_short(name, &text)?;
        Ok(text)
    }

    /// A number up to 2^53 - 1; 0 where the field is missing.
    pub(super) fn number(&mut self, name: &str) -> Result<u64, EventError> {
        let number = self.take::<u64>(name)?.unwrap_or_default();
        if number > MAX_SEQUENCE {
            return Err(EventError::value(name, format!("{number} is above 2^53 - 1")));
        }
        Ok(number)
    }

    /// A number below 2^32; 0 where the field is missing.
    pub(super) fn small_number(&mut self, name: &str) -> Result<u32, EventError> {
        Ok(self.take(name)?.unwrap_or_default())
    }

    /// True or false; false where the field is missing.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, EventError> {
        Ok(self.take(name)?.unwrap_or_default())
    }

    /// What is left, field by field.
    pub(super) fn rest(self) -> impl Iterator<Item = (String, &'a RawValue)> {
        self.0.into_iter()
    }

    /// An error where anything is left.
    pub(super) fn end(self) -> Result<(), EventError> {
        match self.0.into_iter().next() {
            Some((name, _)) => Err(EventError::Unknown(name)),
            None => Ok(()),
        }
    }
}

/// Whether a text fits the string table of a frame.
pub(super) fn check_short(name: &str, text: &str) -> Result<(), EventError> {
    if text.len() > MAX_STRING_LEN {
        let problem = format!("{} bytes are more than the {MAX_STRING_LEN} of a name", text.len());
        return Err(EventError::value(name, problem));
    }
    Ok(())
}

/// What serde_json says, without the place, which counts from the start of the value.
pub(super) fn problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}
