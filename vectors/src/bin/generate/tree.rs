//! Ordered values, and how they are written as YAML and JSON. The writers are our own so that the files
//! are the same with every version of every library.

use crate::pieces::Pieces;

/// A value of a vector file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Int(i128),
    Double(f64),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
    /// Commented bytes.
    Bytes(Pieces),
}

impl Tree {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn map<const N: usize>(entries: [(&str, Tree); N]) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A number as the JSON form writes 64-bit numbers: a string of digits.
    pub(crate) fn digits(number: impl Into<i128>) -> Self {
        Self::Text(number.into().to_string())
    }

    /// Bytes as hexadecimal digits.
    pub(crate) fn hex(bytes: &[u8]) -> Self {
        Self::Text(hex::encode(bytes))
    }

    /// A double as the JSON form writes it.
    pub(crate) fn double(value: f64) -> Self {
        if value.is_nan() {
            Self::text("NaN")
        } else if value.is_infinite() {
            Self::text(if value > 0.0 { "Infinity" } else { "-Infinity" })
        } else {
            Self::Double(value)
        }
    }

    /// Sets a key of a map; a new one goes to the end.
    pub(crate) fn set(&mut self, key: &str, value: Tree) {
        let Self::Map(entries) = self else { panic!("`{key}` is set in something that is no map") };
        match entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => entries.push((key.to_owned(), value)),
        }
    }

    /// Removes a key of a map, where it is there.
    pub(crate) fn unset(&mut self, key: &str) {
        let Self::Map(entries) = self else { panic!("`{key}` is removed from something that is no map") };
        entries.retain(|(name, _)| name != key);
    }

    /// The value of a key.
    pub(crate) fn get_mut(&mut self, key: &str) -> &mut Tree {
        let Self::Map(entries) = self else { panic!("`{key}` is asked of something that is no map") };
        match entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, value)) => value,
            None => panic!("there is no key `{key}`"),
        }
    }

    /// An element of a list.
    pub(crate) fn item_mut(&mut self, index: usize) -> &mut Tree {
        let Self::List(items) = self else { panic!("an element is asked of something that is no list") };
        items.get_mut(index).expect("the list is long enough")
    }

    fn is_leaf(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Map(_) | Self::Bytes(_))
    }

    fn leaf(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Double(value) => double(*value),
            Self::Text(text) => quoted(text),
            Self::List(_) | Self::Map(_) | Self::Bytes(_) => panic!("not a leaf"),
        }
    }

    /// On one line, where it is short and flat.
    fn one_line(&self, quote_keys: bool) -> Option<String> {
        let line = match self {
            Self::Bytes(_) => return None,
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
            _ => self.leaf(),
        };
        (self.is_leaf() || line.len() <= 96).then_some(line)
    }

    /// YAML in block style.
    pub(crate) fn yaml(&self) -> String {
        let mut out = String::new();
        let Self::Map(entries) = self else { panic!("a file is a map") };
        for (key, value) in entries {
            value.yaml_entry(key, 0, &mut out);
        }
        out
    }

    fn yaml_entry(&self, key: &str, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth);
        out.push_str(&format!("{pad}{key}:"));
        self.yaml_value(depth, out);
    }

    fn yaml_value(&self, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth + 1);
        let whole = depth > 0 || !matches!(self, Self::Map(entries) if !entries.is_empty());
        match self.one_line(false).filter(|_| whole) {
            Some(line) => out.push_str(&format!(" {line}\n")),
            None => match self {
                Self::Bytes(pieces) => {
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
                _ => panic!("a leaf is one line"),
            },
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
                text.replace_range(..(depth + 1) * 2, &format!("{pad}- "));
            }
            out.push_str(&text);
        }
    }

    /// JSON, indented.
    pub(crate) fn json(&self) -> String {
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
        let pad = "  ".repeat(depth);
        let (open, close, len) = match self {
            Self::List(items) => ('[', ']', items.len()),
            Self::Map(entries) => ('{', '}', entries.len()),
            _ => return out.push_str(&self.leaf()),
        };
        out.push(open);
        out.push('\n');
        for index in 0..len {
            out.push_str(&format!("{pad}  "));
            match self {
                Self::List(items) => items[index].json_value(depth + 1, out),
                Self::Map(entries) => {
                    let (key, value) = &entries[index];
                    out.push_str(&format!("{}: ", quoted(key)));
                    value.json_value(depth + 1, out);
                }
                _ => {}
            }
            out.push_str(if index + 1 < len { ",\n" } else { "\n" });
        }
        out.push_str(&pad);
        out.push(close);
    }
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
