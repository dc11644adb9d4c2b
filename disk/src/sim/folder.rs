//! A folder of the simulated disk: the names that are durable, and what was done to them since.

use std::collections::BTreeMap;

/// What was done to the names of a folder and not made durable.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Put(String, u64),
    Remove(String),
}

impl Entry {
    pub(super) fn apply(&self, names: &mut BTreeMap<String, u64>) {
        match self {
            Self::Put(name, inode) => drop(names.insert(name.clone(), *inode)),
            Self::Remove(name) => drop(names.remove(name)),
        }
    }
}

/// The files of a folder.
#[derive(Clone, Debug, Default)]
pub(super) struct Folder {
    now: BTreeMap<String, u64>,
    durable: BTreeMap<String, u64>,
    /// One after another; a rename within the folder is one step.
    pending: Vec<Vec<Entry>>,
}

impl Folder {
    pub(super) fn of(names: BTreeMap<String, u64>) -> Self {
        Self { now: names.clone(), durable: names, pending: Vec::new() }
    }

    pub(super) fn names(&self) -> &BTreeMap<String, u64> {
        &self.now
    }

    pub(super) fn durable(&self) -> &BTreeMap<String, u64> {
        &self.durable
    }

    pub(super) fn pending(&self) -> &[Vec<Entry>] {
        &self.pending
    }

    pub(super) fn change(&mut self, step: Vec<Entry>) {
        step.iter().for_each(|entry| entry.apply(&mut self.now));
        self.pending.push(step);
    }

    pub(super) fn sync(&mut self) {
        self.durable = self.now.clone();
        self.pending.clear();
    }

    /// A sync has failed: what was pending can be seen, and is never written.
    pub(super) fn lose_pending(&mut self) {
        self.pending.clear();
    }
}
