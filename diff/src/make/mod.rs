//! Making a patch of two values.
//!
//! Objects are compared by names. Of arrays it is found out which elements are the same, so that what was put in or taken out is what
//! the patch says, and not that everything behind it has changed ([`array`]). Where the operations for a value would take as much room
//! as the value itself, the value is replaced.

mod array;

use serde_json::{Map, Value};

use crate::canonical::{equal, measure};
use crate::pointer::push;
use crate::{Error, Op};

/// What an operation takes beside its paths and its value: tags, lengths, numbers and the place of its path in the table of strings.
const OVERHEAD: usize = 12;

/// The operations that make `target` of `base`. None where the two are equal, and only then (DIF-041).
///
/// # Errors
/// One of the two has no canonical form.
pub fn diff(base: &Value, target: &Value) -> Result<Vec<Op>, Error> {
    sized(base, target).map(|(ops, _)| ops)
}

/// The same, and about how many bytes the operations take in a record.
pub(crate) fn sized(base: &Value, target: &Value) -> Result<(Vec<Op>, usize), Error> {
    measure(base)?;
    measure(target)?;
    let mut maker = Maker::default();
    maker.value(&mut String::new(), base, target)?;
    let size = maker.size_from(0);
    Ok((maker.edits.into_iter().map(|edit| edit.op).collect(), size))
}

fn size(op: &Op) -> Result<usize, Error> {
    let value = op.value().map(measure).transpose()?.map_or(0, |extent| extent.len);
    Ok(OVERHEAD + op.path().len() + op.from().map_or(0, str::len) + value)
}

/// An operation, and the bytes that it takes.
#[derive(Debug)]
struct Edit {
    op: Op,
    size: usize,
}

/// The operations so far.
#[derive(Debug, Default)]
struct Maker {
    edits: Vec<Edit>,
    /// How many alternatives are being tried inside of one another.
    trials: u32,
}

impl Maker {
    fn put(&mut self, op: Op) -> Result<(), Error> {
        let size = size(&op)?;
        self.edits.push(Edit { op, size });
        Ok(())
    }

    fn value(&mut self, path: &mut String, base: &Value, target: &Value) -> Result<(), Error> {
        let start = self.edits.len();
        match (base, target) {
            (Value::Object(base), Value::Object(target)) => self.object(path, base, target)?,
            (Value::Array(base), Value::Array(target)) => self.array(path, base, target)?,
            _ if equal(base, target) => return Ok(()),
            _ => return self.put(Op::Replace { path: path.clone(), value: target.clone() }),
        }
        if self.edits.len() > start {
            let whole = OVERHEAD + path.len() + measure(target)?.len;
            // DIF-045, for each value by itself.
            if self.size_from(start) >= whole {
                self.edits.truncate(start);
                self.put(Op::Replace { path: path.clone(), value: target.clone() })?;
            }
        }
        Ok(())
    }

    fn object(
        &mut self,
        path: &mut String,
        base: &Map<String, Value>,
        target: &Map<String, Value>,
    ) -> Result<(), Error> {
        for name in base.keys().filter(|name| !target.contains_key(*name)) {
            self.below(path, name, |maker, path| maker.put(Op::Remove { path: path.clone() }))?;
        }
        for (name, value) in target {
            self.below(path, name, |maker, path| match base.get(name) {
                Some(old) => maker.value(path, old, value),
                None => maker.put(Op::Add { path: path.clone(), value: value.clone() }),
            })?;
        }
        Ok(())
    }

    /// Does something with the path extended by a token.
    fn below<T>(&mut self, path: &mut String, token: &str, act: impl FnOnce(&mut Self, &mut String) -> T) -> T {
        let len = path.len();
        push(path, token);
        let result = act(self, path);
        path.truncate(len);
        result
    }

    fn size_from(&self, start: usize) -> usize {
        self.edits.iter().skip(start).map(|edit| edit.size).sum()
    }
}
