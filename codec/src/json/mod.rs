//! The JSON form of a frame (spec/json.md), for people, tests and tools: never on the wire.
//!
//! [`BatchJson`] shows a decoded frame, whole or record by record; [`batch_from_json`] makes a
//! [`BatchBuilder`](crate::BatchBuilder) of what a person or a tool wrote. Both are driven by the tables
//! of `dashstream_proto::schema`, so there is no code for single messages.
//!
//! The form leaves out what the schema does not have, and how a payload was encoded.
//! [`JsonForm::Lossless`] keeps more of it, under keys that the specification does not have:
//!
//! | where | key | value | present |
//! |---|---|---|---|
//! | top | `strings` | the string table | it holds no string twice |
//! | top | `unknown` | the body's fields that the schema does not have, hexadecimal | there are any |
//! | metadata | `unknown` | likewise of the metadata | there are any |
//! | record | `raw` | the payload, hexadecimal, its refs those of the frame's table | it is not tidy, or the record was rejected |
//!
//! A writer that takes that form sets the string table up first, and takes `raw` in place of `payload`.
//! It refuses `unknown`: writers emit no fields that the schema does not have.

mod error;
mod from_frame;
mod from_message;
mod hex;
mod scalar;
mod to_frame;
mod to_message;

pub use error::JsonError;
pub use from_frame::{BatchJson, header_to_json, metadata_to_json, to_json};
pub use to_frame::{batch_from_json, begin_batch, preset_strings, push_record};

use dashstream_proto::schema::{FieldSchema, FieldType};

/// How much of a frame its JSON shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JsonForm {
    /// The form of spec/json.md.
    #[default]
    Plain,
    /// That form, with the keys that keep what it leaves out.
    Lossless,
}

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
