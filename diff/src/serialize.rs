//! Values of a program as states.
//!
//! serde_json's own way to a `Value` writes null for NaN, and keeps the last of two members of one name. A state that came about like
//! that would be another one than the program has, so this way refuses both.

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::{Map, Number, Value};

use dashstream_codec::constants::MAX_STATE_DEPTH;

use crate::number::{double, literal};
use crate::{SerializeError, TextFault};

/// A value of a program as a state.
///
/// # Errors
/// Its `Serialize` fails, or what it makes has no canonical form: a number that is not finite or that no double is, a name given twice,
/// a key that is no text, more than [`MAX_STATE_DEPTH`] levels.
pub fn to_state<T: Serialize + ?Sized>(value: &T) -> Result<Value, SerializeError> {
    value.serialize(States { depth: 0 })
}

/// Serializes what stands under so many arrays and objects.
#[derive(Clone, Copy)]
struct States {
    depth: usize,
}

impl States {
    /// Inside of one more array or object.
    fn enter(self) -> Result<Self, SerializeError> {
        // DIF-006
        if self.depth >= MAX_STATE_DEPTH { Err(TextFault::Depth.into()) } else { Ok(Self { depth: self.depth + 1 }) }
    }

    fn items(self, len: Option<usize>, variant: Option<&'static str>) -> Result<Items, SerializeError> {
        let within = if variant.is_some() { self.enter()? } else { self };
        // What a type says of its length is a hint.
        let items = Vec::with_capacity(len.unwrap_or(0).min(1024));
        Ok(Items { within: within.enter()?, items, variant })
    }

    fn members(self, variant: Option<&'static str>) -> Result<Members, SerializeError> {
        let within = if variant.is_some() { self.enter()? } else { self };
        Ok(Members { within: within.enter()?, members: Map::new(), name: None, variant })
    }
}

/// `value` under the name of a variant, where there is one.
fn tagged(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        Some(name) => Value::Object(Map::from_iter([(name.to_owned(), value)])),
        None => value,
    }
}

fn whole(number: Number) -> Result<Value, SerializeError> {
    // DIF-005
    double(&number)?;
    Ok(Value::Number(number))
}

/// An integer of 128 bits, by its digits.
fn wide(digits: &str) -> Result<Value, SerializeError> {
    let double = literal(digits)?;
    digits.parse().ok().or_else(|| Number::from_f64(double)).map(Value::Number).ok_or(SerializeError::NotFinite)
}

impl Serializer for States {
    type Ok = Value;
    type Error = SerializeError;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    fn serialize_bool(self, value: bool) -> Result<Value, SerializeError> {
        Ok(Value::Bool(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Value, SerializeError> {
        whole(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Value, SerializeError> {
        whole(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Value, SerializeError> {
        whole(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Value, SerializeError> {
        whole(value.into())
    }

    fn serialize_i128(self, value: i128) -> Result<Value, SerializeError> {
        wide(&value.to_string())
    }

    fn serialize_u8(self, value: u8) -> Result<Value, SerializeError> {
        whole(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Value, SerializeError> {
        whole(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Value, SerializeError> {
        whole(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Value, SerializeError> {
        whole(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<Value, SerializeError> {
        wide(&value.to_string())
    }

    /// As the shortest text that is this number again, which is what serde_json writes: 0.1 and not 0.10000000149011612.
    fn serialize_f32(self, value: f32) -> Result<Value, SerializeError> {
        self.serialize_f64(value.to_string().parse().unwrap_or(f64::NAN))
    }

    fn serialize_f64(self, value: f64) -> Result<Value, SerializeError> {
        // DIF-043
        Number::from_f64(value).map(Value::Number).ok_or(SerializeError::NotFinite)
    }

    fn serialize_char(self, value: char) -> Result<Value, SerializeError> {
        Ok(Value::String(value.into()))
    }

    fn serialize_str(self, value: &str) -> Result<Value, SerializeError> {
        Ok(Value::from(value))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value, SerializeError> {
        self.enter()?;
        Ok(value.iter().copied().collect())
    }

    fn serialize_none(self) -> Result<Value, SerializeError> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, SerializeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, SerializeError> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, SerializeError> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<Value, SerializeError> {
        Ok(Value::from(name))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value, SerializeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<Value, SerializeError> {
        Ok(tagged(Some(name), value.serialize(self.enter()?)?))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Items, SerializeError> {
        self.items(len, None)
    }

    fn serialize_tuple(self, len: usize) -> Result<Items, SerializeError> {
        self.items(Some(len), None)
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items, SerializeError> {
        self.items(Some(len), None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        len: usize,
    ) -> Result<Items, SerializeError> {
        self.items(Some(len), Some(name))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, SerializeError> {
        self.members(None)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members, SerializeError> {
        // Texts and numbers that serde_json passes to itself unread would be taken for objects.
        if name.starts_with("$serde_json::private::") {
            return Err(SerializeError::custom("a raw value of serde_json is no state"));
        }
        self.members(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Members, SerializeError> {
        self.members(Some(name))
    }
}

/// An array in the making.
struct Items {
    within: States,
    items: Vec<Value>,
    variant: Option<&'static str>,
}

impl Items {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.items.push(value.serialize(self.within)?);
        Ok(())
    }

    fn finish(self) -> Result<Value, SerializeError> {
        Ok(tagged(self.variant, Value::Array(self.items)))
    }
}

/// An object in the making.
struct Members {
    within: States,
    members: Map<String, Value>,
    name: Option<String>,
    variant: Option<&'static str>,
}

impl Members {
    fn put<T: Serialize + ?Sized>(&mut self, name: String, value: &T) -> Result<(), SerializeError> {
        let value = value.serialize(self.within)?;
        // DIF-002
        match self.members.insert(name, value) {
            Some(_) => Err(TextFault::DuplicateName.into()),
            None => Ok(()),
        }
    }

    fn finish(self) -> Result<Value, SerializeError> {
        Ok(tagged(self.variant, Value::Object(self.members)))
    }
}

/// A key as a name: a text, or a number or boolean as a text, as serde_json has it.
fn name_of<T: Serialize + ?Sized>(key: &T) -> Result<String, SerializeError> {
    // Integers of a key are digits, and so of any size.
    match serde_json::to_value(key) {
        Ok(Value::String(text)) => Ok(text),
        Ok(Value::Number(number)) => Ok(number.to_string()),
        Ok(Value::Bool(value)) => Ok(value.to_string()),
        Ok(_) => Err(SerializeError::Key),
        Err(error) => Err(SerializeError::Custom(error.to_string())),
    }
}

impl SerializeSeq for Items {
    type Ok = Value;
    type Error = SerializeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, SerializeError> {
        self.finish()
    }
}

impl SerializeTuple for Items {
    type Ok = Value;
    type Error = SerializeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, SerializeError> {
        self.finish()
    }
}

impl SerializeTupleStruct for Items {
    type Ok = Value;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, SerializeError> {
        self.finish()
    }
}

impl SerializeTupleVariant for Items {
    type Ok = Value;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, SerializeError> {
        self.finish()
    }
}

impl SerializeMap for Members {
    type Ok = Value;
    type Error = SerializeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), SerializeError> {
        self.name = Some(name_of(key)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        let name = self.name.take().ok_or_else(|| SerializeError::custom("a value without a key"))?;
        self.put(name, value)
    }

    fn end(self) -> Result<Value, SerializeError> {
        self.finish()
    }
}

impl SerializeStruct for Members {
    type Ok = Value;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), SerializeError> {
        self.put(name.to_owned(), value)
    }

    fn end(self) -> Result<Value, SerializeError> {
        self.finish()
    }
}

impl SerializeStructVariant for Members {
    type Ok = Value;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), SerializeError> {
        self.put(name.to_owned(), value)
    }

    fn end(self) -> Result<Value, SerializeError> {
        self.finish()
    }
}
