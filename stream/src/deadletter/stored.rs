//! A letter as a file:
//!
//! ```text
//! {"crc32c":"0123abcd","letter":{"id":"...","topic":"...",...,"key":"YQ==","headers":[["name","dmFsdWU="]]}}\n
//! value
//! ```
//!
//! The letter's members are those of its headers without `ds-dl-`, as texts; key and values of headers are base64, or null. The
//! CRC32C, 8 hexadecimal digits, is that of the bytes of the object behind `"letter":`; the value has its SHA-256 there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dashstream_codec::crc32c;
use serde_json::{Map, Value};

use super::fields::{self, LetterError};
use super::letter::Letter;
use crate::transport::{Header, Message};

const CRC: &str = "{\"crc32c\":\"";
const LETTER: &str = "\",\"letter\":";
const END: &str = "}";

/// The bytes of a file.
pub(crate) fn write(letter: &Letter) -> Vec<u8> {
    let text = |(name, text): (&str, String)| (name.to_owned(), Value::from(text));
    let mut object: Map<String, Value> = fields::write(letter).into_iter().map(text).collect();
    object.insert("key".to_owned(), base64(letter.message.key.as_deref()));
    let headers = letter.message.headers.iter();
    let headers = headers.map(|header| vec![Value::from(&*header.name), base64(header.value.as_deref())]);
    object.insert("headers".to_owned(), headers.collect());
    let line = Value::Object(object).to_string();
    let crc = format!("{:08x}", crc32c(line.as_bytes()));
    let value = letter.message.value.as_deref().unwrap_or_default();
    [[CRC, &crc, LETTER, &line, END, "\n"].concat().as_bytes(), value].concat()
}

/// Makes a letter again of the bytes of a file.
pub(crate) fn read(bytes: &[u8]) -> Result<Letter, LetterError> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(LetterError::Form)?;
    let (line, value) = bytes.split_at_checked(end).ok_or(LetterError::Form)?;
    let object = object(line).ok_or(LetterError::Form)?;
    let value = value.get(1..).unwrap_or_default();
    // A null value has no hash, and nothing stands for it.
    let null = value.is_empty() && !object.contains_key("sha256");
    let message = Message {
        key: bytes_of(object.get("key")).ok_or(LetterError::Bad { name: "key" })?,
        value: (!null).then(|| value.to_vec()),
        headers: headers(object.get("headers")).ok_or(LetterError::Bad { name: "headers" })?,
        timestamp_ms: None,
    };
    fields::read(|name| object.get(name).map(Value::as_str), message)
}

/// The object of a line, where the CRC says that nothing has changed.
fn object(line: &[u8]) -> Option<Map<String, Value>> {
    let (crc, rest) = line.strip_prefix(CRC.as_bytes())?.split_at_checked(8)?;
    let text = rest.strip_prefix(LETTER.as_bytes())?.strip_suffix(END.as_bytes())?;
    if format!("{:08x}", crc32c(text)).as_bytes() != crc {
        return None;
    }
    serde_json::from_slice(text).ok()
}

fn headers(value: Option<&Value>) -> Option<Vec<Header>> {
    let header = |pair: &Value| match pair.as_array()?.as_slice() {
        [name, value] => Some(Header { name: name.as_str()?.to_owned(), value: bytes_of(Some(value))? }),
        _ => None,
    };
    value?.as_array()?.iter().map(header).collect()
}

fn base64(bytes: Option<&[u8]>) -> Value {
    bytes.map(|bytes| STANDARD.encode(bytes)).into()
}

/// Bytes, or null: `None` where it is neither.
fn bytes_of(value: Option<&Value>) -> Option<Option<Vec<u8>>> {
    match value? {
        Value::Null => Some(None),
        Value::String(text) => STANDARD.decode(text).ok().map(Some),
        _ => None,
    }
}
