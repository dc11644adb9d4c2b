//! Values of a vector file, in the order in which they are written.

use serde_json::{Number, Value};

use crate::Pieces;

/// A value of a vector file.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// Nothing.
    Null,
    /// A truth.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// Any other number.
    Double(f64),
    /// A text.
    Text(String),
    /// Values.
    List(Vec<Tree>),
    /// Values with their keys.
    Map(Vec<(String, Tree)>),
    /// Commented bytes.
    Bytes(Pieces),
}

impl Tree {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A list of texts.
    #[must_use]
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    /// A map of these entries.
    #[must_use]
    pub fn map<const N: usize>(entries: [(&str, Tree); N]) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A number as the JSON form writes 64-bit numbers: a string of digits.
    #[must_use]
    pub fn digits(number: impl Into<i128>) -> Self {
        Self::Text(number.into().to_string())
    }

    /// Bytes as hexadecimal digits.
    #[must_use]
    pub fn hex(bytes: &[u8]) -> Self {
        Self::Text(hex::encode(bytes))
    }

    /// A double as the JSON form writes it.
    #[must_use]
    pub fn double(value: f64) -> Self {
        if value.is_nan() {
            Self::text("NaN")
        } else if value.is_infinite() {
            Self::text(if value > 0.0 { "Infinity" } else { "-Infinity" })
        } else {
            Self::Double(value)
        }
    }

    /// The value of a key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Reads the text of a vector file; bytes keep their comments.
    ///
    /// # Errors
    /// What is wrong: the text is no YAML, or the bytes are not commented hexadecimal digits.
    pub fn read(text: &str) -> Result<Self, String> {
        let value: Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        let mut tree = Self::from(&value);
        let Self::Map(entries) = &mut tree else { return Err("is not a map".to_owned()) };
        for (_, input) in entries.iter_mut().filter(|(key, _)| key == "input") {
            let Self::Map(input) = input else { return Err("input is not a map".to_owned()) };
            for (_, bytes) in input.iter_mut().filter(|(key, _)| key == "bytes") {
                if let Self::Text(lines) = bytes {
                    *bytes = Self::Bytes(Pieces::read(lines)?);
                }
            }
        }
        Ok(tree)
    }
}

impl From<&Value> for Tree {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => of_number(number),
            Value::String(text) => Self::text(text),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(entries) => {
                Self::Map(entries.iter().map(|(key, value)| (key.clone(), Self::from(value))).collect())
            }
        }
    }
}

fn of_number(number: &Number) -> Tree {
    let whole = number.as_u64().map(i128::from).or_else(|| number.as_i64().map(i128::from));
    whole.map_or_else(|| number.as_f64().map_or(Tree::Null, Tree::double), Tree::Int)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "that is how a test fails")]
mod tests {
    use super::*;

    fn sample() -> Tree {
        let mut pieces = Pieces::default();
        pieces.push("magic", "", [0xbe]);
        pieces.push("", "more than a row \u{fc} # of it", (0..40).collect::<Vec<u8>>());
        pieces.run("fill", "", [7, 8], 300);
        pieces.push("end", "", [1]);
        let record = Tree::map([("doubles", Tree::List([-0.0, 1e300, 5e-324, 1.0].map(Tree::double).to_vec()))]);
        Tree::map([
            ("id", Tree::text("a: \"b\" \u{7f} \u{fc}")),
            ("input", Tree::map([("bytes", Tree::Bytes(pieces)), ("tenant", Tree::Null)])),
            ("expect", Tree::map([("frame", Tree::List(vec![record, Tree::Bool(true), Tree::Int(-3)]))])),
        ])
    }

    #[test]
    fn what_was_written_is_read_and_written_the_same() {
        let text = sample().yaml();
        let read = Tree::read(&text).unwrap();
        assert_eq!(read.yaml(), text);
        assert_eq!(read.json(), sample().json());
        assert_eq!(read.get("expect"), sample().get("expect"));
    }

    #[test]
    fn bytes_that_are_none_are_refused() {
        let text = sample().yaml();
        for (from, to) in [("be  ", "bg  "), ("* 300", "* 0"), ("input:", "input: 3\nmore:")] {
            assert!(text.contains(from));
            assert!(Tree::read(&text.replace(from, to)).is_err(), "{from}");
        }
        assert!(Tree::read("[1, 2]").is_err());
    }
}
