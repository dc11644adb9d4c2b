//! A script for a consumer, and what it has to do in each step.

use crate::pieces::Pieces;
use crate::scenarios::ledger::scene::Shape;
use crate::suite::Suite;
use crate::tree::{Edit as _, Tree};

/// An event of the report. Its partition is 0 unless said otherwise.
#[derive(Clone)]
pub(crate) struct Event(Tree);

/// A new frame of so many records is handed over, marked or not.
pub(crate) fn hand(offset: u32, records: u32) -> Event {
    let records = (1..=records).map(|index| Tree::Int(index.into())).collect();
    let entries =
        [("standing", Tree::text("new")), ("verdicts", Tree::List(Vec::new())), ("records", Tree::List(records))];
    event("hand", offset, entries)
}

pub(crate) fn duplicate(offset: u32) -> Event {
    event("duplicate", offset, [])
}

/// A dead letter of a whole message.
pub(crate) fn letter(offset: u32, code: &str) -> Event {
    event("letter", offset, [("record", Tree::Int(0)), ("code", Tree::text(code))])
}

pub(crate) fn stopped(offset: u32, code: &str) -> Event {
    event("stopped", offset, [("code", Tree::text(code))])
}

pub(crate) fn committed(next: u32, effects: &[u32]) -> Event {
    let effects = effects.iter().map(|offset| Tree::Int((*offset).into())).collect();
    Event(Tree::map([
        ("event", Tree::text("committed")),
        ("partition", Tree::Int(0)),
        ("next", Tree::Int(next.into())),
        ("effects", Tree::List(effects)),
    ]))
}

fn event<const N: usize>(name: &str, offset: u32, entries: [(&str, Tree); N]) -> Event {
    let mut tree =
        Tree::map([("event", Tree::text(name)), ("partition", Tree::Int(0)), ("offset", Tree::Int(offset.into()))]);
    for (key, value) in entries {
        tree.set(key, value);
    }
    Event(tree)
}

impl Event {
    fn set(mut self, key: &str, value: Tree) -> Self {
        self.0.set(key, value);
        self
    }

    pub(crate) fn in_partition(self, partition: u32) -> Self {
        self.set("partition", Tree::Int(partition.into()))
    }

    /// It has to be marked, or must not be.
    pub(crate) fn repeat(self, repeat: bool) -> Self {
        self.set("repeat", Tree::Bool(repeat))
    }

    pub(crate) fn standing(self, standing: &str) -> Self {
        self.set("standing", Tree::text(standing))
    }

    pub(crate) fn verdict(self, name: &str) -> Self {
        self.set("verdicts", Tree::List(vec![Tree::map([("verdict", Tree::text(name))])]))
    }

    pub(crate) fn verdict_of(self, name: &str, arg: u32) -> Self {
        let verdict = Tree::map([("verdict", Tree::text(name)), ("arg", Tree::digits(arg))]);
        self.set("verdicts", Tree::List(vec![verdict]))
    }

    pub(crate) fn records(self, indices: &[u32]) -> Self {
        self.set("records", Tree::List(indices.iter().map(|index| Tree::Int((*index).into())).collect()))
    }

    pub(crate) fn record(self, index: u32) -> Self {
        self.set("record", Tree::Int(index.into()))
    }
}

/// A message that is put into the log.
pub(crate) struct Message(Tree);

impl Message {
    /// A null value.
    pub(crate) fn null() -> Self {
        Self::of(Tree::Null)
    }

    fn of(bytes: Tree) -> Self {
        Self(Tree::map([("step", Tree::text("message")), ("partition", Tree::Int(0)), ("bytes", bytes)]))
    }

    pub(crate) fn bytes(pieces: Pieces) -> Self {
        Self::of(Tree::Bytes(pieces))
    }

    pub(crate) fn in_partition(mut self, partition: u32) -> Self {
        self.0.set("partition", Tree::Int(partition.into()));
        self
    }

    pub(crate) fn headers(mut self, headers: &[(&str, &str)]) -> Self {
        let header =
            |(name, value): &(&str, &str)| Tree::map([("name", Tree::text(*name)), ("value", Tree::text(*value))]);
        self.0.set("headers", Tree::List(headers.iter().map(header).collect()));
        self
    }

    pub(crate) fn answers(mut self, answers: &[&str]) -> Self {
        self.0.set("answers", Tree::texts(answers.iter().copied()));
        self
    }
}

impl From<&Shape> for Message {
    fn from(shape: &Shape) -> Self {
        Self::bytes(shape.pieces())
    }
}

impl From<Shape> for Message {
    fn from(shape: Shape) -> Self {
        Self::from(&shape)
    }
}

/// A script.
pub(crate) struct Script {
    settings: Tree,
    steps: Vec<Tree>,
    events: Vec<Tree>,
}

impl Script {
    /// One partition; `uncommitted` frames between two commits.
    pub(crate) fn new(uncommitted: u32) -> Self {
        let settings = Tree::map([
            ("partitions", Tree::Int(1)),
            ("uncommitted", Tree::Int(uncommitted.into())),
            ("attempts", Tree::Int(3)),
        ]);
        Self { settings, steps: Vec::new(), events: Vec::new() }
    }

    pub(crate) fn with(mut self, setting: &str, value: Tree) -> Self {
        self.settings.set(setting, value);
        self
    }

    pub(crate) fn step(mut self, step: Tree, events: &[Event]) -> Self {
        self.steps.push(step);
        self.events.push(Tree::List(events.iter().map(|event| event.0.clone()).collect()));
        self
    }

    fn plain(self, name: &str, events: &[Event]) -> Self {
        self.step(Tree::map([("step", Tree::text(name))]), events)
    }

    pub(crate) fn start(self, events: &[Event]) -> Self {
        self.plain("start", events)
    }

    pub(crate) fn message(self, message: impl Into<Message>, events: &[Event]) -> Self {
        self.step(message.into().0, events)
    }

    pub(crate) fn commit(self, events: &[Event]) -> Self {
        self.plain("commit", events)
    }

    pub(crate) fn crash(self) -> Self {
        self.plain("crash", &[])
    }

    pub(crate) fn stop(self, events: &[Event]) -> Self {
        self.plain("stop", events)
    }

    /// `revoke`, `lose` or `assign` of partition 0.
    pub(crate) fn partition(self, name: &str, events: &[Event]) -> Self {
        self.step(Tree::map([("step", Tree::text(name)), ("partition", Tree::Int(0))]), events)
    }

    pub(crate) fn letters(self, fail: bool, events: &[Event]) -> Self {
        self.step(Tree::map([("step", Tree::text("letters")), ("fail", Tree::Bool(fail))]), events)
    }

    pub(crate) fn finish(self, suite: &mut Suite, id: &str, title: &str, requirements: &[&'static str]) {
        let input = Tree::map([("settings", self.settings), ("steps", Tree::List(self.steps))]);
        let expect = Tree::map([("steps", Tree::List(self.events))]);
        suite.other(("consumer", id, title, requirements), "consumer", "valid", input, expect, &[]);
    }
}
