//! A value that is being patched, which knows how long its canonical form is.

use dashstream_codec::constants::{MAX_STATE_DEPTH, MAX_STATE_LEN};
use serde_json::{Map, Value};

use crate::canonical::{Extent, equal, len_of_text, measure};
use crate::pointer::{Nowhere, index, tokens};
use crate::{Error, Op};

/// Why an operation fails.
pub(crate) enum Failure {
    Nowhere,
    TooDeep,
    Test,
    Other(Error),
}

impl From<Nowhere> for Failure {
    fn from(_: Nowhere) -> Self {
        Self::Nowhere
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// A value and the length of its canonical form.
pub(crate) struct Document {
    pub(crate) root: Value,
    len: usize,
}

impl Document {
    pub(crate) fn new(root: Value) -> Result<Self, Error> {
        let len = measure(&root)?.len;
        // DIF-015
        if len > MAX_STATE_LEN { Err(Error::TooLarge) } else { Ok(Self { root, len }) }
    }

    /// Performs one operation. Where it fails the document is worth nothing any more.
    pub(crate) fn perform(&mut self, op: &Op) -> Result<(), Failure> {
        match op {
            Op::Add { path, value } => self.add(path, value.clone()),
            Op::Remove { path } => self.take(path).map(drop),
            Op::Replace { path, value } => self.replace(path, value.clone()),
            Op::Move { from, path } => self.relocate(from, path),
            Op::Copy { from, path } => {
                let value = self.get(from)?.clone();
                self.add(path, value)
            }
            Op::Test { path, value } => {
                // DIF-030
                if equal(self.get(path)?, value) { Ok(()) } else { Err(Failure::Test) }
            }
        }
    }

    fn get(&self, path: &str) -> Result<&Value, Nowhere> {
        tokens(path)?.iter().try_fold(&self.root, |value, token| match value {
            // DIF-026, DIF-027
            Value::Array(items) => items.get(index(token)?).ok_or(Nowhere),
            Value::Object(members) => members.get(token).ok_or(Nowhere),
            _ => Err(Nowhere),
        })
    }

    fn get_mut(&mut self, tokens: &[String]) -> Result<&mut Value, Nowhere> {
        tokens.iter().try_fold(&mut self.root, |value, token| match value {
            Value::Array(items) => items.get_mut(index(token)?).ok_or(Nowhere),
            Value::Object(members) => members.get_mut(token).ok_or(Nowhere),
            _ => Err(Nowhere),
        })
    }

    fn add(&mut self, path: &str, value: Value) -> Result<(), Failure> {
        let tokens = tokens(path)?;
        let Extent { len, depth } = measure(&value)?;
        let Some((last, parents)) = tokens.split_last() else {
            self.root = value;
            return self.resize(self.len, len);
        };
        let (less, more) = match self.get_mut(parents)? {
            Value::Array(items) => (0, insert(items, last, value)? + len),
            Value::Object(members) => put(members, last, value, len)?,
            // DIF-026
            _ => return Err(Failure::Nowhere),
        };
        // DIF-035: the place first.
        shallow(tokens.len(), depth)?;
        self.resize(less, more)
    }

    fn replace(&mut self, path: &str, value: Value) -> Result<(), Failure> {
        let tokens = tokens(path)?;
        let Extent { len, depth } = measure(&value)?;
        let less = measure(self.get(path)?)?.len;
        *self.get_mut(&tokens)? = value;
        shallow(tokens.len(), depth)?;
        self.resize(less, len)
    }

    fn take(&mut self, path: &str) -> Result<Value, Failure> {
        let tokens = tokens(path)?;
        // DIF-028: nothing would be left.
        let (last, parents) = tokens.split_last().ok_or(Nowhere)?;
        let (value, less) = match self.get_mut(parents)? {
            Value::Array(items) => {
                let index = Some(index(last)?).filter(|index| *index < items.len()).ok_or(Nowhere)?;
                (items.remove(index), usize::from(!items.is_empty()))
            }
            Value::Object(members) => {
                let value = members.remove(last).ok_or(Nowhere)?;
                (value, len_of_text(last)? + 1 + usize::from(!members.is_empty()))
            }
            _ => return Err(Failure::Nowhere),
        };
        self.resize(less + measure(&value)?.len, 0)?;
        Ok(value)
    }

    fn relocate(&mut self, from: &str, path: &str) -> Result<(), Failure> {
        let (source, target) = (tokens(from)?, tokens(path)?);
        if source == target {
            return Ok(self.get(from).map(drop)?);
        }
        // DIF-028
        if target.starts_with(&source) {
            return Err(Failure::Nowhere);
        }
        let value = self.take(from)?;
        self.add(path, value)
    }

    fn resize(&mut self, less: usize, more: usize) -> Result<(), Failure> {
        self.len = self.len.saturating_sub(less).saturating_add(more);
        // DIF-015
        if self.len > MAX_STATE_LEN { Err(Error::TooLarge.into()) } else { Ok(()) }
    }
}

/// A value of this depth lies under so many arrays and objects.
fn shallow(above: usize, depth: usize) -> Result<(), Failure> {
    // DIF-031
    if above.saturating_add(depth) > MAX_STATE_DEPTH { Err(Failure::TooDeep) } else { Ok(()) }
}

/// Puts a value into an array; the bytes that it takes beside its own.
fn insert(items: &mut Vec<Value>, token: &str, value: Value) -> Result<usize, Nowhere> {
    // DIF-027
    let at = if token == "-" { items.len() } else { index(token)? };
    if at > items.len() {
        return Err(Nowhere);
    }
    let comma = usize::from(!items.is_empty());
    // DIF-029
    items.insert(at, value);
    Ok(comma)
}

/// Puts a value of this length into an object; the bytes that go, and those that come.
fn put(members: &mut Map<String, Value>, name: &str, value: Value, len: usize) -> Result<(usize, usize), Error> {
    if let Some(old) = members.get_mut(name) {
        // DIF-029
        let less = measure(old)?.len;
        *old = value;
        return Ok((less, len));
    }
    let comma = usize::from(!members.is_empty());
    members.insert(name.to_owned(), value);
    Ok((0, len_of_text(name)? + 1 + len + comma))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn op(op: Value) -> Op {
        serde_json::from_value(op).unwrap()
    }

    /// The length follows every operation, so that a patch that doubles the state is stopped where it has to be.
    #[test]
    fn the_length_is_that_of_the_canonical_form() {
        let mut document = Document::new(json!({"a": [1, "ä\n"], "é\"": {}, "n": 1.50})).unwrap();
        let ops = json!([
            {"op": "add", "path": "/a/0", "value": [null]}, {"op": "add", "path": "/a/-", "value": -0.0},
            {"op": "add", "path": "/\u{1}", "value": {"x": "y"}}, {"op": "add", "path": "/n", "value": "longer"},
            {"op": "remove", "path": "/a/1"}, {"op": "remove", "path": "/n"}, {"op": "replace", "path": "/a", "value": []},
            {"op": "add", "path": "/a/0", "value": 1}, {"op": "remove", "path": "/a/0"}, {"op": "move", "from": "/é\"", "path": "/m"},
            {"op": "copy", "from": "", "path": "/m/all"}, {"op": "test", "path": "/a", "value": []},
            {"op": "copy", "from": "/m", "path": "/m"}, {"op": "move", "from": "/m/all", "path": "/a/-"}, {"op": "move", "from": "/a", "path": ""},
            {"op": "remove", "path": "/0/a"}, {"op": "remove", "path": "/0/m"}, {"op": "remove", "path": "/0/\u{1}"},
            {"op": "add", "path": "", "value": {}}, {"op": "replace", "path": "", "value": "text"},
        ]);
        for one in ops.as_array().unwrap() {
            assert!(document.perform(&op(one.clone())).is_ok(), "{one}");
            assert_eq!(document.len, measure(&document.root).unwrap().len, "{one} made {}", document.root);
        }
    }

    #[test]
    fn a_state_is_no_larger_and_no_deeper_than_it_may_be() {
        let mut document = Document::new(json!({"a": "x".repeat(1 << 20)})).unwrap();
        let copies =
            (0..10).take_while(|n| document.perform(&Op::Copy { from: String::new(), path: format!("/{n}") }).is_ok());
        assert_eq!(copies.count(), 5);
        let nest = |depth: usize| (1..depth).fold(json!([]), |value, _| json!([value]));
        let fits = |depth: usize| {
            Document::new(json!([[]])).unwrap().perform(&op(json!({"op": "add", "path": "/0/0", "value": nest(depth)})))
        };
        assert!(fits(98).is_ok());
        assert!(matches!(fits(99), Err(Failure::TooDeep)));
        assert!(matches!(fits(101), Err(Failure::Other(Error::Text(_)))));
        let large = json!("x".repeat(MAX_STATE_LEN));
        assert!(matches!(Document::new(large), Err(Error::TooLarge)));
    }
}
