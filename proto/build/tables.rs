//! Renders the checked messages as static tables.

use std::fmt::{self, Write as _};

use crate::model::{Field, FieldType, Message};

/// One `pub static` for each message, and `ALL`.
pub(crate) fn render(messages: &[Message]) -> String {
    let mut out = String::new();
    for message in messages {
        // Writing to a string cannot fail.
        let _ = write_message(&mut out, message);
    }
    let names: Vec<String> = messages.iter().map(|message| format!("&{}", constant(&message.name))).collect();
    let _ = writeln!(
        out,
        "/// Every message, sorted by name.\npub static ALL: &[&MessageSchema] = &[{}];",
        names.join(", ")
    );
    out
}

fn write_message(out: &mut String, message: &Message) -> fmt::Result {
    let name = &message.name;
    writeln!(out, "/// Schema of [`{name}`](crate::v1::{name}).")?;
    writeln!(out, "pub static {}: MessageSchema = MessageSchema {{ name: {name:?}, fields: &[", constant(name))?;
    for field in &message.fields {
        write_field(out, field)?;
    }
    writeln!(out, "] }};\n")
}

fn write_field(out: &mut String, field: &Field) -> fmt::Result {
    let Field { number, name, repeated, packed, ty } = field;
    let ty = match ty {
        FieldType::Scalar(variant) => (*variant).to_owned(),
        FieldType::Message(name) => format!("Message(&{})", constant(name)),
    };
    writeln!(
        out,
        "    FieldSchema {{ number: {number}, name: {name:?}, ty: FieldType::{ty}, repeated: {repeated}, packed: {packed} }},"
    )
}

/// `TokenChunk` becomes `TOKEN_CHUNK`.
pub(crate) fn constant(message: &str) -> String {
    let mut out = String::new();
    for letter in message.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
    }
    out
}
