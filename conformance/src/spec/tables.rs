//! The tables in the text that are made from the registries: what stands between
//! `<!-- table: NAME -->` and `<!-- end -->`.

use std::fmt::Write as _;
use std::path::Path;

use super::registry::read;

const BEGIN: &str = "<!-- table: ";
const CLOSE: &str = " -->";
const END: &str = "<!-- end -->";

/// How a registry becomes a table.
struct Shape {
    /// Name of the file without its ending, and of the table.
    name: &'static str,
    /// Name of an entry in the file.
    entry: &'static str,
    /// Heading and source of each column.
    columns: &'static [(&'static str, Source)],
}

enum Source {
    /// A key, as it is.
    Key(&'static str),
    /// A key, in the type for names.
    Code(&'static str),
    /// A number, with commas between groups of three digits.
    Number(&'static str),
    /// A bit number, as the byte with that bit, in hexadecimal digits.
    Bit(&'static str),
    /// Whether a number is even.
    Even(&'static str),
}

use Source::{Bit, Code, Even, Key, Number};

const SHAPES: [Shape; 11] = [
    Shape {
        name: "errors",
        entry: "error",
        columns: &[
            ("number", Number("number")),
            ("code", Code("code")),
            ("scope", Key("scope")),
            ("class", Key("class")),
            ("offset counts in", Key("offset")),
            ("offset", Key("at")),
            ("meaning", Key("text")),
        ],
    },
    Shape {
        name: "codecs",
        entry: "codec",
        columns: &[
            ("number", Number("number")),
            ("name", Code("name")),
            ("levels", Key("levels")),
            ("stored body", Key("text")),
        ],
    },
    Shape {
        name: "flags",
        entry: "flag",
        columns: &[
            ("byte", Key("set")),
            ("bit", Number("bit")),
            ("mask", Bit("bit")),
            ("name", Code("name")),
            ("status", Key("status")),
            ("meaning", Key("text")),
        ],
    },
    Shape {
        name: "drop_reasons",
        entry: "drop_reason",
        columns: &[("number", Number("number")), ("name", Code("name")), ("meaning", Key("text"))],
    },
    Shape {
        name: "kinds",
        entry: "kind",
        columns: &[
            ("number", Number("number")),
            ("name", Code("name")),
            ("message", Code("message")),
            ("critical", Even("number")),
            ("class", Key("class")),
            ("meaning", Key("text")),
        ],
    },
    Shape { name: "lints", entry: "lint", columns: &[("name", Code("name")), ("meaning", Key("text"))] },
    Shape {
        name: "verdicts",
        entry: "verdict",
        columns: &[("name", Code("name")), ("argument", Key("arg")), ("meaning", Key("text"))],
    },
    Shape {
        name: "limits",
        entry: "limit",
        columns: &[("name", Code("name")), ("value", Number("value")), ("of what", Key("text"))],
    },
    Shape {
        name: "profiles",
        entry: "profile",
        columns: &[("name", Code("name")), ("operation", Code("operation")), ("meaning", Key("text"))],
    },
    Shape { name: "store_errors", entry: "store_error", columns: &[("code", Code("code")), ("meaning", Key("text"))] },
    Shape { name: "state_errors", entry: "state_error", columns: &[("code", Code("code")), ("meaning", Key("text"))] },
];

/// The text with every table as the registries have it.
///
/// # Errors
/// A table has no end or no registry, or a registry cannot be read.
pub(super) fn render(root: &Path, text: &str) -> Result<String, String> {
    let mut fresh = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        fresh.push_str(line);
        let Some(name) = line.trim_end().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(CLOSE)) else {
            continue;
        };
        let shape = SHAPES.iter().find(|shape| shape.name == name).ok_or(format!("no table is named {name}"))?;
        fresh.push_str(&table(root, shape)?);
        let end = lines.find(|line| line.trim_end() == END).ok_or(format!("the table {name} has no `{END}`"))?;
        fresh.push_str(end);
    }
    Ok(fresh)
}

fn table(root: &Path, shape: &Shape) -> Result<String, String> {
    let file: toml::Table = read(root, shape.name).map_err(|problem| problem.to_string())?;
    let entries = file.get(shape.entry).and_then(toml::Value::as_array).ok_or("a registry without entries")?;
    let mut text = String::new();
    let row = |text: &mut String, cells: &[String]| {
        let _to_a_string = writeln!(text, "| {} |", cells.join(" | "));
    };
    row(&mut text, &shape.columns.iter().map(|(heading, _)| (*heading).to_owned()).collect::<Vec<_>>());
    text.push_str(&"|---".repeat(shape.columns.len()));
    text.push_str("|\n");
    for entry in entries {
        let cells: Result<Vec<String>, String> = shape.columns.iter().map(|(_, source)| cell(entry, source)).collect();
        row(&mut text, &cells.map_err(|key| format!("an entry of {} has no {key}", shape.name))?);
    }
    Ok(text)
}

/// One cell; the error is the key that is missing.
fn cell(entry: &toml::Value, source: &Source) -> Result<String, String> {
    let text = |key: &str| entry.get(key).and_then(toml::Value::as_str).ok_or(key.to_owned());
    let number = |key: &str| entry.get(key).and_then(toml::Value::as_integer).ok_or(key.to_owned());
    Ok(match source {
        Key(key) => text(key)?.replace('|', "\\|"),
        Code(key) => format!("`{}`", text(key)?),
        Number(key) => grouped(number(key)?),
        Bit(key) => format!("{:02X}", 1_u64.checked_shl(u32::try_from(number(key)?).unwrap_or(64)).unwrap_or(0)),
        Even(key) => if number(key)? % 2 == 0 { "yes" } else { "no" }.to_owned(),
    })
}

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("spec/registry")).unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join("spec/registry").join(name), text).unwrap();
        write(
            "flags.toml",
            "[[flag]]\nset = \"critical\"\nbit = 7\nname = \"G\"\nstatus = \"assigned\"\ntext = \"a | b\"\n",
        );
        write("limits.toml", "[[limit]]\nname = \"M\"\nvalue = 9007199254740991\ntext = \"t\"\n");
        write("lints.toml", "[[lint]]\nname = \"L\"\n");
        folder
    }

    #[test]
    fn a_table_is_made_from_its_registry_and_is_then_stable() {
        let folder = root();
        let fresh = render(folder.path(), "a\n<!-- table: flags -->\nold\n<!-- end -->\nb\n").unwrap();
        assert_eq!(
            fresh,
            "a\n<!-- table: flags -->\n| byte | bit | mask | name | status | meaning |\n|---|---|---|---|---|---|\n\
             | critical | 7 | 80 | `G` | assigned | a \\| b |\n<!-- end -->\nb\n"
        );
        assert_eq!(render(folder.path(), &fresh).unwrap(), fresh);
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(9_007_199_254_740_991), "9,007,199,254,740,991");
        assert_eq!(grouped(100), "100");
        assert_eq!(grouped(65535), "65,535");
    }

    #[test]
    fn a_table_needs_a_registry_and_an_end() {
        let folder = root();
        for (text, why) in [
            ("<!-- table: nope -->\n<!-- end -->\n", "no table is named nope"),
            ("<!-- table: limits -->\n", "has no `<!-- end -->`"),
            ("<!-- table: lints -->\n<!-- end -->\n", "an entry of lints has no text"),
            ("<!-- table: kinds -->\n<!-- end -->\n", "kinds.toml"),
        ] {
            let error = render(folder.path(), text).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
