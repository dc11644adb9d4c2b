//! Arrays: what was put in, taken out, moved or changed.

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};
use serde_json::Value;

use super::{Edit, Maker};
use crate::canonical::{canonical, equal};
use crate::{Error, Op};

/// Alternatives are tried inside of one another only so far, for each level doubles the work.
const MAX_TRIALS: u32 = 2;

impl Maker {
    pub(super) fn array(&mut self, path: &mut String, base: &[Value], target: &[Value]) -> Result<(), Error> {
        let head = base.iter().zip(target).take_while(|(a, b)| equal(a, b)).count();
        let (base, target) = (behind(base, head), behind(target, head));
        let tail = base.iter().rev().zip(target.iter().rev()).take_while(|(a, b)| equal(a, b)).count();
        let (base, target) = (before(base, tail), before(target, tail));
        if let Some((from, to)) = moved(base, target) {
            return self.move_one(path, head + from, head + to);
        }
        if base.len().min(target.len()) <= 1 && base.len() == target.len() {
            return self.changed(path, head, base, target);
        }
        // DIF-046
        let mut input = InternedInput::default();
        input.update_before(forms(base)?.into_iter());
        input.update_after(forms(target)?.into_iter());
        for hunk in Diff::compute(Algorithm::Myers, &input).hunks() {
            let (old, new) = parts(&hunk, base, target);
            // What is before the hunk is done already, so it stands where it stands in the target.
            self.changed(path, head + index(hunk.after.start), old, new)?;
        }
        Ok(())
    }

    /// The elements `old` at `at` become `new`.
    fn changed(&mut self, path: &mut String, at: usize, old: &[Value], new: &[Value]) -> Result<(), Error> {
        let start = self.edits.len();
        self.paired(path, at, old, new, false)?;
        // Which of them is the other one changed: the first or the last? Whatever takes less room.
        if old.len() != new.len() && !old.is_empty() && !new.is_empty() && self.trials < MAX_TRIALS {
            let first = self.edits.split_off(start);
            self.trials += 1;
            self.paired(path, at, old, new, true)?;
            self.trials -= 1;
            if self.size_from(start) >= first.iter().map(|edit: &Edit| edit.size).sum() {
                self.edits.truncate(start);
                self.edits.extend(first);
            }
        }
        Ok(())
    }

    /// Pairs elements one by one, from the front or so that the ends meet; what has no partner is added or removed.
    fn paired(&mut self, path: &mut String, at: usize, old: &[Value], new: &[Value], ends: bool) -> Result<(), Error> {
        let pairs = old.len().min(new.len());
        let surplus = if ends { 0 } else { pairs };
        let (old_skip, new_skip) = if ends { (old.len() - pairs, new.len() - pairs) } else { (0, 0) };
        for _ in 0..old.len() - pairs {
            self.below(path, &(at + surplus).to_string(), |maker, path| maker.put(Op::Remove { path: path.clone() }))?;
        }
        for (offset, value) in behind(new, surplus).iter().take(new.len() - pairs).enumerate() {
            self.below(path, &(at + surplus + offset).to_string(), |maker, path| {
                maker.put(Op::Add { path: path.clone(), value: value.clone() })
            })?;
        }
        for (offset, (old, new)) in behind(old, old_skip).iter().zip(behind(new, new_skip)).enumerate() {
            self.below(path, &(at + new_skip + offset).to_string(), |maker, path| maker.value(path, old, new))?;
        }
        Ok(())
    }

    fn move_one(&mut self, path: &mut String, from: usize, to: usize) -> Result<(), Error> {
        let from = self.below(path, &from.to_string(), |_, path| path.clone());
        let path = self.below(path, &to.to_string(), |_, path| path.clone());
        self.put(Op::Move { from, path })
    }
}

/// From where to where one element was moved, where that is all that happened.
fn moved(base: &[Value], target: &[Value]) -> Option<(usize, usize)> {
    let last = base.len().checked_sub(1).filter(|last| *last > 0 && base.len() == target.len())?;
    let same = |a: &[Value], b: &[Value]| a.iter().zip(b).all(|(a, b)| equal(a, b));
    let rotated = |a: &[Value], b: &[Value]| {
        matches!((a.first(), b.last()), (Some(a), Some(b)) if equal(a, b)) && same(behind(a, 1), before(b, 1))
    };
    if rotated(base, target) {
        Some((0, last))
    } else if rotated(target, base) {
        Some((last, 0))
    } else {
        None
    }
}

fn forms(items: &[Value]) -> Result<Vec<String>, Error> {
    items.iter().map(canonical).collect()
}

fn parts<'v>(hunk: &Hunk, base: &'v [Value], target: &'v [Value]) -> (&'v [Value], &'v [Value]) {
    let part = |items: &'v [Value], range: &std::ops::Range<u32>| {
        items.get(index(range.start)..index(range.end)).unwrap_or_default()
    };
    (part(base, &hunk.before), part(target, &hunk.after))
}

fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// All but the first `count`.
fn behind(items: &[Value], count: usize) -> &[Value] {
    items.get(count..).unwrap_or_default()
}

/// All but the last `count`.
fn before(items: &[Value], count: usize) -> &[Value] {
    items.get(..items.len().saturating_sub(count)).unwrap_or_default()
}
