//! The canonical form of a value (RFC 8785), and what it means that two values are equal.

use std::cmp::Ordering;
use std::io::{self, Write};

use dashstream_codec::constants::{MAX_STATE_DEPTH, MAX_STATE_LEN};
use serde_json::{Map, Value};

use crate::number::{Buffer, double};
use crate::{Error, TextFault};

/// The canonical form of a value.
///
/// # Errors
/// It has none: a number or the depth is beyond what a state may have, or the form is longer than a state may be.
pub fn canonical(value: &Value) -> Result<String, Error> {
    let mut out = Bounded { bytes: Vec::new() };
    write(value, 0, &mut out)?;
    // What is written are texts of serde_json and digits.
    String::from_utf8(out.bytes).map_err(|_| Error::TooLarge)
}

/// Whether two values are equal: their numbers as doubles, their objects whatever the order of members. Values without a canonical form
/// are equal to nothing.
#[must_use]
pub fn equal(a: &Value, b: &Value) -> bool {
    equal_at(a, b, 0)
}

fn equal_at(a: &Value, b: &Value, depth: usize) -> bool {
    if depth > MAX_STATE_DEPTH {
        return false;
    }
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::String(a), Value::String(b)) => a == b,
        // DIF-030: 1 and 1.0 are equal, and so are 0 and -0.
        (Value::Number(a), Value::Number(b)) => matches!((double(a), double(b)), (Ok(a), Ok(b)) if a == b),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal_at(a, b, depth + 1))
        }
        (Value::Object(a), Value::Object(b)) => {
            let same = |(name, a): (&String, &Value)| b.get(name).is_some_and(|b| equal_at(a, b, depth + 1));
            a.len() == b.len() && a.iter().all(same)
        }
        _ => false,
    }
}

/// The order of names: by UTF-16 code units, in which a character beyond U+FFFF comes before U+E000.
pub(crate) fn by_code_units(a: &str, b: &str) -> Ordering {
    // DIF-007
    a.encode_utf16().cmp(b.encode_utf16())
}

/// What a value takes: bytes of its canonical form, and arrays and objects in one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) len: usize,
    pub(crate) depth: usize,
}

/// Measures a value, and so says whether it has a canonical form.
pub(crate) fn measure(value: &Value) -> Result<Extent, Error> {
    let mut extent = Extent::default();
    write(value, 0, &mut extent)?;
    Ok(extent)
}

/// Bytes of a text in canonical form, quotes included.
pub(crate) fn len_of_text(text: &str) -> Result<usize, Error> {
    let mut extent = Extent::default();
    quote(text, &mut extent)?;
    Ok(extent.len)
}

/// Where a canonical form goes.
trait Out: Write {
    /// An array or object at this depth, from 1.
    fn enter(&mut self, _depth: usize) {}
}

struct Bounded {
    bytes: Vec<u8>,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // DIF-015
        if bytes.len() > MAX_STATE_LEN.saturating_sub(self.bytes.len()) {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Out for Bounded {}

impl Write for Extent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.len = self.len.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Out for Extent {
    fn enter(&mut self, depth: usize) {
        self.depth = self.depth.max(depth);
    }
}

fn write(value: &Value, depth: usize, out: &mut impl Out) -> Result<(), Error> {
    match value {
        Value::Null => put(b"null", out),
        Value::Bool(true) => put(b"true", out),
        Value::Bool(false) => put(b"false", out),
        Value::Number(number) => put(Buffer::new().write(double(number)?).as_bytes(), out),
        Value::String(text) => quote(text, out),
        Value::Array(items) => {
            enter(depth, out)?;
            put(b"[", out)?;
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    put(b",", out)?;
                }
                write(item, depth + 1, out)?;
            }
            put(b"]", out)
        }
        Value::Object(members) => write_object(members, depth, out),
    }
}

fn write_object(members: &Map<String, Value>, depth: usize, out: &mut impl Out) -> Result<(), Error> {
    enter(depth, out)?;
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| by_code_units(a, b));
    put(b"{", out)?;
    for (index, (name, value)) in sorted.into_iter().enumerate() {
        if index > 0 {
            put(b",", out)?;
        }
        quote(name, out)?;
        put(b":", out)?;
        write(value, depth + 1, out)?;
    }
    put(b"}", out)
}

fn enter(depth: usize, out: &mut impl Out) -> Result<(), Error> {
    // DIF-006
    if depth >= MAX_STATE_DEPTH {
        return Err(TextFault::Depth.into());
    }
    out.enter(depth + 1);
    Ok(())
}

/// serde_json escapes what RFC 8785 escapes, in the same way.
fn quote(text: &str, out: &mut impl Out) -> Result<(), Error> {
    // DIF-009
    serde_json::to_writer(out, text).map_err(|_| Error::TooLarge)
}

/// Writing fails where there is no room, and nowhere else.
fn put(bytes: &[u8], out: &mut impl Out) -> Result<(), Error> {
    out.write_all(bytes).map_err(|_| Error::TooLarge)
}
