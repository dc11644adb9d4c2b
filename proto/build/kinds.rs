//! Renders the registry of kinds as constants and two lookups.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;

use serde::Deserialize;

use crate::model::Message;
use crate::tables::constant;

#[derive(Deserialize)]
struct Registry {
    kind: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    number: u32,
    name: String,
    message: String,
    text: String,
}

/// The module `kinds`, from the text of the registry.
pub(crate) fn render(registry: &str, messages: &[Message]) -> Result<String, Box<dyn Error>> {
    let Registry { kind: kinds } = toml::from_str(registry)?;
    check(&kinds, messages)?;
    let mut out = String::new();
    for Kind { number, name, message, text } in &kinds {
        writeln!(out, "/// {text} Its payload is a [`{message}`](crate::v1::{message}).")?;
        writeln!(out, "pub const {name}: u32 = {number};\n")?;
    }
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
    writeln!(out, "/// Every assigned kind, in the order of the registry.")?;
    writeln!(out, "pub const ALL: &[u32] = &[{}];\n", names.join(", "))?;
    lookup(
        &mut out,
        "/// Schema of a kind's payload; `None` for a kind that is not assigned.\n#[must_use]\npub const fn message_of(kind: u32) -> Option<&'static MessageSchema>",
        &kinds,
        |kind| format!("&schema::{}", constant(&kind.message)),
    )?;
    lookup(
        &mut out,
        "/// Name of a kind in the registry; `None` for a kind that is not assigned.\n#[must_use]\npub const fn name_of(kind: u32) -> Option<&'static str>",
        &kinds,
        |kind| format!("{:?}", kind.name),
    )?;
    Ok(out)
}

fn lookup(out: &mut String, head: &str, kinds: &[Kind], value: impl Fn(&Kind) -> String) -> std::fmt::Result {
    writeln!(out, "{head} {{\n    match kind {{")?;
    for kind in kinds {
        writeln!(out, "        {} => Some({}),", kind.name, value(kind))?;
    }
    writeln!(out, "        _ => None,\n    }}\n}}\n")
}

fn check(kinds: &[Kind], messages: &[Message]) -> Result<(), String> {
    let mut numbers = BTreeSet::new();
    for Kind { number, name, message, .. } in kinds {
        if !(1..=4095).contains(number) {
            return Err(format!("kind {name}: {number} is outside 1..4,095"));
        }
        if !numbers.insert(number) {
            return Err(format!("kind {name}: {number} is taken"));
        }
        if !messages.iter().any(|known| known.name == *message) {
            return Err(format!("kind {name}: no schema has a message {message}"));
        }
    }
    Ok(())
}
