//! The entries of the registries, with those of their keys that are final.

use std::collections::BTreeMap;
use std::path::Path;

use super::entry::Entry;
use super::{Problem, problem};
use crate::spec::registry::read;

/// What is final of a registry.
struct Shape {
    /// Name of the file without its ending.
    file: &'static str,
    /// Name of an entry in the file.
    entry: &'static str,
    /// The key of its name.
    name: &'static str,
    /// The keys that together are its number.
    number: &'static [&'static str],
    /// The other keys that are final.
    facts: &'static [&'static str],
}

/// The text of an entry may be made clearer, and a flag that is reserved may be assigned to what it is reserved for.
const SHAPES: [Shape; 11] = [
    Shape { file: "errors", entry: "error", name: "code", number: &["number"], facts: &["scope", "class", "offset"] },
    Shape { file: "kinds", entry: "kind", name: "name", number: &["number"], facts: &["message", "class"] },
    Shape { file: "codecs", entry: "codec", name: "name", number: &["number"], facts: &["levels"] },
    Shape { file: "flags", entry: "flag", name: "name", number: &["set", "bit"], facts: &[] },
    Shape { file: "drop_reasons", entry: "drop_reason", name: "name", number: &["number"], facts: &[] },
    Shape { file: "limits", entry: "limit", name: "name", number: &[], facts: &["value"] },
    Shape { file: "lints", entry: "lint", name: "name", number: &[], facts: &[] },
    Shape { file: "verdicts", entry: "verdict", name: "name", number: &[], facts: &["arg"] },
    Shape { file: "profiles", entry: "profile", name: "name", number: &[], facts: &["operation"] },
    Shape { file: "state_errors", entry: "state_error", name: "code", number: &[], facts: &[] },
    // The order of these has a meaning, and their number holds it.
    Shape { file: "store_errors", entry: "store_error", name: "code", number: &["number"], facts: &[] },
];

/// Every entry of every registry.
pub(super) fn entries(root: &Path) -> Result<Vec<Entry>, Problem> {
    let mut entries = Vec::new();
    for shape in &SHAPES {
        entries.extend(entries_of(root, shape)?);
    }
    Ok(entries)
}

fn entries_of(root: &Path, shape: &Shape) -> Result<Vec<Entry>, Problem> {
    let file = format!("spec/registry/{}.toml", shape.file);
    let wrong = |text: String| problem(&file, text);
    let table: toml::Table = read(root, shape.file)?;
    let mut seen = BTreeMap::new();
    let mut entries = Vec::new();
    for item in table.get(shape.entry).and_then(toml::Value::as_array).into_iter().flatten() {
        let name = value(item, shape.name).map_err(wrong)?;
        let number = pairs(item, shape.number).map_err(wrong)?;
        for taken in [&name, &number].into_iter().filter(|text| !text.is_empty()) {
            if let Some(other) = seen.insert(taken.clone(), name.clone()) {
                return Err(wrong(format!("{other} and {name} have both {taken}")));
            }
        }
        let facts = [number, pairs(item, shape.facts).map_err(wrong)?].join(" ").trim().to_owned();
        entries.push(Entry { of: shape.entry.to_owned(), name, facts, file: file.clone(), line: 0 });
    }
    Ok(entries)
}

/// `key=value` for each key.
fn pairs(item: &toml::Value, keys: &[&str]) -> Result<String, String> {
    let pairs: Result<Vec<_>, _> = keys.iter().map(|key| Ok(format!("{key}={}", value(item, key)?))).collect();
    pairs.map(|pairs| pairs.join(" "))
}

fn value(item: &toml::Value, key: &str) -> Result<String, String> {
    match item.get(key) {
        Some(toml::Value::String(text)) => Ok(text.clone()),
        Some(toml::Value::Integer(number)) => Ok(number.to_string()),
        _ => Err(format!("an entry has no {key}")),
    }
}
