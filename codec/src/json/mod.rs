//! The JSON form of a frame (spec/json.md), for people, tests and tools: never on the wire.
//!
//! [`to_json`] shows a decoded frame, and [`batch_from_json`] makes a [`BatchBuilder`](crate::BatchBuilder) of what a
//! person or a tool wrote; the other functions do so part by part, for frames whose JSON is not wanted in memory all at
//! once. All are driven by the tables of `dashstream_proto::schema`, so there is no code for single messages.
//!
//! The form leaves out what the schema does not have, and how things were encoded. What a tidy frame loses by it is the
//! order of its string table, for which there is [`preset_strings`].

mod error;
mod from_frame;
mod from_message;
mod hex;
mod scalar;
mod to_frame;
mod to_message;

pub use error::JsonError;
pub use from_frame::{header_to_json, metadata_to_json, record_to_json, to_json};
pub use to_frame::{batch_from_json, begin_batch, preset_strings, push_record};

use dashstream_proto::schema::{FieldSchema, FieldType};

/// The key of a field: its name, without the `_ref` of one that appears as the string it refers to.
fn key_of(field: &FieldSchema) -> &'static str {
    field.name.strip_suffix("_ref").unwrap_or(field.name)
}

/// Whether the field's bytes appear as a string where they are one.
fn is_text(field: &FieldSchema) -> bool {
    field.ty == FieldType::Bytes && field.name == TEXT
}

/// Key of bytes that are shown as a string.
const TEXT: &str = "text";
/// Key of such bytes where they are not valid UTF-8.
const TEXT_HEX: &str = "text_hex";
