//! What a follower is given, and what has to come of it. Canonical forms are written by hand; their hashes follow from them.

use sha2::{Digest, Sha256};

use crate::suite::Suite;
use crate::tree::{Edit as _, Tree};

/// SHA-256 of a canonical form.
pub(crate) fn hash(canonical: &str) -> String {
    hex::encode(Sha256::digest(canonical.as_bytes()))
}

/// Steps, and what comes of each.
#[derive(Default)]
pub(crate) struct Script {
    steps: Vec<Tree>,
    outcomes: Vec<Tree>,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A whole snapshot, without a hash.
    pub(crate) fn text(self, text: &str) -> Self {
        self.step(Tree::map([("step", Tree::text("snapshot")), ("text", Tree::text(text))]))
    }

    /// A whole snapshot of bytes that are no text.
    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        self.step(Tree::map([("step", Tree::text("snapshot")), ("text_hex", Tree::text(hex::encode(bytes)))]))
    }

    /// A whole snapshot with the hash of this canonical form.
    pub(crate) fn hashed(self, text: &str, canonical: &str) -> Self {
        let entries =
            [("step", Tree::text("snapshot")), ("hash", Tree::text(hash(canonical))), ("text", Tree::text(text))];
        self.step(Tree::map(entries))
    }

    /// Piece `index` of `count`, with the hash of this canonical form; an empty one is none.
    pub(crate) fn piece(self, index: u32, count: u32, bytes: &[u8], canonical: &str) -> Self {
        let mut step = Tree::map([("step", Tree::text("snapshot"))]);
        if !canonical.is_empty() {
            step.set("hash", Tree::text(hash(canonical)));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => step.set("text", Tree::text(text)),
            Err(_) => step.set("text_hex", Tree::text(hex::encode(bytes))),
        }
        if index > 0 {
            step.set("chunk_index", Tree::Int(index.into()));
        }
        step.set("chunk_count", Tree::Int(count.into()));
        self.step(step)
    }

    /// A diff with these operations and no hashes.
    pub(crate) fn diff(self, ops: &[Tree]) -> Self {
        self.diff_of("", "", ops)
    }

    /// A diff from one canonical form to another; an empty one is none.
    pub(crate) fn diff_of(self, base: &str, result: &str, ops: &[Tree]) -> Self {
        let mut step = Tree::map([("step", Tree::text("diff"))]);
        for (key, form) in [("base_hash", base), ("result_hash", result)] {
            if !form.is_empty() {
                step.set(key, Tree::text(hash(form)));
            }
        }
        if !ops.is_empty() {
            step.set("ops", Tree::List(ops.to_vec()));
        }
        self.step(step)
    }

    pub(crate) fn lost(mut self) -> Self {
        self.outcomes.push(Tree::map([]));
        self.step(Tree::map([("step", Tree::text("lost"))]))
    }

    fn step(mut self, step: Tree) -> Self {
        self.steps.push(step);
        self
    }

    /// The last step makes this the state.
    pub(crate) fn is(mut self, canonical: &str) -> Self {
        self.outcomes.push(Tree::map([("state", Tree::text(canonical)), ("hash", Tree::text(hash(canonical)))]));
        self
    }

    /// The last step is a piece that others follow.
    pub(crate) fn waits(mut self) -> Self {
        self.outcomes.push(Tree::map([]));
        self
    }

    /// The last step is refused.
    pub(crate) fn refused(mut self, code: &str) -> Self {
        self.outcomes.push(Tree::map([("error", Tree::text(code))]));
        self
    }

    pub(crate) fn add(self, suite: &mut Suite, id: &str, title: &str, requirements: &[&'static str]) {
        assert_eq!(self.steps.len(), self.outcomes.len(), "{id} says for each step what comes of it");
        let input = Tree::map([("steps", Tree::List(self.steps))]);
        let expect = Tree::map([("states", Tree::List(self.outcomes))]);
        suite.other(("diff", id, title, requirements), "diff", "valid", input, expect, &[]);
    }
}

fn op(number: u32, entries: &[(&str, &str)]) -> Tree {
    let mut op = Tree::map([("op", Tree::Int(number.into()))]);
    for (key, text) in entries.iter().filter(|(_, text)| !text.is_empty()) {
        op.set(key, Tree::text(*text));
    }
    op
}

pub(crate) fn add(path: &str, value: &str) -> Tree {
    op(1, &[("path", path), ("value", value)])
}

pub(crate) fn remove(path: &str) -> Tree {
    op(2, &[("path", path)])
}

pub(crate) fn replace(path: &str, value: &str) -> Tree {
    op(3, &[("path", path), ("value", value)])
}

pub(crate) fn relocate(from: &str, path: &str) -> Tree {
    op(4, &[("path", path), ("from", from)])
}

pub(crate) fn copy(from: &str, path: &str) -> Tree {
    op(5, &[("path", path), ("from", from)])
}

pub(crate) fn test(path: &str, value: &str) -> Tree {
    op(6, &[("path", path), ("value", value)])
}

/// An operation with everything in it, needed or not.
pub(crate) fn full(number: u32, path: &str, from: &str, value: &str) -> Tree {
    op(number, &[("path", path), ("from", from), ("value", value)])
}
