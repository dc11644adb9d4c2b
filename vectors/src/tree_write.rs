//! How values are written as YAML and JSON. The writers are our own so that the files are the same with every version
//! of every library.

use crate::Tree;

impl Tree {
    fn leaf(&self) -> Option<String> {
        match self {
            Self::Null => Some("null".to_owned()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Int(value) => Some(value.to_string()),
            Self::Double(value) => Some(double(*value)),
            Self::Text(text) => Some(quoted(text)),
            Self::List(_) | Self::Map(_) | Self::Bytes(_) => None,
        }
    }

    /// On one line: a leaf always, else where it is short and flat.
    fn one_line(&self, quote_keys: bool) -> Option<String> {
        let line = match self {
            Self::List(items) => {
                let parts: Option<Vec<_>> = items.iter().map(|item| item.one_line(quote_keys)).collect();
                format!("[{}]", parts?.join(", "))
            }
            Self::Map(entries) => {
                let part = |(key, value): &(String, Tree)| {
                    let key = if quote_keys { quoted(key) } else { key.clone() };
                    value.one_line(quote_keys).map(|value| format!("{key}: {value}"))
                };
                let parts: Option<Vec<_>> = entries.iter().map(part).collect();
                format!("{{{}}}", parts?.join(", "))
            }
            _ => return self.leaf(),
        };
        (line.len() <= 96).then_some(line)
    }

    /// YAML in block style. A file is a map.
    #[must_use]
    pub fn yaml(&self) -> String {
        let mut out = String::new();
        if let Self::Map(entries) = self {
            for (key, value) in entries {
                value.yaml_entry(key, 0, &mut out);
            }
        }
        out
    }

    fn yaml_entry(&self, key: &str, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth);
        out.push_str(&format!("{pad}{key}:"));
        self.yaml_value(depth, out);
    }

    fn yaml_value(&self, depth: usize, out: &mut String) {
        let whole = depth > 0 || !matches!(self, Self::Map(entries) if !entries.is_empty());
        if let Some(line) = self.one_line(false).filter(|_| whole) {
            return out.push_str(&format!(" {line}\n"));
        }
        match self {
            Self::Bytes(pieces) => {
                let pad = "  ".repeat(depth + 1);
                out.push_str(" |\n");
                for line in pieces.lines() {
                    out.push_str(&format!("{pad}{line}\n"));
                }
            }
            Self::List(items) => {
                out.push('\n');
                for item in items {
                    item.yaml_item(depth + 1, out);
                }
            }
            Self::Map(entries) => {
                out.push('\n');
                for (key, value) in entries {
                    value.yaml_entry(key, depth + 1, out);
                }
            }
            // A leaf is one line.
            _ => {}
        }
    }

    fn yaml_item(&self, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth);
        let Self::Map(entries) = self else {
            out.push_str(&format!("{pad}-"));
            return self.yaml_value(depth, out);
        };
        if let Some(line) = self.one_line(false) {
            return out.push_str(&format!("{pad}- {line}\n"));
        }
        for (index, (key, value)) in entries.iter().enumerate() {
            let mut text = String::new();
            value.yaml_entry(key, depth + 1, &mut text);
            if index == 0 {
                text = format!("{pad}- {}", text.trim_start());
            }
            out.push_str(&text);
        }
    }

    /// JSON, indented.
    #[must_use]
    pub fn json(&self) -> String {
        let mut out = String::new();
        self.json_value(0, &mut out);
        out.push('\n');
        out
    }

    fn json_value(&self, depth: usize, out: &mut String) {
        if let Self::Bytes(pieces) = self {
            return pieces.export().json_value(depth, out);
        }
        if let Some(line) = self.one_line(true).filter(|_| depth > 0) {
            return out.push_str(&line);
        }
        match self {
            Self::List(items) => {
                let items = items.iter().map(|item| (String::new(), item));
                json_block(('[', ']'), items, depth, out);
            }
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| (format!("{}: ", quoted(key)), value));
                json_block(('{', '}'), entries, depth, out);
            }
            _ => out.push_str(&self.leaf().unwrap_or_default()),
        }
    }
}

/// A line for each value, with what stands before it.
fn json_block<'t>(
    (open, close): (char, char),
    values: impl Iterator<Item = (String, &'t Tree)>,
    depth: usize,
    out: &mut String,
) {
    let pad = "  ".repeat(depth);
    out.push(open);
    out.push('\n');
    for (index, (before, value)) in values.enumerate() {
        if index > 0 {
            out.push_str(",\n");
        }
        out.push_str(&format!("{pad}  {before}"));
        value.json_value(depth + 1, out);
    }
    out.push('\n');
    out.push_str(&pad);
    out.push(close);
}

/// With a point, and a sign in the exponent, so that readers of YAML 1.1 take it for a number too.
fn double(value: f64) -> String {
    let text = format!("{value:?}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

/// A double-quoted string that YAML and JSON read alike.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for symbol in text.chars() {
        match symbol {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0'..='\x1f'
            | '\x7f'..='\u{a0}'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(symbol)));
            }
            _ => out.push(symbol),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "that is how a test fails")]
mod tests {
    use super::*;

    fn sample() -> Tree {
        let long = Tree::List((0..40).map(|n| Tree::map([("n", Tree::Int(n)), ("s", Tree::digits(n))])).collect());
        Tree::map([
            ("id", Tree::text("a: \"b\" \u{7f} ü \u{1f600} \u{2028}\n")),
            ("doubles", Tree::List([-0.0, 1e300, 5e-324, 0.1, 1.0].map(Tree::double).to_vec())),
            ("empty", Tree::map([])),
            ("deep", Tree::List(vec![Tree::map([("k", long.clone()), ("l", Tree::Null)])])),
            ("long", long),
        ])
    }

    #[test]
    fn yaml_and_json_say_the_same_to_their_readers() {
        let yaml: serde_json::Value = serde_yaml::from_str(&sample().yaml()).unwrap();
        let json: serde_json::Value = serde_json::from_str(&sample().json()).unwrap();
        assert_eq!(yaml, json);
        assert_eq!(json["id"], "a: \"b\" \u{7f} ü \u{1f600} \u{2028}\n");
        assert_eq!(json["doubles"][0].as_f64().map(f64::to_bits), Some((-0.0f64).to_bits()));
        assert_eq!(json["doubles"][2].as_f64(), Some(5e-324));
        assert_eq!(json["deep"][0]["k"][39]["n"], 39);
    }
}
