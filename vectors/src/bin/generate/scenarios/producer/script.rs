//! A script for a producer, and what is answered for its offers.

use crate::suite::Suite;
use crate::tree::{Edit as _, Tree};

pub(crate) const PERSISTED: &str = "persisted";
pub(crate) const NOT: &str = "not_persisted";
pub(crate) const POSSIBLY: &str = "possibly_persisted";
pub(crate) const NONE: &str = "none";

/// A script.
pub(crate) struct Script {
    settings: Tree,
    steps: Vec<Tree>,
    outcomes: Vec<Tree>,
    offered: u32,
    producers: u32,
    forks: bool,
    needs: &'static [&'static str],
}

impl Script {
    /// One lane, frames of 4 records, a deadline of a second.
    pub(crate) fn new() -> Self {
        let settings = Tree::map([
            ("lanes", Tree::List(vec![lane("acme", 0)])),
            ("max_records", Tree::Int(4)),
            ("linger_ms", Tree::Int(10)),
            ("deadline_ms", Tree::Int(1000)),
            ("heartbeat_ms", Tree::Int(0)),
        ]);
        Self { settings, steps: Vec::new(), outcomes: Vec::new(), offered: 0, producers: 1, forks: false, needs: &[] }
    }

    /// A queue of so many records.
    pub(crate) fn queue(mut self, records: u32) -> Self {
        self.settings.set("queue", Tree::Int(records.into()));
        self.needs = &["policies"];
        self
    }

    pub(crate) fn heartbeat(mut self, ms: u32) -> Self {
        self.settings.set("heartbeat_ms", Tree::Int(ms.into()));
        self
    }

    pub(crate) fn lanes(mut self, lanes: &[(&str, u32)]) -> Self {
        self.settings
            .set("lanes", Tree::List(lanes.iter().map(|(tenant, partition)| lane(tenant, *partition)).collect()));
        self
    }

    pub(crate) fn producers(mut self, producers: u32) -> Self {
        self.producers = producers;
        self
    }

    pub(crate) fn forks(mut self) -> Self {
        self.forks = true;
        self
    }

    fn step(mut self, step: Tree) -> Self {
        self.steps.push(step);
        self
    }

    fn plain(self, name: &str) -> Self {
        self.step(Tree::map([("step", Tree::text(name))]))
    }

    pub(crate) fn open(self) -> Self {
        self.plain("open")
    }

    pub(crate) fn crash(self) -> Self {
        self.plain("crash")
    }

    pub(crate) fn close(self) -> Self {
        self.close_within(2000)
    }

    pub(crate) fn close_within(self, ms: u32) -> Self {
        self.step(Tree::map([("step", Tree::text("close")), ("ms", Tree::Int(ms.into()))]))
    }

    pub(crate) fn state(self, what: &str) -> Self {
        self.plain(what)
    }

    pub(crate) fn wait(self, ms: u32) -> Self {
        self.step(Tree::map([("step", Tree::text("wait")), ("ms", Tree::Int(ms.into()))]))
    }

    pub(crate) fn destination(self, does: &str) -> Self {
        self.step(Tree::map([("step", Tree::text("destination")), ("does", Tree::text(does))]))
    }

    /// Offers to the first lane, all of which end in one of these ways.
    pub(crate) fn offer(self, count: u32, outcomes: &[&str]) -> Self {
        self.offer_to(0, count, None, &[(count, outcomes)])
    }

    pub(crate) fn offer_to(self, lane: u32, count: u32, full: Option<&str>, outcomes: &[(u32, &[&str])]) -> Self {
        let mut step = Tree::map([
            ("step", Tree::text("offer")),
            ("lane", Tree::Int(lane.into())),
            ("count", Tree::Int(count.into())),
        ]);
        if let Some(full) = full {
            step.set("full", Tree::text(full));
        }
        let mut script = self.step(step);
        let all: u32 = outcomes.iter().map(|(count, _)| count).sum();
        assert_eq!(all, count, "each offer has its outcome");
        for (count, outcomes) in outcomes {
            script.outcomes.push(Tree::map([
                ("first", Tree::Int(script.offered.into())),
                ("count", Tree::Int((*count).into())),
                ("outcomes", Tree::texts(outcomes.iter().copied())),
            ]));
            script.offered += count;
        }
        script
    }

    /// A producer that has begun its lane: with a record that is there.
    pub(crate) fn begun(self) -> Self {
        self.open().offer(1, &[PERSISTED]).wait(100)
    }

    /// All goes well from here on: what is left is sent, and one more record.
    pub(crate) fn ends_well(self) -> Self {
        self.destination("accept").goes_well()
    }

    /// The same where the destination accepts already.
    pub(crate) fn goes_well(self) -> Self {
        self.wait(500).offer(1, &[PERSISTED]).wait(100).close()
    }

    pub(crate) fn finish(self, suite: &mut Suite, id: &str, title: &str, requirements: &[&'static str]) {
        let input = Tree::map([("settings", self.settings), ("steps", Tree::List(self.steps))]);
        let expect = Tree::map([
            ("outcomes", Tree::List(self.outcomes)),
            ("producers", Tree::Int(self.producers.into())),
            ("forks", Tree::Bool(self.forks)),
        ]);
        suite.other(("producer", id, title, requirements), "producer", "valid", input, expect, self.needs);
    }
}

fn lane(tenant: &str, partition: u32) -> Tree {
    Tree::map([("tenant", Tree::text(tenant)), ("partition", Tree::Int(partition.into()))])
}
